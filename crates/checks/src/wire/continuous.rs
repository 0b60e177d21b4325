//! Continuous checks on the wire (contract/checks-wire.md §6).

use cotejo_app::continuous::{ContinuousBody, RunBody};
use utoipa::ToSchema;

/// A continuous check to create.
#[derive(ToSchema)]
#[schema(as = CreateContinuousCheckInput)]
#[expect(dead_code, reason = "the schema of fields that are read one by one")]
pub struct CreateContinuousInput {
    /// The finished check to carry out again and again
    check_id: String,
    /// `daily`, `weekly`, `monthly`, `yearly`, or a number and `d`, `w`, `m` or `y`
    #[schema(example = "2w")]
    frequency: String,
    /// The last day on which a run may begin, YYYY-MM-DD; never where it is left out
    end_date: Option<String>,
    /// `enabled` (the default) or `disabled`
    status: Option<String>,
    /// Version of the API key, `0` or `1`; that of the key where it is left out
    version: Option<String>,
}

/// What to change of a continuous check; what is left out stays as it was.
#[derive(ToSchema)]
#[schema(as = UpdateContinuousCheckInput)]
#[expect(dead_code, reason = "the schema of fields that are read one by one")]
pub struct UpdateContinuousInput {
    /// As at its creation; counts from now
    frequency: Option<String>,
    /// `enabled` or `disabled`
    status: Option<String>,
    /// Version of the API key, `0` or `1`
    version: Option<String>,
}

/// A page of continuous checks, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct ContinuousChecksOutput {
    continuous_checks: Vec<ContinuousBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of runs, newest first.
#[derive(ToSchema)]
#[schema(as = ContinuousCheckHistoryOutput)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct HistoryOutput {
    history: Vec<RunBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}
