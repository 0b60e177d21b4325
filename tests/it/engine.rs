//! The engine from end to end: what a check becomes, whatever its sources do.

use std::time::Duration;

use cotejo_domain::{
    checks::{Basis, DataSet, Facts, Finding, ResultKind, Severity, facts::PersonFacts},
    clients::ClientKind,
    permissions::Permission,
};
use cotejo_providers::port::{Answer, Report};
use cotejo_testkit::{Caller, IDENTITY, POLICE, Script, TestApp};
use serde_json::Value;

const PERSON: &[(&str, &str)] = &[
    ("type", "person"),
    ("country", "CO"),
    ("national_id", "1000000001"),
    ("user_authorized", "true"),
];

async fn create(caller: &Caller, form: &[(&str, &str)]) -> String {
    let answer = caller.post("/v1/checks", form).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json["self"].as_str().unwrap().to_owned()
}

async fn check(caller: &Caller, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json["check"].clone()
}

fn statuses_of<'a>(check: &'a Value, database_id: &str) -> Vec<&'a str> {
    check["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["database_id"] == database_id)
        .map(|entry| entry["status"].as_str().unwrap())
        .collect()
}

fn database_id(key: &str) -> &'static str {
    &cotejo_domain::sources::Catalogue::builtin()
        .get(key)
        .unwrap()
        .database_id
}

fn identified() -> Script {
    let person = PersonFacts {
        first_name: "ANA".to_owned(),
        last_name: "PRUEBA".to_owned(),
        ..PersonFacts::default()
    };
    Script::Answers(Answer::Report(Report {
        findings: vec![finding(DataSet::PersonalIdentity, Severity::None)],
        facts: Facts {
            person: Some(person),
            ..Facts::default()
        },
        attachments: Vec::new(),
    }))
}

fn record(severity: Severity) -> Script {
    let findings = vec![finding(DataSet::CriminalRecord, severity)];
    Script::Answers(Answer::Report(Report {
        findings,
        ..Report::default()
    }))
}

fn finding(data_set: DataSet, severity: Severity) -> Finding {
    Finding {
        data_set,
        basis: Basis::Id,
        result: ResultKind::Found,
        severity,
        first_name: "ANA".to_owned(),
        last_name: "PRUEBA".to_owned(),
        company_name: String::new(),
        tables: Vec::new(),
        evidence: None,
    }
}

#[tokio::test]
async fn a_live_client_with_nothing_configured_gets_no_clean_score() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    let form = [
        ("type", "person"),
        ("country", "CR"),
        ("national_id", "101110111"),
        ("user_authorized", "true"),
    ];
    let path = create(&caller, &form).await;
    app.work().await;
    let check = check(&caller, &path).await;
    assert_eq!(check["status"], "error");
    let ran = check["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["status"] != "skipped");
    assert!(
        ran.into_iter()
            .all(|entry| entry["data_set"] == "document_validation")
    );
}

#[tokio::test]
async fn configured_sources_are_asked_in_jobs_of_their_own_and_the_last_one_finishes_the_check() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources.set(POLICE, [record(Severity::High)]);
    let path = create(&caller, PERSON).await;
    app.work().await;
    // Lists that are screened by name were waiting for the registry to tell it.
    app.work_scheduled().await;
    let check = check(&caller, &path).await;
    assert_eq!(check["status"], "completed", "{check:#}");
    assert_eq!(check["summary"]["names_found"][0]["first_name"], "ANA");
    // personal_identity .2, criminal_record .6, legal_background .1, international_background .1
    assert_eq!(check["score"].to_string(), "0.52");
    assert_eq!(
        (app.live_sources.asked(IDENTITY), app.live_sources.asked(POLICE)),
        (1, 1)
    );
}

#[tokio::test]
async fn a_failed_source_is_an_error_without_retries() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources.set(POLICE, [Script::IsAway]);
    let path = create(&caller, PERSON).await;
    app.work().await;
    let check = check(&caller, &path).await;
    assert_eq!(statuses_of(&check, database_id(POLICE)), ["error"]);
    assert_eq!(app.live_sources.asked(POLICE), 1);
}

