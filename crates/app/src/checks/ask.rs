//! Asking one source in a job of its own, and ending checks whose time is over.

use std::time::Duration;

use cotejo_domain::{
    checks::{Check, DataSet, InputField, Inputs, Run, RunStatus, outcome},
    clients::Client,
    ids::{CheckId, ClientId},
    sources::{Driver, Source},
    time::Timestamp,
};
use cotejo_queue::{Lease, Outcome};
use sqlx::PgConnection;

use super::{
    engine::{Asker, Heard, NAME_INPUTS, NAME_PAUSE, Progress, known_name, with_name},
    jobs::{SourcePayload, count},
    settle::Settlement,
};
use crate::{App, AppResult};

impl App {
    /// Asks a source of a check that is under way, and writes what it said.
    pub(super) async fn ask_source(&self, lease: &Lease, payload: &SourcePayload) -> AppResult<Outcome> {
        let Some((client, check, runs)) = self.under_way(payload).await? else {
            return self.drop_lease(lease).await;
        };
        let waiting = runs
            .iter()
            .any(|run| run.source == payload.source && run.status.is_open());
        let (Some(source), true) = (self.inner.catalogue.get(&payload.source), waiting) else {
            return self.drop_lease(lease).await;
        };
        let now = self.now(&client);
        let attempt = u32::try_from(lease.attempts).unwrap_or(1);
        let asker = Asker {
            client: &client,
            check: &check,
            now,
            attempt,
        };
        let mut heard = match inputs_for(source, &check, &runs) {
            Named::Ready(inputs) => self.hear(asker, source, &inputs).await?,
            Named::Awaited => Heard::Open(RunStatus::NotStarted, NAME_PAUSE),
            Named::Unknown => Heard::Missing(NAME_INPUTS.to_vec()),
        };
        let files = self.keep_attachments(&check, source, &mut heard).await?;
        let again = match &heard {
            Heard::Open(_, pause) => Some(*pause),
            _ => None,
        };
        self.resume(lease, &client, check.id, again, |progress, now| {
            let from = progress
                .runs
                .iter()
                .position(|run| run.source == source.key)
                .unwrap_or(progress.runs.len());
            progress.apply(from, &source.key, heard, now);
            progress.files = files;
            // The job itself is put back; no second one is made.
            progress.later.clear();
        })
        .await
    }

    /// Ends a check whose time is over: its open sources are expired.
    pub(super) async fn expire_check(&self, lease: &Lease, payload: &SourcePayload) -> AppResult<Outcome> {
        let Some((client, check, _)) = self.under_way(payload).await? else {
            return self.drop_lease(lease).await;
        };
        let now = self.now(&client);
        let lasts = client
            .settings
            .max_duration(check.country, check.inputs.get(InputField::Region));
        let left = check.deadline(lasts, now).nanos() - now.nanos();
        if left > 0 {
            return Ok(Outcome::Later(Duration::from_nanos(left.unsigned_abs())));
        }
        self.resume(lease, &client, check.id, None, |progress, now| {
            let open = progress.runs.iter_mut().filter(|run| run.status.is_open());
            open.for_each(|run| run.set_status(RunStatus::Expired, now));
        })
        .await
    }

    /// The check of a job with its client and runs; `None` if it has ended or is gone.
    async fn under_way(&self, payload: &SourcePayload) -> AppResult<Option<(Client, Check, Vec<Run>)>> {
        let (client, id) = (ClientId(payload.client), CheckId(payload.check));
        let mut conn = self.inner.pool.acquire().await?;
        let Some(check) = cotejo_store::checks::find(&mut conn, client, id, false).await? else {
            return Ok(None);
        };
        if check.status.is_final() {
            return Ok(None);
        }
        let client = cotejo_store::clients::many(&mut conn, &[client.0]).await?.pop();
        let runs = cotejo_store::runs::of_checks(&mut conn, check.client, &[id.0])
            .await?
            .remove(&id);
        Ok(client.map(|client| (client, check, runs.unwrap_or_default())))
    }

    /// Changes a check under its lock and writes the change together with the job's end, or, with `again`, together
    /// with its being put back.
    async fn resume(
        &self,
        lease: &Lease,
        client: &Client,
        id: CheckId,
        again: Option<Duration>,
        change: impl FnOnce(&mut Progress, Timestamp),
    ) -> AppResult<Outcome> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let held = match again {
            Some(pause) => cotejo_queue::reschedule(&mut tx, lease, pause).await?,
            None => !cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty(),
        };
        if !held {
            return Ok(Outcome::Done);
        }
        // Others may have changed the check since it was read: what is changed is what is under the lock.
        if let Some(mut progress) = self.locked(&mut tx, client.id, id).await? {
            let before = progress.check.status;
            let now = self.now(client);
            progress.since = now;
            change(&mut progress, now);
            let check = &progress.check;
            let status = outcome::status(&progress.runs, check.weights());
            if status != before {
                progress.check.enter(status, now);
            }
            self.settle(
                &mut tx,
                &[Settlement {
                    client,
                    before,
                    progress: &progress,
                }],
            )
            .await?;
            tx.commit().await?;
            count(&progress.check);
        } else {
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }

    async fn locked(
        &self,
        tx: &mut PgConnection,
        client: ClientId,
        id: CheckId,
    ) -> AppResult<Option<Progress>> {
        let Some(check) = cotejo_store::checks::find(&mut *tx, client, id, true).await? else {
            return Ok(None);
        };
        if check.status.is_final() {
            return Ok(None);
        }
        let runs = cotejo_store::runs::of_checks(tx, client, &[id.0])
            .await?
            .remove(&id)
            .unwrap_or_default();
        let since = check.updated;
        Ok(Some(Progress {
            check,
            runs,
            since,
            findings: Vec::new(),
            later: Vec::new(),
            heard: Vec::new(),
            files: Vec::new(),
        }))
    }
}

/// The inputs that a source is asked with.
enum Named {
    Ready(Inputs),
    /// An identity registry may still tell the name.
    Awaited,
    /// Nobody knows the name.
    Unknown,
}

/// A source that is asked by name alone needs a name, and a list is better asked with one: the given one, or the one
/// that an identity registry knows.
fn inputs_for(source: &Source, check: &Check, runs: &[Run]) -> Named {
    let ready = source
        .inputs
        .iter()
        .any(|alternative| alternative.iter().all(|field| check.inputs.has(*field)));
    let wants_name = source.driver == Driver::Watchlist && check.inputs.full_name().is_none();
    if ready && !wants_name {
        return Named::Ready(check.inputs.clone());
    }
    let awaited = runs
        .iter()
        .any(|run| run.data_set == Some(DataSet::PersonalIdentity) && run.status.is_open());
    match known_name(runs) {
        Some(person) => Named::Ready(with_name(&check.inputs, person)),
        None if awaited => Named::Awaited,
        None if ready => Named::Ready(check.inputs.clone()),
        None => Named::Unknown,
    }
}
