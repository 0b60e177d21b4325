//! Functions of flows in real processes: what they leave, and how those end that would not end by themselves.

use std::{path::PathBuf, sync::Arc, time::Duration};

use cotejo_domain::functions::{Code, Function, FunctionError, Map, Outcome, Output};
use cotejo_providers::{
    functions::{AT_ONCE, Functions as _, PROGRAM, Runner, ScriptFunctions},
    outbound::Guard,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::processes::program;

fn installed() -> PathBuf {
    program(PROGRAM).get_program().into()
}

fn scripts() -> ScriptFunctions {
    ScriptFunctions::new(installed(), AT_ONCE)
}

async fn run_by(
    scripts: Option<ScriptFunctions>,
    source: &str,
    params: Value,
) -> Result<Output, FunctionError> {
    cotejo_httpkit::program::install_tls();
    let runner = Runner::new(scripts.map(Arc::new), Guard::default()).unwrap();
    let code = Code::Script {
        source: source.to_owned(),
    };
    let name = "a function".to_owned();
    let Value::Object(params) = params else {
        panic!("no object: {params}");
    };
    runner.run(&Function { name, code }, params).await
}

async fn run(source: &str) -> Result<Output, FunctionError> {
    run_by(Some(scripts()), source, json!({})).await
}

#[tokio::test]
async fn the_vendor_s_example_approves() {
    let source = r#"import json
from cfresults import Outcome, Result, OverallResult, OverallResultEncoder

# everybody passes
overallResult = OverallResult(Outcome.APPROVE, {})

# what the flow reads is plain JSON
cfResults = json.loads(OverallResultEncoder().encode(overallResult))

# left for the flow
results["cfResults"] = cfResults
"#;
    let output = run(source).await.unwrap();
    assert_eq!(output.outcome, Some(Outcome::Approve));
    assert_eq!((output.results, output.variables), (Map::new(), Map::new()));
}

#[tokio::test]
async fn a_script_adds_a_check_of_its_own() {
    let source = r#"
checks = params["_checks"]
checks["addressCheck"] = {"postcode": {"outcome": "FAIL", "valid": False, "metaData": {"outcome": "PASS"}}}
results["executionVariables"] = {"_checks": checks, "city": params["vars"]["city"]}
"#;
    let params = json!({"vars": {"city": "Bogotá"}, "_checks": {"face": {"outcome": "PASS"}}, "secrets": {}});
    let output = run_by(Some(scripts()), source, params).await.unwrap();
    let checks: Vec<_> = output
        .checks()
        .iter()
        .map(|check| format!("{} {}", check.path.join("."), check.outcome))
        .collect();
    assert_eq!(checks, ["addressCheck.postcode FAIL", "face PASS"]);
    assert_eq!(output.variables["city"], "Bogotá");
    assert_eq!(output.outcome, None);
}

#[tokio::test]
async fn an_error_names_its_line_and_says_what_the_script_said() {
    let error = run("import json\nif True:\n    fail('no address')\n")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the function failed in line 3: fail: no address"),
        "{error}"
    );
    let error = run("import os\n").await.unwrap_err();
    assert_eq!(
        error,
        FunctionError::failed(Some(1), "the language of functions has no `import`")
    );
}

#[tokio::test]
async fn what_would_not_end_is_ended_and_says_by_what() {
    let deep = format!("x = {}1", "-".repeat(19_000));
    for (what, source, kind) in [
        (
            "an endless loop",
            "for a in range(2000000000):\n    for b in range(2000000000):\n        pass",
            "timed_out",
        ),
        ("an endless recursion", "def f():\n    return f()\nf()", "failed"),
        ("a giant text", "x = 'a' * 2000000000", "out_of_memory"),
        (
            "a giant list",
            "x = [0]\nfor i in range(40):\n    x = x + x",
            "out_of_memory",
        ),
        ("a number out of bounds", "x = 'a' * 1000000000000", "failed"),
        ("a deep script", deep.as_str(), "out_of_memory"),
        ("a deep text", "json.loads('[' * 10000)", "failed"),
        ("a giant output", "results['x'] = 'a' * 1000000", "bad_output"),
        ("a large output", "results['x'] = 'a' * 300000", "bad_output"),
        (
            "a deep output",
            "x = []\nfor i in range(40):\n    x = [x]\nresults['x'] = x",
            "bad_output",
        ),
        ("an endless output", "results['x'] = results", "bad_output"),
        (
            "another outcome",
            "results['cfResults'] = {'outcome': 'PASS'}",
            "bad_output",
        ),
        ("no dictionary", "results = 1", "bad_output"),
    ] {
        let started = Instant::now();
        let error = run(source).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{what}: {error}");
        assert!(started.elapsed() < Duration::from_secs(8), "{what}");
    }
}

#[tokio::test]
async fn a_machine_without_time_is_not_waited_for() {
    let source = "for a in range(2000000000):\n    pass";
    let scripts = scripts().with_patience(Duration::from_millis(300));
    let started = Instant::now();
    let error = run_by(Some(scripts), source, json!({})).await.unwrap_err();
    assert_eq!(error, FunctionError::TimedOut);
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn scripts_go_by_turns() {
    let scripts = ScriptFunctions::new(installed(), 1).with_patience(Duration::from_millis(300));
    let source = "for a in range(2000000000):\n    pass";
    let started = Instant::now();
    let (one, other) = tokio::join!(scripts.run(source, Map::new()), scripts.run(source, Map::new()));
    assert_eq!(
        (one, other),
        (Err(FunctionError::TimedOut), Err(FunctionError::TimedOut))
    );
    assert!(
        started.elapsed() >= Duration::from_millis(600),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_program_that_is_not_there_or_another_one_runs_nothing() {
    assert_eq!(
        run_by(None, "x = 1", json!({})).await,
        Err(FunctionError::NotConfigured)
    );
    for (program, kind) in [
        ("/nowhere/cotejo-function", "not_configured"),
        ("/etc/passwd", "not_configured"),
        ("/bin/false", "not_configured"),
        // Says what it was asked, which is no answer.
        ("/bin/cat", "bad_output"),
        // Never ends, and never stops to talk.
        ("/usr/bin/yes", "bad_output"),
    ] {
        let scripts = ScriptFunctions::new(program.into(), 1);
        let error = run_by(Some(scripts), "x = 1", json!({})).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{program}: {error}");
    }
}

#[test]
fn the_program_is_found_beside_ours() {
    assert_eq!(ScriptFunctions::find(), Some(installed()));
}
