//! Exceptions: a person is not an entry, until one of the two changes, time ends it, or somebody undoes it.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{JOSE, LIST, Listed, Screened, Tenant, cell, jose, load, person, prueba};
use crate::support::{Form, PERSON, assert_refused, list, path, text, usual_client, with};

/// Where exceptions are.
pub const EXCEPTIONS: &str = "/v1/screening/exceptions";

/// Result and severity where nothing speaks.
pub const QUIET: [&str; 2] = ["not_found", "none"];
/// Result and severity where the hit on [`jose`] does.
pub const SPEAKS: [&str; 2] = ["found", "very_high"];

/// What is asked for a hit on [`jose`].
pub fn wish<'a>(found: &'a Screened, more: &[(&'a str, &'a str)]) -> Form<'a> {
    let form = [
        ("check_id", found.id()),
        ("list", LIST),
        ("entry", "9001"),
        ("reason", "his papers are another person's"),
    ];
    with(&form, more)
}

/// Sets a hit on [`jose`] aside.
pub async fn set_aside(acme: &Tenant, found: &Screened, more: &[(&str, &str)]) -> Value {
    let answer = acme.checks.post(EXCEPTIONS, &wish(found, more)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json
}

/// The path of an exception.
pub fn path_of(exception: &Value) -> String {
    format!("{EXCEPTIONS}/{}", text(exception, "exception_id"))
}

/// An exception as it is now.
pub async fn now(acme: &Tenant, exception: &Value) -> Value {
    let answer = acme.checks.get(&path_of(exception)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

/// Moves the client's clock; nothing is due on the way.
async fn advance(acme: &Tenant, by: &str) {
    let answer = acme.account.post("/v1/sandbox/clock", &[("advance", by)]).await;
    assert_eq!(
        (answer.status, &answer.json["status"]),
        (StatusCode::OK, &json!("done")),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn the_next_check_of_the_same_person_tells_the_hit_and_does_not_count_it() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let first = acme.screened(&app, JOSE).await;
    assert_eq!(first.side("by_name"), SPEAKS);
    let exception = set_aside(&acme, &first, &[]).await;
    let spelt = with(
        JOSE,
        &[
            ("name", "JOSE MARIA  FICTICIO INVENTADO"),
            ("custom_input", "ours"),
        ],
    );
    for form in [JOSE, &spelt] {
        let next = acme.screened(&app, form).await;
        assert_eq!(next.side("by_name"), QUIET);
        assert_eq!(next.entries(), ["9001"]);
        let hit = &next.hits[0];
        assert_eq!(hit["exception_id"], exception["exception_id"]);
        assert_eq!((&hit["severity"], &hit["score"]), (&json!("none"), &json!(1.0)));
        let tables = next.tables(&acme.checks).await;
        assert_eq!(cell(&tables[1], "Set aside by"), text(&exception, "exception_id"));
        assert!(next.check["score"].as_f64() > first.check["score"].as_f64());
    }
    // What was said before stays said.
    let answer = acme.checks.get(&format!("{}/hits", path(&first.check))).await;
    assert_eq!(answer.text, first.page);
}

#[tokio::test]
async fn another_entry_still_speaks() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let twin = person(9003, "FICTICIO INVENTADO, Jose Maria");
    load(&app, &[jose(), twin]).await;
    let first = acme.screened(&app, JOSE).await;
    set_aside(&acme, &first, &[]).await;
    let next = acme.screened(&app, JOSE).await;
    assert_eq!(next.side("by_name"), SPEAKS);
    let spoken: Vec<_> = next
        .hits
        .iter()
        .map(|hit| {
            (
                text(hit, "entry"),
                text(hit, "severity"),
                hit.get("exception_id").is_some(),
            )
        })
        .collect();
    assert_eq!(spoken, [("9001", "none", true), ("9003", "very_high", false)]);
}

#[tokio::test]
async fn a_changed_person_speaks() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let known = with(JOSE, &[("passport", "AB123456"), ("date_of_birth", "1960-01-01")]);
    set_aside(&acme, &acme.screened(&app, &known).await, &[]).await;
    assert_eq!(acme.screened(&app, &known).await.side("by_name"), QUIET);
    for (member, value) in [
        ("passport", "AB123457"),
        ("passport", ""),
        ("date_of_birth", "1960-01-02"),
        ("date_of_birth", ""),
        ("name", "Jose Ficticio Inventado"),
    ] {
        let changed = acme.screened(&app, &with(&known, &[(member, value)])).await;
        assert_eq!(changed.side("by_name")[0], "found", "{member} {value}");
        assert!(changed.hits[0].get("exception_id").is_none(), "{member} {value}");
    }
    assert_eq!(acme.screened(&app, &known).await.side("by_name"), QUIET);
}

#[tokio::test]
async fn a_changed_entry_speaks_and_another_ones_change_does_not() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let exception = set_aside(&acme, &acme.screened(&app, JOSE).await, &[]).await;
    let other = prueba().remarks("Linked To: SOMEBODY.");
    let changed: Listed = jose().remarks("DOB 02 Feb 1961; Cedula No. 1023456789 (Colombia).");
    for (entries, expected) in [
        ([jose(), other.clone()], QUIET),
        ([changed, other], SPEAKS),
        ([jose(), prueba()], QUIET),
    ] {
        load(&app, &entries).await;
        assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), expected);
    }
    // It is in force all the while: person and entry only have to be those of it.
    assert_eq!(now(&acme, &exception).await["status"], "active");
}

