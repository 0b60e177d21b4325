//! Validations, alone and under an account.

use axum::{extract::State, response::Response};
use cotejo_app::validations::body::ValidationBody;
use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::ValidationId,
    validations::AccountName,
};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId, PathIds,
    answer::{done_masked, masked, page_masked},
    spec::Errors,
};

use crate::wire::{PerformInput, ValidationInput, ValidationsOutput};

/// Whether links to what was uploaded are shown.
fn details(query: &Fields) -> Result<bool, FieldErrors> {
    let mut errors = FieldErrors::default();
    let details = query.boolean("show_details", &mut errors);
    errors.into_result()?;
    Ok(details.unwrap_or(false))
}

/// Create validation
///
/// Makes a validation. Files go to the links of `instructions`, by one PUT each; a code is sent at once and entered
/// by POST.
#[utoipa::path(
    post,
    path = "/v1/validations",
    tag = "Validations",
    operation_id = "create_validation",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((ValidationInput = "application/x-www-form-urlencoded"), (ValidationInput = "application/json"))),
    responses((status = 201, description = "The validation", body = ValidationBody), Errors)
)]
pub async fn create_validation(
    State(state): State<ApiState>,
    ApiQuery(query): ApiQuery,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.create_validation(&command, None, &query).await?, &key)
}

/// Get all user validations
///
/// Lists the validations, newest first, 20 a page; of one account if it is named.
#[utoipa::path(
    get,
    path = "/v1/validations",
    tag = "Validations",
    operation_id = "list_validations",
    params(
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
        ("account_id" = Option<String>, Query, description = "Of this account"),
    ),
    responses((status = 200, description = "A page of validations", body = ValidationsOutput), Errors)
)]
pub async fn list_validations(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let account = match query.get("account_id").map(str::parse::<AccountName>) {
        Some(Err(error)) => return Err(FieldErrors::one("account_id", error.to_string()).into()),
        Some(Ok(name)) => Some(name),
        None => None,
    };
    let found = state
        .app
        .list_validations(&caller, account.as_ref(), query.get("start_key"))
        .await?;
    page_masked("validations", "/v1/validations", &query, found, &caller.key)
}

/// Get validation
///
/// Returns where a validation stands and what was found.
#[utoipa::path(
    get,
    path = "/v1/validations/{validation_id}",
    tag = "Validations",
    operation_id = "get_validation",
    params(
        ("validation_id" = String, Path, description = "Validation ID"),
        ("show_details" = Option<bool>, Query, description = "Whether links to what was uploaded are shown"),
    ),
    responses((status = 200, description = "The validation", body = ValidationBody), Errors)
)]
pub async fn get_validation(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<ValidationId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .get_validation(&caller, id, None, details(&query)?)
        .await?;
    masked(&found, &caller.key)
}

/// Perform validation
///
/// Performs a validation with the code that the person was sent. A wrong code counts as a retry.
#[utoipa::path(
    post,
    path = "/v1/validations/{validation_id}",
    tag = "Validations",
    operation_id = "perform_validation",
    params(
        ("validation_id" = String, Path, description = "Validation ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((PerformInput = "application/x-www-form-urlencoded"), (PerformInput = "application/json"))),
    responses((status = 200, description = "The validation", body = ValidationBody), Errors)
)]
pub async fn perform_validation(
    State(state): State<ApiState>,
    PathId(id): PathId<ValidationId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.perform_validation(&command, id, None).await?, &key)
}

/// Create new validation with account
///
/// Makes a validation. Files go to the links of `instructions`, by one PUT each; a code is sent at once and entered
/// by POST.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account_id}/validations",
    tag = "Validations",
    operation_id = "create_account_validation",
    params(
        ("account_id" = String, Path, description = "Account ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((ValidationInput = "application/x-www-form-urlencoded"), (ValidationInput = "application/json"))),
    responses((status = 201, description = "The validation", body = ValidationBody), Errors)
)]
pub async fn create_account_validation(
    State(state): State<ApiState>,
    PathId(account): PathId<AccountName>,
    ApiQuery(query): ApiQuery,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(
        state
            .app
            .create_validation(&command, Some(&account), &query)
            .await?,
        &key,
    )
}

/// Get account validations
///
/// Lists the validations of an account, newest first, 20 a page.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}/validations",
    tag = "Validations",
    operation_id = "list_account_validations",
    params(
        ("account_id" = String, Path, description = "Account ID"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of validations", body = ValidationsOutput), Errors)
)]
pub async fn list_account_validations(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(account): PathId<AccountName>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .list_validations(&caller, Some(&account), query.get("start_key"))
        .await?;
    let path = format!("/v1/accounts/{account}/validations");
    page_masked("validations", &path, &query, found, &caller.key)
}

/// Get validation from account
///
/// Returns where a validation of an account stands and what was found.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}/validations/{validation_id}",
    tag = "Validations",
    operation_id = "get_account_validation",
    params(
        ("account_id" = String, Path, description = "Account ID"),
        ("validation_id" = String, Path, description = "Validation ID"),
        ("show_details" = Option<bool>, Query, description = "Whether links to what was uploaded are shown"),
    ),
    responses((status = 200, description = "The validation", body = ValidationBody), Errors)
)]
pub async fn get_account_validation(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathIds(account, id): PathIds<AccountName, ValidationId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state
        .app
        .get_validation(&caller, id, Some(&account), details(&query)?)
        .await?;
    masked(&found, &caller.key)
}

/// Perform sync validation
///
/// Performs a validation of an account with the code that the person was sent. A wrong code counts as a retry.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account_id}/validations/{validation_id}",
    tag = "Validations",
    operation_id = "perform_account_validation",
    params(
        ("account_id" = String, Path, description = "Account ID"),
        ("validation_id" = String, Path, description = "Validation ID"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((PerformInput = "application/x-www-form-urlencoded"), (PerformInput = "application/json"))),
    responses((status = 200, description = "The validation", body = ValidationBody), Errors)
)]
pub async fn perform_account_validation(
    State(state): State<ApiState>,
    PathIds(account, id): PathIds<AccountName, ValidationId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(
        state.app.perform_validation(&command, id, Some(&account)).await?,
        &key,
    )
}
