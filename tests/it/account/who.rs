//! Who calls the account API in these tests, and what their tokens say.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{Method, StatusCode};
use cotejo_app::{
    keys::NewKey,
    secrets::{MasterKeys, Purpose},
};
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_testkit::{Answer, Caller, TestApp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use crate::support::{list, text};

/// Fields and their values.
pub type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Texts.
pub type Texts<'a> = &'a [&'a str];

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// A new sandbox client, and an administrator of it calling the account API.
pub async fn administrator(app: &TestApp, name: &str) -> (Client, Caller) {
    let client = app.client(name, ClientKind::Sandbox).await;
    let key = holder(app, &client, &[Permission::Administrator]).await;
    (client, app.account(Some(key)))
}

/// A key of the command line that holds these permissions.
pub async fn holder(app: &TestApp, client: &Client, permissions: &[Permission]) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let key = NewKey {
        client: client.clone(),
        name: format!("holder-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
        version: 1,
        permissions: permissions.to_vec(),
        billing_hub: None,
    };
    app.app.create_key(key).await.unwrap().1.0
}

/// A request with JSON, or without a body where it is null.
pub async fn ask(caller: &Caller, method: &Method, path: &str, body: &Value) -> Answer {
    let (headers, body) = match body {
        Value::Null => (vec![], String::new()),
        body => (vec![("content-type", "application/json")], body.to_string()),
    };
    caller.send(method.clone(), path, &headers, &body).await
}

/// POST of JSON.
pub async fn post(caller: &Caller, path: &str, body: &Value) -> Answer {
    ask(caller, &Method::POST, path, body).await
}

/// PUT of JSON.
pub async fn put(caller: &Caller, path: &str, body: &Value) -> Answer {
    ask(caller, &Method::PUT, path, body).await
}

/// The token of a key that has to be made.
pub async fn make_key(caller: &Caller, form: &[(&str, &str)]) -> String {
    let answer = caller.post("/v1/api-keys", form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{form:?} {}", answer.text);
    text(&answer.json, "api_key").to_owned()
}

/// The newest key of a list.
pub async fn newest_key(caller: &Caller) -> Value {
    let answer = caller.get("/v1/api-keys").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    list(&answer.json, "api_keys")[0].clone()
}

/// The claims of a token, which has to be signed with HS256 and the key of these tests.
pub fn claims(token: &str) -> Value {
    let keys = MasterKeys::parse(&MasterKeys::generate("test", [7; 32])).unwrap();
    let key = DecodingKey::from_secret(&keys.active(Purpose::Tokens).1);
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    jsonwebtoken::decode(token, &key, &rules).unwrap().claims
}

/// Invites a person, who has to be new.
pub async fn invite(admin: &Caller, email: &str, role: &str) -> Value {
    let answer = admin.post("/v1/users", &[("email", email), ("role", role)]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{email} {}", answer.text);
    answer.json
}

/// The mails to an address, newest first.
pub async fn mails(admin: &Caller, email: &str) -> Vec<Value> {
    let answer = admin
        .get(&format!("/v1/sandbox/outbox?channel=email&to={email}"))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    list(&answer.json, "messages").to_vec()
}

/// What the newest invitation to an address carries.
pub async fn invitation(admin: &Caller, email: &str) -> String {
    let mails = mails(admin, email).await;
    let lines = text(&mails[0], "body").lines();
    let token = lines.filter(|line| line.starts_with("cti_")).collect::<Vec<_>>();
    assert_eq!(token.len(), 1, "{mails:?}");
    token[0].to_owned()
}

/// Chooses a password with an invitation.
pub async fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    let form = [("token", token), ("password", password)];
    app.account(None).post("/v1/users/accept", &form).await
}

/// Invites a person who accepts.
pub async fn join(app: &TestApp, admin: &Caller, email: &str, role: &str) -> Value {
    invite(admin, email, role).await;
    let token = invitation(admin, email).await;
    let answer = accept(app, &token, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

/// Tries to sign in.
pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let form = [("email", email), ("password", password)];
    app.account(None).post("/v1/sessions", &form).await
}

/// The token of a session that has to begin.
pub async fn session(app: &TestApp, email: &str) -> String {
    let answer = sign_in(app, email, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{email} {}", answer.text);
    text(&answer.json, "session_token").to_owned()
}

/// Everything on the pages of a list.
pub async fn everything(caller: &Caller, path: &str, plural: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), path.to_owned());
    while !next.is_empty() {
        let page = caller.get(&next).await;
        assert_eq!(page.status, StatusCode::OK, "{next} {}", page.text);
        assert_eq!(text(&page.json, "self"), next);
        items.extend_from_slice(list(&page.json, plural));
        next = text(&page.json, "next").to_owned();
    }
    items
}