#[tokio::test]
async fn a_name_that_a_registry_told_is_part_of_the_person() {
    let app = TestApp::new().await;
    let acme = Tenant::of(&app, usual_client(&app).await).await;
    let unlisted = acme.screened(&app, PERSON).await;
    let known = &list(&unlisted.check["summary"], "names_found")[0];
    let name = format!("{}, {}", text(known, "last_name"), text(known, "first_name"));
    load(&app, &[person(9001, &name)]).await;
    let listed = acme.screened(&app, PERSON).await;
    assert_eq!(listed.side("by_name"), SPEAKS);
    set_aside(&acme, &listed, &[]).await;
    let next = acme.screened(&app, PERSON).await;
    assert_eq!((next.side("by_name"), next.entries()), (QUIET, vec!["9001"]));
}

#[tokio::test]
async fn time_ends_an_exception() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let first = acme.screened(&app, JOSE).await;
    let exception = set_aside(&acme, &first, &[("expiration_date", "2026-01-04T00:00:00Z")]).await;
    for (by, side, status) in [
        ("0s", QUIET, "active"),
        ("1d", QUIET, "active"),
        ("1d", SPEAKS, "expired"),
    ] {
        advance(&acme, by).await;
        assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), side, "{by}");
        assert_eq!(now(&acme, &exception).await["status"], status, "{by}");
    }
    // What is over can be set aside again.
    let again = acme.screened(&app, JOSE).await;
    set_aside(&acme, &again, &[]).await;
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), QUIET);
}

#[tokio::test]
async fn an_undone_exception_speaks_and_stays_in_the_list() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let exception = set_aside(&acme, &acme.screened(&app, JOSE).await, &[]).await;
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), QUIET);
    let undone = acme.checks.delete(&path_of(&exception)).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
    let mut expected = exception.clone();
    expected["status"] = json!("revoked");
    expected["revocation_date"] = json!("2026-01-02T03:04:05Z");
    assert_eq!(undone.json, expected);
    assert_eq!(now(&acme, &exception).await, expected);
    let all = acme.checks.get(EXCEPTIONS).await;
    assert_eq!(list(&all.json, "exceptions"), [expected]);
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), SPEAKS);
    let again = acme.checks.delete(&path_of(&exception)).await;
    assert_refused(&again, 409, "the exception was undone already");
}

#[tokio::test]
async fn an_exception_outlives_its_check() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let exception = set_aside(&acme, &found, &[]).await;
    assert_eq!(
        acme.checks.delete(&path(&found.check)).await.status,
        StatusCode::OK
    );
    assert_eq!(now(&acme, &exception).await, exception);
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), QUIET);
    let late = acme.checks.post(EXCEPTIONS, &wish(&found, &[])).await;
    assert_refused(&late, 404, "The Check was not found");
}
