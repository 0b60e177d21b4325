//! What a client can set for itself.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    country::Country,
    fields::{FieldErrors, Fields},
    language::Language,
    names::NameMatching,
};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

/// Settings of a client. Missing values are the defaults, so that a new setting needs no migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Ask a failed source again until it answers or the check's time is over.
    pub retries: bool,
    /// How long a check may last; `None` is the default of its country.
    pub max_duration: Option<MaxDuration>,
    /// How found names are compared with the person's.
    pub names_matching_type: NameMatching,
    /// Refuse documents that fail their own check digits instead of skipping the sources that need them.
    pub strict_identifiers: bool,
    /// How recent an equal check must be to be returned instead of a new one, in seconds.
    pub reuse_window_seconds: u32,
    /// How many checks are worked on at once; the others stay `not_started`.
    pub concurrent_checks: u32,
    /// Tell a person by phone that their background is being checked, where the check names a phone.
    pub notice_by_law: bool,
    /// Language of what the client's own people are sent.
    pub language: Language,
    /// Whether whoever overrides a process's status has to describe why.
    pub describe_overrides: bool,
    /// Whether an override counts only when a second person agrees.
    pub overrides_by_two: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retries: false,
            max_duration: None,
            names_matching_type: NameMatching::Soft,
            strict_identifiers: false,
            reuse_window_seconds: 24 * HOUR,
            concurrent_checks: 200,
            notice_by_law: true,
            language: Language::Es,
            describe_overrides: false,
            overrides_by_two: false,
        }
    }
}

impl Settings {
    /// How long a check may last, in seconds (reference, POST /v1/settings).
    ///
    /// With retries 48 h; else 3 h in Colombia, Mexico, Peru and Brazil, 48 h in Chile and internationally, 72 h
    /// in Costa Rica. A nation-wide search in Brazil needs 48 h in any case.
    pub fn max_duration(&self, country: Country, region: Option<&str>) -> u32 {
        let nationwide = country == Country::Br && region == Some("ALL");
        match &self.max_duration {
            Some(duration) => duration.seconds(),
            None if self.retries || nationwide => 48 * HOUR,
            None => match country {
                Country::Co | Country::Mx | Country::Pe | Country::Br => 3 * HOUR,
                Country::All | Country::Cl => 48 * HOUR,
                Country::Cr => 72 * HOUR,
            },
        }
    }

    /// Takes what the fields of POST /v1/settings say; what they leave out stays as it was, and `default` takes a
    /// `max_duration` back.
    ///
    /// # Errors
    /// Every field that is wrong; then nothing is changed.
    pub fn change(&mut self, fields: &Fields) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut changed = self.clone();
        if let Some(retries) = fields.boolean("retries", &mut errors) {
            changed.retries = retries;
        }
        if let Some(names) = fields.one_of("names_matching_type", NameMatching::ALL, &mut errors) {
            changed.names_matching_type = names;
        }
        match fields.get("max_duration").map(str::trim) {
            None => {}
            Some(text) if text.eq_ignore_ascii_case(DEFAULT) => changed.max_duration = None,
            Some(text) => match text.parse() {
                Ok(duration) => changed.max_duration = Some(duration),
                Err(InvalidDuration) => errors.push("max_duration", InvalidDuration.to_string()),
            },
        }
        errors.into_result()?;
        *self = changed;
        Ok(())
    }
}

/// How the default `max_duration` is spelled.
pub const DEFAULT: &str = "default";

/// How long a check may last: a number and `m` for minutes or `h` for hours, 15 minutes to 168 hours; prints as it was
/// written (reference, POST /v1/settings).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaxDuration {
    amount: u32,
    hours: bool,
}

/// The text is no duration, or one that is too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number and m (minutes) or h (hours), between 15m and 168h, or default")]
pub struct InvalidDuration;

impl MaxDuration {
    /// Its length in seconds.
    pub const fn seconds(self) -> u32 {
        self.amount * if self.hours { HOUR } else { MINUTE }
    }
}

impl FromStr for MaxDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        let (number, hours) = match text.as_bytes().last() {
            Some(b'm' | b'M') => (&text[..text.len() - 1], false),
            Some(b'h' | b'H') => (&text[..text.len() - 1], true),
            _ => return Err(InvalidDuration),
        };
        // Four digits hold 168 hours in minutes, and nothing that overflows.
        if number.is_empty() || number.len() > 5 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidDuration);
        }
        let amount = number.parse().map_err(|_| InvalidDuration)?;
        let duration = Self { amount, hours };
        (15 * MINUTE..=168 * HOUR)
            .contains(&duration.seconds())
            .then_some(duration)
            .ok_or(InvalidDuration)
    }
}

impl fmt::Display for MaxDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.amount, if self.hours { 'h' } else { 'm' })
    }
}

impl TryFrom<String> for MaxDuration {
    type Error = InvalidDuration;

    fn try_from(text: String) -> Result<Self, InvalidDuration> {
        text.parse()
    }
}

impl From<MaxDuration> for String {
    fn from(duration: MaxDuration) -> Self {
        duration.to_string()
    }
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

    #[test]
    fn durations_are_whole_minutes_or_hours_within_the_limits() {
        for (text, seconds) in [
            ("15m", 900),
            ("25m", 1_500),
            ("120m", 7_200),
            ("2h", 7_200),
            ("168h", 604_800),
            ("10080m", 604_800),
            ("3H", 10_800),
        ] {
            let read: MaxDuration = text.parse().unwrap();
            assert_eq!(read.seconds(), seconds, "{text}");
            assert_eq!(read.to_string(), text.to_lowercase());
        }
        for text in [
            "",
            "m",
            "h",
            "14m",
            "10081m",
            "169h",
            "0h",
            "-20m",
            "+20m",
            "1.5h",
            "20",
            "20s",
            "2 h",
            "2hm",
            "٢h",
            "99999999h",
        ] {
            assert_eq!(text.parse::<MaxDuration>(), Err(InvalidDuration), "{text}");
        }
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_wrong_changes_nothing() {
        let mut settings = Settings::default();
        settings
            .change(&fields(&[("retries", "True"), ("max_duration", "25m")]))
            .unwrap();
        settings
            .change(&fields(&[("names_matching_type", "EXACT")]))
            .unwrap();
        assert!(settings.retries);
        assert_eq!(settings.names_matching_type, NameMatching::Exact);
        assert_eq!(settings.max_duration(Country::Co, None), 1_500);
        let before = settings.clone();
        let errors = settings
            .change(&fields(&[
                ("retries", "yes"),
                ("max_duration", "3m"),
                ("names_matching_type", "hard"),
            ]))
            .unwrap_err();
        let wrong: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(wrong, ["retries", "names_matching_type", "max_duration"]);
        assert_eq!(settings, before);
        settings.change(&fields(&[("max_duration", "Default")])).unwrap();
        assert_eq!(settings.max_duration(Country::Co, None), 48 * HOUR);
    }

    #[test]
    fn the_defaults_are_those_of_the_reference() {
        let usual = Settings::default();
        for (country, region, hours) in [
            (Country::Co, None, 3),
            (Country::Br, Some("SP"), 3),
            (Country::Br, Some("ALL"), 48),
            (Country::Cl, None, 48),
            (Country::All, None, 48),
            (Country::Cr, None, 72),
        ] {
            assert_eq!(usual.max_duration(country, region), hours * HOUR, "{country}");
        }
    }
}
