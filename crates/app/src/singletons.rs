//! Work that one process at a time does for all.

use std::time::Duration;

use cotejo_queue::leader::lead;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::App;

/// Most events that get their number at once.
const STAMPS: i64 = 1000;

/// Most old answers that are forgotten at once.
const SWEPT: i64 = 10_000;

impl App {
    /// Starts the singletons; they end after `stop`.
    pub fn start_singletons(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        let pool = &self.inner.pool;
        tasks.spawn(lead(
            pool.clone(),
            "event stamper",
            Duration::from_millis(250),
            stop.clone(),
            |pool| {
                Box::pin(async move {
                    let mut conn = pool.acquire().await?;
                    Ok(cotejo_store::events::stamp(&mut conn, STAMPS).await? == STAMPS)
                })
            },
        ));
        tasks.spawn(lead(
            pool.clone(),
            "idempotency sweep",
            Duration::from_secs(600),
            stop.clone(),
            |pool| {
                Box::pin(async move {
                    let mut conn = pool.acquire().await?;
                    Ok(cotejo_store::idempotency::sweep(&mut conn, SWEPT).await? == SWEPT.unsigned_abs())
                })
            },
        ));
    }
}
