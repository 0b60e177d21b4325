//! GET /v1/health: how the sources of a country answered, hour by hour.

use std::{collections::BTreeSet, time::Duration};

use axum::http::StatusCode;
use cotejo_domain::time::Clock as _;
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{PERSON, assert_wrong, finish, list, scenario, text, with};

const HOUR: i64 = 3600;

async fn health(caller: &Caller, country: &str, at: i64, offset: i64) -> Vec<Value> {
    let path =
        format!("/v1/health?country={country}&unixTimestampSeconds={at}&unixtimezoneOffsetSeconds={offset}");
    let answer = caller.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let alias = caller.get(&path.replace("/v1/health", "/v1/checks/health")).await;
    assert_eq!(alias.text, answer.text);
    answer.json.as_array().expect("an array").clone()
}

fn now(app: &TestApp) -> i64 {
    app.clock.now().seconds()
}

fn hours(database: &Value) -> Vec<&str> {
    list(database, "hourly_status")
        .iter()
        .map(|status| status.as_str().expect("a text"))
        .collect()
}

/// The distinct states of the current hour.
fn states(databases: &[Value]) -> BTreeSet<&str> {
    databases.iter().flat_map(hours).collect()
}

#[tokio::test]
async fn every_missing_or_wrong_parameter_is_named() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let all = ["country", "unixTimestampSeconds", "unixtimezoneOffsetSeconds"];
    assert_wrong(&caller.get("/v1/health").await, &all);
    let wrong = "/v1/health?country=AR&unixTimestampSeconds=now&unixtimezoneOffsetSeconds=90000";
    assert_wrong(&caller.get(wrong).await, &all);
    let future = format!(
        "/v1/health?country=CO&unixtimezoneOffsetSeconds=0&unixTimestampSeconds={}",
        now(&app) + HOUR
    );
    assert_wrong(&caller.get(&future).await, &["unixTimestampSeconds"]);
}

#[tokio::test]
async fn every_source_of_the_country_is_listed() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let databases = health(&caller, "co", now(&app), 0).await;
    let check = finish(&app, &caller, PERSON).await;
    let known: BTreeSet<&str> = databases
        .iter()
        .map(|database| text(database, "database_id"))
        .collect();
    assert_eq!(known.len(), databases.len());
    let international = health(&caller, "ALL", now(&app), 0).await;
    let asked: BTreeSet<&str> = list(&check, "statuses")
        .iter()
        .map(|status| text(status, "database_id"))
        .collect();
    let listed = known
        .union(
            &international
                .iter()
                .map(|database| text(database, "database_id"))
                .collect(),
        )
        .copied()
        .collect();
    assert!(asked.is_subset(&listed));
    for database in &databases {
        assert!(!text(database, "database_name").is_empty() && !list(database, "data_sets").is_empty());
        assert_eq!(hours(database), ["undetermined"], "nobody has asked yet");
    }
}

#[tokio::test]
async fn a_source_that_answered_is_operational_and_one_that_failed_is_out() {
    let app = TestApp::new().await;
    let (calm, troubled) = (app.sandbox("calm").await, app.sandbox("troubled").await);
    finish(&app, &calm, PERSON).await;
    finish(&app, &troubled, &scenario("scenario.sources_failing")).await;
    assert_eq!(
        states(&health(&calm, "CO", now(&app), 0).await),
        ["operational", "undetermined"].into()
    );
    let databases = health(&troubled, "CO", now(&app), 0).await;
    assert!(states(&databases).contains("major_outage"));
    let identity = databases
        .iter()
        .filter(|database| list(database, "data_sets").contains(&"personal_identity".into()));
    assert!(identity.flat_map(hours).any(|state| state == "operational"));
    finish(&app, &troubled, PERSON).await;
    assert!(states(&health(&troubled, "CO", now(&app), 0).await).contains("degraded_performance"));
}

#[tokio::test]
async fn the_time_that_is_asked_for_decides_how_many_hours_are_told() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    finish(&app, &caller, PERSON).await;
    // The clock stands at 03:04 UTC, 22:04 of the day before in Bogotá.
    for (offset, at, expected) in [
        (0, now(&app), 1),
        (-18_000, now(&app), 1),
        (0, now(&app) - 3 * HOUR, 4),
        (-18_000, now(&app) - 3 * HOUR, 23),
        (0, now(&app) - 24 * HOUR, 24),
        (-18_000, now(&app) - 240 * HOUR, 24),
    ] {
        let databases = health(&caller, "CO", at, offset).await;
        assert!(
            databases.iter().all(|database| hours(database).len() == expected),
            "{offset} {expected}"
        );
    }
}

#[tokio::test]
async fn yesterdays_hour_is_found_again_today() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let then = now(&app);
    finish(&app, &caller, PERSON).await;
    app.clock.advance(Duration::from_secs(24 * 3600));
    let databases = health(&caller, "CO", then, 0).await;
    let told: BTreeSet<usize> = databases
        .iter()
        .flat_map(|database| hours(database).into_iter().enumerate())
        .filter(|(_, state)| *state == "operational")
        .map(|(hour, _)| hour)
        .collect();
    assert_eq!(told, [3].into(), "it was 03:04");
}

#[tokio::test]
async fn the_health_is_what_this_client_met() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    finish(&app, &theirs, &with(PERSON, &[])).await;
    assert_eq!(
        states(&health(&ours, "CO", now(&app), 0).await),
        ["undetermined"].into()
    );
}
