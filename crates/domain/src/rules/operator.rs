//! Operators: what a test of a condition asks about the values that its path reached.

use std::cmp::Ordering;

use serde_json::Value;

use super::compare::{Reading, Set, fold};

/// Most values of a list.
const MOST_VALUES: usize = 1_000;

/// Longest text to compare with, in characters.
const LONGEST: usize = 1_000;

crate::text_enum! {
    /// What is asked about the values that a path reached.
    ///
    /// A positive operator holds if any of the values satisfies it. Each negative one is exactly the negation
    /// of its positive twin: `not_equals` holds if no value at all is equal, so also where there is no value.
    ///
    /// Values are equal as numbers (a text that spells a number included), as instants (a day is its midnight
    /// in UTC), as booleans, else as texts without case and blanks at their ends; two texts are never equal
    /// as numbers. Numbers and instants are ordered, other texts are not.
    pub enum Operator {
        /// It is equal to the value.
        Equals = "equals",
        /// None is equal to the value.
        NotEquals = "not_equals",
        /// It is more, or later.
        GreaterThan = "greater_than",
        /// It is as much or more.
        GreaterOrEqual = "greater_or_equal",
        /// It is less, or earlier.
        LessThan = "less_than",
        /// It is as much or less.
        LessOrEqual = "less_or_equal",
        /// It is a text with the value in it, or an array that has the value among its elements.
        Contains = "contains",
        /// None contains the value.
        NotContains = "not_contains",
        /// It is a text that starts with the value.
        StartsWith = "starts_with",
        /// It is a text that ends with the value.
        EndsWith = "ends_with",
        /// It is equal to one of the list.
        In = "in",
        /// None is equal to one of the list.
        NotIn = "not_in",
        /// It is there; null is not.
        Exists = "exists",
        /// None is there.
        NotExists = "not_exists",
        /// It tells of something.
        ///
        /// | value | tells of something |
        /// | --- | --- |
        /// | array | if it has elements |
        /// | object with a `result` and a `data_set` or `severity` | if `found` and not of severity `none` |
        /// | other object | if it has members |
        /// | number | above 0 |
        /// | text | unless it is empty, `not_found`, `skipped` or `ignored` |
        /// | boolean | `true` |
        HasRecords = "has_records",
        /// None tells of anything.
        HasNoRecords = "has_no_records",
    }
}

/// What an operator compares with.
enum Takes {
    Nothing,
    /// A text, number or boolean.
    Scalar,
    /// A text, number or boolean that is looked for inside another one.
    Part,
    /// A number or an instant.
    Ordered,
    List,
}

impl Operator {
    /// Whether it holds where its positive twin does not.
    pub const fn is_negative(self) -> bool {
        self.twin().is_some()
    }

    /// The positive operator that a negative one negates.
    pub const fn twin(self) -> Option<Self> {
        match self {
            Self::NotEquals => Some(Self::Equals),
            Self::NotContains => Some(Self::Contains),
            Self::NotIn => Some(Self::In),
            Self::NotExists => Some(Self::Exists),
            Self::HasNoRecords => Some(Self::HasRecords),
            Self::Equals
            | Self::GreaterThan
            | Self::GreaterOrEqual
            | Self::LessThan
            | Self::LessOrEqual
            | Self::Contains
            | Self::StartsWith
            | Self::EndsWith
            | Self::In
            | Self::Exists
            | Self::HasRecords => None,
        }
    }

    const fn takes(self) -> Takes {
        match self {
            Self::Exists | Self::NotExists | Self::HasRecords | Self::HasNoRecords => Takes::Nothing,
            Self::Equals | Self::NotEquals => Takes::Scalar,
            Self::Contains | Self::NotContains | Self::StartsWith | Self::EndsWith => Takes::Part,
            Self::GreaterThan | Self::GreaterOrEqual | Self::LessThan | Self::LessOrEqual => Takes::Ordered,
            Self::In | Self::NotIn => Takes::List,
        }
    }

    /// Whether the values that were reached are as the operator asks.
    pub(super) fn holds(self, operand: &Operand, reached: &[&Value]) -> bool {
        let any = reached.iter().any(|value| self.satisfied(operand, value));
        any != self.is_negative()
    }

