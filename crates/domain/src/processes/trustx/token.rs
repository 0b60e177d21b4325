//! Process tokens: what begins instances of a definition, and when it may (`contract/trustx-credas-wire.md` §1.2; ruling
//! on TrustX tokens).

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dtm;
use crate::{
    contacts::{is_email, phone},
    fields::{FieldErrors, Fields},
    ids::{ClientId, FlowId},
    processes::Applicant,
    time::{Timestamp, parse_instant},
};

crate::text_enum! {
    /// Whether a token begins anything.
    pub enum TokenStatus {
        /// It does.
        Active = "ACTIVE",
        /// It does not.
        Inactive = "INACTIVE",
    }
}

crate::text_enum! {
    /// What limits a token.
    pub enum TokenKind {
        /// Nothing.
        Unlimited = "UNLIMITED",
        /// How often it was used.
        CountLimited = "MULTI_USE_COUNT_LIMITED",
        /// When it is used.
        TimeLimited = "MULTI_USE_TIME_LIMITED",
    }
}

const LONGEST_NAME: usize = 50;
const LONGEST_DESCRIPTION: usize = 2000;
const LONGEST_URL: usize = 500;
const MOST_PARAMETERS: usize = 50;
const LONGEST_PARAMETER: usize = 1000;

/// How long an instance may have, in seconds: from a minute to the thirty days after which it is forgotten anyway.
const SHORTEST: i64 = 60;
const LONGEST: i64 = 30 * 24 * 3600;

/// What a token says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenSpec {
    /// Its name, unique among the client's.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The definition that it begins instances of: a flow, by name.
    pub definition: String,
    /// The version of the definition; the newest where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition_version: Option<i32>,
    /// The page on which the person goes through the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_url: Option<String>,
    /// Whether it begins anything.
    pub status: TokenStatus,
    /// What limits it.
    pub kind: TokenKind,
    /// Not before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Not after this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    /// Not more often than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_count: Option<i32>,
    /// How long an instance has, as ISO 8601 writes it; as long as its flow says where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<String>,
    /// What every instance begins with. Personal data.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

impl fmt::Debug for TokenSpec {
    /// Names nobody: it may end up in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSpec")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessToken {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub spec: TokenSpec,
    /// The flow that its definition is.
    pub flow: FlowId,
    /// How often it was used.
    pub counter: i32,
    /// Who made it, in words.
    pub created_by: String,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it was last used or changed.
    pub updated: Timestamp,
}

/// Why a token begins nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// It was made so.
    #[error("the process token is INACTIVE")]
    Inactive,
    /// Its time has not come.
    #[error("the process token may not be used before {0} (notBeforeDtm)")]
    TooEarly(String),
    /// Its time is over.
    #[error("the process token could be used until {0} (notAfterDtm)")]
    TooLate(String),
    /// It was used as often as it may be.
    #[error("the process token was used as often as it may be: {0} times (maxCount)")]
    UsedUp(i32),
}

