//! Accounts of validations.

use axum::{extract::State, response::Response};
use cotejo_app::validations::body::account::AccountBody;
use cotejo_domain::validations::AccountName;
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId,
    answer::{done_masked, masked, page_masked},
    spec::Errors,
};

use crate::wire::{AccountInput, AccountsOutput, EnrollmentsOutput};

/// Create validation account
///
/// Makes an account, by which the validations of a person are kept together. One that is there is not changed.
#[utoipa::path(
    post,
    path = "/v1/accounts",
    tag = "Accounts",
    operation_id = "create_account",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((AccountInput = "application/x-www-form-urlencoded"), (AccountInput = "application/json"))),
    responses((status = 201, description = "The account", body = AccountBody), Errors)
)]
pub async fn create_account(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.create_validation_account(&command).await?, &key)
}

/// List validation accounts
///
/// Lists the accounts, newest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/accounts",
    tag = "Accounts",
    operation_id = "list_accounts",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of accounts", body = AccountsOutput), Errors)
)]
pub async fn list_accounts(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .list_validation_accounts(&caller, query.get("start_key"))
        .await?;
    page_masked("accounts", "/v1/accounts", &query, found, &caller.key)
}

/// Get validation account
///
/// Returns an account.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}",
    tag = "Accounts",
    operation_id = "get_account",
    params(
        ("account_id" = String, Path, description = "Account ID"),
    ),
    responses((status = 200, description = "The account", body = AccountBody), Errors)
)]
pub async fn get_account(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(account): PathId<AccountName>,
) -> ApiResult<Response> {
    let found = state.app.get_validation_account(&caller, &account).await?;
    masked(&found, &caller.key)
}

/// Get enrollments by account
///
/// Lists the enrollments of an account, newest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}/enrollments",
    tag = "Accounts",
    operation_id = "list_account_enrollments",
    params(
        ("account_id" = String, Path, description = "Account ID"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of enrollments", body = EnrollmentsOutput), Errors)
)]
pub async fn list_account_enrollments(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(account): PathId<AccountName>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .list_enrollments(&caller, &account, query.get("start_key"))
        .await?;
    let path = format!("/v1/accounts/{account}/enrollments");
    page_masked("enrollments", &path, &query, found, &caller.key)
}
