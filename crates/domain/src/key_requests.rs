//! What POST /v1/api-keys asks for, and the rules of its fields (seed 001, Generate Token).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    contacts::{is_account_id, is_email, phone},
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::FlowId,
    keys::KeyType,
    permissions::Permission,
};

crate::text_enum! {
    /// The product that a key for a browser or an app is granted.
    pub enum Grant {
        /// One process of digital identity.
        DigitalIdentity = "digital-identity",
        /// Signals of devices.
        Signals = "signals",
        /// Validations by an app.
        Validations = "validations",
    }
}

crate::text_enum! {
    /// Countries of a process.
    pub enum ProcessCountry {
        /// Any country.
        All = "ALL",
        /// Brazil.
        Br = "BR",
        /// Chile.
        Cl = "CL",
        /// Colombia.
        Co = "CO",
        /// Costa Rica.
        Cr = "CR",
        /// Ecuador.
        Ec = "EC",
        /// Mexico.
        Mx = "MX",
        /// Peru.
        Pe = "PE",
        /// Argentina.
        Ar = "AR",
    }
}

crate::text_enum! {
    /// Documents with which a process can be pre-filled.
    pub enum ProcessDocument {
        /// Passport.
        Passport = "passport",
        /// Driving licence.
        DriverLicense = "driver-license",
        /// Document of a foreigner.
        ForeignId = "foreign-id",
        /// National document.
        NationalId = "national-id",
        /// Special permit of stay.
        Pep = "pep",
    }
}

/// How long a web token and an SDK key live, in seconds.
pub const SHORT_LIFETIME_SECONDS: i64 = 7200;

/// Backend keys live for as long as the vendor's: decades.
pub const LONG_LIFETIME_SECONDS: i64 = 50 * 365 * 24 * 3600;

/// A key that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// What it is for.
    pub key_type: KeyType,
    /// Its name.
    pub name: String,
    /// 0 or 1.
    pub version: u8,
    /// The product; only for keys of browsers and apps.
    pub grant: Option<Grant>,
    /// The billing hub, by id or name.
    pub billing_hub: Option<String>,
    /// Permissions that are granted one by one.
    pub permissions: Vec<Permission>,
    /// The process that a web token is for.
    pub process: Option<ProcessRequest>,
    /// The app that an SDK key is bound to.
    pub application_id: Option<String>,
}

/// The process that a web token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessRequest {
    /// The flow.
    pub flow: FlowId,
    /// The client's own id of the person; made up where none is given.
    pub account_id: Option<String>,
    /// The country.
    pub country: ProcessCountry,
    /// Where the person is sent at the end.
    pub redirect_url: String,
    /// What the steps are pre-filled with.
    pub document_type: Option<ProcessDocument>,
    /// E-mail addresses to be validated.
    pub emails: Vec<String>,
    /// Phones to be validated, as `+` and digits.
    pub phones: Vec<String>,
    /// `start_variables.metadata.<name>`.
    pub metadata: BTreeMap<String, String>,
}

/// What a web token carries besides, as its claim `additional_data` prints it.
#[derive(Debug, Serialize)]
pub struct AdditionalData<'a> {
    /// The person.
    pub account_id: &'a str,
    /// The country.
    pub country: ProcessCountry,
    /// The flow.
    pub flow_id: FlowId,
    /// The process that the token will create.
    pub process_id: crate::ids::ProcessId,
    /// Where the person is sent at the end.
    pub redirect_url: &'a str,
    /// What the steps are pre-filled with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_type: Option<ProcessDocument>,
    /// E-mail addresses to be validated.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub emails: &'a [String],
    /// Phones to be validated.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub phones: &'a [String],
    /// The caller's own variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_variables: Option<StartVariables<'a>>,
}

/// The caller's own variables.
#[derive(Debug, Serialize)]
pub struct StartVariables<'a> {
    /// By name.
    pub metadata: &'a BTreeMap<String, String>,
}

/// What a web token carries besides, as it is read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenData {
    /// The person.
    pub account_id: String,
    /// The country.
    pub country: ProcessCountry,
    /// The flow.
    pub flow_id: FlowId,
    /// The process that the token creates.
    pub process_id: crate::ids::ProcessId,
    /// Where the person is sent at the end.
    pub redirect_url: String,
    /// What the steps are pre-filled with.
    #[serde(default)]
    pub document_type: Option<ProcessDocument>,
    /// E-mail addresses to be validated.
    #[serde(default)]
    pub emails: Vec<String>,
    /// Phones to be validated.
    #[serde(default)]
    pub phones: Vec<String>,
    /// The caller's own variables.
    #[serde(default)]
    pub start_variables: TokenVariables,
}

