//! DELETE /v1/checks/{check_id}

use axum::{extract::State, http::StatusCode, response::Response};
use cotejo_domain::ids::CheckId;
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, PathId, answer::json, spec::Errors};

use crate::wire::CheckOutput;

/// Delete a check
///
/// Deletes a check with its runs, findings and details, and returns it as it was.
#[utoipa::path(
    delete,
    path = "/v1/checks/{check_id}",
    tag = "Checks",
    operation_id = "delete_check",
    params(("check_id" = String, Path, description = "Background check ID")),
    responses((status = 200, description = "The check as it was", body = CheckOutput), Errors)
)]
pub async fn delete_check(
    State(state): State<ApiState>,
    PathId(id): PathId<CheckId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let body = state.app.delete_check(&command, id).await?;
    Ok(json(
        StatusCode::OK,
        CheckOutput::text(id, body, &command.caller.key)?,
    ))
}
