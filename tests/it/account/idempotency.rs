//! `Idempotency-Key` on every POST and PUT: the same request is carried out once and answered alike for a day.

use axum::http::{Method, StatusCode};
use cotejo_app::App;
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_httpkit::access::Limits;
use cotejo_testkit::{Answer, Caller, TestApp, state};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::who::{administrator, holder, invite, mails, make_key, post};
use crate::support::{assert_refused, assert_wrong, header, list, text};

const ANOTHER: &str = "this Idempotency-Key was used with another request";
const HOOKS: &str = "/v1/hooks";

async fn send(caller: &Caller, method: &Method, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("Idempotency-Key", key)];
    caller
        .send(method.clone(), path, &headers, &body.to_string())
        .await
}

fn hook(port: u16) -> Value {
    let url = format!("http://127.0.0.1:{port}/");
    json!({"event_type": "check", "subscriber_type": "web", "subscriber_url": url})
}

async fn post_hook(caller: &Caller, key: &str, port: u16) -> Answer {
    send(caller, &Method::POST, HOOKS, key, &hook(port)).await
}

async fn count_hooks(caller: &Caller) -> usize {
    list(&caller.get(HOOKS).await.json, "hooks").len()
}

async fn entries(app: &TestApp, client: &Client) -> i64 {
    sqlx::query_scalar("select count(*) from audit_entries where client_id = $1")
        .bind(client.id.0)
        .fetch_one(&app.database.pool)
        .await
        .unwrap()
}

fn assert_first(answer: &Answer, what: &str) {
    assert!(answer.status.is_success(), "{what} {}", answer.text);
    assert_eq!(header(answer, "Idempotent-Replay"), "", "{what}");
}

fn assert_again(again: &Answer, first: &Answer, what: &str) {
    assert_eq!((again.status, &again.text), (first.status, &first.text), "{what}");
    assert_eq!(header(again, "Idempotent-Replay"), "true", "{what}");
}

/// A request of every route, and another body of it. What they are about is there already.
async fn requests(admin: &Caller) -> Vec<(Method, String, Value, Value)> {
    make_key(admin, &[("key_type", "backend"), ("key_name", "server")]).await;
    let user = invite(admin, "first@example.com", "operator").await;
    let user = format!("/v1/users/{}", text(&user, "user_id"));
    let made = post(admin, HOOKS, &hook(9)).await.json;
    let hook_path = format!("{HOOKS}/{}", text(&made, "hook_id"));
    let rule = |name: &str| {
        json!({
            "name": name, "product": "checks", "subproduct": "checks", "activators": ["check:finished"],
            "actions": [{"type": "email", "to": ["ana@example.com"], "subject": "s", "body": "b"}]
        })
    };
    let made = post(admin, "/v1/rules", &rule("first")).await.json;
    let rule_path = format!("/v1/rules/{}", text(&made, "rule_id"));
    let key = |name: &str| json!({"key_type": "backend", "key_name": name});
    let web = |name: &str| json!({"key_type": "web", "grant": "signals", "key_name": name});
    let guest = |email: &str| json!({"email": email, "role": "reader"});
    let role = |name: &str| json!({"name": name, "permissions": ["checks.read"]});
    let fault = |times: u32| json!({"kind": "source", "source": "none", "times": times});
    let version = |version: u8| json!({"key_name": "server", "api_key_version": version});
    let create = |path: &str, body, other| (Method::POST, path.to_owned(), body, other);
    let change = |path: &str, body, other| (Method::PUT, path.to_owned(), body, other);
    vec![
        create("/v1/api-keys", key("one"), key("two")),
        create("/v1/api-keys", web("one"), web("two")),
        create(HOOKS, hook(10), hook(11)),
        create("/v1/users", guest("ana@example.com"), guest("bea@example.com")),
        create("/v1/roles", role("one"), role("two")),
        create("/v1/billing-hubs", json!({"name": "one"}), json!({"name": "two"})),
        create("/v1/rules", rule("one"), rule("two")),
        create(
            "/v1/terms/override",
            json!({"accept_terms": true}),
            json!({"accept_terms": "1"}),
        ),
        create("/v1/sandbox/faults", fault(1), fault(2)),
        create(
            "/v1/sandbox/clock",
            json!({"advance": "1s"}),
            json!({"advance": "2s"}),
        ),
        create(&format!("{hook_path}/rotate"), json!({}), json!({"x": 1})),
        create(&format!("{hook_path}/test"), json!({}), json!({"x": 1})),
        change("/v1/api-keys", version(1), version(0)),
        change(&user, json!({"name": "one"}), json!({"name": "two"})),
        change(&hook_path, hook(12), hook(13)),
        change(&rule_path, json!({"name": "other"}), json!({"name": "another"})),
    ]
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_does_nothing() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    for (place, (method, path, body, other)) in requests(&admin).await.into_iter().enumerate() {
        let (what, key) = (format!("{method} {path}"), format!("key-{place}"));
        let first = send(&admin, &method, &path, &key, &body).await;
        assert_first(&first, &what);
        let before = entries(&app, &client).await;
        for _ in 0..2 {
            let again = send(&admin, &method, &path, &key, &body).await;
            assert_again(&again, &first, &what);
        }
        let refused = send(&admin, &method, &path, &key, &other).await;
        assert_refused(&refused, 409, ANOTHER);
        assert_eq!(entries(&app, &client).await, before, "{what}");
    }
    assert_eq!(mails(&admin, "ana@example.com").await.len(), 1);
    assert_eq!(mails(&admin, "bea@example.com").await.len(), 0);
    assert_eq!(admin.get("/v1/sandbox/clock").await.json["ahead_seconds"], 1);
}

