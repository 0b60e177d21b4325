//! GET /v1/checks: pages, their keys, and the filter by report.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::{
    clients::{Client, ClientKind},
    ids::ReportId,
};
use cotejo_testkit::{Answer, Caller, TestApp};
use uuid::Uuid;

use crate::support::{
    PERSON, assert_refused, assert_wrong, create, finish, get, id, list, tenant, text, with,
};

/// So many checks, a second apart, oldest first.
async fn checks(app: &TestApp, caller: &Caller, count: usize, more: &[(&str, &str)]) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        app.clock.advance(Duration::from_secs(1));
        let form = with(&with(PERSON, &[("force_creation", "true")]), more);
        ids.push(id(&create(caller, &form).await).to_owned());
    }
    ids
}

async fn page(caller: &Caller, path: &str) -> Answer {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
    answer
}

fn ids(page: &Answer) -> Vec<String> {
    list(&page.json, "checks")
        .iter()
        .map(|check| id(check).to_owned())
        .collect()
}

/// Every id of a list from one page on, and the sizes of the pages.
async fn walk(caller: &Caller, from: &str) -> (Vec<String>, Vec<usize>) {
    let (mut found, mut sizes, mut next) = (Vec::new(), Vec::new(), from.to_owned());
    while !next.is_empty() {
        let answer = page(caller, &next).await;
        assert_eq!(text(&answer.json, "self"), next);
        let ids = ids(&answer);
        sizes.push(ids.len());
        found.extend(ids);
        text(&answer.json, "next").clone_into(&mut next);
    }
    (found, sizes)
}

async fn report(app: &TestApp, client: &Client) -> ReportId {
    let id = ReportId(Uuid::from_u128(0x77));
    sqlx::query("insert into reports values ($1, $2, 'March', 'key', 0, 0)")
        .bind(client.id.0)
        .bind(id.0)
        .execute(&app.database.pool)
        .await
        .expect("a report");
    id
}

#[tokio::test]
async fn an_empty_list_has_its_links() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let answer = page(&caller, "/v1/checks").await;
    assert_eq!(answer.text, r#"{"checks":[],"self":"/v1/checks","next":""}"#);
}

#[tokio::test]
async fn pages_of_twenty_newest_first() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let mut made = checks(&app, &caller, 45, &[]).await;
    made.reverse();
    let (found, sizes) = walk(&caller, "/v1/checks").await;
    assert_eq!(sizes, [20, 20, 5]);
    assert_eq!(found, made);
}

#[tokio::test]
async fn a_full_last_page_has_no_next() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    checks(&app, &caller, 20, &[]).await;
    assert_eq!(walk(&caller, "/v1/checks").await.1, [20]);
}

#[tokio::test]
async fn pages_stay_as_they_are_while_checks_are_made() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let mut made = checks(&app, &caller, 25, &[]).await;
    made.reverse();
    let first = page(&caller, "/v1/checks").await;
    checks(&app, &caller, 7, &[]).await;
    let second = page(&caller, text(&first.json, "next")).await;
    assert_eq!([ids(&first), ids(&second)].concat(), made);
}

#[tokio::test]
async fn an_entry_is_the_check_as_it_is_read_alone() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let finished = finish(&app, &caller, PERSON).await;
    app.clock.advance(Duration::from_secs(1));
    let waiting = create(&caller, &with(PERSON, &[("force_creation", "true")])).await;
    let answer = page(&caller, "/v1/checks").await;
    let expected = [get(&caller, &waiting).await, get(&caller, &finished).await];
    assert_eq!(list(&answer.json, "checks"), expected);
}

#[tokio::test]
async fn the_list_is_the_clients_own() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    checks(&app, &ours, 2, &[]).await;
    assert_eq!(walk(&theirs, "/v1/checks").await.0.len(), 0);
}

#[tokio::test]
async fn the_id_of_an_own_check_is_a_start_key() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let made = checks(&app, &caller, 3, &[]).await;
    let answer = page(&caller, &format!("/v1/checks?start_key={}", made[1])).await;
    assert_eq!(ids(&answer), made[..1]);
}

#[tokio::test]
async fn any_other_start_key_is_400() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    let check = create(&ours, PERSON).await;
    checks(&app, &theirs, 21, &[]).await;
    let page = page(&theirs, "/v1/checks").await;
    let (_, foreign) = text(&page.json, "next").split_once('=').unwrap();
    let broken = format!("{}A", &foreign[..foreign.len() - 1]);
    let shortened = &foreign[..foreign.len() - 4];
    for key in [
        foreign,
        &broken,
        shortened,
        "x",
        "%00",
        "%ff",
        "CHK00000000000000000000000000000000",
        &ids(&page)[0],
    ] {
        assert_wrong(
            &ours.get(&format!("/v1/checks?start_key={key}")).await,
            &["start_key"],
        );
    }
    // A key of the list is no key of another list of the same client.
    let answer = theirs
        .get(&format!(
            "/v1/checks/{}/details?start_key={foreign}",
            ids(&page)[0]
        ))
        .await;
    assert_wrong(&answer, &["start_key"]);
    assert_eq!(
        ids(&ours.get("/v1/checks?start_key=").await),
        [id(&check)],
        "an empty key is no key"
    );
}

#[tokio::test]
async fn a_report_filters_the_list() {
    let app = TestApp::new().await;
    let (client, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let report = report(&app, &client).await.to_string();
    checks(&app, &caller, 3, &[]).await;
    let mut inside = checks(&app, &caller, 22, &[("report_id", &report)]).await;
    inside.reverse();
    let (found, sizes) = walk(&caller, &format!("/v1/checks?report_id={report}")).await;
    assert_eq!((found, sizes), (inside.clone(), vec![20, 2]));
    let answer = page(&caller, &format!("/v1/checks?report_id={report}")).await;
    assert_eq!(text(&list(&answer.json, "checks")[0], "report_id"), report);
    let (_, key) = text(&answer.json, "next").split_once("start_key=").unwrap();
    assert_wrong(
        &caller.get(&format!("/v1/checks?start_key={key}")).await,
        &["start_key"],
    );
}

#[tokio::test]
async fn a_report_that_is_not_there_or_not_ours_is_404() {
    let app = TestApp::new().await;
    let (client, theirs) = tenant(&app, "theirs", ClientKind::Sandbox).await;
    let report = report(&app, &client).await.to_string();
    let ours = app.sandbox("ours").await;
    assert_eq!(
        theirs.get(&format!("/v1/checks?report_id={report}")).await.status,
        StatusCode::OK
    );
    for report in [report.as_str(), "RPT00000000000000000000000000000001", "x"] {
        let answer = ours.get(&format!("/v1/checks?report_id={report}")).await;
        assert_refused(&answer, 404, "The Report was not found");
    }
    let answer = ours
        .post("/v1/checks", &with(PERSON, &[("report_id", &report)]))
        .await;
    assert_refused(&answer, 404, "The Report was not found");
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    checks(&app, &caller, 3, &[]).await;
    let answer = page(&caller, "/v1/checks?limit=1&page=2&start_key=").await;
    assert_eq!(ids(&answer).len(), 3);
    assert_eq!(text(&answer.json, "self"), "/v1/checks");
}
