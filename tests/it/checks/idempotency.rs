//! `Idempotency-Key` on POST /v1/checks: the same key and body get the same answer for a day.

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Answer, Caller, TestApp};
use tokio::task::JoinSet;

use crate::support::{
    PERSON, another_process, assert_refused, assert_wrong, get, header, id, list, path, tenant, with,
};

const FORCED: (&str, &str) = ("force_creation", "true");

async fn post(caller: &Caller, key: &str, more: &[(&str, &str)]) -> Answer {
    caller
        .post_with("/v1/checks", &with(PERSON, more), &[("Idempotency-Key", key)])
        .await
}

async fn count(caller: &Caller) -> usize {
    list(&caller.get("/v1/checks").await.json, "checks").len()
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_even_when_the_check_has_gone_on() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let first = post(&caller, "k", &[FORCED]).await;
    assert_eq!(
        (first.status, header(&first, "Idempotent-Replay")),
        (StatusCode::CREATED, "")
    );
    app.work().await;
    assert_eq!(get(&caller, &first.json["check"]).await["status"], "completed");
    let again = post(&caller, "k", &[FORCED]).await;
    assert_eq!(again.status, StatusCode::CREATED);
    assert_eq!(header(&again, "Idempotent-Replay"), "true");
    assert_eq!(again.text, first.text);
    assert_eq!(count(&caller).await, 1);
}

#[tokio::test]
async fn a_repeat_names_the_same_previous_check() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    post(&caller, "a", &[FORCED]).await;
    let second = post(&caller, "b", &[FORCED]).await;
    post(&caller, "c", &[FORCED]).await;
    assert!(second.json["check"]["previous_check"].is_string());
    assert_eq!(post(&caller, "b", &[FORCED]).await.text, second.text);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_409() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    post(&caller, "k", &[]).await;
    let message = "this Idempotency-Key was used with another request";
    assert_refused(&post(&caller, "k", &[("first_name", "Ana")]).await, 409, message);
    assert_refused(&post(&caller, "k", &[FORCED]).await, 409, message);
    let headers = [("Idempotency-Key", "k"), ("Truora-Priority", "low")];
    assert_refused(
        &caller.post_with("/v1/checks", PERSON, &headers).await,
        409,
        message,
    );
    assert_eq!(count(&caller).await, 1);
}

#[tokio::test]
async fn a_form_and_the_same_json_are_the_same_request() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let first = post(&caller, "k", &[]).await;
    let body = r#"{"user_authorized":true,"type":"person","national_id":"1000000001","country":"CO"}"#;
    let headers = [("content-type", "application/json"), ("Idempotency-Key", "k")];
    let again = caller
        .send(axum::http::Method::POST, "/v1/checks", &headers, body)
        .await;
    assert_eq!((again.status, again.text), (StatusCode::CREATED, first.text));
}

#[tokio::test]
async fn keys_of_two_clients_have_nothing_to_do_with_each_other() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    let first = post(&ours, "k", &[]).await;
    let second = post(&theirs, "k", &[("first_name", "Ana")]).await;
    assert_eq!(
        (second.status, header(&second, "Idempotent-Replay")),
        (StatusCode::CREATED, "")
    );
    assert_ne!(id(&first.json["check"]), id(&second.json["check"]));
}

#[tokio::test]
async fn a_key_has_at_most_255_printable_characters() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for key in [
        "k".repeat(256),
        String::new(),
        "two words".to_owned(),
        "\u{e9}".to_owned(),
    ] {
        assert_wrong(&post(&caller, &key, &[]).await, &["Idempotency-Key"]);
    }
    assert_eq!(
        post(&caller, &"k".repeat(255), &[]).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    assert_wrong(&post(&caller, "k", &[("country", "XX")]).await, &["country"]);
    assert_eq!(post(&caller, "k", &[]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn an_answer_with_an_earlier_check_is_repeated_as_such() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let earlier = post(&caller, "first", &[]).await;
    let reused = post(&caller, "second", &[]).await;
    assert_eq!(
        (reused.status, header(&reused, "Idempotent-Replay")),
        (StatusCode::OK, "")
    );
    // A newer equal check does not change what was answered.
    post(&caller, "third", &[FORCED]).await;
    let again = post(&caller, "second", &[]).await;
    assert_eq!(
        (again.status, header(&again, "Idempotent-Replay")),
        (StatusCode::OK, "true")
    );
    assert_eq!(id(&again.json["check"]), id(&earlier.json["check"]));
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let first = post(&caller, "k", &[FORCED]).await;
    sqlx::query("update idempotency_keys set created_at = created_at - interval '25 hours'")
        .execute(&app.database.pool)
        .await
        .unwrap();
    let next = post(&caller, "k", &[FORCED]).await;
    assert_eq!(
        (next.status, header(&next, "Idempotent-Replay")),
        (StatusCode::CREATED, "")
    );
    assert_eq!(
        next.json["check"]["previous_check"],
        first.json["check"]["check_id"]
    );
}

#[tokio::test]
async fn a_repeat_after_the_check_was_deleted_is_404() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let first = post(&caller, "k", &[FORCED]).await;
    caller.delete(&path(&first.json["check"])).await;
    assert_refused(
        &post(&caller, "k", &[FORCED]).await,
        404,
        "The Check was not found",
    );
}

/// Sends twins at once; says how many of them made a check.
async fn twins(callers: &[Caller]) -> usize {
    let mut requests = JoinSet::new();
    for caller in callers.iter().cycle().take(20) {
        let caller = caller.clone();
        requests.spawn(async move { post(&caller, "k", &[FORCED]).await });
    }
    let answers = requests.join_all().await;
    let mut made = 0;
    for answer in &answers {
        match (answer.status, header(answer, "Idempotent-Replay")) {
            (StatusCode::CREATED, "") => made += 1,
            (StatusCode::CREATED, "true") => {}
            (StatusCode::CONFLICT, "") => assert_eq!(header(answer, "Retry-After"), "1"),
            other => panic!("{other:?} {}", answer.text),
        }
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_concurrent_twins_one_makes_the_check() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    assert_eq!(twins(std::slice::from_ref(&caller)).await, 1);
    assert_eq!(count(&caller).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_concurrent_twins_at_two_processes_one_makes_the_check() {
    let app = TestApp::new().await;
    let (client, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 0, &[Permission::Administrator]).await;
    let callers = [app.checks(Some(token.clone())), another_process(&app, &token)];
    assert_eq!(twins(&callers).await, 1);
    assert_eq!(count(&caller).await, 1);
}
