//! Files, by links that need no key.

use axum::{
    body::Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use cotejo_domain::{
    ids::{EnrollmentId, FileId, ValidationId},
    validations::Slot,
};
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, PathId, PathIds, answer::file, spec::Errors};

/// Upload a file of a validation
///
/// Takes the front or back of a document, at most 20 MiB, or a face, at most 60 MiB; raw or as Base64. The link is
/// one of `instructions` and is spent by the first file that arrives whole.
#[utoipa::path(
    put,
    path = "/v1/validations/{validation_id}/{slot}/file",
    tag = "Files",
    operation_id = "upload_validation_file",
    security(()),
    params(
        ("validation_id" = String, Path, description = "Validation ID"),
        ("slot" = String, Path, description = "`front`, `reverse` or `face`"),
        ("Client" = String, Query, description = "As the link says"),
        ("Expires" = i64, Query, description = "As the link says"),
        ("Signature" = String, Query, description = "As the link says"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "The file is there"), Errors)
)]
pub async fn upload_validation_file(
    State(state): State<ApiState>,
    PathIds(id, slot): PathIds<ValidationId, Slot>,
    ApiQuery(query): ApiQuery,
    body: Body,
) -> ApiResult<Response> {
    let pieces = body.into_data_stream();
    state.app.upload_validation_file(id, slot, &query, pieces).await?;
    Ok(StatusCode::OK.into_response())
}

/// Upload the picture of an enrollment
///
/// Takes a face, at most 60 MiB; raw or as Base64. The link is `file_upload_link` and is spent by the first file
/// that arrives whole.
#[utoipa::path(
    put,
    path = "/v1/enrollments/{enrollment_id}/file",
    tag = "Files",
    operation_id = "upload_enrollment_file",
    security(()),
    params(
        ("enrollment_id" = String, Path, description = "Enrollment ID"),
        ("Client" = String, Query, description = "As the link says"),
        ("Expires" = i64, Query, description = "As the link says"),
        ("Signature" = String, Query, description = "As the link says"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "The file is there"), Errors)
)]
pub async fn upload_enrollment_file(
    State(state): State<ApiState>,
    PathId(id): PathId<EnrollmentId>,
    ApiQuery(query): ApiQuery,
    body: Body,
) -> ApiResult<Response> {
    let pieces = body.into_data_stream();
    state.app.upload_enrollment_file(id, &query, pieces).await?;
    Ok(StatusCode::OK.into_response())
}

/// Download a file
///
/// Returns a picture behind a link that a validation shows.
#[utoipa::path(
    get,
    path = "/v1/files/{file_id}",
    tag = "Files",
    operation_id = "download_file",
    security(()),
    params(
        ("file_id" = String, Path, description = "As the link says"),
        ("Client" = String, Query, description = "As the link says"),
        ("Expires" = i64, Query, description = "As the link says"),
        ("Signature" = String, Query, description = "As the link says"),
    ),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>), Errors)
)]
pub async fn download_file(
    State(state): State<ApiState>,
    PathId(id): PathId<FileId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    Ok(file(state.app.download(id, &query).await?))
}
