//! When two values of an event are equal and which one is less.
//!
//! JSON has no dates, forms have no numbers, and people type blanks and capitals as they please. So a value
//! is read as everything that it can be, and two values are compared as what they have in common. One liberty
//! is not taken: two texts are never equal as numbers, or the document `007` would be the document `7`.

use std::{cmp::Ordering, collections::BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

/// A text as it is compared: without case and without blanks at its ends.
pub(super) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// From here on whole numbers are floats; below, the digits of an account number all count.
const LARGEST_WHOLE: u128 = 1 << 100;

/// A number, normalized: what is whole and below [`LARGEST_WHOLE`] is `Whole`.
#[derive(Debug, Clone, Copy)]
enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    fn of(number: &serde_json::Number) -> Option<Self> {
        match number.as_i128() {
            Some(whole) => Some(Self::Whole(whole)),
            None => Self::float(number.as_f64()?),
        }
    }

    /// Reads decimal notation only: Rust itself would also take `inf` and `nan`.
    fn spelled(text: &str) -> Option<Self> {
        let plain = |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e');
        if !text.bytes().all(plain) {
            return None;
        }
        match text.parse::<i128>() {
            Ok(whole) if whole.unsigned_abs() < LARGEST_WHOLE => Some(Self::Whole(whole)),
            _ => Self::float(text.parse().ok()?),
        }
    }

    fn float(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a power of two")]
        let whole = value.fract() == 0.0 && value.abs() < LARGEST_WHOLE as f64;
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        Some(if whole {
            Self::Whole(value as i128)
        } else {
            Self::Float(value)
        })
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(&b),
            (Self::Float(a), Self::Float(b)) => a.total_cmp(&b),
            // The two kinds are never equal. Where rounding makes them so, the float is the one out of range.
            #[expect(
                clippy::cast_precision_loss,
                reason = "rounding keeps the order, but for ties"
            )]
            (Self::Whole(a), Self::Float(b)) => (a as f64).total_cmp(&b).then(0.0_f64.total_cmp(&b)),
            (Self::Float(_), Self::Whole(_)) => other.cmp(self).reverse(),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

/// An instant in RFC 3339, or the midnight in UTC that a day begins with.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    const DAY: usize = "2006-01-02".len();
    let at = if text.len() == DAY {
        DateTime::parse_from_rfc3339(&format!("{text}t00:00:00z"))
    } else {
        DateTime::parse_from_rfc3339(text)
    };
    at.ok().map(|at| at.to_utc())
}

/// Everything that a value can be compared as. Null, arrays and objects are nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reading {
    text: Option<String>,
    number: Option<Number>,
    instant: Option<DateTime<Utc>>,
    truth: Option<bool>,
}

impl Reading {
    /// Reads a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => {
                let text = fold(text);
                Self {
                    number: Number::spelled(&text),
                    instant: instant(&text),
                    truth: text.parse().ok(),
                    text: Some(text),
                }
            }
            Value::Number(number) => Self {
                number: Number::of(number),
                ..Self::default()
            },
            Value::Bool(truth) => Self {
                truth: Some(*truth),
                ..Self::default()
            },
            Value::Null | Value::Array(_) | Value::Object(_) => Self::default(),
        }
    }

    /// Whether the value has an order at all.
    pub(super) const fn is_ordered(&self) -> bool {
        self.number.is_some() || self.instant.is_some()
    }

    /// Which one is less: as numbers, else as instants. Other texts have no order.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        let numbers = self.number.zip(other.number);
        let instants = self.instant.zip(other.instant);
        numbers
            .map(|(a, b)| a.cmp(&b))
            .or_else(|| instants.map(|(a, b)| a.cmp(&b)))
    }
}

/// Values to be equal to, indexed, because a list of a thousand is asked about every value of an event.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Set {
    texts: BTreeSet<String>,
    /// JSON's numbers.
    numbers: BTreeSet<Number>,
    /// Texts that spell a number: equal to JSON's numbers, not to other texts.
    numerals: BTreeSet<Number>,
    instants: BTreeSet<DateTime<Utc>>,
    truths: BTreeSet<bool>,
}

