//! Validations of documents of sandbox clients.

use axum::http::StatusCode;
use cotejo_domain::validations::{DeclinedReason, ExpiredReason, places::Place};
use cotejo_testkit::TestApp;
use serde_json::Value;

use super::{DOCUMENT, create, now, outcome, path, read, scenario, show, shown, validation};
use crate::{
    account::tenant::{Tenant, members, work_due},
    support::{assert_refused, assert_wrong, list, text, with},
};

#[tokio::test]
async fn a_new_validation_says_where_its_files_go() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, DOCUMENT).await;
    assert_eq!(
        members(&made),
        [
            "account_id",
            "creation_date",
            "document_id",
            "instructions",
            "remaining_retries",
            "threshold",
            "type",
            "validation_id",
            "validation_status"
        ]
    );
    assert_eq!(members(&made["instructions"]), ["front_url", "reverse_url"]);
    assert!(text(&made, "account_id").starts_with("ACC"));
    let one_sided = validation(
        &acme,
        &with(DOCUMENT, &[("country", "ALL"), ("document_type", "passport")]),
    )
    .await;
    assert_eq!(members(&one_sided["instructions"]), ["front_url"]);
    let front = text(&made["instructions"], "front_url");
    assert!(
        front.starts_with("http://127.0.0.1:4002/") && front.contains("Expires="),
        "{front}"
    );
}

#[tokio::test]
async fn a_good_document_says_who_it_is_in_texts() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let ana = [
        ("account_id", "user_1"),
        ("country", "CO"),
        ("document_number", "1000000001"),
        ("first_name", "ANA"),
        ("last_name", "PRUEBA UNO"),
    ];
    create(&acme.validations, "/v1/accounts", &ana).await;
    let done = shown(&app, &acme, &[("account_id", "user_1")]).await;
    assert_eq!(outcome(&done), ("success", "", ""), "{done:#}");
    let details = done["details"]["document_details"].as_object().unwrap();
    assert!(details.values().all(Value::is_string), "{details:?}");
    for (field, value) in [
        ("document_number", "1000000001"),
        ("name", "ANA"),
        ("last_name", "PRUEBA UNO"),
        ("first_last_name", "PRUEBA"),
        ("country", "co"),
        ("document_type", "national-id"),
        ("validation_status", "completed"),
    ] {
        assert_eq!(details[field], value, "{field}");
    }
    let parts = &done["details"]["document_validations"];
    assert_eq!(
        members(parts),
        [
            "data_consistency",
            "government_database",
            "image_analysis",
            "manual_review",
            "photo_of_photo",
            "photocopy_analysis"
        ]
    );
    let registry = list(parts, "government_database");
    assert!(
        !registry.is_empty() && registry.iter().all(|part| part["result"] == "valid"),
        "{registry:#?}"
    );
    assert_eq!(list(parts, "image_analysis").len(), 0);
    assert_eq!(done["details"]["document_details"]["doc_id"], done["document_id"]);
    assert!(done["instructions"].is_null() && done["front_image"].is_null());
}

#[tokio::test]
async fn details_show_what_was_uploaded_by_links() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let done = shown(&app, &acme, &[]).await;
    let detailed = read(&acme.validations, &format!("{}?show_details=true", path(&done))).await;
    assert_eq!(detailed["attachment_status"], "valid");
    assert_eq!(list(&detailed, "attachment_validations").len(), 4);
    assert_eq!(detailed["validation_inputs"]["country"], "CO");
    assert_eq!(list(&detailed["user_response"], "input_files").len(), 2);
    for name in ["front_image", "reverse_image"] {
        let link = super::local(text(&detailed, name));
        let answer = app.validations(None).get(link).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["content-type"], "image/jpeg");
        assert!(answer.bytes.starts_with(b"\xFF\xD8\xFF"));
    }
    let answer = acme
        .validations
        .get(&format!("{}?show_details=perhaps", path(&done)))
        .await;
    assert_wrong(&answer, &["show_details"]);
}

#[tokio::test]
async fn every_reason_of_a_document_has_a_scenario_and_shows_where_it_belongs() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let reasons = DeclinedReason::ALL
        .iter()
        .filter(|reason| matches!(reason.place(), Place::Part(_) | Place::Picture(_)));
    let mut made = Vec::new();
    for reason in reasons {
        let account = format!("scenario.{reason}");
        let one = validation(&acme, &scenario(DOCUMENT, &account)).await;
        show(&app, &one).await;
        made.push((reason, one));
    }
    app.work().await;
    for (reason, one) in made {
        let done = now(&acme, &one).await;
        assert_eq!(outcome(&done), ("failure", "declined", reason.as_str()));
        let invalid = invalid_parts(&done).len();
        let detailed = read(&acme.validations, &format!("{}?show_details=1", path(&one))).await;
        match reason.place() {
            Place::Part(_) => assert_eq!(invalid, 1, "{reason} {done:#}"),
            _ => assert_eq!(
                (invalid, &detailed["attachment_status"]),
                (0, &"invalid".into()),
                "{reason}"
            ),
        }
    }
}

