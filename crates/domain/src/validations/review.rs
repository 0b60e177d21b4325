//! Reviews: a person's word on what was found, and when there are persons (ruling on validations).

use serde::{Deserialize, Serialize};

use super::{DeclinedReason, outcome::Outcome};
use crate::{
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{ClientId, ReviewId, ValidationId},
    time::Timestamp,
};

/// How long a review waits for somebody, in seconds: a day.
pub const PATIENCE_SECONDS: i64 = 24 * 3600;

/// Longest note of a reviewer.
const LONGEST_NOTE: usize = 1000;

crate::text_enum! {
    /// What a reviewer says.
    pub enum Verdict {
        /// The person passes.
        Approve = "approve",
        /// The person does not.
        Reject = "reject",
    }
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: ReviewId,
    /// The validation that it is about.
    pub validation: ValidationId,
    /// Why the validation would be declined.
    pub automatic: DeclinedReason,
    /// What was said.
    pub decision: Option<Decision>,
    /// When it was asked for, in the client's time.
    pub created: Timestamp,
    /// Until when it waits.
    pub until: Timestamp,
}

/// What a reviewer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// Why the person is declined.
    pub reason: Option<DeclinedReason>,
    /// In the reviewer's words.
    pub note: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Decision {
    /// Reads what a reviewer says. One who rejects without a reason agrees with the automatic one.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(
        fields: &Fields,
        automatic: DeclinedReason,
        by: String,
        at: Timestamp,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let verdict = fields.required_one_of("decision", Verdict::ALL, &mut errors);
        let given = fields.one_of("reason", DeclinedReason::ALL, &mut errors);
        if verdict == Some(Verdict::Approve) && given.is_some() {
            errors.push("reason", "is for decision=reject");
        }
        let note = fields.text("note", LONGEST_NOTE, &mut errors).unwrap_or_default();
        errors.into_result()?;
        let verdict = verdict.ok_or_else(|| FieldErrors::one("decision", must_be_one_of(Verdict::ALL)))?;
        let reason = (verdict == Verdict::Reject).then(|| given.unwrap_or(automatic));
        Ok(Self {
            verdict,
            reason,
            note,
            by,
            at,
        })
    }

    /// What the validation comes to by it.
    pub const fn outcome(&self) -> Outcome {
        match self.reason {
            Some(reason) => Outcome::Declined(reason),
            None => Outcome::Success,
        }
    }
}

const DAY: i64 = 24 * 60;

/// When there are reviewers. Without one there always are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Monday is the first; whether there is anybody on that day.
    days: [bool; 7],
    /// From this minute of the day.
    from: i64,
    /// To before this one.
    to: i64,
    /// Minutes that the reviewers' clocks are ahead of UTC.
    zone: i64,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Schedule {
    /// Reads `days=mon,tue`, `from=08:00`, `to=18:00`, `zone=-05:00`.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut days = [false; 7];
        for text in fields.all("days").iter().flat_map(|text| text.split(',')) {
            match DAYS.iter().position(|day| day.eq_ignore_ascii_case(text.trim())) {
                Some(day) => days[day] = true,
                None => errors.push("days", must_be_one_of(&DAYS)),
            }
        }
        if fields.all("days").is_empty() {
            errors.push("days", must_be_one_of(&DAYS));
        }
        let mut minute = |name: &str, most: i64| {
            let read = fields
                .get(name)
                .and_then(time_of_day)
                .filter(|minute| *minute <= most);
            if read.is_none() {
                errors.push(name, "must be a time of day, as 08:00");
            }
            read.unwrap_or(0)
        };
        let (from, to) = (minute("from", DAY - 1), minute("to", DAY));
        let zone = fields.get("zone").unwrap_or("+00:00");
        let zone = zone_minutes(zone).unwrap_or_else(|| {
            errors.push("zone", "must be an offset from UTC, as -05:00");
            0
        });
        errors.into_result()?;
        Ok(Self { days, from, to, zone })
    }

    /// Whether there are reviewers at that instant. One whose end is before its beginning goes over midnight.
    pub fn covers(&self, at: Timestamp) -> bool {
        let minutes = at.seconds().div_euclid(60) + self.zone;
        let minute = minutes.rem_euclid(DAY);
        // 1 January 1970 was a Thursday.
        let day = |days: i64| usize::try_from((days + 3).rem_euclid(7)).is_ok_and(|day| self.days[day]);
        let today = minutes.div_euclid(DAY);
        if self.from < self.to {
            day(today) && (self.from..self.to).contains(&minute)
        } else {
            (day(today) && minute >= self.from) || (day(today - 1) && minute < self.to)
        }
    }

    /// Its days, as they are written.
    pub fn days(&self) -> Vec<&'static str> {
        let there = DAYS.iter().zip(self.days).filter(|(_, there)| *there);
        there.map(|(day, _)| *day).collect()
    }

    /// Its hours and zone, as they are written.
    pub fn hours(&self) -> (String, String, String) {
        let clock = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let sign = if self.zone < 0 { '-' } else { '+' };
        (
            clock(self.from),
            clock(self.to),
            format!("{sign}{}", clock(self.zone.abs())),
        )
    }
}

