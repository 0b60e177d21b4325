//! POST /v1/checks: what is taken, what is refused, and what a new check looks like.

use axum::http::{Method, StatusCode};
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use crate::support::{
    PERSON, assert_refused, assert_wrong, create, finish, get, list, tenant, text, wire, with,
};

async fn post(caller: &Caller, more: &[(&str, &str)]) -> Answer {
    caller.post("/v1/checks", &with(PERSON, more)).await
}

async fn send(caller: &Caller, content_type: &str, body: &str) -> Answer {
    caller
        .send(
            Method::POST,
            "/v1/checks",
            &[("content-type", content_type)],
            body,
        )
        .await
}

#[tokio::test]
async fn a_new_check_shows_what_was_asked_and_no_result() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let answer = post(
        &caller,
        &[
            ("national_id", "1.000.000.001"),
            ("first_name", "ANA  María"),
            ("last_name", "Prueba"),
            ("date_of_birth", "1990-01-31"),
            ("issue_date", "2008-12-31T00:00:00Z"),
            ("native_country", "VE"),
            ("phone_number", "+57 300 000 0000"),
            ("license_plate", "kzp4302"),
            ("custom_input", "order 7 \"blue\""),
        ],
    )
    .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers["content-type"], "application/json");
    insta::assert_snapshot!(wire(&answer.json), @r#"
    {
      "check": {
        "check_id": "CHK#1",
        "country": "CO",
        "creation_date": "2026-01-02T03:04:05.123456789Z",
        "custom_input": "order 7 \"blue\"",
        "date_of_birth": "1990-01-31T00:00:00Z",
        "first_name": "ANA  María",
        "id_score": 0,
        "issue_date": "2008-12-31T00:00:00Z",
        "last_name": "Prueba",
        "license_plate": "kzp4302",
        "name_score": 0,
        "national_id": "1.000.000.001",
        "native_country": "ve",
        "phone_number": "+57 300 000 0000",
        "score": -1,
        "status": "not_started",
        "type": "person",
        "update_date": "2026-01-02T03:04:05Z"
      },
      "details": "/v1/checks/CHK#1/details",
      "self": "/v1/checks/CHK#1"
    }
    "#);
}

#[tokio::test]
async fn json_and_a_form_ask_for_the_same_check() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = post(&caller, &[]).await;
    let body =
        r#"{"type":"person","country":"CO","national_id":1000000001,"user_authorized":true,"name":null}"#;
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "application/vnd.x+json",
    ] {
        let json = send(&caller, content_type, body).await;
        assert_eq!(
            (json.status, &json.text),
            (StatusCode::OK, &form.text),
            "{content_type}"
        );
    }
}

#[tokio::test]
async fn a_form_may_come_under_any_name() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let body = "type=person&country=CO&national_id=1000000001&user_authorized=1&force_creation=1";
    for content_type in [
        "application/www-x-form-urlencoded",
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
    ] {
        let answer = send(&caller, content_type, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{content_type}");
    }
}

