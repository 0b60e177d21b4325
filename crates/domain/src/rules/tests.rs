//! An event to judge, and what holds for any event, condition and template.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use super::*;

/// A finished check as it is sent.
pub(super) fn finished_check() -> Value {
    let side = |severity: &str| json!({"result": "found", "severity": severity});
    let score = |data_set: &str, score: f64, result: &str, severity: &str| {
        json!({"data_set": data_set, "score": score, "result": result, "severity": severity,
               "by_id": side(severity), "by_name": side("none")})
    };
    json!({
        "id": "HKE0001", "event_type": "check", "event_action": "finished",
        "timestamp": "2026-02-03T04:05:06Z", "version": "1.0",
        "object": {
            "id": "inner", "check_id": "CHK0001", "country": "CO", "score": 0.4, "status": "completed",
            "type": "person", "previous_check": null,
            "scores": [
                score("personal_identity", 1.0, "found", "none"),
                score("criminal_record", 0.2, "found", "high"),
                score("legal_background", 1.0, "not_found", "none"),
            ],
            "summary": {
                "done": true, "names": ["Ana", "Eva"], "e-mail address": "a@b.test",
                "said": "\"no\"\n\\ {{score}}",
                "tables": [
                    {"title": "a", "rows": [{"value": 1}, {"value": 2}]},
                    [{"title": "b", "rows": [{"value": 3}]}],
                ],
            },
        },
    })
}

/// Names that paths, conditions and events share, so that they meet.
const NAMES: [&str; 14] = [
    "id",
    "object",
    "scores",
    "data_set",
    "criminal_record",
    "result",
    "severity",
    "score",
    "a",
    "all",
    "not",
    "field",
    "operator",
    "value",
];

fn name() -> impl Strategy<Value = String> {
    select(&NAMES[..]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-2..3).prop_map(Value::from),
        select(
            &[
                "0",
                "1.0",
                "True",
                "none",
                "found",
                "2026-01-02",
                "2026-01-02T00:00:00Z"
            ][..]
        )
        .prop_map(Value::from),
        name().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

/// Any JSON, with members that mean something to a rule.
fn anything() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 60, 6, |inner| {
        let objects = vec((name(), inner.clone()), 0..5).prop_map(|members| members.into_iter().collect());
        prop_oneof![vec(inner, 0..5).prop_map(Value::Array), objects]
    })
}

fn event() -> impl Strategy<Value = Value> {
    prop_oneof![
        anything(),
        anything().prop_map(|object| json!({ "object": object })),
        vec(anything(), 0..4).prop_map(|scores| json!({ "object": { "scores": scores } })),
        Just(finished_check()),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        name().prop_map(|name| format!(".{name}")),
        (0..4).prop_map(|index| format!("[{index}]")),
        (name(), select(&["found", "1", "none", "criminal_record"][..]))
            .prop_map(|(name, value)| format!("[{name}={value}]")),
    ];
    (name(), vec(step, 0..4)).prop_map(|(first, steps)| first + &steps.concat())
}

fn test() -> impl Strategy<Value = Value> {
    let value = prop_oneof![scalar(), vec(scalar(), 0..4).prop_map(Value::Array)];
    (path(), select(Operator::ALL), value).prop_map(|(field, operator, value)| {
        let mut test = json!({ "field": field, "operator": operator, "value": value });
        if Condition::parse(&test).is_err() {
            // Most values fit few operators: those that fit none take this one.
            let fitting = [json!(null), json!("1"), json!(["1", true, "2026-01-02"])];
            for value in fitting {
                test["value"] = value;
                if Condition::parse(&test).is_ok() {
                    break;
                }
            }
        }
        test
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    test()
        .prop_recursive(4, 30, 4, |inner| {
            let list = vec(inner.clone(), 1..4);
            prop_oneof![
                list.clone().prop_map(|list| json!({ "all": list })),
                list.prop_map(|list| json!({ "any": list })),
                inner.prop_map(|inner| json!({ "not": inner })),
            ]
        })
        .prop_map(|json| Condition::parse(&json).expect("made to be read"))
}

fn template() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        path().prop_map(|path| format!("{{{{{path}}}}}")),
        select(&["{{", "}}", "{", "}", "\"", "\\"][..]).prop_map(str::to_owned),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Whether every part holds as its parts say.
fn is_sound(explanation: &Explanation) -> bool {
    let parts = &explanation.parts;
    let follows = match explanation.test.as_str() {
        "all" => explanation.held == parts.iter().all(|part| part.held),
        "any" => explanation.held == parts.iter().any(|part| part.held),
        "not" => parts.len() == 1 && explanation.held != parts[0].held,
        _ => parts.is_empty(),
    };
    follows && parts.iter().all(is_sound)
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(json in anything()) {
        let _ = Condition::parse(&json);
        let _ = Condition::parse(&json!({ "all": [json] }));
    }

    #[test]
    fn any_text_is_a_path_or_refused(text in any::<String>(), event in event()) {
        if let Ok(path) = Path::parse(&text) {
            prop_assert_eq!(Path::parse(path.as_str()), Ok(path.clone()));
            path.values(&event);
        }
    }

    #[test]
    fn a_condition_reads_back(condition in condition(), event in event()) {
        let again = Condition::parse(&condition.to_json()).unwrap();
        prop_assert_eq!(again.holds(&event), condition.holds(&event));
        prop_assert_eq!(again, condition);
    }

    #[test]
    fn an_explanation_says_what_holds(condition in condition(), event in event()) {
        let explanation = condition.explain(&event);
        prop_assert_eq!(explanation.held, condition.holds(&event));
        prop_assert!(is_sound(&explanation));
    }

    #[test]
    fn not_negates(condition in condition(), event in event()) {
        let negated = Condition::parse(&json!({ "not": condition.to_json() }));
        if let Ok(negated) = negated {
            prop_assert_ne!(negated.holds(&event), condition.holds(&event));
        }
    }

    #[test]
    fn a_negative_operator_negates_its_twin(mut test in test(), event in event()) {
        let condition = Condition::parse(&test).unwrap();
        let operator: Operator = test["operator"].as_str().unwrap().parse().unwrap();
        if let Some(twin) = operator.twin() {
            test["operator"] = json!(twin);
            prop_assert_ne!(Condition::parse(&test).unwrap().holds(&event), condition.holds(&event));
        }
    }

    #[test]
    fn a_template_is_rendered_or_refused(text in template(), event in event()) {
        if let Ok(template) = Template::parse(&text) {
            template.render_json(&event);
            let rendered = template.render(&event);
            if template.variables().next().is_none() {
                prop_assert_eq!(rendered, text);
            }
        }
    }

    #[test]
    fn no_value_leaves_its_json_string(path in path(), event in event()) {
        let template = Template::parse(&format!(r#"{{"a":"\\\"{{{{{path}}}}}"}}"#)).unwrap();
        let json: Value = serde_json::from_str(&template.render_json(&event)).unwrap();
        let plain = Template::parse(&format!(r#"\"{{{{{path}}}}}"#)).unwrap();
        prop_assert_eq!(json, json!({ "a": plain.render(&event) }));
    }
}
