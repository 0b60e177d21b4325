//! Clocks that can be moved: jobs that go by one keep a real `run_at`, and moving the clock moves them.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::CHANNEL;

/// What stands next on a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Jobs that are due or being done.
    Busy,
    /// The first of the waiting jobs is due after so long.
    In(Duration),
    /// No job waits.
    Nothing,
}

/// What stands next on a clock.
pub async fn next(conn: &mut PgConnection, clock: Uuid) -> sqlx::Result<Next> {
    let row = sqlx::query!(
        r#"
        select exists (
                   select from jobs where clock = $1
                     and (state in ('ready', 'leased') or state = 'scheduled' and run_at <= clock_timestamp())
               ) as "busy!",
               (select extract(epoch from min(run_at) - clock_timestamp())::float8
                from jobs where clock = $1 and state = 'scheduled') as seconds
        "#,
        clock
    )
    .fetch_one(conn)
    .await?;
    Ok(match row.seconds {
        _ if row.busy => Next::Busy,
        Some(seconds) => Next::In(Duration::try_from_secs_f64(seconds).unwrap_or_default()),
        None => Next::Nothing,
    })
}

/// Brings the waiting jobs of a clock so much nearer; those that are due then become ready at once.
pub async fn shift(conn: &mut PgConnection, clock: Uuid, by: Duration) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with moved as (
            update jobs
            set run_at = run_at - make_interval(secs => $2),
                state = case when run_at - make_interval(secs => $2) <= clock_timestamp()
                             then 'ready' else 'scheduled' end
            where clock = $1 and state = 'scheduled'
            returning state
        )
        select pg_notify($3, 'old') from moved where state = 'ready' limit 1
        "#,
        clock,
        by.as_secs_f64(),
        CHANNEL,
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}
