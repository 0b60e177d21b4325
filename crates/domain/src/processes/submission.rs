//! What a person submits to a step, and whether the step takes it (`contract/identity-wire.md` §5.4).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    block::Block,
    flow::FlowSpec,
    process::{Process, SubmitError},
    step::{Step, StepKind},
};
use crate::{
    contacts::{is_email, phone},
    fields::{FieldErrors, Fields, parse_bool},
    validations::{DocumentCountry, DocumentType},
};

/// Longest value of an input, in characters.
const LONGEST: usize = 2000;

/// Other names under which clients send inputs.
const ALIASES: &[(&str, &[&str])] = &[
    ("code", &["token", "verification_code"]),
    ("phone", &["phone_number", "cell_phone"]),
    ("response", &["answer"]),
];

/// What a person submits, before it is held against a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// The type of the step that it is for, where it says so.
    pub step_type: Option<String>,
    /// `(type, name, value)` of the inputs; the type is empty where it is not said.
    values: Vec<(String, String, String)>,
}

/// What a submission comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// Values that the step keeps.
    Values(BTreeMap<String, String>),
    /// The person does not authorise that data are treated.
    Unauthorised,
    /// A code that is to be looked at.
    Code(String),
    /// An answer that is to be judged.
    Response(String),
    /// The pictures are there, the person says.
    Pictures,
}

/// Why a submission is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// By what the step is.
    Step(SubmitError),
    /// By what was entered.
    Fields(FieldErrors),
}

