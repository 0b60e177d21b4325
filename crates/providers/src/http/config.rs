//! The sources file: which registries are answered over HTTP, and how their answers are read.
//!
//! ```toml
//! [[http]]
//! source = "co-policia-nacional"
//! url = "https://gateway.example/police?id={national_id}"
//! headers = { Authorization = "Bearer ${POLICE_TOKEN}" }
//! requests_per_second = 5
//!
//! [http.answer]
//! not_found_status = [404]
//! records = "/data/records"
//! severity = "high"
//! title = "Registros"
//! cells = { Proceso = "/case", Estado = "/state" }
//! first_name = "/data/person/first"
//! ```

use std::collections::BTreeMap;

use cotejo_domain::{
    checks::{InputField, Severity},
    sources::{Catalogue, Driver},
};
use serde::Deserialize;

/// A text with inputs to fill in: `…{national_id}…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Literals, each followed by an input or by nothing.
    pub(super) parts: Vec<(String, Option<InputField>)>,
}

/// How one source of the catalogue is answered.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Key of the source.
    pub source: String,
    /// Where it is asked.
    pub url: Template,
    /// `GET` where absent.
    pub method: Option<String>,
    /// Headers; credentials come from the environment.
    pub headers: BTreeMap<String, Template>,
    /// A JSON body.
    pub body: Option<Template>,
    /// Shorter than the catalogue's, which is the limit.
    pub timeout_seconds: Option<u16>,
    /// Most requests a second of this process.
    pub requests_per_second: Option<u32>,
    /// How its answer is read.
    pub answer: AnswerMap,
}

/// How an answer is read: JSON pointers into it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnswerMap {
    /// Statuses that mean that the subject is not in the source.
    pub not_found_status: Vec<u16>,
    /// A value that says whether the subject is in the source: false, null, empty or absent is not found.
    pub found: Option<String>,
    /// An array of records against the subject; each is a finding. Without it nothing is held against anybody.
    pub records: Option<String>,
    /// How bad a record is: a severity, or a pointer within the record to one.
    pub severity: Option<String>,
    /// Heading of a record's table.
    pub title: Option<String>,
    /// Columns and pointers within the record.
    pub cells: BTreeMap<String, String>,
    /// Given names of the person.
    pub first_name: Option<String>,
    /// Surnames of the person.
    pub last_name: Option<String>,
    /// Day of birth of the person, `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// Day of death of the person, `YYYY-MM-DD`.
    pub death_date: Option<String>,
    /// Day of issue of the document, `YYYY-MM-DD`.
    pub issue_date: Option<String>,
    /// `male` or `female`.
    pub gender: Option<String>,
    /// Registered name of the company.
    pub company_name: Option<String>,
    /// One of the vendor's company statuses.
    pub company_status: Option<String>,
    /// An array of files that the source returns: PDF, PNG or JPEG.
    pub files: Option<String>,
    /// The name of a file, a pointer within it.
    pub file_name: Option<String>,
    /// The bytes of a file in Base64, a pointer within it.
    pub file_content: Option<String>,
}

/// Why a sources file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not TOML, or has a member that it may not have.
    #[error("the sources file cannot be read: {0}")]
    Syntax(String),
    /// The catalogue has no such source, or it is not answered over HTTP.
    #[error("http source `{0}`: the catalogue has no registry of this key")]
    UnknownSource(String),
    /// A template or pointer is wrong.
    #[error("http source `{source_key}`: {reason}")]
    Wrong {
        /// Key of the source.
        source_key: String,
        /// What is wrong.
        reason: String,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    http: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    source: String,
    url: String,
    method: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    timeout_seconds: Option<u16>,
    requests_per_second: Option<u32>,
    #[serde(default)]
    answer: AnswerMap,
}

/// Reads a sources file. `variable` gives the values of `${NAME}`: credentials stay out of the file.
pub fn read(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<Binding>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|error| ConfigError::Syntax(error.to_string()))?;
    file.http.into_iter().map(|entry| entry.bind(&variable)).collect()
}

impl Entry {
    fn bind(self, variable: &impl Fn(&str) -> Option<String>) -> Result<Binding, ConfigError> {
        let known = Catalogue::builtin()
            .get(&self.source)
            .is_some_and(|source| source.driver == Driver::Registry);
        if !known {
            return Err(ConfigError::UnknownSource(self.source));
        }
        let wrong = |reason: String| ConfigError::Wrong {
            source_key: self.source.clone(),
            reason,
        };
        if !(self.url.starts_with("https://") || self.url.starts_with("http://")) {
            return Err(wrong("its url must begin with https:// or http://".to_owned()));
        }
        self.answer.check().map_err(wrong)?;
        let template = |text: &str| Template::parse(text, variable).map_err(wrong);
        Ok(Binding {
            url: template(&self.url)?,
            headers: self
                .headers
                .iter()
                .map(|(name, value)| Ok((name.clone(), template(value)?)))
                .collect::<Result<_, ConfigError>>()?,
            body: self.body.as_deref().map(template).transpose()?,
            method: self.method,
            timeout_seconds: self.timeout_seconds,
            requests_per_second: self.requests_per_second,
            answer: self.answer,
            source: self.source,
        })
    }
}

impl AnswerMap {
    fn check(&self) -> Result<(), String> {
        let pointers = [
            &self.found,
            &self.records,
            &self.first_name,
            &self.last_name,
            &self.date_of_birth,
            &self.death_date,
            &self.issue_date,
            &self.gender,
            &self.company_name,
            &self.company_status,
            &self.files,
            &self.file_name,
            &self.file_content,
        ];
        let pointers = pointers.into_iter().flatten().chain(self.cells.values());
        if let Some(pointer) = pointers.into_iter().find(|pointer| !pointer.starts_with('/')) {
            return Err(format!("`{pointer}` is no JSON pointer: it must begin with /"));
        }
        if self.files.is_some() && self.file_content.is_none() {
            return Err("files need a file_content".to_owned());
        }
        match &self.severity {
            Some(text) if !text.starts_with('/') && text.parse::<Severity>().is_err() => {
                Err(format!("`{text}` is neither a severity nor a JSON pointer"))
            }
            _ => Ok(()),
        }
    }
}

impl Template {
    /// Reads a template: `{input}` is filled in for each question, `${NAME}` once, from the environment.
    fn parse(text: &str, variable: &impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, inside) = (&rest[..open], &rest[open + 1..]);
            let Some(close) = inside.find('}') else { break };
            let name = &inside[..close];
            if let Some(before) = before.strip_suffix('$') {
                literal.push_str(before);
                literal.push_str(&variable(name).ok_or_else(|| format!("the environment has no {name}"))?);
            } else if let Ok(field) = name.parse::<InputField>() {
                literal.push_str(before);
                parts.push((std::mem::take(&mut literal), Some(field)));
            } else if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !name.is_empty() {
                return Err(format!("`{name}` is no input of a check"));
            } else {
                // A brace of a JSON body.
                literal.push_str(&rest[..=open]);
                rest = inside;
                continue;
            }
            rest = &inside[close + 1..];
        }
        literal.push_str(rest);
        parts.push((literal, None));
        Ok(Self { parts })
    }
}
