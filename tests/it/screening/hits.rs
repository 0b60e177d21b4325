//! Hits: what is told of whom a check is taken for, and to whom.

use axum::http::StatusCode;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{JOSE, LIST, Tenant, cell, jose, load, person, prueba, screened};
use crate::support::{assert_refused, assert_wrong, create, list, path, text, with};

/// The path of a check's hits.
fn hits_of(check: &Value) -> String {
    format!("{}/hits", path(check))
}

/// The members of an object, in alphabetical order.
fn members(value: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

#[tokio::test]
async fn a_hit_tells_all_that_made_it() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let version = load(&app, &[jose(), prueba()]).await.version;
    let form = with(JOSE, &[("date_of_birth", "1960-01-01")]);
    let found = acme.screened(&app, &form).await;
    let [hit] = found.hits.as_slice() else {
        panic!("one hit: {:#?}", found.hits);
    };
    let digest: String = sqlx::query_scalar(
        "select encode(sha256(convert_to(body::text, 'UTF8')), 'hex')
         from watchlist_entries where entry = '9001'",
    )
    .fetch_one(&app.database.pool)
    .await
    .unwrap();
    let mut told = hit.clone();
    let name_features = told["features"]["name_features"].take();
    assert_eq!(
        told,
        json!({
            "check_id": found.id(),
            "database_id": "DBIfb1806533c8dc2a0132124afd3834d9642ce68f2",
            "data_set": "international_background",
            "list": LIST,
            "version": version,
            "entry": "9001",
            "entry_digest": digest,
            "entry_name": "FICTICIO INVENTADO, Jose Maria",
            "matched_name": "FICTICIO INVENTADO, Jose Maria",
            "basis": "name",
            "severity": "very_high",
            "score": 1.0,
            "rule": "exact",
            "features": {
                "name": 1.0,
                "name_features": null,
                "name_strength": "primary",
                "birth": "same",
                "document": "unknown",
                "same_country": false,
            },
            "algorithm": cotejo_domain::screening::algorithm(),
        })
    );
    assert_eq!(name_features["shared"], 4.0);
}

#[tokio::test]
async fn the_same_question_on_the_same_version_has_the_same_answer_to_the_byte() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let mut entries = vec![jose(), prueba()];
    entries.extend((9010..9015).map(|id| person(id, "FICTICIO INVENTADO, Jose")));
    load(&app, &entries).await;
    let form = with(JOSE, &[("name", "Jose M. Ficticio Inventado")]);
    let (first, second) = (acme.screened(&app, &form).await, acme.screened(&app, &form).await);
    assert!(first.hits.len() > 1, "{}", first.page);
    assert_ne!(first.id(), second.id());
    assert_eq!(
        first.page.replace(first.id(), ""),
        second.page.replace(second.id(), "")
    );
}

#[tokio::test]
async fn hits_are_paged_the_surest_first() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let other = Tenant::new(&app, "other").await;
    let mut entries: Vec<_> = (9101..=9220)
        .map(|id| person(id, "FICTICIO INVENTADO, Jose"))
        .collect();
    entries.push(jose());
    entries.push(person(9900, "FICTICIO INVENTADO, Jose Maria"));
    load(&app, &entries).await;
    let found = acme.screened(&app, JOSE).await;
    let (mut pages, mut told, mut next) = (0, Vec::new(), hits_of(&found.check));
    let mut second = String::new();
    while !next.is_empty() {
        let page = acme.checks.get(&next).await;
        assert_eq!(page.status, StatusCode::OK, "{next} {}", page.text);
        assert_eq!(text(&page.json, "self"), next);
        told.extend(
            list(&page.json, "hits")
                .iter()
                .map(|hit| text(hit, "entry").to_owned()),
        );
        pages += 1;
        assert_eq!(told.len(), 20 * pages);
        text(&page.json, "next").clone_into(&mut next);
        if pages == 1 {
            second.clone_from(&next);
        }
    }
    // Of one list the hundred surest are told.
    let expected = ["9001", "9900"].map(str::to_owned).into_iter();
    let expected: Vec<String> = expected.chain((9101..=9198).map(|id| id.to_string())).collect();
    assert_eq!(told, expected);
    let twin = acme.screened(&app, JOSE).await;
    let elsewhere = second.replace(found.id(), twin.id());
    assert_wrong(&acme.checks.get(&elsewhere).await, &["start_key"]);
    let nonsense = format!("{}?start_key=x", hits_of(&found.check));
    assert_wrong(&acme.checks.get(&nonsense).await, &["start_key"]);
    // Whose check it is decides first.
    assert!(other.checks.get(&second).await.status.is_client_error());
}

