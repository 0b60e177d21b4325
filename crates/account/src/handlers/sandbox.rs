//! A sandbox client's clock, outbox and faults.

use axum::{Json, extract::State, response::Response};
use cotejo_app::{
    page::Page,
    sandbox::{Cleared, clock::ClockBody, faults::FaultBody, scenarios::ScenariosBody},
};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{AdvanceClockInput, FaultInput, FaultsOutput, OutboxOutput};

/// List scenarios
///
/// Lists what can be made to happen, and people, companies and vehicles to try with. Their identifiers are valid.
#[utoipa::path(
    get,
    path = "/v1/sandbox/scenarios",
    tag = "Sandbox",
    operation_id = "list_scenarios",
    params(
        ("country" = Option<String>, Query, description = "Only of this country"),
        ("type" = Option<String>, Query, description = "Only of this type of check"),
    ),
    responses((status = 200, description = "The scenarios", body = ScenariosBody), Errors)
)]
pub async fn list_scenarios(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<ScenariosBody>> {
    Ok(Json(state.app.scenarios(&caller, &query)?))
}

/// Get the clock
///
/// Tells what the account takes for now.
#[utoipa::path(
    get,
    path = "/v1/sandbox/clock",
    tag = "Sandbox",
    operation_id = "get_clock",
    responses((status = 200, description = "The clock", body = ClockBody), Errors)
)]
pub async fn get_clock(State(state): State<ApiState>, Auth(caller): Auth) -> ApiResult<Json<ClockBody>> {
    Ok(Json(state.app.get_clock(&caller).await?))
}

/// Advance the clock
///
/// Moves the clock forward. What is due on the way is done in its order; if that takes longer than a second the
/// answer says `pending` and the rest follows.
#[utoipa::path(
    post,
    path = "/v1/sandbox/clock",
    tag = "Sandbox",
    operation_id = "advance_clock",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((AdvanceClockInput = "application/x-www-form-urlencoded"), (AdvanceClockInput = "application/json"))
    ),
    responses((status = 200, description = "The clock", body = ClockBody), Errors)
)]
pub async fn advance_clock(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.advance_clock(&command).await?))
}

/// List the outbox
///
/// Lists the mails, codes and messages that were sent, newest first.
#[utoipa::path(
    get,
    path = "/v1/sandbox/outbox",
    tag = "Sandbox",
    operation_id = "list_outbox",
    params(
        ("channel" = Option<String>, Query, description = "email, sms, whatsapp or call"),
        ("to" = Option<String>, Query, description = "Whom to"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of messages", body = OutboxOutput), Errors)
)]
pub async fn list_outbox(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state.app.list_outbox(&caller, &query).await?;
    Ok(page("messages", "/v1/sandbox/outbox", &query, page_of))
}

/// Clear the outbox
///
/// Empties the outbox.
#[utoipa::path(
    delete,
    path = "/v1/sandbox/outbox",
    tag = "Sandbox",
    operation_id = "clear_outbox",
    responses((status = 200, description = "It is empty", body = Cleared), Errors)
)]
pub async fn clear_outbox(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.clear_outbox(&command).await?))
}

/// Create a fault
///
/// Lets a source fail or be slow, a route answer with an error or slowly, or webhooks arrive twice or out of order.
#[utoipa::path(
    post,
    path = "/v1/sandbox/faults",
    tag = "Sandbox",
    operation_id = "create_fault",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((FaultInput = "application/x-www-form-urlencoded"), (FaultInput = "application/json"))
    ),
    responses((status = 201, description = "The fault", body = FaultBody), Errors)
)]
pub async fn create_fault(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_fault(&command).await?))
}

/// List faults
///
/// Lists the faults that can still strike.
#[utoipa::path(
    get,
    path = "/v1/sandbox/faults",
    tag = "Sandbox",
    operation_id = "list_faults",
    responses((status = 200, description = "The faults", body = FaultsOutput), Errors)
)]
pub async fn list_faults(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let faults = Page::whole(state.app.list_faults(&caller).await?);
    Ok(page("faults", "/v1/sandbox/faults", &query, faults))
}

/// Clear the faults
///
/// Clears all faults.
#[utoipa::path(
    delete,
    path = "/v1/sandbox/faults",
    tag = "Sandbox",
    operation_id = "clear_faults",
    responses((status = 200, description = "None is left", body = Cleared), Errors)
)]
pub async fn clear_faults(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.clear_faults(&command).await?))
}
