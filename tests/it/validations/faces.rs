//! Validations of faces of sandbox clients: similarity, liveness, and the search among reported ones.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::Value;

use super::{FACE, enroll, enrolled, now, outcome, picture, put_form, read, scenario, upload, validation};
use crate::{
    account::tenant::{Tenant, members},
    support::{assert_wrong, text, with},
};

async fn done(app: &TestApp, acme: &Tenant, form: &[(&str, &str)], shade: u8) -> Value {
    let made = validation(acme, form).await;
    upload(
        app,
        text(&made["instructions"], "file_upload_link"),
        &picture(shade),
    )
    .await;
    app.work().await;
    now(acme, &made).await
}

const BOTH: &[(&str, &str)] = &[
    ("subvalidations", "passive_liveness"),
    ("subvalidations", "similarity"),
    ("threshold", "0.65"),
];

#[tokio::test]
async fn a_selfie_is_compared_with_the_enrolled_face_and_confirms_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let enrollment = enrolled(&app, &acme, "user_1", 1).await;
    let mut form = FACE.to_vec();
    form.extend_from_slice(BOTH);
    let made = validation(&acme, &form).await;
    assert_eq!(members(&made["instructions"]), ["file_upload_link"]);
    let done = done(&app, &acme, &form, 2).await;
    assert_eq!(outcome(&done), ("success", "", ""));
    assert_eq!(done["threshold"], 0.65);
    let face = &done["details"]["face_recognition_validations"];
    assert_eq!(
        (
            &face["similarity_status"],
            &face["passive_liveness_status"],
            &face["enrollment_id"]
        ),
        (&"success".into(), &"success".into(), &enrollment["enrollment_id"])
    );
    assert!(face["confidence_score"].is_number() && face["age_range"]["high"].is_u64());
    let path = format!("/v1/enrollments/{}", text(&enrollment, "enrollment_id"));
    assert_eq!(read(&acme.validations, &path).await["status"], "success");
    let detailed = read(
        &acme.validations,
        &format!("{}?show_details=true", super::path(&done)),
    )
    .await;
    assert!(text(&detailed, "face_photo").contains("/v1/files/"));
}

#[tokio::test]
async fn a_face_needs_an_enrollment_whose_picture_is_there() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    assert_wrong(
        &acme.validations.post("/v1/validations", FACE).await,
        &["account_id"],
    );
    let form = [
        ("type", "face-recognition"),
        ("user_authorized", "true"),
        ("account_id", "user_1"),
    ];
    let made = enroll(&acme, &form).await;
    assert_wrong(
        &acme.validations.post("/v1/validations", FACE).await,
        &["account_id"],
    );
    // As soon as it is uploaded, before anybody has looked.
    upload(&app, text(&made, "file_upload_link"), &picture(1)).await;
    assert_eq!(outcome(&done(&app, &acme, FACE, 2).await), ("success", "", ""));
}

#[tokio::test]
async fn every_reason_of_a_face_has_a_scenario() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for reason in [
        "similarity_threshold_not_passed",
        "passive_liveness_verification_not_passed",
        "risky_face_detected",
        "risk_signal_detected",
        "photo_of_photo",
        "user_face_match_in_fraud_collection",
    ] {
        let account = format!("scenario.{reason}");
        enrolled(&app, &acme, &account, 1).await;
        let mut form = scenario(FACE, &account);
        form.extend_from_slice(BOTH);
        let failed = done(&app, &acme, &form, 2).await;
        assert_eq!(outcome(&failed), ("failure", "declined", reason), "{failed:#}");
    }
}

