//! Reading a request for a check: every field error at once.

use super::{
    CheckType, CustomType, InputField, Inputs, Priority,
    custom_type::{TypeKey, check_askable, subject},
    documents,
    inputs::Kind,
    plan::Scope,
    required::check_required,
};
use crate::{
    continuous::Frequency,
    country::Country,
    fields::{FieldErrors, Fields},
    ids::ReportId,
    time::parse_date,
};

/// A request for a check that can be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheck {
    /// What is checked.
    pub check_type: CheckType,
    /// The client's own type that was asked for, if it was one.
    pub custom: Option<CustomType>,
    /// Where.
    pub country: Country,
    /// About whom.
    pub inputs: Inputs,
    /// Make a new check even if an equal recent one exists.
    pub force_creation: bool,
    /// The folder it goes into; whether it exists is for the store to say.
    pub report: Option<ReportId>,
    /// Its place in the queue.
    pub priority: Priority,
    /// How often it is to be carried out again.
    pub watch: Option<Frequency>,
}

/// What the caller's key and client say about how a request is read.
#[derive(Debug, Clone, Copy)]
pub struct Strictness {
    /// Version of the key: 0 may leave `user_authorized` out.
    pub key_version: u8,
    /// Refuse documents that fail their own check digits.
    pub identifiers: bool,
}

impl NewCheck {
    /// Reads the fields of POST /v1/checks and the `Truora-Priority` header. `custom` is what [`asked_custom_type`]
    /// names, if the client has it.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(
        fields: &Fields,
        priority: Option<&str>,
        strictness: Strictness,
        custom: Option<CustomType>,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let builtin = match &custom {
            Some(_) => None,
            None => one_of::<CheckType>(fields.get("type"), "type", &mut errors),
        };
        let country = one_of::<Country>(fields.get("country"), "country", &mut errors);
        let inputs = read_inputs(fields, &mut errors);
        let check_type = custom.as_ref().map(|_| subject(&inputs)).or(builtin);
        let force_creation = fields.boolean("force_creation", &mut errors).unwrap_or(false);
        let authorized = fields.boolean("user_authorized", &mut errors);
        let person = check_type == Some(CheckType::Person);
        let unreadable = errors.0.iter().any(|error| error.field == "user_authorized");
        if person
            && !unreadable
            && (authorized == Some(false) || (strictness.key_version > 0 && authorized.is_none()))
        {
            errors.push(
                "user_authorized",
                "must be true: the person has to authorize the check",
            );
        }
        let watch = fields.get("watch").and_then(|text| {
            text.parse::<Frequency>()
                .inspect_err(|error| errors.push("watch", error.to_string()))
                .ok()
        });
        let report = fields
            .get("report_id")
            .and_then(|text| match text.parse::<ReportId>() {
                Ok(id) => Some(id),
                Err(_) => {
                    errors.push("report_id", "is not a report id");
                    None
                }
            });
        let priority = match priority.map(str::parse::<Priority>) {
            None => Priority::Medium,
            Some(Ok(priority)) => priority,
            Some(Err(_)) => {
                errors.push("Truora-Priority", expected(Priority::ALL));
                Priority::Medium
            }
        };
        if let (Some(check_type), Some(country)) = (check_type, country) {
            match &custom {
                Some(custom) => {
                    let scope = Scope {
                        country,
                        check_type,
                        custom: Some(custom),
                    };
                    check_askable(scope, &inputs, &mut errors);
                }
                None => check_required(country, check_type, &inputs, &mut errors),
            }
            if strictness.identifiers {
                for field in documents::invalid_documents(country, &inputs) {
                    errors.push(field.as_str(), "is not a valid number of its kind");
                }
            }
            if errors.0.is_empty() {
                return Ok(Self {
                    check_type,
                    custom,
                    country,
                    inputs,
                    force_creation,
                    report,
                    priority,
                    watch,
                });
            }
        }
        Err(errors)
    }
}

/// The custom type that a request asks for: what `type` says, where it is none of the built-in ones, and `country` is
/// one.
pub fn asked_custom_type(fields: &Fields) -> Option<TypeKey> {
    let name = fields.get("type")?.trim();
    if name.parse::<CheckType>().is_ok() {
        return None;
    }
    Some(TypeKey {
        country: fields.get("country")?.parse().ok()?,
        name: name.to_owned(),
    })
}

fn expected<T: std::fmt::Display>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("must be one of {}", values.join(", "))
}

fn one_of<T>(text: Option<&str>, field: &str, errors: &mut FieldErrors) -> Option<T>
where
    T: std::str::FromStr + std::fmt::Display + Copy + 'static + Listed,
{
    let Some(text) = text else {
        errors.push(field, "is required");
        return None;
    };
    let value = text.parse().ok();
    if value.is_none() {
        errors.push(field, expected(T::list()));
    }
    value
}

/// Enums that can name their values in an error.
trait Listed: Sized {
    fn list() -> &'static [Self];
}

impl Listed for CheckType {
    fn list() -> &'static [Self] {
        Self::ALL
    }
}

impl Listed for Country {
    fn list() -> &'static [Self] {
        Self::ALL
    }
}

fn read_inputs(fields: &Fields, errors: &mut FieldErrors) -> Inputs {
    let mut inputs = Inputs::default();
    for field in InputField::ALL.iter().copied() {
        let Some(text) = fields.get(field.as_str()) else {
            continue;
        };
        match read_input(field, text) {
            Ok(value) => inputs.set(field, value),
            Err(message) => errors.push(field.as_str(), message),
        }
    }
    inputs
}

/// Longest document number that any of the kinds has, with room for separators.
const NUMBER_LENGTH: usize = 64;

fn read_input(field: InputField, text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("must not contain control characters".to_owned());
    }
    let text = text.trim();
    match field.kind() {
        Kind::Text(limit) if text.chars().count() > limit => {
            Err(format!("must have at most {limit} characters"))
        }
        Kind::Text(_) if field == InputField::PhoneNumber && !is_phone(text) => {
            Err("must be a phone number of 7 to 15 digits".to_owned())
        }
        Kind::Text(_) => Ok(text.to_owned()),
        Kind::Number if text.chars().count() > NUMBER_LENGTH => {
            Err(format!("must have at most {NUMBER_LENGTH} characters"))
        }
        // Letters and digits count in a state's id; the reference omits `- * , .`.
        Kind::Number if field == InputField::StateId => Ok(text.replace(['-', '*', ',', '.'], "")),
        Kind::Number => Ok(text.to_owned()),
        Kind::Date => parse_date(text)
            .map(|date| date.format("%Y-%m-%d").to_string())
            .ok_or_else(|| "must be a date in the form YYYY-MM-DD".to_owned()),
        Kind::OneOf(values) => values
            .iter()
            .find(|value| value.eq_ignore_ascii_case(text))
            .map(|value| (*value).to_owned())
            .ok_or_else(|| expected(values)),
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.bytes().all(|b| b.is_ascii_digit() || b" +-().".contains(&b))
}
