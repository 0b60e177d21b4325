//! What a client configures about its validations (seed 001, Config; `contract/identity-wire.md` §3.10).
//!
//! One table says which setting a validator has, of what shape, within which limits and with which default; reading,
//! resetting and printing go by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Method,
    documents::{DocumentCountry, DocumentKind, DocumentType},
    request::Validator,
};
use crate::{
    contacts::is_email,
    fields::{FieldErrors, Fields},
};

crate::text_enum! {
    /// Something that can be configured of a validator.
    pub enum Setting {
        /// Seconds that a person has.
        Timeout = "timeout",
        /// How often it may be tried again.
        AllowedRetries = "allowed_retries",
        /// Seconds within which a failed one can be tried again.
        RetryTtl = "retry_ttl",
        /// How alike two faces have to be, from 0 to 1.
        Threshold = "threshold",
        /// Seconds that a person has to be enrolled.
        EnrollmentTimeout = "enrollment_timeout",
        /// Whether a person looks at what failed.
        UseManualReview = "use_manual_review",
        /// Whether each face is searched among the reported ones.
        IncludeFaceSearch = "include_face_search",
        /// Subject of the mail with the code.
        EmailSubject = "email_subject",
        /// Title of that mail.
        EmailTitle = "email_title",
        /// What stands before the code.
        EmailText1 = "email_text_1",
        /// What stands behind the code.
        EmailText2 = "email_text_2",
        /// Where the mail says that help is to be had.
        SupportEmail = "support_email",
        /// Who sends the code, as the message to the phone says.
        CustomName = "custom_name",
    }
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// A whole number within limits.
    Number { usual: u32, least: u32, most: u32 },
    /// A number from 0 to 1.
    Ratio { usual: f64 },
    /// Yes or no; usually no.
    Flag,
    /// A text of at most so many characters; usually ours.
    Text { longest: usize },
    /// An e-mail address; usually none.
    Address,
}

const fn number(usual: u32, least: u32, most: u32) -> Shape {
    Shape::Number { usual, least, most }
}

/// How alike two faces have to be where nothing else is said.
const THRESHOLD: f64 = 0.65;

const HOURS: u32 = 6 * 3600;

/// Every setting of every validator that can be configured.
#[rustfmt::skip]
const SETTINGS: &[(Validator, Setting, Shape)] = {
    use Setting as S;
    use Validator as V;
    &[
        (V::DocumentValidation, S::Timeout, number(300, 1, HOURS)),
        (V::DocumentValidation, S::AllowedRetries, number(0, 0, 3)),
        (V::DocumentValidation, S::RetryTtl, number(300, 1, 1800)),
        (V::DocumentValidation, S::UseManualReview, Shape::Flag),
        (V::FaceRecognition, S::Timeout, number(300, 1, HOURS)),
        (V::FaceRecognition, S::AllowedRetries, number(0, 0, 2)),
        (V::FaceRecognition, S::RetryTtl, number(300, 1, 300)),
        (V::FaceRecognition, S::Threshold, Shape::Ratio { usual: THRESHOLD }),
        (V::FaceRecognition, S::EnrollmentTimeout, number(3600, 1, HOURS)),
        (V::FaceRecognition, S::UseManualReview, Shape::Flag),
        (V::FaceRecognition, S::IncludeFaceSearch, Shape::Flag),
        (V::EmailVerification, S::Timeout, number(300, 1, 600)),
        (V::EmailVerification, S::AllowedRetries, number(2, 0, 4)),
        (V::EmailVerification, S::EmailSubject, Shape::Text { longest: 120 }),
        (V::EmailVerification, S::EmailTitle, Shape::Text { longest: 120 }),
        (V::EmailVerification, S::EmailText1, Shape::Text { longest: 1000 }),
        (V::EmailVerification, S::EmailText2, Shape::Text { longest: 1000 }),
        (V::EmailVerification, S::SupportEmail, Shape::Address),
        (V::PhoneVerification, S::Timeout, number(300, 1, 600)),
        (V::PhoneVerification, S::AllowedRetries, number(2, 0, 4)),
        (V::PhoneVerification, S::CustomName, Shape::Text { longest: 30 }),
    ]
};

