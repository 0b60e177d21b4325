//! The event log.

use axum::{extract::State, response::Response};
use cotejo_app::{events::event_types, page::Page};
use cotejo_domain::permissions::Permission;
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, Auth, answer::page, spec::Errors};

use crate::wire::{EventTypesOutput, EventsOutput};

/// List events
///
/// Lists the log in the order of its numbers, which have no gaps. An instant is exact to the length of a
/// transaction.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "Events",
    operation_id = "list_events",
    params(
        ("from_sequence" = Option<String>, Query, description = "First number"),
        ("to_sequence" = Option<String>, Query, description = "Last number"),
        ("from" = Option<String>, Query, description = "First instant or day"),
        ("to" = Option<String>, Query, description = "Instant or day that is not in it any more"),
        ("event_type" = Option<String>, Query, description = "About what"),
        ("event_action" = Option<String>, Query, description = "What happened"),
        ("resource_id" = Option<String>, Query, description = "About which resource"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of events", body = EventsOutput), Errors)
)]
pub async fn list_events(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state.app.list_events(&caller, &query).await?;
    Ok(page("events", "/v1/events", &query, page_of))
}

/// List event types
///
/// Lists what can happen, and which of it is written already: an event whose producer is not built is `not emitted
/// yet`.
#[utoipa::path(
    get,
    path = "/v1/events/types",
    tag = "Events",
    operation_id = "list_event_types",
    responses((status = 200, description = "The types", body = EventTypesOutput), Errors)
)]
pub async fn list_event_types(Auth(caller): Auth, ApiQuery(query): ApiQuery) -> ApiResult<Response> {
    caller.require(Permission::AccountRead)?;
    let types = Page::whole(event_types());
    Ok(page("event_types", "/v1/events/types", &query, types))
}
