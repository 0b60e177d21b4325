//! Taking a deleted resource out of what is known of its customer.

use cotejo_domain::{
    customers::{Facts, Key},
    ids::ClientId,
};
use cotejo_store::{customer_transactions as transactions, customers as store};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{App, AppResult};

impl App {
    /// Leaves of the transaction of a check, validation or process that is being deleted what is no personal data: that
    /// it was, when, and how it ended. What only it said of its customer is not known any more.
    ///
    /// The resource is to be deleted before, in the same transaction: whoever reads events waits for that transaction, and
    /// finds nothing then.
    pub(crate) async fn forget_transaction(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        resource: Uuid,
    ) -> AppResult<()> {
        store::hold(&mut *conn, client).await?;
        let Some(customer) = transactions::forget(&mut *conn, client, resource).await? else {
            return Ok(());
        };
        let said = self.profile_anew(&mut *conn, client, &[customer]).await?;
        let facts = said.values().flatten().map(|(_, facts)| facts);
        let keys: Vec<Key> = facts.flat_map(Facts::keys).collect();
        Ok(store::keep_keys(conn, client, customer, &keys).await?)
    }
}
