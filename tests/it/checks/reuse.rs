//! POST /v1/checks without `force_creation`: an equal recent check is returned instead of a new one.

use std::{collections::BTreeSet, time::Duration};

use axum::http::StatusCode;
use cotejo_app::keys::NewKey;
use cotejo_domain::{clients::ClientKind, ids::BillingHubId, permissions::Permission};
use cotejo_testkit::{Caller, TestApp};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::{PERSON, another_process, create, finish, get, id, path, scenario, tenant, with};

const DAY: Duration = Duration::from_secs(24 * 3600);
const FORCED: (&str, &str) = ("force_creation", "true");

/// The earlier check that is returned.
async fn reuse(caller: &Caller, form: &[(&str, &str)]) -> Value {
    let answer = caller.post("/v1/checks", form).await;
    assert_eq!(answer.status, StatusCode::OK, "{form:?} {}", answer.text);
    answer.json["check"].clone()
}

#[tokio::test]
async fn an_equal_request_is_answered_with_the_check_as_it_is_now() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    assert_eq!(reuse(&caller, PERSON).await, check);
    app.work().await;
    let now = reuse(&caller, PERSON).await;
    assert_eq!(now["status"], "completed");
    assert_eq!(now, get(&caller, &check).await);
}

#[tokio::test]
async fn force_creation_makes_a_new_check_that_names_the_newest_before_it() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(PERSON, &[FORCED]);
    let first = create(&caller, &form).await;
    assert_eq!(first.get("previous_check"), None);
    let second = create(&caller, &form).await;
    assert_eq!(second["previous_check"], first["check_id"]);
    let third = create(&caller, &form).await;
    assert_eq!(third["previous_check"], second["check_id"]);
    assert_eq!(reuse(&caller, PERSON).await, third);
    assert_eq!(get(&caller, &third).await, third);
}

#[tokio::test]
async fn the_event_of_a_creation_shows_the_same_check() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(PERSON, &[FORCED, ("custom_input", r#"{"check_id":"\u0022 ñ"}"#)]);
    let first = create(&caller, &form).await;
    app.clock.advance(Duration::from_secs(1));
    let second = create(&caller, &form).await;
    let bodies: Vec<String> =
        sqlx::query_scalar("select body from events join event_bodies on id = event_id order by created_ns")
            .fetch_all(&app.database.pool)
            .await
            .unwrap();
    let bodies: Vec<Value> = bodies
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    assert_eq!(bodies, [first, second]);
}

#[tokio::test]
async fn the_spelling_of_a_document_or_name_makes_no_other_check() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, &scenario("order 7")).await;
    for form in [
        with(&scenario("order 7"), &[("national_id", "1.000.000.001")]),
        with(&scenario("order 7"), &[("national_id", "1 000-000 001")]),
        with(
            &scenario("order 7"),
            &[
                ("first_name", " ANA "),
                ("last_name", "prueba"),
                ("country", "co"),
            ],
        ),
        with(
            &scenario("order 7"),
            &[("user_authorized", "T"), ("force_creation", "0")],
        ),
    ] {
        assert_eq!(reuse(&caller, &form).await, check, "as it was asked for first");
    }
}

#[tokio::test]
async fn other_inputs_make_another_check() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let mut seen = BTreeSet::new();
    for more in [
        &[][..],
        &[("national_id", "1000000002")],
        &[("first_name", "Ana")],
        &[("first_name", "Ana"), ("last_name", "Prueba")],
        &[("first_name", "Prueba"), ("last_name", "Ana")],
        &[("custom_input", "x")],
        &[("country", "MX")],
        &[("type", "vehicle"), ("license_plate", "ABC456")],
    ] {
        let check = create(&caller, &with(PERSON, more)).await;
        assert_eq!(check.get("previous_check"), None);
        assert!(seen.insert(id(&check).to_owned()));
    }
}

#[tokio::test]
async fn a_check_is_recent_for_a_day() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let first = create(&caller, PERSON).await;
    app.clock.advance(DAY - Duration::from_secs(1));
    assert_eq!(reuse(&caller, PERSON).await, first);
    app.clock.advance(Duration::from_secs(2));
    let second = create(&caller, PERSON).await;
    assert_eq!(second["previous_check"], first["check_id"]);
    assert_eq!(reuse(&caller, PERSON).await, second);
}

#[tokio::test]
async fn how_long_it_is_recent_is_a_setting() {
    let app = TestApp::new().await;
    let mut client = app.client("acme", ClientKind::Sandbox).await;
    client.settings.reuse_window_seconds = 60;
    app.app.set_settings(&client).await.unwrap();
    let caller = app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await));
    let first = create(&caller, PERSON).await;
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(create(&caller, PERSON).await["previous_check"], first["check_id"]);
}

#[tokio::test]
async fn a_check_that_ended_in_error_is_no_answer() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = scenario("scenario.sources_failing");
    let failed = finish(&app, &caller, &form).await;
    assert_eq!(failed["status"], "error");
    let next = create(&caller, &form).await;
    assert_eq!(next.get("previous_check"), None);
    assert_eq!(reuse(&caller, &form).await, next);
}

#[tokio::test]
async fn a_deleted_check_is_no_answer_and_the_one_before_it_is_again() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let first = create(&caller, PERSON).await;
    let second = create(&caller, &with(PERSON, &[FORCED])).await;
    caller.delete(&path(&second)).await;
    assert_eq!(reuse(&caller, PERSON).await, first);
    caller.delete(&path(&first)).await;
    assert_eq!(create(&caller, PERSON).await.get("previous_check"), None);
}

#[tokio::test]
async fn another_client_makes_a_check_of_its_own() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    create(&ours, PERSON).await;
    assert_eq!(create(&theirs, PERSON).await.get("previous_check"), None);
}

#[tokio::test]
async fn another_billing_hub_makes_a_check_of_its_own() {
    let app = TestApp::new().await;
    let (client, plain) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let hub = BillingHubId(Uuid::from_u128(7));
    let key = NewKey {
        client,
        name: "hub".to_owned(),
        version: 1,
        permissions: vec![Permission::Administrator],
        billing_hub: Some(hub),
    };
    let billed = app.checks(Some(app.app.create_key(key).await.unwrap().1.0));
    create(&plain, PERSON).await;
    let check = create(&billed, PERSON).await;
    assert_eq!(check["billing_hub"], json!(hub));
    assert_eq!(check.get("previous_check"), None);
    assert_eq!(reuse(&billed, PERSON).await, check);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_equal_requests_to_two_processes_make_one_check() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let processes = [app.checks(Some(token.clone())), another_process(&app, &token)];
    let mut requests = JoinSet::new();
    for caller in processes.iter().cycle().take(40) {
        let caller = caller.clone();
        requests.spawn(async move { caller.post("/v1/checks", PERSON).await });
    }
    let answers = requests.join_all().await;
    let ids: BTreeSet<&str> = answers.iter().map(|answer| id(&answer.json["check"])).collect();
    let created = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .count();
    let returned = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count();
    assert_eq!((ids.len(), created, returned), (1, 1, 39));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_forced_requests_follow_each_other_in_one_line() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let processes = [app.checks(Some(token.clone())), another_process(&app, &token)];
    let mut requests = JoinSet::new();
    for caller in processes.iter().cycle().take(20) {
        let caller = caller.clone();
        requests.spawn(async move { create(&caller, &with(PERSON, &[FORCED])).await });
    }
    let checks = requests.join_all().await;
    let previous: BTreeSet<String> = checks
        .iter()
        .map(|check| check["previous_check"].to_string())
        .collect();
    assert_eq!(previous.len(), 20, "no check is followed by two");
}
