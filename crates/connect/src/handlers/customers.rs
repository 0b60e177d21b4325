//! Customers: listed and read, with what they did, merged and parted.

use axum::{extract::State, response::Response};
use cotejo_app::customers::body::{CustomerBody, TransactionBody};
use cotejo_domain::{customers::TransactionId, ids::CustomerId};
use cotejo_httpkit::{
    ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId, PathIds,
    answer::{done_masked, masked, page_masked},
    spec::Errors,
};

use crate::customer_wire::{CustomersOutput, MergeInput, TransactionsOutput};

/// List customers
///
/// Lists customers, newest first, 20 a page. A customer is there some moments after the first check, validation or process
/// that is about the person.
#[utoipa::path(
    get,
    path = "/v1/customers",
    tag = "Customers",
    operation_id = "list_customers",
    params(
        ("search" = Option<String>, Query, description = "A part of a document number, e-mail address, name or phone"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of customers", body = CustomersOutput), Errors)
)]
pub async fn list_customers(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state.app.list_customers(&caller, &query).await?;
    page_masked("customers", "/v1/customers", &query, found, &caller.key)
}

/// Get customer
///
/// Returns a customer, or the one that it was merged into.
#[utoipa::path(
    get,
    path = "/v1/customers/{customer_id}",
    tag = "Customers",
    operation_id = "get_customer",
    params(("customer_id" = String, Path, description = "Customer ID")),
    responses((status = 200, description = "The customer", body = CustomerBody), Errors)
)]
pub async fn get_customer(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CustomerId>,
) -> ApiResult<Response> {
    masked(&state.app.get_customer(&caller, id).await?, &caller.key)
}

/// List customer transactions
///
/// Lists the checks, validations and processes of a customer, newest first, 20 a page. The validations of a process are
/// told with it.
#[utoipa::path(
    get,
    path = "/v1/customers/{customer_id}/transactions",
    tag = "Customers",
    operation_id = "list_customer_transactions",
    params(
        ("customer_id" = String, Path, description = "Customer ID"),
        ("source" = Option<String>, Query, description = "`check`, `process`, `validation` or `engagement-chat`"),
        ("start_key" = Option<String>, Query, description = "Where the page starts, as `next` says"),
    ),
    responses((status = 200, description = "A page of transactions", body = TransactionsOutput), Errors)
)]
pub async fn list_customer_transactions(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<CustomerId>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Response> {
    let found = state.app.list_customer_transactions(&caller, id, &query).await?;
    let path = format!("/v1/customers/{id}/transactions");
    page_masked("customers", &path, &query, found, &caller.key)
}

/// Get customer transaction
///
/// Returns a check, validation or process of a customer.
#[utoipa::path(
    get,
    path = "/v1/customers/{customer_id}/transactions/{transaction_id}",
    tag = "Customers",
    operation_id = "get_customer_transaction",
    params(
        ("customer_id" = String, Path, description = "Customer ID"),
        ("transaction_id" = String, Path, description = "ID of the check, validation or process"),
    ),
    responses((status = 200, description = "The transaction", body = TransactionBody), Errors)
)]
pub async fn get_customer_transaction(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathIds(id, transaction): PathIds<CustomerId, TransactionId>,
) -> ApiResult<Response> {
    let found = state
        .app
        .get_customer_transaction(&caller, id, transaction)
        .await?;
    masked(&found, &caller.key)
}

/// Merge customers
///
/// Says that another customer is the same person: it goes into this one, and reading it answers this one from then on.
#[utoipa::path(
    post,
    path = "/v1/customers/{customer_id}/merge",
    tag = "Customers",
    operation_id = "merge_customers",
    params(
        ("customer_id" = String, Path, description = "The customer who stays"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((MergeInput = "application/x-www-form-urlencoded"), (MergeInput = "application/json"))),
    responses((status = 200, description = "The customer who stays", body = CustomerBody), Errors)
)]
pub async fn merge_customers(
    State(state): State<ApiState>,
    PathId(id): PathId<CustomerId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.merge_customers(&command, id).await?, &key)
}

/// Unmerge customers
///
/// Takes a merge back, whoever made it: what came by the other customer is its own again. The two are not merged again by
/// themselves.
#[utoipa::path(
    post,
    path = "/v1/customers/{customer_id}/unmerge",
    tag = "Customers",
    operation_id = "unmerge_customers",
    params(
        ("customer_id" = String, Path, description = "The customer who stays"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(content((MergeInput = "application/x-www-form-urlencoded"), (MergeInput = "application/json"))),
    responses((status = 200, description = "The customer who stays", body = CustomerBody), Errors)
)]
pub async fn unmerge_customers(
    State(state): State<ApiState>,
    PathId(id): PathId<CustomerId>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.unmerge_customers(&command, id).await?, &key)
}
