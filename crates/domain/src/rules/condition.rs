//! Conditions: tests of an event, joined by all, any and not.

use serde_json::{Map, Value, json};

use super::{
    operator::{Operand, Operator},
    path::Path,
};
use crate::fields::{FieldErrors, must_be_one_of};

/// How deep conditions are nested at most; a lone test is one deep.
const DEEPEST: usize = 8;

/// Most tests of a condition.
const MOST_TESTS: usize = 100;

/// From here on errors are no longer collected: nobody corrects a thousand fields by reading them.
const MOST_ERRORS: usize = 100;

/// The field that errors begin with.
const FIELD: &str = "conditions";

/// What has to hold for an event, so that a rule is about it.
///
/// ```json
/// {"all": [{"field": "status", "operator": "equals", "value": "completed"},
///          {"any": [{"field": "score", "operator": "less_than", "value": 0.5},
///                   {"not": {"field": "criminal_record", "operator": "has_no_records"}}]}]}
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(pub(super) Node);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Box<Test>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub(super) field: Path,
    pub(super) operator: Operator,
    /// As it was sent; `None` where the operator takes none.
    pub(super) value: Option<Value>,
    pub(super) operand: Operand,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The fields that are wrong, the first hundred or so, named as in `conditions.all[1].operator`.
    pub fn parse(json: &Value) -> Result<Self, FieldErrors> {
        let mut parser = Parser::default();
        let node = parser.node(json, FIELD, 1);
        parser.errors.into_result()?;
        node.map(Self)
            .ok_or_else(|| FieldErrors::one(FIELD, "must be a condition"))
    }

    /// The condition as JSON; it reads back as the same condition.
    pub fn to_json(&self) -> Value {
        self.0.to_json()
    }

    /// Whether it holds for an event.
    pub fn holds(&self, event: &Value) -> bool {
        self.0.holds(event)
    }
}

impl Node {
    fn to_json(&self) -> Value {
        let list = |nodes: &[Self]| nodes.iter().map(Self::to_json).collect::<Value>();
        match self {
            Self::All(nodes) => json!({ "all": list(nodes) }),
            Self::Any(nodes) => json!({ "any": list(nodes) }),
            Self::Not(node) => json!({ "not": node.to_json() }),
            Self::Test(test) => {
                let mut json = json!({ "field": test.field.as_str(), "operator": test.operator });
                if let Some(value) = &test.value {
                    json["value"] = value.clone();
                }
                json
            }
        }
    }

    fn holds(&self, event: &Value) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(event)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(event)),
            Self::Not(node) => !node.holds(event),
            Self::Test(test) => test.operator.holds(&test.operand, &test.field.values(event)),
        }
    }
}

/// Reads nodes and collects what is wrong with them.
#[derive(Default)]
struct Parser {
    errors: FieldErrors,
    tests: usize,
}

impl Parser {
    fn node(&mut self, json: &Value, at: &str, depth: usize) -> Option<Node> {
        if self.errors.0.len() >= MOST_ERRORS {
            return None;
        }
        if depth > DEEPEST {
            return self.wrong(at, format!("must be nested at most {DEEPEST} deep"));
        }
        let Some(members) = json.as_object() else {
            return self.wrong(at, "must be an object");
        };
        let only = members.iter().next().filter(|_| members.len() == 1);
        match only.map(|(name, inner)| (name.as_str(), inner)) {
            Some(("all", inner)) => self.list(inner, &format!("{at}.all"), depth).map(Node::All),
            Some(("any", inner)) => self.list(inner, &format!("{at}.any"), depth).map(Node::Any),
            Some(("not", inner)) => {
                let node = self.node(inner, &format!("{at}.not"), depth + 1)?;
                Some(Node::Not(Box::new(node)))
            }
            _ => self.test(members, at).map(|test| Node::Test(Box::new(test))),
        }
    }

