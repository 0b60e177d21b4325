//! The audit trail.

use axum::{extract::State, response::Response};
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, Auth, answer::page, spec::Errors};

use crate::wire::{AuditOutput, CheckpointsOutput};

/// List audit entries
///
/// Lists who did what, newest first. Entries appear within a second, when they are linked to the chain.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "Audit",
    operation_id = "list_audit_entries",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of entries", body = AuditOutput), Errors)
)]
pub async fn list_audit_entries(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state
        .app
        .list_audit_entries(&caller, query.get("start_key"))
        .await?;
    Ok(page("entries", "/v1/audit", &query, page_of))
}

/// List audit checkpoints
///
/// Lists the signed heads of the chain, the oldest first. Keep them elsewhere: what they are over cannot be changed
/// unseen.
#[utoipa::path(
    get,
    path = "/v1/audit/checkpoints",
    tag = "Audit",
    operation_id = "list_audit_checkpoints",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of checkpoints", body = CheckpointsOutput), Errors)
)]
pub async fn list_audit_checkpoints(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state
        .app
        .list_audit_checkpoints(&caller, query.get("start_key"))
        .await?;
    Ok(page("checkpoints", "/v1/audit/checkpoints", &query, page_of))
}
