//! Quirks of the vendor's servers, in one place. `docs/api-design.md` lists them.

use axum::{
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

/// Header that carries the key.
pub const KEY_HEADER: &str = "truora-api-key";

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