#[tokio::test]
async fn a_key_belongs_to_its_route() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let body = json!({"name": "one", "permissions": ["checks.read"]});
    for path in ["/v1/billing-hubs", "/v1/roles"] {
        assert_first(&send(&admin, &Method::POST, path, "k", &body).await, path);
    }
    let made = post_hook(&admin, "k", 9).await;
    assert_first(&made, "hook");
    let path = format!("{HOOKS}/{}", text(&made.json, "hook_id"));
    assert_first(&send(&admin, &Method::PUT, &path, "k", &hook(9)).await, "change");
}

#[tokio::test]
async fn keys_of_two_clients_have_nothing_to_do_with_each_other() {
    let app = TestApp::new().await;
    let (_, ours) = administrator(&app, "ours").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let first = post_hook(&ours, "k", 9).await;
    let second = post_hook(&theirs, "k", 10).await;
    assert_first(&second, "theirs");
    assert_ne!(first.json["hook_id"], second.json["hook_id"]);
    assert_again(&post_hook(&ours, "k", 9).await, &first, "ours");
    assert_refused(&post_hook(&ours, "k", 10).await, 409, ANOTHER);
}

#[tokio::test]
async fn a_repeat_is_for_those_who_may_do_what_was_done() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    post_hook(&admin, "k", 9).await;
    let reader = app.account(Some(holder(&app, &client, &[Permission::AccountRead]).await));
    assert_eq!(post_hook(&reader, "k", 9).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let first = post_hook(&admin, "k", 9).await;
    for (hours, kept) in [(23, true), (2, false)] {
        sqlx::query("update idempotency_keys set created_at = created_at - $1 * interval '1 hour'")
            .bind(hours)
            .execute(&app.database.pool)
            .await
            .unwrap();
        let next = post_hook(&admin, "k", 9).await;
        if kept {
            assert_again(&next, &first, "within a day");
        } else {
            assert_first(&next, "after a day");
            assert_ne!(next.json["hook_id"], first.json["hook_id"]);
            assert_again(&post_hook(&admin, "k", 9).await, &next, "from then on");
        }
    }
    assert_eq!(count_hooks(&admin).await, 2);
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let hub = json!({"name": "north"});
    let path = "/v1/billing-hubs";
    let wrong = send(&admin, &Method::POST, path, "k", &json!({"name": ""})).await;
    assert_wrong(&wrong, &["name"]);
    let reader = app.account(Some(holder(&app, &client, &[Permission::AccountRead]).await));
    let refused = send(&reader, &Method::POST, path, "k", &hub).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_first(&send(&admin, &Method::POST, path, "k", &hub).await, "k");
    // A conflict that went away is none any more.
    let taken = send(&admin, &Method::POST, path, "l", &hub).await;
    assert_refused(&taken, 409, "a billing hub of this name exists already");
    sqlx::query("delete from billing_hubs")
        .execute(&app.database.pool)
        .await
        .unwrap();
    assert_first(&send(&admin, &Method::POST, path, "l", &hub).await, "l");
}