/// The caller's own variables, as they are read back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct TokenVariables {
    /// By name.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

const LONGEST_NAME: usize = 100;
const LONGEST_URL: usize = 2048;
const MOST_CONTACTS: usize = 10;
const MOST_VARIABLES: usize = 50;

impl KeyRequest {
    /// Reads the fields of a request.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let key_type = required(fields, "key_type", KeyType::ALL, &mut errors);
        let name = if matches!(key_type, Some(KeyType::Backend | KeyType::Generator)) {
            let missing = "is required for this key_type";
            fields.required_text("key_name", LONGEST_NAME, missing, &mut errors)
        } else {
            fields.text("key_name", LONGEST_NAME, &mut errors)
        };
        let version = match fields.get("api_key_version") {
            None | Some("0") => 0,
            Some("1") => 1,
            Some(_) => {
                errors.push("api_key_version", "must be 0 or 1");
                0
            }
        };
        let short = matches!(key_type, Some(KeyType::Web | KeyType::Sdk));
        let grant = if short {
            required(fields, "grant", grants(key_type), &mut errors)
                .filter(|grant| grants(key_type).contains(grant))
        } else {
            None
        };
        if short && grant.is_none() && errors.0.iter().all(|error| error.field != "grant") {
            errors.push("grant", must_be_one_of(grants(key_type)));
        }
        let process = match (key_type, grant) {
            (Some(KeyType::Web), Some(Grant::DigitalIdentity)) => ProcessRequest::parse(fields, &mut errors),
            _ => None,
        };
        let permissions = permissions(fields, "permissions", &mut errors);
        let billing_hub = fields.text("billing_hub", LONGEST_NAME, &mut errors);
        let application_id = fields.text("application_id", 255, &mut errors);
        errors.into_result()?;
        let key_type = key_type.ok_or_else(|| FieldErrors::one("key_type", "is required"))?;
        Ok(Self {
            key_type,
            name: name.unwrap_or_else(|| default_name(key_type).to_owned()),
            version,
            grant,
            billing_hub,
            permissions,
            process,
            application_id,
        })
    }
}

/// Reads a repeated field of permissions.
pub fn permissions(fields: &Fields, name: &str, errors: &mut FieldErrors) -> Vec<Permission> {
    let mut read = Vec::new();
    for text in fields
        .all(name)
        .iter()
        .flat_map(|text| text.split(','))
        .map(str::trim)
    {
        match text.parse() {
            Ok(permission) if read.contains(&permission) => {}
            Ok(permission) => read.push(permission),
            Err(_) => {
                errors.push(name, must_be_one_of(Permission::ALL));
                break;
            }
        }
    }
    read
}

const fn default_name(key_type: KeyType) -> &'static str {
    match key_type {
        KeyType::Backend | KeyType::Generator => "key",
        KeyType::Web => "web",
        KeyType::Sdk => "sdk",
    }
}

const fn grants(key_type: Option<KeyType>) -> &'static [Grant] {
    match key_type {
        Some(KeyType::Sdk) => &[Grant::Validations],
        _ => Grant::ALL,
    }
}

fn required<T: std::str::FromStr + std::fmt::Display + Copy + PartialEq>(
    fields: &Fields,
    name: &str,
    known: &[T],
    errors: &mut FieldErrors,
) -> Option<T> {
    if fields.get(name).is_none() {
        errors.push(name, format!("is required and {}", must_be_one_of(known)));
    }
    fields.one_of(name, known, errors)
}

impl ProcessRequest {
    fn parse(fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
        let country = required(fields, "country", ProcessCountry::ALL, errors);
        let flow = match fields.get("flow_id") {
            None => {
                errors.push("flow_id", "is required for grant digital-identity");
                None
            }
            // An id that is none names no flow, like any other id that is not there.
            Some(text) => Some(text.parse().unwrap_or(FlowId(uuid::Uuid::nil()))),
        };
        let missing = "is required for grant digital-identity";
        let redirect_url = fields.required_text("redirect_url", LONGEST_URL, missing, errors);
        if redirect_url.as_deref().is_some_and(|url| !is_redirect(url)) {
            errors.push("redirect_url", "must be an absolute URL");
        }
        let account_id = fields.get("account_id").map(str::to_owned);
        if account_id.as_deref().is_some_and(|id| !is_account_id(id)) {
            errors.push(
                "account_id",
                "must have 1 to 128 characters of a-z, A-Z, 0-9, _ . and -",
            );
        }
        let document_type = fields.one_of("document_type", ProcessDocument::ALL, errors);
        let emails = contacts(
            fields,
            &["emails", "email"],
            "must be e-mail addresses, at most 10",
            is_email,
            errors,
        );
        let phones: Vec<String> = contacts(
            fields,
            &["phones", "phone", "phone_number"],
            "must be phone numbers with + and country code, at most 10",
            |text| phone(text).is_some(),
            errors,
        );
        let metadata = metadata(fields, errors);
        Some(Self {
            flow: flow?,
            account_id,
            country: country?,
            redirect_url: redirect_url?,
            document_type,
            emails,
            phones: phones.iter().filter_map(|text| phone(text)).collect(),
            metadata,
        })
    }
}

