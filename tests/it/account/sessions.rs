//! /v1/sessions: signing in and out, and what a session may do.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use super::who::{
    PASSWORD, accept, administrator, claims, everything, invitation, invite, join, make_key, newest_key,
    post, put, session, sign_in,
};
use crate::support::{PERSON, assert_refused, assert_wrong, create, text};

const FORBIDDEN: &str = "User is not authorized to access this resource";
const UNAUTHORIZED: &str = "Unauthorized";
const EXPIRED: &str = "The API key has expired";
const ANA: &str = "ana@example.com";
const WRONG: &str = "incorrect horse battery";

async fn acme(app: &TestApp, role: &str) -> (Caller, Value) {
    let (_, admin) = administrator(app, "acme").await;
    let user = join(app, &admin, ANA, role).await;
    (admin, user)
}

#[tokio::test]
async fn signing_in_opens_a_session_of_12_hours() {
    let app = TestApp::new().await;
    let (_, user) = acme(&app, "operator").await;
    let body = json!({"email": "ANA@Example.com", "password": PASSWORD});
    let answer = post(&app.account(None), "/v1/sessions", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let token = text(&answer.json, "session_token");
    assert!(token.starts_with("cts_") && token.len() == 68, "{token}");
    assert_eq!(
        answer.json,
        json!({"session_token": token, "expiration_date": "2026-01-02T15:04:05Z", "user": user})
    );
    let caller = app.checks(Some(token.to_owned()));
    app.clock.advance(Duration::from_secs(12 * 3600 - 1));
    assert_eq!(caller.get("/v1/checks").await.status, StatusCode::OK);
    app.clock.advance(Duration::from_secs(1));
    assert_refused(&caller.get("/v1/checks").await, 403, EXPIRED);
}

#[tokio::test]
async fn a_session_stands_where_a_key_does_with_the_rights_of_its_role() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let check = create(
        &app.checks(Some(
            make_key(&admin, &[("key_type", "backend"), ("key_name", "k")]).await,
        )),
        PERSON,
    )
    .await;
    let calls = [
        ("checks", "GET", "/v1/checks"),
        ("checks", "POST", "/v1/checks"),
        ("account", "GET", "/v1/users"),
        ("account", "POST", "/v1/billing-hubs"),
        ("account", "GET", "/v1/api-keys"),
        ("account", "GET", "/v1/audit"),
        ("account", "POST", "/v1/users"),
    ];
    for (role, allowed) in [
        ("administrator", [true, true, true, true, true, true, true]),
        ("operator", [true, true, true, false, false, false, false]),
        ("reader", [true, false, false, false, false, false, false]),
        ("auditor", [true, false, true, false, false, true, false]),
        ("developer", [true, true, true, true, true, false, false]),
    ] {
        let email = format!("{role}@example.com");
        join(&app, &admin, &email, role).await;
        let token = session(&app, &email).await;
        let (checks, account) = (app.checks(Some(token.clone())), app.account(Some(token)));
        for ((service, method, path), allowed) in calls.iter().zip(allowed) {
            let caller = if *service == "checks" { &checks } else { &account };
            let new = format!("new-{email}");
            let answer = match (*method, *path) {
                ("POST", "/v1/checks") => caller.post(path, PERSON).await,
                ("POST", _) => {
                    let form = [("email", new.as_str()), ("role", "reader"), ("name", role)];
                    caller.post(path, &form).await
                }
                _ => caller.get(path).await,
            };
            if allowed {
                assert!(
                    answer.status.is_success(),
                    "{role} {method} {path} {}",
                    answer.text
                );
            } else {
                assert_refused(&answer, 403, FORBIDDEN);
            }
        }
        let shown = checks.get("/v1/checks").await.json["checks"][0].clone();
        assert_eq!(shown["check_id"], check["check_id"]);
        let masked = role == "reader";
        assert_eq!(
            shown["national_id"],
            if masked { "********01" } else { "1000000001" },
            "{role}"
        );
    }
}