#[tokio::test]
async fn a_key_has_at_most_255_printable_characters() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    for key in ["k".repeat(256), String::new(), "two words".to_owned()] {
        assert_wrong(&post_hook(&admin, &key, 9).await, &["Idempotency-Key"]);
    }
    assert_first(&post_hook(&admin, &"k".repeat(255), 9).await, "255");
}

#[tokio::test]
async fn the_kept_answer_is_not_readable_where_it_is_kept() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let body = json!({"key_type": "backend", "key_name": "server"});
    let made = send(&admin, &Method::POST, "/v1/api-keys", "k", &body).await;
    let kept: Vec<u8> = sqlx::query_scalar("select answer from idempotency_keys")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    let secret = text(&made.json, "api_key");
    assert!(kept.len() > secret.len());
    for part in secret.split('.') {
        assert!(!kept.windows(part.len()).any(|window| window == part.as_bytes()));
    }
}

/// A caller of a process whose checks service serves hooks as the account service does.
fn process(app: App, key: &str) -> Caller {
    Caller::new(
        cotejo_checks::service(state(app, Limits::default())),
        Some(key.to_owned()),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twins_at_once_one_is_carried_out_whichever_process_they_ask() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let key = holder(&app, &client, &[Permission::Administrator]).await;
    let admin = app.account(Some(key.clone()));
    let callers = [
        process(app.app.clone(), &key),
        process(app.another_process(), &key),
        admin.clone(),
    ];
    for turn in 0..3 {
        let mut twins = JoinSet::new();
        for caller in callers.iter().cycle().take(18) {
            let caller = caller.clone();
            twins
                .spawn(async move { post_hook(&caller, &format!("turn {turn}").replace(' ', "-"), 9).await });
        }
        let answers = twins.join_all().await;
        let (mut made, mut bodies) = (0, Vec::new());
        for answer in answers {
            match (answer.status, header(&answer, "Idempotent-Replay")) {
                (StatusCode::CREATED, replayed) => {
                    made += usize::from(replayed.is_empty());
                    bodies.push(answer.text);
                }
                (StatusCode::CONFLICT, "") => assert_eq!(header(&answer, "Retry-After"), "1"),
                other => panic!("{other:?} {}", answer.text),
            }
        }
        bodies.dedup();
        assert_eq!((made, bodies.len()), (1, 1));
        assert_eq!(count_hooks(&admin).await, turn + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twins_invite_a_person_once() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let mut twins = JoinSet::new();
    for _ in 0..8 {
        let admin = admin.clone();
        let body = json!({"email": "ana@example.com", "role": "reader"});
        twins.spawn(async move { send(&admin, &Method::POST, "/v1/users", "k", &body).await });
    }
    let answers = twins.join_all().await;
    assert!(
        answers
            .iter()
            .all(|answer| [StatusCode::CREATED, StatusCode::CONFLICT].contains(&answer.status))
    );
    assert_eq!(mails(&admin, "ana@example.com").await.len(), 1);
    assert_eq!(list(&admin.get("/v1/users").await.json, "users").len(), 1);
}
