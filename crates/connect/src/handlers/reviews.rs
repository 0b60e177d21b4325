//! Reviews of processes by people.

use axum::{extract::State, response::Response};
use cotejo_app::processes::body::ProcessBody;
use cotejo_domain::ids::ProcessId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done_masked, page_masked},
    spec::Errors,
};

use crate::wire::{ReviewInput, ReviewsOutput};

/// List reviews
///
/// Lists the processes that wait for a person, the oldest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/reviews",
    tag = "Reviews",
    operation_id = "list_process_reviews",
    params(("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says")),
    responses((status = 200, description = "A page of reviews", body = ReviewsOutput), Errors)
)]
pub async fn list_process_reviews(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .list_process_reviews(&caller, query.get("start_key"))
        .await?;
    page_masked("reviews", "/v1/reviews", &query, found, &caller.key)
}

/// Review process
///
/// Approves or rejects a process that waits for a person, has a block gone through again, says who is to look, or notes
/// something.
#[utoipa::path(
    post,
    path = "/v1/processes/{process_id}/review",
    tag = "Reviews",
    operation_id = "review_process",
    params(
        ("process_id" = String, Path, description = "Process ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((ReviewInput = "application/x-www-form-urlencoded"), (ReviewInput = "application/json"))),
    responses((status = 200, description = "The process", body = ProcessBody), Errors)
)]
pub async fn review_process(
    State(state): State<ApiState>,
    PathId(id): PathId<ProcessId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.review_process(&command, id).await?, &key)
}