#[tokio::test]
async fn bodies_that_are_neither_form_nor_json_are_415() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for content_type in ["application/jwt", "multipart/form-data; boundary=x"] {
        let answer = send(&caller, content_type, "type=person").await;
        assert_refused(&answer, 415, "the body must be a form or JSON");
    }
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_413() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let largest = 1024 * 1024;
    let body = |length: usize| format!("type={}", "a".repeat(length - "type=".len()));
    for content_type in ["application/x-www-form-urlencoded", "application/json"] {
        assert_refused(
            &send(&caller, content_type, &body(largest + 1)).await,
            413,
            "the body is too large",
        );
        assert_eq!(
            send(&caller, content_type, &body(largest)).await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_400() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for body in ["{", "[]", "\"type\"", "{\"type\":\"person\"} x", "\u{0}"] {
        assert_wrong(&send(&caller, "application/json", body).await, &["body"]);
    }
    let nested = format!("{}1{}", "{\"a\":".repeat(30), "}".repeat(30));
    assert_eq!(
        send(&caller, "application/json", &nested).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn booleans_have_the_spellings_of_the_vendor() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for yes in ["1", "t", "T", "TRUE", "true", "True"] {
        let answer = post(&caller, &[("user_authorized", yes), ("force_creation", yes)]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{yes}");
    }
    for no in ["0", "f", "F", "FALSE", "false", "False"] {
        assert_eq!(
            post(&caller, &[("force_creation", no)]).await.status,
            StatusCode::OK,
            "{no}"
        );
        assert_wrong(
            &post(&caller, &[("user_authorized", no)]).await,
            &["user_authorized"],
        );
    }
    for neither in ["yes", "2", "tRUE", "on"] {
        let answer = post(
            &caller,
            &[("user_authorized", neither), ("force_creation", neither)],
        )
        .await;
        assert_wrong(&answer, &["force_creation", "user_authorized"]);
    }
}

#[tokio::test]
async fn enums_are_taken_in_any_case_and_printed_in_one() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for (country, check_type) in [("co", "person"), ("Co", "PERSON"), ("CO", "Person")] {
        let answer = post(
            &caller,
            &[
                ("country", country),
                ("type", check_type),
                ("native_country", "ve"),
            ],
        )
        .await;
        assert!(answer.status.is_success(), "{}", answer.text);
        let check = &answer.json["check"];
        assert_eq!(
            [
                text(check, "country"),
                text(check, "type"),
                text(check, "native_country")
            ],
            ["CO", "person", "ve"]
        );
    }
}

#[tokio::test]
async fn an_rg_loses_its_punctuation() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let brazilian = [
        ("country", "BR"),
        ("national_id", "160.601.887-61"),
        ("date_of_birth", "1990-01-01"),
        ("region", "sp"),
    ];
    let check = create(
        &caller,
        &with(&with(PERSON, &brazilian), &[("state_id", "12.345*678-X")]),
    )
    .await;
    assert_eq!(text(&check, "state_id"), "12345678X");
    assert_eq!(text(&check, "national_id"), "160.601.887-61");
    assert_eq!(text(&check, "region"), "SP");
}

#[tokio::test]
async fn unknown_fields_are_ignored_and_empty_ones_are_absent() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = [
        ("limit", "1"),
        ("status", "completed"),
        ("score", "1"),
        ("client_id", "x"),
    ];
    let check = create(&caller, &with(PERSON, &form)).await;
    assert_eq!(check["limit"], Value::Null);
    assert_eq!(text(&check, "status"), "not_started");
    let body =
        "type=person&country=CO&national_id=1000000001&user_authorized=true&first_name=&watch=&report_id=";
    let answer = send(&caller, "application/x-www-form-urlencoded", body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json["check"].get("first_name"), None);
    let answer = send(
        &caller,
        "",
        "type=person&country=CO&national_id=&user_authorized=true",
    )
    .await;
    assert_wrong(&answer, &["national_id"]);
}

#[tokio::test]
async fn the_priority_is_high_medium_or_low() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(PERSON, &[("force_creation", "true")]);
    for priority in ["high", "Medium", "LOW"] {
        let answer = caller
            .post_with("/v1/checks", &form, &[("Truora-Priority", priority)])
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{priority}");
    }
    let answer = caller
        .post_with("/v1/checks", &form, &[("Truora-Priority", "urgent")])
        .await;
    assert_wrong(&answer, &["Truora-Priority"]);
}

#[tokio::test]
async fn the_queue_of_high_priority_is_short() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(PERSON, &[("force_creation", "true")]);
    let high = [("Truora-Priority", "high")];
    for _ in 0..100 {
        assert_eq!(
            caller.post_with("/v1/checks", &form, &high).await.status,
            StatusCode::CREATED
        );
    }
    let answer = caller.post_with("/v1/checks", &form, &high).await;
    let message =
        "There are too many high priority background checks being processed. Please try again later.";
    assert_refused(&answer, 429, message);
    assert_eq!(answer.headers["retry-after"], "60");
    assert_eq!(
        caller.post("/v1/checks", &form).await.status,
        StatusCode::CREATED,
        "others are not held back"
    );
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = with(
        PERSON,
        &[
            ("national_id", ""),
            ("user_authorized", "perhaps"),
            ("date_of_birth", "31-12-1990"),
            ("native_country", "FR"),
            ("force_creation", "perhaps"),
            ("watch", "every day"),
            ("report_id", "7"),
            ("owner_document_type", "card"),
        ],
    );
    let answer = caller
        .post_with("/v1/checks", &form, &[("Truora-Priority", "urgent")])
        .await;
    assert_wrong(
        &answer,
        &[
            "Truora-Priority",
            "date_of_birth",
            "force_creation",
            "national_id",
            "native_country",
            "owner_document_type",
            "report_id",
            "user_authorized",
            "watch",
        ],
    );
    assert_eq!(
        answer.json["message"],
        "Validation error, at least one of the parameters was invalid."
    );
    assert_wrong(&caller.post("/v1/checks", &[]).await, &["country", "type"]);
}

#[tokio::test]
async fn one_wrong_field_is_named_in_the_message_and_its_value_is_not_repeated() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let answer = post(&caller, &[("date_of_birth", "tomorrow")]).await;
    insta::assert_snapshot!(wire(&answer.json), @r#"{"code": 10400, "errors": [{"field": "date_of_birth", "message": "must be a date in the form YYYY-MM-DD"}], "http_code": 400, "message": "date_of_birth must be a date in the form YYYY-MM-DD"}"#);
}