#[tokio::test]
async fn a_reported_face_is_found_again() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let report = [
        ("type", "face-search"),
        ("user_authorized", "true"),
        ("fraud_reason", "fraudster"),
        ("country", "CO"),
    ];
    let reported = enroll(&acme, &report).await;
    upload(&app, text(&reported, "file_upload_link"), &picture(7)).await;
    app.work().await;
    let path = format!("/v1/enrollments/{}", text(&reported, "enrollment_id"));
    let now = read(&acme.validations, &path).await;
    assert_eq!(now["status"], "success");
    assert_eq!(now["validator_data"]["fraud_reason"], "fraudster");
    let search = |country| {
        [
            ("type", "face-search"),
            ("account_id", "somebody"),
            ("user_authorized", "true"),
            ("country", country),
        ]
    };
    for (country, shade, found) in [
        ("CO", 7, true),
        ("ALL", 7, true),
        ("PE", 7, false),
        ("CO", 8, false),
    ] {
        let searched = done(&app, &acme, &search(country), shade).await;
        let expected = if found {
            ("failure", "declined", "fraudster_face_match_in_client_collection")
        } else {
            ("success", "", "")
        };
        assert_eq!(outcome(&searched), expected, "{country} {shade}");
    }
    // Nobody who is reported can be enrolled, and other clients know nothing of it.
    let other = Tenant::sandbox(&app, "other").await;
    assert_eq!(
        outcome(&done(&app, &other, &search("ALL"), 7).await),
        ("success", "", "")
    );
    let blocked = enrolled(&app, &acme, "user_1", 7).await;
    let path = format!("/v1/enrollments/{}", text(&blocked, "enrollment_id"));
    assert_eq!(
        read(&acme.validations, &path).await["reason"],
        "face_in_blocklist"
    );
    // With the config each face is searched.
    let config = [("validator", "face-recognition"), ("include_face_search", "true")];
    assert_eq!(
        put_form(&acme.validations, "/v1/config", &config).await.status,
        StatusCode::OK
    );
    enrolled(&app, &acme, "user_2", 1).await;
    let risky = done(&app, &acme, &scenario(FACE, "user_2"), 7).await;
    assert_eq!(outcome(&risky), ("failure", "declined", "risky_face_detected"));
    let face = &risky["details"]["face_recognition_validations"];
    assert_eq!(face["face_search"]["status"], "failure");
    // What is deleted is found no more.
    let path = format!("/v1/enrollments/{}", text(&reported, "enrollment_id"));
    assert_eq!(acme.validations.delete(&path).await.status, StatusCode::OK);
    assert_eq!(
        outcome(&done(&app, &acme, &search("CO"), 7).await),
        ("success", "", "")
    );
    let events = acme.events("?event_type=face_search").await;
    let actions: Vec<&str> = events.iter().map(|event| text(event, "event_action")).collect();
    assert!(
        actions.contains(&"enrolled") && actions.contains(&"enrollment_deleted"),
        "{actions:?}"
    );
}

#[tokio::test]
async fn one_face_under_several_accounts_is_a_sign_of_risk() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for account in ["user_1", "user_2", "user_3"] {
        enrolled(&app, &acme, account, 5).await;
    }
    let seen = done(&app, &acme, FACE, 5).await;
    assert_eq!(
        seen["details"]["face_recognition_validations"]["matching_accounts"],
        2
    );
    assert_eq!(outcome(&seen), ("success", "", ""));
}

#[tokio::test]
async fn a_file_that_is_no_picture_declines_with_its_reason() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enrolled(&app, &acme, "user_1", 1).await;
    let video = [
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom".as_slice(),
        &[0; 64],
    ]
    .concat();
    for (file, reason) in [
        (video, "invalid_video_file"),
        (b"%PDF-1.7\n".to_vec(), "file_format_not_supported"),
        (picture(1)[..60].to_vec(), "invalid_file_format"),
    ] {
        let made = validation(&acme, FACE).await;
        upload(&app, text(&made["instructions"], "file_upload_link"), &file).await;
        app.work().await;
        assert_eq!(outcome(&now(&acme, &made).await), ("failure", "declined", reason));
    }
}

#[tokio::test]
async fn a_face_is_tried_again_only_with_liveness() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let config = [("validator", "face-recognition"), ("allowed_retries", "2")];
    assert_eq!(
        put_form(&acme.validations, "/v1/config", &config).await.status,
        StatusCode::OK
    );
    let account = "scenario.passive_liveness_verification_not_passed";
    enrolled(&app, &acme, account, 1).await;
    let plain = scenario(FACE, account);
    let lively = with(&plain, &[("subvalidations", "passive_liveness")]);
    assert_eq!(validation(&acme, &plain).await["remaining_retries"], 0);
    let failed = done(&app, &acme, &lively, 2).await;
    assert_eq!(
        (outcome(&failed).1, &failed["remaining_retries"]),
        ("declined", &2.into())
    );
    let id = text(&failed, "validation_id");
    assert_wrong(
        &acme
            .validations
            .post("/v1/validations", &with(&plain, &[("retry_of_id", id)]))
            .await,
        &["retry_of_id"],
    );
    let retry = validation(&acme, &with(&lively, &[("retry_of_id", id)])).await;
    assert_eq!(retry["remaining_retries"], 1);
}

#[tokio::test]
async fn vectors_are_sealed_where_they_lie() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enrolled(&app, &acme, "user_1", 1).await;
    enrolled(&app, &acme, "user_2", 1).await;
    let vectors: Vec<Vec<u8>> = sqlx::query_scalar("select vector from faces")
        .fetch_all(&app.database.pool)
        .await
        .unwrap();
    // The same face twice, and nothing alike in what is kept.
    assert_eq!(vectors.len(), 2);
    assert_ne!(vectors[0], vectors[1]);
    assert!(vectors.iter().all(|vector| vector.len() > 32 * 4 + 16));
}
