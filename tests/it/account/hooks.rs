//! Hooks: made, read, changed and deleted by their owner alone, on account and on checks alike.

use axum::http::StatusCode;
use cotejo_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use super::{
    receiver::{Receiver, Reply},
    tenant::{Tenant, hook_path, members, post_json, put_json},
};
use crate::support::{assert_refused, assert_wrong, list, text, with};

/// A hook by web.
pub const WEB: &[(&str, &str)] = &[
    ("subscriber_type", "web"),
    ("event_type", "check"),
    ("actions", "finished"),
    ("subscriber_url", "https://example.com/hook"),
];

/// A hook by mail.
pub const EMAIL: &[(&str, &str)] = &[
    ("subscriber_type", "email"),
    ("event_type", "all"),
    ("subscriber_address", "ana@example.com"),
    ("subscriber_name", "Ana"),
    ("subscriber_language", "en"),
];

/// Creates a hook.
pub async fn make(caller: &Caller, form: &[(&str, &str)]) -> Value {
    let answer = caller.post("/v1/hooks", form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{form:?} {}", answer.text);
    answer.json
}

#[tokio::test]
async fn a_new_hook_shows_what_was_asked_and_its_key() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let hook = make(&acme.account, WEB).await;
    assert_eq!(
        members(&hook),
        [
            "actions",
            "client_id",
            "creation_date",
            "event_type",
            "hook_id",
            "signing_key",
            "status",
            "subscriber",
            "subscriber_type",
            "update_date",
            "webhook_secret"
        ]
    );
    let (id, key) = (text(&hook, "hook_id"), text(&hook, "signing_key"));
    assert!(id.starts_with("HOK") && id.len() == 35, "{id}");
    assert!(
        key.len() == 64
            && key
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        "{key}"
    );
    assert!(text(&hook, "webhook_secret").starts_with("whsec_"));
    assert_eq!(hook["client_id"], acme.client.id.to_string());
    assert_eq!(
        (&hook["event_type"], &hook["actions"]),
        (&json!("check"), &json!(["finished"]))
    );
    assert_eq!(
        (&hook["status"], &hook["subscriber_type"]),
        (&json!("enabled"), &json!("web"))
    );
    assert_eq!(
        hook["subscriber"],
        json!({ "http_method": "POST", "url": "https://example.com/hook", "format": "jwt" })
    );
    assert_eq!(hook["creation_date"], "2026-01-02T03:04:05.123456789Z");
    let mailbox = make(&acme.account, EMAIL).await;
    assert_eq!(
        mailbox["subscriber"],
        json!({ "address": "ana@example.com", "name": "Ana", "language": "en" })
    );
    assert_ne!(mailbox["signing_key"], hook["signing_key"]);
    for hook in [hook, mailbox] {
        assert_eq!(acme.hook_now(&hook).await, hook);
    }
}

#[tokio::test]
async fn account_and_checks_serve_the_same_hooks() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (one, other) in [(&acme.account, &acme.checks), (&acme.checks, &acme.account)] {
        let hook = make(one, WEB).await;
        let path = hook_path(&hook, "");
        assert_eq!(other.get(&path).await.json, hook);
        assert_eq!(
            other.get("/v1/hooks").await.json,
            json!({ "hooks": [hook], "self": "/v1/hooks", "next": "" })
        );
        let changed = put_json(other, &path, &json!({ "event_type": "all" })).await;
        assert_eq!(
            (changed.status, &changed.json["event_type"]),
            (StatusCode::OK, &json!("all"))
        );
        assert_eq!(
            other.post(&hook_path(&hook, "/rotate"), &[]).await.status,
            StatusCode::OK
        );
        assert_eq!(
            other.get(&hook_path(&hook, "/deliveries")).await.status,
            StatusCode::OK
        );
        let deleted = other.delete(&path).await;
        assert_eq!(deleted.status, StatusCode::OK);
        assert!(
            deleted.json.as_str().unwrap().contains(text(&hook, "hook_id")),
            "{}",
            deleted.text
        );
        for caller in [one, other] {
            assert_refused(&caller.get(&path).await, 404, "The Hook was not found");
        }
    }
}