    /// Whether one value satisfies the positive operator.
    fn satisfied(self, operand: &Operand, found: &Value) -> bool {
        let order = || Reading::of(found).order(&operand.reading);
        match self {
            Self::Equals | Self::NotEquals | Self::In | Self::NotIn => operand.set.has(&Reading::of(found)),
            Self::GreaterThan => order().is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
            Self::LessThan => order().is_some_and(Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
            Self::Contains | Self::NotContains => match found {
                Value::String(text) => fold(text).contains(&operand.text),
                Value::Array(elements) => elements
                    .iter()
                    .any(|element| operand.set.has(&Reading::of(element))),
                _ => false,
            },
            Self::StartsWith => found
                .as_str()
                .is_some_and(|text| fold(text).starts_with(&operand.text)),
            Self::EndsWith => found
                .as_str()
                .is_some_and(|text| fold(text).ends_with(&operand.text)),
            Self::Exists | Self::NotExists => !found.is_null(),
            Self::HasRecords | Self::HasNoRecords => has_records(found),
        }
    }
}

/// Whether a value tells of something, by the table at [`Operator::HasRecords`].
fn has_records(value: &Value) -> bool {
    let is = |member: &Value, wanted: &str| member.as_str().is_some_and(|text| fold(text) == wanted);
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64().is_some_and(|number| number > 0.0),
        Value::String(text) => !["", "not_found", "skipped", "ignored"].contains(&fold(text).as_str()),
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => {
            let severity = members.get("severity");
            let result = members.get("result").filter(|result| result.is_string());
            match result.filter(|_| severity.is_some() || members.contains_key("data_set")) {
                Some(result) => is(result, "found") && !severity.is_some_and(|severity| is(severity, "none")),
                None => !members.is_empty(),
            }
        }
    }
}

/// What an operator compares with, read once for all events.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Operand {
    reading: Reading,
    set: Set,
    text: String,
}

impl Operand {
    /// Reads what an operator compares with; null is as good as nothing.
    ///
    /// # Errors
    /// What is expected of the value.
    pub(super) fn parse(operator: Operator, value: Option<&Value>) -> Result<Self, String> {
        let list =
            |values: &[Value]| (1..=MOST_VALUES).contains(&values.len()) && values.iter().all(is_scalar);
        match (operator.takes(), value.filter(|value| !value.is_null())) {
            (Takes::Nothing, None) => Ok(Self::default()),
            (Takes::Nothing, Some(_)) => Err("must be left out, the operator takes none".to_owned()),
            (Takes::List, Some(Value::Array(values))) if list(values) => Ok(Self {
                set: values.iter().collect(),
                ..Self::default()
            }),
            (Takes::List, _) => Err(format!(
                "must be a list of 1 to {MOST_VALUES} texts, numbers or booleans, \
                 no text longer than {LONGEST} characters"
            )),
            (Takes::Scalar, Some(value)) if is_scalar(value) => Ok(Self::one(value)),
            (Takes::Scalar, _) => Err(format!(
                "must be a text of at most {LONGEST} characters, a number or a boolean"
            )),
            (Takes::Part, Some(value)) if is_scalar(value) && !Self::one(value).text.is_empty() => {
                Ok(Self::one(value))
            }
            (Takes::Part, _) => Err(format!(
                "must be a text of 1 to {LONGEST} characters, a number or a boolean"
            )),
            (Takes::Ordered, Some(value)) if is_scalar(value) && Reading::of(value).is_ordered() => {
                Ok(Self::one(value))
            }
            (Takes::Ordered, _) => Err("must be a number, a date or an instant".to_owned()),
        }
    }

