//! What a person does in a process.

use axum::{extract::State, response::Response};
use cotejo_app::processes::{body::ProcessBody, verifications::AddedBody};
use cotejo_domain::ids::{ProcessId, StepId};
use cotejo_httpkit::{
    ApiCommand, ApiResult, ApiState, PathId,
    answer::{done, done_masked},
    spec::Errors,
};

use crate::wire::{BackInput, CancelInput, StepInput, VerificationInput};

/// Verify identity
///
/// Submits the step that the person is at.
#[utoipa::path(
    post,
    path = "/v1/processes/{process_id}",
    tag = "Steps",
    operation_id = "verify_identity",
    params(
        ("process_id" = String, Path, description = "Process ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((StepInput = "application/json"), (StepInput = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn verify_identity(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.submit_process(&command, id).await?, &key)
}

/// Submit step
///
/// Submits a step: the step object with the values of its inputs. Pictures go to its `files_upload_urls` before.
#[utoipa::path(
    post,
    path = "/v1/processes/steps/{step_id}",
    tag = "Steps",
    operation_id = "submit_step",
    params(
        ("step_id" = String, Path, description = "Step ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((StepInput = "application/json"), (StepInput = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn submit_step(
    State(state): State<ApiState>,
    PathId(id): PathId<StepId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.submit_step(&command, id).await?, &key)
}

/// Step back
///
/// Goes one step back, to the beginning of this one (`retry_step`), or to the first behind the authorisation
/// (`delete_all`).
#[utoipa::path(
    post,
    path = "/v1/processes/steps/{step_id}/back",
    tag = "Steps",
    operation_id = "submit_step_back",
    params(("step_id" = String, Path, description = "Step ID")),
    request_body(content((BackInput = "application/json"), (BackInput = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn step_back(
    State(state): State<ApiState>,
    PathId(id): PathId<StepId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.step_back(&command, id).await?, &key)
}

/// Identity back
///
/// Goes one step back.
#[utoipa::path(
    post,
    path = "/v1/processes/{process_id}/back",
    tag = "Steps",
    operation_id = "step_back",
    params(("process_id" = String, Path, description = "Process ID")),
    request_body(content((BackInput = "application/json"), (BackInput = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn process_back(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.process_back(&command, id).await?, &key)
}

/// Cancel process
///
/// Ends a process because the person gives it up.
#[utoipa::path(
    post,
    path = "/v1/processes/{process_id}/status",
    tag = "Steps",
    operation_id = "cancel_process",
    params(("process_id" = String, Path, description = "Process ID")),
    request_body(content((CancelInput = "application/json"), (CancelInput = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn cancel_process(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.cancel_process(&command, id).await?, &key)
}

/// Add verification
///
/// Adds a block to a dynamic process. The person comes to it when those before it are behind; one of the type
/// `get_validations_result` says that no more come, and the process ends.
#[utoipa::path(
    post,
    path = "/v1/processes/{process_id}/verifications",
    tag = "Steps",
    operation_id = "add_verification",
    params(
        ("process_id" = String, Path, description = "Process ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content(
        (VerificationInput = "application/json"),
        (VerificationInput = "application/x-www-form-urlencoded")
    )),
    responses((status = 201, description = "The block that was added", body = AddedBody), Errors)
)]
pub async fn add_verification(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.add_verification(&command, id).await?))
}
