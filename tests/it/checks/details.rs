//! GET /v1/checks/{check_id}/details: everything that the sources said.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{PERSON, assert_wrong, create, finish, list, path, scenario, text, with};

async fn details(caller: &Caller, check: &Value) -> Vec<Value> {
    let answer = caller.get(&format!("{}/details", path(check))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(text(&answer.json, "self"), format!("{}/details", path(check)));
    assert_eq!(text(&answer.json, "next"), "");
    list(&answer.json, "details").to_vec()
}

/// Which source and data set an entry of `statuses` or `details` is about.
fn about(entry: &Value) -> (String, String) {
    let part = |member: &str| entry[member].as_str().unwrap_or_default().to_owned();
    (part("database_id"), part("data_set"))
}

#[tokio::test]
async fn before_the_check_starts_there_are_none() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    assert_eq!(details(&caller, &check).await, [] as [Value; 0]);
}

#[tokio::test]
async fn every_source_has_its_say() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let brazilian = [
        ("country", "BR"),
        ("national_id", "12345678900"),
        ("date_of_birth", "1990-01-01"),
        ("region", "SP"),
        ("first_name", "Ana"),
        ("last_name", "Prueba"),
    ];
    for form in [
        scenario("x"),
        scenario("scenario.mixed"),
        scenario("scenario.source_error"),
        with(PERSON, &brazilian),
    ] {
        let check = finish(&app, &caller, &form).await;
        let told: BTreeSet<_> = details(&caller, &check).await.iter().map(about).collect();
        let asked: BTreeSet<_> = list(&check, "statuses").iter().map(about).collect();
        assert_eq!(told, asked);
    }
}

#[tokio::test]
async fn an_entry_has_every_member_of_the_vendors() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, &scenario("scenario.criminal_high")).await;
    let details = details(&caller, &check).await;
    for detail in &details {
        let members: Vec<&str> = detail.as_object().unwrap().keys().map(String::as_str).collect();
        let expected: BTreeSet<&str> = [
            "check_id",
            "data_set",
            "database_id",
            "database_name",
            "depth",
            "document_type",
            "found_company_name",
            "found_date_of_birth",
            "found_first_name",
            "found_last_name",
            "found_rfc",
            "id",
            "identity_result",
            "identity_state",
            "issued_at",
            "result",
            "route",
            "severity",
            "tables",
            "update_date",
        ]
        .into();
        assert_eq!(members.into_iter().collect::<BTreeSet<_>>(), expected);
        assert_eq!(detail["check_id"], check["check_id"]);
        assert_eq!(text(detail, "update_date"), "2026-01-02T03:04:05.123456789Z");
    }
    let record = details
        .iter()
        .find(|detail| detail["severity"] == "very_high")
        .unwrap();
    assert_eq!(
        [
            text(record, "data_set"),
            text(record, "result"),
            text(record, "route")
        ],
        ["criminal_record", "found", "person"]
    );
    let cells = &record["tables"][0]["rows"][0]["cells"];
    assert!(
        cells[0]["label"].is_string() && cells[0]["value"].is_string(),
        "{record}"
    );
    assert!(record["tables"][0]["title"].is_string());
}

#[tokio::test]
async fn who_has_nothing_to_show_shows_null() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, &scenario("scenario.source_error")).await;
    let details = details(&caller, &check).await;
    let failed: Vec<&Value> = details
        .iter()
        .filter(|detail| detail["result"] == "error")
        .collect();
    assert!(!failed.is_empty());
    assert!(
        failed
            .iter()
            .all(|detail| detail["tables"] == Value::Null && detail["severity"] == "none")
    );
    for detail in &details {
        let shown = detail["tables"].as_array().map(|tables| !tables.is_empty());
        assert_ne!(shown, Some(false), "nothing is null, not an empty list: {detail}");
    }
}

#[tokio::test]
async fn a_skipped_source_has_no_data_set_and_is_ignored() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, PERSON).await;
    let skipped: BTreeSet<_> = list(&check, "statuses")
        .iter()
        .filter(|status| status.get("invalid_inputs").is_some())
        .map(about)
        .collect();
    assert!(!skipped.is_empty(), "{check}");
    for detail in details(&caller, &check)
        .await
        .iter()
        .filter(|detail| skipped.contains(&about(detail)))
    {
        assert_eq!(
            [
                text(detail, "data_set"),
                text(detail, "result"),
                text(detail, "severity")
            ],
            ["", "ignored", "none"]
        );
        assert_eq!(detail["tables"], Value::Null);
        assert_eq!(text(detail, "route"), "person");
    }
}

#[tokio::test]
async fn what_only_the_name_ties_to_the_person_has_another_route() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, &scenario("scenario.homonyms")).await;
    let details = details(&caller, &check).await;
    let routes: BTreeSet<&str> = details.iter().map(|detail| text(detail, "route")).collect();
    assert_eq!(routes, ["person", "person-name"].into());
    let severe: BTreeSet<&str> = details
        .iter()
        .filter(|detail| detail["severity"] == "high")
        .map(|detail| text(detail, "route"))
        .collect();
    assert_eq!(severe, ["person-name"].into());
}

#[tokio::test]
async fn ids_last() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, PERSON).await;
    let first = details(&caller, &check).await;
    let ids: BTreeSet<&str> = first.iter().map(|detail| text(detail, "id")).collect();
    assert_eq!(ids.len(), first.len());
    let is_id =
        |id: &&str| id.len() == 35 && id.starts_with("DTL") && id[3..].bytes().all(|b| b.is_ascii_hexdigit());
    assert!(ids.iter().all(is_id), "{ids:?}");
    assert_eq!(details(&caller, &check).await, first);
}

#[tokio::test]
async fn more_than_a_hundred_come_in_pages() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, PERSON).await;
    let before = details(&caller, &check).await.len();
    sqlx::query(
        "insert into findings (client_id, check_id, run_seq, seq, basis, result, severity, first_name, last_name, \
         company_name) select client_id, check_id, 1, 1000 + n, 'id', 'found', 'low', '', '', '' \
         from findings, generate_series(1, 210) as n where run_seq = 0 and seq = 0",
    )
    .execute(&app.database.pool)
    .await
    .unwrap();
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    let mut next = format!("{}/details", path(&check));
    while !next.is_empty() {
        let answer = caller.get(&next).await;
        assert_eq!(text(&answer.json, "self"), next);
        let page = list(&answer.json, "details");
        sizes.push(page.len());
        ids.extend(page.iter().map(|detail| text(detail, "id").to_owned()));
        text(&answer.json, "next").clone_into(&mut next);
    }
    assert_eq!(sizes[..2], [100, 100]);
    // The one entry that said that there was nothing is gone where something was found.
    assert!([before + 210, before + 209].contains(&ids.len()), "{sizes:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[tokio::test]
async fn a_start_key_is_good_for_one_check_alone() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, PERSON).await;
    for key in ["x", "%00", "AAAAAAAAAAAAAAAAAAAAAAAA", text(&check, "check_id")] {
        let answer = caller
            .get(&format!("{}/details?start_key={key}", path(&check)))
            .await;
        assert_wrong(&answer, &["start_key"]);
    }
}

#[tokio::test]
async fn the_language_parameter_is_taken() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, PERSON).await;
    assert_eq!(
        caller
            .get(&format!("{}/details?lang=es", path(&check)))
            .await
            .status,
        StatusCode::OK
    );
}
