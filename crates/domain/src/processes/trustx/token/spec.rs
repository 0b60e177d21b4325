//! What a token says: its fields and their rules.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::duration::iso_duration;
use crate::{
    contacts::{is_email, phone},
    fields::{FieldErrors, Fields},
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
