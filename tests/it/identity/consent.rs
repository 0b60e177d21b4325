//! The terms that a person reads before anything is asked.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::json;

use super::{begin, current, flow, flow_of, person, web_token};
use crate::{
    account::tenant::{Tenant, post_json},
    support::{assert_refused, assert_wrong, text},
};

#[tokio::test]
async fn the_step_leads_a_client_to_its_terms() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let drawn = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let token = web_token(&app, &acme, &drawn, &[]).await;
    let process = begin(&app.connect(Some(token.clone()))).await;
    // As the vendor's own client goes: the step's configuration names the terms, the person's token reads them.
    let config = &current(&process)["config"];
    let id = text(&config["custom_inputs"], "default-basic");
    assert!(config["supported_countries"]["ALL"].is_object(), "{config}");
    let reader = app.account(Some(token));
    let path = format!("/v1/consent-terms/{id}?terms=true&CO.name=Banco%20Azul&CO.nit=900123456");
    let read = reader.get(&path).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    assert_eq!(read.json["terms_id"], id);
    let words = &read.json["terms"]["default-basic"];
    for (language, part) in [("es", "Autorizo a"), ("en", "I authorise"), ("pt", "Autorizo")] {
        let words = text(words, language);
        assert!(
            words.starts_with(part) && words.contains("Banco Azul (NIT 900123456)"),
            "{words}"
        );
    }
    // Without `terms` there is only what they are.
    let bare = reader.get("/v1/consent-terms/default-items").await;
    assert_eq!((bare.status, bare.json.get("terms")), (StatusCode::OK, None));
    // The account asks where no company is named.
    let own = reader.get("/v1/consent-terms/default-items?terms=1").await;
    assert!(
        text(&own.json["terms"]["default-items"], "es").contains("acme"),
        "{}",
        own.text
    );
}

#[tokio::test]
async fn other_terms_are_not_there() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let other = Tenant::sandbox(&app, "other").await;
    let theirs = other.account.get("/v1/consent-terms/default-basic").await;
    let id = text(&theirs.json, "terms_id");
    for path in [
        format!("/v1/consent-terms/{id}"),
        "/v1/consent-terms/else".to_owned(),
    ] {
        assert_refused(&acme.account.get(&path).await, 404, "The consent was not found");
    }
    let long = format!("/v1/consent-terms/default-basic?CO.name={}", "a".repeat(201));
    assert_wrong(&acme.account.get(&long).await, &["CO.name"]);
    assert_wrong(
        &acme
            .account
            .get("/v1/consent-terms/default-basic?terms=perhaps")
            .await,
        &["terms"],
    );
    assert_eq!(
        app.account(None)
            .get("/v1/consent-terms/default-basic")
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_authorisation_says_for_whom_it_is() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let countries =
        json!({"CO": {"name": "Banco Azul", "nit": "900123456", "skip_company_info_check": false}});
    let blocks = json!([{"name": "enter_authorization", "config": {"supported_countries": countries}},
        {"name": "email_verification"}]);
    let drawn = flow(&acme, &json!({"name": "kyc", "identity_verifications": blocks})).await;
    let ana = person(&app, &acme, &drawn, &[]).await;
    assert_eq!(
        current(&begin(&ana).await)["config"]["supported_countries"],
        countries
    );
    let wrong = json!({"name": "kyc", "identity_verifications": [{"name": "enter_authorization",
        "config": {"supported_countries": {"XX": {}, "CO": {"name": 7}}, "custom_inputs": []}}, {"name": "email_verification"}]});
    assert_wrong(
        &post_json(&acme.connect, "/v1/flows", &wrong).await,
        &[
            "identity_verifications[0].config.custom_inputs",
            "identity_verifications[0].config.supported_countries",
            "identity_verifications[0].config.supported_countries.CO.name",
        ],
    );
}
