//! Roles: named sets of permissions.

use axum::{extract::State, response::Response};
use cotejo_app::{page::Page, users::roles::RoleBody};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{RoleInput, RolesOutput};

/// List roles
///
/// Lists the built-in roles and those that the account made.
#[utoipa::path(
    get,
    path = "/v1/roles",
    tag = "Users",
    operation_id = "list_roles",
    responses((status = 200, description = "The roles", body = RolesOutput), Errors)
)]
pub async fn list_roles(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let roles = Page::whole(state.app.list_roles(&caller).await?);
    Ok(page("roles", "/v1/roles", &query, roles))
}

/// Create a role
///
/// Names a set of permissions.
#[utoipa::path(
    post,
    path = "/v1/roles",
    tag = "Users",
    operation_id = "create_role",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((RoleInput = "application/x-www-form-urlencoded"), (RoleInput = "application/json"))
    ),
    responses((status = 201, description = "The role", body = RoleBody), Errors)
)]
pub async fn create_role(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.create_role(&command).await?))
}
