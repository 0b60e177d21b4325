//! Singletons: work that one process at a time does for all, in batches.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use sqlx::PgPool;
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

/// How long a leader may be silent before another takes over.
const LEASE: Duration = Duration::from_secs(10);

/// How often a leader says that it is still there: less often than it works, because it costs a commit.
const RENEW: Duration = Duration::from_secs(3);

/// The rest between two batches, however often the leader is woken: what comes meanwhile is one batch.
const REST: Duration = Duration::from_millis(10);

/// Runs `work` again and again in whichever process holds the lease of `name`, until `stop`.
///
/// `work` does one batch and says whether there may be more; otherwise it is called again after `pause`, or when `wake`
/// is notified. It must be harmless if two leaders overlap for a moment: a lease saves work, it does not exclude.
pub async fn lead<F>(
    pool: PgPool,
    name: &'static str,
    pause: Duration,
    wake: Arc<Notify>,
    stop: CancellationToken,
    work: F,
) where
    F: Fn(PgPool) -> BoxFuture<'static, sqlx::Result<bool>>,
{
    let mut token = 0_i64;
    let mut renewed: Option<Instant> = None;
    loop {
        if renewed.is_none_or(|at| at.elapsed() >= RENEW) {
            let now = Instant::now();
            renewed = match acquire(&pool, name, &mut token).await {
                Ok(true) => Some(now),
                Ok(false) => None,
                Err(error) => {
                    tracing::warn!(leader = name, error = %error, "a singleton does not know whether it leads");
                    None
                }
            };
        }
        let more = if renewed.is_some() {
            work(pool.clone()).await
        } else {
            Ok(false)
        };
        let more = more.unwrap_or_else(|error| {
            tracing::warn!(leader = name, error = %error, "a singleton failed and will be tried again");
            false
        });
        let ended = Instant::now();
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(if more { Duration::ZERO } else { pause }) => {}
            () = wake.notified() => tokio::time::sleep_until(ended + REST).await,
        }
    }
    // Another process need not wait for the lease to run out.
    let freed = sqlx::query!(
        "update leaders set lease_until = clock_timestamp() where name = $1 and lease_token = $2",
        name,
        token
    )
    .execute(&pool)
    .await;
    if let Err(error) = freed {
        tracing::debug!(leader = name, error = %error, "a lease was left to run out");
    }
}

async fn acquire(pool: &PgPool, name: &str, token: &mut i64) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!(
        r#"
        insert into leaders (name, lease_token, lease_until)
        values ($1, 1, clock_timestamp() + make_interval(secs => $3))
        on conflict (name) do update
        set lease_until = excluded.lease_until,
            lease_token = leaders.lease_token + case when leaders.lease_token = $2 then 0 else 1 end
        where leaders.lease_token = $2 or leaders.lease_until < clock_timestamp()
        returning lease_token
        "#,
        name,
        *token,
        LEASE.as_secs_f64(),
    )
    .fetch_optional(pool)
    .await?;
    if let Some(held) = held {
        *token = held;
    }
    Ok(held.is_some())
}
