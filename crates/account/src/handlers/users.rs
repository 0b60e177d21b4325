//! People of the account.

use axum::{extract::State, response::Response};
use cotejo_app::{command::OutputMessage, users::UserBody};
use cotejo_domain::ids::UserId;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done, page},
    spec::Errors,
};

use crate::wire::{InviteUserInput, UpdateUserInput, UsersOutput};

/// Invite a user
///
/// Invites a person by mail; the invitation is good for 72 hours.
#[utoipa::path(
    post,
    path = "/v1/users",
    tag = "Users",
    operation_id = "invite_user",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((InviteUserInput = "application/x-www-form-urlencoded"), (InviteUserInput = "application/json"))
    ),
    responses((status = 201, description = "The user", body = UserBody), Errors)
)]
pub async fn invite_user(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.invite_user(&command).await?))
}

/// List users
///
/// Lists the users, newest first.
#[utoipa::path(
    get,
    path = "/v1/users",
    tag = "Users",
    operation_id = "list_users",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of users", body = UsersOutput), Errors)
)]
pub async fn list_users(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let page_of = state.app.list_users(&caller, query.get("start_key")).await?;
    Ok(page("users", "/v1/users", &query, page_of))
}

/// Change a user
///
/// Changes role, name or status. The sessions of the user end.
#[utoipa::path(
    put,
    path = "/v1/users/{user_id}",
    tag = "Users",
    operation_id = "update_user",
    params(
        ("user_id" = String, Path, description = "The user"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((UpdateUserInput = "application/x-www-form-urlencoded"), (UpdateUserInput = "application/json"))
    ),
    responses((status = 200, description = "The user", body = UserBody), Errors)
)]
pub async fn update_user(
    State(state): State<ApiState>,
    PathId(id): PathId<UserId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.update_user(&command, id).await?))
}

/// Delete a user
///
/// Deletes a user with its sessions.
#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}",
    tag = "Users",
    operation_id = "delete_user",
    params(
        ("user_id" = String, Path, description = "The user"),
    ),
    responses((status = 200, description = "It was deleted", body = OutputMessage), Errors)
)]
pub async fn delete_user(
    State(state): State<ApiState>,
    PathId(id): PathId<UserId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.delete_user(&command, id).await?))
}
