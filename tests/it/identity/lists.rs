//! Lists of processes.

use cotejo_domain::processes::search::joints;
use cotejo_testkit::{TestApp, TestDatabase};
use serde_json::{Value, json};

use super::{DOCUMENT, authorise, document_flow, finished, person, result, submit};
use crate::{
    account::tenant::Tenant,
    support::{assert_wrong, list, text},
};

async fn ids(acme: &Tenant, query: &str) -> Vec<String> {
    let answer = acme.connect.get(&format!("/v1/processes{query}")).await;
    assert_eq!(answer.status.as_u16(), 200, "{query} {}", answer.text);
    let listed = list(&answer.json, "processes");
    listed
        .iter()
        .map(|process| text(process, "process_id").to_owned())
        .collect()
}

/// A text as a query spells it.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[tokio::test]
async fn every_filter_finds_what_it_says() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let good = finished(&app, &acme, &flow, "user_good").await;
    let young = finished(&app, &acme, &flow, "scenario.underage").await;
    let lost = finished(&app, &acme, &flow, "scenario.geolocation_denied").await;
    let ana = person(&app, &acme, &flow, &[("account_id", "user_open")]).await;
    let open = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    let id = |process: &Value| text(process, "process_id").to_owned();
    let told = result(&acme.connect, &good).await;
    let number = text(&told, "document_number");
    let (first, last) = (text(&told, "first_name"), text(&told, "last_name"));
    let name = format!("?search={}", encoded(&format!("{} {last}", first.to_lowercase())));
    for (query, found) in [
        ("", vec![&open, &lost, &young, &good]),
        ("?status=success", vec![&good]),
        ("?status=failure", vec![&lost, &young]),
        ("?status=PENDING", vec![&open]),
        ("?failure_status=pending", vec![&open]),
        ("?failure_status=declined", vec![&lost, &young]),
        ("?failure_status=expired", vec![]),
        ("?declined_reason=underage", vec![&young]),
        (
            "?declined_reason=underage&declined_reason=geolocation_denied",
            vec![&lost, &young],
        ),
        ("?status=success&declined_reason=underage", vec![]),
        ("?search=user_", vec![&open, &good]),
        ("?search=nobody", vec![]),
        (&format!("?search={}", &number[2..7]), vec![&good]),
        (&name, vec![&good]),
        (&format!("?search={}", id(&young)), vec![&young]),
        (
            &format!("?search={}&status=success", text(&flow, "flow_id")),
            vec![&good],
        ),
        (
            "?start_date=2026-01-01T00:00:00Z&end_date=2026-01-03T00:00:00Z&status=success",
            vec![&good],
        ),
        (
            "?start_date=2025-11-01T00:00:00-05:00&end_date=2025-12-01T00:00:00-05:00",
            vec![],
        ),
    ] {
        let found: Vec<String> = found.into_iter().map(id).collect();
        assert_eq!(ids(&acme, query).await, found, "{query}");
    }
    let other = Tenant::sandbox(&app, "other").await;
    assert_eq!(ids(&other, "").await, Vec::<String>::new());
    for (query, wrong) in [
        ("?status=done", "status"),
        ("?start_date=2026-01-01T00:00:00Z", "end_date"),
        (
            "?start_date=2026-01-01T00:00:00Z&end_date=2026-04-01T00:00:00Z",
            "end_date",
        ),
        ("?declined_reason=because", "declined_reason"),
        ("?start_key=nonsense", "start_key"),
    ] {
        assert_wrong(
            &acme.connect.get(&format!("/v1/processes{query}")).await,
            &[wrong],
        );
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let mut made = Vec::new();
    for _ in 0..23 {
        let process = super::begin(&person(&app, &acme, &flow, &[]).await).await;
        made.insert(0, text(&process, "process_id").to_owned());
    }
    let first = acme.connect.get("/v1/processes?status=pending").await.json;
    assert_eq!(first["self"], "/v1/processes?status=pending");
    let second = acme.connect.get(text(&first, "next")).await.json;
    assert_eq!(second["next"], "");
    let mut listed = Vec::new();
    for page in [&first, &second] {
        listed.extend(
            list(page, "processes")
                .iter()
                .map(|process| text(process, "process_id").to_owned()),
        );
    }
    assert_eq!(listed, made);
    // A key of one filter is none of another.
    let foreign = text(&first, "next").replace("status=pending", "status=success");
    assert_wrong(&acme.connect.get(&foreign).await, &["start_key"]);
    assert_eq!(json!(list(&first, "processes").len()), json!(20));
}

