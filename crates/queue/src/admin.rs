//! What an operator sees and does: the state of the queue, and the dead jobs.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Which handler does them.
    pub kind: String,
    /// `ready`, `scheduled`, `leased` or `dead`.
    pub state: String,
    /// How many.
    pub jobs: i64,
}

/// A job that is not tried any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// The job.
    pub id: Uuid,
    /// Which handler failed.
    pub kind: String,
    /// What it was asked.
    pub payload: String,
    /// How often it was tried.
    pub attempts: i16,
    /// Its last failure.
    pub last_error: Option<String>,
    /// When it was inserted.
    pub created_at: DateTime<Utc>,
}

/// Counts the jobs by kind and state.
pub async fn counts(conn: &mut PgConnection) -> sqlx::Result<Vec<Count>> {
    sqlx::query_as!(
        Count,
        r#"select kind, state, count(*) as "jobs!" from jobs group by kind, state order by kind, state"#
    )
    .fetch_all(conn)
    .await
}

/// The oldest dead jobs.
pub async fn dead(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<DeadJob>> {
    sqlx::query_as!(
        DeadJob,
        r#"
        select id, kind, payload::text as "payload!", attempts, last_error, created_at
        from jobs where state = 'dead' order by created_at limit $1
        "#,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Gives a dead job another life. Says whether there was one.
pub async fn revive(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update jobs set state = 'ready', attempts = 0 where id = $1 and state = 'dead'",
        id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
