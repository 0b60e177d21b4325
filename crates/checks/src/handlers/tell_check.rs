//! A check in other forms: a few sentences, variables, files.

use axum::{Json, extract::State, response::Response};
use cotejo_app::checks::summarize::{SummaryBody, VariablesBody};
use cotejo_domain::ids::CheckId;
use cotejo_httpkit::{
    ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{masked, path_of},
    spec::Errors,
};

use crate::wire::AttachmentsOutput;

/// Summarize a check
///
/// Tells a check in a few sentences, and what in it deserves to be looked at first.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/summarize",
    tag = "Checks",
    operation_id = "summarize_check",
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("lang" = Option<String>, Query, description = "es (the default), en or pt"),
    ),
    responses((status = 200, description = "The summary", body = SummaryBody), Errors)
)]
pub async fn summarize_check(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<SummaryBody>> {
    Ok(Json(
        state.app.summarize_check(&caller, id, query.get("lang")).await?,
    ))
}

/// Get a check's variables
///
/// Tells a check as variables, for rules and letters.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/variables",
    tag = "Checks",
    operation_id = "get_check_variables",
    params(("check_id" = String, Path, description = "Background check ID")),
    responses((status = 200, description = "The variables", body = VariablesBody), Errors)
)]
pub async fn get_check_variables(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
) -> ApiResult<Response> {
    masked(&state.app.check_variables(&caller, id).await?, &caller.key)
}

/// List a check's attachments
///
/// Lists the files that sources returned with their answers, with links to download them by. A link needs no key and ends
/// after an hour.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/attachments",
    tag = "Checks",
    operation_id = "list_check_attachments",
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of files", body = AttachmentsOutput), Errors)
)]
pub async fn list_check_attachments(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<AttachmentsOutput>> {
    let start_key = query.get("start_key");
    let found = state.app.list_attachments(&caller, id, start_key).await?;
    let path = |key: Option<&str>| path_of(&format!("/v1/checks/{id}/attachments"), &query, key);
    Ok(Json(AttachmentsOutput {
        check_id: id,
        next: found
            .next
            .as_deref()
            .map(|key| path(Some(key)))
            .unwrap_or_default(),
        own: path(start_key),
        attachments: found.items,
    }))
}
