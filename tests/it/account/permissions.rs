//! What keys may do: what they are given when they are made, and what each permission opens.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use Permission as P;

use super::who::{Texts, administrator, ask, holder, make_key, newest_key, post};
use crate::support::{PERSON, assert_refused, assert_wrong, create, get, list, path, text};

const PATH: &str = "/v1/api-keys";
const FORBIDDEN: &str = "User is not authorized to access this resource";
const TERMS: &str = "the account has not accepted the terms of the status override: POST /v1/terms/override";
const OVERRIDE: &str = "identity.processes.override.status";

const PRODUCTS: &[&str] = &[
    "checks.read",
    "checks.write",
    "validations.read",
    "validations.write",
    "identity.read",
    "identity.write",
    "account.read",
    "account.write",
];

#[tokio::test]
async fn a_new_key_carries_its_makers_products_and_what_is_granted_of_what_is_held() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let table: &[(&[P], Texts<'_>, Option<Texts<'_>>)] = &[
        (&[P::Administrator], &[], Some(PRODUCTS)),
        (
            &[P::Administrator],
            &["audit", "erasure", "keys", "administrator"],
            Some(&[PRODUCTS, &["audit", "erasure", "keys", "administrator"]].concat()),
        ),
        (&[P::Keys, P::ChecksRead], &[], Some(&["checks.read"])),
        (&[P::Keys, P::Audit, P::Erasure], &[], Some(&[])),
        (
            &[P::Keys, P::ChecksRead, P::ChecksWrite],
            &["checks.read"],
            Some(&["checks.read"]),
        ),
        (
            &[P::Keys, P::ChecksRead, P::Audit],
            &["audit", "keys"],
            Some(&["checks.read", "audit", "keys"]),
        ),
        (&[P::Keys, P::ChecksRead], &["audit"], None),
        (&[P::Keys, P::ChecksRead], &["erasure"], None),
        (&[P::Keys, P::ChecksRead], &["administrator"], None),
        (&[P::Keys, P::ChecksRead], &[OVERRIDE], None),
        (&[P::Keys, P::ChecksRead], &["checks.write"], None),
        (
            &[P::Keys, P::ChecksRead, P::MaskDocuments],
            &[],
            Some(&["checks.read", "mask.documents"]),
        ),
        (
            &[P::Keys, P::ChecksRead],
            &["mask.names"],
            Some(&["checks.read", "mask.names"]),
        ),
    ];
    for (place, (maker, granted, carried)) in table.iter().enumerate() {
        app.clock.advance(Duration::from_secs(1));
        let maker = app.account(Some(holder(&app, &client, maker).await));
        app.clock.advance(Duration::from_secs(1));
        let name = format!("key {place}");
        let body = json!({"key_type": "backend", "key_name": name, "permissions": granted});
        let answer = post(&maker, PATH, &body).await;
        match carried {
            None => assert_refused(&answer, 403, FORBIDDEN),
            Some(carried) => {
                assert_eq!(answer.status, StatusCode::CREATED, "{granted:?} {}", answer.text);
                let record = newest_key(&admin).await;
                assert_eq!(
                    (&record["key_name"], &record["permissions"]),
                    (&json!(name), &json!(carried))
                );
            }
        }
    }
}

#[tokio::test]
async fn permissions_are_repeated_fields_or_a_list() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    for (name, more) in [
        (
            "a",
            vec![("permissions", "checks.read"), ("permissions", "audit")],
        ),
        (
            "b",
            vec![("permissions[]", "Checks.Read"), ("permissions[]", "audit")],
        ),
        ("c", vec![("permissions", "checks.read, audit,audit")]),
    ] {
        app.clock.advance(Duration::from_secs(1));
        let mut form = vec![("key_type", "backend"), ("key_name", name)];
        form.extend(more);
        make_key(&admin, &form).await;
        assert_eq!(
            newest_key(&admin).await["permissions"],
            json!(["checks.read", "audit"])
        );
    }
}

