//! `/v1/config`

use axum::http::StatusCode;
use cotejo_testkit::TestApp;

use super::{DOCUMENT, outcome, put_form, read, shown, validation};
use crate::{
    account::tenant::Tenant,
    support::{assert_wrong, list, with},
};

#[tokio::test]
async fn everything_answers_the_whole_config() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let usual = read(&acme.validations, "/v1/config").await;
    for validator in [
        "document-validation",
        "email-verification",
        "enterprise-data",
        "face-recognition",
        "identity-questions",
        "phone-verification",
        "voice-recognition",
    ] {
        assert_eq!(usual[validator]["timeout"], 300, "{validator}");
    }
    assert_eq!(usual["face-recognition"]["threshold"], 0.65);
    let form = [
        ("validator", "face-recognition"),
        ("threshold", "0.8"),
        ("timeout", "60"),
    ];
    let changed = put_form(&acme.validations, "/v1/config", &form).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(changed.json["face-recognition"]["threshold"], 0.8);
    assert_eq!(read(&acme.validations, "/v1/config").await, changed.json);
    let answer = acme
        .validations
        .delete("/v1/config?validator=face-recognition&type=threshold")
        .await;
    assert_eq!(answer.json["face-recognition"]["threshold"], 0.65);
    assert_eq!(answer.json["face-recognition"]["timeout"], 60);
    let answer = acme
        .validations
        .delete("/v1/config?validator=face-recognition")
        .await;
    assert_eq!(answer.json, usual);
    // Nobody else's.
    put_form(&acme.validations, "/v1/config", &form).await;
    let other = Tenant::sandbox(&app, "other").await;
    assert_eq!(read(&other.validations, "/v1/config").await, usual);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (form, fields) in [
        (&[][..], &["validator"][..]),
        (&[("validator", "enterprise-data")], &["validator"]),
        (
            &[("validator", "phone-verification"), ("timeout", "601")],
            &["timeout"],
        ),
        (
            &[("validator", "face-recognition"), ("threshold", "1.1")],
            &["threshold"],
        ),
        (
            &[
                ("validator", "document-validation"),
                ("validation_method.manual-review.status", "enabled"),
            ],
            &["document_type"],
        ),
    ] {
        assert_wrong(&put_form(&acme.validations, "/v1/config", form).await, fields);
    }
    let answer = acme
        .validations
        .delete("/v1/config?validator=face-recognition&type=custom_name")
        .await;
    assert_wrong(&answer, &["type"]);
    assert_wrong(&acme.validations.delete("/v1/config").await, &["validator"]);
}

#[tokio::test]
async fn a_request_goes_before_the_config_and_the_config_before_the_default() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = [("validator", "document-validation"), ("timeout", "120")];
    put_form(&acme.validations, "/v1/config", &form).await;
    let configured = validation(&acme, DOCUMENT).await;
    let asked = validation(&acme, &with(DOCUMENT, &[("timeout", "600")])).await;
    acme.advance(&app, "121s").await;
    assert_eq!(outcome(&super::now(&acme, &configured).await).1, "expired");
    assert_eq!(outcome(&super::now(&acme, &asked).await).0, "pending");
}

#[tokio::test]
async fn methods_are_switched_for_the_documents_that_they_are_about() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = [
        ("validator", "document-validation"),
        ("country", "CO"),
        ("document_type", "national-id"),
        (
            "validation_method.government-database-validation.status",
            "disabled",
        ),
        ("validation_method.image-analysis.status", "enabled"),
    ];
    let answer = put_form(&acme.validations, "/v1/config", &form).await;
    let document = &answer.json["document-validation"];
    assert_eq!(
        (
            &document["country"],
            &document["document_type"],
            &document["validation_methods"]
        ),
        (
            &"CO".into(),
            &"national-id".into(),
            &"data-consistency,image-analysis,photocopy-analysis,photo-of-photo".into()
        )
    );
    let parts =
        |done: &serde_json::Value, method: &str| list(&done["details"]["document_validations"], method).len();
    let here = shown(&app, &acme, &[]).await;
    assert_eq!(
        (
            parts(&here, "government_database"),
            parts(&here, "image_analysis")
        ),
        (0, 2)
    );
    let there = shown(&app, &acme, &[("country", "CL")]).await;
    assert!(parts(&there, "government_database") > 0 && parts(&there, "image_analysis") == 0);
}

#[tokio::test]
async fn the_documents_that_can_be_validated_are_listed() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let listed = read(&acme.validations, "/v1/config/document-selection").await;
    let colombia = list(&listed, "countries")
        .iter()
        .find(|country| country["country"] == "CO")
        .unwrap();
    assert_eq!(colombia["display_name"], "Colombia");
    assert_eq!(colombia["flag"]["url"], "");
    let types: Vec<_> = list(colombia, "document_types")
        .iter()
        .map(|document| document["document_type"].as_str().unwrap())
        .collect();
    assert!(types.contains(&"national-id") && types.contains(&"ppt"));
}
