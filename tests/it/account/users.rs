//! /v1/users and /v1/roles: people are invited by mail, choose a password, and act in a role.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::who::{
    PASSWORD, accept, administrator, everything, holder, invitation, invite, join, mails, post, put, session,
    sign_in,
};
use crate::support::{assert_refused, assert_wrong, list, text};

const FORBIDDEN: &str = "User is not authorized to access this resource";
const ANA: &str = "ana@example.com";

fn user_path(user: &Value) -> String {
    format!("/v1/users/{}", text(user, "user_id"))
}

#[tokio::test]
async fn an_invitation_is_a_user_and_a_mail_with_a_token() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "Acme").await;
    let form = [
        ("email", ANA),
        ("role", "operator"),
        ("name", "Ana"),
        ("language", "EN"),
    ];
    let answer = admin.post("/v1/users", &form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let id = text(&answer.json, "user_id");
    assert!(id.starts_with("USR") && id.len() == 35, "{id}");
    assert_eq!(
        answer.json,
        json!({
            "user_id": id,
            "client_id": client.id.to_string(),
            "email": ANA,
            "name": "Ana",
            "language": "en",
            "role": "operator",
            "status": "invited",
            "creation_date": "2026-01-02T03:04:05.123456789Z",
            "update_date": "2026-01-02T03:04:05Z",
        })
    );
    let token = invitation(&admin, ANA).await;
    assert!(!answer.text.contains(&token));
    assert!(
        token.len() == 68 && token[4..].bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{token}"
    );
    for (email, language, subject) in [
        (ANA, "en", "Invitation to Acme"),
        ("bea@example.com", "", "Invitación a Acme"),
        ("caio@example.com", "pt", "Convite para Acme"),
    ] {
        let form = [("email", email), ("role", "reader"), ("language", language)];
        admin.post("/v1/users", &form).await;
        let mails = mails(&admin, email).await;
        assert_eq!((mails.len(), &mails[0]["subject"]), (1, &subject.into()));
        assert_eq!(
            (&mails[0]["to"], &mails[0]["channel"]),
            (&email.into(), &"email".into())
        );
    }
}

#[tokio::test]
async fn every_wrong_field_of_an_invitation_is_named() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let long = "n".repeat(101);
    for (body, fields) in [
        (json!({}), &["email", "role"][..]),
        (json!({"email": "ana", "role": "operator"}), &["email"]),
        (
            json!({"email": "a b@example.com", "role": "operator"}),
            &["email"],
        ),
        (
            json!({"email": "a@example.com\nBcc: b@example.com", "role": "operator"}),
            &["email"],
        ),
        (json!({"email": ANA}), &["role"]),
        (json!({"email": ANA, "role": " "}), &["role"]),
        (json!({"email": ANA, "role": "root"}), &["role"]),
        (
            json!({"email": ANA, "role": "operator", "language": "fr"}),
            &["language"],
        ),
        (json!({"email": ANA, "role": "operator", "name": long}), &["name"]),
    ] {
        assert_wrong(&post(&admin, "/v1/users", &body).await, fields);
    }
    assert_eq!(admin.get("/v1/users").await.json["users"], json!([]));
    assert_eq!(mails(&admin, ANA).await, Vec::<Value>::new());
}

#[tokio::test]
async fn whoever_holds_the_token_chooses_a_password_once() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let user = invite(&admin, ANA, "operator").await;
    assert_refused(&sign_in(&app, ANA, PASSWORD).await, 401, "Unauthorized");
    let token = invitation(&admin, ANA).await;
    let (short, long) = ("p".repeat(11), "p".repeat(129));
    for (token, password, fields) in [
        ("", "", &["token", "password"][..]),
        (token.as_str(), &short, &["password"]),
        (&token, &long, &["password"]),
        ("cti_0", PASSWORD, &["token"]),
    ] {
        assert_wrong(&accept(&app, token, password).await, fields);
    }
    app.clock.advance(Duration::from_secs(60));
    let answer = accept(&app, &token, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut expected = user;
    expected["status"] = "active".into();
    expected["update_date"] = "2026-01-02T03:05:05Z".into();
    assert_eq!(answer.json, expected);
    assert_wrong(&accept(&app, &token, "another long password").await, &["token"]);
    session(&app, ANA).await;
}

#[tokio::test]
async fn an_invitation_is_good_for_72_hours() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    for email in [ANA, "bea@example.com"] {
        invite(&admin, email, "operator").await;
    }
    app.clock.advance(Duration::from_secs(72 * 3600 - 1));
    let token = invitation(&admin, ANA).await;
    assert_eq!(accept(&app, &token, PASSWORD).await.status, StatusCode::OK);
    app.clock.advance(Duration::from_secs(1));
    let token = invitation(&admin, "bea@example.com").await;
    assert_wrong(&accept(&app, &token, PASSWORD).await, &["token"]);
}

