//! Making the checks of a batch, some at a time, until every row has come to its end.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use cotejo_domain::{
    audit::ActorKind,
    batches::{Batch, BatchStatus, RowError},
    checks::new_check::Strictness,
    clients::Client,
    ids::{BatchId, ClientId},
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{
    batches::{self as store, Made},
    create::NewRow,
};
use sqlx::PgConnection;

use super::Payload;
use crate::{
    App, AppResult,
    checks::create::{self, Maker},
    jobs::{one_by_one, payload},
};

/// Kind of the job; there is one a batch.
pub(super) const JOB: &str = "batch.run";

/// Checks of a batch that are waited for at once: enough to keep the workers busy, few enough to leave the queue to others.
const WINDOW: i64 = 1_000;

/// Checks that are made at once.
const CHUNK: i64 = 128;

/// How long to wait for checks to come to their end.
const PAUSE: Duration = Duration::from_millis(250);

/// Makes the checks of batches.
pub struct RunBatch(pub App);

#[async_trait]
impl Handler for RunBatch {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn concurrency(&self) -> usize {
        2
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.run_batch(lease)).await
    }
}

/// What is left to do.
enum Left {
    /// Rows whose check can be made at once.
    Rows,
    /// Checks that are being carried out.
    Checks,
    /// Nothing.
    Nothing,
}

impl App {
    /// Ends what has come to its end and makes the next checks, in one transaction.
    async fn run_batch(&self, lease: &Lease) -> AppResult<Outcome> {
        let asked: Payload = payload(lease)?;
        let (client, id) = (ClientId(asked.client), BatchId(asked.batch));
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if !cotejo_queue::hold(&mut tx, lease).await? {
            return Ok(Outcome::Done);
        }
        let owner = cotejo_store::clients::find(&mut tx, client).await?;
        let batch = store::find(&mut tx, client, id, true).await?;
        let going = |batch: &Batch| matches!(batch.status, BatchStatus::InProgress | BatchStatus::Stopped);
        let (Some(owner), Some(mut batch)) = (owner, batch.filter(going)) else {
            cotejo_queue::finish(&mut tx, &[lease]).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        };
        let before = (batch.processed, batch.status);
        let left = self.advance(&mut tx, &owner, &mut batch).await?;
        if before != (batch.processed, batch.status) {
            batch.updated = self.now(&owner);
            store::update(&mut tx, &batch).await?;
        }
        // A stopped one is still told of the checks that it made.
        match left {
            Left::Rows => drop(cotejo_queue::reschedule(&mut tx, lease, Duration::ZERO).await?),
            Left::Checks => drop(cotejo_queue::reschedule(&mut tx, lease, PAUSE).await?),
            Left::Nothing => drop(cotejo_queue::finish(&mut tx, &[lease]).await?),
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn advance(&self, conn: &mut PgConnection, client: &Client, batch: &mut Batch) -> AppResult<Left> {
        let (ended, failed) = store::end_rows(&mut *conn, batch.client, batch.id).await?;
        count(batch, ended, failed);
        let working = store::working(&mut *conn, batch.client, batch.id).await?;
        let stopped = batch.status == BatchStatus::Stopped;
        let room = if stopped { 0 } else { (WINDOW - working).min(CHUNK) };
        let rows = if room > 0 {
            store::waiting(&mut *conn, batch.client, batch.id, room).await?
        } else {
            Vec::new()
        };
        if rows.is_empty() {
            if working > 0 {
                return Ok(Left::Checks);
            }
            if !stopped {
                batch.status = BatchStatus::Completed;
            }
            return Ok(Left::Nothing);
        }
        let wrong = self.make(&mut *conn, client, batch, rows).await?;
        count(batch, wrong, wrong);
        Ok(Left::Rows)
    }

    /// Makes the checks of rows. Returns how many rows have none because they are wrong. Of rows that ask for the same one
    /// is done now and the others in a later turn, when its check is there.
    async fn make(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        batch: &Batch,
        rows: Vec<(i32, Vec<String>)>,
    ) -> AppResult<i64> {
        let strictness = Strictness {
            key_version: batch.key_version,
            identifiers: client.settings.strict_identifiers,
        };
        let maker = Maker {
            client,
            billing_hub: batch.billing_hub,
            key_version: batch.key_version,
            actor: (ActorKind::System, batch.id.0),
            origin: "",
        };
        let mut made: Vec<(i32, Made)> = Vec::new();
        let (mut numbers, mut checks): (Vec<i32>, Vec<NewRow>) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for (number, cells) in rows {
            match batch.asked.check(&cells, strictness) {
                Err(errors) => made.push((number, Made::Wrong(RowError::of(errors, &batch.asked.columns)))),
                Ok(new) => {
                    let row = self.new_row(maker, new, None);
                    if seen.insert(row.fingerprint) {
                        numbers.push(number);
                        checks.push(row);
                    }
                }
            }
        }
        let wrong = i64::try_from(made.len()).unwrap_or(i64::MAX);
        let results = create::create_and_resolve(&mut *conn, &checks).await?;
        for ((number, row), result) in numbers.into_iter().zip(&checks).zip(results) {
            match result {
                create::Made::Created { .. } => {
                    if let Some(frequency) = batch.asked.frequency {
                        self.watch(&mut *conn, client, row, frequency, batch.asked.end_date)
                            .await?;
                    }
                    made.push((number, Made::Check(row.check.id)));
                }
                create::Made::Earlier(id) | create::Made::Replay { id, .. } => {
                    made.push((number, Made::Check(id)));
                }
                // Rows have no Idempotency-Key that could have been used for something else.
                create::Made::Mismatch => {}
            }
        }
        store::made(conn, batch.client, batch.id, &made).await?;
        Ok(wrong)
    }
}

fn count(batch: &mut Batch, ended: i64, failed: i64) {
    batch.processed += i32::try_from(ended).unwrap_or(i32::MAX);
    batch.failed += i32::try_from(failed).unwrap_or(i32::MAX);
}