/// The parts that are not in order.
fn invalid_parts(validation: &Value) -> Vec<&Value> {
    let methods = validation["details"]["document_validations"].as_object().unwrap();
    methods
        .values()
        .flat_map(|parts| parts.as_array().unwrap())
        .filter(|part| part["result"] == "invalid")
        .collect()
}

#[tokio::test]
async fn the_digits_of_the_accounts_document_select_a_scenario_too() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let place = DeclinedReason::ALL
        .iter()
        .position(|reason| *reason == DeclinedReason::DocumentHasExpired)
        .unwrap();
    let number = format!("100000{}", 9200 + place);
    let account = [
        ("account_id", "user_1"),
        ("country", "CO"),
        ("document_number", number.as_str()),
    ];
    create(&acme.validations, "/v1/accounts", &account).await;
    let done = shown(&app, &acme, &[("account_id", "user_1")]).await;
    assert_eq!(outcome(&done), ("failure", "declined", "document_has_expired"));
}

#[tokio::test]
async fn the_registry_of_the_sandbox_has_its_own_word() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    // 9103 is the dead person of the checks' scenarios.
    let account = [
        ("account_id", "user_1"),
        ("country", "CO"),
        ("document_number", "1000009103"),
    ];
    create(&acme.validations, "/v1/accounts", &account).await;
    let done = shown(&app, &acme, &[("account_id", "user_1")]).await;
    assert_eq!(
        outcome(&done),
        ("failure", "declined", "identity_belongs_to_dead_person"),
        "{done:#}"
    );
}

#[tokio::test]
async fn what_nobody_uploads_or_does_in_time_expires() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let idle = validation(&acme, &with(DOCUMENT, &[("timeout", "60")])).await;
    let mut others = Vec::new();
    for reason in ExpiredReason::ALL {
        let account = format!("scenario.{reason}");
        let one = validation(&acme, &scenario(DOCUMENT, &account)).await;
        show(&app, &one).await;
        others.push((reason, one));
    }
    work_due(&app).await;
    assert_eq!(outcome(&now(&acme, &idle).await), ("pending", "", ""));
    acme.advance(&app, "61s").await;
    assert_eq!(
        outcome(&now(&acme, &idle).await),
        ("failure", "expired", "input_file_not_uploaded")
    );
    acme.advance(&app, "300s").await;
    for (reason, one) in others {
        assert_eq!(
            outcome(&now(&acme, &one).await),
            ("failure", "expired", reason.as_str())
        );
    }
}

#[tokio::test]
async fn a_failed_document_is_tried_again_by_a_new_validation() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let config = [
        ("validator", "document-validation"),
        ("allowed_retries", "1"),
        ("retry_ttl", "120"),
    ];
    let answer = super::put_form(&acme.validations, "/v1/config", &config).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let account = "scenario.blurry_image";
    let failed = shown(&app, &acme, &[("account_id", account)]).await;
    assert_eq!(failed["remaining_retries"], 1);
    let again = |id: &str| {
        scenario(DOCUMENT, account)
            .into_iter()
            .chain([("retry_of_id", id.to_owned().leak() as &str)])
            .collect::<Vec<_>>()
    };
    let id = text(&failed, "validation_id");
    let retry = validation(&acme, &again(id)).await;
    assert_eq!(
        (&retry["remaining_retries"], &retry["retry_of_id"]),
        (&0.into(), &id.into())
    );
    let twice = acme.validations.post("/v1/validations", &again(id)).await;
    assert_refused(&twice, 409, "the validation was retried already");
    show(&app, &retry).await;
    app.work().await;
    let answer = acme
        .validations
        .post("/v1/validations", &again(text(&retry, "validation_id")))
        .await;
    assert_wrong(&answer, &["retry_of_id"]);
    // Another account's, one that has not failed, and one that is none.
    let other = with(&again(id), &[("account_id", "somebody")]);
    assert_wrong(
        &acme.validations.post("/v1/validations", &other).await,
        &["retry_of_id"],
    );
    let fresh = validation(&acme, &scenario(DOCUMENT, account)).await;
    let answer = acme
        .validations
        .post("/v1/validations", &again(text(&fresh, "validation_id")))
        .await;
    assert_wrong(&answer, &["retry_of_id"]);
    let late = shown(&app, &acme, &[("account_id", account)]).await;
    acme.advance(&app, "121s").await;
    let answer = acme
        .validations
        .post("/v1/validations", &again(text(&late, "validation_id")))
        .await;
    assert_wrong(&answer, &["retry_of_id"]);
}