/// Copies of a process, which itself is found by nothing any more: every other one is of a García, two are of others, and
/// each has a number of its own.
async fn copies(app: &TestApp) {
    sqlx::query("update processes set search = ''")
        .execute(&app.database.pool)
        .await
        .unwrap();
    sqlx::query(
        r"
        insert into processes (client_id, id, account_id, flow_id, flow_version, country, redirect_url, start, via, search,
                               state, progress, ending, status, deadline_ns, created_ns, updated_ns, finished_ns, version)
        select client_id, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, account_id, flow_id, flow_version,
               country, redirect_url, start, via,
               n || E'\n' || case when n % 2 = 0 then 'MARIA GARCIA' when n in (777, 99) then 'ANA LOPEZ RUIZ' else 'JUAN DIAZ' end,
               state, progress, ending, status, deadline_ns, created_ns, updated_ns, finished_ns, version
        from processes, generate_series(1, 3000) as n",
    )
    .execute(&app.database.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_part_is_found_in_a_long_table_whether_it_is_common_or_not() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    finished(&app, &acme, &flow, "user_good").await;
    copies(&app).await;
    let named = |numbers: &[u32]| -> Vec<String> {
        let id = |n: &u32| format!("IDP01900000000070008000{n:012x}");
        numbers.iter().map(id).collect()
    };
    // The newest ones of many, by a part that is met among them; few, by where two words meet and by what a word holds.
    let newest: Vec<u32> = (0..20).map(|n| 3_000 - 2 * n).collect();
    for (query, found) in [
        ("?search=garcia", &newest[..]),
        ("?search=ria%20gar", &newest[..]),
        ("?search=lopez%20ruiz", &[777, 99]),
        ("?search=opez%20ru", &[777, 99]),
        ("?search=opez", &[777, 99]),
        ("?search=2345", &[2_345]),
        ("?search=garcia%20lopez", &[]),
    ] {
        assert_eq!(ids(&acme, query).await, named(found), "{query}");
    }
    for (text, total) in [("lopez%20ruiz", 2), ("garcia", 1_500), ("ria%20gar", 1_500)] {
        let path = format!("/api/process-manager/processInstances/search?searchString={text}");
        let page = acme.connect.get(&path).await;
        assert_eq!(page.json["totalElements"], total, "{}", page.text);
    }
}

#[tokio::test]
async fn words_meet_in_the_database_where_they_do_in_every_part_of_a_text() {
    let database = TestDatabase::new().await;
    let whole = "1000000001\nMARIA DE LA O GARCIA LOPEZ\nAN\nANA B EXAMPLE COM\nNUÑEZ DÍAZ";
    let met: Vec<String> = sqlx::query_scalar("select joints($1)")
        .bind(whole)
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert!(met.contains(&"CIA LOP".to_owned()) && met.contains(&"ÑEZ DÍA".to_owned()));
    for line in whole.lines() {
        let letters: Vec<char> = line.chars().collect();
        for from in 0..letters.len() {
            for to in from..=letters.len() {
                let part: String = letters[from..to].iter().collect();
                let joints = joints(&part);
                assert!(
                    joints.iter().all(|joint| met.contains(joint)),
                    "{part:?} {joints:?}"
                );
            }
        }
    }
}
