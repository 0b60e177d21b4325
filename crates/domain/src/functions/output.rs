//! What a function leaves.

use serde_json::Value;

use super::{FunctionError, Map};

/// Largest output, in bytes of JSON.
pub const LARGEST_OUTPUT: usize = 256 * 1024;

/// How deep an output may be nested; the dictionary itself is the first level.
pub const DEEPEST_OUTPUT: usize = 32;

crate::text_enum! {
    /// What a function thinks of the person.
    pub enum Outcome {
        /// The person passes.
        Approve = "APPROVE",
        /// The person does not.
        Decline = "DECLINE",
        /// Somebody has to look.
        Review = "REVIEW",
    }
}

crate::text_enum! {
    /// How a check ended.
    pub enum CheckOutcome {
        /// Nothing is wrong.
        Pass = "PASS",
        /// Something is.
        Fail = "FAIL",
        /// Somebody has to look.
        Review = "REVIEW",
    }
}

/// A check that a function made, as one of `_checks`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The keys that lead to it, from the outermost: `newCheck`, `check1`.
    pub path: Vec<String>,
    /// How it ended.
    pub outcome: CheckOutcome,
}

/// What a function left, read and bounded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    /// `cfResults.outcome`; none where it said nothing.
    pub outcome: Option<Outcome>,
    /// `cfResults.results`: what it wants to be shown.
    pub results: Map,
    /// `executionVariables`: what later steps shall know, its `_checks` among them.
    pub variables: Map,
}

impl Output {
    /// Reads the dictionary that a function left. Both of its parts may be missing, or null as an unset variable is; what
    /// else is in it means nothing.
    ///
    /// # Errors
    /// If it is too large or too deep, if a part is no object, or if an outcome is none that we know: a check whose
    /// outcome is misspelt must not count as one that passed.
    pub fn parse(mut left: Map) -> Result<Self, FunctionError> {
        if !left.values().all(|value| depth_within(value, DEEPEST_OUTPUT - 1)) {
            return Err(FunctionError::bad_output(&format!(
                "it is nested deeper than {DEEPEST_OUTPUT} levels"
            )));
        }
        let size = serde_json::to_string(&left).map_or(usize::MAX, |text| text.len());
        if size > LARGEST_OUTPUT {
            return Err(FunctionError::bad_output(&format!(
                "it has more than {LARGEST_OUTPUT} bytes"
            )));
        }
        let mut said = take_object(&mut left, "cfResults", "")?;
        let output = Self {
            outcome: outcome(said.get("outcome"), "cfResults.outcome", Outcome::ALL)?,
            results: take_object(&mut said, "results", "cfResults.")?,
            variables: take_object(&mut left, "executionVariables", "")?,
        };
        read_checks(&output.variables)?;
        Ok(output)
    }

    /// The checks among the variables' `_checks`. An object that has an `outcome` of its own is a check, and what lies
    /// deeper in it is about that check; one that has none is a group of what is in it.
    pub fn checks(&self) -> Vec<Check> {
        // It was read once before this value was made; who changed it since has no checks.
        read_checks(&self.variables).unwrap_or_default()
    }
}

/// Whether a value is nested at most so deep; a value without members is one level.
pub fn depth_within(value: &Value, levels: usize) -> bool {
    match (value, levels.checked_sub(1)) {
        (_, None) => false,
        (Value::Array(items), Some(left)) => items.iter().all(|item| depth_within(item, left)),
        (Value::Object(members), Some(left)) => members.values().all(|member| depth_within(member, left)),
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), Some(_)) => true,
    }
}

fn take_object(of: &mut Map, key: &str, within: &str) -> Result<Map, FunctionError> {
    match of.remove(key) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(_) => Err(FunctionError::bad_output(&format!(
            "{within}{key} must be an object"
        ))),
    }
}

fn outcome<T: std::str::FromStr + std::fmt::Display>(
    value: Option<&Value>,
    place: &str,
    known: &[T],
) -> Result<Option<T>, FunctionError> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let read = value.as_str().and_then(|text| text.parse().ok());
    let wrong = || FunctionError::bad_output(&format!("{place} {}", crate::fields::must_be_one_of(known)));
    read.map(Some).ok_or_else(wrong)
}

fn read_checks(variables: &Map) -> Result<Vec<Check>, FunctionError> {
    let mut found = Vec::new();
    match variables.get("_checks") {
        None | Some(Value::Null) => {}
        Some(Value::Object(groups)) => add_checks(groups, &mut Vec::new(), &mut found)?,
        Some(_) => {
            return Err(FunctionError::bad_output(
                "executionVariables._checks must be an object",
            ));
        }
    }
    Ok(found)
}

fn add_checks(group: &Map, path: &mut Vec<String>, found: &mut Vec<Check>) -> Result<(), FunctionError> {
    for (key, value) in group {
        let Value::Object(members) = value else { continue };
        path.push(key.clone());
        let place = || format!("executionVariables._checks.{}.outcome", path.join("."));
        match outcome(members.get("outcome"), &place(), CheckOutcome::ALL)? {
            Some(outcome) => found.push(Check {
                path: path.clone(),
                outcome,
            }),
            None => add_checks(members, path, found)?,
        }
        path.pop();
    }
    Ok(())
}
