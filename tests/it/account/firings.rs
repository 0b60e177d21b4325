//! Rules at work: which events they fire for, once, and what their actions do.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{
    receiver::{Receiver, Reply},
    tenant::{Tenant, members, post_json, put_json, rule_path, workers},
};
use crate::support::{assert_wrong, id, list, text};

/// A webhook action that tells a receiver as plain JSON.
#[expect(clippy::needless_pass_by_value, reason = "callers make it on the spot")]
pub fn webhook(receiver: &Receiver, more: Value) -> Value {
    let mut action = json!({ "type": "webhook", "url": receiver.url(), "format": "json" });
    action
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({ "actions": [action] })
}

fn sequences(firings: &[Value]) -> Vec<i64> {
    firings
        .iter()
        .map(|firing| firing["sequence"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_rule_fires_once_for_each_event_that_it_is_about() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let receiver = Receiver::start().await;
    let rule = acme.rule(&webhook(&receiver, json!({}))).await;
    for _ in 0..3 {
        acme.check().await;
        other.check().await;
        app.work().await;
        app.work().await;
    }
    assert_eq!(sequences(&acme.firings(&rule).await), [9, 6, 3]);
    let events = acme.events("?event_action=finished").await;
    let told: Vec<Value> = receiver.seen().iter().map(|seen| json!(seen.id())).collect();
    assert_eq!(
        told,
        events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_fire_once_too() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    acme.rule(&webhook(&receiver, json!({}))).await;
    let _stop = workers(&app, 2).drop_guard();
    for _ in 0..25 {
        acme.check().await;
    }
    receiver.wait_for(25).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut told: Vec<String> = receiver.seen().iter().map(|seen| seen.id().to_owned()).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!((told.len(), receiver.seen().len()), (25, 25));
}

#[tokio::test]
async fn only_events_after_a_rule_was_enabled_count() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    acme.check().await;
    app.work().await;
    let rule = acme.rule(&webhook(&receiver, json!({}))).await;
    app.work().await;
    assert_eq!(
        acme.firings(&rule).await,
        Vec::<Value>::new(),
        "it was before the rule"
    );
    for (status, fired) in [
        ("enabled", vec![6]),
        ("disabled", vec![6]),
        ("enabled", vec![12, 6]),
    ] {
        let changed = put_json(&acme.account, &rule_path(&rule, ""), &json!({ "status": status })).await;
        assert_eq!(changed.json["status"], status);
        app.work().await;
        acme.check().await;
        app.work().await;
        assert_eq!(sequences(&acme.firings(&rule).await), fired, "{status}");
    }
    assert_eq!(receiver.sequences(), [6, 12]);
}

#[tokio::test]
async fn a_rule_that_is_disabled_gives_up_what_it_has_not_told() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    receiver.next([Reply::of(500)]);
    let rule = acme.rule(&webhook(&receiver, json!({}))).await;
    acme.check().await;
    app.work().await;
    put_json(
        &acme.account,
        &rule_path(&rule, ""),
        &json!({ "status": "disabled" }),
    )
    .await;
    acme.advance(&app, "1d").await;
    assert_eq!(receiver.seen().len(), 1);
    let firing = acme.firings(&rule).await.remove(0);
    assert_eq!(firing["deliveries"][0]["status"], "failed");
}

#[tokio::test]
async fn a_rule_fires_where_its_conditions_hold() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let test = |field: &str, operator: &str, value: Value| json!({ "field": field, "operator": operator, "value": value });
    let no_value = |field: &str, operator: &str| json!({ "field": field, "operator": operator });
    let has_records = no_value("criminal_record", "has_records");
    // For a clean person, and for one with criminal records.
    let table = [
        (Value::Null, [true, true]),
        (test("score", "less_than", json!(1)), [false, true]),
        (
            test("object.score", "greater_or_equal", json!("1")),
            [true, false],
        ),
        (has_records.clone(), [false, true]),
        (no_value("criminal_record", "has_no_records"), [true, false]),
        (
            test(
                "scores[data_set=criminal_record].severity",
                "in",
                json!(["high", "very_high"]),
            ),
            [false, true],
        ),
        (
            test("scores.severity", "equals", json!("VERY_HIGH")),
            [false, true],
        ),
        (test("event_action", "equals", json!("finished")), [true, true]),
        (test("national_id", "starts_with", json!("100")), [true, true]),
        (
            test("statuses.database_name", "contains", json!("polic")),
            [true, true],
        ),
        (no_value("company_name", "exists"), [false, false]),
        (json!({ "not": has_records }), [true, false]),
        (
            json!({ "all": [test("country", "equals", json!("co")), has_records] }),
            [false, true],
        ),
        (
            json!({ "any": [no_value("nothing", "exists"), test("type", "equals", json!("person"))] }),
            [true, true],
        ),
    ];
    let mut rules = Vec::new();
    for (place, (conditions, expected)) in table.into_iter().enumerate() {
        let mut rule = webhook(&receiver, json!({}));
        rule["name"] = json!(format!("rule {place}"));
        rule["conditions"] = conditions.clone();
        rules.push((acme.rule(&rule).await, conditions, expected));
    }
    for (place, custom_input) in ["scenario.clean", "scenario.criminal_high"]
        .into_iter()
        .enumerate()
    {
        let check = acme
            .check_with(&[
                ("first_name", "Ana"),
                ("last_name", "Prueba"),
                ("custom_input", custom_input),
            ])
            .await;
        app.work().await;
        let event = acme
            .events(&format!("?event_action=finished&resource_id={}", id(&check)))
            .await
            .remove(0);
        for (rule, conditions, expected) in &rules {
            let fired = acme
                .firings(rule)
                .await
                .iter()
                .any(|firing| firing["event_id"] == event["id"]);
            assert_eq!(fired, expected[place], "{custom_input} {conditions}");
        }
    }
}

