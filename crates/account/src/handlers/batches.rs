//! Batches: many checks from one file.

use axum::{Json, body::Body, extract::State, response::Response};
use cotejo_app::{batches::BatchBody, command::OutputMessage};
use cotejo_domain::ids::BatchId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, file},
    spec::Errors,
};

use crate::wire::{BatchInput, BatchReportInput};

/// Create a batch
///
/// Makes a batch, which waits for its file: one PUT to `file_upload_link` within 30 minutes. `columns` tells which input
/// each column of the file is to hold; `columns_mapping.{input}` chooses the columns, by their index from 0.
#[utoipa::path(
    post,
    path = "/v1/batches",
    tag = "Batches",
    operation_id = "create_batch",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((BatchInput = "application/x-www-form-urlencoded"), (BatchInput = "application/json"))),
    responses((status = 201, description = "The batch", body = BatchBody), Errors)
)]
pub async fn create_batch(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_batch(&command).await?))
}

/// Get a batch
///
/// Returns where a batch stands.
#[utoipa::path(
    get,
    path = "/v1/batches/{batch_id}",
    tag = "Batches",
    operation_id = "get_batch",
    params(("batch_id" = String, Path, description = "Batch ID")),
    responses((status = 200, description = "The batch", body = BatchBody), Errors)
)]
pub async fn get_batch(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<BatchId>,
) -> ApiResult<Json<BatchBody>> {
    Ok(Json(state.app.get_batch(&caller, id).await?))
}

/// Stop a batch
///
/// Makes no further checks; those that were made come to their end. Started again, it goes on where it was.
#[utoipa::path(
    put,
    path = "/v1/batches/{batch_id}",
    tag = "Batches",
    operation_id = "stop_batch",
    params(
        ("batch_id" = String, Path, description = "Batch ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 200, description = "It is stopped", body = OutputMessage), Errors)
)]
pub async fn stop_batch(
    State(state): State<ApiState>,
    PathId(id): PathId<BatchId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.stop_batch(&command, id).await?))
}

/// Start a batch
///
/// Has the checks of the rows made. A batch that was stopped goes on where it was.
#[utoipa::path(
    post,
    path = "/v1/batches/{batch_id}/start",
    tag = "Batches",
    operation_id = "start_batch",
    params(
        ("batch_id" = String, Path, description = "Batch ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 200, description = "It is started", body = OutputMessage), Errors)
)]
pub async fn start_batch(
    State(state): State<ApiState>,
    PathId(id): PathId<BatchId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.start_batch(&command, id).await?))
}

/// Request a batch's report
///
/// Has a report made of the rows as they are now: their cells, check, status, score and errors.
#[utoipa::path(
    post,
    path = "/v1/batches/{batch_id}/report",
    tag = "Batches",
    operation_id = "request_batch_report",
    params(
        ("batch_id" = String, Path, description = "Batch ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((BatchReportInput = "application/x-www-form-urlencoded"), (BatchReportInput = "application/json"))
    ),
    responses((status = 200, description = "It is being made", body = OutputMessage), Errors)
)]
pub async fn request_batch_report(
    State(state): State<ApiState>,
    PathId(id): PathId<BatchId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.request_batch_report(&command, id).await?))
}

/// Get a batch's report
///
/// Returns the newest report that was made, as a file; 404 before there is one.
#[utoipa::path(
    get,
    path = "/v1/batches/{batch_id}/report",
    tag = "Batches",
    operation_id = "get_batch_report",
    params(
        ("batch_id" = String, Path, description = "Batch ID"),
        ("format" = Option<String>, Query, description = "`xlsx` or `csv`; whichever there is where it is left out"),
    ),
    responses(
        (status = 200, description = "The report", content(
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "text/csv"),
        )),
        Errors,
    )
)]
pub async fn get_batch_report(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<BatchId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    Ok(file(
        state.app.batch_report(&caller, id, query.get("format")).await?,
    ))
}

/// Upload a batch's file
///
/// Takes the file of a batch, an xlsx or a csv file of at most 64 MiB. The link is `file_upload_link` of the batch; it needs
/// no key, and is spent by the first file that arrives whole.
#[utoipa::path(
    put,
    path = "/v1/batches/{batch_id}/file",
    tag = "Batches",
    operation_id = "upload_batch_file",
    security(()),
    params(
        ("batch_id" = String, Path, description = "Batch ID"),
        ("Client" = String, Query, description = "As the link says"),
        ("Expires" = i64, Query, description = "As the link says"),
        ("Signature" = String, Query, description = "As the link says"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "The file is there", body = OutputMessage), Errors)
)]
pub async fn upload_batch_file(
    State(state): State<ApiState>,
    PathId(id): PathId<BatchId>,
    ApiQuery(query): ApiQuery,
    body: Body,
) -> ApiResult<Json<OutputMessage>> {
    let pieces = body.into_data_stream();
    Ok(Json(state.app.upload_batch_file(id, &query, pieces).await?))
}