#[tokio::test]
async fn actions_have_several_spellings() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let base: Vec<_> = WEB
        .iter()
        .filter(|(name, _)| *name != "actions")
        .copied()
        .collect();
    let table: [(&[(&str, &str)], &[&str]); 5] = [
        (&[], &[]),
        (&[("actions", "all")], &[]),
        (
            &[("actions", "finished"), ("actions", "Created")],
            &["created", "finished"],
        ),
        (
            &[("actions[]", "finished"), ("actions[]", "created")],
            &["created", "finished"],
        ),
        (
            &[("actions", "created, finished,created")],
            &["created", "finished"],
        ),
    ];
    for (actions, expected) in table {
        let form = [&base, actions].concat();
        assert_eq!(
            make(&acme.account, &form).await["actions"],
            json!(expected),
            "{actions:?}"
        );
    }
    let body = json!({
        "subscriber_type": "web", "event_type": "ALL", "subscriber_url": "http://example.com", "http_method": "put",
        "actions": ["finished", "delayed"], "format": "JSON", "status": "disabled",
    });
    let hook = post_json(&acme.account, "/v1/hooks", &body).await.json;
    assert_eq!(hook["actions"], json!(["delayed", "finished"]));
    assert_eq!(
        (&hook["event_type"], &hook["status"]),
        (&json!("all"), &json!("disabled"))
    );
    assert_eq!(
        hook["subscriber"],
        json!({ "http_method": "PUT", "url": "http://example.com", "format": "json" })
    );
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let long_name = "n".repeat(101);
    let table: [(&[(&str, &str)], &[(&str, &str)], &[&str]); 9] = [
        (&[], &[], &["subscriber_type", "event_type"]),
        (
            WEB,
            &[("subscriber_type", "pigeon"), ("event_type", "weather")],
            &["subscriber_type", "event_type"],
        ),
        (WEB, &[("actions", "changed")], &["actions"]),
        (WEB, &[("subscriber_url", "")], &["subscriber_url"]),
        (
            WEB,
            &[("http_method", "GET"), ("format", "xml"), ("status", "on")],
            &["http_method", "format", "status"],
        ),
        (
            WEB,
            &[("event_type", "weather"), ("subscriber_url", "http://10.0.0.1/")],
            &["event_type", "subscriber_url"],
        ),
        (EMAIL, &[("subscriber_address", "")], &["subscriber_address"]),
        (
            EMAIL,
            &[("subscriber_address", "nobody"), ("subscriber_language", "fr")],
            &["subscriber_address", "subscriber_language"],
        ),
        (EMAIL, &[("subscriber_name", &long_name)], &["subscriber_name"]),
    ];
    for (base, more, fields) in table {
        for caller in [&acme.account, &acme.checks] {
            assert_wrong(&caller.post("/v1/hooks", &with(base, more)).await, fields);
        }
    }
    assert_eq!(list(&acme.account.get("/v1/hooks").await.json, "hooks").len(), 0);
}