/// The limits of a whole number; those of a request's `timeout` too.
pub(super) fn limits(validator: Validator, setting: Setting) -> Option<(u32, u32)> {
    match shape(validator, setting)? {
        Shape::Number { least, most, .. } => Some((least, most)),
        Shape::Ratio { .. } | Shape::Flag | Shape::Text { .. } | Shape::Address => None,
    }
}

fn shape(validator: Validator, setting: Setting) -> Option<Shape> {
    let found = SETTINGS
        .iter()
        .find(|(of, what, _)| *of == validator && *what == setting);
    found.map(|(_, _, shape)| *shape)
}

impl Shape {
    /// The value where nothing is configured; none where that is a text of ours.
    fn usual(self) -> Option<Value> {
        match self {
            Self::Number { usual, .. } => Some(usual.into()),
            Self::Ratio { usual } => Some(usual.into()),
            Self::Flag => Some(false.into()),
            Self::Text { .. } | Self::Address => None,
        }
    }

    fn read(self, fields: &Fields, name: &str, errors: &mut FieldErrors) -> Option<Value> {
        let text = fields.get(name)?;
        let read = match self {
            Self::Number { least, most, .. } => text
                .parse()
                .ok()
                .filter(|number| (least..=most).contains(number))
                .map(Value::from)
                .ok_or_else(|| format!("must be a whole number from {least} to {most}")),
            Self::Ratio { .. } => read_ratio(text).map(Value::from).ok_or_else(|| RATIO.to_owned()),
            Self::Flag => return fields.boolean(name, errors).map(Value::from),
            Self::Text { longest } => return fields.text(name, longest, errors).map(Value::from),
            Self::Address => is_email(text)
                .then(|| Value::from(text))
                .ok_or_else(|| "must be an e-mail address".to_owned()),
        };
        read.map_err(|message| errors.push(name, message)).ok()
    }
}

/// What is expected of a threshold.
pub(super) const RATIO: &str = "must be a number from 0 to 1";

/// A number from 0 to 1.
pub(super) fn read_ratio(text: &str) -> Option<f64> {
    text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio))
}

/// What the config calls a method: in a request, and in its list.
const METHODS: &[(Method, &str, &str)] = &[
    (Method::DataConsistency, "data-consistency", "data-consistency"),
    (
        Method::GovernmentDatabase,
        "government-database-validation",
        "government-database",
    ),
    (Method::ImageAnalysis, "image-analysis", "image-analysis"),
    (
        Method::PhotocopyAnalysis,
        "photocopy-analysis",
        "photocopy-analysis",
    ),
    (Method::PhotoOfPhoto, "photo-of-photo", "photo-of-photo"),
    (Method::ManualReview, "manual-review", "manual-review"),
];

/// Methods that are switched on and off.
pub type Switches = BTreeMap<Method, bool>;

/// The name under which a method is switched.
fn switch(method: &str) -> String {
    format!("validation_method.{method}.status")
}

/// Reads `validation_method.<method>.status=enabled|disabled`. `at` stands before the names of wrong fields.
pub fn switches(fields: &Fields, at: &str, errors: &mut FieldErrors) -> Switches {
    let mut switches = Switches::new();
    for (method, name, _) in METHODS {
        let name = switch(name);
        let Some(status) = fields.get(&name) else { continue };
        match status.to_ascii_lowercase().as_str() {
            "enabled" => drop(switches.insert(*method, true)),
            "disabled" => drop(switches.insert(*method, false)),
            _ => errors.push(&format!("{at}{name}"), "must be one of enabled, disabled"),
        }
    }
    switches
}

