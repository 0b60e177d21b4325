//! What whoever runs an instance does with it.

use axum::{extract::State, response::Response};
use cotejo_app::processes::trustx::body::InstanceBody;
use cotejo_domain::processes::trustx::Base32Id;
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, PathId, answer::done_masked, spec::Errors};

use crate::trustx_wire::InstanceReviewInput;

/// Review process instance
///
/// Says what an instance that waits for a person comes to, or has one wait (`PAUSED`) or go on (`ACTIVE`).
#[utoipa::path(
    put,
    path = "/api/process-manager/processInstances/{id}",
    tag = "TrustX",
    operation_id = "trustx_review_instance",
    params(
        ("id" = String, Path, description = "Process instance ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((InstanceReviewInput = "application/json"))),
    responses((status = 200, description = "The instance", body = InstanceBody), Errors)
)]
pub async fn review_instance(
    State(state): State<ApiState>,
    PathId(id): PathId<Base32Id>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.review_instance(&command, id).await?, &key)
}

/// Pause process instance
///
/// Has an instance wait: its time stands still, for at most thirty days.
#[utoipa::path(
    post,
    path = "/api/process-manager/processInstances/{id}/pause",
    tag = "TrustX",
    operation_id = "trustx_pause_instance",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "The instance", body = InstanceBody), Errors)
)]
pub async fn pause_instance(
    State(state): State<ApiState>,
    PathId(id): PathId<Base32Id>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.pause_instance(&command, id).await?, &key)
}

/// Resume process instance
///
/// Lets an instance that waits go on, with the time that it had left.
#[utoipa::path(
    post,
    path = "/api/process-manager/processInstances/{id}/resume",
    tag = "TrustX",
    operation_id = "trustx_resume_instance",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "The instance", body = InstanceBody), Errors)
)]
pub async fn resume_instance(
    State(state): State<ApiState>,
    PathId(id): PathId<Base32Id>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.resume_instance(&command, id).await?, &key)
}
