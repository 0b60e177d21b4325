//! What the vendor's app asks besides, and whether the service works.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::validations::sdk::{Evaluation, Logged};
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, Auth, spec::Errors};

use crate::wire::{EvaluateInput, SdkLogInput, StatusOutput};

/// Evaluate image
///
/// Says whether a picture of one side of a document will do before it is uploaded. A worker looks at it, which takes a
/// second; those of sandbox clients do unless a scenario says otherwise.
#[utoipa::path(
    post,
    path = "/v1/evaluate-image",
    tag = "Validations",
    operation_id = "evaluate_image",
    request_body(content((EvaluateInput = "application/x-www-form-urlencoded"), (EvaluateInput = "application/json"))),
    responses((status = 200, description = "Whether it will do", body = Evaluation), Errors)
)]
pub async fn evaluate_image(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(Json(state.app.evaluate_image(&command).await?).into_response())
}

/// Log SDK events
///
/// Takes what an app did to the log.
#[utoipa::path(
    post,
    path = "/v1/sdk/log",
    tag = "Validations",
    operation_id = "log_sdk_events",
    request_body(content((SdkLogInput = "application/json"))),
    responses((status = 200, description = "What was logged", body = Logged), Errors)
)]
pub async fn log_sdk_events(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(Json(state.app.log_sdk_events(&command)?).into_response())
}

/// Get status
///
/// Says that the service works.
#[utoipa::path(
    get,
    path = "/v1/status",
    tag = "Status",
    operation_id = "get_status",
    responses((status = 200, description = "It works", body = StatusOutput), Errors)
)]
pub async fn get_status(State(state): State<ApiState>, Auth(_caller): Auth) -> ApiResult<Response> {
    state.app.is_ready().await?;
    Ok(Json(StatusOutput { status: "ok" }).into_response())
}
