//! Paths: how a condition or a template says which values of an event it means.

use std::fmt;

use serde_json::Value;

use super::compare::{Reading, Set};

/// Longest path, in characters.
const LONGEST: usize = 200;

/// Most segments of a path.
const MOST_STEPS: usize = 16;

/// Most values that are kept on the way. Each step visits a value of the event at most once, so the event
/// bounds the time; this bounds what is held meanwhile.
const MOST_VALUES: usize = 10_000;

/// What an event itself is made of; every other first name is looked up under `object`.
const MEMBERS: [&str; 6] = [
    "id",
    "event_type",
    "event_action",
    "timestamp",
    "version",
    "object",
];

/// Why a text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It has too many characters.
    #[error("must have at most {LONGEST} characters")]
    TooLong,
    /// It has too many segments.
    #[error("must have at most {MOST_STEPS} segments")]
    TooDeep,
    /// It is something else.
    #[error("must be names joined by dots, with [number] or [name=value] behind them")]
    Malformed,
}

/// Which values of an event are meant: `object.scores[data_set=criminal_record].score`.
///
/// | segment | reaches |
/// | --- | --- |
/// | `name` | the member of that name; of an array, the member of each element |
/// | `[3]` | the fourth element of an array |
/// | `[name=value]` | those elements of an array whose member equals the value, as `equals` has it |
///
/// A path that begins with none of an event's own members is looked up under `object`: `score` is
/// `object.score`. Where the object has no such member but an array `scores`, the first name is that of a
/// data set: `criminal_record` is `object.scores[data_set=criminal_record]`.
///
/// Names are spelled as in the event. They hold neither brackets, braces, `=` nor dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    text: String,
    first: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
    Where(String, Set),
}

impl Path {
    /// Reads a path; blanks around it do not count.
    ///
    /// # Errors
    /// A text that is too long, has too many segments or is no path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        if text.chars().nth(LONGEST).is_some() {
            return Err(PathError::TooLong);
        }
        let (first, mut rest) = split_name(text)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if steps.len() + 1 == MOST_STEPS {
                return Err(PathError::TooDeep);
            }
            let step;
            (step, rest) = split_step(rest)?;
            steps.push(step);
        }
        Ok(Self {
            text: text.to_owned(),
            first: first.to_owned(),
            steps,
        })
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Every value that the path reaches, in the order of the event; at most ten thousand.
    pub fn values<'a>(&self, event: &'a Value) -> Vec<&'a Value> {
        let mut reached = begin(event, &self.first);
        for step in &self.steps {
            reached = reached
                .into_iter()
                .flat_map(|value| step.apply(value))
                .take(MOST_VALUES)
                .collect();
        }
        reached
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A name at the beginning, and what is behind it.
fn split_name(text: &str) -> Result<(&str, &str), PathError> {
    let (name, rest) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    word(name).map(|name| (name, rest))
}

/// A step at the beginning, and what is behind it.
fn split_step(text: &str) -> Result<(Step, &str), PathError> {
    if let Some(text) = text.strip_prefix('.') {
        let (name, rest) = split_name(text)?;
        return Ok((Step::Name(name.to_owned()), rest));
    }
    let inside = text.strip_prefix('[').ok_or(PathError::Malformed)?;
    let (inside, rest) = inside.split_once(']').ok_or(PathError::Malformed)?;
    let step = match inside.split_once('=') {
        Some((name, value)) if !value.contains(forbidden) => {
            Step::Where(word(name)?.to_owned(), Set::from_iter([&Value::from(value)]))
        }
        None if inside.bytes().all(|byte| byte.is_ascii_digit()) => {
            Step::Index(inside.parse().map_err(|_| PathError::Malformed)?)
        }
        _ => return Err(PathError::Malformed),
    };
    Ok((step, rest))
}

fn word(name: &str) -> Result<&str, PathError> {
    let good = !name.is_empty() && name == name.trim() && !name.contains(forbidden) && !name.contains('=');
    if good { Ok(name) } else { Err(PathError::Malformed) }
}

const fn forbidden(c: char) -> bool {
    matches!(c, '[' | ']' | '{' | '}') || c.is_ascii_control()
}

/// What the first name of a path reaches.
fn begin<'a>(event: &'a Value, name: &str) -> Vec<&'a Value> {
    if MEMBERS.contains(&name) {
        return named(event, name);
    }
    let Some(object) = event.get("object") else {
        return Vec::new();
    };
    let mut reached = named(object, name);
    if let (true, Some(Value::Array(scores))) = (reached.is_empty(), object.get("scores")) {
        let of_data_set = |score: &&Value| score.get("data_set").and_then(Value::as_str) == Some(name);
        reached.extend(scores.iter().filter(of_data_set).take(MOST_VALUES));
    }
    reached
}

fn named<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    elements(value)
        .into_iter()
        .filter_map(|element| element.get(name))
        .collect()
}

