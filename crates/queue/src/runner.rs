//! The runner: claims batches, hands them to handlers, keeps their leases alive.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use sqlx::PgPool;
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{CHANNEL, Lease, Marks, OLD, claim, fail, listen, promote, recover, renew, reschedule};

/// What became of a job.
#[derive(Debug)]
pub enum Outcome {
    /// Finished in the handler's own transaction, or its lease was lost: nothing is left to do.
    Done,
    /// To be tried again after so long, without counting as a failure.
    Later(Duration),
    /// Failed, for this reason.
    Failed(String),
}

/// Does the jobs of one kind.
#[async_trait::async_trait]
pub trait Handler: Send + Sync + 'static {
    /// The kind of its jobs.
    fn kind(&self) -> &'static str;

    /// How many jobs it takes at once.
    fn batch(&self) -> u16 {
        1
    }

    /// How many batches it works on at the same time.
    fn concurrency(&self) -> usize {
        1
    }

    /// Does a batch; says what became of each job, in order.
    async fn run(&self, leases: &[Lease]) -> Vec<Outcome>;
}

/// Runs handlers until it is stopped.
#[derive(Clone)]
pub struct Runner {
    pool: PgPool,
    lease: Duration,
    poll: Duration,
    stop: CancellationToken,
    held: Arc<Mutex<HashMap<Uuid, Lease>>>,
    wake: Arc<Notify>,
    /// Counts announcements of jobs with old ids, which claimers find only from the bottom.
    scan: Arc<AtomicU64>,
    kinds: Arc<Mutex<Vec<&'static str>>>,
    tasks: TaskTracker,
}

