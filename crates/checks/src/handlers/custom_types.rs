//! Custom types, `/v1/config`.

use axum::{Json, extract::State, response::Response};
use cotejo_app::checks::custom_types::ConfigBody;
use cotejo_httpkit::{ApiCommand, ApiQuery, ApiResult, ApiState, Auth, answer::done, spec::Errors};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::CustomTypeInput;

const PATH: &str = "/v1/config";

/// Create a custom type
///
/// Makes a kind of check that searches the given data sets and no others. The weights must sum to 1; a data set of
/// weight 0 is searched and does not count.
#[utoipa::path(
    post,
    path = "/v1/config",
    tag = "Custom types",
    operation_id = "create_custom_type",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((CustomTypeInput = "application/x-www-form-urlencoded"), (CustomTypeInput = "application/json"))
    ),
    responses((status = 201, description = "The account's types", body = ConfigBody), Errors)
)]
pub async fn create_custom_type(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_custom_type(&command).await?))
}

/// Update a custom type
///
/// Replaces the data sets and weights of a custom type. Checks that were made keep what they were made with.
#[utoipa::path(
    put,
    path = "/v1/config",
    tag = "Custom types",
    operation_id = "update_custom_type",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((CustomTypeInput = "application/x-www-form-urlencoded"), (CustomTypeInput = "application/json"))
    ),
    responses((status = 200, description = "The account's types", body = ConfigBody), Errors)
)]
pub async fn update_custom_type(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.update_custom_type(&command).await?))
}

/// The types of an account, with the links of a list.
#[derive(Serialize, ToSchema)]
pub struct ConfigsOutput {
    #[serde(flatten)]
    config: ConfigBody,
    /// Path of this page
    #[serde(rename = "self")]
    own: &'static str,
    /// Always empty: there is one page
    next: &'static str,
}

/// List custom types
///
/// Lists the built-in types and the account's own, per country.
#[utoipa::path(
    get,
    path = "/v1/config",
    tag = "Custom types",
    operation_id = "list_custom_types",
    responses((status = 200, description = "All types", body = ConfigsOutput), Errors)
)]
pub async fn list_custom_types(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<ConfigsOutput>> {
    let config = state
        .app
        .list_custom_types(&caller, query.get("start_key"))
        .await?;
    Ok(Json(ConfigsOutput {
        config,
        own: PATH,
        next: "",
    }))
}

/// Delete a custom type
///
/// Deletes a custom type and answers those that remain in its country.
#[utoipa::path(
    delete,
    path = "/v1/config",
    tag = "Custom types",
    operation_id = "delete_custom_type",
    params(
        ("country" = String, Query, description = "Country of the type"),
        ("type" = String, Query, description = "Its name"),
    ),
    responses((status = 200, description = "The remaining types of the country", body = ConfigBody), Errors)
)]
pub async fn delete_custom_type(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_custom_type(&command).await?))
}
