//! The one migrator. Only `cotejo migrate` and `cotejo up` run it; every other program checks the version.

use std::time::Duration;

use sqlx::{PgPool, migrate::Migrator};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Key of the advisory lock that keeps two migrators apart.
const LOCK: i64 = 0x636f_7465_6a6f;

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database did not answer.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or the database is of a later release.
    #[error("the migrations could not be applied")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Applies the missing migrations.
///
/// sqlx's own lock is off: its waiter holds a snapshot, which `CREATE INDEX CONCURRENTLY` waits for in turn. A lock
/// that is polled for holds nothing.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut conn = pool.acquire().await?;
    // `unscoped`: the lock belongs to the session, not to a transaction.
    while !sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "locked!""#, LOCK)
        .fetch_one(&mut *conn)
        .await?
    {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut migrator = Migrator {
        migrations: MIGRATOR.migrations.clone(),
        ..Migrator::DEFAULT
    };
    migrator.set_locking(false);
    let applied = migrator.run(&mut *conn).await;
    sqlx::query_scalar!("select pg_advisory_unlock($1)", LOCK)
        .fetch_one(&mut *conn)
        .await?;
    Ok(applied?)
}

/// Whether the database has exactly the migrations that this program was built with, or later ones.
pub async fn is_current(pool: &PgPool) -> sqlx::Result<bool> {
    let newest = MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    let table = sqlx::query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "there!""#);
    if !table.fetch_one(pool).await? {
        return Ok(false);
    }
    // The table belongs to sqlx and is not there when the queries are checked.
    let applied: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations where success")
        .fetch_one(pool)
        .await?;
    Ok(applied.is_some_and(|applied| applied >= newest))
}

/// A text that changes with every migration, for naming template databases.
pub fn fingerprint() -> String {
    let starts = MIGRATOR
        .iter()
        .flat_map(|migration| migration.checksum.iter().take(2));
    cotejo_domain::hex::hex(&starts.copied().collect::<Vec<u8>>())
}