impl Runner {
    /// A runner whose leases last so long; they are renewed after a third of that.
    pub fn new(pool: PgPool, lease: Duration, stop: CancellationToken) -> Self {
        Self {
            pool,
            lease,
            poll: Duration::from_secs(1),
            stop,
            held: Arc::default(),
            wake: Arc::default(),
            scan: Arc::default(),
            kinds: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Starts a handler.
    pub fn handle(&self, handler: impl Handler) {
        self.kinds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(handler.kind());
        self.tasks.spawn(self.clone().claim_loop(Arc::new(handler)));
    }

    /// Starts listening, renewing and recovering; returns when the runner was stopped and every batch has ended.
    pub async fn run(self) {
        // A set, because it ends with this future, whichever way that ends.
        let mut background = JoinSet::new();
        background.spawn(self.clone().listen());
        background.spawn(self.clone().maintain());
        background.spawn(self.clone().renew_leases());
        self.stop.cancelled().await;
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn claim_loop(self, handler: Arc<dyn Handler>) {
        let slots = Arc::new(Semaphore::new(handler.concurrency()));
        let mut marks = Marks::default();
        let mut scanned = tokio::time::Instant::now();
        let mut old = 0;
        while !self.stop.is_cancelled() {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                break;
            };
            // Interest is registered before the queue is read, so that no announcement is lost.
            let woken = self.wake.notified();
            let announced = self.scan.load(Ordering::Relaxed);
            if scanned.elapsed() >= self.poll || announced != old {
                scanned = tokio::time::Instant::now();
                old = announced;
                marks.reset();
            }
            let leases = self.claim(handler.as_ref(), &mut marks).await;
            if leases.is_empty() {
                drop(slot);
                tokio::select! {
                    () = woken => {}
                    () = tokio::time::sleep(self.poll) => {}
                    () = self.stop.cancelled() => {}
                }
                continue;
            }
            let (runner, handler) = (self.clone(), Arc::clone(&handler));
            self.tasks.spawn(async move {
                runner.work(handler.as_ref(), &leases).await;
                drop(slot);
            });
        }
    }

    async fn claim(&self, handler: &dyn Handler, marks: &mut Marks) -> Vec<Lease> {
        let claimed = async {
            let mut conn = self.pool.acquire().await?;
            claim(
                &mut conn,
                handler.kind(),
                marks,
                handler.batch().into(),
                self.lease,
            )
            .await
        };
        claimed.await.unwrap_or_else(|error: sqlx::Error| {
            tracing::warn!(job.kind = handler.kind(), error = %error, "the queue did not answer");
            Vec::new()
        })
    }

    async fn work(&self, handler: &dyn Handler, leases: &[Lease]) {
        self.with_held(|held| held.extend(leases.iter().map(|lease| (lease.id, lease.clone()))));
        let ran = std::panic::AssertUnwindSafe(handler.run(leases))
            .catch_unwind()
            .await;
        let outcomes = ran.unwrap_or_else(|_| {
            leases
                .iter()
                .map(|_| Outcome::Failed("the handler panicked".to_owned()))
                .collect()
        });
        for (lease, outcome) in leases.iter().zip(outcomes) {
            if let Err(error) = self.settle(handler.kind(), lease, outcome).await {
                // The lease runs out and the job is tried again: nothing is lost but time.
                tracing::warn!(job.kind = handler.kind(), job.id = %lease.id, error = %error, "a job was not settled");
            }
        }
        self.with_held(|held| held.retain(|_, held| !leases.contains(held)));
    }

    async fn settle(&self, kind: &'static str, lease: &Lease, outcome: Outcome) -> sqlx::Result<()> {
        let label = match &outcome {
            Outcome::Done => "done",
            Outcome::Later(_) => "later",
            Outcome::Failed(_) => "failed",
        };
        metrics::counter!("cotejo_jobs_total", "kind" => kind, "outcome" => label).increment(1);
        match outcome {
            Outcome::Done => Ok(()),
            Outcome::Later(pause) => {
                let mut conn = self.pool.acquire().await?;
                reschedule(&mut conn, lease, pause).await.map(drop)
            }
            Outcome::Failed(error) => {
                tracing::warn!(job.kind = kind, job.id = %lease.id, job.attempts = lease.attempts, error, "a job failed");
                let mut conn = self.pool.acquire().await?;
                fail(&mut conn, lease, &error, back_off(lease.attempts)).await
            }
        }
    }

    fn with_held<T>(&self, change: impl FnOnce(&mut HashMap<Uuid, Lease>) -> T) -> T {
        change(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn renew_leases(self) {
        loop {
            tokio::time::sleep(self.lease / 3).await;
            let held: Vec<Lease> = self.with_held(|held| held.values().cloned().collect());
            if held.is_empty() {
                continue;
            }
            let renewed = async {
                let mut conn = self.pool.acquire().await?;
                renew(&mut conn, &held, self.lease).await
            };
            if let Err(error) = renewed.await {
                tracing::warn!(error = %error, "leases were not renewed");
            }
        }
    }

    async fn maintain(self) {
        loop {
            tokio::time::sleep(self.poll / 2).await;
            let moved = async {
                let mut conn = self.pool.acquire().await?;
                let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Ok::<_, sqlx::Error>(promote(&mut conn, &kinds).await? + recover(&mut conn).await?)
            };
            match moved.await {
                Ok(0) => {}
                Ok(_) => {
                    self.scan.fetch_add(1, Ordering::Relaxed);
                    self.wake.notify_waiters();
                }
                Err(error) => tracing::warn!(error = %error, "the queue was not maintained"),
            }
        }
    }

    async fn listen(self) {
        let (scan, wake) = (Arc::clone(&self.scan), Arc::clone(&self.wake));
        listen::hear(self.pool, CHANNEL, |payload| {
            if payload == OLD {
                scan.fetch_add(1, Ordering::Relaxed);
            }
            wake.notify_waiters();
        })
        .await;
    }
}

/// 5 s after the first failure, doubling up to an hour, and up to a quarter more so that failures spread.
#[expect(
    clippy::disallowed_methods,
    reason = "jitter decides nothing that anybody could want repeated"
)]
fn back_off(attempts: i16) -> Duration {
    use rand::RngExt as _;
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(10);
    let base = Duration::from_secs(5 * 2_u64.pow(doublings)).min(Duration::from_secs(3600));
    base.mul_f64(1.0 + rand::rng().random_range(0.0..0.25))
}
