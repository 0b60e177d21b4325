//! GET /v1/checks/{check_id}/details

use axum::{extract::State, response::Response};
use cotejo_domain::ids::CheckId;
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, Auth, PathId, answer::masked, spec::Errors};

use crate::wire::DetailsOutput;

/// List a check's details
///
/// Lists what each source said, 100 entries a page. Labels and values are in the language of the source.
#[utoipa::path(
    get,
    path = "/v1/checks/{check_id}/details",
    tag = "Checks",
    operation_id = "list_check_details",
    params(
        ("check_id" = String, Path, description = "Background check ID"),
        ("lang" = Option<String>, Query, description = "Language of labels; only the original one until translations \
            are built"),
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
    let page = state.app.list_details(&caller, id, start_key).await?;
    let path = |key: Option<&str>| {
        let start = key.map(|key| format!("?start_key={key}")).unwrap_or_default();
        format!("/v1/checks/{id}/details{start}")
    };
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
