//! Functions that are servers of clients, against real servers, friendly and not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use cotejo_domain::functions::{Code, Function, FunctionError, LARGEST_OUTPUT, Map, Outcome, Output};
use cotejo_providers::{
    functions::{Functions as _, HttpFunctions, Runner},
    outbound::Guard,
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, header, method, path},
};

const LOOPBACK: &str = "127.0.0.0/8";

fn map(value: Value) -> Map {
    let Value::Object(map) = value else {
        panic!("no object: {value}");
    };
    map
}

async fn ask(cidrs: &str, url: String) -> Result<Output, FunctionError> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runner = Runner::new(None, Guard::parse(cidrs).unwrap()).unwrap();
    let function = Function {
        name: "age".to_owned(),
        code: Code::Http { url },
    };
    runner
        .run(
            &function,
            map(json!({"vars": {"age": 17}, "_checks": {}, "secrets": {}})),
        )
        .await
}

async fn answered(template: ResponseTemplate) -> Result<Output, FunctionError> {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(template)
        .mount(&server)
        .await;
    ask(LOOPBACK, server.uri()).await
}

#[tokio::test]
async fn a_server_gets_what_a_script_gets_and_leaves_what_a_script_leaves() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/age"))
        .and(header("content-type", "application/json"))
        .and(body_json(json!({
            "params": {"vars": {"age": 17}, "_checks": {}, "secrets": {}},
            "results": {},
        })))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({
            "cfResults": {"outcome": "DECLINE", "results": {"why": "minor"}},
            "executionVariables": {"minor": true},
        })))
        .expect(1)
        .mount(&server)
        .await;
    let output = ask(LOOPBACK, format!("{}/age", server.uri())).await.unwrap();
    assert_eq!(output.outcome, Some(Outcome::Decline));
    assert_eq!(output.results, map(json!({"why": "minor"})));
    assert_eq!(output.variables, map(json!({"minor": true})));
}

#[tokio::test]
async fn what_a_server_says_instead_of_an_answer_is_not_repeated() {
    for (template, kind) in [
        (
            ResponseTemplate::new(500).set_body_string("secret"),
            "unreachable",
        ),
        (
            ResponseTemplate::new(404).set_body_string("secret"),
            "unreachable",
        ),
        (
            ResponseTemplate::new(302).insert_header("location", "http://secret.example/"),
            "unreachable",
        ),
        (ResponseTemplate::new(200).set_body_string("secret"), "bad_output"),
        (
            ResponseTemplate::new(200).set_body_string("[\"secret\"]"),
            "bad_output",
        ),
        (ResponseTemplate::new(204), "bad_output"),
        (
            ResponseTemplate::new(200).set_body_string("{\"secret\":".repeat(200)),
            "bad_output",
        ),
        (
            ResponseTemplate::new(200).set_body_json(json!({"cfResults": {"outcome": "secret"}})),
            "bad_output",
        ),
        (
            ResponseTemplate::new(200).set_body_json(json!({"secret": "x".repeat(LARGEST_OUTPUT)})),
            "bad_output",
        ),
        (
            ResponseTemplate::new(200).set_body_string("secret".repeat(LARGEST_OUTPUT)),
            "bad_output",
        ),
    ] {
        let error = answered(template).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn an_empty_object_says_nothing() {
    assert_eq!(
        answered(ResponseTemplate::new(201).set_body_string("{}")).await,
        Ok(Output::default())
    );
}

#[tokio::test]
async fn addresses_that_are_not_permitted_are_not_called() {
    let server = MockServer::start().await;
    let port = server.address().port();
    for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"] {
        let error = ask("", format!("http://{host}:{port}/")).await.unwrap_err();
        assert_eq!(
            error,
            FunctionError::unreachable("the address is not permitted"),
            "{host}"
        );
    }
    for url in ["file:///etc/passwd", "http://user:password@127.0.0.1/", "nothing"] {
        let error = ask(LOOPBACK, url.to_owned()).await.unwrap_err();
        assert_eq!(error.kind(), "unreachable", "{url}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_hangs_is_not_waited_for() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_delay(Duration::from_secs(30)))
        .mount(&server)
        .await;
    let impatient =
        HttpFunctions::with_patience(Guard::parse(LOOPBACK).unwrap(), Duration::from_millis(200)).unwrap();
    assert_eq!(
        impatient.ask(&server.uri(), Map::new()).await,
        Err(FunctionError::TimedOut)
    );
    let nobody = "http://127.0.0.1:1/".to_owned();
    assert_eq!(ask(LOOPBACK, nobody).await.unwrap_err().kind(), "unreachable");
}

#[tokio::test]
async fn without_a_program_scripts_are_not_run() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runner = Runner::new(None, Guard::default()).unwrap();
    let function = Function {
        name: "age".to_owned(),
        code: Code::Script {
            source: "x = 1".to_owned(),
        },
    };
    assert_eq!(
        runner.run(&function, Map::new()).await,
        Err(FunctionError::NotConfigured)
    );
}
