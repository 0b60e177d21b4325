//! Instances: listed, searched, read, looked into, deleted.

use axum::{extract::State, response::Response};
use cotejo_app::{
    command::OutputMessage,
    processes::trustx::{
        body::{InstanceBody, InstanceWithParametersBody, InstancesBody},
        look::{ChecksBody, TimelineBody},
    },
};
use cotejo_domain::processes::trustx::Base32Id;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, masked},
    spec::Errors,
};

/// List process instances
///
/// Lists instances page by page, newest first. Takes the filters of the search.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances",
    tag = "TrustX",
    operation_id = "trustx_list_instances",
    params(
        ("page" = Option<i64>, Query, description = "The page, from 0"),
        ("size" = Option<i64>, Query, description = "Instances of a page, 1 to 1000; 100 where it is left out"),
        ("sort" = Option<String>, Query, description = "`createdAt,desc` or `createdAt,asc`"),
    ),
    responses((status = 200, description = "A page of instances", body = InstancesBody), Errors)
)]
pub async fn list_instances(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    masked(&state.app.search_instances(&caller, &query).await?, &caller.key)
}

/// Search process instances
///
/// Finds instances by all filters that are given. Texts are found without case and accents, in names, reference ids, e-mail
/// addresses and phones; with `compat=strict` as the vendor does: with their case, in names and reference ids alone.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances/search",
    tag = "TrustX",
    operation_id = "trustx_search_instances",
    params(
        ("compat" = Option<String>, Query, description = "`strict`"),
        ("endDateTime" = Option<String>, Query, description = "Made up to this instant, ISO 8601"),
        ("page" = Option<i64>, Query, description = "The page, from 0"),
        ("processDefinitionId" = Option<String>, Query, description = "In this flow"),
        ("processDefinitionName" = Option<String>, Query, description = "In the flow of this name"),
        ("processInstanceStatus" = Option<Vec<String>>, Query, description = "In any of these statuses; may be repeated"),
        ("searchString" = Option<String>, Query, description = "A part of a name, reference id, e-mail address or phone, or \
            an instance's id"),
        ("size" = Option<i64>, Query, description = "Instances of a page, 1 to 1000; 100 where it is left out"),
        ("sort" = Option<String>, Query, description = "`createdAt,desc` or `createdAt,asc`"),
        ("startDateTime" = Option<String>, Query, description = "Made from this instant on, ISO 8601"),
    ),
    responses((status = 200, description = "A page of instances", body = InstancesBody), Errors)
)]
pub async fn search_instances(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    masked(&state.app.search_instances(&caller, &query).await?, &caller.key)
}

/// Get process instance
///
/// Returns where an instance stands.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances/{id}",
    tag = "TrustX",
    operation_id = "trustx_get_instance",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "The instance", body = InstanceBody), Errors)
)]
pub async fn get_instance(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Base32Id>,
) -> ApiResult<Response> {
    masked(&state.app.get_instance(&caller, id).await?, &caller.key)
}

/// Get process instance with parameters
///
/// Returns an instance with what its token said of the person.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances/{id}/withParameters",
    tag = "TrustX",
    operation_id = "trustx_get_instance_parameters",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "The instance", body = InstanceWithParametersBody), Errors)
)]
pub async fn get_instance_parameters(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Base32Id>,
) -> ApiResult<Response> {
    masked(
        &state.app.get_instance_parameters(&caller, id).await?,
        &caller.key,
    )
}

/// Get checks
///
/// Returns the table of all checks of an instance, and what was decided by it.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances/{id}/checks",
    tag = "TrustX",
    operation_id = "trustx_instance_checks",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "The checks", body = ChecksBody), Errors)
)]
pub async fn get_instance_checks(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Base32Id>,
) -> ApiResult<Response> {
    masked(&state.app.get_instance_checks(&caller, id).await?, &caller.key)
}

/// Get timeline
///
/// Returns what happened in an instance, in the order in which it did.
#[utoipa::path(
    get,
    path = "/api/process-manager/processInstances/{id}/timeline",
    tag = "TrustX",
    operation_id = "trustx_instance_timeline",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "The timeline", body = TimelineBody), Errors)
)]
pub async fn get_instance_timeline(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Base32Id>,
) -> ApiResult<Response> {
    masked(&state.app.get_instance_timeline(&caller, id).await?, &caller.key)
}

/// Delete process instance
///
/// Deletes an instance with its validations, pictures, documents and decisions. Its events keep ids alone; that it was deleted
/// stays in the audit trail. What the person is enrolled with, and a background check, are deleted by their own.
#[utoipa::path(
    delete,
    path = "/api/process-manager/processInstances/{id}",
    tag = "TrustX",
    operation_id = "trustx_delete_instance",
    params(("id" = String, Path, description = "Process instance ID")),
    responses((status = 200, description = "It is deleted", body = OutputMessage), Errors)
)]
pub async fn delete_instance(
    State(state): State<ApiState>,
    PathId(id): PathId<Base32Id>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_instance(&command, id).await?))
}
