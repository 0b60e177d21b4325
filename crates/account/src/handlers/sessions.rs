//! Signing in and out, and accepting an invitation: who does that has no key yet.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use cotejo_app::{
    AppError,
    command::OutputMessage,
    users::{UserBody, sessions::SessionBody},
};
use cotejo_httpkit::{ApiForm, ApiResult, ApiState, Origin, compat::KEY_HEADER, spec::Errors};

use crate::wire::{AcceptInvitationInput, SignInInput};

/// Sign in
///
/// Opens a session of 12 hours. Its token stands where a key does; it may do what the user's role allows. After five
/// wrong passwords nobody signs in as that user for 15 minutes.
#[utoipa::path(
    post,
    path = "/v1/sessions",
    tag = "Users",
    operation_id = "create_session",
    security(()),
    request_body(
        content((SignInInput = "application/x-www-form-urlencoded"), (SignInInput = "application/json"))
    ),
    responses((status = 201, description = "The session", body = SessionBody), Errors)
)]
pub async fn create_session(
    State(state): State<ApiState>,
    Origin(origin): Origin,
    ApiForm(fields): ApiForm,
) -> ApiResult<(StatusCode, Json<SessionBody>)> {
    state.attempts.count(&origin)?;
    let session = state.app.sign_in(&fields, &origin).await?;
    Ok((StatusCode::CREATED, Json(session)))
}

/// Sign out
///
/// Ends the session whose token the request carries.
#[utoipa::path(
    delete,
    path = "/v1/sessions",
    tag = "Users",
    operation_id = "delete_session",
    responses((status = 200, description = "It has ended", body = OutputMessage), Errors)
)]
pub async fn delete_session(
    State(state): State<ApiState>,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> ApiResult<Json<OutputMessage>> {
    let token = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
    let token = token.ok_or(AppError::Unauthenticated)?;
    Ok(Json(state.app.sign_out(token.trim(), &origin).await?))
}

/// Accept an invitation
///
/// Chooses the password of an invited user. The token was in the mail.
#[utoipa::path(
    post,
    path = "/v1/users/accept",
    tag = "Users",
    operation_id = "accept_invitation",
    security(()),
    request_body(
        content(
            (AcceptInvitationInput = "application/x-www-form-urlencoded"),
            (AcceptInvitationInput = "application/json"),
        )
    ),
    responses((status = 200, description = "The user", body = UserBody), Errors)
)]
pub async fn accept_invitation(
    State(state): State<ApiState>,
    Origin(origin): Origin,
    ApiForm(fields): ApiForm,
) -> ApiResult<Json<UserBody>> {
    state.attempts.count(&origin)?;
    Ok(Json(state.app.accept_invitation(&fields, &origin).await?))
}
