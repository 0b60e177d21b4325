//! Extractors that read requests as the vendor's servers do and refuse them in the vendor's words.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, header, request::Parts},
};
use cotejo_app::{
    AppError,
    access::Caller,
    command::{Command, Input},
};
use cotejo_domain::fields::{FieldErrors, Fields, LONGEST_NAME, MOST};
use serde_json::Value;

use crate::{ApiError, ApiState};

/// Largest body of an ordinary request.
pub const LARGEST_BODY: usize = 1024 * 1024;

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

/// The ids of two resources in the path, the second one within the first.
#[derive(Debug, Clone, Copy)]
pub struct PathIds<A, B>(pub A, pub B);

/// The ids of three resources in the path, each within the one before it.
#[derive(Debug, Clone, Copy)]
pub struct PathChain<A, B, C>(pub A, pub B, pub C);

/// The address that a request came from; empty where nothing is known.
#[derive(Debug, Clone)]
pub struct Origin(pub String);

/// An id that stands in a path: what a caller hears is not there, if it is none.
pub trait Named: FromStr {
    /// The resource in words (`The Check`).
    const NAME: &'static str;
}

macro_rules! named {
    ($($id:ident = $name:literal),+ $(,)?) => {$(
        impl Named for cotejo_domain::ids::$id {
            const NAME: &'static str = $name;
        }
    )+};
}

named! {
    CheckId = "The Check",
    HookId = "The Hook",
    DeliveryId = "The delivery",
    RuleId = "The rule",
    UserId = "The user",
    ExceptionId = "The exception",
    ContinuousCheckId = "The continuous check",
    ReportId = "The Report",
    BatchId = "The batch",
    FileId = "The file",
    ValidationId = "The validation",
    EnrollmentId = "The enrollment",
    ReviewId = "The review",
    FlowId = "The flow",
    ProcessId = "The process",
    StepId = "The step",
    CustomerId = "The customer",
}

impl Named for cotejo_domain::customers::TransactionId {
    const NAME: &'static str = "The transaction";
}

impl Named for cotejo_domain::processes::consent::TermsKey {
    const NAME: &'static str = "The consent";
}

impl Named for cotejo_domain::processes::trustx::Base32Id {
    const NAME: &'static str = "The process instance";
}

impl Named for cotejo_domain::ids::Guid {
    const NAME: &'static str = "The resource";
}

impl Named for cotejo_domain::validations::AccountName {
    const NAME: &'static str = "The account";
}

impl Named for cotejo_domain::validations::Slot {
    const NAME: &'static str = "The file";
}

/// A request that changes something: a form, JSON or no body, with who sent it.
#[derive(Debug, Clone)]
pub struct ApiCommand(pub Command);

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
            Encoding::Json => Fields::from_json(json(&body)?)?,
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

impl<S: Send + Sync, T: Named> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let ids = path_ids(parts, state).await;
        nth(&ids, 0).map(Self)
    }
}

impl<S: Send + Sync, A: Named, B: Named> FromRequestParts<S> for PathIds<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let ids = path_ids(parts, state).await;
        Ok(Self(nth(&ids, 0)?, nth(&ids, 1)?))
    }
}

impl<S: Send + Sync, A: Named, B: Named, C: Named> FromRequestParts<S> for PathChain<A, B, C> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let ids = path_ids(parts, state).await;
        Ok(Self(nth(&ids, 0)?, nth(&ids, 1)?, nth(&ids, 2)?))
    }
}

/// What stands in the path's variables, in their order.
async fn path_ids<S: Send + Sync>(parts: &mut Parts, state: &S) -> Vec<(String, String)> {
    let ids = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
    ids.map(|Path(ids)| ids).unwrap_or_default()
}

fn nth<T: Named>(ids: &[(String, String)], place: usize) -> Result<T, ApiError> {
    ids.get(place)
        .and_then(|(_, text)| text.parse().ok())
        .ok_or(ApiError::App(AppError::NotFound(T::NAME)))
}

impl FromRequestParts<ApiState> for Origin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        Ok(Self(state.proxies.origin(&parts.headers, &parts.extensions)))
    }
}

impl FromRequest<ApiState> for ApiCommand {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, state: &ApiState) -> Result<Self, ApiError> {
        let encoding = encoding(request.headers());
        if encoding == Encoding::Unsupported {
            return Err(ApiError::UnsupportedType);
        }
        let caller = request
            .extensions_mut()
            .remove::<Caller>()
            .ok_or(ApiError::App(AppError::Unauthenticated))?;
        let origin = state.proxies.origin(request.headers(), request.extensions());
        let route = format!("{} {}", request.method(), request.uri().path());
        let idempotency_key = request
            .headers()
            .get("idempotency-key")
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::TooLarge)?;
        let input = match encoding {
            Encoding::Json if !body.is_empty() => Input::Document(json(&body)?),
            // What a body does not say may stand in the query: a DELETE has no body to say it in.
            _ if body.is_empty() => Input::Fields(form(query.as_bytes(), "query")?),
            _ => Input::Fields(form(&body, "body")?),
        };
        Ok(Self(Command {
            caller,
            origin,
            route,
            idempotency_key,
            input,
        }))
    }
}

fn form(bytes: &[u8], place: &str) -> Result<Fields, FieldErrors> {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(bytes)
        .map_err(|_| FieldErrors::one(place, "must be URL-encoded name=value pairs in UTF-8"))?;
    if pairs.len() > MOST || pairs.iter().any(|(name, _)| name.len() > LONGEST_NAME) {
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

fn json(bytes: &[u8]) -> Result<Value, FieldErrors> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match serde_json::from_slice(bytes) {
        Ok(document @ Value::Object(_)) => Ok(document),
        // What takes a list says so; what takes fields refuses it by name.
        Ok(list @ Value::Array(_)) => Ok(list),
        _ => Err(FieldErrors::one("body", "must be a JSON object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_and_json_are_the_same_fields() {
        let form = form(b"a=1&b%5B%5D=x&b[]=y&n.k=v&empty=&t=true", "body").unwrap();
        let document = json(br#"{"a":1,"b":["x","y"],"n":{"k":"v"},"empty":null,"t":true}"#).unwrap();
        let json = Fields::from_json(document).unwrap();
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
        let long = "x".repeat(LONGEST_NAME + 1);
        let document = json(format!(r#"{{"{long}":{{"a":1}}}}"#).as_bytes()).unwrap();
        assert!(Fields::from_json(document).is_err());
        assert!(form(format!("{long}=1").as_bytes(), "body").is_err());
        assert!(form("a=1&".repeat(MOST + 1).as_bytes(), "body").is_err());
    }

    #[test]
    fn unreadable_bodies_are_errors_of_the_body() {
        for body in [&b"1"[..], b"{", b"\"text\"", b"\xff"] {
            assert_eq!(json(body).unwrap_err().0[0].field, "body");
        }
        let list = Fields::from_json(json(b"[1]").unwrap()).unwrap_err();
        assert_eq!(list.0[0].field, "body");
        let deep = format!("{}1{}", "{\"a\":".repeat(20), "}".repeat(20));
        assert!(Fields::from_json(json(deep.as_bytes()).unwrap()).is_err());
    }
}
