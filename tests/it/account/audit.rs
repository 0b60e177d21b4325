//! /v1/audit: who did what to what is there, and nobody else's.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{
    audit_chain::export,
    who::{administrator, ask, claims, everything, holder, make_key, newest_key, post},
};
use crate::support::{assert_refused, assert_wrong, list, text};

/// Every call that changes something: method, path, body, how the trail tells it, and to what it was done. Names in
/// braces are what earlier answers said.
fn calls() -> Vec<(&'static str, &'static str, Value, &'static str, &'static str)> {
    let key = json!({"key_type": "backend", "key_name": "server", "api_key_version": 1});
    let hook = json!({
        "event_type": "check", "subscriber_type": "web", "subscriber_url": "http://127.0.0.1:9/"
    });
    let rule = json!({
        "name": "low", "product": "checks", "subproduct": "checks", "activators": ["check:finished"],
        "actions": [{"type": "email", "to": ["ana@example.com"], "subject": "s", "body": "b"}]
    });
    let check =
        json!({"type": "person", "country": "CO", "national_id": "1000000001", "user_authorized": true});
    let role = json!({"name": "support", "permissions": ["checks.read"]});
    let user = json!({"email": "ana@example.com", "role": "support"});
    let disabled = json!({"status": "disabled"});
    let fault = json!({"kind": "source", "source": "none"});
    let redeliver = "/v1/hooks/{hook_id}/deliveries/{delivery_id}/redeliver";
    vec![
        ("POST", "/v1/api-keys", key.clone(), "key.created", ""),
        ("PUT", "/v1/api-keys", key, "key.changed", ""),
        (
            "DELETE",
            "/v1/api-keys?key_name=server",
            Value::Null,
            "key.revoked",
            "",
        ),
        ("POST", "/v1/hooks", hook.clone(), "hook.created", "hook_id"),
        ("PUT", "/v1/hooks/{hook_id}", hook, "hook.changed", "hook_id"),
        (
            "POST",
            "/v1/hooks/{hook_id}/rotate",
            Value::Null,
            "hook.key_rotated",
            "hook_id",
        ),
        (
            "POST",
            "/v1/hooks/{hook_id}/test",
            Value::Null,
            "hook.tested",
            "hook_id",
        ),
        ("POST", redeliver, Value::Null, "hook.redelivered", "hook_id"),
        (
            "POST",
            "/v1/hooks/{hook_id}/replay?from=2026-01-01",
            Value::Null,
            "hook.replayed",
            "hook_id",
        ),
        (
            "DELETE",
            "/v1/hooks/{hook_id}",
            Value::Null,
            "hook.deleted",
            "hook_id",
        ),
        ("POST", "/v1/rules", rule.clone(), "rule.created", "rule_id"),
        ("PUT", "/v1/rules/{rule_id}", rule, "rule.changed", "rule_id"),
        (
            "DELETE",
            "/v1/rules/{rule_id}",
            Value::Null,
            "rule.deleted",
            "rule_id",
        ),
        (
            "POST",
            "/v1/billing-hubs",
            json!({"name": "north"}),
            "billing_hub.created",
            "billing_hub_id",
        ),
        ("POST", "/v1/roles", role, "role.created", "role_id"),
        (
            "POST",
            "/v1/terms/override",
            json!({"accept_terms": true}),
            "terms.accepted",
            "client_id",
        ),
        ("POST", "/v1/users", user, "user.invited", "user_id"),
        ("PUT", "/v1/users/{user_id}", disabled, "user.changed", "user_id"),
        (
            "DELETE",
            "/v1/users/{user_id}",
            Value::Null,
            "user.deleted",
            "user_id",
        ),
        (
            "POST",
            "/v1/sandbox/clock",
            json!({"advance": "1s"}),
            "sandbox.clock_advanced",
            "client_id",
        ),
        (
            "POST",
            "/v1/sandbox/faults",
            fault,
            "sandbox.fault_created",
            "client_id",
        ),
        (
            "DELETE",
            "/v1/sandbox/faults",
            Value::Null,
            "sandbox.faults_cleared",
            "client_id",
        ),
        (
            "DELETE",
            "/v1/sandbox/outbox",
            Value::Null,
            "sandbox.outbox_cleared",
            "client_id",
        ),
        ("POST", "/v1/checks", check, "check.created", "check_id"),
        (
            "DELETE",
            "/v1/checks/{check_id}",
            Value::Null,
            "check.deleted",
            "check_id",
        ),
        (
            "GET",
            "/v1/audit/export",
            Value::Null,
            "audit.exported",
            "client_id",
        ),
    ]
}

/// Ids by the names that answers give them.
type Ids = BTreeMap<String, String>;

/// Keeps the ids that an answer says.
fn learn(ids: &mut Ids, answer: &Value) {
    for (name, value) in answer.as_object().into_iter().flatten() {
        match value {
            Value::String(id) if name.ends_with("_id") => drop(ids.insert(name.clone(), id.clone())),
            nested => learn(ids, nested),
        }
    }
}

/// The trail, the oldest entry first.
pub async fn trail(app: &TestApp, caller: &Caller) -> Vec<Value> {
    app.work().await;
    let mut entries = everything(caller, "/v1/audit", "entries").await;
    entries.reverse();
    entries
}

