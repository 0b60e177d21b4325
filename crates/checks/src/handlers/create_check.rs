//! POST /v1/checks

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use cotejo_app::checks::create::Request;
use cotejo_httpkit::{ApiForm, ApiResult, ApiState, Auth};

use crate::wire::{CheckOutput, CreateCheckInput, Errors, json};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replay");

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
    Auth(caller): Auth,
    headers: HeaderMap,
    ApiForm(fields): ApiForm,
) -> ApiResult<Response> {
    let header = |name: &str| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    };
    let request = Request {
        fields,
        priority: header("truora-priority"),
        idempotency_key: header("idempotency-key"),
    };
    let answer = state.app.create_check(&caller, request).await?;
    let status = if answer.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = json(
        status,
        CheckOutput::text(answer.id, answer.body, caller.key.version),
    );
    if answer.replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}
