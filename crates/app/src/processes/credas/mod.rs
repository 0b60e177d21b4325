//! The Credas face: entities, entries, and the overrides of their parts (seed 002; rulings on Credas).
//!
//! A person's word about a part goes into the ledger of the process; what the process counts as follows from it.
//!
//! Persons are `entities.rs`, their processes `entries.rs`, the words about parts of these `overrides.rs`.

pub mod entities;
pub mod entries;
pub mod overrides;

use cotejo_domain::{ids::Guid, validations::Account};
use cotejo_store::validation_accounts;
use sqlx::PgConnection;

use crate::{App, AppError, AppResult, access::Caller};

const ENTITY: AppError = AppError::NotFound("The entity");

/// Most entries of an entity that are shown.
const ENTRIES: i64 = 100;

impl App {
    async fn entity(&self, conn: &mut PgConnection, caller: &Caller, id: Guid) -> AppResult<Account> {
        let found = validation_accounts::by_id(conn, caller.client().id, id.0).await?;
        found.ok_or(ENTITY)
    }
}
