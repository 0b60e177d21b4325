//! Responses. Bodies of checks are stored as text, so answers are put together as text; the structs are their schema.

use cotejo_app::{
    AppError,
    checks::{attachments::AttachmentBody, body, details::DetailBody},
};
use cotejo_domain::{ids::CheckId, keys::KeyRecord, permissions::hide};
use cotejo_httpkit::ApiResult;
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

/// A page of the files of a check.
#[derive(Serialize, ToSchema)]
pub struct AttachmentsOutput {
    /// Background check ID
    #[schema(value_type = String)]
    pub check_id: CheckId,
    /// The files
    pub attachments: Vec<AttachmentBody>,
    /// Path of this page
    #[serde(rename = "self")]
    pub own: String,
    /// Path of the next page; empty at the end
    pub next: String,
}

/// A body as a key sees it: its version speaks, its masks hide.
fn projected(body: String, key: &KeyRecord) -> ApiResult<String> {
    let body = if key.version == 0 {
        body::for_version_0(&body)
    } else {
        body
    };
    let masks = key.masks();
    if masks.is_empty() {
        return Ok(body);
    }
    let mut value = serde_json::from_str(&body).map_err(AppError::internal)?;
    hide(&mut value, &masks);
    Ok(value.to_string())
}

impl CheckOutput {
    /// The answer's text.
    pub fn text(id: CheckId, body: String, key: &KeyRecord) -> ApiResult<String> {
        Ok(body::envelope(id, &projected(body, key)?))
    }
}

impl ChecksOutput {
    /// The answer's text.
    pub fn text(bodies: Vec<String>, key: &KeyRecord, own: &str, next: &str) -> ApiResult<String> {
        let bodies: Vec<String> = bodies
            .into_iter()
            .map(|body| projected(body, key))
            .collect::<ApiResult<_>>()?;
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
        Ok(text)
    }
}
