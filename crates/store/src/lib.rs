//! Postgres: one module an aggregate, free async functions on a connection.
//!
//! Functions take `&mut PgConnection`; whoever calls them owns the transaction. Rows are private, what comes out is
//! `cotejo_domain`'s. Every query of a client's data is scoped by `client_id`, which leads every key.

pub mod audit;
pub mod batches;
pub mod billing_hubs;
pub mod checks;
pub mod clients;
pub mod clocks;
pub mod continuous;
pub mod create;
pub mod custom_types;
pub mod customer_merges;
pub mod customer_transactions;
pub mod customers;
pub mod decisions;
pub mod deliveries;
pub mod enrollments;
pub mod events;
pub mod exceptions;
pub mod faults;
pub mod files;
pub mod findings;
pub mod flows;
pub mod health;
pub mod hooks;
pub mod idempotency;
pub mod instances;
pub mod keys;
pub mod looks;
pub mod messages;
pub mod migrate;
mod parts;
pub mod process_tokens;
pub mod processes;
pub mod reports;
pub mod reviews;
pub mod rules;
pub mod runs;
pub mod terms;
pub mod users;
pub mod validation_accounts;
pub mod validation_configs;
pub mod validations;
pub mod watchlist_entries;
pub mod watchlists;

use std::time::Duration;

use cotejo_domain::time::Timestamp;
use sqlx::{
    PgPool, PgTransaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

/// How a process connects.
#[derive(Debug, Clone)]
pub struct Config {
    /// `postgres://…`
    pub url: String,
    /// Most connections of this process. A few are enough: requests are gathered, and Postgres is quickest with
    /// about two a core.
    pub connections: u32,
}

/// A pool that connects when it is first used, so that a process starts without its database.
pub fn connect(config: &Config) -> sqlx::Result<PgPool> {
    let options: PgConnectOptions = config.url.parse()?;
    Ok(PgPoolOptions::new()
        .max_connections(config.connections)
        .acquire_timeout(Duration::from_secs(5))
        .max_lifetime(Duration::from_secs(30 * 60))
        // A broken connection shows itself at its first statement; a ping before each would double the round trips.
        .test_before_acquire(false)
        .connect_lazy_with(options.application_name("cotejo").options([
            ("statement_timeout", "15s"),
            // Statements over arrays would be planned anew at every call, for longer than they run.
            ("plan_cache_mode", "force_generic_plan"),
            ("idle_in_transaction_session_timeout", "30s"),
        ])))
}

/// Begins a transaction. Whoever stops waiting for it leaves nothing open.
///
/// sqlx 0.9 notes that a transaction has begun only when the server has said so (its issue 4385). Given up before, by a
/// caller who hangs up or a time-out, it would go back to the pool open, and what the next ones write there would be
/// acknowledged and never committed. So it begins in a task of its own, which nobody gives up.
pub async fn begin(pool: &PgPool) -> sqlx::Result<PgTransaction<'static>> {
    let pool = pool.clone();
    #[expect(clippy::disallowed_methods, reason = "this is its one home")]
    let beginning = tokio::spawn(async move { pool.begin().await });
    beginning.await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Whether an error means that the database is away, rather than that a statement was wrong.
pub fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
            true
        }
        // Class 57: the server is shutting down or starting up; 53: out of connections or disk; 25006: read-only.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("57P") || code.starts_with("53") || code == "25006" || code == "3D000"
        }),
        _ => false,
    }
}

/// The lowest id that anything of this millisecond can have: its milliseconds are the id's first 48 bits.
pub(crate) fn first_id(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.nanos().div_euclid(1_000_000)).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

/// Reads a text column as a domain value.
pub(crate) fn read<T: std::str::FromStr>(text: &str, column: &'static str) -> sqlx::Result<T> {
    text.parse().map_err(|_| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: "a value that this version does not know".into(),
    })
}

/// Reads a JSON column as a domain value.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(text: &str, column: &'static str) -> sqlx::Result<T> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: error.into(),
    })
}

/// Writes a domain value as a JSON column.
pub(crate) fn write_json<T: serde::Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}