fn time_of_day(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60).then_some(hours * 60 + minutes)
}

/// A `+` that arrived as a blank is read as one.
fn zone_minutes(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    time_of_day(rest)
        .filter(|minutes| *minutes <= 14 * 60)
        .map(|minutes| sign * minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned());
        }
        fields
    }

    fn at(text: &str) -> Timestamp {
        crate::time::parse_instant(text).unwrap()
    }

    #[test]
    fn reviewers_are_there_by_their_own_clock() {
        let office = Schedule::parse(&fields(&[
            ("days", "mon,tue,wed,thu,fri"),
            ("from", "08:00"),
            ("to", "18:00"),
            ("zone", "-05:00"),
        ]))
        .unwrap();
        for (instant, there) in [
            // A Friday.
            ("2026-01-02T12:59:59Z", false),
            ("2026-01-02T13:00:00Z", true),
            ("2026-01-02T22:59:59Z", true),
            ("2026-01-02T23:00:00Z", false),
            // Saturday, and Monday before dawn in Bogotá.
            ("2026-01-03T15:00:00Z", false),
            ("2026-01-05T04:00:00Z", false),
            ("2026-01-05T13:00:00Z", true),
        ] {
            assert_eq!(office.covers(at(instant)), there, "{instant}");
        }
        let night = Schedule::parse(&fields(&[("days", "fri"), ("from", "22:00"), ("to", "06:00")])).unwrap();
        for (instant, there) in [
            ("2026-01-02T21:59:00Z", false),
            ("2026-01-02T22:00:00Z", true),
            ("2026-01-03T05:59:00Z", true),
            ("2026-01-03T06:00:00Z", false),
            ("2026-01-02T05:00:00Z", false),
        ] {
            assert_eq!(night.covers(at(instant)), there, "{instant}");
        }
        assert_eq!(office.hours(), ("08:00".into(), "18:00".into(), "-05:00".into()));
    }

    #[test]
    fn what_is_no_schedule_is_told_field_by_field() {
        let wrong = Schedule::parse(&fields(&[
            ("days", "mon,dom"),
            ("from", "8"),
            ("to", "25:00"),
            ("zone", "Bogota"),
        ]));
        let names: Vec<_> = wrong
            .unwrap_err()
            .0
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(names, ["days", "from", "to", "zone"]);
    }

    #[test]
    fn who_rejects_without_a_reason_agrees_with_the_automatic_one() {
        let automatic = DeclinedReason::DataInconsistency;
        let said = |pairs: &[(&str, &str)]| {
            Decision::parse(&fields(pairs), automatic, "ana".to_owned(), at("2026-01-01"))
        };
        let rejected = said(&[("decision", "reject")]).unwrap();
        assert_eq!(rejected.outcome(), Outcome::Declined(automatic));
        let other = said(&[("decision", "reject"), ("reason", "possible_fraud")]).unwrap();
        assert_eq!(other.outcome(), Outcome::Declined(DeclinedReason::PossibleFraud));
        assert_eq!(
            said(&[("decision", "approve")]).unwrap().outcome(),
            Outcome::Success
        );
        assert!(said(&[("decision", "approve"), ("reason", "underage")]).is_err());
        assert!(said(&[]).is_err());
    }
}
