//! Rules of the business rules engine.

use axum::{Json, extract::State, response::Response};
use cotejo_app::rules::{body::RuleBody, trial::TryRuleOutput};
use cotejo_domain::ids::RuleId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{FiringsOutput, RuleInput, RulesOutput};

/// Create a rule
///
/// Does something when an event happens and its conditions hold. Only events after its creation are judged, each
/// once.
#[utoipa::path(
    post,
    path = "/v1/rules",
    tag = "Rules",
    operation_id = "create_rule",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content = RuleInput, content_type = "application/json"),
    responses((status = 201, description = "The rule", body = RuleBody), Errors)
)]
pub async fn create_rule(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_rule(&command).await?))
}

/// List rules
///
/// Lists the rules, newest first.
#[utoipa::path(
    get,
    path = "/v1/rules",
    tag = "Rules",
    operation_id = "list_rules",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of rules", body = RulesOutput), Errors)
)]
pub async fn list_rules(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state.app.list_rules(&caller, query.get("start_key")).await?;
    Ok(page("rules", "/v1/rules", &query, page_of))
}

/// Get a rule
///
/// Returns a rule; headers and credentials of its actions are hidden.
#[utoipa::path(
    get,
    path = "/v1/rules/{rule_id}",
    tag = "Rules",
    operation_id = "get_rule",
    params(
        ("rule_id" = String, Path, description = "The rule"),
    ),
    responses((status = 200, description = "The rule", body = RuleBody), Errors)
)]
pub async fn get_rule(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<RuleId>,
) -> ApiResult<Json<RuleBody>> {
    Ok(Json(state.app.get_rule(&caller, id).await?))
}

/// Change a rule
///
/// Changes a rule; what is left out stays as it was. Actions are replaced as a whole; one that is sent back with
/// its `action_id` keeps the secrets that were hidden.
#[utoipa::path(
    put,
    path = "/v1/rules/{rule_id}",
    tag = "Rules",
    operation_id = "update_rule",
    params(
        ("rule_id" = String, Path, description = "The rule"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content = RuleInput, content_type = "application/json"),
    responses((status = 200, description = "The rule", body = RuleBody), Errors)
)]
pub async fn update_rule(
    State(state): State<ApiState>,
    PathId(id): PathId<RuleId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.update_rule(&command, id).await?))
}

/// Delete a rule
///
/// Deletes a rule with what it fired for.
#[utoipa::path(
    delete,
    path = "/v1/rules/{rule_id}",
    tag = "Rules",
    operation_id = "delete_rule",
    params(
        ("rule_id" = String, Path, description = "The rule"),
    ),
    responses((status = 200, description = "What was deleted", body = String, content_type = "application/json"), Errors)
)]
pub async fn delete_rule(
    State(state): State<ApiState>,
    PathId(id): PathId<RuleId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_rule(&command, id).await?))
}

/// Try a rule
///
/// Tells what the rule, or the rule as the body changes it, would have done with past events. Does nothing.
#[utoipa::path(
    post,
    path = "/v1/rules/{rule_id}/try",
    tag = "Rules",
    operation_id = "try_rule",
    params(
        ("rule_id" = String, Path, description = "The rule"),
    ),
    request_body(content = RuleInput, content_type = "application/json"),
    responses((status = 200, description = "What it would have done", body = TryRuleOutput), Errors)
)]
pub async fn try_rule(
    State(state): State<ApiState>,
    PathId(id): PathId<RuleId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Json<TryRuleOutput>> {
    Ok(Json(state.app.try_rule(&command, id).await?))
}

/// List a rule's firings
///
/// Lists the events that the rule fired for and what its actions told, newest first.
#[utoipa::path(
    get,
    path = "/v1/rules/{rule_id}/firings",
    tag = "Rules",
    operation_id = "list_rule_firings",
    params(
        ("rule_id" = String, Path, description = "The rule"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of firings", body = FiringsOutput), Errors)
)]
pub async fn list_rule_firings(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<RuleId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let path = format!("/v1/rules/{id}/firings");
    let page_of = state
        .app
        .list_rule_firings(&caller, id, query.get("start_key"))
        .await?;
    Ok(page("firings", &path, &query, page_of))
}