    fn list(&mut self, json: &Value, at: &str, depth: usize) -> Option<Vec<Node>> {
        let Some(items) = json.as_array().filter(|items| !items.is_empty()) else {
            return self.wrong(at, "must be a list of at least one condition");
        };
        // Not collected into an option at once, which would stop at the first wrong one.
        let nodes: Vec<Option<Node>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.node(item, &format!("{at}[{index}]"), depth + 1))
            .collect();
        nodes.into_iter().collect()
    }

    fn test(&mut self, members: &Map<String, Value>, at: &str) -> Option<Test> {
        self.tests += 1;
        if self.tests > MOST_TESTS {
            if self.tests == MOST_TESTS + 1 {
                self.errors
                    .push(FIELD, format!("must have at most {MOST_TESTS} tests"));
            }
            return None;
        }
        let known = |name: &String| ["field", "operator", "value"].contains(&name.as_str());
        if members.is_empty() || !members.keys().all(known) {
            return self.wrong(
                at,
                "must have one of all, any and not alone, or field, operator and value",
            );
        }
        let text = |name| members.get(name).and_then(Value::as_str);
        let field = match text("field").map(Path::parse) {
            Some(Ok(path)) => Some(path),
            Some(Err(error)) => self.wrong(&format!("{at}.field"), error.to_string()),
            None => self.wrong(&format!("{at}.field"), "must be a text"),
        };
        let Some(operator) = text("operator").and_then(|text| text.parse().ok()) else {
            return self.wrong(&format!("{at}.operator"), must_be_one_of(Operator::ALL));
        };
        let value = members.get("value").filter(|value| !value.is_null());
        match Operand::parse(operator, value) {
            Ok(operand) => Some(Test {
                field: field?,
                operator,
                value: value.cloned(),
                operand,
            }),
            Err(expected) => self.wrong(&format!("{at}.value"), expected),
        }
    }

    fn wrong<T>(&mut self, at: &str, expected: impl Into<String>) -> Option<T> {
        self.errors.push(at, expected);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::finished_check;

    fn test() -> Value {
        json!({"field": "score", "operator": "exists"})
    }

    fn nested(depth: usize) -> Value {
        (1..depth).fold(test(), |inner, _| json!({ "not": inner }))
    }

    #[test]
    fn conditions_hold_or_do_not() {
        let event = finished_check();
        let low = json!({"field": "score", "operator": "LESS_THAN", "value": 0.5});
        let other = json!({"field": "country", "operator": "in", "value": ["MX", "PE"]});
        let record = json!({"field": "criminal_record", "operator": "has_records"});
        let clean = json!({"field": "legal_background", "operator": "has_records"});
        for (condition, holds) in [
            (low.clone(), true),
            (other.clone(), false),
            (record.clone(), true),
            (clean.clone(), false),
            (json!({"all": [low, record]}), true),
            (json!({"all": [low, other]}), false),
            (json!({"any": [other, record]}), true),
            (json!({"any": [other, clean]}), false),
            (json!({"not": other}), true),
            (json!({"not": {"any": [other, low]}}), false),
            (
                json!({"field": "scores.severity", "operator": "equals", "value": "high"}),
                true,
            ),
            (
                json!({"field": "scores.severity", "operator": "not_equals", "value": "high"}),
                false,
            ),
            (
                json!({"field": "timestamp", "operator": "greater_than", "value": "2026-01-01"}),
                true,
            ),
            (
                json!({"field": "nothing", "operator": "not_exists", "value": null}),
                true,
            ),
        ] {
            let parsed = Condition::parse(&condition).unwrap();
            assert_eq!(parsed.holds(&event), holds, "{condition}");
            assert_eq!(Condition::parse(&parsed.to_json()), Ok(parsed), "{condition}");
        }
    }

    #[test]
    fn a_condition_prints_as_it_was_sent() {
        let json = json!({"all": [{"any": [{"field": "score", "operator": "less_than", "value": 0.5}]},
                                  {"not": {"field": "status", "operator": "not_exists"}}]});
        assert_eq!(Condition::parse(&json).unwrap().to_json(), json);
    }

    #[test]
    fn every_wrong_field_is_named() {
        for (condition, fields) in [
            (json!(null), &["conditions"][..]),
            (json!([]), &["conditions"]),
            (json!({}), &["conditions"]),
            (json!({"all": []}), &["conditions.all"]),
            (json!({"any": {}}), &["conditions.any"]),
            (json!({"not": 1}), &["conditions.not"]),
            (json!({"all": [test()], "any": [test()]}), &["conditions"]),
            (json!({"all": [test()], "field": "score"}), &["conditions"]),
            (json!({"field": "score"}), &["conditions.operator"]),
            (json!({"operator": "exists"}), &["conditions.field"]),
            (
                json!({"field": 1, "operator": "is"}),
                &["conditions.field", "conditions.operator"],
            ),
            (
                json!({"field": "score", "operator": "equals"}),
                &["conditions.value"],
            ),
            (
                json!({"field": "score", "operator": "exists", "value": 1}),
                &["conditions.value"],
            ),
            (
                json!({"all": [test(), {"field": "a..b", "operator": "exists"},
                               {"any": [test(), {"field": "a", "operator": "less_than", "value": "x"}]}]}),
                &["conditions.all[1].field", "conditions.all[2].any[1].value"],
            ),
        ] {
            let errors = Condition::parse(&condition).unwrap_err().0;
            let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(named, fields, "{condition}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_much_is_refused() {
        assert!(Condition::parse(&nested(DEEPEST)).is_ok());
        let deep = Condition::parse(&nested(DEEPEST + 1)).unwrap_err();
        assert_eq!(deep.0[0].field, format!("conditions{}", ".not".repeat(DEEPEST)));
        let many = |n| json!({ "all": vec![test(); n] });
        assert!(Condition::parse(&many(MOST_TESTS)).is_ok());
        let errors = Condition::parse(&many(MOST_TESTS + 50)).unwrap_err();
        assert_eq!(
            errors,
            FieldErrors::one("conditions", "must have at most 100 tests")
        );
        let wrong = json!({ "all": vec![json!({"any": vec![json!([]); 1_000]}); 1_000] });
        assert_eq!(Condition::parse(&wrong).unwrap_err().0.len(), MOST_ERRORS);
    }
}
