//! Hooks: who hears of events.

use axum::{Json, extract::State, response::Response};
use cotejo_app::hooks::{again::QueuedDeliveries, body::HookBody};
use cotejo_domain::ids::HookId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{HookInput, HooksOutput, ReplayInput};

/// Create a hook
///
/// Asks for events by a request to a URL or by mail. Bodies are signed with `signing_key`.
#[utoipa::path(
    post,
    path = "/v1/hooks",
    tag = "Hooks",
    operation_id = "create_hook",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((HookInput = "application/x-www-form-urlencoded"), (HookInput = "application/json"))
    ),
    responses((status = 201, description = "The hook", body = HookBody), Errors)
)]
pub async fn create_hook(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_hook(&command).await?))
}

/// List hooks
///
/// Lists the hooks, newest first.
#[utoipa::path(
    get,
    path = "/v1/hooks",
    tag = "Hooks",
    operation_id = "list_hooks",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of hooks", body = HooksOutput), Errors)
)]
pub async fn list_hooks(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state.app.list_hooks(&caller, query.get("start_key")).await?;
    Ok(page("hooks", "/v1/hooks", &query, page_of))
}

/// Get a hook
///
/// Returns a hook.
#[utoipa::path(
    get,
    path = "/v1/hooks/{hook_id}",
    tag = "Hooks",
    operation_id = "get_hook",
    params(
        ("hook_id" = String, Path, description = "The hook"),
    ),
    responses((status = 200, description = "The hook", body = HookBody), Errors)
)]
pub async fn get_hook(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<HookId>,
) -> ApiResult<Json<HookBody>> {
    Ok(Json(state.app.get_hook(&caller, id).await?))
}

/// Change a hook
///
/// Changes a hook; what is left out stays as it was. Enabling a hook that was disabled forgives its failures.
#[utoipa::path(
    put,
    path = "/v1/hooks/{hook_id}",
    tag = "Hooks",
    operation_id = "update_hook",
    params(
        ("hook_id" = String, Path, description = "The hook"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((HookInput = "application/x-www-form-urlencoded"), (HookInput = "application/json"))
    ),
    responses((status = 200, description = "The hook", body = HookBody), Errors)
)]
pub async fn update_hook(
    State(state): State<ApiState>,
    PathId(id): PathId<HookId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.update_hook(&command, id).await?))
}

/// Delete a hook
///
/// Deletes a hook with its deliveries.
#[utoipa::path(
    delete,
    path = "/v1/hooks/{hook_id}",
    tag = "Hooks",
    operation_id = "delete_hook",
    params(
        ("hook_id" = String, Path, description = "The hook"),
    ),
    responses((status = 200, description = "What was deleted", body = String, content_type = "application/json"), Errors)
)]
pub async fn delete_hook(
    State(state): State<ApiState>,
    PathId(id): PathId<HookId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_hook(&command, id).await?))
}

/// Rotate the key of a hook
///
/// Makes a new signing key. For a day `webhook-signature` carries a signature of the old one too; the token is
/// signed with the new one.
#[utoipa::path(
    post,
    path = "/v1/hooks/{hook_id}/rotate",
    tag = "Hooks",
    operation_id = "rotate_hook_key",
    params(
        ("hook_id" = String, Path, description = "The hook"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 200, description = "The hook with its new key", body = HookBody), Errors)
)]
pub async fn rotate_hook_key(
    State(state): State<ApiState>,
    PathId(id): PathId<HookId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.rotate_hook_key(&command, id).await?))
}

/// Test a hook
///
/// Sends an event that did not happen, once.
#[utoipa::path(
    post,
    path = "/v1/hooks/{hook_id}/test",
    tag = "Hooks",
    operation_id = "test_hook",
    params(
        ("hook_id" = String, Path, description = "The hook"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 202, description = "It was queued", body = QueuedDeliveries), Errors)
)]
pub async fn test_hook(
    State(state): State<ApiState>,
    PathId(id): PathId<HookId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.test_hook(&command, id).await?))
}

/// Replay events
///
/// Delivers one event (`event_id`) or a range of them again, as far as the hook asks for them; at most 10,000 a
/// request.
#[utoipa::path(
    post,
    path = "/v1/hooks/{hook_id}/replay",
    tag = "Hooks",
    operation_id = "replay_hook_events",
    params(
        ("hook_id" = String, Path, description = "The hook"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((ReplayInput = "application/x-www-form-urlencoded"), (ReplayInput = "application/json"))
    ),
    responses((status = 202, description = "They were queued", body = QueuedDeliveries), Errors)
)]
pub async fn replay_hook_events(
    State(state): State<ApiState>,
    PathId(id): PathId<HookId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.replay_hook_events(&command, id).await?))
}
