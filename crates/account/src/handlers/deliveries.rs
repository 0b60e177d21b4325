//! What was delivered to a hook.

use axum::{extract::State, response::Response};
use cotejo_app::hooks::again::QueuedDeliveries;
use cotejo_domain::ids::{DeliveryId, HookId};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId, PathIds,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::DeliveriesOutput;

/// List a hook's deliveries
///
/// Lists what was told to a hook and how each attempt went, newest first. Kept for 30 days.
#[utoipa::path(
    get,
    path = "/v1/hooks/{hook_id}/deliveries",
    tag = "Hooks",
    operation_id = "list_hook_deliveries",
    params(
        ("hook_id" = String, Path, description = "The hook"),
        ("status" = Option<String>, Query, description = "pending, delivered or failed"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of deliveries", body = DeliveriesOutput), Errors)
)]
pub async fn list_hook_deliveries(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<HookId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let path = format!("/v1/hooks/{id}/deliveries");
    let page_of = state.app.list_hook_deliveries(&caller, id, &query).await?;
    Ok(page("deliveries", &path, &query, page_of))
}

/// Deliver once more
///
/// Queues the event of a delivery once more, as a delivery of its own.
#[utoipa::path(
    post,
    path = "/v1/hooks/{hook_id}/deliveries/{delivery_id}/redeliver",
    tag = "Hooks",
    operation_id = "redeliver",
    params(
        ("hook_id" = String, Path, description = "The hook"),
        ("delivery_id" = String, Path, description = "The delivery"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    responses((status = 202, description = "It was queued", body = QueuedDeliveries), Errors)
)]
pub async fn redeliver(
    State(state): State<ApiState>,
    PathIds(id, delivery): PathIds<HookId, DeliveryId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.redeliver(&command, id, delivery).await?))
}