    fn one(value: &Value) -> Self {
        Self {
            reading: Reading::of(value),
            set: Set::from_iter([value]),
            text: value.as_str().map_or_else(|| value.to_string(), fold),
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().nth(LONGEST).is_none(),
        Value::Number(_) | Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operator::*;
    use serde_json::json;

    fn satisfied(operator: Operator, found: &Value, value: &Value) -> bool {
        let operand = Operand::parse(operator, Some(value)).unwrap();
        operator.holds(&operand, &[found])
    }

    #[test]
    fn operators_ask_what_they_say() {
        for (found, operator, value, holds) in [
            (json!(0.4), LessThan, json!("0.5"), true),
            (json!(0.5), LessThan, json!(0.5), false),
            (json!(0.5), LessOrEqual, json!(0.5), true),
            (json!("0.6"), GreaterThan, json!(0.5), true),
            (json!(0.5), GreaterOrEqual, json!(0.5), true),
            (json!("high"), GreaterThan, json!(0.5), false),
            (json!("2030-01-01"), LessThan, json!("2031-01-01T00:00:00Z"), true),
            (json!("Completed"), Equals, json!("completed"), true),
            (json!("Completed"), NotEquals, json!("completed"), false),
            (json!("Juan Pérez Gómez"), Contains, json!("PÉREZ"), true),
            (json!("Juan Pérez Gómez"), NotContains, json!("Díaz"), true),
            (json!(["a", "B"]), Contains, json!("b"), true),
            (json!(["ab"]), Contains, json!("b"), false),
            (json!([1, 2]), Contains, json!("2"), true),
            (json!("0057"), Contains, json!(57), true),
            (json!(57), Contains, json!(5), false),
            (json!(" CHK01"), StartsWith, json!("chk"), true),
            (json!("a.PDF "), EndsWith, json!(".pdf"), true),
            (json!(["a"]), StartsWith, json!("a"), false),
            (json!("CO"), In, json!(["co", "MX"]), true),
            (json!("PE"), In, json!(["co", "MX"]), false),
            (json!("PE"), NotIn, json!(["co", "MX"]), true),
            (json!(3), In, json!([1, "3.0"]), true),
        ] {
            assert_eq!(
                satisfied(operator, &found, &value),
                holds,
                "{found} {operator} {value}"
            );
        }
    }

    #[test]
    fn records_are_what_tells_of_something() {
        for (value, records) in [
            (json!([]), false),
            (json!([null]), true),
            (json!({}), false),
            (json!({"a": 1}), true),
            (json!({"data_set": "criminal_record", "result": "found"}), true),
            (
                json!({"data_set": "criminal_record", "result": "found", "severity": "high"}),
                true,
            ),
            (
                json!({"data_set": "criminal_record", "result": "found", "severity": "none"}),
                false,
            ),
            (
                json!({"data_set": "criminal_record", "result": "not_found", "severity": "unknown"}),
                false,
            ),
            (json!({"data_set": "criminal_record", "result": "ignored"}), false),
            (json!({"result": "found", "severity": "None"}), false),
            (json!({"result": "valid"}), true),
            (json!({"result": {"a": 1}, "severity": "none"}), true),
            (json!(0), false),
            (json!(-1), false),
            (json!(2), true),
            (json!(0.1), true),
            (json!(true), true),
            (json!(false), false),
            (json!(null), false),
            (json!(" "), false),
            (json!("Not_Found"), false),
            (json!("skipped"), false),
            (json!("ignored"), false),
            (json!("theft"), true),
        ] {
            assert_eq!(
                HasRecords.holds(&Operand::default(), &[&value]),
                records,
                "{value}"
            );
            assert_ne!(
                HasNoRecords.holds(&Operand::default(), &[&value]),
                records,
                "{value}"
            );
        }
    }

    #[test]
    fn any_value_is_enough_and_null_is_none() {
        let (null, one) = (json!(null), json!(1));
        let nothing = Operand::default();
        assert!(Exists.holds(&nothing, &[&null, &one]));
        assert!(NotExists.holds(&nothing, &[&null]));
        assert!(NotExists.holds(&nothing, &[]));
        let operand = Operand::parse(NotEquals, Some(&one)).unwrap();
        assert!(NotEquals.holds(&operand, &[]));
        assert!(!NotEquals.holds(&operand, &[&null, &one]));
    }

    #[test]
    fn operands_that_mean_nothing_are_refused() {
        let long = "x".repeat(1_001);
        for (operator, value) in [
            (Exists, json!(true)),
            (HasNoRecords, json!("")),
            (Equals, json!(null)),
            (Equals, json!({})),
            (Equals, json!([1])),
            (Equals, json!(long)),
            (Contains, json!(" ")),
            (StartsWith, json!("")),
            (LessThan, json!("soon")),
            (LessThan, json!(true)),
            (In, json!("CO")),
            (In, json!([])),
            (In, json!([null])),
            (NotIn, json!([["CO"]])),
            (NotIn, json!([long])),
            (NotIn, json!(vec![1; 1_001])),
        ] {
            assert!(
                Operand::parse(operator, Some(&value)).is_err(),
                "{operator} {value}"
            );
        }
        assert!(Operand::parse(Exists, Some(&json!(null))).is_ok());
        assert!(Operand::parse(Equals, Some(&json!(""))).is_ok());
        assert!(Operand::parse(Equals, None).is_err());
        assert!(Operand::parse(In, Some(&json!(vec![1; 1_000]))).is_ok());
    }
}