/// The elements of an array and of the arrays in it; anything else is its own element, so that filters can
/// follow one another.
fn elements(value: &Value) -> Vec<&Value> {
    let mut elements = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(inner) => waiting.extend(inner.iter().rev()),
            _ if elements.len() == MOST_VALUES => break,
            _ => elements.push(value),
        }
    }
    elements
}

impl Step {
    fn apply<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match self {
            Self::Name(name) => named(value, name),
            Self::Index(index) => value.get(index).into_iter().collect(),
            Self::Where(name, wanted) => {
                let mut elements = elements(value);
                elements.retain(|element| {
                    element
                        .get(name)
                        .is_some_and(|member| wanted.has(&Reading::of(member)))
                });
                elements
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::finished_check;
    use serde_json::json;

    #[test]
    fn paths_reach_their_values() {
        let event = finished_check();
        for (path, values) in [
            ("event_action", json!(["finished"])),
            ("object.score", json!([0.4])),
            ("score", json!([0.4])),
            (" score ", json!([0.4])),
            ("id", json!([event["id"]])),
            ("object.id", json!(["inner"])),
            (
                "scores.data_set",
                json!(["personal_identity", "criminal_record", "legal_background"]),
            ),
            ("scores[1].score", json!([0.2])),
            ("scores[9]", json!([])),
            ("scores[data_set=criminal_record].score", json!([0.2])),
            ("object.scores[data_set= Criminal_Record ].score", json!([0.2])),
            (
                "scores[score=1].data_set",
                json!(["personal_identity", "legal_background"]),
            ),
            (
                "scores[score=1.0][result=found].data_set",
                json!(["personal_identity"]),
            ),
            ("criminal_record.score", json!([0.2])),
            ("criminal_record.by_id.severity", json!(["high"])),
            ("summary.names", json!([["Ana", "Eva"]])),
            ("summary.names[1]", json!(["Eva"])),
            ("summary.tables.rows.value", json!([1, 2, 3])),
            ("summary.tables[title=b].rows.value", json!([3])),
            ("summary.e-mail address", json!(["a@b.test"])),
            ("nothing", json!([])),
            ("nothing.at.all", json!([])),
            ("summary.nothing", json!([])),
            ("score.deeper", json!([])),
            ("previous_check", json!([null])),
        ] {
            let reached = Path::parse(path).unwrap();
            assert_eq!(json!(reached.values(&event)), values, "{path}");
            assert_eq!(reached.as_str(), path.trim());
        }
    }

    #[test]
    fn a_data_set_is_only_meant_where_nothing_else_is() {
        let path = Path::parse("criminal_record").unwrap();
        let scores = json!([{"data_set": "criminal_record", "score": 1}]);
        let by_member = json!({"object": {"criminal_record": 5, "scores": scores}});
        assert_eq!(path.values(&by_member), [&json!(5)]);
        let by_name = json!({"object": {"scores": scores}});
        assert_eq!(path.values(&by_name), [&scores[0]]);
        assert!(path.values(&json!({"object": {"scores": scores[0]}})).is_empty());
        assert!(path.values(&json!({"criminal_record": 1})).is_empty());
        assert!(path.values(&json!("text")).is_empty());
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let deep = ["a"; 16].join(".");
        assert!(Path::parse(&deep).is_ok());
        let deep = format!("{deep}[0]");
        let long = "é".repeat(200);
        assert!(Path::parse(&long).is_ok());
        let long = format!("{long}é");
        for (text, error) in [
            (deep.as_str(), PathError::TooDeep),
            (&long, PathError::TooLong),
            ("", PathError::Malformed),
            ("  ", PathError::Malformed),
            (".a", PathError::Malformed),
            ("a.", PathError::Malformed),
            ("a..b", PathError::Malformed),
            ("a. b", PathError::Malformed),
            ("[0]", PathError::Malformed),
            ("a[]", PathError::Malformed),
            ("a[", PathError::Malformed),
            ("a[0", PathError::Malformed),
            ("a]", PathError::Malformed),
            ("a[0]b", PathError::Malformed),
            ("a[+1]", PathError::Malformed),
            ("a[-1]", PathError::Malformed),
            ("a[99999999999999999999999]", PathError::Malformed),
            ("a[=b]", PathError::Malformed),
            ("a[b=[c]", PathError::Malformed),
            ("a=b", PathError::Malformed),
            ("a{b", PathError::Malformed),
            ("a\nb", PathError::Malformed),
        ] {
            assert_eq!(Path::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn what_is_held_is_bounded() {
        let wide = json!({"object": {"many": vec![json!({"inner": [1, 2, 3]}); 9_000]}});
        assert_eq!(Path::parse("many.inner").unwrap().values(&wide).len(), 9_000);
        let nested = json!({"object": {"many": vec![vec![json!({"n": 1}); 9_000]; 3]}});
        assert_eq!(Path::parse("many.n").unwrap().values(&nested).len(), MOST_VALUES);
    }
}
