//! What is sent and listed about customers, as the spec describes it.
#![expect(
    dead_code,
    reason = "schemas of requests and pages, which are read field by field and written as text"
)]

use cotejo_app::customers::body::{CustomerBody, TransactionBody};
use utoipa::ToSchema;

/// A page of customers
#[derive(ToSchema)]
#[schema(as = UserProfilesOutput)]
pub struct CustomersOutput {
    /// The customers
    customers: Vec<CustomerBody>,
    /// Path of the next page; empty at the end
    next: String,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
}

/// A page of the transactions of a customer
#[derive(ToSchema)]
#[schema(as = UserProfileTransactionsOutput)]
pub struct TransactionsOutput {
    /// The transactions; the vendor's name for them
    customers: Vec<TransactionBody>,
    /// Path of the next page; empty at the end
    next: String,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
}

/// Another customer who is the same person, or is not
#[derive(ToSchema)]
pub struct MergeInput {
    /// The other customer
    #[schema(example = "CUS0190f5c3a1b27c3d8e4f5a6b7c8d9e0f")]
    customer_id: String,
    /// Why, in words; at most 1000 characters
    reason: Option<String>,
}