#[tokio::test]
async fn hits_are_their_clients_alone_and_gone_with_the_check() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let other = Tenant::new(&app, "other").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let hits = hits_of(&found.check);
    assert_refused(&other.checks.get(&hits).await, 404, "The Check was not found");
    for path in [
        "/v1/checks/x/hits",
        "/v1/checks/CHK01900000000070008000000000000001/hits",
    ] {
        assert_refused(&acme.checks.get(path).await, 404, "The Check was not found");
    }
    let writer = acme.holding(&app, &[Permission::ChecksWrite]).await;
    assert_eq!(writer.get(&hits).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        acme.checks.delete(&path(&found.check)).await.status,
        StatusCode::OK
    );
    assert_refused(&acme.checks.get(&hits).await, 404, "The Check was not found");
}

#[tokio::test]
async fn before_a_check_starts_and_where_nobody_is_found_there_are_no_hits() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let check = create(&acme.checks, JOSE).await;
    for _ in 0..2 {
        let clean = with(JOSE, &[("name", "Ana Prueba")]);
        let nobody = acme.screened(&app, &clean).await;
        assert_eq!(
            nobody.page,
            format!(r#"{{"hits":[],"self":"{}","next":""}}"#, hits_of(&nobody.check))
        );
    }
    let waiting = create(&acme.checks, &with(JOSE, &[("force_creation", "true")])).await;
    let answer = acme.checks.get(&hits_of(&waiting)).await;
    assert_eq!(list(&answer.json, "hits").len(), 0);
    let answer = acme.checks.get(&hits_of(&check)).await;
    assert_eq!(list(&answer.json, "hits").len(), 1);
}

#[tokio::test]
async fn a_mask_is_over_the_names_of_hits() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let masks = [
        Permission::ChecksRead,
        Permission::ChecksWrite,
        Permission::MaskNames,
    ];
    let masked = acme.holding(&app, &masks).await;
    let found = screened(&app, &masked, JOSE).await;
    let name = format!("{}ia", "*".repeat("FICTICIO INVENTADO, Jose Mar".len()));
    let hit = &found.hits[0];
    assert_eq!(
        (text(hit, "entry_name"), text(hit, "matched_name")),
        (&*name, &*name)
    );
    assert_eq!(hit["entry"], "9001");
    let whole = acme.checks.get(&hits_of(&found.check)).await.json["hits"][0].clone();
    assert_eq!(whole["entry_name"], "FICTICIO INVENTADO, Jose Maria");
    let plain: Vec<&str> = members(&whole)
        .into_iter()
        .filter(|member| !["entry_name", "matched_name"].contains(member))
        .collect();
    for member in plain {
        assert_eq!(hit[member], whole[member], "{member}");
    }
}

#[tokio::test]
async fn details_show_what_is_listed_and_why_it_matched() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let version = load(&app, &[jose(), prueba()]).await.version;
    let found = acme.screened(&app, JOSE).await;
    let tables = found.tables(&acme.checks).await;
    let [listed, matched] = tables.as_slice() else {
        panic!("two tables: {tables:#?}");
    };
    assert_eq!((listed.0.as_str(), matched.0.as_str()), ("Listed", "Match"));
    for (label, value) in [
        ("Entry", "9001"),
        ("Kind", "person"),
        ("Name", "FICTICIO INVENTADO, Jose Maria"),
        ("Aliases", "FICTICIO, Pepe; EL INVENTO"),
        ("Programs", "SDNTK"),
        ("Birth dates", "1960-01-01"),
        ("Documents", "cedula 1023456789 (Colombia)"),
        ("Countries", "Colombia"),
    ] {
        assert_eq!(cell(listed, label), value, "{label}");
    }
    let on_list = format!("{LIST}, version {version}");
    for (label, value) in [
        ("List", on_list.as_str()),
        ("Matched name", "FICTICIO INVENTADO, Jose Maria (primary)"),
        ("Score", "1.000"),
        ("Rule", "exact"),
        ("Names", "1.000"),
        ("Dates of birth", "unknown"),
        ("Document numbers", "unknown"),
        ("Same country", "no"),
        ("Basis", "name"),
        ("Set aside by", ""),
    ] {
        assert_eq!(cell(matched, label), value, "{label}");
    }
}
