//! Flows.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::{command::OutputMessage, processes::flows::FlowBody};
use cotejo_domain::ids::FlowId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{CloneFlowInput, FlowInput, FlowsOutput};

/// Create flow
///
/// Draws a flow: blocks in their order, what each is configured with, and where the flow goes on behind it. It begins
/// with the data authorisation, which is added where it is left out. One that might never end is refused.
#[utoipa::path(
    post,
    path = "/v1/flows",
    tag = "Flows",
    operation_id = "create_flow",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((FlowInput = "application/json"))),
    responses((status = 201, description = "The flow", body = FlowBody), Errors)
)]
pub async fn create_flow(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_flow(&command).await?))
}

/// List flows
///
/// Lists the flows, newest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/flows",
    tag = "Flows",
    operation_id = "list_flows",
    params(("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says")),
    responses((status = 200, description = "A page of flows", body = FlowsOutput), Errors)
)]
pub async fn list_flows(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state.app.list_flows(&caller, query.get("start_key")).await?;
    Ok(page("flows", "/v1/flows", &query, found))
}

/// Get flow
///
/// Returns a flow in its newest version.
#[utoipa::path(
    get,
    path = "/v1/flows/{flow_id}",
    tag = "Flows",
    operation_id = "get_flow",
    params(("flow_id" = String, Path, description = "Flow ID")),
    responses((status = 200, description = "The flow", body = FlowBody), Errors)
)]
pub async fn get_flow(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<FlowId>,
) -> ApiResult<Response> {
    Ok(Json(state.app.get_flow(&caller, id).await?).into_response())
}

/// Update flow
///
/// Makes a new version of a flow. Processes that are on the way keep theirs.
#[utoipa::path(
    put,
    path = "/v1/flows/{flow_id}",
    tag = "Flows",
    operation_id = "update_flow",
    params(
        ("flow_id" = String, Path, description = "Flow ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((FlowInput = "application/json"))),
    responses((status = 200, description = "The flow", body = FlowBody), Errors)
)]
pub async fn update_flow(
    State(state): State<ApiState>,
    PathId(id): PathId<FlowId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.update_flow(&command, id).await?))
}

/// Delete flow
///
/// Nobody begins in it any more; who is on the way goes on.
#[utoipa::path(
    delete,
    path = "/v1/flows/{flow_id}",
    tag = "Flows",
    operation_id = "delete_flow",
    params(("flow_id" = String, Path, description = "Flow ID")),
    responses((status = 200, description = "It is deleted", body = OutputMessage), Errors)
)]
pub async fn delete_flow(
    State(state): State<ApiState>,
    PathId(id): PathId<FlowId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_flow(&command, id).await?))
}

/// Clone flow
///
/// Makes a flow of its own that says the same. Branches lead on as they do in the original.
#[utoipa::path(
    post,
    path = "/v1/flows/{flow_id}/clone",
    tag = "Flows",
    operation_id = "clone_flow",
    params(
        ("flow_id" = String, Path, description = "Flow ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content(
        (CloneFlowInput = "application/json"),
        (CloneFlowInput = "application/x-www-form-urlencoded")
    )),
    responses((status = 201, description = "The new flow", body = FlowBody), Errors)
)]
pub async fn clone_flow(
    State(state): State<ApiState>,
    PathId(id): PathId<FlowId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.clone_flow(&command, id).await?))
}

/// Restore flow
///
/// Takes the deletion of a flow back. It stays disabled until it is updated.
#[utoipa::path(
    post,
    path = "/v1/flows/{flow_id}/restore",
    tag = "Flows",
    operation_id = "restore_flow",
    params(
        ("flow_id" = String, Path, description = "Flow ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 200, description = "The flow", body = FlowBody), Errors)
)]
pub async fn restore_flow(
    State(state): State<ApiState>,
    PathId(id): PathId<FlowId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.restore_flow(&command, id).await?))
}
