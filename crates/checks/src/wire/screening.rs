//! Screening on the wire.

use cotejo_app::screening::{ExceptionBody, HitBody, ListBody};
use utoipa::ToSchema;

/// A page of a check's hits.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct HitsOutput {
    /// The hits, in the order of the sources
    hits: Vec<HitBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A hit to set aside.
#[derive(ToSchema)]
#[schema(as = CreateExceptionInput)]
#[expect(dead_code, reason = "the schema of fields that are read one by one")]
pub struct ExceptionInput {
    /// The check that hit
    check_id: String,
    /// The list, as the hit names it
    #[schema(example = "ofac-sdn")]
    list: String,
    /// The list's own id of the entry, as the hit names it
    entry: String,
    /// Why it is another person, at most 1000 characters
    reason: String,
    /// When the exception ends by itself, RFC 3339 or YYYY-MM-DD; never where it is left out
    expiration_date: Option<String>,
}

/// A page of exceptions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct ExceptionsOutput {
    /// The exceptions, newest first
    exceptions: Vec<ExceptionBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// The lists that are screened against.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct ListsOutput {
    /// The lists, by key
    lists: Vec<ListBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Always empty: lists are few
    next: String,
}
