//! What is configured about validators, and which documents there are.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::validations::selection::{DocumentSelection, document_selection};
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, Auth, answer::done, spec::Errors};

use crate::wire::ConfigInput;

/// Get config
///
/// Returns what holds for every validator.
#[utoipa::path(
    get,
    path = "/v1/config",
    tag = "Config",
    operation_id = "get_validator_config",
    responses((status = 200, description = "By validator", body = Object), Errors)
)]
pub async fn get_validator_config(State(state): State<ApiState>, Auth(caller): Auth) -> ApiResult<Response> {
    Ok(Json(state.app.get_validation_config(&caller).await?).into_response())
}

/// Update config
///
/// Configures a validator; what is left out stays. `validation_method.<method>.status` switches a method of
/// documents, for a country, a type and a version.
#[utoipa::path(
    put,
    path = "/v1/config",
    tag = "Config",
    operation_id = "update_validator_config",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((ConfigInput = "application/x-www-form-urlencoded"), (ConfigInput = "application/json"))),
    responses((status = 200, description = "By validator", body = Object), Errors)
)]
pub async fn update_validator_config(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.change_validation_config(&command).await?))
}

/// Delete config
///
/// Gives a setting of a validator, or all of them, back to the defaults.
#[utoipa::path(
    delete,
    path = "/v1/config",
    tag = "Config",
    operation_id = "delete_validator_config",
    params(
        ("validator" = String, Query, description = "Which validator"),
        ("type" = Option<String>, Query, description = "Which setting; all where it is left out"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 200, description = "By validator", body = Object), Errors)
)]
pub async fn delete_validator_config(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.reset_validation_config(&command).await?))
}

/// Get document selection
///
/// Lists the documents that can be validated, by country.
#[utoipa::path(
    get,
    path = "/v1/config/document-selection",
    tag = "Config",
    operation_id = "get_document_selection",
    responses((status = 200, description = "By country", body = DocumentSelection), Errors)
)]
pub async fn get_document_selection(Auth(_caller): Auth) -> Json<DocumentSelection> {
    Json(document_selection())
}