impl TokenSpec {
    /// Reads a token.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let missing = "is required";
        let name = fields.required_text("name", LONGEST_NAME, missing, &mut errors);
        let definition = fields.required_text("processDefnName", LONGEST_NAME, missing, &mut errors);
        let status = fields.required_one_of("status", TokenStatus::ALL, &mut errors);
        let mut spec = Self {
            name: name.unwrap_or_default(),
            description: fields.get("description").unwrap_or_default().to_owned(),
            definition: definition.unwrap_or_default(),
            definition_version: positive(fields, "processDefnVersion", &mut errors),
            ui_url: fields.get("uiUrl").map(str::to_owned),
            status: status.unwrap_or(TokenStatus::Inactive),
            kind: TokenKind::Unlimited,
            not_before: instant(fields, "notBeforeDtm", &mut errors),
            not_after: instant(fields, "notAfterDtm", &mut errors),
            max_count: positive(fields, "maxCount", &mut errors),
            max_duration: fields.get("maxProcessDuration").map(str::to_owned),
            parameters: parameters(fields, &mut errors),
        };
        let kind = fields.one_of("type", TokenKind::ALL, &mut errors);
        spec.kind = kind.unwrap_or_else(|| spec.usual_kind());
        spec.judge(&mut errors);
        errors.into_result()?;
        Ok(spec)
    }

    /// What limits a token that does not say so: what it is limited by.
    const fn usual_kind(&self) -> TokenKind {
        match (self.max_count, self.not_before, self.not_after) {
            (Some(_), ..) => TokenKind::CountLimited,
            (None, None, None) => TokenKind::Unlimited,
            (None, ..) => TokenKind::TimeLimited,
        }
    }

    fn judge(&self, errors: &mut FieldErrors) {
        if self.description.chars().count() > LONGEST_DESCRIPTION {
            errors.push(
                "description",
                format!("must have at most {LONGEST_DESCRIPTION} characters"),
            );
        }
        if self.ui_url.as_deref().is_some_and(|url| !is_page(url)) {
            let expected = format!("must be an http or https URL of at most {LONGEST_URL} ASCII characters");
            errors.push("uiUrl", expected);
        }
        let named = |name: &str, errors: &FieldErrors| errors.0.iter().any(|error| error.field == name);
        if self.kind == TokenKind::CountLimited && self.max_count.is_none() && !named("maxCount", errors) {
            errors.push("maxCount", "is required for this type");
        }
        let dated = self.not_before.is_some() || self.not_after.is_some();
        if self.kind == TokenKind::TimeLimited && !dated && !named("notAfterDtm", errors) {
            errors.push(
                "notAfterDtm",
                "is required for this type, unless notBeforeDtm is given",
            );
        }
        let range = self.not_before.zip(self.not_after);
        if range.is_some_and(|(from, to)| to <= from) {
            errors.push("notAfterDtm", "must be after notBeforeDtm");
        }
        let seconds = self.max_duration.as_deref().map(iso_duration);
        if seconds
            .is_some_and(|seconds| seconds.is_none_or(|seconds| !(SHORTEST..=LONGEST).contains(&seconds)))
        {
            errors.push(
                "maxProcessDuration",
                "must be an ISO 8601 duration of days, hours, minutes and seconds from PT1M to P30D, as PT48H",
            );
        }
    }

    /// How long an instance has, in seconds.
    pub fn seconds(&self) -> Option<i64> {
        self.max_duration.as_deref().and_then(iso_duration)
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.get(name).cloned()
    }

    /// The address that is to be validated.
    pub fn email(&self) -> Option<String> {
        self.parameter("email")
    }

    /// The phone that is to be validated.
    pub fn phone(&self) -> Option<String> {
        phone(self.parameters.get("phoneNumber")?)
    }

    /// What is known of the person from the beginning: no document replaces it (seed 003).
    pub fn applicant(&self) -> Applicant {
        Applicant {
            first_name: self.parameter("firstName"),
            last_name: self.parameter("lastName"),
            email: self.email(),
            phone: self.phone(),
            ..Applicant::default()
        }
    }
}

impl ProcessToken {
    /// Uses it once. Whatever limit was given holds, whatever its kind is called.
    ///
    /// # Errors
    /// If it may not be used now.
    pub fn take(&mut self, now: Timestamp) -> Result<(), TokenRefused> {
        let spec = &self.spec;
        if spec.status == TokenStatus::Inactive {
            return Err(TokenRefused::Inactive);
        }
        if let Some(from) = spec.not_before.filter(|from| now < *from) {
            return Err(TokenRefused::TooEarly(dtm(from)));
        }
        if let Some(to) = spec.not_after.filter(|to| now > *to) {
            return Err(TokenRefused::TooLate(dtm(to)));
        }
        if let Some(most) = spec.max_count.filter(|most| self.counter >= *most) {
            return Err(TokenRefused::UsedUp(most));
        }
        self.counter = self.counter.saturating_add(1);
        self.updated = now;
        Ok(())
    }
}

fn positive(fields: &Fields, name: &str, errors: &mut FieldErrors) -> Option<i32> {
    let read = fields.get(name)?.parse::<i32>().ok().filter(|number| *number > 0);
    if read.is_none() {
        errors.push(name, "must be a whole number from 1 to 2147483647");
    }
    read
}

fn instant(fields: &Fields, name: &str, errors: &mut FieldErrors) -> Option<Timestamp> {
    let read = parse_instant(fields.get(name)?);
    if read.is_none() {
        errors.push(name, "must be an ISO 8601 instant, as 2026-01-02T03:04:05Z");
    }
    read
}