fn contacts(
    fields: &Fields,
    names: &[&str],
    expected: &str,
    good: impl Fn(&str) -> bool,
    errors: &mut FieldErrors,
) -> Vec<String> {
    let mut all = Vec::new();
    for name in names {
        let values = fields.all(name);
        if values.len() > MOST_CONTACTS || values.iter().any(|value| !good(value)) {
            errors.push(name, expected);
        }
        all.extend_from_slice(values);
    }
    all
}

fn metadata(fields: &Fields, errors: &mut FieldErrors) -> BTreeMap<String, String> {
    const PREFIX: &str = "start_variables.metadata.";
    let mut metadata = BTreeMap::new();
    for (name, values) in fields.iter() {
        let Some(key) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if key.is_empty() || values.iter().any(|value| value.chars().count() > 1000) {
            errors.push(name, "must have a name, and a value of at most 1000 characters");
        } else if let Some(value) = values.last() {
            metadata.insert(key.to_owned(), value.clone());
        }
    }
    if metadata.len() > MOST_VARIABLES {
        errors.push(
            "start_variables.metadata",
            format!("must have at most {MOST_VARIABLES} members"),
        );
    }
    metadata
}

/// Where a person may be sent: a page, or an app by its own scheme; never a script.
fn is_redirect(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else {
        return false;
    };
    let named = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let script = ["javascript", "data", "vbscript", "file", "blob"]
        .iter()
        .any(|bad| scheme.eq_ignore_ascii_case(bad));
    named && !script && rest.starts_with("//") && rest.len() > 2 && !url.chars().any(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &[(&str, &str)] = &[
        ("key_type", "web"),
        ("grant", "digital-identity"),
        ("api_key_version", "1"),
        ("country", "all"),
        ("flow_id", "IPF01900000000070008000000000000001"),
        ("redirect_url", "https://example.com/done"),
    ];

    fn parse(base: &[(&str, &str)], more: &[(&str, &str)]) -> Result<KeyRequest, Vec<String>> {
        let mut fields = Fields::default();
        let kept = base
            .iter()
            .filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        for (name, value) in kept.chain(more) {
            fields.add(name, (*value).to_owned());
        }
        KeyRequest::parse(&fields).map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_web_token_names_its_process() {
        let request = parse(
            WEB,
            &[
                ("phone", "+573001234567"),
                ("emails", "ana@example.com"),
                ("start_variables.metadata.plan", "gold"),
            ],
        )
        .unwrap();
        let process = request.process.unwrap();
        assert_eq!(process.country, ProcessCountry::All);
        assert_eq!(process.phones, ["+573001234567"]);
        assert_eq!(process.metadata["plan"], "gold");
        assert_eq!(request.name, "web");
    }

    #[test]
    fn what_each_kind_requires() {
        for (base, more, wrong) in [
            (&[][..], &[][..], &["key_type"][..]),
            (&[("key_type", "backend")], &[], &["key_name"]),
            (
                &[
                    ("key_type", "backend"),
                    ("key_name", "a"),
                    ("api_key_version", "2"),
                ],
                &[],
                &["api_key_version"],
            ),
            (&[("key_type", "web")], &[], &["grant"]),
            (
                &[("key_type", "sdk"), ("grant", "digital-identity")],
                &[],
                &["grant"],
            ),
            (
                &[("key_type", "web"), ("grant", "digital-identity")],
                &[],
                &["country", "flow_id", "redirect_url"],
            ),
            (
                WEB,
                &[("country", "US"), ("redirect_url", "javascript:alert(1)")],
                &["country", "redirect_url"],
            ),
            (
                WEB,
                &[("account_id", "a b"), ("document_type", "visa")],
                &["account_id", "document_type"],
            ),
            (
                WEB,
                &[("emails", "nobody"), ("phones", "12")],
                &["emails", "phones"],
            ),
            (WEB, &[("permissions", "everything")], &["permissions"]),
        ] {
            assert_eq!(parse(base, more).unwrap_err(), wrong, "{base:?} {more:?}");
        }
    }

    #[test]
    fn a_plus_that_became_a_blank_is_read() {}
}
