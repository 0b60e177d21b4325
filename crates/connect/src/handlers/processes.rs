//! Processes: begun, read, listed.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::{
    command::OutputMessage,
    processes::{
        body::ProcessBody,
        pdf::{PdfStatus, ProcessPdf},
        read::VariablesBody,
        result::ResultBody,
    },
};
use cotejo_domain::ids::ProcessId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, done_masked, file, masked, page_masked},
    spec::Errors,
};

use crate::wire::{ProcessInput, ProcessesOutput};

/// Create identity
///
/// Begins the process that a web token is for. The same token again answers the same process with 200.
#[utoipa::path(
    post,
    path = "/v1/processes",
    tag = "Processes",
    operation_id = "create_process",
    request_body(content((ProcessInput = "application/json"), (ProcessInput = "application/x-www-form-urlencoded"))),
    responses(
        (status = 201, description = "The process", body = ProcessBody),
        (status = 200, description = "The process that the token has begun before", body = ProcessBody),
        Errors
    )
)]
pub async fn create_process(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.create_process(&command).await?, &key)
}

/// List identity
///
/// Lists processes, newest first, 20 a page. `status` is the effective one; the other filters go by what the process came
/// to by itself.
#[utoipa::path(
    get,
    path = "/v1/processes",
    tag = "Processes",
    operation_id = "list_processes",
    params(
        ("declined_reason" = Option<Vec<String>>, Query, description = "Any of these reasons; may be repeated"),
        ("end_date" = Option<String>, Query, description = "End of the range, ISO 8601; at most 2 months after its start"),
        ("failure_status" = Option<String>, Query, description = "`declined`, `expired`, `canceled`, `system_error` or \
            `pending`"),
        ("search" = Option<String>, Query, description = "An id of a process or flow, or a part of an account, document \
            number, phone, name or e-mail address"),
        ("start_date" = Option<String>, Query, description = "Start of the range, ISO 8601"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
        ("status" = Option<String>, Query, description = "`pending`, `success` or `failure`"),
    ),
    responses((status = 200, description = "A page of processes", body = ProcessesOutput), Errors)
)]
pub async fn list_processes(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state.app.list_processes(&caller, &query).await?;
    page_masked("processes", "/v1/processes", &query, found, &caller.key)
}

/// Read identity
///
/// Returns where a process stands, step by step.
#[utoipa::path(
    get,
    path = "/v1/processes/{process_id}",
    tag = "Processes",
    operation_id = "get_process",
    params(("process_id" = String, Path, description = "Process ID")),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn get_process(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ProcessId>,
) -> ApiResult<Response> {
    masked(&state.app.get_process(&caller, id).await?, &caller.key)
}

/// Delete process
///
/// Deletes a process with its validations, their pictures, its background checks and its documents. Its events keep ids
/// alone.
#[utoipa::path(
    delete,
    path = "/v1/processes/{process_id}",
    tag = "Processes",
    operation_id = "delete_process",
    params(("process_id" = String, Path, description = "Process ID")),
    responses((status = 200, description = "It is deleted", body = OutputMessage), Errors)
)]
pub async fn delete_process(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let said = "process deleted successfully";
    Ok(done(state.app.delete_process(&command, id, said).await?))
}

/// Get result
///
/// Returns what a process came to, with its validations and links to what was uploaded. Where the status was overridden,
/// `override_status` is the one that counts.
#[utoipa::path(
    get,
    path = "/v1/processes/{process_id}/result",
    tag = "Processes",
    operation_id = "get_process_result",
    params(
        ("process_id" = String, Path, description = "Process ID"),
        ("account_id" = Option<String>, Query, description = "Accepted and not needed"),
    ),
    responses((status = 200, description = "The result", body = ResultBody), Errors)
)]
pub async fn get_process_result(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ProcessId>,
) -> ApiResult<Response> {
    masked(&state.app.get_process_result(&caller, id).await?, &caller.key)
}

/// Get validations
///
/// Returns the same as the result.
#[utoipa::path(
    get,
    path = "/v1/processes/{process_id}/validations",
    tag = "Processes",
    operation_id = "get_process_validations",
    params(("process_id" = String, Path, description = "Process ID")),
    responses((status = 200, description = "The result", body = ResultBody), Errors)
)]
pub async fn get_process_validations(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ProcessId>,
) -> ApiResult<Response> {
    masked(&state.app.get_process_result(&caller, id).await?, &caller.key)
}

/// Download PDF
///
/// Has the document of a finished process made: `requested`, then `in_progress`, then the document itself.
#[utoipa::path(
    get,
    path = "/v1/processes/{process_id}/pdf",
    tag = "Processes",
    operation_id = "get_process_pdf",
    params(
        ("process_id" = String, Path, description = "Process ID"),
        ("lang" = Option<String>, Query, description = "`es`, `en` or `pt`"),
    ),
    responses(
        (status = 200, description = "Where it is, or the document as `application/pdf`", body = PdfStatus),
        Errors
    )
)]
pub async fn get_process_pdf(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ProcessId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    Ok(
        match state.app.get_process_pdf(&caller, id, query.get("lang")).await? {
            ProcessPdf::There(download) => file(*download),
            ProcessPdf::Status(status) => Json(status).into_response(),
        },
    )
}

/// Read variables
///
/// Returns the variables of a process: what the client said at its beginning, what the person entered, and what cloud
/// functions set.
#[utoipa::path(
    get,
    path = "/v1/processes/{process_id}/variables",
    tag = "Processes",
    operation_id = "get_process_variables",
    params(("process_id" = String, Path, description = "Process ID")),
    responses((status = 200, description = "The variables", body = VariablesBody), Errors)
)]
pub async fn get_process_variables(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ProcessId>,
) -> ApiResult<Response> {
    masked(&state.app.get_process_variables(&caller, id).await?, &caller.key)
}
