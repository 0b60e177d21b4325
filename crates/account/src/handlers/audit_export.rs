//! GET /v1/audit/export

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, spec::Errors};
use futures_util::stream;

/// Export the audit trail
///
/// Streams the whole trail as lines of JSON, ending with a checkpoint over its last entry. `cotejo audit verify` checks
/// such a file without the database.
#[utoipa::path(
    get,
    path = "/v1/audit/export",
    tag = "Audit",
    operation_id = "export_audit",
    responses((status = 200, description = "Lines of JSON", body = String, content_type = "application/x-ndjson"), Errors)
)]
pub async fn export_audit(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let export = state.app.begin_audit_export(&command).await?;
    let lines = stream::try_unfold((state.app, export), |(app, mut export)| async move {
        let piece = app.audit_lines(&mut export).await?;
        Ok::<_, cotejo_app::AppError>(piece.map(|piece| (piece, (app, export))))
    });
    let kind = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    Ok(([kind], Body::from_stream(lines)).into_response())
}