#[tokio::test]
async fn with_retries_a_source_is_asked_until_it_answers() {
    let app = TestApp::new().await;
    let mut client = app.client("acme", ClientKind::Live).await;
    client.settings.retries = true;
    app.app.set_settings(&client).await.unwrap();
    let caller = app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await));
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources
        .set(POLICE, [Script::IsAway, Script::IsAway, record(Severity::None)]);
    let path = create(&caller, PERSON).await;
    app.work().await;
    assert_eq!(check(&caller, &path).await["status"], "in_progress");
    app.work_scheduled().await;
    app.work_scheduled().await;
    let check = check(&caller, &path).await;
    assert_eq!(
        (check["status"].as_str(), app.live_sources.asked(POLICE)),
        (Some("completed"), 3)
    );
}

#[tokio::test]
async fn a_broken_source_is_not_asked_again_even_with_retries() {
    let app = TestApp::new().await;
    let mut client = app.client("acme", ClientKind::Live).await;
    client.settings.retries = true;
    app.app.set_settings(&client).await.unwrap();
    let caller = app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await));
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources.set(POLICE, [Script::IsBroken]);
    let path = create(&caller, PERSON).await;
    app.work().await;
    assert_eq!(
        statuses_of(&check(&caller, &path).await, database_id(POLICE)),
        ["error"]
    );
}

#[tokio::test]
async fn a_source_that_says_delayed_delays_the_check_and_its_end() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources.set(
        POLICE,
        [
            Script::Answers(Answer::Delayed(Duration::from_secs(60))),
            record(Severity::None),
        ],
    );
    let path = create(&caller, PERSON).await;
    app.work().await;
    let delayed = check(&caller, &path).await;
    assert_eq!(delayed["status"], "delayed");
    assert_eq!(statuses_of(&delayed, database_id(POLICE)), ["delayed"]);
    app.work_scheduled().await;
    assert_eq!(check(&caller, &path).await["status"], "completed");
    let told = events(&app).await;
    assert_eq!(told, ["created", "started", "delayed", "finished"]);
}

#[tokio::test]
async fn past_its_time_a_check_ends_and_its_open_sources_are_expired() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources
        .set(POLICE, [Script::Answers(Answer::NotYet(Duration::from_secs(60)))]);
    let path = create(&caller, PERSON).await;
    app.work().await;
    app.clock.advance(Duration::from_secs(3 * 3600 - 60));
    app.work_scheduled().await;
    assert_eq!(
        check(&caller, &path).await["status"],
        "in_progress",
        "its three hours are not over"
    );
    app.clock.advance(Duration::from_secs(120));
    app.work_scheduled().await;
    app.work_scheduled().await;
    let check = check(&caller, &path).await;
    assert_eq!(statuses_of(&check, database_id(POLICE)), ["expired"], "{check:#}");
    assert!(matches!(check["status"].as_str(), Some("error" | "completed")));
}

#[tokio::test]
async fn a_driver_that_panics_fails_its_job_and_not_the_worker() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    app.live_sources.set(IDENTITY, [identified()]);
    app.live_sources.set(POLICE, [Script::Panics]);
    let path = create(&caller, PERSON).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = tokio::spawn(cotejo_worker::run(app.app.clone(), stop.clone()));
    let failed = wait_for(
        &app,
        "select count(*) from jobs where last_error like '%panicked%'",
        1,
    )
    .await;
    assert!(failed, "the panic is noted on the job");
    assert_eq!(check(&caller, &path).await["status"], "in_progress");
    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_worker_that_dies_loses_nothing_and_stores_nothing_twice() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let mut paths = Vec::new();
    for document in 1_000_000_001..1_000_000_041_u64 {
        let document = document.to_string();
        let form = [
            ("type", "person"),
            ("country", "CO"),
            ("national_id", &document),
            ("user_authorized", "true"),
        ];
        paths.push(create(&caller, &form).await);
    }
    for _ in 0..3 {
        // Aborted, not stopped: what the worker was doing is cut in the middle.
        let worker = tokio::spawn(cotejo_worker::run(
            app.app.clone(),
            tokio_util::sync::CancellationToken::new(),
        ));
        tokio::time::sleep(Duration::from_millis(15)).await;
        worker.abort();
        drop(worker.await);
        sqlx::query(
            "update jobs set lease_until = clock_timestamp() - interval '1 s' where state = 'leased'",
        )
        .execute(&app.database.pool)
        .await
        .unwrap();
    }
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = tokio::spawn(cotejo_worker::run(app.app.clone(), stop.clone()));
    assert!(
        wait_for(&app, "select count(*) from jobs", 0).await,
        "the queue is worked off"
    );
    stop.cancel();
    worker.await.unwrap();
    for path in &paths {
        assert_eq!(check(&caller, path).await["status"], "completed");
    }
    let twice: i64 = count(&app, "select count(*) from (select resource_id, event_action from events group by 1, 2 having count(*) > 1) t").await;
    assert_eq!(twice, 0, "each check was created, started and finished once");
    let runs: i64 = count(
        &app,
        "select count(distinct n) from (select count(*) n from source_runs group by check_id) t",
    )
    .await;
    assert_eq!(runs, 1, "every check has the same number of runs");
}

