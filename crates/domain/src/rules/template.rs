//! Templates: texts of actions with values of the event in them.

use std::fmt;

use serde_json::Value;

use super::path::{Path, PathError};

/// Longest template, in bytes.
const LONGEST: usize = 16 * 1024;

/// Most variables of a template.
const MOST_VARIABLES: usize = 100;

/// Why a text is no template. Positions count characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is too long.
    #[error("must have at most {LONGEST} bytes")]
    TooLong,
    /// It has too many variables.
    #[error("must have at most {MOST_VARIABLES} variables")]
    TooMany,
    /// A variable has no end.
    #[error("has {{{{ without }}}} at character {at}")]
    Unclosed {
        /// Where the variable begins.
        at: usize,
    },
    /// A variable is no path.
    #[error("has a variable at character {at} that is no path: it {why}")]
    Variable {
        /// Where the variable begins.
        at: usize,
        /// What is wrong with it.
        why: PathError,
    },
}

/// A text with variables: `The score of {{check_id}} is {{score}}.`
///
/// A variable is a [`Path`] and stands for the first value that it reaches: a text as it is, anything else as
/// JSON; nothing and null are an empty text.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(String),
    Variable {
        path: Path,
        /// Whether it stands inside a JSON string, if the template is JSON.
        quoted: bool,
    },
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A text that is too long, has too many variables, an unclosed one or one that is no path.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > LONGEST {
            return Err(TemplateError::TooLong);
        }
        let mut parts = Vec::new();
        let mut variables = 0;
        let mut quoted = false;
        let mut rest = text;
        while let Some((literal, tail)) = rest.split_once("{{") {
            let before = text.len() - rest.len() + literal.len();
            let at = text[..before].chars().count() + 1;
            let (variable, tail) = tail.split_once("}}").ok_or(TemplateError::Unclosed { at })?;
            let path = Path::parse(variable).map_err(|why| TemplateError::Variable { at, why })?;
            variables += 1;
            if variables > MOST_VARIABLES {
                return Err(TemplateError::TooMany);
            }
            quoted = quoted_after(literal, quoted);
            parts.push(Part::Literal(literal.to_owned()));
            parts.push(Part::Variable { path, quoted });
            rest = tail;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Variable { path, .. } => Some(path),
        })
    }

    /// The text for an event.
    pub fn render(&self, event: &Value) -> String {
        self.fill(event, |value, _| plain(value))
    }

    /// The text for an event, for a template that is JSON: inside a JSON string a value is escaped, so that it cannot
    /// end the string in which the template has put it; elsewhere it is a whole JSON value, `null` where there is none.
    pub fn render_json(&self, event: &Value) -> String {
        self.fill(event, |value, quoted| {
            if !quoted {
                return value.to_string();
            }
            let json = Value::from(plain(value)).to_string();
            json[1..json.len() - 1].to_owned()
        })
    }

    fn fill(&self, event: &Value, print: impl Fn(&Value, bool) -> String) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => filled.push_str(text),
                Part::Variable { path, quoted } => {
                    let value = path.values(event).first().copied().unwrap_or(&Value::Null);
                    filled.push_str(&print(value, *quoted));
                }
            }
        }
        filled
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Whether one is inside a JSON string behind a piece of JSON, knowing whether one was before it.
fn quoted_after(json: &str, mut quoted: bool) -> bool {
    let mut escaped = false;
    for c in json.chars() {
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::finished_check;
    use serde_json::json;

    #[test]
    fn variables_become_values() {
        let event = finished_check();
        for (template, text) in [
            ("", ""),
            ("no variable }} at all", "no variable }} at all"),
            ("{{score}}", "0.4"),
            ("a {{ score }} b {{event_action}} c", "a 0.4 b finished c"),
            ("{{scores.data_set}}", "personal_identity"),
            ("{{nothing}}|{{previous_check}}", "|"),
            ("{{summary.done}}", "true"),
            ("{{summary.names}}", r#"["Ana","Eva"]"#),
            ("{{scores[data_set=criminal_record].score}}", "0.2"),
            ("{{summary.said}}", "\"no\"\n\\ {{score}}"),
        ] {
            let parsed = Template::parse(template).unwrap();
            assert_eq!(parsed.render(&event), text, "{template}");
            assert_eq!(parsed.as_str(), template);
        }
    }

    #[test]
    fn a_json_template_renders_to_json() {
        let event = finished_check();
        let template = r#"{"a":{"said":"<{{summary.said}}>\"{{score}}"},"b":{{summary.names}},"c":{{score}},
            "d":"{{summary.names}}","e":"{{nothing}}","f":"\\","g":{{ summary }} }"#;
        let rendered = Template::parse(template).unwrap().render_json(&event);
        let json: Value = serde_json::from_str(&rendered).unwrap();
        let object = &event["object"];
        let expected = json!({"a": {"said": "<\"no\"\n\\ {{score}}>\"0.4"}, "b": ["Ana", "Eva"], "c": 0.4,
            "d": "[\"Ana\",\"Eva\"]", "e": "", "f": "\\", "g": object["summary"]});
        assert_eq!(json, expected);
    }

    #[test]
    fn variables_are_listed_in_order() {
        let template = Template::parse("{{b}} {{a.c}} {{b}}").unwrap();
        let variables: Vec<&str> = template.variables().map(Path::as_str).collect();
        assert_eq!(variables, ["b", "a.c", "b"]);
    }

    #[test]
    fn what_is_no_template_is_refused_with_its_place() {
        let why = PathError::Malformed;
        for (template, error) in [
            ("{{", TemplateError::Unclosed { at: 1 }),
            ("ñandú {{score}", TemplateError::Unclosed { at: 7 }),
            ("{{score}} {{ a", TemplateError::Unclosed { at: 11 }),
            ("a {{}}", TemplateError::Variable { at: 3, why }),
            ("a {{{{score}}}}", TemplateError::Variable { at: 3, why }),
            ("{{{score}}}", TemplateError::Variable { at: 1, why }),
            (&"x".repeat(LONGEST + 1), TemplateError::TooLong),
            (&"{{x}}".repeat(MOST_VARIABLES + 1), TemplateError::TooMany),
        ] {
            assert_eq!(Template::parse(template).unwrap_err(), error, "{template}");
        }
        assert!(Template::parse(&"x".repeat(LONGEST)).is_ok());
        assert!(Template::parse(&"{{x}}".repeat(MOST_VARIABLES)).is_ok());
        assert_eq!(
            Template::parse("a {{b").unwrap_err().to_string(),
            "has {{ without }} at character 3"
        );
    }
}
