//! A check in other forms: details in another language, a few sentences, variables, files.

use axum::http::{Method, StatusCode};
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{
    PERSON, assert_refused, assert_wrong, create, finish, id, list, path, scenario, tenant, text,
};

async fn read(caller: &Caller, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
    answer.json
}

/// Titles, labels and values of all tables of a page of details.
fn cells(page: &Value) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for table in list(page, "details")
        .iter()
        .filter_map(|detail| detail["tables"].as_array())
        .flatten()
    {
        for cell in list(table, "rows").iter().flat_map(|row| list(row, "cells")) {
            found.push((
                text(table, "title").to_owned(),
                text(cell, "label").to_owned(),
                text(cell, "value").to_owned(),
            ));
        }
    }
    found
}

#[tokio::test]
async fn details_are_translated_but_for_their_values() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = finish(&app, &caller, &scenario("scenario.criminal_high")).await;
    let details = format!("{}/details", path(&check));
    let original = cells(&read(&caller, &details).await);
    assert!(!original.is_empty());
    for lang in ["en", "pt"] {
        let page = read(&caller, &format!("{details}?lang={lang}")).await;
        let other = cells(&page);
        assert_eq!(original.len(), other.len());
        let values =
            |cells: &[(String, String, String)]| cells.iter().map(|cell| cell.2.clone()).collect::<Vec<_>>();
        assert_eq!(values(&original), values(&other), "values are left alone");
        let same = original
            .iter()
            .zip(&other)
            .filter(|(a, b)| (&a.0, &a.1) == (&b.0, &b.1))
            .count();
        assert!(same * 3 < original.len(), "{lang}: {same} of {}", original.len());
        assert_eq!(text(&page, "self"), format!("{details}?lang={lang}"));
    }
    // Colombian registries speak Spanish; what we say of the document ourselves is in English.
    let spoken = |cells: Vec<(String, String, String)>| -> Vec<_> {
        cells
            .into_iter()
            .filter(|cell| !["national_id", "Documento nacional"].contains(&cell.0.as_str()))
            .collect()
    };
    let spanish = cells(&read(&caller, &format!("{details}?lang=es")).await);
    assert_eq!(spoken(spanish), spoken(original));
    assert_wrong(&caller.get(&format!("{details}?lang=fr")).await, &["lang"]);
}

#[tokio::test]
async fn a_check_is_told_in_a_few_sentences() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let clean = finish(&app, &caller, PERSON).await;
    let told = read(&caller, &format!("{}/summarize", path(&clean))).await;
    assert_eq!(
        (text(&told, "check_id"), text(&told, "language")),
        (id(&clean), "es")
    );
    assert_eq!(list(&told, "highlights").len(), 0, "{told}");
    let grave = finish(&app, &caller, &scenario("scenario.criminal_high")).await;
    let summary = format!("{}/summarize", path(&grave));
    let mut texts = Vec::new();
    for lang in ["es", "en", "pt"] {
        let told = read(&caller, &format!("{summary}?lang={lang}")).await;
        let first = &list(&told, "highlights")[0];
        assert_eq!(
            (text(first, "data_set"), text(first, "severity")),
            ("criminal_record", "very_high")
        );
        texts.push(text(&told, "summary").to_owned());
    }
    texts.dedup();
    assert_eq!(texts.len(), 3);
    assert_wrong(&caller.get(&format!("{summary}?lang=x")).await, &["lang"]);
    let unknown = "/v1/checks/CHK00000000000000000000000000000000/summarize";
    assert_refused(&caller.get(unknown).await, 404, "The Check was not found");
}

#[tokio::test]
async fn a_check_is_told_as_variables() {
    let app = TestApp::new().await;
    let (client, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let fresh = create(&caller, PERSON).await;
    let before = read(&caller, &format!("{}/variables", path(&fresh))).await;
    assert_eq!(text(&before, "variables_status"), "in_progress");
    let check = finish(&app, &caller, &scenario("scenario.criminal_high")).await;
    let told = read(&caller, &format!("{}/variables", path(&check))).await;
    assert_eq!(
        (text(&told, "check_status"), text(&told, "variables_status")),
        ("completed", "completed")
    );
    assert_eq!(told["person"]["criminal_records"]["severity"], "very_high");
    assert_eq!(told["person"]["legal_records"], serde_json::json!({}));
    assert_eq!(told["person"]["identity_status"], "found");
    assert!(told["company"].is_null());
    let masked = app.checks(Some(
        app.token(&client, 0, &[Permission::ChecksRead, Permission::MaskNames])
            .await,
    ));
    let hidden = read(&masked, &format!("{}/variables", path(&check))).await;
    assert!(text(&hidden["person"], "first_name").starts_with('*'), "{hidden}");
    for closed in ["summarize", "attachments"] {
        let answer = masked.get(&format!("{}/{closed}", path(&check))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "running text hides nothing");
    }
}

#[tokio::test]
async fn files_of_sources_are_given_out_by_links_and_go_with_the_check() {
    let app = TestApp::new().await;
    let (_, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let plain = finish(&app, &caller, PERSON).await;
    let none = read(&caller, &format!("{}/attachments", path(&plain))).await;
    assert_eq!((list(&none, "attachments").len(), text(&none, "next")), (0, ""));

    let check = finish(&app, &caller, &scenario("scenario.certificates")).await;
    let found = read(&caller, &format!("{}/attachments", path(&check))).await;
    assert_eq!(text(&found, "check_id"), id(&check));
    let files = list(&found, "attachments");
    assert!(files.len() > 1, "{found}");
    let file = &files[0];
    assert_eq!(text(file, "content_type"), "application/pdf");
    assert!(text(file, "database_id").starts_with("DBI"));
    let link = text(file, "url")
        .strip_prefix(cotejo_testkit::CHECKS_URL)
        .unwrap();
    let nobody = app.checks(None);
    let got = nobody.get(link).await;
    assert_eq!(
        (got.status, got.bytes.len()),
        (
            StatusCode::OK,
            usize::try_from(file["size"].as_i64().unwrap()).unwrap()
        )
    );
    assert!(got.bytes.starts_with(b"%PDF-"));
    assert_eq!(got.headers["x-content-type-options"], "nosniff");
    assert!(
        got.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains(text(file, "name"))
    );
    for bad in [
        link.replace("Expires=1", "Expires=2"),
        link.replace("Signature=", "Signature=x"),
        link.split('?').next().unwrap().to_owned(),
    ] {
        assert_eq!(nobody.get(&bad).await.status, StatusCode::FORBIDDEN, "{bad}");
    }
    let put = nobody.send(Method::PUT, link, &[], "x").await;
    assert_eq!(put.status, StatusCode::FORBIDDEN);

    let other = app.sandbox("other").await;
    let theirs = other.get(&format!("{}/attachments", path(&check))).await;
    assert_refused(&theirs, 404, "The Check was not found");

    assert_eq!(caller.delete(&path(&check)).await.status, StatusCode::OK);
    app.work().await;
    assert_eq!(nobody.get(link).await.status, StatusCode::FORBIDDEN);
    let left: i64 = sqlx::query_scalar("select count(*) from files")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}