#[tokio::test]
async fn an_address_is_one_user_of_a_client() {
    let app = TestApp::new().await;
    let (_, ours) = administrator(&app, "ours").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    invite(&ours, ANA, "operator").await;
    for email in [ANA, "ANA@example.com"] {
        let again = ours
            .post("/v1/users", &[("email", email), ("role", "reader")])
            .await;
        assert_refused(&again, 409, "a user of this address exists already");
    }
    assert_eq!(mails(&ours, ANA).await.len(), 1);
    invite(&theirs, ANA, "operator").await;
}

#[tokio::test]
async fn roles_are_given_by_administrators_alone() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let user = invite(&admin, "bea@example.com", "reader").await;
    join(&app, &admin, ANA, "developer").await;
    let developer = app.account(Some(session(&app, ANA).await));
    let held: Vec<Permission> = Permission::ALL
        .iter()
        .copied()
        .filter(|permission| *permission != Permission::Administrator)
        .collect();
    let nearly = app.account(Some(holder(&app, &client, &held).await));
    for caller in [developer, nearly] {
        for role in ["administrator", "auditor", "developer", "reader"] {
            let invited = caller
                .post("/v1/users", &[("email", "caio@example.com"), ("role", role)])
                .await;
            let changed = put(&caller, &user_path(&user), &json!({"role": role})).await;
            for answer in [invited, changed] {
                assert_refused(&answer, 403, FORBIDDEN);
            }
        }
    }
    assert_eq!(list(&admin.get("/v1/users").await.json, "users").len(), 2);
}

#[tokio::test]
async fn a_changed_user_has_to_sign_in_again() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let user = join(&app, &admin, ANA, "operator").await;
    for (change, role, status, may_sign_in) in [
        (json!({"name": "Ana María"}), "operator", "active", true),
        (json!({"role": "auditor"}), "auditor", "active", true),
        (json!({"status": "disabled"}), "auditor", "disabled", false),
        (json!({"status": "active"}), "auditor", "active", true),
    ] {
        let before = sign_in(&app, ANA, PASSWORD).await;
        let answer = put(&admin, &user_path(&user), &change).await;
        assert_eq!(answer.status, StatusCode::OK, "{change} {}", answer.text);
        let shown = ["role", "status", "name"].map(|member| text(&answer.json, member));
        assert_eq!(shown, [role, status, "Ana María"]);
        if let Some(token) = before.json["session_token"].as_str() {
            let gone = app.checks(Some(token.to_owned())).get("/v1/checks").await;
            assert_refused(&gone, 401, "Unauthorized");
        }
        let after = sign_in(&app, ANA, PASSWORD).await;
        assert_eq!(
            after.status == StatusCode::CREATED,
            may_sign_in,
            "{change} {}",
            after.text
        );
    }
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let user = invite(&admin, ANA, "operator").await;
    let path = user_path(&user);
    for (body, field) in [
        (json!({}), "role"),
        (json!({"email": "bea@example.com"}), "role"),
        (json!({"role": "root"}), "role"),
        (json!({"status": "invited"}), "status"),
        (json!({"status": "gone"}), "status"),
        (json!({"name": "a\u{7}"}), "name"),
    ] {
        assert_wrong(&put(&admin, &path, &body).await, &[field]);
    }
    let active = json!({"status": "active"});
    assert_refused(
        &put(&admin, &path, &active).await,
        409,
        "the user has not accepted the invitation",
    );
    let nobody = format!("/v1/users/USR{}", "0".repeat(32));
    for (caller, path) in [
        (&theirs, path.as_str()),
        (&admin, &nobody),
        (&admin, "/v1/users/me"),
    ] {
        let changed = put(caller, path, &json!({"name": "x"})).await;
        for answer in [changed, caller.delete(path).await] {
            assert_refused(&answer, 404, "The user was not found");
        }
    }
    assert_eq!(admin.get("/v1/users").await.json["users"], json!([user]));
}

#[tokio::test]
async fn who_was_disabled_before_accepting_stays_out() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let user = invite(&admin, ANA, "operator").await;
    let token = invitation(&admin, ANA).await;
    let disabled = json!({"status": "disabled"});
    put(&admin, &user_path(&user), &disabled).await;
    assert_wrong(&accept(&app, &token, PASSWORD).await, &["token"]);
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_its_sessions() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let user = join(&app, &admin, ANA, "operator").await;
    let session = app.checks(Some(session(&app, ANA).await));
    assert_eq!(session.get("/v1/checks").await.status, StatusCode::OK);
    let path = user_path(&user);
    let answer = admin.delete(&path).await;
    let message = format!("{} was deleted", text(&user, "user_id"));
    assert_eq!(
        (answer.status, &answer.json["message"]),
        (StatusCode::OK, &message.into())
    );
    assert_refused(&session.get("/v1/checks").await, 401, "Unauthorized");
    assert_refused(&sign_in(&app, ANA, PASSWORD).await, 401, "Unauthorized");
    assert_refused(&admin.delete(&path).await, 404, "The user was not found");
    invite(&admin, ANA, "operator").await;
}

