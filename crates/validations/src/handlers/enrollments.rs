//! Enrollments: what is known of a person before a validation.

use axum::{extract::State, response::Response};
use cotejo_app::validations::{Deleted, body::enrollment::EnrollmentBody};
use cotejo_domain::ids::EnrollmentId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, done_masked, masked},
    spec::Errors,
};

use crate::wire::EnrollmentInput;

/// Create enrollment
///
/// Enrolls a face, an e-mail address or a phone, or reports a face. Faces go to `file_upload_link`, by one PUT.
#[utoipa::path(
    post,
    path = "/v1/enrollments",
    tag = "Enrollments",
    operation_id = "create_enrollment",
    params(
        ("account_id" = Option<String>, Query, description = "Whose, where the body does not say"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((EnrollmentInput = "application/x-www-form-urlencoded"), (EnrollmentInput = "application/json"))),
    responses((status = 201, description = "The enrollment", body = EnrollmentBody), Errors)
)]
pub async fn create_enrollment(
    State(state): State<ApiState>,
    ApiQuery(query): ApiQuery,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.create_enrollment(&command, &query).await?, &key)
}

/// Get enrollment
///
/// Returns where an enrollment stands.
#[utoipa::path(
    get,
    path = "/v1/enrollments/{enrollment_id}",
    tag = "Enrollments",
    operation_id = "get_enrollment",
    params(
        ("enrollment_id" = String, Path, description = "Enrollment ID"),
    ),
    responses((status = 200, description = "The enrollment", body = EnrollmentBody), Errors)
)]
pub async fn get_enrollment(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<EnrollmentId>,
) -> ApiResult<Response> {
    let found = state.app.get_enrollment(&caller, id).await?;
    masked(&found, &caller.key)
}

/// Delete enrollment
///
/// Deletes an enrollment with its picture and what faces are compared by.
#[utoipa::path(
    delete,
    path = "/v1/enrollments/{enrollment_id}",
    tag = "Enrollments",
    operation_id = "delete_enrollment",
    params(
        ("enrollment_id" = String, Path, description = "Enrollment ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 200, description = "It is deleted", body = Deleted), Errors)
)]
pub async fn delete_enrollment(
    State(state): State<ApiState>,
    PathId(id): PathId<EnrollmentId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_enrollment(&command, id).await?))
}
