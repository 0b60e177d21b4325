//! Errors of input fields, collected so that a caller hears of all of them at once.

use std::fmt;

use serde_json::Value;

/// A text that names no value of an enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown value")]
pub struct UnknownValue;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field as the caller spells it.
    pub field: String,
    /// What is expected, without repeating the value that was sent.
    pub message: String,
}

/// Everything that is wrong with an input; never empty when it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// One error alone.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.push(field, message);
        errors
    }

    /// Adds an error.
    pub fn push(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// `Ok` where nothing was wrong.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", error.field, error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

/// Reads a boolean as the vendor's servers do (Go's `ParseBool`): `1 t T TRUE true True`, `0 f F FALSE false False`.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// What is expected of a field that takes one of a few values.
pub fn must_be_one_of<T: fmt::Display>(known: &[T]) -> String {
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    format!("must be one of {}", known.join(", "))
}

/// Longest name of a field, and most fields of a request. No endpoint comes near them; a body that does is made to
/// cost memory.
pub const LONGEST_NAME: usize = 128;
/// Most fields of a request.
pub const MOST: usize = 1000;

/// How deep a JSON body may be nested.
const DEPTH: usize = 8;

/// The fields of a request as they arrived: names and their values in order, empty values left out.
///
/// A form and a JSON body are read into the same thing, so that every endpoint takes both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(std::collections::BTreeMap<String, Vec<String>>);

impl Fields {
    /// Adds a value; an empty one is an absent one, and `name[]` is `name`.
    pub fn add(&mut self, name: &str, value: String) {
        if !value.is_empty() {
            let name = name.strip_suffix("[]").unwrap_or(name);
            self.0.entry(name.to_owned()).or_default().push(value);
        }
    }

    /// The members of a JSON object; those of nested objects have dotted names, as the vendor's forms spell them.
    ///
    /// # Errors
    /// If it is no object, or one that is made to cost memory.
    pub fn from_json(document: Value) -> Result<Self, FieldErrors> {
        let Value::Object(members) = document else {
            return Err(FieldErrors::one("body", "must be a JSON object"));
        };
        let mut fields = Self::default();
        for (name, value) in members {
            fields.add_json(&name, value, DEPTH)?;
        }
        Ok(fields)
    }

    fn add_json(&mut self, name: &str, value: Value, depth: usize) -> Result<(), FieldErrors> {
        if depth == 0 {
            return Err(FieldErrors::one(name, "is nested too deeply"));
        }
        if name.len() > LONGEST_NAME || self.count() > MOST {
            return Err(FieldErrors::one(
                "body",
                "has too many fields, or one whose name is too long",
            ));
        }
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.add(name, flag.to_string()),
            Value::Number(number) => self.add(name, number.to_string()),
            Value::String(text) => self.add(name, text),
            Value::Array(items) => {
                for item in items {
                    self.add_json(name, item, depth - 1)?;
                }
            }
            Value::Object(members) => {
                for (member, value) in members {
                    self.add_json(&format!("{name}.{member}"), value, depth - 1)?;
                }
            }
        }
        Ok(())
    }

    /// The value of a field; the last one where it was repeated.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .and_then(|values| values.last())
            .map(String::as_str)
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// All values of a repeated field.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Reads a boolean; absent is `None`, an unreadable one is an error that names the field.
    pub fn boolean(&self, name: &str, errors: &mut FieldErrors) -> Option<bool> {
        let text = self.get(name)?;
        let value = parse_bool(text);
        if value.is_none() {
            errors.push(name, "must be true or false");
        }
        value
    }

    /// All fields and their values, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Reads a value of a vocabulary; absent is `None`, one that is not among the known ones is an error that names the
    /// field and what there is.
    pub fn one_of<T: std::str::FromStr + fmt::Display + Copy + PartialEq>(
        &self,
        name: &str,
        known: &[T],
        errors: &mut FieldErrors,
    ) -> Option<T> {
        let text = self.get(name)?;
        let value = text.parse().ok().filter(|value| known.contains(value));
        if value.is_none() {
            errors.push(name, must_be_one_of(known));
        }
        value
    }

    /// The same for a value that has to be there.
    pub fn required_one_of<T: std::str::FromStr + fmt::Display + Copy + PartialEq>(
        &self,
        name: &str,
        known: &[T],
        errors: &mut FieldErrors,
    ) -> Option<T> {
        if self.get(name).is_none() {
            errors.push(name, must_be_one_of(known));
        }
        self.one_of(name, known, errors)
    }

    /// Reads a text of at most so many characters without control characters; a longer one is an error.
    pub fn text(&self, name: &str, longest: usize, errors: &mut FieldErrors) -> Option<String> {
        let text = self.get(name)?.trim();
        if text.chars().count() > longest || text.chars().any(char::is_control) {
            errors.push(
                name,
                format!("must have at most {longest} characters, none of them control characters"),
            );
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The same for a text that has to be there; one of blanks is not.
    pub fn required_text(
        &self,
        name: &str,
        longest: usize,
        missing: &str,
        errors: &mut FieldErrors,
    ) -> Option<String> {
        let before = errors.0.len();
        let text = self.text(name, longest, errors);
        if text.is_none() && errors.0.len() == before {
            errors.push(name, missing);
        }
        text
    }

    /// A text that identifies the whole input, for comparing two requests.
    pub fn canonical(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}