#[tokio::test]
async fn users_are_listed_newest_first_without_their_secrets() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    join(&app, &admin, "user0@example.com", "operator").await;
    let token = session(&app, "user0@example.com").await;
    let mut expected = vec!["user0@example.com".to_owned()];
    for number in 1..22 {
        app.clock.advance(Duration::from_secs(1));
        let email = format!("user{number}@example.com");
        invite(&admin, &email, "reader").await;
        expected.insert(0, email);
    }
    let listed = everything(&admin, "/v1/users", "users").await;
    let emails: Vec<&str> = listed.iter().map(|user| text(user, "email")).collect();
    assert_eq!(emails, expected);
    assert_eq!(listed[21]["last_login_date"], "2026-01-02T03:04:05Z");
    assert_eq!(listed[0].get("last_login_date"), None);
    let printed = json!(listed).to_string();
    for secret in ["argon2", "hash", "cti_", "cts_", &token] {
        assert!(!printed.contains(secret), "{secret}");
    }
    let next = admin.get("/v1/users").await.json["next"].clone();
    assert_wrong(&theirs.get(next.as_str().unwrap()).await, &["start_key"]);
    assert_eq!(theirs.get("/v1/users").await.json["users"], json!([]));
}

#[tokio::test]
async fn every_client_has_the_built_in_roles_and_may_name_more() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let roles = admin.get("/v1/roles").await.json;
    let built_in = ["administrator", "operator", "reader", "auditor", "developer"];
    let named: Vec<&str> = list(&roles, "roles")
        .iter()
        .map(|role| text(role, "name"))
        .collect();
    assert_eq!(named, built_in);
    for role in list(&roles, "roles") {
        assert_eq!((&role["built_in"], role.get("role_id")), (&true.into(), None));
        assert!(!text(role, "description").is_empty() && !list(role, "permissions").is_empty());
    }
    let wanted = json!({"name": "Support", "permissions": ["checks.read", "mask.documents"]});
    let made = post(&admin, "/v1/roles", &wanted).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let id = text(&made.json, "role_id");
    assert!(id.starts_with("ROL") && id.len() == 35, "{id}");
    assert_eq!(
        made.json,
        json!({
            "role_id": id, "name": "Support", "permissions": ["checks.read", "mask.documents"], "built_in": false
        })
    );
    assert_eq!(admin.get("/v1/roles").await.json["roles"][5], made.json);
    assert_eq!(theirs.get("/v1/roles").await.json, roles);
    // A role is named in any case, and is its client's alone.
    invite(&admin, ANA, "support").await;
    let form = [("email", ANA), ("role", "Support")];
    assert_wrong(&theirs.post("/v1/users", &form).await, &["role"]);
}

#[tokio::test]
async fn a_role_has_a_name_of_its_own_and_permissions_that_there_are() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let role = |name: &str| json!({"name": name, "permissions": ["checks.read"]});
    let long = "r".repeat(101);
    post(&admin, "/v1/roles", &role("Support")).await;
    for (body, fields) in [
        (json!({}), &["name", "permissions"][..]),
        (role(""), &["name"]),
        (role("  "), &["name"]),
        (role(&long), &["name"]),
        (json!({"name": "other"}), &["permissions"]),
        (json!({"name": "other", "permissions": []}), &["permissions"]),
        (
            json!({"name": "other", "permissions": ["checks"]}),
            &["permissions"],
        ),
    ] {
        assert_wrong(&post(&admin, "/v1/roles", &body).await, fields);
    }
    for (name, message) in [
        ("SUPPORT", "a role of this name exists already"),
        ("Auditor", "a role of this name is built in"),
    ] {
        assert_refused(&post(&admin, "/v1/roles", &role(name)).await, 409, message);
    }
    assert_eq!(list(&admin.get("/v1/roles").await.json, "roles").len(), 6);
}

#[tokio::test]
async fn a_live_clients_invitation_waits_for_a_mail_server() {
    let app = TestApp::new().await;
    let client = app.client("live", ClientKind::Live).await;
    let admin = app.account(Some(holder(&app, &client, &[Permission::Administrator]).await));
    invite(&admin, ANA, "operator").await;
    assert_refused(&admin.get("/v1/sandbox/outbox").await, 403, FORBIDDEN);
    let waiting: Vec<String> = sqlx::query_scalar("select state from messages where client_id = $1")
        .bind(client.id.0)
        .fetch_all(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(waiting, ["waiting"]);
}
