//! Functions of flows: what they may decide, and what becomes of a process whose function fails.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{authorise, ending, flow, now, person, submit};
use crate::{
    account::tenant::{Tenant, post_json, put_json},
    support::{assert_wrong, text},
};

const APPROVE: &str = "\
import json
from cfresults import Outcome, Result, OverallResult, OverallResultEncoder
overallResult = OverallResult(Outcome.APPROVE, {})
cfResults = json.loads(OverallResultEncoder().encode(overallResult))
results[\"cfResults\"] = cfResults
";

/// A flow of one question with functions, and what its process came to.
async fn decided(app: &TestApp, acme: &Tenant, functions: &Value, decider: &Value) -> Value {
    let kyc = flow(
        acme,
        &json!({"name": "kyc", "functions": functions, "decider": decider, "identity_verifications": [
            {"name": "custom_question", "config": {"question": "Plan?", "answers": ["gold"], "retries": 0}}]}),
    )
    .await;
    let ana = person(app, acme, &kyc, &[("start_variables.metadata.plan", "gold")]).await;
    let process = submit(&ana, &authorise(&ana).await, &[("response", "silver")]).await;
    assert_eq!(process["status"], "pending", "functions run behind the answer");
    app.work().await;
    now(&ana, &process).await
}

#[tokio::test]
async fn a_function_decides_where_there_is_a_decider_and_nowhere_else() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let approve = json!([{"name": "approve", "script": APPROVE}]);
    let process = decided(&app, &acme, &approve, &json!({})).await;
    assert_eq!(ending(&process), ("success", "", ""), "{process:#}");
    // Without a decider the wrong answer had ended it by itself.
    let process = decided(&app, &acme, &approve, &Value::Null).await;
    assert_eq!(ending(&process).0, "failure");
    let told = json!({"derive_decision_from": "FAIL"});
    let process = decided(&app, &acme, &approve, &told).await;
    assert_eq!(ending(&process).0, "failure", "what is derived counts before");
}

#[tokio::test]
async fn functions_see_what_is_known_and_set_checks_and_variables() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let first = "results[\"executionVariables\"] = {\"plan\": params[\"vars\"][\"metadata\"][\"plan\"]}";
    let second = "\
good = params[\"vars\"][\"plan\"] == \"gold\" and params[\"_checks\"][\"overallOutcome\"] == \"FAIL\"
outcome = \"PASS\" if good else \"FAIL\"
results[\"executionVariables\"] = {\"_checks\": {\"address\": {\"street\": {\"outcome\": outcome, \"valid\": good}}}}
";
    let functions = json!([{"name": "first", "script": first}, {"name": "second", "script": second}]);
    let process = decided(
        &app,
        &acme,
        &functions,
        &json!({"decision_on_any_failure": "PASS"}),
    )
    .await;
    assert_eq!(ending(&process), ("success", "", ""), "{process:#}");
    let path = format!("/v1/processes/{}/variables", text(&process, "process_id"));
    let variables = acme.connect.get(&path).await.json;
    assert!(
        variables["variables"]
            .as_array()
            .unwrap()
            .contains(&json!({"name": "plan", "value": "gold"}))
    );
}

#[tokio::test]
async fn a_function_that_fails_is_an_error_of_its_process_and_of_nobody_else() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (script, told) in [
        ("x = 1 // 0", "broken: "),
        ("for i in range(2000000000):\n    x = i", "broken: "),
        ("results[\"cfResults\"] = {\"outcome\": \"PERHAPS\"}", "broken: "),
    ] {
        let functions = json!([{"name": "broken", "script": script}]);
        let process = decided(
            &app,
            &acme,
            &functions,
            &json!({"decision_on_any_failure": "PASS"}),
        )
        .await;
        assert_eq!(ending(&process), ("failure", "system_error", ""), "{script}");
        assert!(text(&process, "error_message").starts_with(told), "{process:#}");
    }
    let good = json!([{"name": "approve", "script": APPROVE}]);
    assert_eq!(
        ending(&decided(&app, &acme, &good, &json!({})).await).0,
        "success"
    );
}

#[tokio::test]
async fn wrong_functions_are_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let long = "x".repeat(20_001);
    for (function, wrong) in [
        (json!({"name": "a"}), "functions[0].script"),
        (json!({"script": "x = 1"}), "functions[0].name"),
        (json!({"name": "a", "script": long}), "functions[0].script"),
        (
            json!({"name": "a", "url": "ftp://example.com"}),
            "functions[0].url",
        ),
    ] {
        let body = json!({"name": "kyc", "functions": [function],
                          "identity_verifications": [{"name": "email_verification"}]});
        assert_wrong(&post_json(&acme.connect, "/v1/flows", &body).await, &[wrong]);
    }
    let body = json!({"name": "kyc", "functions": [{"name": "a", "url": "https://example.com/f"}],
                      "identity_verifications": [{"name": "email_verification"}]});
    let made = post_json(&acme.connect, "/v1/flows", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.json["functions"], body["functions"]);
}

#[tokio::test]
async fn a_function_that_could_never_run_is_named_when_its_flow_is_saved() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let body = |functions: Value| json!({"name": "kyc", "functions": functions, "identity_verifications": [{"name": "email_verification"}]});
    let wrong = body(json!([
        {"name": "good", "script": APPROVE},
        {"name": "bad", "script": "x = 1\nwhile True:\n    pass"},
        {"name": "inside", "url": "http://169.254.169.254/latest"},
    ]));
    let refused = post_json(&acme.connect, "/v1/flows", &wrong).await;
    assert_wrong(&refused, &["functions[1].script", "functions[2].url"]);
    assert!(refused.text.contains("in line 2"), "{}", refused.text);
    let saved = flow(&acme, &body(json!([{"name": "good", "script": APPROVE}]))).await;
    let path = format!("/v1/flows/{}", text(&saved, "flow_id"));
    let broken = body(json!([{"name": "good", "script": "x = ("}]));
    assert_wrong(
        &put_json(&acme.connect, &path, &broken).await,
        &["functions[0].script"],
    );
    assert_eq!(acme.connect.get(&path).await.json["version"], 1);
}
