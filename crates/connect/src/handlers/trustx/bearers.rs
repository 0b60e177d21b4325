//! Bearers.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::processes::trustx::BearerBody;
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, spec::Errors};

use crate::trustx_wire::NoInput;

/// Issue a bearer
///
/// Answers a token of the key in `X-API-Key` that lives for an hour, for `Authorization: Bearer`. A bearer may issue another
/// one, which does not outlive it.
#[utoipa::path(
    post,
    path = "/api/arthr/apiKeys/issue",
    tag = "TrustX",
    operation_id = "trustx_issue_bearer",
    request_body(content((NoInput = "application/json"))),
    responses((status = 200, description = "The bearer", body = BearerBody), Errors)
)]
pub async fn issue_bearer(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(Json(state.app.issue_bearer(&command).await?).into_response())
}
