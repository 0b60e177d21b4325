//! Overrides of a process's status, and how they have to be made.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::processes::{
    overrides::OverrideRequestBody, result::ResultBody, settings::IdentitySettingsBody,
};
use cotejo_domain::ids::ProcessId;
use cotejo_httpkit::{
    ApiCommand, ApiResult, ApiState, Auth, PathId,
    answer::{done, done_masked},
    spec::Errors,
};

use crate::wire::{IdentitySettingsInput, OverrideInput};

/// Override process status
///
/// Has a finished process count as the opposite of what it came to, as often as it takes. What it came to by itself stays
/// beside. Needs the permission `identity.processes.override.status`.
#[utoipa::path(
    post,
    path = "/v1/processes/{process_id}/override-status",
    tag = "Reviews",
    operation_id = "override_process_status",
    params(
        ("process_id" = String, Path, description = "Process ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((OverrideInput = "application/x-www-form-urlencoded"), (OverrideInput = "application/json"))),
    responses(
        (status = 200, description = "The result", body = ResultBody),
        (status = 202, description = "A second person has to agree", body = OverrideRequestBody),
        Errors
    )
)]
pub async fn override_process_status(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.override_process_status(&command, id).await?, &key)
}

/// Get identity settings
///
/// Returns how overrides have to be made.
#[utoipa::path(
    get,
    path = "/v1/identity-settings",
    tag = "Reviews",
    operation_id = "get_identity_settings",
    responses((status = 200, description = "The settings", body = IdentitySettingsBody), Errors)
)]
pub async fn get_identity_settings(State(state): State<ApiState>, Auth(caller): Auth) -> ApiResult<Response> {
    Ok(Json(state.app.get_identity_settings(&caller).await?).into_response())
}

/// Update identity settings
///
/// Changes how overrides have to be made. Only an administrator may.
#[utoipa::path(
    put,
    path = "/v1/identity-settings",
    tag = "Reviews",
    operation_id = "update_identity_settings",
    request_body(content(
        (IdentitySettingsInput = "application/x-www-form-urlencoded"),
        (IdentitySettingsInput = "application/json")
    )),
    responses((status = 200, description = "The settings", body = IdentitySettingsBody), Errors)
)]
pub async fn update_identity_settings(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.change_identity_settings(&command).await?))
}
