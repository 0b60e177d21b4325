//! /v1/api-keys: making keys of every kind, listing, changing and revoking them.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{ISSUER, START, TestApp};
use serde_json::{Map, Value, json};

use super::who::{Pairs, administrator, claims, everything, holder, make_key, newest_key, post, put};
use crate::support::{
    Form, another_process, assert_refused, assert_wrong, create, list, scenario, text, with,
};

const PATH: &str = "/v1/api-keys";
const SERVER: &[(&str, &str)] = &[("key_type", "backend"), ("key_name", "server")];

/// One request a kind, with what its claims then say.
const KINDS: &[(Pairs<'static>, &str, &str, i64)] = &[
    (SERVER, "server", "", 50 * 365 * 24 * 3600),
    (
        &[("key_type", "generator"), ("key_name", "builds")],
        "builds",
        "",
        50 * 365 * 24 * 3600,
    ),
    (
        &[("key_type", "WEB"), ("grant", "Signals")],
        "web",
        "signals",
        7200,
    ),
    (
        &[
            ("key_type", "web"),
            ("grant", "validations"),
            ("key_name", "page"),
        ],
        "page",
        "validations",
        7200,
    ),
    (
        &[
            ("key_type", "sdk"),
            ("grant", "validations"),
            ("application_id", "com.example.app"),
        ],
        "sdk",
        "validations",
        7200,
    ),
];

fn document(form: &[(&str, &str)]) -> Value {
    let members: Map<String, Value> = form
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    members.into()
}

fn change(name: &str, version: &str) -> Value {
    json!({"key_name": name, "api_key_version": version})
}

#[tokio::test]
async fn a_key_of_every_kind_is_made_by_form_and_json_on_account_and_connect() {
    let app = TestApp::new().await;
    for (place, (form, ..)) in KINDS.iter().enumerate() {
        let client = app.client(&format!("acme {place}"), ClientKind::Sandbox).await;
        let admin = holder(&app, &client, &[Permission::Administrator]).await;
        let [_, connect, account] = app.others(Some(&admin));
        for (caller, name) in [(account, "a"), (connect, "b")] {
            let form = with(form, &[("key_name", name)]);
            let other = format!("{name} too");
            let by_json = document(&with(&form, &[("key_name", &other)]));
            for answer in [
                caller.post(PATH, &form).await,
                post(&caller, PATH, &by_json).await,
            ] {
                assert_eq!(answer.status, StatusCode::CREATED, "{form:?} {}", answer.text);
                let members = answer.json.as_object().unwrap();
                assert_eq!(members.len(), 2, "{}", answer.text);
                assert_eq!(members["message"], "API key created successfully");
                assert_eq!(text(&answer.json, "api_key").split('.').count(), 3);
            }
        }
    }
}

#[tokio::test]
async fn keys_are_served_by_account_and_connect_alone() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let admin = holder(&app, &client, &[Permission::Administrator]).await;
    let [validations, connect, account] = app.others(Some(&admin));
    let listed = account.get(PATH).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.text);
    assert_eq!(connect.get(PATH).await.text, listed.text);
    for caller in [validations, app.checks(Some(admin))] {
        let answer = caller.get(PATH).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json["message"], "Missing Authentication Token");
    }
}

#[tokio::test]
async fn claims_say_what_the_key_is_for() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let mut now = START.seconds();
    for (form, name, grant, lifetime) in KINDS {
        app.clock.advance(Duration::from_secs(1));
        now += 1;
        let token = make_key(&admin, form).await;
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("JWT"));
        let record = newest_key(&admin).await;
        let mut said = claims(&token);
        let application = said.as_object_mut().unwrap().remove("application_id");
        let expected = json!({
            "account_id": "",
            "additional_data": "{}",
            "client_id": client.id.to_string(),
            "exp": now + lifetime,
            "grant": grant,
            "iat": now,
            "iss": ISSUER,
            "jti": record["api_key_id"],
            "key_name": name,
            "key_type": form[0].1.to_lowercase(),
            "username": format!("{}-{name}", client.id),
        });
        assert_eq!(said, expected, "{form:?}");
        let asked = form.iter().find(|(name, _)| *name == "application_id");
        assert_eq!(application, asked.map(|(_, app)| Value::from(*app)), "{form:?}");
        assert_eq!(record["grant"], *grant);
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let long = "k".repeat(101);
    let table: &[(Form<'_>, &[&str])] = &[
        (vec![], &["key_type"]),
        (vec![("key_type", "server")], &["key_type"]),
        (vec![("key_type", "backend")], &["key_name"]),
        (vec![("key_type", "backend"), ("key_name", "")], &["key_name"]),
        (vec![("key_type", "backend"), ("key_name", "  ")], &["key_name"]),
        (vec![("key_type", "generator")], &["key_name"]),
        (with(SERVER, &[("key_name", &long)]), &["key_name"]),
        (with(SERVER, &[("key_name", "a\nb")]), &["key_name"]),
        (with(SERVER, &[("api_key_version", "2")]), &["api_key_version"]),
        (with(SERVER, &[("permissions", "root")]), &["permissions"]),
        (
            vec![
                ("key_type", "backend"),
                ("api_key_version", "x"),
                ("permissions", "y"),
            ],
            &["key_name", "api_key_version", "permissions"],
        ),
        (vec![("key_type", "web")], &["grant"]),
        (vec![("key_type", "web"), ("grant", "checks")], &["grant"]),
        (vec![("key_type", "sdk")], &["grant"]),
        (vec![("key_type", "sdk"), ("grant", "signals")], &["grant"]),
        (
            vec![("key_type", "sdk"), ("grant", "digital-identity")],
            &["grant"],
        ),
    ];
    for (form, fields) in table {
        assert_wrong(&admin.post(PATH, form).await, fields);
        assert_wrong(&post(&admin, PATH, &document(form)).await, fields);
    }
    assert_eq!(list(&admin.get(PATH).await.json, "api_keys").len(), 1);
}

