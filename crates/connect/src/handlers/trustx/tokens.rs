//! Process tokens, and the instances that they begin.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cotejo_app::{
    AppError,
    processes::{
        body::ProcessBody,
        trustx::{BegunBody, TokenBody},
    },
};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth,
    answer::{done, done_masked, masked, replayed},
    spec::Errors,
};

use crate::trustx_wire::ProcessTokenInput;

/// Create process token
///
/// Makes what begins instances of a flow: how often and when it may, and what each begins with.
#[utoipa::path(
    post,
    path = "/api/process-manager/processTokens",
    tag = "TrustX",
    operation_id = "trustx_create_process_token",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((ProcessTokenInput = "application/json"))),
    responses((status = 201, description = "The token", body = TokenBody), Errors)
)]
pub async fn create_process_token(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.create_process_token(&command).await?, &key)
}

/// Create process instance
///
/// Begins an instance by a token, and counts that. 403 says why a token may not be used. `redirectUrl` is the token's `uiUrl`
/// with `ps`, which answers the process, and `token`, the key by which the person's browser goes through it and nothing else.
#[utoipa::path(
    post,
    path = "/api/process-manager/processInstances/create",
    tag = "TrustX",
    operation_id = "trustx_create_instance",
    params(
        ("pt" = String, Query, description = "Process token ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and token answers the same for 24 \
            hours"),
    ),
    responses((status = 201, description = "The instance", body = BegunBody), Errors)
)]
pub async fn create_instance(
    State(state): State<ApiState>,
    ApiQuery(query): ApiQuery,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_instance(&command, query.get("pt")).await?))
}

/// Start process instance
///
/// Begins an instance by a token, and sends the browser on to where the person goes through it.
#[utoipa::path(
    post,
    path = "/api/process-manager/processInstances",
    tag = "TrustX",
    operation_id = "trustx_start_instance",
    params(
        ("pt" = String, Query, description = "Process token ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and token answers the same for 24 \
            hours"),
    ),
    responses((status = 307, description = "`Location` is where the person is sent"), Errors)
)]
pub async fn start_instance(
    State(state): State<ApiState>,
    ApiQuery(query): ApiQuery,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let started = state.app.start_instance(&command, query.get("pt")).await?;
    let location = HeaderValue::from_str(&started.location).map_err(AppError::internal)?;
    let response = (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response();
    Ok(replayed(response, started.replayed))
}

/// Start process
///
/// Answers the process of an instance, with the step that the person is at: what the page asks to which a person was sent.
#[utoipa::path(
    get,
    path = "/api/process-server/startProcess",
    tag = "TrustX",
    operation_id = "trustx_start_process",
    params(("pi" = String, Query, description = "Process instance ID")),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn start_process(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    masked(
        &state.app.start_process(&caller, query.get("pi")).await?,
        &caller.key,
    )
}
