//! DELETE /v1/checks/{check_id}: what is deleted is gone everywhere.

use axum::http::StatusCode;
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{PERSON, assert_refused, create, finish, get, list, path, scenario, with};

const GONE: &str = "The Check was not found";

async fn delete(caller: &Caller, check: &Value) -> Value {
    let answer = caller.delete(&path(check)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

async fn count(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query)
        .fetch_one(&app.database.pool)
        .await
        .expect("a number")
}

#[tokio::test]
async fn the_answer_is_the_check_as_it_was() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, &scenario("scenario.mixed")).await;
    app.work().await;
    let before = caller.get(&path(&check)).await;
    let answer = caller.delete(&path(&check)).await;
    assert_eq!((answer.status, answer.text), (StatusCode::OK, before.text));
}

#[tokio::test]
async fn afterwards_it_is_nowhere() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, PERSON).await;
    delete(&caller, &check).await;
    assert_refused(&caller.get(&path(&check)).await, 404, GONE);
    assert_refused(&caller.get(&format!("{}/details", path(&check))).await, 404, GONE);
    assert_refused(&caller.delete(&path(&check)).await, 404, GONE);
    assert_eq!(list(&caller.get("/v1/checks").await.json, "checks").len(), 0);
}

#[tokio::test]
async fn nothing_personal_is_left_in_the_database() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(&scenario("scenario.mixed"), &[("first_name", "Wilhelmina")]);
    let check = finish(&app, &caller, &form).await;
    assert!(count(&app, "select count(*) from findings").await > 0);
    delete(&caller, &check).await;
    for (table, query) in [
        ("checks", "select count(*) from checks"),
        ("runs", "select count(*) from source_runs"),
        ("findings", "select count(*) from findings"),
        ("jobs", "select count(*) from jobs"),
        (
            "bodies",
            "select count(*) from event_bodies where body not like '%\"erased\":true}'",
        ),
        (
            "names",
            "select count(*) from event_bodies where body ilike '%wilhelmina%' or body like '%1000000001%'",
        ),
    ] {
        assert_eq!(count(&app, query).await, 0, "{table}");
    }
    assert_eq!(
        count(&app, "select count(*) from events").await,
        3,
        "that it happened is not forgotten"
    );
    assert_eq!(
        count(
            &app,
            "select count(*) from audit_entries where action = 'check.deleted'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_later_check_names_the_one_before_the_deleted_one() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(PERSON, &[("force_creation", "true")]);
    let first = finish(&app, &caller, &form).await;
    let second = finish(&app, &caller, &form).await;
    let third = finish(&app, &caller, &form).await;
    assert_eq!(third["previous_check"], second["check_id"]);
    delete(&caller, &second).await;
    assert_eq!(get(&caller, &third).await["previous_check"], first["check_id"]);
    delete(&caller, &first).await;
    assert_eq!(get(&caller, &third).await.get("previous_check"), None);
    assert_eq!(
        list(&caller.get("/v1/checks").await.json, "checks")[0].get("previous_check"),
        None
    );
}

#[tokio::test]
async fn a_check_that_waits_loses_its_job() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    assert_eq!(count(&app, "select count(*) from jobs").await, 1);
    assert_eq!(delete(&caller, &check).await["check"], check);
    assert_eq!(count(&app, "select count(*) from jobs").await, 0);
    app.work().await;
    assert_refused(&caller.get(&path(&check)).await, 404, GONE);
    assert_eq!(count(&app, "select count(*) from events").await, 1);
}

#[tokio::test]
async fn a_check_under_way_stays_deleted_when_its_last_source_answers() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, &scenario("scenario.slow")).await;
    assert_eq!(check["status"], "in_progress");
    delete(&caller, &check).await;
    app.work_scheduled().await;
    assert_refused(&caller.get(&path(&check)).await, 404, GONE);
    for query in [
        "select count(*) from source_runs",
        "select count(*) from findings",
        "select count(*) from jobs",
    ] {
        assert_eq!(count(&app, query).await, 0, "{query}");
    }
}

#[tokio::test]
async fn another_clients_check_stays() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    let check = create(&theirs, PERSON).await;
    assert_refused(&ours.delete(&path(&check)).await, 404, GONE);
    assert_refused(&ours.delete("/v1/checks/x").await, 404, GONE);
    app.work().await;
    assert_eq!(
        get(&theirs, &check).await["status"],
        "completed",
        "its job is there too"
    );
}