#[tokio::test]
async fn a_client_has_no_more_checks_under_way_than_it_may() {
    let app = TestApp::new().await;
    let mut client = app.client("acme", ClientKind::Live).await;
    client.settings.concurrent_checks = 2;
    app.app.set_settings(&client).await.unwrap();
    let caller = app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await));
    app.live_sources.set(
        POLICE,
        [Script::Answers(Answer::NotYet(Duration::from_secs(3600)))],
    );
    for document in [
        "1000000001",
        "1000000002",
        "1000000003",
        "1000000004",
        "1000000005",
    ] {
        let form = [
            ("type", "person"),
            ("country", "CO"),
            ("national_id", document),
            ("user_authorized", "true"),
        ];
        create(&caller, &form).await;
    }
    app.work().await;
    assert_eq!(
        count(&app, "select count(*) from checks where status = 'in_progress'").await,
        2
    );
    assert_eq!(
        count(&app, "select count(*) from checks where status = 'not_started'").await,
        3
    );
}

#[tokio::test]
async fn deleting_a_check_that_is_under_way_ends_its_jobs_quietly() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    app.live_sources
        .set(POLICE, [Script::Answers(Answer::NotYet(Duration::from_secs(60)))]);
    let path = create(&caller, PERSON).await;
    app.work().await;
    assert_eq!(caller.delete(&path).await.status, 200);
    app.work_scheduled().await;
    assert_eq!(count(&app, "select count(*) from jobs").await, 0);
    assert_eq!(count(&app, "select count(*) from source_runs").await, 0);
}

#[tokio::test]
async fn a_source_that_is_asked_by_name_learns_the_name_from_the_identity_registry() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let path = create(&caller, PERSON).await;
    app.work().await;
    let check = check(&caller, &path).await;
    let lists = check["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["database_id"] == database_id("all-ofac-sdn"));
    assert_eq!(
        lists.unwrap()["status"],
        "completed",
        "nobody gave a name, the registry did"
    );
}

#[tokio::test]
async fn events_get_gapless_numbers_in_the_order_of_their_writing() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for document in ["1000000001", "1000000002"] {
        create(
            &caller,
            &[
                ("type", "person"),
                ("country", "CO"),
                ("national_id", document),
                ("user_authorized", "true"),
            ],
        )
        .await;
    }
    app.work().await;
    let mut conn = app.database.pool.acquire().await.unwrap();
    let sequences: Vec<i64> = sqlx::query_scalar("select sequence from events order by inserted")
        .fetch_all(&mut *conn)
        .await
        .unwrap();
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
}

async fn events(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select event_action from events order by inserted")
        .fetch_all(&app.database.pool)
        .await
        .unwrap()
}

async fn count(app: &TestApp, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(&app.database.pool)
        .await
        .unwrap()
}

/// Whether a count comes to be what is expected within ten seconds.
async fn wait_for(app: &TestApp, statement: &'static str, expected: i64) -> bool {
    for _ in 0..1000 {
        if count(app, statement).await == expected {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}
