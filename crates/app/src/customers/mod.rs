//! Customers: who a client's checks, validations and processes are about.
//!
//! They are made from the event log by a singleton (`feed.rs`): an event says which resource to look at, and the resource
//! as it is now says the rest, so that it does not matter how often or how late an event is read. People merge customers
//! and take that back (`merge.rs`); whoever changes a client's customers holds them first.

pub mod body;
mod feed;
mod forget;
mod merge;
mod read;

use std::collections::BTreeMap;

use cotejo_domain::{
    customers::{Facts, Origin, Profile},
    ids::{ClientId, CustomerId},
};
use cotejo_store::{customer_transactions as transactions, customers as store};
use sqlx::PgConnection;

use crate::{App, AppError, AppResult};

const CUSTOMER: AppError = AppError::NotFound("The customer");
const TRANSACTION: AppError = AppError::NotFound("The transaction");

impl App {
    /// Makes anew what is known of customers who are shown, from what their transactions say. Returns that, by customer.
    async fn profile_anew(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        customers: &[CustomerId],
    ) -> AppResult<BTreeMap<CustomerId, Vec<(Origin, Facts)>>> {
        let mut said = BTreeMap::new();
        let mut profiles = BTreeMap::new();
        for customer in customers {
            let facts = transactions::facts(&mut *conn, client, *customer).await?;
            let told = facts
                .iter()
                .cloned()
                .map(|(origin, facts)| Profile::of(facts, origin));
            profiles.insert(*customer, told.fold(Profile::default(), Profile::join));
            said.insert(*customer, facts);
        }
        store::set_profiles(conn, client, &profiles).await?;
        Ok(said)
    }
}
