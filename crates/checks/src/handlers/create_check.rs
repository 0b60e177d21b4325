//! POST /v1/checks

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use cotejo_httpkit::{
    ApiCommand, ApiResult, ApiState,
    answer::{json, replayed},
    spec::Errors,
};

use crate::wire::{CheckOutput, CreateCheckInput};

/// Create a check
///
/// Creates a background check and queues it. Which inputs are required depends on country and type. Without
/// `force_creation` an equal check of the last 24 hours is returned instead.
#[utoipa::path(
    post,
    path = "/v1/checks",
    tag = "Checks",
    operation_id = "create_check",
    params(
        ("Truora-Priority" = Option<String>, Header, description = "high, medium (the default) or low"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same \
            status and check for 24 hours"),
    ),
    request_body(
        content(
            (CreateCheckInput = "application/x-www-form-urlencoded"),
            (CreateCheckInput = "application/json"),
        )
    ),
    responses(
        (status = 201, description = "The check was created", body = CheckOutput),
        (status = 200, description = "An earlier check of the same inputs", body = CheckOutput),
        Errors,
    )
)]
pub async fn create_check(
    State(state): State<ApiState>,
    headers: HeaderMap,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let priority = headers
        .get("truora-priority")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
    let answer = state.app.create_check(&command, priority.as_deref()).await?;
    let status = if answer.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let text = CheckOutput::text(answer.id, answer.body, &command.caller.key)?;
    Ok(replayed(json(status, text), answer.replayed))
}