/// Makes entries that differ.
pub async fn hubs(admin: &Caller, names: Range<u32>) {
    for name in names {
        let answer = post(admin, "/v1/billing-hubs", &json!({"name": format!("hub {name}")})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    }
}

#[tokio::test]
async fn every_call_that_changes_something_is_in_the_trail_with_who_did_it() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let key = holder(&app, &client, &[Permission::Administrator]).await;
    let (account, checks) = (app.account(Some(key.clone())), app.checks(Some(key.clone())));
    let mut ids = Ids::from([("client_id".to_owned(), client.id.to_string())]);
    let mut resources = Vec::new();
    for (method, path, body, action, resource) in calls() {
        let path = ids.iter().fold(path.to_owned(), |path, (name, id)| {
            path.replace(&format!("{{{name}}}"), id)
        });
        let caller = if path.starts_with("/v1/checks") {
            &checks
        } else {
            &account
        };
        let answer = ask(caller, &method.parse().unwrap(), &path, &body).await;
        assert!(answer.status.is_success(), "{action} {}", answer.text);
        learn(&mut ids, &answer.json);
        resources.push(ids.get(resource).cloned().unwrap_or_default());
    }
    let entries = trail(&app, &account).await;
    // The client and its first key were made by the command line.
    for (place, (entry, action)) in entries.iter().zip(["client.created", "key.created"]).enumerate() {
        assert_eq!(
            (&entry["sequence"], &entry["action"]),
            (&(place + 1).into(), &action.into())
        );
        assert_eq!(
            (&entry["actor_kind"], entry.get("actor")),
            (&"system".into(), None)
        );
    }
    let told: Vec<&str> = entries[2..].iter().map(|entry| text(entry, "action")).collect();
    let done: Vec<&str> = calls().iter().map(|(_, _, _, action, _)| *action).collect();
    assert_eq!(told, done);
    let actor = claims(&key)["jti"].clone();
    for (place, (entry, resource)) in entries[2..].iter().zip(resources).enumerate() {
        assert_eq!(entry["sequence"], place + 3);
        assert!(text(entry, "resource").ends_with(&resource), "{resource} {entry}");
        assert_eq!(
            (&entry["actor_kind"], &entry["actor"]),
            (&"key".into(), &actor),
            "{entry}"
        );
    }
}

#[tokio::test]
async fn what_was_refused_or_only_read_leaves_no_entry() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let reader = app.account(Some(holder(&app, &client, &[Permission::AccountRead]).await));
    hubs(&admin, 0..1).await;
    let before = trail(&app, &admin).await;
    let hub = json!({"name": "hub 0"});
    assert_eq!(
        post(&admin, "/v1/billing-hubs", &hub).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        post(&reader, "/v1/billing-hubs", &hub).await.status,
        StatusCode::FORBIDDEN
    );
    assert_wrong(&post(&admin, "/v1/billing-hubs", &json!({})).await, &["name"]);
    let missing = admin.delete("/v1/api-keys?key_name=nobody").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    admin.get("/v1/users").await;
    assert_eq!(trail(&app, &admin).await, before);
}

#[tokio::test]
async fn entries_are_paged_newest_first_and_are_their_clients_alone() {
    let app = TestApp::new().await;
    let (_, ours) = administrator(&app, "ours").await;
    let (client, theirs) = administrator(&app, "theirs").await;
    hubs(&ours, 0..20).await;
    hubs(&theirs, 0..1).await;
    app.work().await;
    let first = ours.get("/v1/audit").await;
    assert_eq!(list(&first.json, "entries").len(), 20);
    let next = text(&first.json, "next").to_owned();
    // What happens in between does not move the pages.
    hubs(&ours, 20..23).await;
    app.work().await;
    let rest = ours.get(&next).await;
    let numbers = |page: &Answer| -> Vec<i64> {
        let entries = list(&page.json, "entries").iter();
        entries.map(|entry| entry["sequence"].as_i64().unwrap()).collect()
    };
    assert_eq!(numbers(&first), (3..=22).rev().collect::<Vec<_>>());
    assert_eq!((numbers(&rest), &rest.json["next"]), (vec![2, 1], &"".into()));
    assert_wrong(&theirs.get(&next).await, &["start_key"]);
    let other = next.replace("/v1/audit", "/v1/audit/checkpoints");
    assert_wrong(&ours.get(&other).await, &["start_key"]);

    let entries = trail(&app, &theirs).await;
    let details: Vec<&str> = entries[1..].iter().map(|entry| text(entry, "detail")).collect();
    assert_eq!((details.len(), details[1]), (2, "hub 0"));
    let exported = export(&theirs).await;
    assert!(exported.iter().all(|line| line.contains(&client.id.to_string())));
    assert!(
        export(&ours)
            .await
            .iter()
            .all(|line| !line.contains(&client.id.to_string()))
    );
}

#[tokio::test]
async fn a_granted_permission_opens_the_trail() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    for (name, granted, may) in [("plain", "", false), ("auditor", "audit", true)] {
        app.clock.advance(Duration::from_secs(1));
        let form = [
            ("key_type", "backend"),
            ("key_name", name),
            ("permissions", granted),
        ];
        let caller = app.account(Some(make_key(&admin, &form).await));
        assert_eq!(newest_key(&admin).await["key_name"], name);
        for path in ["/v1/audit", "/v1/audit/checkpoints", "/v1/audit/export"] {
            let answer = caller.get(path).await;
            if may {
                assert_eq!(answer.status, StatusCode::OK, "{path}");
            } else {
                assert_refused(&answer, 403, "User is not authorized to access this resource");
            }
        }
    }
}
