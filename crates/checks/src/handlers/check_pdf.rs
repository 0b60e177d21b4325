//! A check as a document: `/v1/checks/{check_id}/pdf`, and who verifies it.

use axum::{Json, extract::State, response::Response};
use cotejo_app::checks::pdf::{PdfBody, VerificationBody};
use cotejo_domain::ids::CheckId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, file},
    spec::Errors,
};

/// Create a check's PDF
///
/// Has the documents of a finished check made, one in each language. 202 while they are being made, 200 once they are
/// there. They are made once: the same check is the same document to the byte.
#[utoipa::path(
    post,
    path = "/v1/checks/{check_id}/pdf",
    tag = "Checks",
    operation_id = "create_check_pdf",
    params(("check_id" = String, Path, description = "Background check ID")),
    responses(
        (status = 200, description = "The document is there", body = PdfBody),
        (status = 202, description = "The document is being made", body = PdfBody),
        Errors,
    )
)]
pub async fn create_check_pdf(
    State(state): State<ApiState>,
    PathId(id): PathId<CheckId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_pdf(&command, id).await?))
}

/// Get a check's PDF
///
/// Returns the document of a check; 404 before it was made.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/pdf",
    tag = "Checks",
    operation_id = "get_check_pdf",
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("lang" = Option<String>, Query, description = "es (the default), en or pt"),
    ),
    responses((status = 200, description = "The document", body = Vec<u8>, content_type = "application/pdf"), Errors)
)]
pub async fn get_check_pdf(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    Ok(file(state.app.check_pdf(&caller, id, query.get("lang")).await?))
}

/// Verify a document
///
/// Tells whoever holds a document what is true of it: the check's status and score, and the hash of each document that was
/// made. It is what the code on the document leads to, and needs no key; it tells nothing of whom it is about.
#[utoipa::path(
    get,
    path = "/v1/verifications/{check_id}",
    tag = "Checks",
    operation_id = "verify_document",
    security(()),
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("Client" = String, Query, description = "As the code says"),
        ("Code" = String, Query, description = "The code on the document"),
    ),
    responses((status = 200, description = "The document is genuine", body = VerificationBody), Errors)
)]
pub async fn verify_document(
    State(state): State<ApiState>,
    PathId(id): PathId<CheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<VerificationBody>> {
    Ok(Json(state.app.verify_document(id, &query).await?))
}
