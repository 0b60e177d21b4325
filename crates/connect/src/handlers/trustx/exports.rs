//! Exports of instances.

use axum::{body::Body, extract::State, http::HeaderMap, response::Response};
use cotejo_app::AppError;
use cotejo_domain::processes::trustx::Base32Id;
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, PathId, spec::Errors};
use futures_util::stream;

use super::{archive, password, saved};
use crate::trustx_wire::{ExportInput, PasswordInput};

/// Export process instances
///
/// Answers a zip (AES-256) with a CSV of what a search finds. More than 10,000 instances are a 400. Keys from which names or
/// documents are hidden may not export.
#[utoipa::path(
    post,
    path = "/api/process-manager/processInstances/export",
    tag = "TrustX",
    operation_id = "trustx_export_instances",
    params(("X-Export-Password" = Option<String>, Header, description = "The password, where it does not stand in the body")),
    request_body(content((ExportInput = "application/json"))),
    responses((status = 200, description = "The zip", body = Vec<u8>, content_type = "application/zip"), Errors)
)]
pub async fn export_instances(
    State(state): State<ApiState>,
    headers: HeaderMap,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(archive(
        state.app.export_instances(&command, password(&headers)).await?,
    ))
}

/// Stream process instances
///
/// Answers the same CSV while it is read, however many instances a search finds; by the search's filters, newest first.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances/export",
    tag = "TrustX",
    operation_id = "trustx_stream_instances",
    params(
        ("compat" = Option<String>, Query, description = "`strict`"),
        ("endDateTime" = Option<String>, Query, description = "Made up to this instant, ISO 8601"),
        ("processDefinitionId" = Option<String>, Query, description = "In this flow"),
        ("processDefinitionName" = Option<String>, Query, description = "In the flow of this name"),
        ("processInstanceStatus" = Option<Vec<String>>, Query, description = "In any of these statuses; may be repeated"),
        ("searchString" = Option<String>, Query, description = "As in the search"),
        ("startDateTime" = Option<String>, Query, description = "Made from this instant on, ISO 8601"),
    ),
    responses((status = 200, description = "The CSV", body = String, content_type = "text/csv"), Errors)
)]
pub async fn stream_instances(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let export = state.app.begin_instance_export(&command).await?;
    let lines = stream::try_unfold((state.app, export), |(app, mut export)| async move {
        let piece = app.instance_lines(&mut export).await?;
        Ok::<_, AppError>(piece.map(|piece| (piece, (app, export))))
    });
    let body = Body::from_stream(lines);
    Ok(saved("process-instances.csv", "text/csv; charset=utf-8", body))
}

/// Export process instance
///
/// Answers a zip (AES-256) with everything of an instance: what happened, what was found, and the pictures. What there is
/// none of is left out.
#[utoipa::path(
    post,
    path = "/api/process-manager/processInstances/{id}/export",
    tag = "TrustX",
    operation_id = "trustx_export_instance",
    params(
        ("id" = String, Path, description = "Process instance ID"),
        ("X-Export-Password" = Option<String>, Header, description = "The password, where it does not stand in the body"),
    ),
    request_body(content((PasswordInput = "application/json"))),
    responses((status = 200, description = "The zip", body = Vec<u8>, content_type = "application/zip"), Errors)
)]
pub async fn export_instance(
    State(state): State<ApiState>,
    PathId(id): PathId<Base32Id>,
    headers: HeaderMap,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let zip = state
        .app
        .export_instance(&command, id, password(&headers))
        .await?;
    Ok(archive(zip))
}
