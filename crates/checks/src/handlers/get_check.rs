//! GET /v1/checks/{check_id}

use axum::{extract::State, http::StatusCode, response::Response};
use cotejo_domain::ids::CheckId;
use cotejo_httpkit::{ApiResult, ApiState, Auth, PathId, answer::json, spec::Errors};

use crate::wire::CheckOutput;

/// Get a check
///
/// Returns a check with its scores, the status of each source, and what they know of its subject.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}",
    tag = "Checks",
    operation_id = "get_check",
    params(("check_id" = String, Path, description = "Background check ID")),
    responses((status = 200, description = "The check", body = CheckOutput), Errors)
)]
pub async fn get_check(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
) -> ApiResult<Response> {
    let body = state.app.get_check(&caller, id).await?;
    Ok(json(StatusCode::OK, CheckOutput::text(id, body, &caller.key)?))
}