#[tokio::test]
async fn a_url_that_leads_inside_is_refused() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let hook = make(&acme.account, WEB).await;
    for url in [
        "http://10.0.0.1/",
        "http://10.0.0.1:8080/hook",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://user:secret@example.com/",
        "ftp://example.com/",
        "example.com/hook",
        "/hook",
        "http://example.com:0/",
    ] {
        for caller in [&acme.account, &acme.checks] {
            let made = caller
                .post("/v1/hooks", &with(WEB, &[("subscriber_url", url)]))
                .await;
            assert_wrong(&made, &["subscriber_url"]);
            let changed = put_json(caller, &hook_path(&hook, ""), &json!({ "subscriber_url": url })).await;
            assert_wrong(&changed, &["subscriber_url"]);
            assert!(!changed.text.contains(url), "{}", changed.text);
        }
    }
    assert_eq!(acme.hook_now(&hook).await, hook);
    // The deployment of these tests allows its own machine.
    make(
        &acme.account,
        &with(WEB, &[("subscriber_url", "http://127.0.0.1:9/")]),
    )
    .await;
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let hook = make(&acme.account, WEB).await;
    let table = [
        (json!({}), "subscriber_type", json!("web")),
        (json!({ "status": "disabled" }), "status", json!("disabled")),
        (json!({ "status": "enabled" }), "status", json!("enabled")),
        (
            json!({ "subscriber_url": "https://example.org/" }),
            "subscriber",
            json!({ "http_method": "POST", "url": "https://example.org/", "format": "jwt" }),
        ),
        (
            json!({ "http_method": "PATCH", "format": "json" }),
            "subscriber",
            json!({ "http_method": "PATCH", "url": "https://example.org/", "format": "json" }),
        ),
        (
            json!({ "actions": ["created", "delayed"] }),
            "actions",
            json!(["created", "delayed"]),
        ),
        (json!({ "actions": "all" }), "actions", json!([])),
    ];
    let mut before = hook;
    for (change, member, expected) in table {
        let after = put_json(&acme.account, &hook_path(&before, ""), &change).await;
        assert_eq!(after.status, StatusCode::OK, "{change} {}", after.text);
        before[member] = expected;
        assert_eq!(after.json, before, "{change}");
        assert_eq!(acme.hook_now(&before).await, before);
    }
    // Another kind of subscriber needs what the first one did not have.
    let path = hook_path(&before, "");
    let to_mail = put_json(&acme.account, &path, &json!({ "subscriber_type": "email" })).await;
    assert_wrong(&to_mail, &["subscriber_address"]);
    let change = json!({ "subscriber_type": "email", "subscriber_address": "ana@example.com" });
    let to_mail = put_json(&acme.account, &path, &change).await.json;
    assert_eq!(
        to_mail["subscriber"],
        json!({ "address": "ana@example.com", "name": "", "language": "es" })
    );
    assert_eq!(to_mail["signing_key"], before["signing_key"]);
}

#[tokio::test]
async fn a_deleted_hook_is_told_nothing_and_leaves_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    receiver.always(Reply::of(500));
    let hook = acme.hook(&receiver, &[]).await;
    acme.check().await;
    app.work().await;
    assert_eq!(receiver.seen().len(), 3);
    assert_eq!(
        acme.account.delete(&hook_path(&hook, "")).await.status,
        StatusCode::OK
    );
    assert_refused(
        &acme.account.delete(&hook_path(&hook, "")).await,
        404,
        "The Hook was not found",
    );
    acme.check().await;
    acme.advance(&app, "1h").await;
    assert_eq!(receiver.seen().len(), 3, "what waited was given up");
    for left in [
        "select count(*) from hooks",
        "select count(*) from deliveries",
        "select count(*) from delivery_attempts",
        "select count(*) from jobs",
    ] {
        let rows: i64 = sqlx::query_scalar(left)
            .fetch_one(&app.database.pool)
            .await
            .unwrap();
        assert_eq!(rows, 0, "{left}");
    }
}

#[tokio::test]
async fn signing_keys_are_sealed_at_rest() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let hook = make(&acme.account, WEB).await;
    let rotated = acme.account.post(&hook_path(&hook, "/rotate"), &[]).await.json;
    assert_ne!(rotated["signing_key"], hook["signing_key"]);
    let stored: (Vec<u8>, Vec<u8>) = sqlx::query_as("select signing_key, previous_key from hooks")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    for sealed in [stored.0, stored.1] {
        let readable = String::from_utf8_lossy(&sealed).into_owned();
        for key in [&hook["signing_key"], &rotated["signing_key"]] {
            assert!(!readable.contains(key.as_str().unwrap()));
        }
    }
}