fn parameters(fields: &Fields, errors: &mut FieldErrors) -> BTreeMap<String, String> {
    const FIELD: &str = "parameters";
    let mut parameters = BTreeMap::new();
    if fields.get(FIELD).is_some() {
        errors.push(FIELD, "must be an object of texts");
    }
    for (name, values) in fields.iter() {
        let key = name.strip_prefix(FIELD).and_then(|rest| rest.strip_prefix('.'));
        let (Some(key), Some(value)) = (key, values.last()) else {
            continue;
        };
        let expected = match key {
            "" => Some("must have a name".to_owned()),
            _ if value.chars().count() > LONGEST_PARAMETER => {
                Some(format!("must have at most {LONGEST_PARAMETER} characters"))
            }
            "email" if !is_email(value) => Some("must be an e-mail address".to_owned()),
            "phoneNumber" if phone(value).is_none() => {
                Some("must be a phone number with its country code, as +573001234567".to_owned())
            }
            _ => None,
        };
        match expected {
            Some(expected) => errors.push(name, expected),
            None => {
                parameters.insert(key.to_owned(), value.clone());
            }
        }
    }
    if parameters.len() > MOST_PARAMETERS {
        errors.push(FIELD, format!("must have at most {MOST_PARAMETERS} members"));
    }
    parameters
}

