//! Why a condition holds or not, for trying a rule against past events.

use std::io;

use serde::Serialize;
use serde_json::Value;

use super::condition::{Condition, Node, Test};

/// How many of the values that were found are shown.
const MOST_SHOWN: usize = 5;

/// A value whose JSON is longer is shown as the beginning of it, in bytes.
const LONGEST_SHOWN: usize = 500;

/// What became of a condition: a tree of the same shape.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The test in words (`score less_than 0.5`), or what joins the parts: `all`, `any` or `not`.
    pub test: String,
    /// Whether it held.
    pub held: bool,
    /// What the test's path reached: the first five values. A long one is the beginning of its JSON, as a
    /// text.
    pub found: Vec<Value>,
    /// What became of the parts, also of those that did not matter any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

impl Condition {
    /// Judges an event as [`Condition::holds`] does and tells why.
    pub fn explain(&self, event: &Value) -> Explanation {
        self.0.explain(event)
    }
}

impl Node {
    fn explain(&self, event: &Value) -> Explanation {
        let parts = |nodes: &[Self]| nodes.iter().map(|node| node.explain(event)).collect::<Vec<_>>();
        let joined = |test: &str, held, parts| Explanation {
            test: test.to_owned(),
            held,
            found: Vec::new(),
            parts,
        };
        match self {
            Self::All(nodes) => {
                let parts = parts(nodes);
                joined("all", parts.iter().all(|part| part.held), parts)
            }
            Self::Any(nodes) => {
                let parts = parts(nodes);
                joined("any", parts.iter().any(|part| part.held), parts)
            }
            Self::Not(node) => {
                let part = node.explain(event);
                joined("not", !part.held, vec![part])
            }
            Self::Test(test) => test.explain(event),
        }
    }
}

impl Test {
    fn explain(&self, event: &Value) -> Explanation {
        let reached = self.field.values(event);
        let words = [
            self.field.to_string(),
            self.operator.to_string(),
            self.value.as_ref().map_or_else(String::new, printed),
        ];
        Explanation {
            test: words.join(" ").trim_end().to_owned(),
            held: self.operator.holds(&self.operand, &reached),
            found: reached
                .iter()
                .take(MOST_SHOWN)
                .map(|value| shown(value))
                .collect(),
            parts: Vec::new(),
        }
    }
}

/// The value itself, or the beginning of a long one.
fn shown(value: &Value) -> Value {
    match beginning(value) {
        (json, false) => Value::from(json),
        (_, true) => value.clone(),
    }
}

fn printed(value: &Value) -> String {
    beginning(value).0
}

/// The beginning of a value's JSON, and whether it is all of it. Not more than that is printed: the value may
/// be the whole event.
fn beginning(value: &Value) -> (String, bool) {
    let mut head = Head(Vec::new());
    let whole = serde_json::to_writer(&mut head, value).is_ok();
    let mut json = String::from_utf8_lossy(&head.0).into_owned();
    if !whole {
        // The cut may have gone through a character.
        json.truncate(json.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        json.push('…');
    }
    (json, whole)
}

/// Takes so many bytes and then fails, which stops who writes.
struct Head(Vec<u8>);

impl io::Write for Head {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(LONGEST_SHOWN - self.0.len());
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::finished_check;
    use serde_json::json;

    #[test]
    fn a_tree_of_reasons() {
        let condition = Condition::parse(&json!({"any": [
            {"field": "score", "operator": "less_than", "value": 0.5},
            {"not": {"field": "scores.severity", "operator": "in", "value": ["high", "very_high"]}},
            {"field": "nothing", "operator": "not_exists"},
        ]}));
        let explanation = condition.unwrap().explain(&finished_check());
        assert_eq!(
            json!(explanation),
            json!({"test": "any", "held": true, "found": [], "parts": [
                {"test": "score less_than 0.5", "held": true, "found": [0.4]},
                {"test": "not", "held": false, "found": [], "parts": [
                    {"test": "scores.severity in [\"high\",\"very_high\"]", "held": true,
                     "found": ["none", "high", "none"]},
                ]},
                {"test": "nothing not_exists", "held": true, "found": []},
            ]})
        );
    }

    #[test]
    fn what_is_shown_is_bounded() {
        let long = "é".repeat(1_000);
        let event = json!({"object": {"many": vec![json!({"a": long}); 9]}});
        let condition = json!({"field": "many.a", "operator": "equals", "value": long});
        let explanation = Condition::parse(&condition).unwrap().explain(&event);
        assert_eq!(explanation.found.len(), MOST_SHOWN);
        let found = explanation.found[0].as_str().unwrap();
        assert_eq!(found, format!("\"{}…", "é".repeat(249)));
        assert_eq!(explanation.test, format!("many.a equals {found}"));
        assert_eq!(shown(&json!({"a": 1})), json!({"a": 1}));
        let exact = json!("x".repeat(LONGEST_SHOWN - 2));
        assert_eq!(shown(&exact), exact);
    }
}
