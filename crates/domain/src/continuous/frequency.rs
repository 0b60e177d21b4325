//! How often: the vendor's grammar, and the calendar behind it.
//!
//! Every run is counted from the same first instant, never from the run before it. A watch that begins on the
//! 31st runs on the 30th of a month that has no 31st, and on the 31st again after it; counted from run to run
//! it would stay on the 28th from its first February on. So too 29 February, which is the 28th in common
//! years. Time is UTC: a run keeps its time of day, and no clock is put forward.

use std::{fmt, str::FromStr};

use chrono::{Datelike as _, Days, Months};

use crate::time::Timestamp;

/// The end of time, for runs that lie behind it.
const END: Timestamp = Timestamp::from_nanos(i64::MAX);

crate::text_enum! {
    /// What a frequency counts, by the word for one of it. The first letter of the word is the letter after a
    /// number.
    enum Unit {
        /// Days.
        Day = "daily",
        /// Weeks.
        Week = "weekly",
        /// Months.
        Month = "monthly",
        /// Years.
        Year = "yearly",
    }
}

/// A distance in the calendar. Weeks are days and years are months; months have no length.
enum Step {
    Days(u16),
    Months(u16),
}

impl Unit {
    /// The most of it that a frequency may count: ten years.
    const fn most(self) -> u16 {
        match self {
            Self::Day => 3650,
            Self::Week => 520,
            Self::Month => 120,
            Self::Year => 10,
        }
    }

    fn letter(self) -> &'static str {
        &self.as_str()[..1]
    }

    /// So many of it.
    const fn step(self, count: u16) -> Step {
        match self {
            Self::Day => Step::Days(count),
            Self::Week => Step::Days(count * 7),
            Self::Month => Step::Months(count),
            Self::Year => Step::Months(count * 12),
        }
    }
}

/// The text is not a frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be daily, weekly, monthly, yearly, or a number and a letter: \
     1d to 3650d, 1w to 520w, 1m to 120m, 1y to 10y"
)]
pub struct InvalidFrequency;

/// How often a check is made again. `weekly` and `1w` run alike and print differently: a client reads what it
/// wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frequency {
    unit: Unit,
    /// How many units lie between two runs; `None` is one, written as its word.
    count: Option<u16>,
}

impl Frequency {
    fn step(self) -> Step {
        self.unit.step(self.count.unwrap_or(1))
    }

    /// The `n`-th run of what began at `first`, which is itself the zeroth; the end of time where it lies
    /// behind that.
    pub fn run(self, first: Timestamp, n: u32) -> Timestamp {
        let from = first.to_datetime();
        let at = match self.step() {
            Step::Days(days) => from.checked_add_days(Days::new(u64::from(n) * u64::from(days))),
            Step::Months(months) => n
                .checked_mul(months.into())
                .and_then(|months| from.checked_add_months(Months::new(months))),
        };
        at.map_or(END, Timestamp::from)
    }

    /// The first run strictly after an instant, and which one it is; at least the first, since what `anchor`
    /// began with was no run. Behind the end of time there is none: then it is that end, after which nothing
    /// is.
    pub fn next_after(self, anchor: Timestamp, after: Timestamp) -> (u32, Timestamp) {
        let (from, to) = (anchor.to_datetime(), after.to_datetime());
        let passed = match self.step() {
            Step::Days(days) => (to - from).num_days() / i64::from(days),
            Step::Months(months) => {
                let years = i64::from(to.year()) - i64::from(from.year());
                let passed = years * 12 + i64::from(to.month()) - i64::from(from.month());
                passed / i64::from(months)
            }
        };
        // That many runs have passed, or all but the last of them: it may be due later in the month.
        let n = u32::try_from(passed).unwrap_or(0).max(1);
        let at = self.run(anchor, n);
        if at > after {
            (n, at)
        } else {
            (n + 1, self.run(anchor, n + 1))
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            None => f.write_str(self.unit.as_str()),
            Some(count) => write!(f, "{count}{}", self.unit.letter()),
        }
    }
}

impl FromStr for Frequency {
    type Err = InvalidFrequency;

