//! Screening: hits of a check, exceptions, and the lists.

use axum::{extract::State, response::Response};
use cotejo_app::screening::ExceptionBody;
use cotejo_domain::ids::{CheckId, ExceptionId};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done_masked, masked, page, page_masked},
    spec::Errors,
};

use crate::wire::{ExceptionInput, ExceptionsOutput, HitsOutput, ListsOutput};

/// List a check's hits
///
/// Lists the listed entries that the check's subject is taken for, with list, version, entry, the name that matched, the
/// score and all that made it; those that an exception keeps quiet too. 20 a page, in the order of the sources.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/hits",
    tag = "Checks",
    operation_id = "list_hits",
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of hits", body = HitsOutput), Errors)
)]
pub async fn list_hits(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state.app.list_hits(&caller, id, query.get("start_key")).await?;
    page_masked(
        "hits",
        &format!("/v1/checks/{id}/hits"),
        &query,
        found,
        &caller.key,
    )
}

/// Set a hit aside
///
/// Says that the subject of a check is not the listed entry that it hit. Later checks of the same person tell the hit
/// without counting it, until the person's name, documents or day of birth, or what the list says of the entry, change.
#[utoipa::path(
    post,
    path = "/v1/screening/exceptions",
    tag = "Screening",
    operation_id = "create_exception",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((ExceptionInput = "application/x-www-form-urlencoded"), (ExceptionInput = "application/json")),
    ),
    responses((status = 201, description = "The exception", body = ExceptionBody), Errors)
)]
pub async fn create_exception(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    done_masked(state.app.create_exception(&command).await?, &command.caller.key)
}

/// List exceptions
///
/// Lists the hits that were set aside, newest first; those that are over or undone too.
#[utoipa::path(
    get,
    path = "/v1/screening/exceptions",
    tag = "Screening",
    operation_id = "list_exceptions",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of exceptions", body = ExceptionsOutput), Errors)
)]
pub async fn list_exceptions(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state.app.list_exceptions(&caller, query.get("start_key")).await?;
    page_masked(
        "exceptions",
        "/v1/screening/exceptions",
        &query,
        found,
        &caller.key,
    )
}

/// Get an exception
///
/// Returns a hit that was set aside.
#[utoipa::path(
    get,
    path = "/v1/screening/exceptions/{exception_id}",
    tag = "Screening",
    operation_id = "get_exception",
    params(
        ("exception_id" = String, Path, description = "The exception"),
    ),
    responses((status = 200, description = "The exception", body = ExceptionBody), Errors)
)]
pub async fn get_exception(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ExceptionId>,
) -> ApiResult<Response> {
    masked(&state.app.get_exception(&caller, id).await?, &caller.key)
}

/// Undo an exception
///
/// Lets the hit speak again from the next check on. The exception stays in the list as undone.
#[utoipa::path(
    delete,
    path = "/v1/screening/exceptions/{exception_id}",
    tag = "Screening",
    operation_id = "revoke_exception",
    params(
        ("exception_id" = String, Path, description = "The exception"),
    ),
    responses((status = 200, description = "The exception", body = ExceptionBody), Errors)
)]
pub async fn revoke_exception(
    State(state): State<ApiState>,
    PathId(id): PathId<ExceptionId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    done_masked(
        state.app.revoke_exception(&command, id).await?,
        &command.caller.key,
    )
}

/// List lists
///
/// Lists the watchlists that are screened against, with version, age and the last reload's failure.
#[utoipa::path(
    get,
    path = "/v1/screening/lists",
    tag = "Screening",
    operation_id = "list_watchlists",
    responses((status = 200, description = "The lists", body = ListsOutput), Errors)
)]
pub async fn list_watchlists(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let lists = state.app.list_lists(&caller).await?;
    Ok(page("lists", "/v1/screening/lists", &query, lists))
}
