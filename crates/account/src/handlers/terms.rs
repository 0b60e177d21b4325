//! What the account agreed to.

use axum::{extract::State, response::Response};
use cotejo_app::terms::AcceptedTerms;
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, answer::done, spec::Errors};

use crate::wire::AcceptTermsInput;

/// Accept the terms of the status override
///
/// The agreement without which nobody can be granted `identity.processes.override.status`. Only an administrator
/// can agree.
#[utoipa::path(
    post,
    path = "/v1/terms/override",
    tag = "Account",
    operation_id = "accept_override_terms",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((AcceptTermsInput = "application/x-www-form-urlencoded"), (AcceptTermsInput = "application/json"))
    ),
    responses((status = 200, description = "The agreement", body = AcceptedTerms), Errors)
)]
pub async fn accept_override_terms(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.accept_override_terms(&command).await?))
}
