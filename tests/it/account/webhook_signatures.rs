//! What a delivery says and how it is signed, as libraries of others read it.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use cotejo_domain::time::{Clock as _, SystemClock};
use cotejo_testkit::{START, TestApp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::{
    receiver::{Receiver, Seen},
    tenant::{Tenant, hook_path, members},
};
use crate::support::{list, text};

/// A new hook of one action, whose body is a token.
async fn hook(tenant: &Tenant, receiver: &Receiver) -> Value {
    tenant
        .hook(receiver, &[("actions", "finished"), ("format", "jwt")])
        .await
}

/// The claims of a token that a key has signed.
fn claims(token: &str, key: &str) -> jsonwebtoken::errors::Result<Value> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    decode(token, &DecodingKey::from_secret(key.as_bytes()), &rules).map(|token| token.claims)
}

/// Whether Standard Webhooks' own library takes a request with this secret.
fn is_accepted(secret: &str, body: &str, headers: &HeaderMap) -> bool {
    Webhook::new(secret)
        .unwrap()
        .verify(body.as_bytes(), headers)
        .is_ok()
}

/// An app whose clock goes by the machine's, because receivers compare `webhook-timestamp` with theirs.
async fn app_at_real_time() -> TestApp {
    let app = TestApp::new().await;
    let ahead = SystemClock.now().nanos() - START.nanos();
    app.clock
        .advance(Duration::from_nanos(u64::try_from(ahead).unwrap()));
    app
}

