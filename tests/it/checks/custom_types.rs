//! `/v1/config`: kinds of check that an account makes for itself, and checks of them.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use cotejo_domain::clients::ClientKind;
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use crate::support::{assert_refused, assert_wrong, finish, get, list, tenant, text, with};

const DRIVERS: &[(&str, &str)] = &[
    ("country", "CO"),
    ("type", "drivers"),
    ("dataset_personal_identity", "0.5"),
    ("dataset_traffic_fines", "0.5"),
    ("dataset_alert_in_media", "0"),
];

const ASKED: &[(&str, &str)] = &[
    ("type", "Drivers"),
    ("country", "CO"),
    ("national_id", "1000000001"),
    ("user_authorized", "true"),
];

async fn make(caller: &Caller, form: &[(&str, &str)]) -> Value {
    let answer = caller.post("/v1/config", form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json
}

async fn put(caller: &Caller, form: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    caller.send(Method::PUT, "/v1/config", &[], &body.join("&")).await
}

fn data_sets(check: &Value) -> BTreeSet<&str> {
    let scores = list(check, "scores").iter();
    scores.map(|score| text(score, "data_set")).collect()
}

#[tokio::test]
async fn types_are_made_shown_changed_and_deleted() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let made = make(&caller, DRIVERS).await;
    let weights = json!([
        {"data_set": "alert_in_media", "weight": 0},
        {"data_set": "personal_identity", "weight": 0.5},
        {"data_set": "traffic_fines", "weight": 0.5},
    ]);
    assert_eq!(made["score_configs"], json!({"CO": {"drivers": weights}}));
    assert_eq!(made["provider_configs"], json!({}));
    let config = text(&made, "config_id").strip_prefix("CFG").unwrap();
    assert_eq!(Some(config), text(&made, "client_id").strip_prefix("TCI"));

    let shown = caller.get("/v1/config").await.json;
    assert_eq!(shown["score_configs"]["CO"]["drivers"], weights);
    assert_eq!(
        shown["score_configs"]["CO"]["person"][3],
        json!({"data_set": "credit_history", "weight": 0})
    );
    assert!(shown["score_configs"]["MX"]["vehicle"].is_array());
    assert_eq!((text(&shown, "self"), text(&shown, "next")), ("/v1/config", ""));

    let other = with(DRIVERS, &[("country", "MX"), ("type", "beat-identity-alert")]);
    assert_eq!(
        make(&caller, &other).await["score_configs"]
            .as_object()
            .unwrap()
            .len(),
        2
    );
    assert_refused(
        &caller
            .post("/v1/config", &with(DRIVERS, &[("type", "DRIVERS")]))
            .await,
        409,
        "the type exists already",
    );

    let changed = put(
        &caller,
        &with(
            DRIVERS,
            &[("dataset_traffic_fines", ""), ("dataset_personal_identity", "1")],
        ),
    )
    .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(
        changed.json["score_configs"]["CO"]["drivers"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_wrong(
        &put(&caller, &with(DRIVERS, &[("type", "nobody")])).await,
        &["type"],
    );

    let left = caller.delete("/v1/config?type=drivers&country=co").await;
    assert_eq!(left.json["score_configs"], json!({}), "{}", left.text);
    assert_refused(
        &caller.delete("/v1/config?type=drivers&country=CO").await,
        404,
        "The custom type was not found",
    );
    assert!(caller.get("/v1/config").await.json["score_configs"]["MX"]["beat-identity-alert"].is_array());
}

#[tokio::test]
async fn another_account_neither_sees_nor_uses_them() {
    let app = TestApp::new().await;
    let (_, acme) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let (_, other) = tenant(&app, "other", ClientKind::Sandbox).await;
    make(&acme, DRIVERS).await;
    assert!(other.get("/v1/config").await.json["score_configs"]["CO"]["drivers"].is_null());
    assert_wrong(&other.post("/v1/checks", ASKED).await, &["type"]);
    assert_eq!(
        other.delete("/v1/config?type=drivers&country=CO").await.status,
        StatusCode::NOT_FOUND
    );
    make(&other, DRIVERS).await;
}

#[tokio::test]
async fn wrong_types_are_refused_by_field() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for (more, fields) in [
        (&[("type", "vehicle")][..], &["type"][..]),
        (&[("country", "CR")], &["country"]),
        (&[("country", ""), ("type", "")], &["country", "type"]),
        (&[("dataset_traffic_fines", "0.6")], &["weights"]),
        (&[("dataset_traffic_fines", "-1")], &["dataset_traffic_fines"]),
        (&[("dataset_nothing", "0.5")], &["dataset_nothing"]),
    ] {
        assert_wrong(&caller.post("/v1/config", &with(DRIVERS, more)).await, fields);
    }
    assert_wrong(&caller.get("/v1/config?start_key=x").await, &["start_key"]);
}

#[tokio::test]
async fn a_check_searches_exactly_its_data_sets_and_scores_with_its_weights() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    make(&caller, DRIVERS).await;
    let clean = finish(&app, &caller, ASKED).await;
    assert_eq!(text(&clean, "type"), "drivers");
    assert_eq!(
        (text(&clean, "status"), clean["score"].as_f64()),
        ("completed", Some(1.0))
    );
    let expected = BTreeSet::from(["alert_in_media", "personal_identity", "traffic_fines"]);
    assert_eq!(data_sets(&clean), expected);
    let statuses = list(&clean, "statuses");
    assert!(
        statuses
            .iter()
            .all(|status| expected.contains(status["data_set"].as_str().unwrap_or("traffic_fines")))
    );

    let alarming = with(
        ASKED,
        &[
            ("custom_input", "scenario.media_alert"),
            ("first_name", "Ana"),
            ("last_name", "Prueba"),
        ],
    );
    let check = finish(&app, &caller, &alarming).await;
    let media = list(&check, "scores")
        .iter()
        .find(|score| score["data_set"] == "alert_in_media")
        .unwrap();
    assert_eq!(media["severity"], "high", "a weight of 0 is searched");
    assert_eq!(check["score"], 1, "and does not count");

    let nobody = with(ASKED, &[("custom_input", "scenario.identity_not_found")]);
    let check = finish(&app, &caller, &nobody).await;
    assert_eq!(check["score"], 0);
}

