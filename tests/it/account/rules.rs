//! Rules: made, read, changed and deleted by their owner alone; what is wrong is named with its place.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use cotejo_domain::permissions::Permission;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::tenant::{Tenant, members, post_json, put_json, rule_path};
use crate::support::{assert_refused, assert_wrong, list, text};

fn mail() -> Value {
    json!([{ "type": "email", "to": ["ana@example.com"], "subject": "{{check_id}}", "body": "Score {{score}}" }])
}

#[tokio::test]
async fn a_new_rule_shows_what_was_asked() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let rule = json!({
        "name": "low scores", "description": "Whom to look at", "product": "checks", "subproduct": "checks",
        "activators": ["check:finished", "delayed"],
        "conditions": { "all": [
            { "field": "status", "operator": "equals", "value": "completed" },
            { "not": { "field": "score", "operator": "greater_or_equal", "value": 0.5 } },
        ] },
        "actions": [
            { "type": "webhook", "name": "ours", "url": "https://example.com/hook", "variables": ["score"] },
            { "type": "email", "to": ["ana@example.com"], "subject": "Look", "body": "{{check_id}}" },
        ],
    });
    let answer = post_json(&acme.account, "/v1/rules", &rule).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let made = answer.json;
    assert_eq!(
        members(&made),
        [
            "actions",
            "activators",
            "client_id",
            "conditions",
            "creation_date",
            "description",
            "name",
            "product",
            "rule_id",
            "status",
            "subproduct",
            "update_date"
        ]
    );
    for member in ["name", "description", "product", "subproduct", "conditions"] {
        assert_eq!(made[member], rule[member], "{member}");
    }
    assert_eq!(made["activators"], json!(["check:delayed", "check:finished"]));
    assert!(text(&made, "rule_id").starts_with("BRL"));
    assert_eq!(
        (&made["status"], &made["client_id"]),
        (&json!("enabled"), &json!(acme.client.id.to_string()))
    );
    let actions = list(&made, "actions");
    for action in actions {
        assert!(text(action, "action_id").starts_with("BRA"));
    }
    assert_eq!(
        (&actions[0]["method"], &actions[0]["format"]),
        (&json!("POST"), &json!("jwt"))
    );
    assert_eq!(text(&actions[0], "signing_key").len(), 64);
    assert_eq!(actions[1]["to"], json!(["ana@example.com"]));
    assert_eq!(acme.account.get(&rule_path(&made, "")).await.json, made);
    let listed = acme.account.get("/v1/rules").await.json;
    assert_eq!(
        listed,
        json!({ "rules": [made], "self": "/v1/rules", "next": "" })
    );
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let condition = json!({ "field": "score", "operator": "less_than", "value": 0.5 });
    let mut rule = acme
        .rule(&json!({ "actions": mail(), "conditions": condition }))
        .await;
    for (change, member, expected) in [
        (json!({}), "status", json!("enabled")),
        (json!({ "name": "other" }), "name", json!("other")),
        (
            json!({ "description": "in words" }),
            "description",
            json!("in words"),
        ),
        (json!({ "status": "disabled" }), "status", json!("disabled")),
        (
            json!({ "activators": ["created"] }),
            "activators",
            json!(["check:created"]),
        ),
        (json!({ "conditions": null }), "conditions", Value::Null),
        (
            json!({ "conditions": condition }),
            "conditions",
            condition.clone(),
        ),
        (json!({ "status": "enabled" }), "status", json!("enabled")),
    ] {
        let answer = put_json(&acme.account, &rule_path(&rule, ""), &change).await;
        assert_eq!(answer.status, StatusCode::OK, "{change} {}", answer.text);
        rule[member] = expected;
        assert_eq!(answer.json, rule, "{change}");
    }
    // Actions are replaced as a whole.
    let actions = json!([{ "type": "email", "to": "olga@example.com", "subject": "s", "body": "b" }]);
    let answer = put_json(
        &acme.account,
        &rule_path(&rule, ""),
        &json!({ "actions": actions }),
    )
    .await;
    let [action]: &[Value; 1] = list(&answer.json, "actions").try_into().unwrap();
    assert_eq!(action["to"], json!(["olga@example.com"]));
    assert_ne!(action["action_id"], rule["actions"][0]["action_id"]);
}

