//! Billing hubs: parts of the account that are counted apart.

use axum::{extract::State, response::Response};
use cotejo_app::billing_hubs::BillingHubBody;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{BillingHubInput, BillingHubsOutput};

/// Create a billing hub
///
/// Makes a part of the account that is counted apart.
#[utoipa::path(
    post,
    path = "/v1/billing-hubs",
    tag = "Account",
    operation_id = "create_billing_hub",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((BillingHubInput = "application/x-www-form-urlencoded"), (BillingHubInput = "application/json"))
    ),
    responses((status = 201, description = "The hub", body = BillingHubBody), Errors)
)]
pub async fn create_billing_hub(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_billing_hub(&command).await?))
}

/// List billing hubs
///
/// Lists the billing hubs, newest first.
#[utoipa::path(
    get,
    path = "/v1/billing-hubs",
    tag = "Account",
    operation_id = "list_billing_hubs",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of hubs", body = BillingHubsOutput), Errors)
)]
pub async fn list_billing_hubs(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state
        .app
        .list_billing_hubs(&caller, query.get("start_key"))
        .await?;
    Ok(page("billing_hubs", "/v1/billing-hubs", &query, page_of))
}
