//! What the actions of a rule send, how it is signed, and what their owner keeps secret.

use axum::http::StatusCode;
use cotejo_testkit::{START, TestApp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::{
    firings::webhook,
    receiver::{Receiver, Reply},
    tenant::{Tenant, put_json, rule_path},
};
use crate::support::{id, list, text};

const HIDDEN: &str = "********";

#[tokio::test]
async fn a_webhook_says_the_event_or_its_variables_or_a_template() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let iat = START.seconds();
    let receivers = [
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    ];
    let actions = [
        webhook(&receivers[0], json!({})),
        webhook(
            &receivers[1],
            json!({ "variables": ["check_id", "scores[data_set=criminal_record].severity", "nothing"] }),
        ),
        webhook(
            &receivers[2],
            json!({
                "method": "PUT",
                "headers": { "X-Tenant": "7", "webhook-id": "forged", "Content-Type": "text/html" },
                "credentials": { "username": "ana", "password": "secret" },
                "body": r#"{"who": "{{ custom_input }}", "score": {{score}}, "none": "{{nothing}}"}"#,
            }),
        ),
    ]
    .map(|mut rule| rule["actions"].take()[0].take());
    acme.rule(&json!({ "actions": actions })).await;
    let check = acme.check_with(&[("custom_input", "a \"quoted\" \\ text")]).await;
    app.work().await;
    let event = acme.events("?event_action=finished").await.remove(0);
    let told = receivers.each_ref().map(|receiver| {
        assert_eq!(receiver.seen().len(), 1);
        receiver.seen().remove(0)
    });
    assert_eq!(told[0].json()["events"][0]["object"], event["object"]);
    assert_eq!(
        told[1].json(),
        json!({ "iss": "Truora", "iat": iat, "variables": {
            "check_id": check["check_id"], "scores[data_set=criminal_record].severity": "none", "nothing": null,
        } })
    );
    assert_eq!(
        told[2].json(),
        json!({ "who": "a \"quoted\" \\ text", "score": event["object"]["score"], "none": "" })
    );
    assert_eq!(
        (told[2].method.as_str(), told[2].header("x-tenant")),
        ("PUT", "7")
    );
    assert_eq!(told[2].header("authorization"), "Basic YW5hOnNlY3JldA==");
    for seen in &told {
        assert_eq!(
            (seen.id(), seen.header("content-type")),
            (text(&event, "id"), "application/json")
        );
        assert_eq!(
            seen.headers.get_all("webhook-id").iter().count(),
            1,
            "ours are not replaced"
        );
    }
}

#[tokio::test]
async fn a_webhook_is_a_token_signed_with_the_key_of_its_action() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (made, given) = (Receiver::start().await, Receiver::start().await);
    let rule = json!({ "actions": [
        { "type": "webhook", "url": made.url(), "variables": ["check_id"] },
        { "type": "webhook", "url": given.url(), "variables": ["check_id"], "signing_key": "chosen by its owner" },
    ] });
    let rule = acme.rule(&rule).await;
    let check = acme.check().await;
    app.work().await;
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    for (receiver, action) in [made, given].iter().zip(list(&rule, "actions")) {
        let seen = receiver.seen().remove(0);
        assert_eq!(seen.header("content-type"), "application/jwt");
        let key = DecodingKey::from_secret(text(action, "signing_key").as_bytes());
        let claims = jsonwebtoken::decode::<Value>(&seen.body, &key, &rules)
            .unwrap()
            .claims;
        assert_eq!(claims["variables"], json!({ "check_id": check["check_id"] }));
    }
    assert_eq!(rule["actions"][1]["signing_key"], "chosen by its owner");
}

