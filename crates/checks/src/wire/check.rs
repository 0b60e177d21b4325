//! Responses. Bodies of checks are stored as text, so answers are put together as text; the structs are their schema.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cotejo_app::checks::{body, details::DetailBody};
use cotejo_domain::ids::CheckId;
use serde::Serialize;
use utoipa::ToSchema;

/// A check with its links.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an answer that is put together as text")]
pub struct CheckOutput {
    check: body::CheckBody<'static>,
    /// Path of its details
    details: String,
    /// Path of the check
    #[schema(rename = "self")]
    own: String,
}

/// A page of checks, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an answer that is put together as text")]
pub struct ChecksOutput {
    checks: Vec<body::CheckBody<'static>>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of a check's details.
#[derive(Serialize, ToSchema)]
pub struct DetailsOutput {
    /// The entries, in the order of the sources
    pub details: Vec<DetailBody>,
    /// Path of this page
    #[serde(rename = "self")]
    pub own: String,
    /// Path of the next page; empty at the end
    pub next: String,
}

/// A body as a key of this version sees it.
fn projected(body: String, key_version: u8) -> String {
    if key_version == 0 {
        body::for_version_0(&body)
    } else {
        body
    }
}

impl CheckOutput {
    /// The answer's text.
    pub fn text(id: CheckId, body: String, key_version: u8) -> String {
        body::envelope(id, &projected(body, key_version))
    }
}

impl ChecksOutput {
    /// The answer's text.
    pub fn text(bodies: Vec<String>, key_version: u8, own: &str, next: &str) -> String {
        let bodies: Vec<String> = bodies
            .into_iter()
            .map(|body| projected(body, key_version))
            .collect();
        // A page is a quarter of a megabyte: it is put together in one piece.
        let length = bodies.iter().map(|body| body.len() + 1).sum::<usize>() + own.len() + next.len() + 64;
        let mut text = String::with_capacity(length);
        text.push_str(r#"{"checks":["#);
        for (place, body) in bodies.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            text.push_str(body);
        }
        // Paths are made of ids and URL-safe cursors, so that they need no escaping.
        for part in [r#"],"self":""#, own, r#"","next":""#, next, r#""}"#] {
            text.push_str(part);
        }
        text
    }
}

/// An answer whose JSON is there already.
pub fn json(status: StatusCode, text: String) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, [kind], text).into_response()
}