#[tokio::test]
async fn everything_wrong_is_named_with_its_place() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let known = acme.rule(&json!({ "actions": mail() })).await;
    let good = json!({ "field": "score", "operator": "exists" });
    let webhook = |more: Value| {
        let mut action = json!({ "type": "webhook", "url": "https://example.com/" });
        action
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "actions": [mail()[0], action] })
    };
    let table: [(Value, &[&str]); 22] = [
        (json!({ "name": "", "product": "weather" }), &["name", "product"]),
        (
            json!({ "name": "n".repeat(101), "status": "on" }),
            &["name", "status"],
        ),
        (json!({ "subproduct": "web_processes" }), &["subproduct"]),
        (json!({ "activators": ["finished", "changed"] }), &["activators"]),
        (json!({ "activators": [] }), &["activators"]),
        (json!({ "conditions": [good] }), &["conditions"]),
        (json!({ "conditions": { "all": [] } }), &["conditions.all"]),
        (
            json!({ "conditions": { "all": [good, { "field": "score", "operator": "is" }] } }),
            &["conditions.all[1].operator"],
        ),
        (
            json!({ "conditions": { "any": [{ "not": { "field": "a[", "operator": "exists" } }, good] } }),
            &["conditions.any[0].not.field"],
        ),
        (
            json!({ "conditions": { "field": "score", "operator": "less_than", "value": "low" } }),
            &["conditions.value"],
        ),
        (json!({ "actions": [] }), &["actions"]),
        (json!({ "actions": [{ "type": "pigeon" }] }), &["actions[0].type"]),
        (json!({ "actions": [{ "type": "webhook" }] }), &["actions[0].url"]),
        (
            webhook(json!({ "url": "http://169.254.169.254/" })),
            &["actions[1].url"],
        ),
        (webhook(json!({ "url": "http://10.0.0.1/" })), &["actions[1].url"]),
        (
            webhook(json!({ "method": "GET", "format": "xml" })),
            &["actions[1].method", "actions[1].format"],
        ),
        (
            webhook(json!({ "headers": { "a b": "x" } })),
            &["actions[1].headers"],
        ),
        (
            webhook(json!({ "headers": { "Host": "inside" } })),
            &["actions[1].headers"],
        ),
        (
            webhook(json!({ "headers": { "x-a": "b\r\nx-c: d" } })),
            &["actions[1].headers"],
        ),
        (
            webhook(
                json!({ "credentials": { "username": "a:b", "password": "x" }, "body": "{{", "status_email": "x" }),
            ),
            &[
                "actions[1].credentials",
                "actions[1].body",
                "actions[1].status_email",
            ],
        ),
        (
            json!({ "actions": [{ "type": "email", "to": ["nobody"], "subject": "{{score", "body": "" }] }),
            &["actions[0].to", "actions[0].subject", "actions[0].body"],
        ),
        (
            json!({ "status": "on", "conditions": {}, "actions": [{ "type": "webhook", "url": "ftp://example.com" }] }),
            &["status", "actions[0].url"],
        ),
    ];
    for (more, fields) in table {
        let mut rule = json!({
            "name": "new", "product": "checks", "subproduct": "checks", "activators": ["finished"], "actions": mail(),
        });
        rule.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_wrong(&post_json(&acme.account, "/v1/rules", &rule).await, fields);
        if more.get("name").is_none() {
            assert_wrong(
                &put_json(&acme.account, &rule_path(&known, ""), &more).await,
                fields,
            );
        }
    }
    assert_wrong(
        &post_json(&acme.account, "/v1/rules", &json!({})).await,
        &["name", "product", "actions"],
    );
    assert_wrong(
        &acme.account.post("/v1/rules", &[("name", "a form")]).await,
        &["body"],
    );
    let all = acme.account.get("/v1/rules").await.json;
    assert_eq!(list(&all, "rules"), [known]);
}

