use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn map(value: Value) -> Map {
    let Value::Object(map) = value else {
        panic!("no object: {value}");
    };
    map
}

fn parsed(value: Value) -> Result<Output, FunctionError> {
    Output::parse(map(value))
}

fn nested(levels: usize) -> Value {
    (1..levels).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn a_function_is_a_script_or_a_url() {
    let script = Function::parse(&json!({"name": " Age ", "script": "x = 1"})).unwrap();
    assert_eq!(script.name, "Age");
    assert_eq!(
        script.code,
        Code::Script {
            source: "x = 1".to_owned()
        }
    );
    for url in ["https://f.example/age?v=1", "HTTP://127.0.0.1:8080"] {
        let http = Function::parse(&json!({"name": "Age", "url": url, "script": null})).unwrap();
        assert_eq!(http.code, Code::Http { url: url.to_owned() });
    }
}

#[test]
fn every_wrong_field_of_a_function_is_named() {
    let exact = "é".repeat(LONGEST_SCRIPT);
    assert!(Function::parse(&json!({"name": "n", "script": exact})).is_ok());
    for (config, wrong) in [
        (json!([]), &["function"][..]),
        (json!({}), &["name", "script"]),
        (json!({"name": "n"}), &["script"]),
        (
            json!({"name": "n", "script": "x", "url": "https://f.example"}),
            &["script"],
        ),
        (json!({"name": 7, "script": ""}), &["name", "script"]),
        (json!({"name": "a\nb", "script": "x"}), &["name"]),
        (
            json!({"name": "n".repeat(LONGEST_NAME + 1), "script": "x"}),
            &["name"],
        ),
        (json!({"name": "n", "script": format!("{exact}!")}), &["script"]),
        (json!({"name": "n", "script": ["x"]}), &["script"]),
        (json!({"name": "n", "url": "ftp://f.example"}), &["url"]),
        (json!({"name": "n", "url": "f.example"}), &["url"]),
        (json!({"name": "n", "url": "https://"}), &["url"]),
        (json!({"name": "n", "url": "https://f.example/a b"}), &["url"]),
        (json!({"name": "n", "url": "é"}), &["url"]),
        (
            json!({"name": "n", "url": format!("https://{}", "f".repeat(LONGEST_URL))}),
            &["url"],
        ),
    ] {
        let errors = Function::parse(&config).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, wrong, "{config}");
    }
}

#[test]
fn both_parts_of_an_output_may_be_missing() {
    for left in [
        json!({}),
        json!({"cfResults": null, "executionVariables": null}),
        json!({"cfResults": {}, "executionVariables": {}, "anything": [1]}),
        json!({"cfResults": {"outcome": null, "results": null}}),
    ] {
        assert_eq!(parsed(left.clone()), Ok(Output::default()), "{left}");
    }
}

#[test]
fn what_a_function_says_is_read() {
    let output = parsed(json!({
        "cfResults": {"outcome": "DECLINE", "results": {"score": 7}},
        "executionVariables": {"_decision": "FAIL", "age": 17},
    }))
    .unwrap();
    assert_eq!(output.outcome, Some(Outcome::Decline));
    assert_eq!(output.results, map(json!({"score": 7})));
    assert_eq!(output.variables, map(json!({"_decision": "FAIL", "age": 17})));
    assert_eq!(output.checks(), []);
}

