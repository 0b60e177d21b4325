//! GET /v1/files/{file_id}

use axum::{extract::State, response::Response};
use cotejo_domain::ids::FileId;
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, PathId, answer::file, spec::Errors};

/// Download a file
///
/// Returns a file that a link names. The link needs no key and ends by itself; then it is a 403.
#[utoipa::path(
    get,
    path = "/v1/files/{file_id}",
    tag = "Checks",
    operation_id = "download_file",
    security(()),
    params(
        ("file_id" = String, Path, description = "File ID"),
        ("Client" = String, Query, description = "As the link says"),
        ("Expires" = i64, Query, description = "As the link says"),
        ("Signature" = String, Query, description = "As the link says"),
    ),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        Errors,
    )
)]
pub async fn download_file(
    State(state): State<ApiState>,
    PathId(id): PathId<FileId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    Ok(file(state.app.download(id, &query).await?))
}
