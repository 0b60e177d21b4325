//! `/v1/reports`: folders of checks, on two services.

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::TestApp;

use crate::support::{PERSON, assert_refused, assert_wrong, create, list, tenant, text, with};

#[tokio::test]
async fn a_report_is_made_and_holds_checks() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let made = caller.post("/v1/reports", &[("name", " March ")]).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let report = &made.json["report"];
    let id = text(report, "id");
    assert!(id.starts_with("RPT") && id.len() == 35, "{id}");
    assert_eq!(
        (
            text(report, "name"),
            text(report, "created_by"),
            &report["has_data"]
        ),
        ("March", "acme-key-1-1", &false.into())
    );
    assert_eq!(text(&made.json, "checks"), format!("/v1/checks?report_id={id}"));
    let own = text(&made.json, "self");
    assert_eq!(own, format!("/v1/reports/{id}"));

    create(&caller, &with(PERSON, &[("report_id", id)])).await;
    create(&caller, &with(PERSON, &[("force_creation", "true")])).await;
    assert_eq!(caller.get(own).await.json["report"]["has_data"], true);
    let inside = caller.get(text(&made.json, "checks")).await.json;
    assert_eq!(list(&inside, "checks").len(), 1);
}

#[tokio::test]
async fn reports_are_listed_newest_first_and_by_maker() {
    let app = TestApp::new().await;
    let (client, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let other = app.account(Some(
        app.token(&client, 0, &[Permission::ChecksWrite, Permission::ChecksRead])
            .await,
    ));
    for number in 0..21 {
        app.clock.advance(std::time::Duration::from_secs(1));
        caller
            .post("/v1/reports", &[("name", &format!("r{number}"))])
            .await;
    }
    app.clock.advance(std::time::Duration::from_secs(1));
    other.post("/v1/reports", &[("name", "theirs")]).await;
    let first = caller.get("/v1/reports").await.json;
    assert_eq!(
        (
            list(&first, "reports").len(),
            text(&list(&first, "reports")[0], "name")
        ),
        (20, "theirs")
    );
    let next = caller.get(text(&first, "next")).await.json;
    assert_eq!((list(&next, "reports").len(), text(&next, "next")), (2, ""));
    let theirs = other.get("/v1/reports?username=acme-key-0-2").await.json;
    assert_eq!(list(&theirs, "reports").len(), 1);
}

#[tokio::test]
async fn wrong_ones_and_those_of_others_are_refused() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let other = app.sandbox("other").await;
    assert_wrong(&caller.post("/v1/reports", &[]).await, &["name"]);
    assert_wrong(
        &caller.post("/v1/reports", &[("name", &"x".repeat(201))]).await,
        &["name"],
    );
    let made = caller.post("/v1/reports", &[("name", "mine")]).await.json;
    assert_refused(
        &other.get(text(&made, "self")).await,
        404,
        "The Report was not found",
    );
}
