//! A function as a flow names it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fields::FieldErrors;

/// Longest script, in characters.
pub const LONGEST_SCRIPT: usize = 20_000;

/// Longest URL of a function, in characters.
pub const LONGEST_URL: usize = 2048;

/// Longest name of a function, in characters.
pub const LONGEST_NAME: usize = 100;

/// A function of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// What people call it.
    pub name: String,
    /// What is run.
    #[serde(flatten)]
    pub code: Code,
}

/// What is run when a function is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Code {
    /// A script, run by us.
    Script {
        /// Its text.
        #[serde(rename = "script")]
        source: String,
    },
    /// A server of the client's, asked by us.
    Http {
        /// Where it is asked. Whether we call that address is decided when it is called.
        url: String,
    },
}

impl Function {
    /// Reads `{"name", "script"}` or `{"name", "url"}`. Whether a script can be run shows when it is: it may be written for
    /// values that only a process has.
    ///
    /// # Errors
    /// Every member that is missing or wrong.
    pub fn parse(config: &Value) -> Result<Self, FieldErrors> {
        let Some(config) = config.as_object() else {
            return Err(FieldErrors::one("function", "must be a JSON object"));
        };
        let mut errors = FieldErrors::default();
        let mut text = |field: &str, longest: usize| {
            let text = config.get(field).filter(|value| !value.is_null())?;
            let short = |text: &&str| !text.trim().is_empty() && text.chars().count() <= longest;
            let text = text.as_str().filter(short);
            if text.is_none() {
                errors.push(field, format!("must be a text of at most {longest} characters"));
            }
            Some(text.unwrap_or_default().to_owned())
        };
        let name = text("name", LONGEST_NAME);
        let script = text("script", LONGEST_SCRIPT);
        let url = text("url", LONGEST_URL);
        match &name {
            None => errors.push("name", "is missing"),
            Some(name) if name.chars().any(char::is_control) => {
                errors.push("name", "must have no control characters");
            }
            Some(_) => {}
        }
        if url.as_deref().is_some_and(|url| !url.is_empty() && !is_http(url)) {
            errors.push("url", "must be an absolute http or https URL");
        }
        let code = match (script, url) {
            (Some(source), None) => Code::Script { source },
            (None, Some(url)) => Code::Http { url },
            (script, _) => {
                let both = script.is_some();
                let message = if both {
                    "cannot be there beside url"
                } else {
                    "is missing, and so is url"
                };
                errors.push("script", message);
                return Err(errors);
            }
        };
        errors.into_result()?;
        let name = name.unwrap_or_default().trim().to_owned();
        Ok(Self { name, code })
    }
}

fn is_http(url: &str) -> bool {
    let rest = |scheme: &str| {
        let (start, rest) = url.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    };
    let rest = rest("https://").or_else(|| rest("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !url.contains(|c: char| c.is_whitespace() || c.is_control()))
}
