//! How the sources answered, hour by hour.

use chrono::{DateTime, Utc};
use cotejo_domain::ids::ClientId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Answers and failures of one source for one client in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    /// Key of the source.
    pub source: String,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Runs that were answered.
    pub answered: i32,
    /// Runs that failed.
    pub failed: i32,
}

/// What is added to an hour.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// Whose runs.
    pub client: Uuid,
    /// Key of the source.
    pub source: String,
    /// When, in the client's time.
    pub at: DateTime<Utc>,
    /// Runs that were answered.
    pub answered: i32,
    /// Runs that failed.
    pub failed: i32,
}

/// Adds runs to the hours that they lie in. The tallies must be sorted and distinct by (client, source): every
/// writer then locks the rows in the same order.
pub async fn add(conn: &mut PgConnection, tallies: &[Tally]) -> sqlx::Result<()> {
    if tallies.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into source_hours as h (client_id, source, hour, answered, failed)
        select client_id, source, date_trunc('hour', at, 'UTC'), answered, failed
        from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::integer[], $5::integer[]) with ordinality
             as t (at, client_id, source, answered, failed, n)
        order by n
        on conflict (client_id, source, hour) do update
        set answered = h.answered + excluded.answered, failed = h.failed + excluded.failed
        "#,
        &tallies.iter().map(|tally| tally.at).collect::<Vec<_>>(),
        &tallies.iter().map(|tally| tally.client).collect::<Vec<_>>(),
        &tallies
            .iter()
            .map(|tally| tally.source.as_str())
            .collect::<Vec<_>>() as _,
        &tallies.iter().map(|tally| tally.answered).collect::<Vec<_>>(),
        &tallies.iter().map(|tally| tally.failed).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The hours of a client's sources that touch [from, to).
pub async fn hours(
    conn: &mut PgConnection,
    client: ClientId,
    sources: &[String],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<Vec<Hour>> {
    sqlx::query_as!(
        Hour,
        r#"
        select source, hour, answered, failed from source_hours
        where client_id = $1 and source = any($2) and hour >= date_trunc('hour', $3::timestamptz, 'UTC') and hour < $4
        "#,
        client.0,
        sources,
        from,
        to,
    )
    .fetch_all(conn)
    .await
}