#[tokio::test]
async fn firings_show_what_every_action_came_to() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let (well, ill) = (Receiver::start().await, Receiver::start().await);
    ill.always(Reply::of(500));
    let actions = json!([
        webhook(&well, json!({}))["actions"][0],
        webhook(&ill, json!({}))["actions"][0]
    ]);
    let rule = acme.rule(&json!({ "actions": actions })).await;
    for _ in 0..21 {
        acme.check().await;
        app.work().await;
    }
    let path = rule_path(&rule, "/firings");
    let first = acme.account.get(&path).await.json;
    let second = acme.account.get(text(&first, "next")).await.json;
    assert_eq!((&first["self"], &second["next"]), (&json!(path), &json!("")));
    let (mut all, rest) = (list(&first, "firings").to_vec(), list(&second, "firings"));
    assert_eq!((all.len(), rest.len()), (20, 1));
    all.extend_from_slice(rest);
    assert_eq!(
        sequences(&all),
        (1..=21).rev().map(|n| n * 3).collect::<Vec<i64>>()
    );
    let firing = &all[20];
    assert_eq!(
        members(firing),
        ["deliveries", "event_id", "fired_date", "rule_id", "sequence"]
    );
    assert_eq!(firing["rule_id"], rule["rule_id"]);
    assert_eq!(
        firing["event_id"],
        acme.events("?event_action=finished").await[0]["id"]
    );
    let outcomes: Vec<(&Value, &str, &Value)> = list(firing, "deliveries")
        .iter()
        .map(|told| {
            (
                &told["action_id"],
                text(told, "status"),
                &told["attempts"][0]["http_status"],
            )
        })
        .collect();
    let (delivered, pending) = (
        (&rule["actions"][0]["action_id"], "delivered", &json!(200)),
        (&rule["actions"][1]["action_id"], "pending", &json!(500)),
    );
    assert_eq!(outcomes.len(), 2);
    assert!(
        outcomes.contains(&delivered) && outcomes.contains(&pending),
        "{outcomes:?}"
    );
    let key = text(&first, "next").split_once('?').unwrap().1;
    let twin = other.rule(&webhook(&well, json!({}))).await;
    for path in [
        format!("{path}?start_key=x"),
        rule_path(&twin, &format!("/firings?{key}")),
    ] {
        let caller = if path.ends_with('x') {
            &acme.account
        } else {
            &other.account
        };
        assert_wrong(&caller.get(&path).await, &["start_key"]);
    }
}