#[test]
fn an_output_that_cannot_be_used_says_what_is_wrong() {
    for (left, part) in [
        (json!({"cfResults": []}), "cfResults must be an object"),
        (json!({"cfResults": "{}"}), "cfResults must be an object"),
        (
            json!({"cfResults": {"results": 1}}),
            "cfResults.results must be an object",
        ),
        (
            json!({"cfResults": {"outcome": "PASS"}}),
            "cfResults.outcome must be one of APPROVE, DECLINE, REVIEW",
        ),
        (
            json!({"cfResults": {"outcome": true}}),
            "cfResults.outcome must be one of",
        ),
        (
            json!({"executionVariables": 3}),
            "executionVariables must be an object",
        ),
        (
            json!({"executionVariables": {"_checks": []}}),
            "executionVariables._checks must be an object",
        ),
        (
            json!({"executionVariables": {"_checks": {"a": {"b": {"outcome": "PAS"}}}}}),
            "executionVariables._checks.a.b.outcome must be one of PASS, FAIL, REVIEW",
        ),
        (json!({"a": nested(DEEPEST_OUTPUT)}), "deeper than 32 levels"),
        (json!({"a": "x".repeat(LARGEST_OUTPUT)}), "more than 262144 bytes"),
    ] {
        let error = parsed(left).unwrap_err();
        assert_eq!(error.kind(), "bad_output");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(parsed(json!({"a": nested(DEEPEST_OUTPUT - 1)})).is_ok());
    assert!(parsed(json!({"a": "x".repeat(LARGEST_OUTPUT - 8)})).is_ok());
}

#[test]
fn only_a_check_s_own_outcome_counts() {
    use CheckOutcome::{Fail, Pass, Review};
    for (checks, found) in [
        (json!({}), &[][..]),
        (json!(null), &[]),
        (
            json!({"newCheck": {"check1": {"outcome": "PASS", "valid": true, "metaData": {"outcome": "FAIL"}}}}),
            &[("newCheck.check1", Pass)],
        ),
        (
            json!({"newCheck": {"check1": {"metaData": {"outcome": "fail"}}}}),
            &[("newCheck.check1.metaData", Fail)],
        ),
        (
            json!({"a": {"x": {"outcome": "REVIEW"}, "y": {"outcome": "FAIL"}}, "b": {"outcome": "PASS"}}),
            &[("a.x", Review), ("a.y", Fail), ("b", Pass)],
        ),
        (
            json!({"overallOutcome": "PASS", "a": {"note": "no check", "outcome": null}, "c": [{"outcome": "?"}]}),
            &[],
        ),
    ] {
        let output = parsed(json!({"executionVariables": {"_checks": checks}})).unwrap();
        let read: Vec<_> = output
            .checks()
            .into_iter()
            .map(|check| (check.path.join("."), check.outcome))
            .collect();
        let expected: Vec<_> = found
            .iter()
            .map(|(path, outcome)| ((*path).to_owned(), *outcome))
            .collect();
        assert_eq!(read, expected, "{checks}");
    }
}

#[test]
fn errors_say_where_and_are_short() {
    let long = FunctionError::failed(Some(3), &format!(" a\u{7}b\n{}", "ñ".repeat(1000)));
    let FunctionError::Failed { line, message } = &long else {
        panic!("{long}");
    };
    assert_eq!((*line, message.chars().count()), (Some(3), LONGEST_MESSAGE));
    assert!(message.starts_with("a b\nñ"), "{message}");
    assert!(long.to_string().starts_with("the function failed in line 3: a b"));
    let theirs = FunctionError::BadOutput {
        message: "x".repeat(1000),
    };
    assert_eq!(
        theirs.bounded(),
        FunctionError::bad_output(&"x".repeat(LONGEST_MESSAGE))
    );
    assert_eq!(
        FunctionError::failed(None, "no").to_string(),
        "the function failed: no"
    );
}

#[test]
fn the_wire_has_two_shapes() {
    for (answer, text) in [
        (Answer::Results(map(json!({"a": 1}))), r#"{"results":{"a":1}}"#),
        (
            Answer::Error(FunctionError::failed(Some(2), "no")),
            r#"{"error":{"kind":"failed","line":2,"message":"no"}}"#,
        ),
        (
            Answer::Error(FunctionError::OutOfMemory),
            r#"{"error":{"kind":"out_of_memory"}}"#,
        ),
    ] {
        assert_eq!(serde_json::to_string(&answer).unwrap(), text);
        assert_eq!(serde_json::from_str::<Answer>(text).unwrap(), answer);
        if let Answer::Error(error) = answer {
            assert!(text.contains(error.kind()));
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "PASS|FAIL|APPROVE|.{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                "outcome|_checks|results|cfResults|executionVariables|[a-c]",
                inner,
                0..4
            )
            .prop_map(|members| members.into_iter().collect::<Map>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_function_leaves_is_read_or_refused(left in any_json()) {
        if let Value::Object(left) = left
            && let Err(error) = Output::parse(left)
        {
            prop_assert_eq!(error.kind(), "bad_output");
        }
    }

    #[test]
    fn no_config_is_read_into_more_than_it_says(config in any_json(), script in ".{0,40}") {
        drop(Function::parse(&config));
        if let Ok(function) = Function::parse(&json!({"name": "n", "script": script})) {
            prop_assert_eq!(function.code, Code::Script { source: script });
        }
    }
}