/// Versions of documents that the vendor names, here or there (`contract/identity-wire.md` §3.10, §11).
#[rustfmt::skip]
const VERSIONS: &[&str] = &[
    "mx_ine-c", "mx_ine-d", "mx_ine-e", "mx_ine-f", "mx_ine-g", "mx_ine-h", "mx_ife-c", "mx_ife-d", "mx_ife-f",
    "mx_ife-g", "mx_fm3", "co_national-id-2000", "co_national-id-2020", "co_foreign-id", "co_ppt", "co_pep",
    "co_driver-license-2013", "cl_national-id-2002", "cl_national-id-2013", "cl_national-id-2025",
    "cl_foreign-id-2013", "cl_foreign-id-2025", "br_any", "br_driver-license", "br_rg-2022", "passport",
];

/// Which methods certain documents are validated by. Where several rules speak of a document, the narrower one holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<DocumentCountry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document_type: Option<DocumentType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document_version: Option<String>,
    methods: Switches,
}

impl Rule {
    fn same_scope(&self, other: &Self) -> bool {
        self.country == other.country
            && self.document_type == other.document_type
            && self.document_version == other.document_version
    }

    fn covers(&self, kind: DocumentKind, version: Option<&str>) -> bool {
        self.country.is_none_or(|country| country == kind.country)
            && self
                .document_type
                .is_none_or(|document_type| document_type == kind.document_type)
            && self
                .document_version
                .as_deref()
                .is_none_or(|own| Some(own) == version)
    }

    /// How narrow its scope is.
    fn weight(&self) -> u8 {
        u8::from(self.country.is_some())
            + 2 * u8::from(self.document_type.is_some())
            + 4 * u8::from(self.document_version.is_some())
    }
}

/// What a client configured; what it did not goes by the defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    #[serde(default)]
    values: BTreeMap<Validator, BTreeMap<Setting, Value>>,
    /// In the order of their last change.
    #[serde(default)]
    rules: Vec<Rule>,
}

impl Config {
    /// Takes over what the fields say of one validator.
    ///
    /// # Errors
    /// Every field that is wrong; then nothing is changed.
    pub fn change(&mut self, fields: &Fields) -> Result<Validator, FieldErrors> {
        let mut errors = FieldErrors::default();
        let validator = configured(fields, &mut errors);
        let mut changed = self.clone();
        if let Some(validator) = validator {
            for (of, setting, shape) in SETTINGS {
                if *of == validator {
                    let value = shape.read(fields, setting.as_str(), &mut errors);
                    let own = changed.values.entry(validator).or_default();
                    own.extend(value.map(|value| (*setting, value)));
                }
            }
            let foreign = Setting::ALL.iter().filter(|setting| {
                fields.get(setting.as_str()).is_some() && shape(validator, **setting).is_none()
            });
            foreign
                .for_each(|setting| errors.push(setting.as_str(), format!("is no setting of {validator}")));
            changed.change_methods(validator, fields, &mut errors);
        }
        errors.into_result()?;
        *self = changed;
        validator.ok_or_else(|| FieldErrors::one("validator", "is required"))
    }

    fn change_methods(&mut self, validator: Validator, fields: &Fields, errors: &mut FieldErrors) {
        let mut named = METHODS.iter().map(|(_, name, _)| switch(name));
        let first = named.find(|name| fields.get(name).is_some());
        let rule = Rule {
            country: fields.one_of("country", DocumentCountry::ALL, errors),
            document_type: fields.one_of("document_type", DocumentType::ALL, errors),
            document_version: fields
                .get("document_version")
                .and_then(|text| version(text, errors)),
            methods: switches(fields, "", errors),
        };
        let Some(first) = first else { return };
        if validator != Validator::DocumentValidation {
            errors.push(&first, format!("is no setting of {validator}"));
        } else if rule.document_type.is_none() && fields.get("document_type").is_none() {
            errors.push("document_type", "is required to change a validation_method");
        }
        let before = self.rules.iter().position(|other| other.same_scope(&rule));
        let mut merged = before.map_or_else(
            || Rule {
                methods: Switches::new(),
                ..rule.clone()
            },
            |at| self.rules.remove(at),
        );
        merged.methods.extend(rule.methods);
        self.rules.push(merged);
    }