    fn from_str(text: &str) -> Result<Self, InvalidFrequency> {
        if let Ok(unit) = text.parse() {
            return Ok(Self { unit, count: None });
        }
        let (number, letter) = text
            .split_at_checked(text.len().saturating_sub(1))
            .ok_or(InvalidFrequency)?;
        let unit = Unit::ALL
            .iter()
            .copied()
            .find(|unit| unit.letter().eq_ignore_ascii_case(letter))
            .ok_or(InvalidFrequency)?;
        // A number may be written with a sign, and this one not.
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let count = number
            .parse()
            .ok()
            .filter(|count| digits && (1..=unit.most()).contains(count))
            .ok_or(InvalidFrequency)?;
        Ok(Self {
            unit,
            count: Some(count),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::time::parse_instant;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        parse_instant(text).unwrap()
    }

    fn frequency(text: &str) -> Frequency {
        text.parse().unwrap()
    }

    #[test]
    fn the_grammar() {
        for (text, printed) in [
            ("daily", Some("daily")),
            ("Weekly", Some("weekly")),
            ("MONTHLY", Some("monthly")),
            ("yearly", Some("yearly")),
            ("1d", Some("1d")),
            ("3D", Some("3d")),
            ("2w", Some("2w")),
            ("6M", Some("6m")),
            ("10y", Some("10y")),
            ("02w", Some("2w")),
            ("3650d", Some("3650d")),
            ("3651d", None),
            ("520w", Some("520w")),
            ("521w", None),
            ("120m", Some("120m")),
            ("121m", None),
            ("11y", None),
            ("0d", None),
            ("-1d", None),
            ("+1d", None),
            ("1.5d", None),
            ("1 d", None),
            (" 1d", None),
            ("1d ", None),
            ("d", None),
            ("1", None),
            ("12", None),
            ("1h", None),
            ("d1", None),
            ("1dd", None),
            ("99999d", None),
            ("hourly", None),
            ("١d", None),
            ("1ñ", None),
            ("", None),
        ] {
            let read = text.parse::<Frequency>().ok().map(|read| read.to_string());
            assert_eq!(read.as_deref(), printed, "{text:?}");
        }
    }

    #[test]
    fn the_error_says_the_grammar() {
        let error = InvalidFrequency.to_string();
        for unit in Unit::ALL.iter().copied() {
            let letter = unit.letter();
            let numbers = format!("1{letter} to {}{letter}", unit.most());
            assert!(
                error.contains(unit.as_str()) && error.contains(&numbers),
                "{unit}"
            );
        }
    }

    #[test]
    fn the_calendar() {
        for (text, first, runs) in [
            ("daily", "2026-02-27", &["2026-02-28", "2026-03-01"][..]),
            ("3d", "2024-02-27", &["2024-03-01", "2024-03-04"]),
            ("weekly", "2025-12-25", &["2026-01-01", "2026-01-08"]),
            ("2w", "2026-03-20", &["2026-04-03", "2026-04-17"]),
            (
                "monthly",
                "2026-01-31",
                &["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
            ),
            (
                "monthly",
                "2024-01-30",
                &["2024-02-29", "2024-03-30", "2024-04-30"],
            ),
            ("1m", "2025-12-15", &["2026-01-15", "2026-02-15"]),
            (
                "3m",
                "2025-11-30",
                &["2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30"],
            ),
            (
                "yearly",
                "2024-02-29",
                &["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
            ),
            ("4y", "2096-02-29", &["2100-02-28", "2104-02-29"]),
        ] {
            let frequency = frequency(text);
            // The last nanosecond of the day, which shows that a run keeps its time of day.
            let late = |day: &str| at(&format!("{day}T23:59:59.999999999Z"));
            let first = late(first);
            let mut last = first;
            for (n, run) in (1..).zip(runs.iter().map(|day| late(day))) {
                assert_eq!(frequency.run(first, n), run, "{text} {n}");
                assert_eq!(frequency.next_after(first, last), (n, run), "{text} {n}");
                last = run;
            }
        }
    }

    #[test]
    fn the_next_run_is_strictly_after() {
        for (text, anchor, after, n, run) in [
            ("monthly", "2026-01-31", "2025-06-01", 1, "2026-02-28"),
            ("monthly", "2026-01-31", "2026-02-27", 1, "2026-02-28"),
            ("monthly", "2026-01-31", "2026-02-28", 2, "2026-03-31"),
            ("monthly", "2026-01-31", "2126-01-30", 1200, "2126-01-31"),
            ("monthly", "2026-01-31", "2126-01-31", 1201, "2126-02-28"),
            ("5m", "2026-01-31", "2026-06-29", 1, "2026-06-30"),
            ("5m", "2026-01-31", "2026-06-30", 2, "2026-11-30"),
            ("5m", "2026-01-31", "2026-10-31", 2, "2026-11-30"),
            ("10y", "2026-01-01", "2026-01-01", 1, "2036-01-01"),
            ("daily", "2026-01-01", "2026-12-31", 365, "2027-01-01"),
        ] {
            let (anchor, after) = (
                at(&format!("{anchor}T12:00:00Z")),
                at(&format!("{after}T12:00:00Z")),
            );
            let expected = (n, at(&format!("{run}T12:00:00Z")));
            assert_eq!(
                frequency(text).next_after(anchor, after),
                expected,
                "{text} {after}"
            );
        }
    }

    pub fn any_frequency() -> impl Strategy<Value = Frequency> {
        prop::sample::select(Unit::ALL).prop_flat_map(|unit| {
            prop::option::of(1..=unit.most()).prop_map(move |count| Frequency { unit, count })
        })
    }

    /// Between 1970 and 2100, to the nanosecond.
    pub fn any_instant() -> impl Strategy<Value = Timestamp> {
        (0..4_102_444_800_000_000_000_i64).prop_map(Timestamp::from_nanos)
    }

    proptest! {
        #[test]
        fn a_frequency_reads_back(frequency in any_frequency()) {
            prop_assert_eq!(frequency.to_string().parse(), Ok(frequency));
            prop_assert_eq!(frequency.to_string().to_uppercase().parse(), Ok(frequency));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,12}|[0-9+ -]{0,6}[dwmyDWMYñ]") {
            if let Ok(frequency) = text.parse::<Frequency>() {
                prop_assert!(frequency.to_string().parse() == Ok(frequency));
            }
        }

        #[test]
        fn a_run_is_the_only_one_of_its_period(
            frequency in any_frequency(), first in any_instant(), n in 1_u32..12,
        ) {
            let (before, run) = (frequency.run(first, n - 1), frequency.run(first, n));
            prop_assert!(before < run);
            let (from, to) = (first.to_datetime(), run.to_datetime());
            prop_assert_eq!(from.time(), to.time());
            match frequency.step() {
                Step::Days(days) => {
                    prop_assert_eq!((to - before.to_datetime()).num_days(), i64::from(days));
                }
                Step::Months(months) => {
                    let years = i64::from(to.year() - from.year());
                    let passed = years * 12 + i64::from(to.month()) - i64::from(from.month());
                    prop_assert_eq!(passed, i64::from(months) * i64::from(n));
                    let last = (to + Days::new(1)).month() != to.month();
                    prop_assert!(to.day() == from.day() || (to.day() < from.day() && last));
                }
            }
        }

        #[test]
        fn after_a_run_comes_the_next(
            frequency in any_frequency(), first in any_instant(), n in 0_u32..12,
        ) {
            let next = (n + 1, frequency.run(first, n + 1));
            prop_assert_eq!(frequency.next_after(first, frequency.run(first, n)), next);
        }

        #[test]
        fn no_run_is_left_out(frequency in any_frequency(), anchor in any_instant(), after in any_instant()) {
            let (n, run) = frequency.next_after(anchor, after);
            prop_assert!(n >= 1 && run > after && run == frequency.run(anchor, n));
            prop_assert!(n == 1 || frequency.run(anchor, n - 1) <= after);
        }

        #[test]
        fn the_end_of_time_is_no_panic(
            frequency in any_frequency(), anchor in any::<i64>(), after in any::<i64>(), n in any::<u32>(),
        ) {
            let (anchor, after) = (Timestamp::from_nanos(anchor), Timestamp::from_nanos(after));
            prop_assert!(frequency.run(anchor, n) >= anchor);
            let (_, run) = frequency.next_after(anchor, after);
            prop_assert!(run > after || run == END);
        }
    }

    #[test]
    fn behind_the_end_of_time_there_is_no_run() {
        for text in ["daily", "10y"] {
            for edge in [END, Timestamp::from_nanos(i64::MIN)] {
                assert_eq!(frequency(text).run(edge, u32::MAX), END);
                assert_eq!(frequency(text).next_after(edge, END).1, END);
            }
        }
    }
}
