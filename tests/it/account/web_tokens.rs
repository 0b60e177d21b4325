//! Tokens of browsers and apps: the process that they carry, how long they live, and how little they may do.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_testkit::{Caller, ISSUER, START, TestApp};
use serde_json::{Value, json};

use super::who::{Pairs, Texts, administrator, claims, everything, holder, make_key, post, put};
use crate::support::{Form, PERSON, assert_refused, assert_wrong, text, with};

const PATH: &str = "/v1/api-keys";
const EXPIRED: &str = "The API key has expired";
const FORBIDDEN: &str = "User is not authorized to access this resource";

/// A token for one process, but for its flow.
const PROCESS: &[(&str, &str)] = &[
    ("key_type", "web"),
    ("grant", "digital-identity"),
    ("api_key_version", "1"),
    ("country", "all"),
    ("redirect_url", "https://example.com/done?a=1"),
];

async fn default_flow(app: &TestApp, client: &Client) -> String {
    app.app.default_flow(client).await.unwrap().unwrap().to_string()
}

/// A new client with its administrator and its flow.
async fn acme(app: &TestApp) -> (Client, Caller, String) {
    let (client, admin) = administrator(app, "acme").await;
    let flow = default_flow(app, &client).await;
    (client, admin, flow)
}

/// What a token carries besides, which has to be a text.
fn additional(token: &str) -> Value {
    serde_json::from_str(text(&claims(token), "additional_data")).unwrap()
}

/// Expects an id and gives it away.
fn assert_id(id: &Value, prefix: &str) -> String {
    let id = id.as_str().unwrap();
    let digits = id.strip_prefix(prefix).unwrap_or_else(|| panic!("{id}"));
    assert!(
        digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{id}"
    );
    id.to_owned()
}

#[tokio::test]
async fn a_web_token_carries_the_process_that_it_will_create() {
    let app = TestApp::new().await;
    let (client, admin, flow) = acme(&app).await;
    let key = holder(&app, &client, &[Permission::IdentityWrite]).await;
    let [_, connect, account] = app.others(Some(&key));
    for caller in [account, connect] {
        let form = with(PROCESS, &[("flow_id", &flow), ("account_id", "user_1.A-b")]);
        let token = make_key(&caller, &form).await;
        let said = claims(&token);
        let carried = additional(&token);
        let listed = everything(&admin, "/v1/api-keys?key_type=web", "api_keys").await;
        assert!(listed.iter().any(|key| key["api_key_id"] == said["jti"]));
        assert_eq!(
            said,
            json!({
                "account_id": "user_1.A-b",
                "additional_data": said["additional_data"],
                "client_id": client.id.to_string(),
                "exp": START.seconds() + 7200,
                "grant": "digital-identity",
                "iat": START.seconds(),
                "iss": ISSUER,
                "jti": said["jti"],
                "key_name": "web",
                "key_type": "web",
                "username": format!("{}-web", client.id),
            })
        );
        assert_id(&carried["process_id"], "IDP");
        assert_eq!(
            carried,
            json!({
                "account_id": "user_1.A-b",
                "country": "ALL",
                "flow_id": flow,
                "process_id": carried["process_id"],
                "redirect_url": "https://example.com/done?a=1",
            })
        );
    }
}

#[tokio::test]
async fn an_account_is_made_up_where_none_is_given_and_each_token_has_its_own_process() {
    let app = TestApp::new().await;
    let (_, admin, flow) = acme(&app).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let token = make_key(&admin, &with(PROCESS, &[("flow_id", &flow)])).await;
        let carried = additional(&token);
        assert_eq!(carried["account_id"], claims(&token)["account_id"]);
        seen.push(assert_id(&carried["account_id"], "ACC"));
        seen.push(assert_id(&carried["process_id"], "IDP"));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4);
}