#[tokio::test]
async fn what_a_check_was_made_with_stays_its_own() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    make(&caller, DRIVERS).await;
    let made = caller.post("/v1/checks", ASKED).await.json["check"].clone();
    put(
        &caller,
        &[
            ("country", "CO"),
            ("type", "drivers"),
            ("dataset_taxes_and_finances", "1"),
        ],
    )
    .await;
    app.work().await;
    let check = get(&caller, &made).await;
    assert!(data_sets(&check).contains("traffic_fines"));
    // The type has changed: an equal request is no repeat of the earlier one.
    let again = caller.post("/v1/checks", ASKED).await;
    assert_eq!(again.status, StatusCode::CREATED);
    app.work().await;
    assert_eq!(
        data_sets(&get(&caller, &again.json["check"]).await),
        BTreeSet::from(["taxes_and_finances"])
    );
    let repeat = caller.post("/v1/checks", ASKED).await;
    assert_eq!(repeat.status, StatusCode::OK, "but the next one is");
}

#[tokio::test]
async fn inputs_by_which_no_source_can_be_asked_are_refused() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    make(&caller, DRIVERS).await;
    let nothing = with(ASKED, &[("national_id", ""), ("custom_input", "x")]);
    let answer = caller.post("/v1/checks", &nothing).await;
    assert_wrong(&answer, &["national_id"]);
    let unauthorized = with(ASKED, &[("user_authorized", "false")]);
    assert_wrong(
        &caller.post("/v1/checks", &unauthorized).await,
        &["user_authorized"],
    );
    assert_wrong(
        &caller
            .post("/v1/checks", &with(ASKED, &[("country", "MX")]))
            .await,
        &["type"],
    );
}

#[tokio::test]
async fn a_repeat_is_answered_as_the_first_time() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let key = [("Idempotency-Key", "once")];
    let first = caller.post_with("/v1/config", DRIVERS, &key).await;
    let second = caller.post_with("/v1/config", DRIVERS, &key).await;
    assert_eq!((second.status, &second.text), (StatusCode::CREATED, &first.text));
    assert_eq!(second.headers["idempotent-replay"], "true");
}