#[tokio::test]
async fn what_a_role_that_the_client_made_allows_is_allowed() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let role = json!({"name": "Support", "permissions": ["checks.read", "mask.names"]});
    post(&admin, "/v1/roles", &role).await;
    join(&app, &admin, ANA, "support").await;
    let caller = app.checks(Some(session(&app, ANA).await));
    assert_eq!(caller.get("/v1/checks").await.status, StatusCode::OK);
    assert_refused(&caller.post("/v1/checks", PERSON).await, 403, FORBIDDEN);
}

#[tokio::test]
async fn a_developers_session_makes_keys_that_carry_its_products() {
    let app = TestApp::new().await;
    let (admin, user) = acme(&app, "developer").await;
    app.clock.advance(Duration::from_secs(1));
    let developer = app.account(Some(session(&app, ANA).await));
    let token = make_key(&developer, &[("key_type", "backend"), ("key_name", "server")]).await;
    assert_eq!(claims(&token)["client_id"], user["client_id"]);
    assert_eq!(
        newest_key(&admin).await["permissions"],
        json!(["checks.read", "checks.write", "account.read", "account.write"])
    );
    // The key is the client's: it stays when the user goes.
    admin
        .delete(&format!("/v1/users/{}", text(&user, "user_id")))
        .await;
    assert_eq!(
        app.checks(Some(token)).get("/v1/checks").await.status,
        StatusCode::OK
    );
    assert_refused(&developer.get("/v1/api-keys").await, 401, UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_that_session_alone() {
    let app = TestApp::new().await;
    acme(&app, "operator").await;
    let [first, second] = [session(&app, ANA).await, session(&app, ANA).await];
    let [first, second] = [first, second].map(|token| app.account(Some(token)));
    let answer = first.delete("/v1/sessions").await;
    assert_eq!(
        (answer.status, &answer.json),
        (StatusCode::OK, &json!({"message": "signed out"}))
    );
    assert_refused(&first.get("/v1/users").await, 401, UNAUTHORIZED);
    assert_refused(&first.delete("/v1/sessions").await, 401, UNAUTHORIZED);
    assert_eq!(second.get("/v1/users").await.status, StatusCode::OK);
    for key in [None, Some("cts_0".to_owned()), Some("x".to_owned())] {
        let answer = app.account(key).delete("/v1/sessions").await;
        assert_refused(&answer, 401, UNAUTHORIZED);
    }
}

#[tokio::test]
async fn who_is_unknown_and_who_is_wrong_hear_the_same() {
    let app = TestApp::new().await;
    acme(&app, "operator").await;
    let wrong = sign_in(&app, ANA, WRONG).await;
    assert_refused(&wrong, 401, UNAUTHORIZED);
    assert_eq!(
        sign_in(&app, "nobody@example.com", PASSWORD).await.text,
        wrong.text
    );
    assert_refused(
        &sign_in(&app, ANA, &PASSWORD.to_uppercase()).await,
        401,
        UNAUTHORIZED,
    );
    for (email, password, fields) in [
        ("", "", &["email", "password"][..]),
        (ANA, "", &["password"]),
        ("", PASSWORD, &["email"]),
    ] {
        assert_wrong(&sign_in(&app, email, password).await, fields);
    }
    let form = [("email", ANA), ("password", PASSWORD), ("client_id", "acme")];
    assert_wrong(
        &app.account(None).post("/v1/sessions", &form).await,
        &["client_id"],
    );
}

#[tokio::test]
async fn five_wrong_passwords_lock_a_user_out_for_15_minutes() {
    let app = TestApp::new().await;
    let (admin, _) = acme(&app, "operator").await;
    join(&app, &admin, "bea@example.com", "operator").await;
    let running = app.checks(Some(session(&app, ANA).await));
    for _ in 0..5 {
        assert_refused(&sign_in(&app, ANA, WRONG).await, 401, UNAUTHORIZED);
    }
    app.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_refused(&sign_in(&app, ANA, PASSWORD).await, 401, UNAUTHORIZED);
    session(&app, "bea@example.com").await;
    // Who is in stays in: a stranger's guesses cost nobody the work at hand.
    assert_eq!(running.get("/v1/checks").await.status, StatusCode::OK);
    app.clock.advance(Duration::from_secs(1));
    session(&app, ANA).await;
}

#[tokio::test]
async fn the_right_password_in_between_begins_the_count_anew() {
    let app = TestApp::new().await;
    acme(&app, "operator").await;
    for _ in 0..2 {
        for _ in 0..4 {
            assert_refused(&sign_in(&app, ANA, WRONG).await, 401, UNAUTHORIZED);
        }
        session(&app, ANA).await;
    }
}

#[tokio::test]
async fn an_administrator_lets_a_locked_out_user_in_again() {
    let app = TestApp::new().await;
    let (admin, user) = acme(&app, "operator").await;
    for _ in 0..5 {
        sign_in(&app, ANA, WRONG).await;
    }
    assert_refused(&sign_in(&app, ANA, PASSWORD).await, 401, UNAUTHORIZED);
    let path = format!("/v1/users/{}", text(&user, "user_id"));
    put(&admin, &path, &json!({"status": "active"})).await;
    session(&app, ANA).await;
}

#[tokio::test]
async fn who_works_for_two_clients_says_for_which() {
    let app = TestApp::new().await;
    let (ours, first) = administrator(&app, "ours").await;
    let (theirs, second) = administrator(&app, "theirs").await;
    for (admin, password) in [(&first, "the password of ours"), (&second, PASSWORD)] {
        invite(admin, ANA, "operator").await;
        let token = invitation(admin, ANA).await;
        assert_eq!(accept(&app, &token, password).await.status, StatusCode::OK);
    }
    let caller = app.account(None);
    for (client, password, signed_in) in [
        (None, "the password of ours", Some(&ours)),
        (None, PASSWORD, Some(&theirs)),
        (Some(&theirs), PASSWORD, Some(&theirs)),
        (Some(&ours), PASSWORD, None),
        (Some(&theirs), "the password of ours", None),
    ] {
        let named = client.map(|client| client.id.to_string()).unwrap_or_default();
        let form = [
            ("email", ANA),
            ("password", password),
            ("client_id", named.as_str()),
        ];
        let answer = caller.post("/v1/sessions", &form).await;
        match signed_in {
            None => assert_refused(&answer, 401, UNAUTHORIZED),
            Some(client) => assert_eq!(answer.json["user"]["client_id"], client.id.to_string()),
        }
    }
}

#[tokio::test]
async fn the_right_password_of_one_client_is_no_wrong_one_of_another() {
    let app = TestApp::new().await;
    let (ours, first) = administrator(&app, "ours").await;
    let (_, second) = administrator(&app, "theirs").await;
    for (admin, password) in [(&first, "the password of ours"), (&second, PASSWORD)] {
        invite(admin, ANA, "operator").await;
        app.clock.advance(Duration::from_secs(1));
        accept(&app, &invitation(admin, ANA).await, password).await;
    }
    for _ in 0..5 {
        session(&app, ANA).await;
    }
    let answer = sign_in(&app, ANA, "the password of ours").await;
    assert_eq!(
        answer.json["user"]["client_id"],
        ours.id.to_string(),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn what_people_do_is_in_the_trail() {
    let app = TestApp::new().await;
    let (admin, user) = acme(&app, "administrator").await;
    sign_in(&app, ANA, WRONG).await;
    let caller = app.account(Some(session(&app, ANA).await));
    let made = post(&caller, "/v1/billing-hubs", &json!({"name": "north"})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    caller.delete("/v1/sessions").await;
    app.work().await;
    let entries = everything(&admin, "/v1/audit", "entries").await;
    let actor = text(&user, "user_id").strip_prefix("USR").unwrap();
    let theirs: Vec<&str> = entries
        .iter()
        .rev()
        .filter(|entry| entry["actor_kind"] == "user" && text(entry, "actor").replace('-', "") == actor)
        .map(|entry| text(entry, "action"))
        .collect();
    assert_eq!(
        theirs,
        [
            "user.accepted",
            "user.login_failed",
            "user.logged_in",
            "billing_hub.created",
            "user.logged_out"
        ]
    );
    assert!(!json!(entries).to_string().contains(ANA));
}
