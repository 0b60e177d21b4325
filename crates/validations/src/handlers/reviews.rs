//! Reviews of validations by persons.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::validations::{config::ScheduleBody, review::ReviewBody};
use cotejo_domain::ids::{ReviewId, ValidationId};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, masked, page},
    spec::Errors,
};

use crate::wire::{DecisionInput, ReviewsOutput, ScheduleInput};

/// List reviews
///
/// Lists the reviews that wait for somebody, the oldest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/reviews",
    tag = "Reviews",
    operation_id = "list_validation_reviews",
    params(
        ("status" = Option<String>, Query, description = "`pending`, `decided` or `expired`"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of reviews", body = ReviewsOutput), Errors)
)]
pub async fn list_validation_reviews(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .list_reviews(&caller, query.get("status"), query.get("start_key"))
        .await?;
    Ok(page("reviews", "/v1/reviews", &query, found))
}

/// Get review
///
/// Returns a review with its validation and links to the pictures.
#[utoipa::path(
    get,
    path = "/v1/reviews/{review_id}",
    tag = "Reviews",
    operation_id = "get_review",
    params(
        ("review_id" = String, Path, description = "Review ID"),
    ),
    responses((status = 200, description = "The review", body = ReviewBody), Errors)
)]
pub async fn get_review(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ReviewId>,
) -> ApiResult<Response> {
    let found = state.app.get_review(&caller, id).await?;
    masked(&found, &caller.key)
}

/// Review validation
///
/// Approves or rejects a validation that waits for a review. What was found automatically stays beside it.
#[utoipa::path(
    post,
    path = "/v1/validations/{validation_id}/review",
    tag = "Reviews",
    operation_id = "review_validation",
    params(
        ("validation_id" = String, Path, description = "Validation ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((DecisionInput = "application/x-www-form-urlencoded"), (DecisionInput = "application/json"))),
    responses((status = 200, description = "The review", body = ReviewBody), Errors)
)]
pub async fn review_validation(
    State(state): State<ApiState>,
    PathId(id): PathId<ValidationId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.review_validation(&command, id).await?))
}

/// Get review schedule
///
/// Returns when there are reviewers.
#[utoipa::path(
    get,
    path = "/v1/reviews/schedule",
    tag = "Reviews",
    operation_id = "get_review_schedule",
    responses((status = 200, description = "The schedule", body = ScheduleBody), Errors)
)]
pub async fn get_review_schedule(State(state): State<ApiState>, Auth(caller): Auth) -> ApiResult<Response> {
    Ok(Json(state.app.get_review_schedule(&caller).await?).into_response())
}

/// Update review schedule
///
/// Says when there are reviewers. Validations with `check_manual_review_availability` do not wait outside of it.
#[utoipa::path(
    put,
    path = "/v1/reviews/schedule",
    tag = "Reviews",
    operation_id = "update_review_schedule",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((ScheduleInput = "application/x-www-form-urlencoded"), (ScheduleInput = "application/json"))),
    responses((status = 200, description = "The schedule", body = ScheduleBody), Errors)
)]
pub async fn update_review_schedule(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.change_review_schedule(&command).await?))
}
