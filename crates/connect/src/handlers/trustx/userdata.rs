//! What was read of a person.

use axum::{extract::State, response::Response};
use cotejo_app::processes::trustx::look::UserdataBody;
use cotejo_domain::processes::trustx::Base32Id;
use cotejo_httpkit::{ApiResult, ApiState, Auth, PathIds, answer::masked, spec::Errors};

/// Get userdata
///
/// Returns what the documents of an instance say, field by field, and what its faces came to.
#[utoipa::path(
    get,
    path = "/api/userdata-server/processDefinitions/{pd}/processInstances/{id}/userdata",
    tag = "TrustX",
    operation_id = "trustx_userdata",
    params(
        ("pd" = String, Path, description = "Process definition ID"),
        ("id" = String, Path, description = "Process instance ID"),
        ("optimized" = Option<bool>, Query, description = "Accepted and not needed"),
    ),
    responses((status = 200, description = "The userdata", body = UserdataBody), Errors)
)]
pub async fn get_userdata(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathIds(definition, id): PathIds<Base32Id, Base32Id>,
) -> ApiResult<Response> {
    masked(
        &state.app.get_userdata(&caller, definition, id).await?,
        &caller.key,
    )
}
