use proptest::prelude::*;
use serde_json::json;

use super::*;

/// The statements of the vendor's own example.
const APPROVES: &str = r#"import json
from cfresults import Outcome, Result, OverallResult, OverallResultEncoder

# everybody passes
overallResult = OverallResult(Outcome.APPROVE, {})

# what the flow reads is plain JSON
cfResults = json.loads(OverallResultEncoder().encode(overallResult))

# left for the flow
results["cfResults"] = cfResults
"#;

fn left(source: &str) -> Json {
    left_of(source, json!({}))
}

fn left_of(source: &str, params: Json) -> Json {
    let Json::Object(params) = params else {
        panic!("{params}")
    };
    match evaluate(source, params) {
        Ok(left) => Json::Object(left),
        Err(error) => panic!("{error}\n{source}"),
    }
}

fn error(source: &str) -> FunctionError {
    evaluate(source, Map::new()).unwrap_err()
}

#[test]
fn the_vendor_s_example_runs() {
    assert_eq!(
        left(APPROVES),
        json!({"cfResults": {"outcome": "APPROVE", "results": {}}})
    );
}

#[test]
fn the_example_of_the_documentation_runs() {
    let page = include_str!("../../../../docs/functions.md");
    let (_, rest) = page.split_once("```python\n").unwrap();
    let (source, _) = rest.split_once("```").unwrap();
    for (city, outcome) in [("Bogotá", "APPROVE"), ("Atlantis", "REVIEW")] {
        let left = left_of(source, json!({"vars": {"city": city}, "_checks": {}}));
        assert_eq!(
            left["cfResults"],
            json!({"outcome": outcome, "results": {"city": city}})
        );
        assert_eq!(
            left["executionVariables"]["_checks"]["addressCheck"]["city"]["valid"],
            city == "Bogotá"
        );
    }
}

#[test]
fn a_script_reads_params_and_leaves_results() {
    let source = r#"
checks = params["_checks"]
age = params["vars"]["age"]
if age < 18:
    outcome = "FAIL"
else:
    outcome = "PASS"
for i in range(2):
    checks["newCheck"] = {"check" + str(i + 1): {"outcome": outcome, "valid": age >= 18}}
results["executionVariables"] = {"_checks": checks, "note": f"age {age}"}
print("nobody sees this")
"#;
    assert_eq!(
        left_of(
            source,
            json!({"vars": {"age": 17}, "_checks": {"face": {"outcome": "PASS"}}})
        ),
        json!({"executionVariables": {
            "_checks": {"face": {"outcome": "PASS"}, "newCheck": {"check2": {"outcome": "FAIL", "valid": false}}},
            "note": "age 17",
        }})
    );
}

#[test]
fn what_of_python_runs() {
    for (source, x) in [
        (
            "def f(n: int = 2, *, m=1) -> int:\n    return n + m\nx = f(m=3)",
            json!(5),
        ),
        ("x = [n * n for n in range(4) if n % 2]", json!([1, 9])),
        ("x = {'a': 1}\nx['b'] = None", json!({"a": 1, "b": null})),
        ("x = 0\nfor n in (1, 2, 3):\n    x += n", json!(6)),
        ("x = sorted([3, 1], key=lambda n: -n)", json!([3, 1])),
        ("x = 'a' if 'b' in 'abc' and not False else 'c'", json!("a")),
        ("x = '%s-%d' % ('a', 7) + '{}'.format(1.5)", json!("a-71.5")),
        (
            "x = json.loads('{\"a\": [1, 2.5, \"b\"]}')['a']",
            json!([1, 2.5, "b"]),
        ),
        (
            "x = json.loads(json.dumps((True, None, 'ñ')))",
            json!([true, null, "ñ"]),
        ),
        (
            "x = [Outcome.DECLINE, Outcome.REVIEW]",
            json!(["DECLINE", "REVIEW"]),
        ),
        (
            "x = OverallResult(Outcome.REVIEW, {'a': 1}).outcome",
            json!("REVIEW"),
        ),
        (
            "x = Result(Outcome.REVIEW)",
            json!({"outcome": "REVIEW", "results": {}}),
        ),
        (
            "x = [9223372036854775807, 9223372036854775808]",
            json!([i64::MAX, 9.223_372_036_854_776e18]),
        ),
        ("params['vars'] = 1\nx = params.get('nothing', 2)", json!(2)),
        ("\"\"\"What it does.\"\"\"\nx = 1", json!(1)),
    ] {
        assert_eq!(
            left(&format!("{source}\nresults['x'] = x")),
            json!({"x": x}),
            "{source}"
        );
    }
    assert_eq!(left("results = {'a': 1}"), json!({"a": 1}));
}