#[tokio::test]
async fn what_is_known_of_the_person_is_carried() {
    let app = TestApp::new().await;
    let (_, admin, flow) = acme(&app).await;
    let mut form: Form<'_> = with(PROCESS, &[("flow_id", &flow), ("document_type", "National-ID")]);
    form.extend([
        ("emails", "ana@example.com"),
        ("emails[]", "bea@example.com"),
        ("phones", "+573001234567"),
        // A plus that arrived as a blank, as an unescaped form sends it.
        ("phones", " 573007654321"),
        ("start_variables.metadata.plan", "gold"),
        ("start_variables.metadata.seller", "7"),
    ]);
    let document = json!({
        "key_type": "web", "grant": "digital-identity", "country": "ALL", "flow_id": flow,
        "redirect_url": "https://example.com/done?a=1", "document_type": "national-id",
        "emails": ["ana@example.com", "bea@example.com"], "phones": ["+573001234567", "+573007654321"],
        "start_variables": {"metadata": {"plan": "gold", "seller": 7}}
    });
    let by_json = post(&admin, PATH, &document).await;
    assert_eq!(by_json.status, StatusCode::CREATED, "{}", by_json.text);
    for token in [
        make_key(&admin, &form).await.as_str(),
        text(&by_json.json, "api_key"),
    ] {
        let carried = additional(token);
        assert_eq!(
            carried,
            json!({
                "account_id": carried["account_id"],
                "country": "ALL",
                "document_type": "national-id",
                "emails": ["ana@example.com", "bea@example.com"],
                "flow_id": flow,
                "phones": ["+573001234567", "+573007654321"],
                "process_id": carried["process_id"],
                "redirect_url": "https://example.com/done?a=1",
                "start_variables": {"metadata": {"plan": "gold", "seller": "7"}},
            })
        );
    }
}

#[tokio::test]
async fn every_wrong_field_of_a_process_is_named() {
    let app = TestApp::new().await;
    let (_, admin, flow) = acme(&app).await;
    let process = with(PROCESS, &[("flow_id", &flow)]);
    let (long, many) = ("u".repeat(129), ("x".repeat(2030), "y".repeat(1001)));
    let far = format!("https://example.com/{}", many.0);
    let table: &[(Pairs<'_>, Texts<'_>)] = &[
        (
            &[("country", ""), ("flow_id", ""), ("redirect_url", "")],
            &["country", "flow_id", "redirect_url"],
        ),
        (&[("country", "US")], &["country"]),
        (&[("redirect_url", "  ")], &["redirect_url"]),
        (&[("redirect_url", "/done")], &["redirect_url"]),
        (&[("redirect_url", "javascript://alert(1)")], &["redirect_url"]),
        (&[("redirect_url", "https://a b")], &["redirect_url"]),
        (&[("redirect_url", &far)], &["redirect_url"]),
        (&[("account_id", "a b")], &["account_id"]),
        (&[("account_id", "ñ")], &["account_id"]),
        (&[("account_id", &long)], &["account_id"]),
        (&[("document_type", "visa")], &["document_type"]),
        (&[("emails", "nobody")], &["emails"]),
        (&[("phones", "12"), ("phone", "x")], &["phones", "phone"]),
        (
            &[("start_variables.metadata.a", &many.1)],
            &["start_variables.metadata.a"],
        ),
        (
            &[("api_key_version", "9"), ("country", "X")],
            &["api_key_version", "country"],
        ),
    ];
    for (more, fields) in table {
        assert_wrong(&admin.post(PATH, &with(&process, more)).await, fields);
    }
    for (name, value) in [("emails", "ana@example.com"), ("phones", "+573001234567")] {
        let mut form = process.clone();
        form.extend([(name, value); 11]);
        assert_wrong(&admin.post(PATH, &form).await, &[name]);
        form.truncate(process.len() + 10);
        make_key(&admin, &form).await;
    }
    for url in ["myapp://done", "http://127.0.0.1:3000/x"] {
        make_key(&admin, &with(&process, &[("redirect_url", url)])).await;
    }
}

