//! Reading customers and their transactions.

use std::collections::BTreeMap;

use cotejo_domain::{
    customers::{Source, TransactionId},
    fields::{FieldErrors, Fields},
    files::LINK_SECONDS,
    ids::CustomerId,
    permissions::Permission,
};
use cotejo_store::{
    customer_transactions::{self as transactions, Placed},
    customers::{self as store, Customer},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    CUSTOMER, TRANSACTION,
    body::{CustomerBody, PictureLink, TransactionBody},
};
use crate::{
    App, AppResult,
    access::Caller,
    cursor::Scope,
    files::path,
    page::{PAGE, Page, Position, ROWS},
};

/// How many transactions a customer is shown with.
const LATEST: i64 = 5;

/// Longest text that is searched.
const LONGEST_SEARCH: usize = 200;

impl App {
    /// GET /v1/customers: newest first, those of whom the document number, e-mail address, name or phone has a part.
    pub async fn list_customers(&self, caller: &Caller, query: &Fields) -> AppResult<Page<CustomerBody>> {
        caller.require(Permission::IdentityRead)?;
        let mut errors = FieldErrors::default();
        let search = query.text("search", LONGEST_SEARCH, &mut errors);
        errors.into_result()?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/customers",
            filter: search.as_deref().unwrap_or_default(),
        };
        let after = self.start_after(scope, query.get("start_key"))?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::list(&mut conn, scope.client, search.as_deref(), after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |customer| Position::Id(customer.id.0));
        Ok(Page {
            items: self.customer_bodies(&mut conn, caller, &page.items).await?,
            next: page.next,
        })
    }

    /// GET /v1/customers/{id}: the customer, or the one that it was merged into.
    pub async fn get_customer(&self, caller: &Caller, id: CustomerId) -> AppResult<CustomerBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        self.customer_body(&mut conn, caller, id).await
    }

    pub(super) async fn customer_body(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        id: CustomerId,
    ) -> AppResult<CustomerBody> {
        let customer = store::find(&mut *conn, caller.client().id, id).await?;
        let customer = customer.ok_or(CUSTOMER)?;
        let mut bodies = self.customer_bodies(conn, caller, &[customer]).await?;
        bodies.pop().ok_or(CUSTOMER)
    }

    /// Customers as they are told, with links to their pictures.
    async fn customer_bodies(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        customers: &[Customer],
    ) -> AppResult<Vec<CustomerBody>> {
        let client = caller.client().id;
        let ids: Vec<Uuid> = customers.iter().map(|customer| customer.id.0).collect();
        let latest = transactions::latest(&mut *conn, client, &ids, LATEST).await?;
        let until = self.now(caller.client()).plus_seconds(LINK_SECONDS);
        let mut pictures: BTreeMap<CustomerId, Vec<PictureLink>> = BTreeMap::new();
        for picture in transactions::pictures(conn, client, &ids).await? {
            let link = self.link(&self.inner.files_url, "GET", &path(picture.file), client, until);
            let links = pictures.entry(picture.customer).or_default();
            links.push((picture.pictures, picture.slot, link));
        }
        let body = |customer: &Customer| {
            let latest = latest.get(&customer.id.0).map_or(&[][..], Vec::as_slice);
            let pictures = pictures.get(&customer.id).map_or(&[][..], Vec::as_slice);
            CustomerBody::of(customer.id, &customer.profile, latest, pictures)
        };
        Ok(customers.iter().map(body).collect())
    }

    /// GET /v1/customers/{id}/transactions: newest first, of one product if it is named.
    pub async fn list_customer_transactions(
        &self,
        caller: &Caller,
        id: CustomerId,
        query: &Fields,
    ) -> AppResult<Page<TransactionBody>> {
        caller.require(Permission::IdentityRead)?;
        let mut errors = FieldErrors::default();
        let source = query.one_of("source", Source::ALL, &mut errors);
        errors.into_result()?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let customer = store::find(&mut conn, client, id).await?.ok_or(CUSTOMER)?;
        let filter = format!("{} {}", customer.id, source.map_or("", Source::as_str));
        let scope = Scope {
            client,
            route: "/v1/customers/transactions",
            filter: &filter,
        };
        let after = self.start_after(scope, query.get("start_key"))?;
        let rows = transactions::list(&mut conn, client, customer.id, source, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |placed| Position::Id(placed.transaction.id.id));
        Ok(Page {
            items: self.transaction_bodies(&mut conn, caller, &page.items).await?,
            next: page.next,
        })
    }

    /// GET /v1/customers/{id}/transactions/{transaction_id}
    pub async fn get_customer_transaction(
        &self,
        caller: &Caller,
        id: CustomerId,
        transaction: TransactionId,
    ) -> AppResult<TransactionBody> {
        caller.require(Permission::IdentityRead)?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let customer = store::find(&mut conn, client, id).await?.ok_or(CUSTOMER)?;
        let found = transactions::find(&mut conn, client, customer.id, transaction).await?;
        let found = found.ok_or(TRANSACTION)?;
        let mut bodies = self.transaction_bodies(&mut conn, caller, &[found]).await?;
        bodies.pop().ok_or(TRANSACTION)
    }

    /// Transactions as they are told, processes with their validations.
    async fn transaction_bodies(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        all: &[Placed],
    ) -> AppResult<Vec<TransactionBody>> {
        let ids: Vec<Uuid> = all.iter().map(|placed| placed.transaction.id.id).collect();
        let steps = transactions::steps(conn, caller.client().id, &ids).await?;
        let body = |placed: &Placed| {
            let steps = steps.get(&placed.transaction.id.id);
            let steps = steps.map_or(&[][..], Vec::as_slice);
            TransactionBody::of(&placed.transaction, placed.root, steps)
        };
        Ok(all.iter().map(body).collect())
    }
}
