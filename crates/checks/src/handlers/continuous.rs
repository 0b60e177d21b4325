//! Continuous checks.

use axum::{Json, extract::State, response::Response};
use cotejo_app::continuous::ContinuousBody;
use cotejo_domain::ids::ContinuousCheckId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{ContinuousChecksOutput, CreateContinuousInput, HistoryOutput, UpdateContinuousInput};

/// Create a continuous check
///
/// Has a finished check carried out again and again, from one period from now on, until `end_date` or until it is
/// disabled. Each run is a check of its own.
#[utoipa::path(
    post,
    path = "/v1/continuous-checks",
    tag = "Continuous checks",
    operation_id = "create_continuous_check",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content(
            (CreateContinuousInput = "application/x-www-form-urlencoded"),
            (CreateContinuousInput = "application/json"),
        )
    ),
    responses((status = 201, description = "The continuous check", body = ContinuousBody), Errors)
)]
pub async fn create_continuous_check(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_continuous_check(&command).await?))
}

/// Update a continuous check
///
/// Changes frequency, status and version. A new frequency counts from now; a disabled one stops at once.
#[utoipa::path(
    put,
    path = "/v1/continuous-checks/{continuous_check_id}",
    tag = "Continuous checks",
    operation_id = "update_continuous_check",
    params(
        ("continuous_check_id" = String, Path, description = "Continuous check ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content(
            (UpdateContinuousInput = "application/x-www-form-urlencoded"),
            (UpdateContinuousInput = "application/json"),
        )
    ),
    responses((status = 200, description = "The continuous check", body = ContinuousBody), Errors)
)]
pub async fn update_continuous_check(
    State(state): State<ApiState>,
    PathId(id): PathId<ContinuousCheckId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.update_continuous_check(&command, id).await?))
}

/// Get a continuous check
///
/// Returns a continuous check with its newest run.
#[utoipa::path(
    get,
    path = "/v1/continuous-checks/{continuous_check_id}",
    tag = "Continuous checks",
    operation_id = "get_continuous_check",
    params(("continuous_check_id" = String, Path, description = "Continuous check ID")),
    responses((status = 200, description = "The continuous check", body = ContinuousBody), Errors)
)]
pub async fn get_continuous_check(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ContinuousCheckId>,
) -> ApiResult<Json<ContinuousBody>> {
    Ok(Json(state.app.get_continuous_check(&caller, id).await?))
}

/// List continuous checks
///
/// Lists the continuous checks, newest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/continuous-checks",
    tag = "Continuous checks",
    operation_id = "list_continuous_checks",
    params(("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says")),
    responses((status = 200, description = "A page of continuous checks", body = ContinuousChecksOutput), Errors)
)]
pub async fn list_continuous_checks(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let start_key = query.get("start_key");
    let found = state.app.list_continuous_checks(&caller, start_key).await?;
    Ok(page("continuous_checks", "/v1/continuous-checks", &query, found))
}

/// List a continuous check's history
///
/// Lists the runs of a continuous check, newest first, with what each changed in the scores.
#[utoipa::path(
    get,
    path = "/v1/continuous-checks/{continuous_check_id}/history",
    tag = "Continuous checks",
    operation_id = "list_continuous_check_history",
    params(
        ("continuous_check_id" = String, Path, description = "Continuous check ID"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of runs", body = HistoryOutput), Errors)
)]
pub async fn list_continuous_check_history(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ContinuousCheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let start_key = query.get("start_key");
    let found = state
        .app
        .list_continuous_check_history(&caller, id, start_key)
        .await?;
    let path = format!("/v1/continuous-checks/{id}/history");
    Ok(page("history", &path, &query, found))
}
