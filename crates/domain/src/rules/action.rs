//! What a rule does when it fires.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Path, Template};
use crate::{
    contacts::is_email,
    fields::{FieldErrors, must_be_one_of},
    hooks::{Format, HttpMethod},
};

/// Most actions of a rule, headers of an action, variables, and readers of a mail.
const MOST_ACTIONS: usize = 10;
const MOST_HEADERS: usize = 20;
const MOST_VARIABLES: usize = 100;
const MOST_READERS: usize = 20;

/// Headers that the HTTP client writes: a request that brings its own cannot be sent.
const OF_THE_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What stands in the place of a secret when an action is read.
pub const HIDDEN: &str = "********";

crate::text_enum! {
    /// What an action is.
    pub enum ActionKind {
        /// A request to a URL.
        Webhook = "webhook",
        /// A mail.
        Email = "email",
    }
}

/// What a rule does when it fires. It has no `Debug`, because URLs, headers and credentials are secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Calls a URL.
    Webhook {
        /// What its owner calls it.
        name: String,
        /// Who hears that a delivery failed for good; empty is nobody.
        status_email: String,
        /// The method.
        method: HttpMethod,
        /// Where to.
        url: String,
        /// Headers besides our own.
        headers: BTreeMap<String, String>,
        /// Name and password of basic authentication.
        credentials: Option<(String, String)>,
        /// The fields of the event that are sent, where not the whole event is.
        variables: Vec<String>,
        /// The body as a template of JSON, where neither the event nor its fields are sent.
        body: Option<String>,
        /// As what.
        format: Format,
        /// The secret of the token's HMAC.
        signing_key: String,
    },
    /// Sends a mail.
    Email {
        /// Its readers.
        to: Vec<String>,
        /// A template.
        subject: String,
        /// A template.
        body: String,
    },
}

impl Action {
    /// Reads the actions of a rule. `signing_key` makes a key for each webhook that has none.
    ///
    /// # Errors
    /// Every field that is missing or wrong. Whether a URL may be called is for the caller to judge.
    pub fn parse_all(
        json: Option<&Value>,
        signing_key: &dyn Fn() -> String,
    ) -> Result<Vec<Self>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let actions = match json.and_then(Value::as_array) {
            Some(actions) if (1..=MOST_ACTIONS).contains(&actions.len()) => actions,
            _ => {
                return Err(FieldErrors::one(
                    "actions",
                    format!("must be a list of 1 to {MOST_ACTIONS} actions"),
                ));
            }
        };
        let mut read = Vec::with_capacity(actions.len());
        for (place, action) in actions.iter().enumerate() {
            let reader = Reader {
                json: action,
                at: format!("actions[{place}]"),
            };
            read.extend(reader.action(signing_key, &mut errors));
        }
        errors.into_result()?;
        Ok(read)
    }

    /// The action as its owner may read it: secrets are hidden.
    pub fn shown(&self) -> Value {
        match self {
            Self::Webhook {
                name,
                status_email,
                method,
                url,
                headers,
                credentials,
                variables,
                body,
                format,
                signing_key,
            } => json!({
                "type": ActionKind::Webhook,
                "name": name,
                "status_email": status_email,
                "method": method,
                "url": url,
                "headers": headers.keys().map(|name| (name.clone(), Value::from(HIDDEN))).collect::<serde_json::Map<_, _>>(),
                "credentials": credentials.as_ref().map(|(user, _)| json!({"username": user, "password": HIDDEN})),
                "variables": variables,
                "body": body,
                "format": format,
                "signing_key": signing_key,
            }),
            Self::Email { to, subject, body } => json!({
                "type": ActionKind::Email, "to": to, "subject": subject, "body": body,
            }),
        }
    }

    /// Puts the secrets that the owner sent back hidden in their places again, if they still go to the same place:
    /// whoever may change a rule must not have its secrets sent elsewhere.
    pub fn keep_secrets(&mut self, before: &Self) {
        let (
            Self::Webhook {
                url,
                headers,
                credentials,
                ..
            },
            Self::Webhook {
                url: known_url,
                headers: known,
                credentials: known_credentials,
                ..
            },
        ) = (self, before)
        else {
            return;
        };
        if url != known_url {
            return;
        }
        for (name, value) in headers.iter_mut().filter(|(_, value)| *value == HIDDEN) {
            if let Some(known) = known.get(name) {
                value.clone_from(known);
            }
        }
        if let (Some((_, password)), Some((_, known))) = (credentials, known_credentials)
            && password == HIDDEN
        {
            password.clone_from(known);
        }
    }

    /// The member that still has what stands in the place of a secret, where one does.
    pub fn still_hidden(&self) -> Option<&'static str> {
        match self {
            Self::Webhook { headers, .. } if headers.values().any(|value| value == HIDDEN) => Some("headers"),
            Self::Webhook {
                credentials: Some((_, password)),
                ..
            } if password == HIDDEN => Some("credentials"),
            Self::Webhook { .. } | Self::Email { .. } => None,
        }
    }
}