impl Submission {
    /// Reads the step object that clients send back whole: its `expected_inputs` with their values.
    ///
    /// # Errors
    /// If it is no step object.
    pub fn of_document(document: &Value) -> Result<Self, FieldErrors> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let mut submission = Self {
            step_type: document["type"].as_str().map(str::to_owned),
            values: Vec::new(),
        };
        match &document["expected_inputs"] {
            Value::Null => {
                let flat = Fields::from_json(document.clone())?;
                let named = flat.iter().filter(|(name, _)| *name != "type");
                let last = named.filter_map(|(name, values)| Some((name, values.last()?)));
                submission
                    .values
                    .extend(last.map(|(name, value)| (String::new(), name.to_owned(), value.clone())));
            }
            Value::Array(inputs) => submission.values.extend(
                inputs
                    .iter()
                    .map(|input| (text(&input["type"]), text(&input["name"]), text(&input["value"]))),
            ),
            _ => return Err(FieldErrors::one("expected_inputs", "must be a list")),
        }
        Ok(submission)
    }

    /// Reads a form.
    pub fn of_fields(fields: &Fields) -> Self {
        let named = fields.iter().filter(|(name, _)| *name != "type");
        let last = named.filter_map(|(name, values)| Some((name, values.last()?)));
        Self {
            step_type: fields.get("type").map(str::to_owned),
            values: last
                .map(|(name, value)| (String::new(), name.to_owned(), value.clone()))
                .collect(),
        }
    }

    /// The value of an input, by its type and name; others are dropped.
    fn value(&self, kind: &str, name: &str) -> Option<&str> {
        let aliases = ALIASES.iter().find(|(own, _)| *own == name);
        let aliases = aliases.map_or(&[][..], |(_, aliases)| aliases);
        let named = |given: &str| given == name || aliases.contains(&given);
        let mut found = self.values.iter().rev();
        let found = found.find(|(of, given, _)| (of.is_empty() || of == kind) && named(given));
        found
            .map(|(.., value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Holds what was submitted against a step.
    ///
    /// # Errors
    /// If it changes what is given, or a value is missing or wrong.
    pub fn judge(&self, process: &Process, spec: &FlowSpec, step: &Step) -> Result<Entered, Refused> {
        let mut errors = FieldErrors::default();
        let mut values = BTreeMap::new();
        for (name, kind) in step.kind.inputs() {
            let sent = self.value(step.shown(*kind, spec).as_str(), name);
            let given = process.given(spec, step, name);
            if let (Some(sent), Some(given)) = (sent, given)
                && !same(step.kind, sent, given)
            {
                return Err(Refused::Step(SubmitError::ReadOnly));
            }
            if sent.is_some_and(|value| value.chars().count() > LONGEST) {
                errors.push(name, format!("must have at most {LONGEST} characters"));
            }
            if let Some(value) = given.or(sent) {
                values.insert((*name).to_owned(), value.to_owned());
            }
        }
        let block = spec.blocks.get(step.block);
        let entered = match step.kind {
            StepKind::EnterAuthorization => authorisation(values, &mut errors),
            StepKind::EnterEmail => checked(
                values,
                "email",
                is_email,
                "must be an e-mail address",
                &mut errors,
            ),
            StepKind::EnterPhone => {
                if let Some(value) = values.get_mut("phone")
                    && let Some(read) = phone(value)
                {
                    *value = read;
                }
                let expected = "must be a phone number with its country code, as +573001234567";
                checked(
                    values,
                    "phone",
                    |text| phone(text).is_some(),
                    expected,
                    &mut errors,
                )
            }
            StepKind::EnterEmailVerificationCode | StepKind::EnterPhoneVerificationCode => {
                match values.remove("code") {
                    Some(code) => Entered::Code(code),
                    None => {
                        errors.push("code", "is required");
                        Entered::Pictures
                    }
                }
            }
            StepKind::EnterDocumentType => document(values, block, &mut errors),
            StepKind::EnterInvoiceCountry => invoice(values, &mut errors),
            StepKind::EnterResponse => response(values, block, &mut errors),
            StepKind::TakeDocumentPhoto
            | StepKind::TakeInvoicePhoto
            | StepKind::RecordFacePhoto
            | StepKind::RecordFacePhotoLiveness => Entered::Pictures,
            StepKind::GetValidationsResult => return Err(Refused::Step(SubmitError::Processing)),
        };
        errors.into_result().map_err(Refused::Fields)?;
        Ok(entered)
    }
}

/// Whether a value that was sent is the one that is given.
fn same(kind: StepKind, sent: &str, given: &str) -> bool {
    match kind {
        StepKind::EnterPhone => phone(sent) == phone(given),
        _ => sent.eq_ignore_ascii_case(given),
    }
}

fn authorisation(values: BTreeMap<String, String>, errors: &mut FieldErrors) -> Entered {
    let name = "client_authorization";
    match values.get(name).map(|text| parse_bool(text)) {
        Some(Some(true)) => Entered::Values(values),
        Some(Some(false)) => Entered::Unauthorised,
        Some(None) => {
            errors.push(name, "must be true or false");
            Entered::Unauthorised
        }
        None => {
            errors.push(name, "is required");
            Entered::Unauthorised
        }
    }
}

fn checked(
    values: BTreeMap<String, String>,
    name: &str,
    good: impl Fn(&str) -> bool,
    expected: &str,
    errors: &mut FieldErrors,
) -> Entered {
    match values.get(name) {
        None => errors.push(name, "is required"),
        Some(value) if !good(value) => errors.push(name, expected),
        Some(_) => {}
    }
    Entered::Values(values)
}

fn document(
    mut values: BTreeMap<String, String>,
    block: Option<&Block>,
    errors: &mut FieldErrors,
) -> Entered {
    let mut read = FieldErrors::default();
    let country: Option<DocumentCountry> = canonical(&mut values, "country", &mut read);
    let document_type: Option<DocumentType> = canonical(&mut values, "document_type", &mut read);
    if let (Some(country), Some(document_type)) = (country, document_type) {
        let allowed = block.map(Block::documents).unwrap_or_default();
        let shown = |kind: &crate::validations::DocumentKind| {
            kind.country == country && kind.document_type == document_type
        };
        if !allowed.iter().any(shown) {
            read.push(
                "document_type",
                format!("is not accepted for {country} in this flow"),
            );
        }
    }
    errors.0.append(&mut read.0);
    Entered::Values(values)
}

fn invoice(mut values: BTreeMap<String, String>, errors: &mut FieldErrors) -> Entered {
    let country: Option<DocumentCountry> = canonical(&mut values, "country", errors);
    let known = country.is_none_or(|country| {
        let kind = crate::validations::DocumentKind {
            country,
            document_type: DocumentType::Invoice,
        };
        kind.supported().is_some()
    });
    if !known {
        errors.push("country", "has no invoices that are validated");
    }
    Entered::Values(values)
}

fn response(
    mut values: BTreeMap<String, String>,
    block: Option<&Block>,
    errors: &mut FieldErrors,
) -> Entered {
    let response = values.remove("response").unwrap_or_default();
    let question = block.map(Block::question).unwrap_or_default();
    if !response.is_empty() && !question.options.is_empty() && !question.options.contains(&response) {
        errors.push("response", "must be one of the options");
    }
    Entered::Response(response)
}

/// Reads a value of a vocabulary and puts its canonical text in its place.
fn canonical<T: std::str::FromStr + std::fmt::Display>(
    values: &mut BTreeMap<String, String>,
    name: &str,
    errors: &mut FieldErrors,
) -> Option<T> {
    let Some(value) = values.get_mut(name) else {
        errors.push(name, "is required");
        return None;
    };
    match value.parse::<T>() {
        Ok(read) => {
            *value = read.to_string();
            Some(read)
        }
        Err(_) => {
            errors.push(name, "is not known");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_are_found_by_type_and_name() {
        let step = json!({"type": "enter_email", "expected_inputs": [
            {"type": "text", "name": "email", "value": " a@example.com "},
            {"type": "select", "name": "email", "value": "b@example.com"},
            {"type": "checkbox", "name": "client_authorization", "value": true}]});
        let submission = Submission::of_document(&step).unwrap();
        assert_eq!(submission.step_type.as_deref(), Some("enter_email"));
        assert_eq!(submission.value("text", "email"), Some("a@example.com"));
        assert_eq!(submission.value("checkbox", "client_authorization"), Some("true"));
        assert_eq!(submission.value("text", "code"), None);
        let flat = Submission::of_document(&json!({"token": 123_456, "type": "x"})).unwrap();
        assert_eq!(flat.value("text", "code"), Some("123456"));
        assert!(Submission::of_document(&json!({"expected_inputs": 1})).is_err());
    }
}
