//! GET /v1/checks/{check_id}/details

use axum::{extract::State, response::Response};
use cotejo_domain::ids::CheckId;
use cotejo_httpkit::{
    ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{masked, path_of},
    spec::Errors,
};

use crate::wire::DetailsOutput;

/// List a check's details
///
/// Lists what each source said, 100 entries a page. Values are in the language of the source; so are titles and labels,
/// unless `lang` says otherwise.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/details",
    tag = "Checks",
    operation_id = "list_check_details",
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("lang" = Option<String>, Query, description = "Language of titles, labels and states: es, en or pt; the original \
            one where it is left out"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of details", body = DetailsOutput), Errors)
)]
pub async fn list_check_details(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CheckId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let start_key = query.get("start_key");
    let page = state
        .app
        .list_details(&caller, id, query.get("lang"), start_key)
        .await?;
    let path = |key: Option<&str>| path_of(&format!("/v1/checks/{id}/details"), &query, key);
    let next = page
        .next
        .as_deref()
        .map(|key| path(Some(key)))
        .unwrap_or_default();
    let output = DetailsOutput {
        details: page.items,
        own: path(start_key),
        next,
    };
    masked(&output, &caller.key)
}
