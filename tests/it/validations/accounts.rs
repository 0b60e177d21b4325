//! `/v1/accounts`

use axum::http::StatusCode;
use cotejo_testkit::TestApp;

use super::{create, read};
use crate::{
    account::tenant::{Tenant, members},
    support::{assert_refused, assert_wrong, list, text},
};

const ANA: &[(&str, &str)] = &[
    ("account_id", "user_1"),
    ("country", "CO"),
    ("document_type", "national-id"),
    ("document_number", "1000000001"),
    ("document_issue_date", "2010-01-02T00:00:00Z"),
    ("first_name", "Ana"),
    ("last_name", "Prueba"),
    ("email", "ana@example.com"),
    ("phone_number", "+573001234567"),
];

#[tokio::test]
async fn an_account_says_what_it_was_told_in_the_vendors_words() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = create(&acme.validations, "/v1/accounts", ANA).await;
    assert_eq!(
        members(&made),
        [
            "account_id",
            "country",
            "creation_date",
            "document_expedition_date",
            "document_type",
            "email",
            "first_name",
            "last_name",
            "national_id",
            "phone_number"
        ]
    );
    assert_eq!(
        (
            &made["country"],
            &made["national_id"],
            &made["document_expedition_date"]
        ),
        (&"co".into(), &"1000000001".into(), &"2010-01-02T00:00:00Z".into())
    );
    assert_eq!(read(&acme.validations, "/v1/accounts/user_1").await, made);
    let again = acme.validations.post("/v1/accounts", ANA).await;
    assert_refused(&again, 409, "the account exists already");
}

#[tokio::test]
async fn an_account_without_a_name_gets_one() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = create(&acme.validations, "/v1/accounts", &[]).await;
    let name = text(&made, "account_id");
    assert!(name.starts_with("ACC") && name.len() == 35, "{name}");
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = [
        ("account_id", "a b"),
        ("country", "XX"),
        ("document_type", "licence"),
        ("email", "ana"),
        ("phone_number", "12"),
        ("document_expedition_date", "yesterday"),
    ];
    let answer = acme.validations.post("/v1/accounts", &form).await;
    let fields: Vec<&str> = form.iter().map(|(name, _)| *name).collect();
    assert_wrong(&answer, &fields);
}

#[tokio::test]
async fn accounts_are_listed_by_pages_and_nobody_elses() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for n in 0..25 {
        create(
            &acme.validations,
            "/v1/accounts",
            &[("account_id", &format!("user_{n}"))],
        )
        .await;
    }
    let first = read(&acme.validations, "/v1/accounts").await;
    assert_eq!(list(&first, "accounts").len(), 20);
    let second = read(&acme.validations, text(&first, "next")).await;
    assert_eq!(list(&second, "accounts").len(), 5);
    assert_eq!(second["next"], "");
    let other = Tenant::sandbox(&app, "other").await;
    assert_eq!(
        list(&read(&other.validations, "/v1/accounts").await, "accounts").len(),
        0
    );
    let answer = other.validations.get("/v1/accounts/user_1").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = other.validations.get(text(&first, "next")).await;
    assert_wrong(&answer, &["start_key"]);
}