#[tokio::test]
async fn two_rules_of_a_client_have_two_names() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let first = ours.rule(&json!({ "name": "Scores", "actions": mail() })).await;
    let second = ours.rule(&json!({ "name": "other", "actions": mail() })).await;
    theirs.rule(&json!({ "name": "Scores", "actions": mail() })).await;
    let message = "a rule of this name exists already";
    let mut twin = first.clone();
    twin["name"] = json!("sCORES");
    assert_refused(&post_json(&ours.account, "/v1/rules", &twin).await, 409, message);
    let renamed = put_json(
        &ours.account,
        &rule_path(&second, ""),
        &json!({ "name": "scores" }),
    )
    .await;
    assert_refused(&renamed, 409, message);
    // A rule does not stand in its own way, nor does one that is gone.
    let same = put_json(
        &ours.account,
        &rule_path(&first, ""),
        &json!({ "name": "scores" }),
    )
    .await;
    assert_eq!(same.json["name"], "scores");
    let deleted = ours.account.delete(&rule_path(&first, "")).await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert!(
        deleted.json.as_str().unwrap().contains(text(&first, "rule_id")),
        "{}",
        deleted.text
    );
    assert_eq!(
        post_json(&ours.account, "/v1/rules", &twin).await.status,
        StatusCode::CREATED
    );
}

fn routes(rule: &Value) -> Vec<(Method, String)> {
    [
        (Method::GET, ""),
        (Method::GET, "/firings"),
        (Method::POST, "/try"),
        (Method::PUT, ""),
        (Method::DELETE, ""),
    ]
    .map(|(method, under)| (method, rule_path(rule, under)))
    .into()
}

#[tokio::test]
async fn another_clients_rule_is_not_there() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let rule = ours.rule(&json!({ "actions": mail() })).await;
    let (nowhere, no_id) = (
        json!({ "rule_id": "BRL01900000000070008000000000000001" }),
        json!({ "rule_id": "BRLx" }),
    );
    for (method, path) in [&rule, &nowhere, &no_id].into_iter().flat_map(routes) {
        let headers = [("content-type", "application/json")];
        let answer = theirs.account.send(method.clone(), &path, &headers, "{}").await;
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (StatusCode::NOT_FOUND, &json!(10404)),
            "{method} {path}"
        );
    }
    assert_eq!(
        list(&theirs.account.get("/v1/rules").await.json, "rules").len(),
        0
    );
    assert_eq!(ours.account.get(&rule_path(&rule, "")).await.json, rule);
}

#[tokio::test]
async fn reading_and_changing_rules_take_a_permission_each() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let rule = acme.rule(&json!({ "actions": mail() })).await;
    let (reader, writer, neither) = (
        acme.with(&app, &[Permission::AccountRead]).await,
        acme.with(&app, &[Permission::AccountWrite]).await,
        acme.with(&app, &[Permission::ChecksRead, Permission::ChecksWrite])
            .await,
    );
    let mut all = vec![
        (Method::GET, "/v1/rules".to_owned()),
        (Method::POST, "/v1/rules".to_owned()),
    ];
    all.extend(routes(&rule));
    for (method, path) in all {
        let reads = method == Method::GET || path.ends_with("/try");
        for (caller, may) in [(&neither, false), (&reader, reads), (&writer, !reads)] {
            let headers = [("content-type", "application/json")];
            let answer = caller.send(method.clone(), &path, &headers, "{}").await;
            assert_eq!(
                answer.status != StatusCode::FORBIDDEN,
                may,
                "{method} {path} {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn rules_are_listed_in_pages_newest_first() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let mut made = Vec::new();
    for n in 0..21 {
        made.insert(
            0,
            ours.rule(&json!({ "name": format!("rule {n}"), "actions": mail() }))
                .await,
        );
        app.clock.advance(Duration::from_millis(1));
    }
    let first = ours.account.get("/v1/rules").await.json;
    assert_eq!(list(&first, "rules"), &made[..20]);
    let second = ours.account.get(text(&first, "next")).await.json;
    assert_eq!(list(&second, "rules"), &made[20..]);
    assert_eq!(second["next"], "");
    for path in [text(&first, "next"), "/v1/rules?start_key=x"] {
        assert_wrong(&theirs.account.get(path).await, &["start_key"]);
    }
}
