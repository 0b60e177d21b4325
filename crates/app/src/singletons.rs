//! Work that one process at a time does for all.

use std::{sync::Arc, time::Duration};

use cotejo_queue::{leader::lead, listen};
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::App;

/// Most events that get their number at once.
const STAMPS: i64 = 1000;

/// Most rows that are forgotten at once.
const SWEPT: i64 = 10_000;

/// How long deliveries are kept after they ended, in seconds.
const DELIVERIES_KEPT: i64 = 30 * 24 * 3600;

/// A piece of such work; says whether there may be more to do at once.
type Work = fn(App) -> BoxFuture<'static, sqlx::Result<bool>>;

/// What is done, and how often it is looked for where nothing announces it.
const SINGLETONS: &[(&str, Duration, Work)] = &[
    ("event stamper", Duration::from_millis(250), |app| {
        Box::pin(async move { app.number_events(STAMPS).await })
    }),
    ("audit sealer", Duration::from_millis(500), |app| {
        Box::pin(async move { app.link_entries().await })
    }),
    ("audit signer", Duration::from_secs(60), |app| {
        Box::pin(async move {
            app.sign_heads().await.map_err(into_sqlx)?;
            Ok(false)
        })
    }),
    ("customers", Duration::from_millis(500), |app| {
        Box::pin(async move { app.feed_customers().await.map_err(into_sqlx) })
    }),
    ("sandbox clocks", Duration::from_millis(250), |app| {
        Box::pin(async move { app.step_clocks().await.map_err(into_sqlx) })
    }),
    ("list reload", Duration::from_secs(5), |app| {
        Box::pin(async move { Ok(app.reload_due_list().await.map_err(into_sqlx)?.is_some()) })
    }),
    ("idempotency sweep", Duration::from_secs(600), |app| {
        Box::pin(async move {
            let mut conn = app.pool().acquire().await?;
            Ok(cotejo_store::idempotency::sweep(&mut conn, SWEPT).await? == SWEPT.unsigned_abs())
        })
    }),
    ("key sweep", Duration::from_secs(3600), |app| {
        Box::pin(async move {
            let mut conn = app.pool().acquire().await?;
            Ok(cotejo_store::keys::sweep(&mut conn, SWEPT).await? == SWEPT.unsigned_abs())
        })
    }),
    ("delivery sweep", Duration::from_secs(3600), |app| {
        Box::pin(async move {
            let before = app.clock().now().plus_seconds(-DELIVERIES_KEPT);
            let mut conn = app.pool().acquire().await?;
            Ok(cotejo_store::deliveries::sweep(&mut conn, before, SWEPT).await? == SWEPT.unsigned_abs())
        })
    }),
];

/// A leader speaks of the database alone; what is behind a use case's error goes to its log as text.
fn into_sqlx(error: crate::AppError) -> sqlx::Error {
    match error {
        crate::AppError::Unavailable(error) => error,
        other => sqlx::Error::Protocol(crate::jobs::chain(&other)),
    }
}

impl App {
    /// Does one round of what must not wait in a test: numbers events, links the trail, makes customers, moves clocks. Says whether
    /// there was anything to do.
    pub async fn work_once(&self) -> crate::AppResult<bool> {
        let numbered = self.number_events(STAMPS).await?;
        while self.link_entries().await? {}
        while self.feed_customers().await? {}
        Ok(self.step_clocks().await? || numbered)
    }

    /// Starts the singletons; they end after `stop`.
    pub fn start_singletons(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        let new_events = Arc::new(Notify::new());
        let heard = listen::wake(
            self.pool().clone(),
            cotejo_store::events::CHANNEL,
            Arc::clone(&new_events),
        );
        let ended = stop.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = heard => {}
                () = ended.cancelled() => {}
            }
        });
        for (place, (name, pause, work)) in SINGLETONS.iter().enumerate() {
            // The first, the stamper, is what an announcement wakes; the others look by themselves.
            let wake = if place == 0 {
                Arc::clone(&new_events)
            } else {
                Arc::default()
            };
            let app = self.clone();
            tasks.spawn(lead(
                self.pool().clone(),
                name,
                *pause,
                wake,
                stop.clone(),
                move |_| work(app.clone()),
            ));
        }
    }
}