#[tokio::test]
async fn a_mail_of_a_sandbox_client_goes_to_its_outbox() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let action = json!({
        "type": "email", "to": ["ana@example.com", "olga@example.com"],
        "subject": "Check {{check_id}} {{nothing}}is {{ status }}", "body": "Score {{score}}\nof {{first_name}}",
    });
    let rule = acme.rule(&json!({ "actions": [action] })).await;
    let check = acme
        .check_with(&[("first_name", "Ana"), ("last_name", "Prueba")])
        .await;
    app.work().await;
    let score = acme.events("?event_action=finished").await[0]["object"]["score"].clone();
    for to in ["ana@example.com", "olga@example.com"] {
        let [mail]: [Value; 1] = acme.outbox(&format!("?to={to}")).await.try_into().unwrap();
        assert_eq!(mail["channel"], "email");
        assert_eq!(mail["subject"], format!("Check {} is completed", id(&check)));
        assert_eq!(mail["body"], format!("Score {score}\nof Ana"));
    }
    let firing = acme.firings(&rule).await.remove(0);
    assert_eq!(firing["deliveries"][0]["status"], "delivered");
}

#[tokio::test]
async fn secrets_of_actions_are_hidden_kept_and_sealed() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let action = json!({
        "type": "webhook", "url": receiver.url(), "format": "json",
        "headers": { "X-Api-Key": "wellkeptkey", "X-Other": "other" },
        "credentials": { "username": "ana", "password": "wellkeptpassword" },
    });
    let made = acme.rule(&json!({ "actions": [action] })).await;
    let shown = &made["actions"][0];
    assert_eq!(
        shown["headers"],
        json!({ "x-api-key": HIDDEN, "x-other": HIDDEN })
    );
    assert_eq!(
        shown["credentials"],
        json!({ "username": "ana", "password": HIDDEN })
    );
    // Sent back as it was shown, with one header changed.
    let mut back = shown.clone();
    back["headers"]["x-other"] = json!("changed");
    back["name"] = json!("renamed");
    let answer = put_json(
        &acme.account,
        &rule_path(&made, ""),
        &json!({ "actions": [back] }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let kept = &answer.json["actions"][0];
    for member in ["action_id", "signing_key", "headers", "credentials"] {
        assert_eq!(kept[member], shown[member], "{member}");
    }
    for text in [&answer.text, &acme.account.get("/v1/rules").await.text] {
        assert!(!text.contains("wellkept") && !text.contains("changed"), "{text}");
    }
    acme.check().await;
    app.work().await;
    let seen = receiver.seen().remove(0);
    assert_eq!(
        (seen.header("x-api-key"), seen.header("x-other")),
        ("wellkeptkey", "changed")
    );
    assert_eq!(seen.header("authorization"), "Basic YW5hOndlbGxrZXB0cGFzc3dvcmQ=");
    let sealed: Vec<u8> = sqlx::query_scalar("select spec from rule_actions")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    let readable = String::from_utf8_lossy(&sealed).into_owned();
    for secret in ["wellkept", "example.com", "127.0.0.1"] {
        assert!(!readable.contains(secret));
    }
    let trail = acme.account.get("/v1/audit").await.text;
    assert!(
        trail.contains("rule.changed") && !trail.contains("wellkept"),
        "{trail}"
    );
}

#[tokio::test]
async fn who_is_named_hears_that_a_delivery_failed_for_good() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (gone, ill) = (Receiver::start().await, Receiver::start().await);
    gone.always(Reply::of(410));
    ill.always(Reply::of(500));
    let action = |receiver: &Receiver, email: &str| json!({ "type": "webhook", "name": "ours", "url": receiver.url(), "status_email": email });
    let actions = [
        action(&gone, "ana@example.com"),
        action(&gone, ""),
        action(&ill, "olga@example.com"),
    ];
    acme.rule(&json!({ "actions": actions })).await;
    acme.check().await;
    app.work().await;
    let [mail]: [Value; 1] = acme.outbox("").await.try_into().unwrap();
    assert_eq!(mail["to"], "ana@example.com", "the other one is tried again");
    assert!(text(&mail, "subject").contains("ours"), "{mail}");
    assert!(text(&mail, "body").contains("410"), "{mail}");
    acme.advance(&app, "4d").await;
    assert_eq!((gone.seen().len(), ill.seen().len()), (2, 9));
    assert_eq!(acme.outbox("").await.len(), 2);
    assert_eq!(acme.outbox("?to=olga@example.com").await.len(), 1);
}
