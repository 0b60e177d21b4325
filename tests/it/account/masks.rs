//! Keys that do not see personal data: asterisks in checks, details, lists and events.

use axum::http::{Method, StatusCode};
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use Permission as P;

use super::who::{administrator, holder};
use crate::support::{Form, PERSON, finish, list, path, with};

const READING: [P; 3] = [P::ChecksRead, P::ChecksWrite, P::AccountRead];

/// A person with a record, so that sources have something to show.
fn person() -> Form<'static> {
    with(
        PERSON,
        &[
            ("first_name", "Xiomara"),
            ("last_name", "Quintanilla"),
            ("phone_number", "+573001234567"),
            ("custom_input", "scenario.criminal_high"),
            ("force_creation", "true"),
        ],
    )
}

/// Everything through which a key sees a check: its name and text.
async fn views(account: &Caller, checks: &Caller, check: &Value) -> Vec<(&'static str, String)> {
    let mut views = Vec::new();
    let created = checks.post("/v1/checks", &person()).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    views.push(("create", created.text));
    let made = path(&created.json["check"]);
    let details = format!("{}/details", path(check));
    for (name, caller, method, path) in [
        ("get", checks, Method::GET, path(check)),
        ("details", checks, Method::GET, details),
        ("list", checks, Method::GET, "/v1/checks".to_owned()),
        ("events", account, Method::GET, "/v1/events".to_owned()),
        ("delete", checks, Method::DELETE, made),
    ] {
        let answer = caller.send(method, &path, &[], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{name} {}", answer.text);
        views.push((name, answer.text));
    }
    views
}

#[tokio::test]
async fn a_mask_hides_what_it_is_over_wherever_a_check_is_seen() {
    let app = TestApp::new().await;
    let (client, _) = administrator(&app, "acme").await;
    let whole = holder(&app, &client, &READING).await;
    let whole = (app.account(Some(whole.clone())), app.checks(Some(whole)));
    let check = finish(&app, &whole.1, &person()).await;
    let everywhere: &[_] = &["create", "get", "details", "list", "events", "delete"];
    let inputs: &[_] = &["create", "get", "list", "events", "delete"];
    let (documents, names, contacts) = ("1000000001", "quintanilla", "3001234567");
    // What is in a view shows that hiding it is something.
    for (name, text) in views(&whole.0, &whole.1, &check).await {
        let text = text.to_lowercase();
        for (secret, seen) in [(documents, everywhere), (names, everywhere), (contacts, inputs)] {
            assert_eq!(
                text.contains(secret),
                seen.contains(&name),
                "{name} {secret} {text}"
            );
        }
    }
    for (mask, secret, member, shown) in [
        (P::MaskDocuments, documents, "national_id", "********01"),
        (P::MaskNames, names, "last_name", "*********la"),
        (P::MaskContacts, contacts, "phone_number", "***********67"),
    ] {
        let key = holder(&app, &client, &[&READING[..], &[mask]].concat()).await;
        let (account, checks) = (app.account(Some(key.clone())), app.checks(Some(key)));
        for (name, text) in views(&account, &checks, &check).await {
            assert!(!text.to_lowercase().contains(secret), "{mask} {name} {text}");
            let printed = format!(r#""{member}":"{shown}""#);
            assert_eq!(
                text.contains(&printed),
                inputs.contains(&name),
                "{mask} {name} {text}"
            );
        }
    }
}

#[tokio::test]
async fn a_mask_leaves_what_is_not_personal() {
    let app = TestApp::new().await;
    let (client, _) = administrator(&app, "acme").await;
    let whole = app.checks(Some(holder(&app, &client, &READING).await));
    let masks = [P::MaskDocuments, P::MaskNames, P::MaskContacts];
    let masked = holder(&app, &client, &[&READING[..], &masks].concat()).await;
    let masked = app.checks(Some(masked));
    let check = finish(&app, &whole, &person()).await;
    let seen = crate::support::get(&masked, &check).await;
    for member in [
        "check_id",
        "country",
        "creation_date",
        "custom_input",
        "id_score",
        "name_score",
        "score",
        "scores",
        "status",
        "statuses",
        "type",
        "update_date",
    ] {
        assert_eq!(seen[member], check[member], "{member}");
    }
    let details = format!("{}/details", path(&check));
    let (ours, theirs) = (whole.get(&details).await, masked.get(&details).await);
    for (ours, theirs) in list(&ours.json, "details")
        .iter()
        .zip(list(&theirs.json, "details"))
    {
        for member in [
            "data_set",
            "database_id",
            "database_name",
            "id",
            "result",
            "severity",
        ] {
            assert_eq!(ours[member], theirs[member], "{member}");
        }
    }
}

#[tokio::test]
async fn an_administrator_sees_everything_unless_a_mask_was_granted() {
    let app = TestApp::new().await;
    let (client, _) = administrator(&app, "acme").await;
    for (held, shown) in [
        (&[P::Administrator][..], "1000000001"),
        (&[P::Administrator, P::MaskDocuments], "********01"),
    ] {
        let caller = app.checks(Some(holder(&app, &client, held).await));
        let check = finish(&app, &caller, &person()).await;
        assert_eq!(check["national_id"], shown);
        assert_eq!(check["last_name"], "Quintanilla");
    }
}