/// Reads one action and names what is wrong with it.
struct Reader<'a> {
    json: &'a Value,
    at: String,
}

impl Reader<'_> {
    fn wrong(&self, member: &str, message: impl Into<String>, errors: &mut FieldErrors) {
        errors.push(&format!("{}.{member}", self.at), message);
    }

    fn text(&self, member: &str, longest: usize, errors: &mut FieldErrors) -> String {
        match &self.json[member] {
            Value::Null => String::new(),
            Value::String(text) if text.chars().count() <= longest => text.trim().to_owned(),
            _ => {
                self.wrong(
                    member,
                    format!("must be a text of at most {longest} characters"),
                    errors,
                );
                String::new()
            }
        }
    }

    fn texts(&self, member: &str, most: usize, errors: &mut FieldErrors) -> Vec<String> {
        let listed = match &self.json[member] {
            Value::Null => Some(Vec::new()),
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) if items.len() <= most => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect(),
            _ => None,
        };
        listed.unwrap_or_else(|| {
            self.wrong(member, format!("must be a list of at most {most} texts"), errors);
            Vec::new()
        })
    }

    fn one_of<T: std::str::FromStr + std::fmt::Display>(
        &self,
        member: &str,
        known: &[T],
        default: Option<T>,
        errors: &mut FieldErrors,
    ) -> Option<T> {
        let read = match &self.json[member] {
            Value::Null => default,
            value => value.as_str().and_then(|text| text.parse().ok()),
        };
        if read.is_none() {
            self.wrong(member, must_be_one_of(known), errors);
        }
        read
    }

    fn template(&self, member: &str, text: &str, errors: &mut FieldErrors) {
        if let Err(error) = Template::parse(text) {
            self.wrong(member, error.to_string(), errors);
        }
    }

    fn action(&self, signing_key: &dyn Fn() -> String, errors: &mut FieldErrors) -> Option<Action> {
        match self.one_of("type", ActionKind::ALL, None, errors)? {
            ActionKind::Webhook => self.webhook(signing_key, errors),
            ActionKind::Email => Some(self.email(errors)),
        }
    }

    fn webhook(&self, signing_key: &dyn Fn() -> String, errors: &mut FieldErrors) -> Option<Action> {
        let url = self.text("url", 2048, errors);
        if url.is_empty() {
            self.wrong("url", "is required", errors);
        }
        let status_email = self.text("status_email", 254, errors);
        if !status_email.is_empty() && !is_email(&status_email) {
            self.wrong("status_email", "must be an e-mail address", errors);
        }
        let variables = self.texts("variables", MOST_VARIABLES, errors);
        for variable in &variables {
            if let Err(error) = Path::parse(variable) {
                self.wrong("variables", error.to_string(), errors);
            }
        }
        let body = self.text("body", 16 * 1024, errors);
        self.template("body", &body, errors);
        let given = self.text("signing_key", 256, errors);
        let method = self.one_of("method", HttpMethod::ALL, Some(HttpMethod::Post), errors);
        let format = self.one_of("format", Format::ALL, Some(Format::Jwt), errors);
        let (headers, credentials) = (self.headers(errors), self.credentials(errors));
        Some(Action::Webhook {
            name: self.text("name", 100, errors),
            status_email,
            method: method?,
            url,
            headers,
            credentials,
            variables,
            body: (!body.is_empty()).then_some(body),
            format: format?,
            signing_key: if given.is_empty() { signing_key() } else { given },
        })
    }

    fn headers(&self, errors: &mut FieldErrors) -> BTreeMap<String, String> {
        let good = |name: &str| {
            !name.is_empty()
                && name.len() <= 100
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
                && !OF_THE_CONNECTION.contains(&name.to_ascii_lowercase().as_str())
        };
        let read = match &self.json["headers"] {
            Value::Null => Some(BTreeMap::new()),
            Value::Object(members) if members.len() <= MOST_HEADERS => members
                .iter()
                .map(|(name, value)| {
                    let value = value.as_str().filter(|value| {
                        value.len() <= 4096 && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
                    })?;
                    good(name).then(|| (name.to_ascii_lowercase(), value.to_owned()))
                })
                .collect(),
            _ => None,
        };
        read.unwrap_or_else(|| {
            let expected = format!("must be an object of at most {MOST_HEADERS} names and printable values");
            self.wrong("headers", expected, errors);
            BTreeMap::new()
        })
    }

    fn credentials(&self, errors: &mut FieldErrors) -> Option<(String, String)> {
        let given = &self.json["credentials"];
        if given.is_null() {
            return None;
        }
        let member = |name: &str| {
            given[name]
                .as_str()
                .filter(|text| text.len() <= 1000)
                .map(str::to_owned)
        };
        let both = member("username")
            .filter(|user| !user.contains(':'))
            .zip(member("password"));
        if both.is_none() {
            self.wrong(
                "credentials",
                "must have a username without a colon, and a password",
                errors,
            );
        }
        both
    }

    fn email(&self, errors: &mut FieldErrors) -> Action {
        let to = self.texts("to", MOST_READERS, errors);
        if to.is_empty() || to.iter().any(|address| !is_email(address)) {
            self.wrong("to", "must be a list of e-mail addresses", errors);
        }
        let (subject, body) = (
            self.text("subject", 200, errors),
            self.text("body", 16 * 1024, errors),
        );
        for (member, text) in [("subject", &subject), ("body", &body)] {
            if text.is_empty() {
                self.wrong(member, "is required", errors);
            }
            self.template(member, text, errors);
        }
        Action::Email { to, subject, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(actions: &Value) -> Result<Vec<Action>, Vec<String>> {
        Action::parse_all(Some(actions), &|| "made".to_owned())
            .map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_webhook_is_read_with_its_defaults_and_hides_its_secrets() {
        let actions = parse(&json!([{
            "type": "webhook", "url": "https://example.com", "headers": {"X-Token": "secret"},
            "credentials": {"username": "ana", "password": "secret"}
        }]))
        .unwrap();
        let shown = actions[0].shown();
        assert_eq!(shown["headers"]["x-token"], HIDDEN);
        assert_eq!(shown["credentials"]["password"], HIDDEN);
        assert_eq!(shown["signing_key"], "made");
        assert_eq!(shown["format"], "jwt");
        let mut again = parse(&json!([shown])).unwrap().remove(0);
        assert!(again != actions[0]);
        assert_eq!(again.still_hidden(), Some("headers"));
        again.keep_secrets(&actions[0]);
        assert!(again == actions[0]);
        let mut elsewhere = actions[0].shown();
        elsewhere["url"] = "https://elsewhere.example".into();
        let mut elsewhere = parse(&json!([elsewhere])).unwrap().remove(0);
        elsewhere.keep_secrets(&actions[0]);
        assert_eq!(elsewhere.still_hidden(), Some("headers"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (actions, wrong) in [
            (json!([]), &["actions"][..]),
            (json!([{"type": "pigeon"}]), &["actions[0].type"]),
            (json!([{"type": "webhook"}]), &["actions[0].url"]),
            (
                json!([{"type": "webhook", "url": "https://a.example", "headers": {"a b": "x"}, "body": "{{"}]),
                &["actions[0].body", "actions[0].headers"],
            ),
            (
                json!([{"type": "email", "to": ["nobody"], "subject": "", "body": "x"}]),
                &["actions[0].to", "actions[0].subject"],
            ),
        ] {
            assert_eq!(parse(&actions).err().unwrap(), wrong, "{actions}");
        }
    }
}