    /// Gives one setting of a validator, or all of them, back to its default.
    ///
    /// # Errors
    /// If there is no such validator or setting.
    pub fn reset(&mut self, fields: &Fields) -> Result<Validator, FieldErrors> {
        /// All that is configured by country, type and version.
        const RULES: &str = "document_config";
        let mut errors = FieldErrors::default();
        let validator = configured(fields, &mut errors);
        if let (Some(validator), Some(name)) = (validator, fields.get("type")) {
            let mut known: Vec<&str> = SETTINGS
                .iter()
                .filter(|(of, ..)| *of == validator)
                .map(|(_, setting, _)| setting.as_str())
                .collect();
            known.extend((validator == Validator::DocumentValidation).then_some(RULES));
            match known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                None => errors.push("type", crate::fields::must_be_one_of(&known)),
                Some(&RULES) => self.rules.clear(),
                Some(known) => {
                    let own = self.values.entry(validator).or_default();
                    own.retain(|setting, _| setting.as_str() != *known);
                }
            }
        } else if let Some(validator) = validator {
            self.values.remove(&validator);
            if validator == Validator::DocumentValidation {
                self.rules.clear();
            }
        }
        errors.into_result()?;
        validator.ok_or_else(|| FieldErrors::one("validator", "is required"))
    }

    fn value(&self, validator: Validator, setting: Setting) -> Option<Value> {
        let own = self.values.get(&validator).and_then(|own| own.get(&setting));
        own.cloned()
            .or_else(|| shape(validator, setting).and_then(Shape::usual))
    }

    /// A whole number.
    pub fn number(&self, validator: Validator, setting: Setting) -> u32 {
        let value = self.value(validator, setting).and_then(|value| value.as_u64());
        value.and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
    }

    /// A number from 0 to 1.
    pub fn ratio(&self, validator: Validator, setting: Setting) -> f64 {
        let value = self.value(validator, setting).and_then(|value| value.as_f64());
        value.unwrap_or(THRESHOLD)
    }

    /// Yes or no.
    pub fn flag(&self, validator: Validator, setting: Setting) -> bool {
        let value = self.value(validator, setting).and_then(|value| value.as_bool());
        value.unwrap_or(false)
    }

    /// A text of the client's.
    pub fn text(&self, validator: Validator, setting: Setting) -> Option<String> {
        let value = self.value(validator, setting)?;
        value.as_str().map(str::to_owned)
    }

    /// By which methods a document is validated: those of the block of a flow (`own`), else what is configured, else the
    /// usual ones. `version` is the one that it was found to be; rules that name a version say nothing of a document whose
    /// version is not known.
    pub fn methods(&self, kind: DocumentKind, version: Option<&str>, own: &Switches) -> Vec<Method> {
        let chosen = |method: Method| {
            if let Some(chosen) = own.get(&method) {
                return *chosen;
            }
            let speaking = self
                .rules
                .iter()
                .filter(|rule| rule.covers(kind, version) && rule.methods.contains_key(&method));
            let narrowest = speaking.max_by_key(|rule| rule.weight());
            let chosen = narrowest.and_then(|rule| rule.methods.get(&method).copied());
            chosen.unwrap_or_else(|| self.usually(kind, method))
        };
        Method::ALL
            .iter()
            .copied()
            .filter(|method| chosen(*method))
            .collect()
    }

    fn usually(&self, kind: DocumentKind, method: Method) -> bool {
        let passport = kind.document_type == DocumentType::Passport || kind.country == DocumentCountry::All;
        match method {
            Method::DataConsistency => true,
            Method::GovernmentDatabase | Method::PhotocopyAnalysis | Method::PhotoOfPhoto => !passport,
            Method::ImageAnalysis => false,
            Method::ManualReview => self.flag(Validator::DocumentValidation, Setting::UseManualReview),
        }
    }

    /// As the wire prints it: every validator with what holds for it.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        for validator in Validator::ALL {
            let own = SETTINGS.iter().filter(|(of, ..)| of == validator);
            let values: Map<String, Value> = own
                .filter_map(|(_, setting, _)| Some((setting.to_string(), self.value(*validator, *setting)?)))
                .collect();
            if !values.is_empty() {
                map.insert(validator.to_string(), Value::Object(values));
            }
        }
        // The vendor prints the scope beside its list of methods; of several, the one that was changed last.
        let newest = self.rules.last();
        let kind = DocumentKind {
            country: newest
                .and_then(|rule| rule.country)
                .unwrap_or(DocumentCountry::Co),
            document_type: newest
                .and_then(|rule| rule.document_type)
                .unwrap_or(DocumentType::NationalId),
        };
        let version = newest.and_then(|rule| rule.document_version.as_deref());
        if let Some(Value::Object(document)) = map.get_mut(Validator::DocumentValidation.as_str()) {
            document.insert(
                "validation_methods".into(),
                names(&self.methods(kind, version, &Switches::new())).into(),
            );
            document.extend(newest.into_iter().flat_map(scope));
            document.insert(
                "document_config".into(),
                self.rules
                    .iter()
                    .map(|rule| {
                        let mut shown: Map<String, Value> = scope(rule).collect();
                        let on = rule
                            .methods
                            .iter()
                            .filter(|(_, on)| **on)
                            .map(|(method, _)| *method);
                        let off = rule
                            .methods
                            .iter()
                            .filter(|(_, on)| !**on)
                            .map(|(method, _)| *method);
                        shown.insert("enabled".into(), names(&on.collect::<Vec<_>>()).into());
                        shown.insert("disabled".into(), names(&off.collect::<Vec<_>>()).into());
                        Value::Object(shown)
                    })
                    .collect(),
            );
        }
        // Shown because the vendor shows them; nothing here is validated by them.
        map.insert("enterprise-data".into(), json!({ "timeout": 300 }));
        map.insert(
            "identity-questions".into(),
            json!({ "allowed_retries": 0, "threshold": THRESHOLD, "timeout": 300 }),
        );
        map.insert("voice-recognition".into(), json!({ "timeout": 300 }));
        Value::Object(map)
    }
}

fn scope(rule: &Rule) -> impl Iterator<Item = (String, Value)> + use<> {
    let parts = [
        ("country", rule.country.map(|country| country.to_string())),
        (
            "document_type",
            rule.document_type.map(|document_type| document_type.to_string()),
        ),
        ("document_version", rule.document_version.clone()),
    ];
    parts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
}

fn names(methods: &[Method]) -> String {
    let names = METHODS.iter().filter(|(method, ..)| methods.contains(method));
    names.map(|(_, _, name)| *name).collect::<Vec<_>>().join(",")
}

fn version(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let known = VERSIONS.iter().find(|known| known.eq_ignore_ascii_case(text));
    if known.is_none() {
        errors.push("document_version", crate::fields::must_be_one_of(VERSIONS));
    }
    known.map(|known| (*known).to_owned())
}

/// The validators that can be configured.
const CONFIGURABLE: &[Validator] = &[
    Validator::FaceRecognition,
    Validator::EmailVerification,
    Validator::PhoneVerification,
    Validator::DocumentValidation,
];

fn configured(fields: &Fields, errors: &mut FieldErrors) -> Option<Validator> {
    fields.required_one_of("validator", CONFIGURABLE, errors)
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