#[test]
fn a_script_is_read_without_being_run() {
    assert_eq!(read(APPROVES), Ok(()));
    // What only a run would show is not looked for.
    assert_eq!(read("fail('no')\nx = nothing"), Ok(()));
    let FunctionError::Failed { line, message } = read("x = 1\nwhile True:\n    pass").unwrap_err() else {
        panic!();
    };
    assert_eq!(
        (line, message.as_str()),
        (Some(2), "the language of functions has no `while`")
    );
}

#[test]
fn errors_name_their_line() {
    for (source, line, message) in [
        ("import json\n\nfail('too young')", Some(3), "too young"),
        (
            "def f():\n    return params['nothing']\n\nf()",
            Some(2),
            "nothing",
        ),
        ("x = 1\nx.y", Some(2), "y"),
        ("x = (", Some(1), "Parse error"),
        ("x = nothing", Some(1), "nothing"),
        ("y = 1\nx = y is 1", Some(2), "cannot use reserved keyword `is`"),
        ("import os", Some(1), "the language of functions has no `import`"),
        (
            "x = 1\nwhile True:\n    pass",
            Some(2),
            "the language of functions has no `while`",
        ),
        (
            "try:\n    pass\nexcept:\n    pass",
            Some(1),
            "the language of functions has no `try`",
        ),
        (
            "class A:\n    pass",
            Some(1),
            "the language of functions has no `class`",
        ),
        (
            "with x:\n    pass",
            Some(1),
            "the language of functions has no `with`",
        ),
        ("load('a', 'b')", Some(1), "load"),
        ("open('/etc/passwd')", Some(1), "open"),
        ("json.loads('{')", Some(1), "EOF"),
        (
            "json.dumps(len)",
            Some(1),
            "a value of type `function` has no JSON",
        ),
        (
            "OverallResultEncoder().encode({1: 2})",
            Some(1),
            "a key that is no text",
        ),
        ("def f():\n    f()\nf()", Some(2), "overflow"),
        ("'a' * 1000000000000", Some(1), "too big"),
    ] {
        let FunctionError::Failed {
            line: at,
            message: said,
        } = error(source)
        else {
            panic!("{source}");
        };
        assert_eq!(at, line, "{source}: {said}");
        assert!(said.contains(message), "{source}: {said}");
    }
}

#[test]
fn what_has_no_json_cannot_be_left() {
    for (source, message) in [
        ("results = 7", "`results` is no dictionary"),
        ("results['f'] = len", "a value of type `function` has no JSON"),
        ("results[1] = 1", "a key that is no text"),
        (
            "results['x'] = float('nan')",
            "a value of type `float` has no JSON",
        ),
        ("results['me'] = results", "nested deeper than 32 levels"),
        (
            "x = []\nfor i in range(40):\n    x = [x]\nresults['x'] = x",
            "nested deeper than 32 levels",
        ),
        (
            "x = []\nfor i in range(25):\n    x = [x, x]\nresults['x'] = x",
            "more than 100000 values",
        ),
    ] {
        let said = error(source);
        assert_eq!(said.kind(), "bad_output", "{source}: {said}");
        assert!(said.to_string().contains(message), "{source}: {said}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_interpreter_panic(source in "(\\PC|\n){0,200}") {
        drop(evaluate(&source, Map::new()));
    }

    #[test]
    fn no_words_of_the_language_do_either(
        words in proptest::collection::vec(
            "def |if |else:|for |in |return |pass|lambda |x|y|results|params|json\\.|Outcome\\.|\\(|\\)|\\[|\\]|\\{|\\}|:|,|=|==|\\+|%|\\*|'a'|f'\\{x\\}'|1|\n|\n    ",
            0..40,
        )
    ) {
        drop(evaluate(&words.concat(), Map::new()));
    }
}