/// Every call and the permission that opens it.
fn calls() -> Vec<(Method, &'static str, Value, P)> {
    let (read, make, change, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let hook = json!({
        "event_type": "check", "subscriber_type": "web", "subscriber_url": "http://127.0.0.1:9/"
    });
    let rule = json!({
        "name": "low", "product": "checks", "subproduct": "checks", "activators": ["check:finished"],
        "actions": [{"type": "email", "to": ["ana@example.com"], "subject": "s", "body": "b"}]
    });
    let key = json!({"key_type": "backend", "key_name": "made"});
    let terms = json!({"accept_terms": true});
    let user = json!({"email": "ana@example.com", "role": "operator"});
    let role = json!({"name": "made", "permissions": ["checks.read"]});
    let fault = json!({"kind": "source", "source": "none", "times": 1});
    let process = json!({"key_type": "web", "grant": "signals"});
    let by_app = json!({"key_type": "sdk", "grant": "validations"});
    vec![
        (make.clone(), PATH, key, P::Keys),
        (make.clone(), PATH, process, P::IdentityWrite),
        (make.clone(), PATH, by_app, P::ValidationsWrite),
        (read.clone(), PATH, Value::Null, P::Keys),
        (
            change.clone(),
            PATH,
            json!({"key_name": "x", "api_key_version": 1}),
            P::Keys,
        ),
        (delete.clone(), "/v1/api-keys?key_name=x", Value::Null, P::Keys),
        (read.clone(), "/v1/hooks", Value::Null, P::AccountRead),
        (make.clone(), "/v1/hooks", hook, P::AccountWrite),
        (read.clone(), HOOK, Value::Null, P::AccountRead),
        (
            change.clone(),
            HOOK,
            json!({"status": "disabled"}),
            P::AccountWrite,
        ),
        (delete.clone(), HOOK, Value::Null, P::AccountWrite),
        (read.clone(), "/v1/events", Value::Null, P::AccountRead),
        (read.clone(), "/v1/rules", Value::Null, P::AccountRead),
        (make.clone(), "/v1/rules", rule, P::AccountWrite),
        (read.clone(), "/v1/users", Value::Null, P::AccountRead),
        (make.clone(), "/v1/users", user, P::Administrator),
        (change, USER, json!({"status": "disabled"}), P::Administrator),
        (delete.clone(), USER, Value::Null, P::Administrator),
        (read.clone(), "/v1/roles", Value::Null, P::AccountRead),
        (make.clone(), "/v1/roles", role, P::Administrator),
        (read.clone(), "/v1/billing-hubs", Value::Null, P::AccountRead),
        (
            make.clone(),
            "/v1/billing-hubs",
            json!({"name": "north"}),
            P::AccountWrite,
        ),
        (make.clone(), "/v1/terms/override", terms, P::Administrator),
        (read.clone(), "/v1/audit", Value::Null, P::Audit),
        (read.clone(), "/v1/audit/checkpoints", Value::Null, P::Audit),
        (read.clone(), "/v1/audit/export", Value::Null, P::Audit),
        (
            read.clone(),
            "/v1/sandbox/scenarios?type=vehicle",
            Value::Null,
            P::AccountRead,
        ),
        (read.clone(), "/v1/sandbox/clock", Value::Null, P::AccountRead),
        (
            make.clone(),
            "/v1/sandbox/clock",
            json!({"advance": "1s"}),
            P::AccountWrite,
        ),
        (read.clone(), "/v1/sandbox/outbox", Value::Null, P::AccountRead),
        (delete.clone(), "/v1/sandbox/outbox", Value::Null, P::AccountWrite),
        (read, "/v1/sandbox/faults", Value::Null, P::AccountRead),
        (make, "/v1/sandbox/faults", fault, P::AccountWrite),
        (delete, "/v1/sandbox/faults", Value::Null, P::AccountWrite),
    ]
}

const HOOK: &str = "/v1/hooks/HOK00000000000070008000000000000001";
const USER: &str = "/v1/users/USR00000000000070008000000000000001";

#[tokio::test]
async fn each_call_is_opened_by_one_permission_and_no_other() {
    let app = TestApp::new().await;
    for (method, path, body, permission) in calls() {
        let name = format!("{method} {path} {permission}");
        let client = app.client(&name, ClientKind::Sandbox).await;
        let others: Vec<P> = P::ALL
            .iter()
            .copied()
            .filter(|other| ![permission, P::Administrator].contains(other))
            .collect();
        let without = app.account(Some(holder(&app, &client, &others).await));
        let with = app.account(Some(holder(&app, &client, &[permission]).await));
        let refused = ask(&without, &method, path, &body).await;
        assert_eq!(
            (refused.status, &refused.json["message"]),
            (StatusCode::FORBIDDEN, &FORBIDDEN.into()),
            "{name}"
        );
        let opened = ask(&with, &method, path, &body).await;
        let there = opened.status.is_success() || opened.status == StatusCode::NOT_FOUND;
        assert!(there, "{name} {}", opened.text);
    }
}

#[tokio::test]
async fn live_clients_have_no_sandbox_to_move() {
    let app = TestApp::new().await;
    let client = app.client("live", ClientKind::Live).await;
    let admin = app.account(Some(holder(&app, &client, &[P::Administrator]).await));
    let sandbox = calls()
        .into_iter()
        .filter(|(_, path, ..)| path.starts_with("/v1/sandbox"));
    for (method, path, body, _) in sandbox {
        assert_refused(&ask(&admin, &method, path, &body).await, 403, FORBIDDEN);
    }
}

#[tokio::test]
async fn the_override_is_granted_only_after_its_terms_were_accepted() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let key = json!({"key_type": "backend", "key_name": "server", "permissions": [OVERRIDE]});
    let role = json!({"name": "overrider", "permissions": [OVERRIDE]});
    for (path, body) in [(PATH, &key), ("/v1/roles", &role)] {
        assert_refused(&post(&admin, path, body).await, 409, TERMS);
    }
    for form in [
        &[][..],
        &[("accept_terms", "false")],
        &[("accept_terms", "maybe")],
    ] {
        assert_wrong(&admin.post("/v1/terms/override", form).await, &["accept_terms"]);
    }
    let agreed = [("accept_terms", "true")];
    let first = admin.post("/v1/terms/override", &agreed).await;
    assert_eq!(
        (first.status, &first.json),
        (
            StatusCode::OK,
            &json!({"terms": "override", "accepted_date": "2026-01-02T03:04:05Z"})
        )
    );
    app.clock.advance(Duration::from_secs(60));
    let again = admin.post("/v1/terms/override", &agreed).await;
    assert_eq!(again.json, first.json, "the first time stays");
    for (path, body) in [(PATH, &key), ("/v1/roles", &role)] {
        let made = post(&admin, path, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_refused(&post(&theirs, path, body).await, 409, TERMS);
    }
    let record = newest_key(&admin).await;
    assert!(
        list(&record, "permissions").contains(&OVERRIDE.into()),
        "{record}"
    );
    // Who holds everything else does not hand it on.
    let keys = app.account(Some(holder(&app, &client, &[P::Keys, P::IdentityWrite]).await));
    let key = json!({"key_type": "backend", "key_name": "other", "permissions": [OVERRIDE]});
    assert_refused(&post(&keys, PATH, &key).await, 403, FORBIDDEN);
}

#[tokio::test]
async fn a_billing_hub_is_named_by_id_or_name_and_marks_keys_and_checks() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let hub = |name| [("name", name)];
    let made = admin.post("/v1/billing-hubs", &hub("North")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let id = text(&made.json, "billing_hub_id");
    assert_eq!(
        made.json,
        json!({"billing_hub_id": id, "name": "North", "creation_date": "2026-01-02T03:04:05.123456789Z"})
    );
    assert!(id.starts_with("BHB") && id.len() == 35, "{id}");
    assert_eq!(
        admin.get("/v1/billing-hubs").await.json["billing_hubs"],
        json!([made.json])
    );
    assert_eq!(
        theirs.get("/v1/billing-hubs").await.json["billing_hubs"],
        json!([])
    );
    assert_refused(
        &admin.post("/v1/billing-hubs", &hub("NORTH")).await,
        409,
        "a billing hub of this name exists already",
    );
    let long = "h".repeat(101);
    for name in ["", "  ", "a\tb", &long] {
        assert_wrong(&admin.post("/v1/billing-hubs", &hub(name)).await, &["name"]);
    }
    let south = theirs.post("/v1/billing-hubs", &hub("South")).await;
    for unknown in ["South", text(&south.json, "billing_hub_id"), "BHB1"] {
        let form = [
            ("key_type", "backend"),
            ("key_name", "x"),
            ("billing_hub", unknown),
        ];
        assert_wrong(&admin.post(PATH, &form).await, &["billing_hub"]);
    }
    for (key, named) in [("by id", id), ("by name", "north")] {
        app.clock.advance(Duration::from_secs(1));
        let form = [
            ("key_type", "backend"),
            ("key_name", key),
            ("billing_hub", named),
            ("permissions", "keys"),
        ];
        let token = make_key(&admin, &form).await;
        assert_eq!(newest_key(&admin).await["billing_hub"], id);
        // What a key of a hub makes belongs to the hub.
        app.clock.advance(Duration::from_secs(1));
        let child = format!("child {key}");
        let maker = app.account(Some(token));
        let token = make_key(&maker, &[("key_type", "backend"), ("key_name", &child)]).await;
        assert_eq!(newest_key(&admin).await["billing_hub"], id);
        let server = app.checks(Some(token));
        let check = create(&server, PERSON).await;
        assert_eq!(check["billing_hub"], id);
        assert_eq!(get(&server, &check).await["billing_hub"], id);
        server.delete(&path(&check)).await;
    }
}
