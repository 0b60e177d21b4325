//! Quirks of the vendor's servers, in one place. `docs/api-design.md` lists them.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// Header that carries the key.
pub const KEY_HEADER: &str = "truora-api-key";

/// The key of a request: in the vendor's header, in that of the two other faces, or as TrustX's bearer.
pub fn key(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = || {
        let (scheme, token) = text("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    };
    text(KEY_HEADER).or_else(|| text("x-api-key")).or_else(bearer)
}

/// `code` of an error body.
pub const fn code(status: StatusCode) -> u32 {
    10_000 + status.as_u16() as u32
}

/// What the vendor's gateway says of a route or method that it does not know: 403, whoever asks. OPTIONS is answered as
/// HTTP expects; axum adds `Allow`.
pub async fn unknown_route(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let mut response = (
        StatusCode::FORBIDDEN,
        r#"{"message":"Missing Authentication Token"}"#,
    )
        .into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A path as it is routed: clients join host, slash and path, so several leading slashes and a trailing one are
/// tolerated.
pub fn tolerated(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let trimmed = path.trim_start_matches('/').trim_end_matches('/');
    if path.len() == trimmed.len() + 1 {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("/{trimmed}{query}")
        .parse()
        .ok()
        .filter(|tolerated| tolerated != uri)
}

/// Longest error body that is rewritten.
const LONGEST_ERROR: usize = 256 * 1024;

/// On the routes of processes, steps and flows the vendor spells an error's code as a text, and its apps read nothing else.
pub async fn text_codes(request: Request, next: Next) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let spelled = path.starts_with("v1/processes") || path.starts_with("v1/flows");
    let response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if !spelled || !failed {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST_ERROR).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let Some(code) = json.get("code").and_then(Value::as_u64) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    json["code"] = Value::from(code.to_string());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json.to_string()))
}

/// What the vendor's file host says of a link that is spent, over, or none of its own.
pub fn access_denied() -> Response {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    (StatusCode::FORBIDDEN, [kind], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_are_tolerated() {
        for (given, routed) in [
            ("/v1/checks", None),
            ("/", None),
            ("//v1/checks?start_key=a%2Fb", Some("/v1/checks?start_key=a%2Fb")),
            ("/v1/checks/", Some("/v1/checks")),
            ("///v1/checks//", Some("/v1/checks")),
        ] {
            let uri: Uri = given.parse().unwrap();
            assert_eq!(
                tolerated(&uri).map(|uri| uri.to_string()).as_deref(),
                routed,
                "{given}"
            );
        }
    }
}