/// Whether a person's browser can be sent there: never to a script.
fn is_page(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let hosted = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']));
    hosted && url.len() <= LONGEST_URL && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The seconds of a duration as ISO 8601 writes it: `P2DT12H`, `PT48H`, `P1W`. Years and months have no fixed length and are
/// not read.
pub fn iso_duration(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    let days_of = units(days, &[('W', 7 * 24 * 3600), ('D', 24 * 3600)])?;
    let time_of = units(time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    (!rest.is_empty()).then(|| days_of.checked_add(time_of)).flatten()
}

/// Numbers with units: each unit at most once, and in their order.
fn units(text: &str, known: &[(char, i64)]) -> Option<i64> {
    let mut known = known.iter();
    let mut rest = text;
    let mut total = 0_i64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at(end);
        let unit = behind.chars().next()?;
        let (_, seconds) = known.find(|(name, _)| *name == unit)?;
        let number: i64 = number.parse().ok()?;
        total = total.checked_add(number.checked_mul(*seconds)?)?;
        rest = behind.strip_prefix(unit)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &[(&str, &str)] = &[("name", "a"), ("processDefnName", "kyc"), ("status", "active")];

    fn parse(more: &[(&str, &str)]) -> Result<TokenSpec, Vec<String>> {
        let mut fields = Fields::default();
        let kept = TOKEN
            .iter()
            .filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        for (name, value) in kept.chain(more) {
            fields.add(name, (*value).to_owned());
        }
        TokenSpec::parse(&fields).map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn what_a_token_does_not_say_is_as_usual() {
        let spec = parse(&[]).unwrap();
        assert_eq!(
            (spec.status, spec.kind),
            (TokenStatus::Active, TokenKind::Unlimited)
        );
        assert_eq!((spec.definition_version, spec.seconds()), (None, None));
        for (more, kind) in [
            (&[("maxCount", "3")][..], TokenKind::CountLimited),
            (&[("notAfterDtm", "2026-02-01T00:00:00Z")], TokenKind::TimeLimited),
            (
                &[("notBeforeDtm", "2026-02-01T00:00:00Z"), ("maxCount", "1")],
                TokenKind::CountLimited,
            ),
            (&[("type", "unlimited"), ("maxCount", "1")], TokenKind::Unlimited),
        ] {
            assert_eq!(parse(more).unwrap().kind, kind, "{more:?}");
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let long = "x".repeat(51);
        let longer = "x".repeat(2001);
        let address = format!("https://example.com/{}", "x".repeat(500));
        for (more, wrong) in [
            (
                &[("name", ""), ("processDefnName", ""), ("status", "")][..],
                &["name", "processDefnName", "status"][..],
            ),
            (
                &[("name", &long), ("processDefnName", &long), ("status", "ON")],
                &["name", "processDefnName", "status"],
            ),
            (&[("description", &longer)], &["description"]),
            (
                &[("processDefnVersion", "0"), ("maxCount", "-1")],
                &["processDefnVersion", "maxCount"],
            ),
            (&[("maxCount", "2147483648")], &["maxCount"]),
            (&[("type", "SINGLE_USE")], &["type"]),
            (&[("type", "MULTI_USE_COUNT_LIMITED")], &["maxCount"]),
            (
                &[("type", "MULTI_USE_COUNT_LIMITED"), ("maxCount", "many")],
                &["maxCount"],
            ),
            (&[("type", "MULTI_USE_TIME_LIMITED")], &["notAfterDtm"]),
            (
                &[("notBeforeDtm", "soon"), ("notAfterDtm", "later")],
                &["notBeforeDtm", "notAfterDtm"],
            ),
            (
                &[
                    ("notBeforeDtm", "2026-02-01T00:00:00Z"),
                    ("notAfterDtm", "2026-01-01T00:00:00Z"),
                ],
                &["notAfterDtm"],
            ),
            (&[("uiUrl", "javascript:alert(1)")], &["uiUrl"]),
            (&[("uiUrl", "https://")], &["uiUrl"]),
            (&[("uiUrl", "https://example.com/a b")], &["uiUrl"]),
            (&[("uiUrl", &address)], &["uiUrl"]),
            (&[("maxProcessDuration", "48h")], &["maxProcessDuration"]),
            (&[("maxProcessDuration", "PT59S")], &["maxProcessDuration"]),
            (&[("maxProcessDuration", "P31D")], &["maxProcessDuration"]),
            (
                &[
                    ("parameters.email", "ana"),
                    ("parameters.phoneNumber", "12"),
                    ("parameters.", "x"),
                ],
                &["parameters.", "parameters.email", "parameters.phoneNumber"],
            ),
            (&[("parameters", "x")], &["parameters"]),
        ] {
            assert_eq!(parse(more).unwrap_err(), wrong, "{more:?}");
        }
    }

    #[test]
    fn parameters_are_what_is_known_of_the_person() {
        let spec = parse(&[
            ("parameters.firstName", "Ana"),
            ("parameters.email", "ana@example.com"),
            ("parameters.phoneNumber", "+57 300 123 4567"),
            ("parameters.referenceID", "order 7"),
        ])
        .unwrap();
        let person = spec.applicant();
        assert_eq!(person.first_name.as_deref(), Some("Ana"));
        assert_eq!(
            (person.last_name, person.phone.as_deref()),
            (None, Some("+573001234567"))
        );
        assert_eq!(spec.parameters["referenceID"], "order 7");
        assert_eq!(format!("{spec:?}"), "TokenSpec { name: \"a\", .. }");
    }

    #[test]
    fn a_token_is_used_within_its_limits() {
        let at = |text| parse_instant(text).unwrap();
        let token = |more: &[(&str, &str)], counter| ProcessToken {
            client: ClientId(Uuid::nil()),
            id: Uuid::nil(),
            spec: parse(more).unwrap(),
            flow: FlowId(Uuid::nil()),
            counter,
            created_by: String::new(),
            created: at("2026-01-01T00:00:00Z"),
            updated: at("2026-01-01T00:00:00Z"),
        };
        let (from, to) = ("2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z");
        let dated = [("notBeforeDtm", from), ("notAfterDtm", to)];
        let millis = |text: &str| text.replace('Z', ".000Z");
        for (more, counter, now, refused) in [
            (&[][..], 1000, from, None),
            (&[("status", "INACTIVE")], 0, from, Some(TokenRefused::Inactive)),
            (
                &dated,
                0,
                "2026-01-09T23:59:59Z",
                Some(TokenRefused::TooEarly(millis(from))),
            ),
            (&dated, 0, from, None),
            (&dated, 0, to, None),
            (
                &dated,
                0,
                "2026-01-20T00:00:01Z",
                Some(TokenRefused::TooLate(millis(to))),
            ),
            (&[("maxCount", "2")], 1, from, None),
            (&[("maxCount", "2")], 2, from, Some(TokenRefused::UsedUp(2))),
        ] {
            let mut token = token(more, counter);
            let taken = token.take(at(now));
            assert_eq!(taken.clone().err(), refused, "{more:?} {counter} {now}");
            assert_eq!(token.counter, counter + i32::from(taken.is_ok()));
        }
    }

    #[test]
    fn durations_are_read_as_iso_8601_writes_them() {
        for (text, seconds) in [
            ("PT48H", Some(172_800)),
            ("P2D", Some(172_800)),
            ("P1DT12H30M5S", Some(131_405)),
            ("P1W", Some(604_800)),
            ("PT0S", Some(0)),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("P1Y", None),
            ("P1M", None),
            ("PT1D", None),
            ("PT1M1H", None),
            ("PT1H1H", None),
            ("PTH", None),
            ("PT1.5H", None),
            ("-PT1H", None),
            ("48h", None),
            ("PT99999999999999999999H", None),
            ("PT9223372036854775807H", None),
            ("PT1ñ", None),
        ] {
            assert_eq!(iso_duration(text), seconds, "{text}");
        }
    }
}
