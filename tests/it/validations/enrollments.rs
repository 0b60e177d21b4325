//! `/v1/enrollments`

use axum::http::StatusCode;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{Caller, TestApp, TestAppBuilder};
use serde_json::Value;

use super::{create, enroll, enrolled, objects, picture, put, read, upload};
use crate::{
    account::tenant::{Tenant, members, work_due},
    support::{assert_refused, assert_wrong, list, text, with},
};

const FACE: &[(&str, &str)] = &[
    ("type", "face-recognition"),
    ("user_authorized", "true"),
    ("account_id", "user_1"),
];

const PHONE: &[(&str, &str)] = &[
    ("type", "phone-verification"),
    ("user_authorized", "true"),
    ("account_id", "user_1"),
    ("phone_number", "+573001234567"),
    ("phone_type", "home"),
    ("country", "CO"),
];

async fn now(acme: &Tenant, enrollment: &Value) -> Value {
    let path = format!("/v1/enrollments/{}", text(enrollment, "enrollment_id"));
    read(&acme.validations, &path).await
}

#[tokio::test]
async fn a_face_waits_for_its_picture_then_for_a_validation() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = enroll(&acme, FACE).await;
    assert_eq!(
        members(&made),
        [
            "account_id",
            "creation_date",
            "enrollment_id",
            "file_upload_link",
            "reason",
            "status",
            "update_date",
            "validation_type",
            "validator_data"
        ]
    );
    assert_eq!(
        (&made["status"], &made["reason"]),
        (&"pending".into(), &"waiting_file_upload".into())
    );
    upload(&app, text(&made, "file_upload_link"), &picture(1)).await;
    let uploaded = now(&acme, &made).await;
    assert_eq!(uploaded["reason"], "waiting_face_validation");
    assert!(uploaded["file_upload_link"].is_null());
    app.work().await;
    assert_eq!(now(&acme, &made).await["status"], "pending");
    let again = put(&app, text(&made, "file_upload_link"), &picture(1)).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_enrolled_account_is_not_enrolled_again() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll(&acme, FACE).await;
    let again = acme.validations.post("/v1/enrollments", FACE).await;
    assert_refused(&again, 409, "the account is already enrolled");
    enroll(&acme, PHONE).await;
    let again = acme.validations.post("/v1/enrollments", PHONE).await;
    assert_refused(&again, 409, "the account is already enrolled");
    for phone_type in ["office", "recover"] {
        enroll(&acme, &with(PHONE, &[("phone_type", phone_type)])).await;
    }
    let all = read(&acme.validations, "/v1/accounts/user_1/enrollments").await;
    assert_eq!(list(&all, "enrollments").len(), 4);
}

#[tokio::test]
async fn a_picture_that_never_came_leaves_its_place() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let first = enroll(&acme, FACE).await;
    acme.advance(&app, "2h").await;
    let late = put(&app, text(&first, "file_upload_link"), &picture(1)).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    assert!(late.text.contains("<Code>AccessDenied</Code>"));
    enroll(&acme, FACE).await;
    assert_eq!(now(&acme, &first).await["status"], "failure");
}

#[tokio::test]
async fn of_two_at_once_one_is_enrolled() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let post = || acme.validations.post("/v1/enrollments", FACE);
    let (a, b, c) = tokio::join!(post(), post(), post());
    let mut statuses = [a.status, b.status, c.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
}

#[tokio::test]
async fn a_face_without_confirmation_counts_at_once_for_those_who_may() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = with(FACE, &[("confirmation", "none")]);
    let token = app.token(&acme.client, 0, &[Permission::ValidationsWrite]).await;
    let plain: Caller = app.validations(Some(token));
    let answer = plain.post("/v1/enrollments", &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    let made = enroll(&acme, &form).await;
    upload(&app, text(&made, "file_upload_link"), &picture(1)).await;
    app.work().await;
    let done = now(&acme, &made).await;
    assert_eq!(done["status"], "success");
    assert!(done["reason"].is_null());
}

#[tokio::test]
async fn a_picture_of_no_use_fails_with_its_reason() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (account, file, reason) in [
        ("user_1", b"<html><body>".to_vec(), "file_format_not_supported"),
        ("scenario.no_face_detected", picture(1), "no_face_detected"),
        ("scenario.face_in_blocklist", picture(2), "face_in_blocklist"),
    ] {
        let made = enroll(&acme, &with(FACE, &[("account_id", account)])).await;
        upload(&app, text(&made, "file_upload_link"), &file).await;
        app.work().await;
        let done = now(&acme, &made).await;
        assert_eq!(
            (&done["status"], &done["reason"]),
            (&"failure".into(), &reason.into()),
            "{account}"
        );
        // Whoever failed may try again.
        enroll(&acme, &with(FACE, &[("account_id", account)])).await;
    }
}

#[tokio::test]
async fn what_comes_to_nothing_leaves_no_picture() {
    let folder = tempfile::tempdir().unwrap();
    let app = TestAppBuilder::default()
        .files(&folder.path().display().to_string())
        .build()
        .await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for account in ["scenario.no_face_detected", "scenario.face_in_blocklist"] {
        let made = enroll(&acme, &with(FACE, &[("account_id", account)])).await;
        upload(&app, text(&made, "file_upload_link"), &picture(1)).await;
        app.work().await;
        assert_eq!(now(&acme, &made).await["status"], "failure");
    }
    work_due(&app).await;
    assert_eq!(objects(folder.path()), 0);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (form, fields) in [
        (&[][..], &["user_authorized", "type"][..]),
        (
            &[("type", "face-search"), ("user_authorized", "true")],
            &["fraud_reason", "country"],
        ),
        (
            &[("type", "email-verification"), ("user_authorized", "false")],
            &["user_authorized", "email"],
        ),
        (
            &[
                ("type", "phone-verification"),
                ("user_authorized", "true"),
                ("phone_type", "car"),
            ],
            &["phone_number", "phone_type"],
        ),
        (
            &[("type", "document-validation"), ("user_authorized", "true")],
            &["type"],
        ),
    ] {
        let answer = acme.validations.post("/v1/enrollments", form).await;
        assert_wrong(&answer, fields);
    }
}

#[tokio::test]
async fn the_query_may_name_the_account() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = with(FACE, &[("account_id", "")]);
    let made = create(&acme.validations, "/v1/enrollments?account_id=user_9", &form).await;
    assert_eq!(made["account_id"], "user_9");
    let made = create(&acme.validations, "/v1/enrollments", &form).await;
    assert!(text(&made, "account_id").starts_with("ACC"));
}

#[tokio::test]
async fn a_deleted_enrollment_leaves_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = enrolled(&app, &acme, "user_1", 1).await;
    let path = format!("/v1/enrollments/{}", text(&made, "enrollment_id"));
    let stranger = Tenant::sandbox(&app, "stranger").await;
    assert_eq!(
        stranger.validations.delete(&path).await.status,
        StatusCode::NOT_FOUND
    );
    let answer = acme.validations.delete(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(members(&answer.json), ["code", "message"]);
    assert_eq!(acme.validations.get(&path).await.status, StatusCode::NOT_FOUND);
    work_due(&app).await;
    let left: i64 = sqlx::query_scalar("select (select count(*) from faces) + (select count(*) from files)")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
    enroll(&acme, FACE).await;
}
