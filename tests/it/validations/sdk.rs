//! What the vendor's app asks besides.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::json;

use super::{DOCUMENT, read, scenario, validation};
use crate::{
    account::tenant::{Tenant, post_json},
    support::{assert_refused, assert_wrong, text},
};

#[tokio::test]
async fn a_picture_is_evaluated_before_it_is_uploaded() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let ask = |id: &str| {
        json!({
            "image": "iVBORw0KGgo=", "country": "CO", "document_type": "national-id", "document_side": "front",
            "validation_id": id, "evaluation_type": "document",
        })
    };
    let good = validation(&acme, DOCUMENT).await;
    let answer = post_json(
        &acme.validations,
        "/v1/evaluate-image",
        &ask(text(&good, "validation_id")),
    )
    .await;
    assert_eq!(
        (answer.status, &answer.json),
        (StatusCode::OK, &json!({ "status": "success" }))
    );
    let blurred = validation(&acme, &scenario(DOCUMENT, "scenario.blurry_image")).await;
    let answer = post_json(
        &acme.validations,
        "/v1/evaluate-image",
        &ask(text(&blurred, "validation_id")),
    )
    .await;
    assert_eq!(answer.json["status"], "failure");
    assert_eq!(answer.json["feedback"]["reason"], "blurry_image");
    let answer = post_json(
        &acme.validations,
        "/v1/evaluate-image",
        &json!({ "document_side": "top" }),
    )
    .await;
    assert_wrong(&answer, &["image", "document_side"]);
    // A camera's picture is larger than other requests may be.
    let large = json!({ "image": "AAAA".repeat(700_000) });
    let answer = post_json(&acme.validations, "/v1/evaluate-image", &large).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let live = Tenant::live(&app, "live").await;
    let answer = post_json(
        &live.validations,
        "/v1/evaluate-image",
        &json!({ "image": "iVBORw0KGgo=", "country": "co", "document_type": "national-id" }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn events_of_the_app_are_counted() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let log = |events: usize, name: &str| {
        json!({
            "sdk_version": "1.2.5", "platform": "ios",
            "events": vec![json!({ "event_name": name, "event_type": "step", "level": "info", "success": true }); events],
        })
    };
    let answer = post_json(&acme.validations, "/v1/sdk/log", &log(50, "camera_opened")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(
        (
            &answer.json["events_logged"],
            &answer.json["sdk_version"],
            &answer.json["platform"]
        ),
        (&50.into(), &"1.2.5".into(), &"ios".into())
    );
    assert_wrong(
        &post_json(&acme.validations, "/v1/sdk/log", &log(51, "a")).await,
        &["events"],
    );
    let long = "x".repeat(36);
    assert_wrong(
        &post_json(&acme.validations, "/v1/sdk/log", &log(1, &long)).await,
        &["event_name"],
    );
}

#[tokio::test]
async fn the_service_says_that_it_works() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    assert_eq!(
        read(&acme.validations, "/v1/status").await,
        json!({ "status": "ok" })
    );
    assert_refused(
        &app.validations(None).get("/v1/status").await,
        401,
        "Unauthorized",
    );
}