#[tokio::test]
async fn each_of_these_values_is_wrong() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let (long, longer, longest) = ("a".repeat(65), "á".repeat(129), "a".repeat(201));
    for (field, value) in [
        ("type", "dog"),
        ("type", "custom_type_name"),
        ("country", "AR"),
        ("country", "Colombia"),
        ("national_id", &long),
        ("passport", &long),
        ("first_name", &longest),
        ("company_name", &longest),
        ("custom_input", &longer),
        ("national_id", "  "),
        ("national_id", "1000\u{0}1"),
        ("first_name", "Ana\nPrueba"),
        ("last_name", "\u{7f}"),
        ("custom_input", "tab\there"),
        ("date_of_birth", "2023-02-29"),
        ("date_of_birth", "1990-1-1"),
        ("issue_date", "2008-12-31T10:00:00Z"),
        ("payment_date", "today"),
        ("gender", "x"),
        ("region", "XX"),
        ("native_country", "US"),
        ("owner_document_type", "national id"),
        ("phone_number", "call me"),
        ("phone_number", "123"),
        ("watch", "0d"),
        ("report_id", "RPT1"),
        ("report_id", "CHK00000000000000000000000000000000"),
    ] {
        let answer = post(&caller, &[(field, value)]).await;
        assert_wrong(&answer, &[field]);
    }
    assert_eq!(
        post(&caller, &[("custom_input", &"á".repeat(128))]).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn an_unknown_report_is_404() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let answer = post(&caller, &[("report_id", "RPT00000000000000000000000000000001")]).await;
    assert_refused(&answer, 404, "The Report was not found");
    assert_eq!(list(&caller.get("/v1/checks").await.json, "checks").len(), 0);
}

#[tokio::test]
async fn the_person_has_to_authorize_the_check() {
    let app = TestApp::new().await;
    let (client, new) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let old = app.checks(Some(app.token(&client, 0, &[Permission::Administrator]).await));
    let person = with(PERSON, &[("user_authorized", ""), ("force_creation", "1")]);
    let vehicle = [
        ("type", "vehicle"),
        ("country", "BR"),
        ("license_plate", "ABC1D23"),
        ("force_creation", "1"),
    ];
    let company = [
        ("type", "company"),
        ("country", "CO"),
        ("tax_id", "8001972684"),
        ("force_creation", "1"),
    ];
    assert_wrong(&new.post("/v1/checks", &person).await, &["user_authorized"]);
    create(&old, &person).await;
    for caller in [&new, &old] {
        create(caller, &with(&person, &[("user_authorized", "true")])).await;
        create(caller, &vehicle).await;
        create(caller, &company).await;
        let refused = caller
            .post("/v1/checks", &with(&person, &[("user_authorized", "false")]))
            .await;
        assert_wrong(&refused, &["user_authorized"]);
    }
}

#[tokio::test]
async fn a_document_with_wrong_check_digits_skips_the_sources_that_need_it() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let form = [
        ("type", "person"),
        ("country", "BR"),
        ("national_id", "123.456.789-00"),
        ("date_of_birth", "1990-01-01"),
        ("region", "SP"),
        ("first_name", "Ana"),
        ("last_name", "Prueba"),
        ("user_authorized", "true"),
    ];
    let wrong = finish(&app, &caller, &form).await;
    let right = finish(&app, &caller, &with(&form, &[("national_id", "529.982.247-25")])).await;
    let pairs = || {
        list(&wrong, "statuses").iter().map(|wrong| {
            let of_source = |right: &&Value| right["database_id"] == wrong["database_id"];
            (
                wrong,
                list(&right, "statuses")
                    .iter()
                    .find(of_source)
                    .expect("the same sources are planned"),
            )
        })
    };
    let skipped =
        || pairs().filter(|(wrong, right)| wrong["status"] == "skipped" && right["status"] != "skipped");
    assert!(skipped().count() > 0);
    for (wrong, _) in skipped() {
        assert_eq!(wrong["invalid_inputs"], json!(["national_id"]), "{wrong}");
        assert_eq!(wrong.get("data_set"), None, "{wrong}");
    }
    assert!(
        pairs().any(|(wrong, _)| wrong["status"] == "completed"),
        "who needs the name alone is asked"
    );
}

#[tokio::test]
async fn a_strict_client_gets_400_for_such_a_document() {
    let app = TestApp::new().await;
    let mut client = app.client("strict", ClientKind::Sandbox).await;
    client.settings.strict_identifiers = true;
    app.app.set_settings(&client).await.unwrap();
    let caller = app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await));
    let form = [
        ("type", "person"),
        ("country", "BR"),
        ("national_id", "12345678900"),
        ("date_of_birth", "1990-01-01"),
        ("region", "SP"),
        ("user_authorized", "true"),
    ];
    assert_wrong(&caller.post("/v1/checks", &form).await, &["national_id"]);
    create(&caller, &with(&form, &[("national_id", "529.982.247-25")])).await;
}

#[tokio::test]
async fn a_new_check_can_be_read_before_anything_is_done() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    assert_eq!(get(&caller, &check).await, check);
}
