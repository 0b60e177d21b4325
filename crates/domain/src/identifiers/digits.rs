//! Arithmetic that several countries share.

use std::iter;

use chrono::NaiveDate;

/// What each character counts: its ASCII code less that of `0`, which for a digit is the digit itself and for
/// a letter is what the alphanumeric CNPJ prescribes.
pub(super) fn values(text: &str) -> impl DoubleEndedIterator<Item = u32> {
    text.bytes().map(|byte| u32::from(byte.saturating_sub(b'0')))
}

/// Values times weights, from the left.
pub(super) fn weighted(text: &str, weights: &[u32]) -> u32 {
    values(text)
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum()
}

/// Values times weights from the right, the weights starting over when they end.
pub(super) fn weighted_from_right(text: &str, weights: &[u32]) -> u32 {
    values(text)
        .rev()
        .zip(weights.iter().cycle())
        .map(|(value, weight)| value * weight)
        .sum()
}

/// Whether a number with its Luhn digit (ISO/IEC 7812) adds up.
pub(super) fn luhn_agrees(text: &str) -> bool {
    let doubled = |value: u32| if value > 4 { value * 2 - 9 } else { value * 2 };
    let sum: u32 = values(text)
        .rev()
        .enumerate()
        .map(|(i, value)| if i % 2 == 0 { value } else { doubled(value) })
        .sum();
    sum.is_multiple_of(10)
}

/// The digit of the machine readable zone (ICAO 9303) over digits.
pub(super) fn mrz_digit(text: &str) -> u32 {
    let weights: Vec<u32> = [7, 3, 1].into_iter().cycle().take(text.len()).collect();
    weighted(text, &weights) % 10
}

/// Whether the character at `index` prints this digit.
pub(super) fn prints(text: &str, index: usize, digit: u32) -> bool {
    text.chars().nth(index).and_then(|c| c.to_digit(10)) == Some(digit)
}

/// The digit that brings a mod-11 sum to zero, 10 and 11 written 0: as Brazil and Venezuela do.
pub(super) fn eleven_less(sum: u32) -> u32 {
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

/// The number that the digits write; 0 for anything else.
pub(super) fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

/// The name that a code has in a list that starts at 1, names apart by commas.
pub(super) fn named(names: &'static str, code: u64) -> Option<&'static str> {
    names
        .split(',')
        .zip(1..)
        .find_map(|(name, known)| (known == code).then_some(name))
}

/// Dots between the thousands.
pub(super) fn thousands(text: &str) -> String {
    let head = text.len() % 3;
    let groups = (head..text.len())
        .step_by(3)
        .filter_map(|at| text.get(at..at + 3));
    iter::once(text.get(..head).unwrap_or_default())
        .filter(|group| !group.is_empty())
        .chain(groups)
        .collect::<Vec<_>>()
        .join(".")
}

/// The day of a year that `MMDD` writes.
pub(super) fn day(year: i32, month_day: &str) -> Option<NaiveDate> {
    let (month, day) = (month_day.get(..2)?, month_day.get(2..4)?);
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// `YY-MM-DD` of `YYMMDD` when such a day exists in some century; the century itself is not in the number, and
/// guessing it would make a fact of a guess.
pub(super) fn short_date(text: &str) -> Option<String> {
    let year: i32 = text.get(..2)?.parse().ok()?;
    // Of 1900 and 2000 only the latter was a leap year, so the 2000s have every day that any century has.
    day(2000 + year, text.get(2..)?).map(|date| date.format("%y-%m-%d").to_string())
}
