//! The HTTP driver against a real server: what it asks, and what it makes of every kind of answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use cotejo_domain::{
    checks::{CheckType, InputField, Inputs, ResultKind, Severity},
    country::Country,
    ids::ClientId,
    names::NameMatching,
    sources::Catalogue,
    time::Timestamp,
};
use cotejo_providers::{
    http,
    port::{Answer, Query, Report, SourceError},
};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, header, method, path, query_param},
};

const SOURCE: &str = "co-policia-nacional";

const ANSWER: &str = r#"
[http.answer]
not_found_status = [404]
records = "/data/records"
severity = "high"
title = "Registros"
cells = { Proceso = "/case", Estado = "/state" }
first_name = "/data/person/first"
last_name = "/data/person/last"
date_of_birth = "/data/person/born"
"#;

fn config(server: &MockServer, more: &str) -> String {
    format!(
        "[[http]]\nsource = \"{SOURCE}\"\nurl = \"{}/police/{{national_id}}?on={{issue_date}}\"\n{more}\n{ANSWER}",
        server.uri()
    )
}

async fn ask(config: &str) -> Result<Answer, SourceError> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let variable = |name: &str| (name == "TOKEN").then(|| "s3cret".to_owned());
    let sources = http::sources(http::read(config, variable).unwrap()).unwrap();
    let mut inputs = Inputs::default();
    inputs.set(InputField::NationalId, "1.000 001&x=1");
    inputs.set(InputField::IssueDate, "2020-01-31");
    let query = Query {
        client: ClientId(Default::default()),
        source: Catalogue::builtin().get(SOURCE).unwrap(),
        check_type: CheckType::Person,
        country: Country::Co,
        inputs: &inputs,
        names: NameMatching::Soft,
        created: Timestamp::from_nanos(0),
        now: Timestamp::from_nanos(0),
        attempt: 0,
    };
    sources[SOURCE].ask(query).await
}

async fn answered(template: ResponseTemplate) -> Result<Answer, SourceError> {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(template)
        .mount(&server)
        .await;
    ask(&config(&server, "timeout_seconds = 1")).await
}

fn report(answer: Result<Answer, SourceError>) -> Report {
    match answer {
        Ok(Answer::Report(report)) => report,
        other => panic!("no report: {other:?}"),
    }
}

#[tokio::test]
async fn inputs_are_encoded_and_credentials_come_from_the_environment() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/police/1.000%20001%26x%3D1"))
        .and(query_param("on", "2020-01-31"))
        .and(header("authorization", "Bearer s3cret"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": {"records": []}})))
        .expect(1)
        .mount(&server)
        .await;
    let report = report(
        ask(&config(
            &server,
            "headers = { Authorization = \"Bearer ${TOKEN}\" }",
        ))
        .await,
    );
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.severity == Severity::None)
    );
}

#[tokio::test]
async fn a_body_is_json_whatever_the_input_contains() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(body_json(
            json!({"id": "1.000 001&x=1", "deep": {"on": "2020-01-31"}}),
        ))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": {"records": []}})))
        .expect(1)
        .mount(&server)
        .await;
    let body = r#"method = "POST"
body = '{"id":"{national_id}","deep":{"on":"{issue_date}"}}'"#;
    report(ask(&config(&server, body)).await);
}

#[tokio::test]
async fn records_are_findings_with_tables_and_the_person_is_known() {
    let body = json!({"data": {
        "person": {"first": "ANA", "last": "PRUEBA", "born": "1990-05-06T00:00:00Z"},
        "records": [{"case": "1-2", "state": "ACTIVO"}, {"case": 7, "state": null}],
    }});
    let report = report(answered(ResponseTemplate::new(200).set_body_json(body)).await);
    let sets = Catalogue::builtin().get(SOURCE).unwrap().data_sets.len();
    assert_eq!(report.findings.len(), 2 * sets);
    let finding = &report.findings[0];
    assert_eq!(
        (finding.result, finding.severity),
        (ResultKind::Found, Severity::High)
    );
    let cells: Vec<_> = finding.tables[0].rows[0]
        .cells
        .iter()
        .map(|cell| (cell.label.as_str(), cell.value.as_str()))
        .collect();
    assert_eq!(cells, [("Estado", "ACTIVO"), ("Proceso", "1-2")]);
    let person = report.facts.person.unwrap();
    assert_eq!(person.first_name, "ANA");
    assert_eq!(person.date_of_birth.unwrap().to_string(), "1990-05-06");
}

#[tokio::test]
async fn a_not_found_status_is_an_answer_without_findings() {
    let report = report(answered(ResponseTemplate::new(404)).await);
    assert!(report.findings.is_empty());
}

#[tokio::test]
async fn accepted_means_not_yet() {
    assert!(matches!(
        answered(ResponseTemplate::new(202)).await,
        Ok(Answer::NotYet(_))
    ));
}

#[tokio::test]
async fn what_may_pass_is_told_from_what_will_not() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(3));
    let huge = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 5 * 1024 * 1024]);
    for (template, passing) in [
        (ResponseTemplate::new(429), true),
        (ResponseTemplate::new(500), true),
        (ResponseTemplate::new(503), true),
        (slow, true),
        (ResponseTemplate::new(400), false),
        (ResponseTemplate::new(401), false),
        (
            ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
            false,
        ),
        (ResponseTemplate::new(200).set_body_string("<html>"), false),
        (
            ResponseTemplate::new(200).set_body_json(json!({"data": {}})),
            false,
        ),
        (huge, false),
    ] {
        let error = answered(template.clone()).await.unwrap_err();
        assert_eq!(error.is_transient(), passing, "{template:?}: {error}");
    }
}

#[tokio::test]
async fn a_source_that_is_not_there_is_away_and_its_error_names_no_document() {
    let config =
        format!("[[http]]\nsource = \"{SOURCE}\"\nurl = \"http://127.0.0.1:1/{{national_id}}\"\n{ANSWER}");
    let error = ask(&config).await.unwrap_err();
    assert!(error.is_transient());
    assert!(!error.to_string().contains("000"), "{error}");
}

#[test]
fn a_wrong_file_is_refused_with_a_reason() {
    let entry = |line: &str| format!("[[http]]\nsource = \"{SOURCE}\"\n{line}");
    for (text, reason) in [
        (
            "[[http]]\nsource = \"nowhere\"\nurl = \"https://x\"".to_owned(),
            "nowhere",
        ),
        (entry("url = \"ftp://x\""), "https://"),
        (entry("url = \"https://x/{nationalid}\""), "nationalid"),
        (
            entry("url = \"https://x\"\nheaders = { A = \"${NOT_SET}\" }"),
            "NOT_SET",
        ),
        (
            entry("url = \"https://x\"\nanswer = { records = \"data\" }"),
            "JSON pointer",
        ),
        (
            entry("url = \"https://x\"\nanswer = { severity = \"awful\" }"),
            "awful",
        ),
        (entry("url = \"https://x\"\nunknown = 1"), "unknown"),
    ] {
        let error = http::read(&text, |_| None).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