#[tokio::test]
async fn a_body_is_a_bare_token_signed_with_the_key_of_the_hook() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = hook(&acme, &receiver).await;
    let check = acme.check().await;
    app.work().await;
    let event = acme.events("?event_action=finished").await.remove(0);
    let [seen]: [Seen; 1] = receiver.seen().try_into().unwrap();
    assert_eq!(
        (seen.method.as_str(), seen.header("content-type")),
        ("POST", "application/jwt")
    );
    assert_eq!((seen.id(), seen.sequence()), (text(&event, "id"), 3));
    assert_eq!(seen.header("webhook-timestamp"), START.seconds().to_string());
    assert!(
        seen.header("user-agent").starts_with("Cotejo/"),
        "{:?}",
        seen.headers
    );
    let header = decode_header(&seen.body).unwrap();
    assert_eq!(
        (header.alg, header.typ.as_deref()),
        (Algorithm::HS256, Some("JWT"))
    );
    let told = claims(&seen.body, text(&hook, "signing_key")).unwrap();
    assert_eq!(members(&told), ["events", "iat", "iss"]);
    assert_eq!(
        (&told["iss"], &told["iat"]),
        (&json!("Truora"), &json!(START.seconds()))
    );
    assert_eq!(
        told["events"],
        json!([{
            "id": event["id"], "event_type": "check", "event_action": "finished", "version": "1.0",
            "timestamp": "2026-01-02T03:04:05Z", "object": event["object"],
        }])
    );
    assert_eq!(told["events"][0]["object"]["check_id"], check["check_id"]);
    for wrong in ["", &"0".repeat(64), text(&hook, "webhook_secret")] {
        assert!(claims(&seen.body, wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn libraries_of_standard_webhooks_accept_the_headers_of_either_format() {
    let app = app_at_real_time().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for format in ["jwt", "json"] {
        let receiver = Receiver::start().await;
        let hook = acme
            .hook(&receiver, &[("actions", "finished"), ("format", format)])
            .await;
        acme.check().await;
        app.work().await;
        let seen = receiver.seen().remove(0);
        let secret = text(&hook, "webhook_secret");
        assert!(is_accepted(secret, &seen.body, &seen.headers), "{format}");
        assert!(
            !is_accepted(secret, &format!("{} ", seen.body), &seen.headers),
            "another body"
        );
        assert!(
            !is_accepted("whsec_AAAA", &seen.body, &seen.headers),
            "another key"
        );
        for (name, other) in [("webhook-id", "HKE1"), ("webhook-timestamp", "1")] {
            let mut headers = seen.headers.clone();
            headers.insert(name, other.parse().unwrap());
            assert!(!is_accepted(secret, &seen.body, &headers), "another {name}");
        }
    }
}

#[tokio::test]
async fn plain_json_has_the_claims_of_the_token() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (token, plain) = (Receiver::start().await, Receiver::start().await);
    let hook = hook(&acme, &token).await;
    acme.hook(&plain, &[("actions", "finished")]).await;
    acme.check().await;
    app.work().await;
    let (token, plain) = (token.seen().remove(0), plain.seen().remove(0));
    assert_eq!(plain.header("content-type"), "application/json");
    assert_eq!(
        plain.json(),
        claims(&token.body, text(&hook, "signing_key")).unwrap()
    );
    assert_eq!((plain.id(), plain.sequence()), (token.id(), token.sequence()));
}

#[tokio::test]
async fn for_a_day_after_a_rotation_both_keys_sign() {
    let app = app_at_real_time().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let old = hook(&acme, &receiver).await;
    let answer = acme.account.post(&hook_path(&old, "/rotate"), &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let new = answer.json;
    assert_ne!(new["signing_key"], old["signing_key"]);
    assert_eq!(
        (&new["hook_id"], &new["actions"]),
        (&old["hook_id"], &old["actions"])
    );
    assert_eq!(acme.hook_now(&old).await["signing_key"], new["signing_key"]);
    for (advance, old_signs) in [("0s", true), ("23h", true), ("2h", false)] {
        acme.advance(&app, advance).await;
        acme.check().await;
        app.work().await;
        let seen = receiver.seen().pop().unwrap();
        let signatures = seen.header("webhook-signature").split(' ').count();
        assert_eq!(signatures, if old_signs { 2 } else { 1 }, "{advance}");
        assert!(is_accepted(
            text(&new, "webhook_secret"),
            &seen.body,
            &seen.headers
        ));
        assert_eq!(
            is_accepted(text(&old, "webhook_secret"), &seen.body, &seen.headers),
            old_signs
        );
        assert!(claims(&seen.body, text(&new, "signing_key")).is_ok());
        assert!(
            claims(&seen.body, text(&old, "signing_key")).is_err(),
            "the token has one signature"
        );
    }
    assert_eq!(receiver.seen().len(), 3);
}

#[tokio::test]
async fn a_receiver_is_called_by_the_method_it_asked_for() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let mut receivers = Vec::new();
    for method in ["POST", "PUT", "PATCH"] {
        let receiver = Receiver::start().await;
        acme.hook(&receiver, &[("actions", "created"), ("http_method", method)])
            .await;
        receivers.push((method, receiver));
    }
    acme.check().await;
    app.work().await;
    for (method, receiver) in receivers {
        let seen = receiver.seen();
        assert_eq!((seen.len(), seen[0].method.as_str()), (1, method));
    }
}

#[tokio::test]
async fn two_hooks_sign_with_keys_of_their_own() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receivers = [Receiver::start().await, Receiver::start().await];
    let hooks = [hook(&acme, &receivers[0]).await, hook(&acme, &receivers[1]).await];
    acme.check().await;
    app.work().await;
    let tokens = receivers
        .each_ref()
        .map(|receiver| receiver.seen().remove(0).body);
    let event = |token: &str, hook: &Value| {
        let told = claims(token, text(hook, "signing_key")).ok()?;
        Some(list(&told, "events")[0]["id"].clone())
    };
    assert_eq!(event(&tokens[0], &hooks[0]), event(&tokens[1], &hooks[1]));
    assert!(event(&tokens[0], &hooks[0]).is_some());
    assert_eq!(
        (event(&tokens[0], &hooks[1]), event(&tokens[1], &hooks[0])),
        (None, None)
    );
}
