//! Extractors that read requests as the vendor's servers do and refuse them in the vendor's words.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, header, request::Parts},
};
use cotejo_app::AppError;
use cotejo_domain::fields::{FieldErrors, Fields};
use serde_json::Value;

use crate::ApiError;

/// Largest body of an ordinary request.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// Longest name of a field, and most fields of a request. No endpoint comes near them; a body that does is made to
/// cost memory.
const NAME_LENGTH: usize = 128;
const FIELDS: usize = 1000;

/// How deep a JSON body may be nested.
const DEPTH: usize = 8;

/// The fields of a body: a form under any content type that is neither JSON nor a JWT nor multipart, JSON where the
/// content type says so. Members of nested objects have dotted names, as the vendor's forms spell them.
#[derive(Debug, Clone)]
pub struct ApiForm(pub Fields);

/// The fields of a query.
#[derive(Debug, Clone)]
pub struct ApiQuery(pub Fields);

/// A resource's id in the path; one that is none is not found, like any other id that is not there.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Form,
    Json,
    Unsupported,
}

fn encoding(headers: &HeaderMap) -> Encoding {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/jwt" => Encoding::Unsupported,
        essence if essence.starts_with("multipart/") => Encoding::Unsupported,
        essence if essence == "application/json" || essence.ends_with("+json") => Encoding::Json,
        _ => Encoding::Form,
    }
}

impl<S: Send + Sync> FromRequest<S> for ApiForm {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let encoding = encoding(request.headers());
        if encoding == Encoding::Unsupported {
            return Err(ApiError::UnsupportedType);
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::TooLarge)?;
        Ok(Self(match encoding {
            Encoding::Json => json(&body)?,
            _ => form(&body, "body")?,
        }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ApiQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(form(
            parts.uri.query().unwrap_or_default().as_bytes(),
            "query",
        )?))
    }
}

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let missing = || ApiError::App(AppError::NotFound("The Check"));
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| missing())?;
        text.parse().map(Self).map_err(|_| missing())
    }
}

fn form(bytes: &[u8], place: &str) -> Result<Fields, FieldErrors> {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(bytes)
        .map_err(|_| FieldErrors::one(place, "must be URL-encoded name=value pairs in UTF-8"))?;
    if pairs.len() > FIELDS || pairs.iter().any(|(name, _)| name.len() > NAME_LENGTH) {
        return Err(FieldErrors::one(
            place,
            "has too many fields, or one whose name is too long",
        ));
    }
    let mut fields = Fields::default();
    let mut errors = FieldErrors::default();
    for (name, value) in pairs {
        // What the decoder puts in place of bytes that are no UTF-8: a name spelled so would be searched mangled.
        if name.contains(char::REPLACEMENT_CHARACTER) || value.contains(char::REPLACEMENT_CHARACTER) {
            errors.push(&name, "must be UTF-8");
        }
        fields.add(&name, value);
    }
    errors.into_result()?;
    Ok(fields)
}

fn json(bytes: &[u8]) -> Result<Fields, FieldErrors> {
    let mut fields = Fields::default();
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(fields);
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(members)) => {
            for (name, value) in members {
                add_json(&mut fields, &name, value, DEPTH)?;
            }
            Ok(fields)
        }
        _ => Err(FieldErrors::one("body", "must be a JSON object")),
    }
}

fn add_json(fields: &mut Fields, name: &str, value: Value, depth: usize) -> Result<(), FieldErrors> {
    if depth == 0 {
        return Err(FieldErrors::one(name, "is nested too deeply"));
    }
    if name.len() > NAME_LENGTH || fields.count() > FIELDS {
        return Err(FieldErrors::one(
            "body",
            "has too many fields, or one whose name is too long",
        ));
    }
    match value {
        Value::Null => {}
        Value::Bool(flag) => fields.add(name, flag.to_string()),
        Value::Number(number) => fields.add(name, number.to_string()),
        Value::String(text) => fields.add(name, text),
        Value::Array(items) => {
            for item in items {
                add_json(fields, name, item, depth - 1)?;
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                add_json(fields, &format!("{name}.{member}"), value, depth - 1)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_and_json_are_the_same_fields() {
        let form = form(b"a=1&b%5B%5D=x&b[]=y&n.k=v&empty=&t=true", "body").unwrap();
        let json = json(br#"{"a":1,"b":["x","y"],"n":{"k":"v"},"empty":null,"t":true}"#).unwrap();
        assert_eq!(form, json);
    }

    #[test]
    fn a_value_in_another_encoding_is_an_error_of_its_field() {
        let errors = form(b"first_name=Jos%E9&last_name=L%C3%B3pez", "body").unwrap_err();
        assert_eq!(
            errors
                .0
                .iter()
                .map(|error| error.field.as_str())
                .collect::<Vec<_>>(),
            ["first_name"]
        );
    }

    #[test]
    fn a_body_that_is_made_to_cost_memory_is_refused() {
        let long = "x".repeat(NAME_LENGTH + 1);
        assert!(json(format!(r#"{{"{long}":{{"a":1}}}}"#).as_bytes()).is_err());
        assert!(form(format!("{long}=1").as_bytes(), "body").is_err());
        assert!(form("a=1&".repeat(FIELDS + 1).as_bytes(), "body").is_err());
    }

    #[test]
    fn unreadable_bodies_are_errors_of_the_body() {
        for body in [&b"[1]"[..], b"{", b"\"text\"", b"\xff"] {
            assert_eq!(json(body).unwrap_err().0[0].field, "body");
        }
        let deep = format!("{}1{}", "{\"a\":".repeat(20), "}".repeat(20));
        assert!(json(deep.as_bytes()).is_err());
    }
}
