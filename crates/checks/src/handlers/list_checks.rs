//! GET /v1/checks

use axum::{extract::State, http::StatusCode, response::Response};
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, Auth, answer::json, spec::Errors};

use crate::wire::ChecksOutput;

/// List checks
///
/// Lists the checks of the account, newest first, 20 a page; with `report_id` those of that report.
#[utoipa::path(
    get,
    path = "/v1/checks",
    tag = "Checks",
    operation_id = "list_checks",
    params(
        ("report_id" = Option<String>, Query, description = "Only the checks of this report"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of checks", body = ChecksOutput), Errors)
)]
pub async fn list_checks(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let (report, start_key) = (query.get("report_id"), query.get("start_key"));
    let page = state.app.list_checks(&caller, report, start_key).await?;
    let path = |start_key: Option<&str>| {
        let report = report.map(|report| format!("report_id={report}"));
        let start = start_key.map(|key| format!("start_key={key}"));
        let query: Vec<String> = report.into_iter().chain(start).collect();
        if query.is_empty() {
            "/v1/checks".to_owned()
        } else {
            format!("/v1/checks?{}", query.join("&"))
        }
    };
    let next = page
        .next
        .as_deref()
        .map(|key| path(Some(key)))
        .unwrap_or_default();
    let text = ChecksOutput::text(page.items, &caller.key, &path(start_key), &next)?;
    Ok(json(StatusCode::OK, text))
}
