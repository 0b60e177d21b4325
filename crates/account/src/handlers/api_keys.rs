//! Keys of servers, browsers and apps.

use axum::{extract::State, response::Response};
use cotejo_app::{command::OutputMessage, keys::CreateAPIKeyOutput};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{APIKeysOutput, CreateAPIKeyInput, UpdateAPIKeyInput};

/// Create an API key
///
/// Makes a key. A web token (`key_type=web`, `grant=digital-identity`) lives for two hours and carries the process
/// that it will create. The token is shown once and stored nowhere.
#[utoipa::path(
    post,
    path = "/v1/api-keys",
    tag = "API keys",
    operation_id = "create_api_key",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((CreateAPIKeyInput = "application/x-www-form-urlencoded"), (CreateAPIKeyInput = "application/json"))
    ),
    responses((status = 201, description = "The key", body = CreateAPIKeyOutput), Errors)
)]
pub async fn create_api_key(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.make_key(&command).await?))
}

/// List API keys
///
/// Lists the keys, revoked ones too, newest first. Tokens are never shown again.
#[utoipa::path(
    get,
    path = "/v1/api-keys",
    tag = "API keys",
    operation_id = "list_api_keys",
    params(
        ("key_type" = Option<String>, Query, description = "Only of this kind"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of keys", body = APIKeysOutput), Errors)
)]
pub async fn list_api_keys(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state
        .app
        .page_of_keys(&caller, query.get("key_type"), query.get("start_key"))
        .await?;
    Ok(page("api_keys", "/v1/api-keys", &query, page_of))
}

/// Change the version of an API key
///
/// Changes which generation of the wire a key speaks. The token stays.
#[utoipa::path(
    put,
    path = "/v1/api-keys",
    tag = "API keys",
    operation_id = "update_api_key",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((UpdateAPIKeyInput = "application/x-www-form-urlencoded"), (UpdateAPIKeyInput = "application/json"))
    ),
    responses((status = 200, description = "It was changed", body = OutputMessage), Errors)
)]
pub async fn update_api_key(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.change_key(&command).await?))
}

/// Revoke an API key
///
/// Revokes the live key of that name; it stops working within a second on every process.
#[utoipa::path(
    delete,
    path = "/v1/api-keys",
    tag = "API keys",
    operation_id = "delete_api_key",
    params(
        ("key_name" = String, Query, description = "The key"),
    ),
    responses((status = 200, description = "It was revoked", body = OutputMessage), Errors)
)]
pub async fn delete_api_key(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_key(&command).await?))
}
