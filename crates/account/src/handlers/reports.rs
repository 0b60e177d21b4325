//! Reports: folders of checks.

use axum::{Json, extract::State, response::Response};
use cotejo_app::reports::ReportOutput;
use cotejo_domain::ids::ReportId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{ReportInput, ReportsOutput};

/// Create a report
///
/// Makes a folder of checks, which `report_id` of new checks and batches names.
#[utoipa::path(
    post,
    path = "/v1/reports",
    tag = "Reports",
    operation_id = "create_report",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((ReportInput = "application/x-www-form-urlencoded"), (ReportInput = "application/json"))
    ),
    responses((status = 201, description = "The report", body = ReportOutput), Errors)
)]
pub async fn create_report(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_report(&command).await?))
}

/// List reports
///
/// Lists the reports, newest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/reports",
    tag = "Reports",
    operation_id = "list_reports",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
        ("username" = Option<String>, Query, description = "Who made them, as `created_by` says"),
    ),
    responses((status = 200, description = "A page of reports", body = ReportsOutput), Errors)
)]
pub async fn list_reports(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .list_reports(&caller, query.get("username"), query.get("start_key"))
        .await?;
    Ok(page("reports", "/v1/reports", &query, found))
}

/// Get a report
///
/// Returns a report; `checks` is the path of what is in it.
#[utoipa::path(
    get,
    path = "/v1/reports/{report_id}",
    tag = "Reports",
    operation_id = "get_report",
    params(("report_id" = String, Path, description = "Report ID")),
    responses((status = 200, description = "The report", body = ReportOutput), Errors)
)]
pub async fn get_report(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ReportId>,
) -> ApiResult<Json<ReportOutput>> {
    Ok(Json(state.app.get_report(&caller, id).await?))
}
