//! The specs: what is committed is what the code serves, and it is complete.

use cotejo_domain::checks::{DataSet, InputField, RunStatus, Severity};
use serde_json::Value;

fn committed() -> Value {
    serde_json::from_str(include_str!("../../openapi/checks.json")).unwrap()
}

#[test]
fn the_committed_spec_is_what_the_code_serves() {
    let served = cotejo_checks::spec().to_pretty_json().unwrap();
    assert_eq!(
        served,
        include_str!("../../openapi/checks.json").trim_end(),
        "run `cargo xtask openapi`"
    );
}

#[test]
fn every_input_and_every_enum_value_is_in_the_spec() {
    let spec = committed();
    let schemas = &spec["components"]["schemas"];
    for field in InputField::ALL {
        assert!(
            schemas["CreateCheckInput"]["properties"][field.as_str()].is_object(),
            "{field}"
        );
    }
    for (name, values) in [
        (
            "DataSet",
            DataSet::ALL
                .iter()
                .map(|value| value.as_str())
                .collect::<Vec<_>>(),
        ),
        (
            "Severity",
            Severity::ALL.iter().map(|value| value.as_str()).collect(),
        ),
        (
            "DatabaseStatus",
            RunStatus::ALL.iter().map(|value| value.as_str()).collect(),
        ),
    ] {
        assert_eq!(schemas[name]["enum"], serde_json::json!(values), "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_lists_its_errors() {
    let spec = committed();
    let text = spec.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(
            spec["components"]["schemas"][name].is_object(),
            "{name} is not defined"
        );
    }
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["operationId"].is_string(), "{method} {path}");
            for status in [
                "400", "401", "403", "404", "409", "413", "415", "429", "500", "503",
            ] {
                assert!(
                    operation["responses"][status].is_object(),
                    "{method} {path} does not list {status}"
                );
            }
        }
    }
}
