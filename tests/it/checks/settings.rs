//! `/v1/settings`, and what it does to checks under way.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::clients::ClientKind;
use cotejo_testkit::{IDENTITY, POLICE, Script, TestApp};
use serde_json::json;

use crate::{
    account::tenant::Tenant,
    support::{PERSON, assert_wrong, create, get, list, tenant, text, with},
};

#[tokio::test]
async fn settings_are_shown_and_changed_one_by_one() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let usual = json!({"max_duration": "default", "names_matching_type": "soft", "retries": false});
    assert_eq!(caller.get("/v1/settings").await.json, usual);
    let answer = caller
        .post("/v1/settings", &[("max_duration", "120m"), ("retries", "True")])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.json,
        json!({"max_duration": "120m", "names_matching_type": "soft", "retries": true})
    );
    caller
        .post("/v1/settings", &[("names_matching_type", "EXACT")])
        .await;
    caller.post("/v1/settings", &[("max_duration", "default")]).await;
    assert_eq!(
        caller.get("/v1/settings").await.json,
        json!({"max_duration": "default", "names_matching_type": "exact", "retries": true})
    );
    let wrong = [
        ("max_duration", "14m"),
        ("retries", "maybe"),
        ("names_matching_type", "loose"),
    ];
    assert_wrong(
        &caller.post("/v1/settings", &wrong).await,
        &["max_duration", "retries", "names_matching_type"],
    );
}

#[tokio::test]
async fn retries_act_on_checks_under_way() {
    let app = TestApp::new().await;
    let (_, caller) = tenant(&app, "acme", ClientKind::Live).await;
    app.live_sources.set(
        IDENTITY,
        [Script::IsAway, Script::IsAway, Script::Answers(no_news())],
    );
    app.live_sources.set(POLICE, [Script::Hangs]);
    caller.post("/v1/settings", &[("retries", "true")]).await;
    let check = create(&caller, PERSON).await;
    app.clock.advance(Duration::from_secs(1));
    // The identity registry fails and is put back; the setting is taken away before it is asked again.
    caller.post("/v1/settings", &[("retries", "false")]).await;
    app.live_sources.set(POLICE, [Script::Answers(no_news())]);
    app.work().await;
    app.work_scheduled().await;
    let check = get(&caller, &check).await;
    let status = list(&check, "statuses")
        .iter()
        .find(|status| text(status, "database_name").contains("Archivo Nacional"))
        .unwrap();
    assert_eq!(text(status, "status"), "error", "asked once more, and given up");
}

fn no_news() -> cotejo_providers::port::Answer {
    cotejo_providers::port::Answer::Report(cotejo_providers::port::Report::default())
}

#[tokio::test]
async fn a_shorter_duration_ends_checks_that_are_over_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let stuck = create(&acme.checks, &with(PERSON, &[("custom_input", "scenario.stuck")])).await;
    app.work().await;
    let status = async || text(&get(&acme.checks, &stuck).await, "status").to_owned();
    assert_eq!(status().await, "in_progress");
    acme.checks.post("/v1/settings", &[("max_duration", "15m")]).await;
    acme.advance(&app, "14m").await;
    assert_eq!(status().await, "in_progress");
    acme.advance(&app, "2m").await;
    let check = get(&acme.checks, &stuck).await;
    assert_eq!(text(&check, "status"), "completed");
    let expired = |status: &serde_json::Value| status["status"] == "expired";
    assert!(list(&check, "statuses").iter().any(expired));
}