impl Set {
    /// Whether one of the values is equal to this one.
    pub(super) fn has(&self, value: &Reading) -> bool {
        let number = |number| {
            self.numbers.contains(&number) || (value.text.is_none() && self.numerals.contains(&number))
        };
        value.text.as_ref().is_some_and(|text| self.texts.contains(text))
            || value.number.is_some_and(number)
            || value
                .instant
                .is_some_and(|instant| self.instants.contains(&instant))
            || value.truth.is_some_and(|truth| self.truths.contains(&truth))
    }
}

impl<'a> FromIterator<&'a Value> for Set {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Self {
        let mut set = Self::default();
        for value in values {
            let reading = Reading::of(value);
            let numbers = if reading.text.is_some() {
                &mut set.numerals
            } else {
                &mut set.numbers
            };
            numbers.extend(reading.number);
            set.texts.extend(reading.text);
            set.instants.extend(reading.instant);
            set.truths.extend(reading.truth);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn equal(a: &Value, b: &Value) -> bool {
        Set::from_iter([a]).has(&Reading::of(b))
    }

    #[test]
    fn values_are_equal_as_what_they_have_in_common() {
        for (a, b, same) in [
            (json!(0.5), json!("0.5"), true),
            (json!(0.5), json!(" 0.50 "), true),
            (json!(1), json!(1.0), true),
            (json!(1), json!("1e0"), true),
            (json!(-0.0), json!(0), true),
            (json!("7"), json!("007"), false),
            (json!(7), json!("007"), true),
            (
                json!(12_345_678_901_234_567_u64),
                json!("12345678901234568"),
                false,
            ),
            (json!(1e300), json!("1E300"), true),
            (json!("nan"), json!("NaN"), true),
            (json!(0), json!("1e999"), false),
            (json!("found"), json!(" FOUND"), true),
            (json!("Ñandú"), json!("ñandú"), true),
            (json!("found"), json!("not_found"), false),
            (json!(true), json!("True"), true),
            (json!(true), json!(1), false),
            (json!(false), json!("false"), true),
            (json!("2026-01-02"), json!("2026-01-02T00:00:00Z"), true),
            (
                json!("2026-01-02T05:00:00Z"),
                json!("2026-01-02t00:00:00.000-05:00"),
                true,
            ),
            (json!("2026-02-30"), json!("2026-02-30T00:00:00Z"), false),
            (json!("2026-1-002"), json!("2026-01-02"), false),
            (json!(null), json!(null), false),
            (json!([1]), json!([1]), false),
            (json!(""), json!(" "), true),
        ] {
            assert_eq!(equal(&a, &b), same, "{a} {b}");
            assert_eq!(equal(&b, &a), same, "{b} {a}");
        }
    }

    #[test]
    fn numbers_and_instants_have_an_order_and_texts_do_not() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, order) in [
            (json!(0.5), json!("0.75"), Some(Less)),
            (json!("9"), json!("10"), Some(Less)),
            (json!(10), json!(9.5), Some(Greater)),
            (json!(i64::MAX), json!(1e200), Some(Less)),
            (json!(i64::MIN), json!(-1e200), Some(Greater)),
            (
                json!("2026-01-02"),
                json!("2026-01-01T23:59:59-01:00"),
                Some(Less),
            ),
            (json!("2026-01-02"), json!("2026-01-02T00:00:00Z"), Some(Equal)),
            (json!("9999-12-31"), json!("2026-01-01"), Some(Greater)),
            (json!("2026-01-02"), json!(5), None),
            (json!("ana"), json!("zoe"), None),
            (json!(true), json!(false), None),
            (json!(null), json!(0), None),
        ] {
            assert_eq!(Reading::of(&a).order(&Reading::of(&b)), order, "{a} {b}");
            let reverse = order.map(Ordering::reverse);
            assert_eq!(Reading::of(&b).order(&Reading::of(&a)), reverse, "{b} {a}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_numbers_is_total(
            a in prop_oneof![any::<i64>().prop_map(|n| json!(n)), any::<f64>().prop_map(|n| json!(n))],
            b in any::<i64>().prop_map(|n| json!(n.to_string())),
            c in any::<f64>().prop_map(|n| json!(n)),
        ) {
            let mut readings = [a, b, c].map(|value| Reading::of(&value).number).to_vec();
            readings.retain(Option::is_some);
            readings.sort();
            prop_assert!(readings.is_sorted());
            prop_assert!(readings.first() <= readings.last());
        }
    }
}