#[tokio::test]
async fn trying_a_rule_tells_what_it_would_have_done_and_does_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    for custom_input in ["scenario.clean", "scenario.criminal_high"] {
        acme.check_with(&[
            ("first_name", "Ana"),
            ("last_name", "Prueba"),
            ("custom_input", custom_input),
        ])
        .await;
        app.work().await;
    }
    let mut rule = webhook(&receiver, json!({}));
    rule["status"] = json!("disabled");
    rule["conditions"] = json!({ "field": "criminal_record", "operator": "has_records" });
    let rule = acme.rule(&rule).await;
    let path = rule_path(&rule, "/try");
    let tried = acme.account.post(&path, &[]).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    let events = acme.events("?event_action=finished").await;
    assert_eq!(
        (&tried.json["looked_at"], &tried.json["fired"]),
        (&json!(2), &json!(1))
    );
    for (told, (event, fires)) in list(&tried.json, "events")
        .iter()
        .zip(events.iter().zip([false, true]))
    {
        assert_eq!(told["event_id"], event["id"]);
        assert_eq!(
            (&told["sequence"], &told["activator"]),
            (&event["sequence"], &json!("check:finished"))
        );
        assert_eq!(
            (&told["fires"], &told["explanation"]["held"]),
            (&json!(fires), &json!(fires))
        );
        assert_eq!(told["explanation"]["test"], "criminal_record has_records");
    }
    let deep = (0..7).fold(
        json!({ "field": "score", "operator": "less_than", "value": 1 }),
        |inner, _| json!({ "all": [inner] }),
    );
    for (change, looked_at, fired) in [
        (json!({ "conditions": null }), 2, 2),
        (
            json!({ "conditions": { "field": "score", "operator": "greater_than", "value": 5 } }),
            2,
            0,
        ),
        (json!({ "conditions": deep }), 2, 1),
        (
            json!({ "activators": ["created", "finished"], "conditions": null }),
            4,
            4,
        ),
        (
            json!({ "activators": ["created", "finished"], "conditions": null, "limit": 3 }),
            3,
            3,
        ),
        (json!({ "activators": ["delayed"] }), 0, 0),
    ] {
        let tried = post_json(&acme.account, &path, &change).await;
        assert_eq!(tried.status, StatusCode::OK, "{change} {}", tried.text);
        assert_eq!(
            (&tried.json["looked_at"], &tried.json["fired"]),
            (&json!(looked_at), &json!(fired)),
            "{change}"
        );
    }
    for (change, field) in [
        (json!({ "limit": 0 }), "limit"),
        (json!({ "limit": 201 }), "limit"),
        (
            json!({ "conditions": { "field": "score" } }),
            "conditions.operator",
        ),
        (json!({ "activators": ["changed"] }), "activators"),
    ] {
        assert_wrong(&post_json(&acme.account, &path, &change).await, &[field]);
    }
    app.work().await;
    assert_eq!(
        acme.account.get(&rule_path(&rule, "")).await.json,
        rule,
        "it is as it was"
    );
    assert_eq!((acme.firings(&rule).await.len(), receiver.seen().len()), (0, 0));
}

#[tokio::test]
async fn a_masked_key_tries_a_rule_on_what_it_may_see() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.check().await;
    app.work().await;
    let mut rule = webhook(&Receiver::start().await, json!({}));
    rule["conditions"] = json!({ "field": "national_id", "operator": "equals", "value": "1000000001" });
    let rule = acme.rule(&rule).await;
    let masked = acme
        .with(&app, &[Permission::AccountRead, Permission::MaskDocuments])
        .await;
    for (caller, found, fired) in [
        (&acme.account, json!(["1000000001"]), 1),
        (&masked, Value::Null, 0),
    ] {
        let tried = caller.post(&rule_path(&rule, "/try"), &[]).await.json;
        assert_eq!(tried["events"][0]["explanation"]["found"], found);
        assert_eq!(tried["fired"], fired);
    }
}
