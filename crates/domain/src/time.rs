//! Time: one clock passed in, and the two spellings of the wire.

use std::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// An instant in UTC, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many nanoseconds after 1970.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since 1970.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// This instant moved by whole seconds, saturating.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000_000)))
    }

    /// The same instant as a chrono value.
    pub const fn to_datetime(self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }

    /// The day of the instant in UTC.
    pub fn date(self) -> NaiveDate {
        self.to_datetime().date_naive()
    }

    /// RFC 3339 with nine decimals, as `creation_date` is printed.
    pub fn rfc3339_nanos(self) -> String {
        self.rfc3339(SecondsFormat::Nanos)
    }

    /// RFC 3339 to the second, as every other time is printed.
    pub fn rfc3339_seconds(self) -> String {
        self.rfc3339(SecondsFormat::Secs)
    }

    /// RFC 3339 in UTC, with `Z`.
    pub fn rfc3339(self, seconds: SecondsFormat) -> String {
        self.to_datetime().to_rfc3339_opts(seconds, true)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(value: DateTime<Utc>) -> Self {
        Self(
            value
                .timestamp_nanos_opt()
                .unwrap_or(if value.timestamp() < 0 { i64::MIN } else { i64::MAX }),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339_nanos())
    }
}

/// A day as the wire prints it: midnight UTC (`2008-12-31T00:00:00Z`).
pub fn date_on_the_wire(date: NaiveDate) -> String {
    date.format("%Y-%m-%dT00:00:00Z").to_string()
}

/// Reads `YYYY-MM-DD`, or the midnight form that the wire itself prints, between the years 1900 and 2100.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let day = text.strip_suffix("T00:00:00Z").unwrap_or(text);
    let shape = day.len() == 10
        && day.bytes().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if !shape {
        return None;
    }
    let date = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    (NaiveDate::from_ymd_opt(1900, 1, 1)? <= date && date < NaiveDate::from_ymd_opt(2100, 1, 1)?)
        .then_some(date)
}

/// Reads an instant: RFC 3339 with an offset, or a date, which is its midnight in UTC. A `+` that arrived as a blank, as
/// an unescaped query sends it, is read as one.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    if let Some(date) = parse_date(text) {
        return Some(Timestamp::from(date.and_time(chrono::NaiveTime::MIN).and_utc()));
    }
    let text = text.replace(' ', "+");
    let instant = DateTime::parse_from_rfc3339(&text).ok()?;
    Some(Timestamp::from(instant.with_timezone(&Utc)))
}

/// Reads a length of time in seconds: `90s`, `15m`, `12h`, `30d`, `2w`.
pub fn parse_duration(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        "w" => 7 * 24 * 3600,
        _ => return None,
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = digits.then(|| number.parse().ok())??;
    number.checked_mul(seconds)
}

/// Tells the time. The only implementation that asks the machine is [`SystemClock`].
pub trait Clock: Send + Sync + 'static {
    /// The instant it is now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one home of the machine's time"
)]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from(Utc::now())
    }
}

/// A clock that stands until it is moved, for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0
            .fetch_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_spellings_of_an_instant() {
        let at = Timestamp::from_nanos(1_767_323_045_123_456_789);
        assert_eq!(at.rfc3339_nanos(), "2026-01-02T03:04:05.123456789Z");
        assert_eq!(at.rfc3339_seconds(), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn durations_have_a_unit() {
        for (text, seconds) in [
            ("90s", Some(90)),
            ("15m", Some(900)),
            ("30d", Some(2_592_000)),
            ("2w", Some(1_209_600)),
            ("0s", Some(0)),
            ("-1d", None),
            ("1y", None),
            ("d", None),
            ("", None),
            ("1ñ", None),
            ("99999999999999999999d", None),
            ("9223372036854775807w", None),
        ] {
            assert_eq!(parse_duration(text), seconds, "{text}");
        }
    }

    #[test]
    fn instants_have_an_offset_or_are_days() {
        for (text, seconds) in [
            ("2026-01-02T03:04:05Z", Some(1_767_323_045)),
            ("2026-01-01T22:04:05-05:00", Some(1_767_323_045)),
            ("2026-01-02T05:04:05 02:00", Some(1_767_323_045)),
            ("2026-01-02", Some(1_767_312_000)),
            ("2026-01-02T03:04:05", None),
            ("yesterday", None),
        ] {
            assert_eq!(parse_instant(text).map(Timestamp::seconds), seconds, "{text}");
        }
    }

    #[test]
    fn only_real_days_in_the_documented_form_are_dates() {
        for (text, good) in [
            ("2008-12-31", true),
            ("2008-12-31T00:00:00Z", true),
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("31-12-2008", false),
            ("2008-1-1", false),
            ("2008-12-31 ", false),
            ("1899-12-31", false),
            ("2100-01-01", false),
            ("٢٠٠٨-12-31", false),
        ] {
            assert_eq!(parse_date(text).is_some(), good, "{text}");
        }
    }
}