#[tokio::test]
async fn a_background_check_follows_where_a_custom_type_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let unknown = with(DOCUMENT, &[("custom_type", "drivers")]);
    assert_wrong(
        &acme.validations.post("/v1/validations", &unknown).await,
        &["custom_type"],
    );
    let custom = [
        ("type", "drivers"),
        ("country", "CO"),
        ("dataset_personal_identity", "0.5"),
        ("dataset_criminal_record", "0.5"),
    ];
    let answer = acme.checks.post("/v1/config", &custom).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    let done = shown(&app, &acme, &[("custom_type", "drivers")]).await;
    assert_eq!(outcome(&done), ("success", "", ""));
    let check = text(&done["background_check"], "check_id");
    assert_eq!(
        done["details"]["background_check"]["check_url"],
        format!("/v1/checks/{check}")
    );
    let check = read(&acme.checks, &format!("/v1/checks/{check}")).await;
    assert_eq!(check["check"]["status"], "completed");
    assert_eq!(
        check["check"]["national_id"],
        done["details"]["document_details"]["document_number"]
    );
}

#[tokio::test]
async fn every_change_is_an_event_with_the_validation_in_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let good = shown(&app, &acme, &[]).await;
    let bad = shown(&app, &acme, &[("account_id", "scenario.underage")]).await;
    app.work().await;
    for (validation, actions) in [(&good, ["created", "succeeded"]), (&bad, ["created", "failed"])] {
        let id = text(validation, "validation_id");
        let events = acme.events(&format!("?resource_id={id}")).await;
        let mut seen: Vec<&str> = events.iter().map(|event| text(event, "event_action")).collect();
        seen.sort_unstable();
        assert_eq!(seen, actions);
        let last = events
            .iter()
            .find(|event| event["event_action"] != "created")
            .unwrap();
        assert_eq!(last["event_type"], "document_validation");
        assert_eq!(
            last["object"]["validation_status"],
            validation["validation_status"]
        );
        assert_eq!(last["object"]["account_id"], validation["account_id"]);
        // Links are for those who ask with a key.
        assert!(last["object"]["front_image"].is_null() && last["object"]["instructions"].is_null());
    }
}

#[tokio::test]
async fn validations_are_listed_alone_and_under_their_account() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    create(&acme.validations, "/v1/accounts", &[("account_id", "user_1")]).await;
    let mine = create(&acme.validations, "/v1/accounts/user_1/validations", DOCUMENT).await;
    let other = validation(&acme, &scenario(DOCUMENT, "user_2")).await;
    let all = read(&acme.validations, "/v1/validations").await;
    let ids: Vec<&Value> = list(&all, "validations")
        .iter()
        .map(|one| &one["validation_id"])
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&&mine["validation_id"]) && ids.contains(&&other["validation_id"]));
    let own = read(&acme.validations, "/v1/accounts/user_1/validations").await;
    assert_eq!(list(&own, "validations").len(), 1);
    let own = format!("/v1/accounts/user_1/validations/{}", text(&mine, "validation_id"));
    assert_eq!(
        read(&acme.validations, &own).await["validation_id"],
        mine["validation_id"]
    );
    for missing in [
        format!("/v1/accounts/user_2/validations/{}", text(&mine, "validation_id")),
        "/v1/accounts/nobody/validations".to_owned(),
        "/v1/validations/VLD0".to_owned(),
    ] {
        let answer = acme.validations.get(&missing).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }
    let answer = acme
        .validations
        .post("/v1/accounts/nobody/validations", DOCUMENT)
        .await;
    assert_refused(&answer, 404, "The account was not found");
    let stranger = Tenant::sandbox(&app, "stranger").await;
    assert_eq!(
        stranger.validations.get(&path(&mine)).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_scenario_may_go_wrong_or_take_its_time() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let wrong = shown(&app, &acme, &[("account_id", "scenario.system_error")]).await;
    assert_eq!(outcome(&wrong), ("failure", "system_error", ""));
    let slow = shown(&app, &acme, &[("account_id", "scenario.slow")]).await;
    assert_eq!(outcome(&slow), ("pending", "", ""));
    acme.advance(&app, "61s").await;
    assert_eq!(outcome(&now(&acme, &slow).await), ("success", "", ""));
}

#[tokio::test]
async fn the_same_key_makes_one_validation() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let key = [("Idempotency-Key", "one")];
    let first = acme
        .validations
        .post_with("/v1/validations", DOCUMENT, &key)
        .await;
    let second = acme
        .validations
        .post_with("/v1/validations", DOCUMENT, &key)
        .await;
    assert_eq!((first.status, &first.json), (second.status, &second.json));
    assert_eq!(second.headers["idempotent-replay"], "true");
}