#[tokio::test]
async fn a_flow_that_the_client_does_not_have_is_404() {
    let app = TestApp::new().await;
    let (client, admin, flow) = acme(&app).await;
    let theirs = app.client("theirs", ClientKind::Sandbox).await;
    let theirs = default_flow(&app, &theirs).await;
    let nobodys = format!("IPF{}", "0".repeat(32));
    for other in ["default", "IPF1", &nobodys, &theirs] {
        let answer = admin.post(PATH, &with(PROCESS, &[("flow_id", other)])).await;
        assert_refused(&answer, 404, "The flow was not found");
    }
    let process = with(PROCESS, &[("flow_id", &flow)]);
    make_key(&admin, &process).await;
    sqlx::query("update flows set status = 'disabled' where client_id = $1")
        .bind(client.id.0)
        .execute(&app.database.pool)
        .await
        .unwrap();
    assert_refused(&admin.post(PATH, &process).await, 404, "The flow was not found");
    // Only a token for a process names one.
    make_key(&admin, &with(&process, &[("grant", "signals"), ("flow_id", "x")])).await;
}

#[tokio::test]
async fn a_short_lived_token_is_over_after_two_hours_by_any_clock() {
    for by_machine in [true, false] {
        let app = TestApp::new().await;
        let (_, admin, flow) = acme(&app).await;
        let web = make_key(&admin, &with(PROCESS, &[("flow_id", &flow)])).await;
        let sdk = make_key(&admin, &[("key_type", "sdk"), ("grant", "validations")]).await;
        for (seconds, message) in [(7199, FORBIDDEN), (1, EXPIRED)] {
            if by_machine {
                app.clock.advance(Duration::from_secs(seconds));
            } else {
                let form = [("advance", format!("{seconds}s"))];
                let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
                let moved = admin.post("/v1/sandbox/clock", &form).await;
                assert_eq!(moved.json["status"], "done", "{}", moved.text);
            }
            for token in [&web, &sdk] {
                let answer = app.checks(Some(token.clone())).get("/v1/checks").await;
                assert_refused(&answer, 403, message);
            }
        }
        assert_eq!(admin.get(PATH).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_generator_makes_keys_of_apps_alone_and_they_and_browsers_make_none() {
    let app = TestApp::new().await;
    let (_, admin, flow) = acme(&app).await;
    let process = with(PROCESS, &[("flow_id", &flow)]);
    let sdk: &[_] = &[("key_type", "sdk"), ("grant", "validations")];
    let named = |kind| vec![("key_type", kind), ("key_name", "other")];
    let requests = [
        sdk.to_vec(),
        process.clone(),
        vec![("key_type", "web"), ("grant", "signals")],
        named("backend"),
        named("generator"),
    ];
    let generator = make_key(&admin, &[("key_type", "generator"), ("key_name", "builds")]).await;
    let tokens = [
        (generator, 1),
        (make_key(&admin, &process).await, 0),
        (make_key(&admin, sdk).await, 0),
    ];
    for (token, made) in tokens {
        let (account, checks) = (app.account(Some(token.clone())), app.checks(Some(token)));
        for (place, form) in requests.iter().enumerate() {
            let answer = account.post(PATH, form).await;
            if place < made {
                assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
                assert_eq!(claims(text(&answer.json, "api_key"))["key_type"], "sdk");
            } else {
                assert_refused(&answer, 403, FORBIDDEN);
            }
        }
        let body = json!({"key_name": "builds", "api_key_version": 1});
        for answer in [
            checks.post("/v1/checks", PERSON).await,
            checks.get("/v1/checks").await,
            account.get(PATH).await,
            put(&account, PATH, &body).await,
            account.delete(&format!("{PATH}?key_name=builds")).await,
            account.get("/v1/events").await,
            account.get("/v1/audit").await,
        ] {
            assert_refused(&answer, 403, FORBIDDEN);
        }
    }
}