#[tokio::test]
async fn a_key_speaks_version_0_unless_it_is_told_otherwise() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    for (asked, version) in [("", 0), ("0", 0), ("1", 1)] {
        app.clock.advance(Duration::from_secs(1));
        let name = format!("key v{asked}");
        make_key(
            &admin,
            &with(SERVER, &[("key_name", &name), ("api_key_version", asked)]),
        )
        .await;
        let record = newest_key(&admin).await;
        assert_eq!(
            (&record["key_name"], &record["api_key_version"]),
            (&name.into(), &version.into())
        );
        assert_eq!(record.get("api_key_previous_version"), None);
    }
}

#[tokio::test]
async fn a_changed_version_changes_the_wire_and_not_the_token() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    app.clock.advance(Duration::from_secs(1));
    let token = make_key(&admin, &with(SERVER, &[("api_key_version", "1")])).await;
    let server = app.checks(Some(token));
    let forced = with(&scenario("x"), &[("force_creation", "1")]);
    for (version, previous, shown, hidden) in [
        (1, None, "name_score", "homonym_score"),
        (0, Some(1), "homonym_score", "name_score"),
        (1, Some(0), "name_score", "homonym_score"),
        (1, Some(0), "name_score", "homonym_score"),
    ] {
        if previous.is_some() {
            let answer = put(&admin, PATH, &change("server", &version.to_string())).await;
            assert_eq!(
                (answer.status, &answer.json),
                (
                    StatusCode::OK,
                    &json!({"message": "API key updated successfully"})
                )
            );
        }
        let check = create(&server, &forced).await;
        assert_eq!((&check[shown], check.get(hidden)), (&0.into(), None), "{version}");
        let record = newest_key(&admin).await;
        assert_eq!(record["api_key_version"], version);
        assert_eq!(
            record.get("api_key_previous_version").cloned(),
            previous.map(Value::from)
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_neither_changed_nor_revoked() {
    let app = TestApp::new().await;
    let (_, ours) = administrator(&app, "ours").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    make_key(&theirs, SERVER).await;
    // Browsers' keys end by themselves and are not known by their names.
    make_key(
        &ours,
        &[("key_type", "web"), ("grant", "signals"), ("key_name", "page")],
    )
    .await;
    for name in ["server", "page", "nobody"] {
        let path = format!("{PATH}?key_name={name}");
        let changed = put(&ours, PATH, &change(name, "1")).await;
        for answer in [changed, ours.delete(&path).await] {
            assert_refused(&answer, 404, "The key was not found");
        }
    }
    for (body, fields) in [
        (json!({}), &["key_name", "api_key_version"][..]),
        (change("server", "2"), &["api_key_version"]),
        (json!({"api_key_version": 1}), &["key_name"]),
    ] {
        assert_wrong(&put(&ours, PATH, &body).await, fields);
    }
    assert_wrong(&ours.delete(PATH).await, &["key_name"]);
}

#[tokio::test]
async fn a_revoked_key_stops_working_at_once_here_and_within_a_second_elsewhere() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    app.clock.advance(Duration::from_secs(1));
    let token = make_key(&admin, SERVER).await;
    let here = app.checks(Some(token.clone()));
    let elsewhere = another_process(&app, &token);
    for caller in [&here, &elsewhere] {
        assert_eq!(caller.get("/v1/checks").await.status, StatusCode::OK);
    }
    let path = format!("{PATH}?key_name=server");
    let answer = admin.delete(&path).await;
    assert_eq!(
        (answer.status, &answer.json),
        (
            StatusCode::OK,
            &json!({"message": "API key deleted successfully"})
        )
    );
    assert_refused(&here.get("/v1/checks").await, 401, "Unauthorized");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_refused(&elsewhere.get("/v1/checks").await, 401, "Unauthorized");
    assert_eq!(newest_key(&admin).await["status"], "revoked");
    assert_refused(&admin.delete(&path).await, 404, "The key was not found");
}

#[tokio::test]
async fn a_name_is_one_live_keys_alone() {
    let app = TestApp::new().await;
    let (_, ours) = administrator(&app, "ours").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let first = make_key(&ours, SERVER).await;
    for form in [SERVER.to_vec(), with(SERVER, &[("key_type", "generator")])] {
        assert_refused(
            &ours.post(PATH, &form).await,
            409,
            "a key of this name exists already",
        );
    }
    make_key(&theirs, SERVER).await;
    for _ in 0..2 {
        let page = with(SERVER, &[("key_type", "web"), ("grant", "signals")]);
        make_key(&ours, &page).await;
    }
    ours.delete(&format!("{PATH}?key_name=server")).await;
    let second = make_key(&ours, SERVER).await;
    let [first, second] = [first, second].map(|token| app.checks(Some(token)));
    assert_eq!(first.get("/v1/checks").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(second.get("/v1/checks").await.status, StatusCode::OK);
}

#[tokio::test]
async fn keys_are_listed_newest_first_without_their_tokens() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let (_, theirs) = administrator(&app, "theirs").await;
    let mut expected = vec!["holder".to_owned()];
    for number in 0..25 {
        app.clock.advance(Duration::from_secs(1));
        let name = format!("key {number}");
        let kind: Form<'_> = match number % 5 {
            0 => vec![("key_type", "web"), ("grant", "signals")],
            _ => vec![("key_type", "backend")],
        };
        make_key(&admin, &with(&kind, &[("key_name", &name)])).await;
        expected.insert(0, name);
    }
    let first = admin.get(PATH).await;
    assert_eq!(list(&first.json, "api_keys").len(), 20);
    assert!(!first.text.contains("eyJ"), "{}", first.text);
    let listed = everything(&admin, PATH, "api_keys").await;
    let names: Vec<&str> = listed
        .iter()
        .map(|key| text(key, "key_name").split('-').next().unwrap())
        .collect();
    assert_eq!(names, expected);
    assert!(listed.iter().all(|key| key["client_id"] == client.id.to_string()));
    for (kind, count) in [("web", 5), ("BACKEND", 21), ("sdk", 0), ("generator", 0)] {
        let path = format!("{PATH}?key_type={kind}");
        let listed = everything(&admin, &path, "api_keys").await;
        assert_eq!(listed.len(), count, "{kind}");
        assert!(
            listed.iter().all(|key| key["key_type"] == kind.to_lowercase()),
            "{kind}"
        );
    }
    assert_wrong(&admin.get(&format!("{PATH}?key_type=x")).await, &["key_type"]);
    let next = text(&first.json, "next");
    for answer in [
        theirs.get(next).await,
        admin.get(&format!("{next}&key_type=backend")).await,
        admin.get(&format!("{PATH}?start_key=AAAA")).await,
    ] {
        assert_wrong(&answer, &["start_key"]);
    }
}

#[tokio::test]
async fn a_listed_key_says_whether_it_still_works() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    for (name, kind) in [("page", "web"), ("server", "backend"), ("gone", "backend")] {
        let form = [("key_name", name), ("key_type", kind), ("grant", "signals")];
        make_key(&admin, &form).await;
    }
    admin.delete(&format!("{PATH}?key_name=gone")).await;
    app.clock.advance(Duration::from_secs(7200));
    let listed = everything(&admin, PATH, "api_keys").await;
    for (name, status, expires) in [
        ("page", "expired", "2026-01-02T05:04:05Z"),
        ("server", "active", "2075-12-21T03:04:05Z"),
        ("gone", "revoked", "2075-12-21T03:04:05Z"),
    ] {
        let key = listed.iter().find(|key| key["key_name"] == name).unwrap();
        assert_eq!(
            (&key["status"], &key["expiration_date"]),
            (&status.into(), &expires.into())
        );
        assert_eq!(
            key["creation_date"], "2026-01-02T03:04:05.123456000Z",
            "{client:?}"
        );
    }
}
