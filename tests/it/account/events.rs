//! GET /v1/events: the log in its order, without gaps, to its owner alone.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::tenant::{Tenant, members};
use crate::support::{PERSON, another_process, assert_refused, assert_wrong, id, list, path, text, with};

fn numbers(events: &[Value]) -> Vec<i64> {
    events
        .iter()
        .map(|event| event["sequence"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn the_log_tells_what_happened_in_its_order() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    assert_eq!(acme.events("").await, Vec::<Value>::new());
    let check = acme.check().await;
    app.work().await;
    let events = acme.events("").await;
    let expected = [
        ("created", 1, "not_started"),
        ("started", 2, "in_progress"),
        ("finished", 3, "completed"),
    ];
    assert_eq!(events.len(), expected.len());
    for (place, (event, (action, version, status))) in events.iter().zip(expected).enumerate() {
        assert_eq!(
            members(event),
            [
                "event_action",
                "event_type",
                "id",
                "object",
                "resource_id",
                "resource_version",
                "sequence",
                "timestamp"
            ]
        );
        let number = i64::try_from(place).unwrap() + 1;
        assert_eq!(event["sequence"], number);
        let event_id = text(event, "id");
        assert!(event_id.starts_with("HKE") && event_id.len() == 43, "{event_id}");
        assert_eq!(
            (&event["event_type"], &event["event_action"]),
            (&json!("check"), &json!(action))
        );
        assert_eq!(event["resource_version"], version);
        assert_eq!(event["resource_id"], check["check_id"]);
        assert_eq!(event["timestamp"], "2026-01-02T03:04:05Z");
        assert_eq!(event["object"]["check_id"], check["check_id"]);
        assert_eq!(event["object"]["status"], status);
    }
    assert_eq!(events[0]["object"], check);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gaps_whoever_writes_at_the_same_time() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let token = app.token(&ours.client, 0, &[Permission::Administrator]).await;
    let callers = [
        ours.checks.clone(),
        another_process(&app, &token),
        theirs.checks.clone(),
    ];
    let mut creating = JoinSet::new();
    for caller in callers.iter().cycle().take(45) {
        let caller = caller.clone();
        creating.spawn(async move {
            let form = with(PERSON, &[("force_creation", "true")]);
            assert_eq!(caller.post("/v1/checks", &form).await.status, StatusCode::CREATED);
        });
    }
    while let Some(created) = creating.join_next().await {
        created.unwrap();
        app.app.work_once().await.unwrap();
    }
    app.work().await;
    for (tenant, checks) in [(ours, 30), (theirs, 15)] {
        let mut seen = Vec::new();
        let mut next = "/v1/events".to_owned();
        while !next.is_empty() {
            let answer = tenant.account.get(&next).await;
            seen.extend(numbers(list(&answer.json, "events")));
            next = text(&answer.json, "next").to_owned();
        }
        assert_eq!(seen, (1..=checks * 3).collect::<Vec<i64>>());
    }
}

/// Two checks an hour apart: events 1 to 3, and 4 to 6.
async fn two_checks(app: &TestApp, tenant: &Tenant) -> (Value, Value) {
    let first = tenant.check().await;
    app.work().await;
    app.clock.advance(Duration::from_secs(3600));
    let second = tenant.check().await;
    app.work().await;
    (first, second)
}

#[tokio::test]
async fn the_log_is_narrowed_by_number_time_type_action_and_resource() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (first, second) = two_checks(&app, &acme).await;
    let (about_first, about_second) = (
        format!("?resource_id={}", id(&first)),
        format!("?resource_id={}&from_sequence=5", id(&second)),
    );
    let table: [(&str, &[i64]); 21] = [
        ("?from_sequence=4", &[4, 5, 6]),
        ("?from_sequence=0", &[1, 2, 3, 4, 5, 6]),
        ("?to_sequence=2", &[1, 2]),
        ("?from_sequence=2&to_sequence=4", &[2, 3, 4]),
        ("?from_sequence=7", &[]),
        ("?from_sequence=4&to_sequence=3", &[]),
        ("?from=2026-01-02T03:30:00Z", &[4, 5, 6]),
        ("?to=2026-01-02T03:30:00Z", &[1, 2, 3]),
        ("?from=2026-01-02T03:30:00Z&to=2026-01-02T03:40:00Z", &[]),
        ("?from=2026-01-02T05:30:00+02:00", &[4, 5, 6]),
        ("?from=2026-01-02", &[1, 2, 3, 4, 5, 6]),
        ("?to=2026-01-02", &[]),
        ("?from=2026-01-03", &[]),
        ("?to=2026-01-03", &[1, 2, 3, 4, 5, 6]),
        ("?event_type=check", &[1, 2, 3, 4, 5, 6]),
        ("?event_type=CHECK&event_action=Finished", &[3, 6]),
        ("?event_type=face_search", &[]),
        ("?event_action=created", &[1, 4]),
        (&about_first, &[1, 2, 3]),
        (&about_second, &[5, 6]),
        ("?resource_id=CHK01900000000070008000000000000001", &[]),
    ];
    for (query, expected) in table {
        assert_eq!(numbers(&acme.events(query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn every_wrong_filter_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let table: [(&str, &[&str]); 7] = [
        (
            "from_sequence=x&to_sequence=-1",
            &["from_sequence", "to_sequence"],
        ),
        ("from=yesterday&to=2026-13-01", &["from", "to"]),
        ("from=2026-01-02T03:04:05", &["from"]),
        (
            "event_type=weather&event_action=rained",
            &["event_type", "event_action"],
        ),
        ("resource_id=7&from_sequence=a", &["resource_id", "from_sequence"]),
        ("resource_id=CHKx", &["resource_id"]),
        ("start_key=x", &["start_key"]),
    ];
    for (query, fields) in table {
        assert_wrong(&acme.account.get(&format!("/v1/events?{query}")).await, fields);
    }
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_whatever_happens_meanwhile() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    for _ in 0..8 {
        acme.check().await;
    }
    app.work().await;
    let first = acme.account.get("/v1/events").await.json;
    assert_eq!(numbers(list(&first, "events")), (1..=20).collect::<Vec<i64>>());
    assert_eq!(first["self"], "/v1/events");
    acme.check().await;
    app.work().await;
    let next = text(&first, "next");
    let second = acme.account.get(next).await.json;
    assert_eq!(numbers(list(&second, "events")), (21..=27).collect::<Vec<i64>>());
    assert_eq!((&second["self"], &second["next"]), (&json!(next), &json!("")));
    // A cursor is good for its list alone.
    let key = next.split_once("start_key=").unwrap().1;
    assert_wrong(
        &acme
            .account
            .get(&format!("/v1/events?event_type=check&start_key={key}"))
            .await,
        &["start_key"],
    );
    assert_wrong(&other.account.get(next).await, &["start_key"]);
}

#[tokio::test]
async fn a_page_of_a_narrowed_log_keeps_its_filters() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for _ in 0..11 {
        acme.check().await;
    }
    app.work().await;
    let first = acme
        .account
        .get("/v1/events?event_type=check&from_sequence=3")
        .await
        .json;
    assert_eq!(first["self"], "/v1/events?event_type=check&from_sequence=3");
    let next = text(&first, "next");
    assert!(
        next.starts_with("/v1/events?event_type=check&from_sequence=3&start_key="),
        "{next}"
    );
    let second = acme.account.get(next).await.json;
    assert_eq!(numbers(list(&second, "events")), (23..=33).collect::<Vec<i64>>());
}

#[tokio::test]
async fn another_clients_events_are_never_seen() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let check = ours.check().await;
    theirs.check().await;
    app.work().await;
    assert_eq!(numbers(&theirs.events("").await), [1, 2, 3]);
    let query = format!("?resource_id={}", id(&check));
    assert_eq!(theirs.events(&query).await, Vec::<Value>::new());
    let answer = theirs.account.get("/v1/events").await;
    assert!(!answer.text.contains(id(&check)), "{}", answer.text);
}

#[tokio::test]
async fn a_masked_key_sees_asterisks() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.check_with(&[
        ("first_name", "Ana"),
        ("last_name", "Prueba"),
        ("phone_number", "+573000000000"),
    ])
    .await;
    app.work().await;
    let account_read = Permission::AccountRead;
    let table = [
        (
            vec![account_read, Permission::MaskDocuments],
            "********01",
            "Prueba",
            "+573000000000",
        ),
        (
            vec![account_read, Permission::MaskNames, Permission::MaskContacts],
            "1000000001",
            "****ba",
            "***********00",
        ),
    ];
    for (permissions, national_id, last_name, phone_number) in table {
        let caller = acme.with(&app, &permissions).await;
        let events = caller.get("/v1/events").await;
        for event in list(&events.json, "events") {
            let object = &event["object"];
            let shown = [
                &object["national_id"],
                &object["last_name"],
                &object["phone_number"],
            ];
            assert_eq!(shown, [national_id, last_name, phone_number], "{permissions:?}");
        }
    }
}

#[tokio::test]
async fn a_deleted_check_leaves_its_events_and_nothing_of_its_person() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let person = [
        ("national_id", "1023456789"),
        ("first_name", "Zacarias"),
        ("phone_number", "+573000000000"),
    ];
    let check = acme.check_with(&person).await;
    app.work().await;
    let kept = acme.check().await;
    app.work().await;
    assert_eq!(acme.checks.delete(&path(&check)).await.status, StatusCode::OK);
    app.work().await;
    let events = acme.events("").await;
    assert_eq!(numbers(&events), [1, 2, 3, 4, 5, 6]);
    for event in &events[..3] {
        assert_eq!(
            event["object"],
            json!({ "check_id": check["check_id"], "erased": true })
        );
    }
    assert_eq!(events[5]["object"]["national_id"], kept["national_id"]);
    assert_eq!(
        acme.events(&format!("?resource_id={}", id(&check))).await,
        events[..3]
    );
    assert_eq!(acme.outbox("").await, Vec::<Value>::new());
    for kept in [
        "select string_agg(t::text, '') from events t",
        "select string_agg(t::text, '') from event_bodies t",
        "select string_agg(t::text, '') from audit_entries t",
        "select string_agg(t::text, '') from messages t",
    ] {
        let rows: Option<String> = sqlx::query_scalar(kept)
            .fetch_one(&app.database.pool)
            .await
            .unwrap();
        for (field, value) in person {
            assert!(
                !rows.as_deref().unwrap_or_default().contains(value),
                "{field}: {kept}"
            );
        }
    }
}

#[tokio::test]
async fn reading_the_log_takes_a_permission() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let caller = acme
        .with(&app, &[Permission::ChecksRead, Permission::AccountWrite])
        .await;
    for path in ["/v1/events", "/v1/events/types"] {
        assert_refused(
            &caller.get(path).await,
            403,
            "User is not authorized to access this resource",
        );
        assert_eq!(app.account(None).get(path).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn what_nobody_writes_yet_is_listed_as_such() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let answer = acme.account.get("/v1/events/types").await.json;
    let types = list(&answer, "event_types");
    let of = |name: &str| types.iter().find(|family| family["event_type"] == name).unwrap();
    assert_eq!(
        *of("check"),
        json!({
            "event_type": "check", "product": "checks", "subproduct": "checks", "status": "emitted",
            "event_actions": ["created", "started", "delayed", "finished"],
        })
    );
    assert_eq!(of("continuous_check")["event_actions"], json!(["changed"]));
    let processes = list(of("digital_identity.identity_process"), "event_actions");
    for action in ["step_succeeded", "overwritten_failure", "overwritten_success"] {
        assert!(processes.contains(&json!(action)), "{action}");
    }
    for family in types {
        let written = family["product"] != "whatsapp" && family["event_type"] != "electronic_signature";
        let expected = if written { "emitted" } else { "not emitted yet" };
        assert_eq!(family["status"], expected, "{family}");
    }
}
