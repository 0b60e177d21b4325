//! Carrying a process on when something that it waits for has ended.

use std::time::Duration;

use async_trait::async_trait;
use cotejo_domain::{checks::CheckStatus, clients::Client, ids::CheckId};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{processes as store, validations};

use super::{ADVANCE_JOB, GLANCE_JOB, Underway};
use crate::{
    App, AppError, AppResult,
    jobs::{one_by_one, payload},
    validations::Payload,
};

/// How often a background check that a process waits for is looked at.
pub(super) const GLANCE: Duration = Duration::from_secs(1);

/// Carries processes on.
pub struct AdvanceProcesses(pub App);

#[async_trait]
impl Handler for AdvanceProcesses {
    fn kind(&self) -> &'static str {
        ADVANCE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.advance_process(lease, false)).await
    }
}

/// Looks at the background checks that processes wait for.
pub struct GlanceAtChecks(pub App);

#[async_trait]
impl Handler for GlanceAtChecks {
    fn kind(&self) -> &'static str {
        GLANCE_JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.advance_process(lease, true)).await
    }
}

impl App {
    /// Tells a process what has ended of what it waits for, and carries it on. Where a background check is waited for and
    /// has not ended, `waits` has the job come back.
    async fn advance_process(&self, lease: &Lease, waits: bool) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.process();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let client = cotejo_store::clients::find(&mut tx, client).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        if let Some(client) = client
            && let Some(process) = store::lock(&mut tx, client.id, id).await?
        {
            let mut underway = self.underway(&mut tx, process).await?;
            let before = underway.process.clone();
            let step = before.current();
            if let Some(id) = step.and_then(|step| step.validation)
                && let Some(validation) = validations::find(&mut tx, client.id, id).await?
            {
                let now = self.now(&client);
                underway.process.validated(&underway.spec, &validation, now);
            }
            if let Some(check) = step.and_then(|step| step.check)
                && !self.hear_check(&client, &mut underway, check).await?
                && waits
            {
                // What is rolled back leaves the job as it was.
                return Ok(Outcome::Later(GLANCE));
            }
            self.carry_on(&mut tx, &client, &mut underway).await?;
            self.save_process(&mut tx, &client, &before, &mut underway.process)
                .await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Tells a process what became of its background check; false where nothing has yet.
    async fn hear_check(&self, client: &Client, underway: &mut Underway, id: CheckId) -> AppResult<bool> {
        let now = self.now(client);
        let score = match self.known(client.id, id).await {
            Ok(known) if !known.check.status.is_final() => return Ok(false),
            Ok(known) if known.check.status == CheckStatus::Completed => {
                #[expect(clippy::cast_precision_loss, reason = "a score has at most six digits")]
                let score = known.scores.score.millionths() as f64 / 1_000_000.0;
                Some(score)
            }
            // It ended in error, or somebody deleted it.
            Ok(_) | Err(AppError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        underway.process.checked(&underway.spec, id, score, now);
        Ok(true)
    }
}
