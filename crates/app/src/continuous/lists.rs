//! When a list changes: who under continuous checks is screened again.
//!
//! Not everybody, but those whose answer changes. What a list says about a person is the entries that are hit and what
//! each says; the newest run keeps both, and the new version is asked for them in memory. Only where the two differ the
//! person is checked again, at once and besides the rhythm.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_trait::async_trait;
use cotejo_domain::{
    checks::{Facts, InputField, Inputs},
    clients::Client,
    hex::hex,
    ids::{ClientId, ContinuousCheckId, derived},
    screening::Subject,
};
use cotejo_providers::screening::Snapshot;
use cotejo_queue::{Handler, Lane, Lease, NewJob, Outcome};
use cotejo_store::continuous::{self as store, Watched};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::run::{Cause, run_job};
use crate::{
    App, AppResult,
    jobs::{one_by_one, payload},
};

/// Kind of the job that finds out whom a list's change concerns.
const CHANGED_JOB: &str = "lists.changed";

/// How many people are looked at at a time.
const PEOPLE: i64 = 500;

/// How long the job waits for a version that is not in this process's memory yet.
const NOT_READY: Duration = Duration::from_secs(2);

/// The lane of work that is no client's, behind what people wait for.
const NOBODYS: (Uuid, i16) = (Uuid::nil(), 2);

#[derive(Serialize, Deserialize)]
struct ChangedPayload {
    list: String,
    version: i64,
}

/// The job that follows a new version of a list.
pub(crate) fn list_changed(app: &App, list: &str, version: i64) -> NewJob {
    let payload = ChangedPayload {
        list: list.to_owned(),
        version,
    };
    NewJob {
        id: app.ids().uuid(app.clock().now()),
        kind: CHANGED_JOB,
        payload: serde_json::json!(payload).to_string(),
        lane: Lane::of(NOBODYS.0, NOBODYS.1),
        after: Duration::ZERO,
        key: None,
        clock: None,
    }
}

/// Screens people again whose answer a list's change changes.
pub struct ScreenAgain(pub App);

#[async_trait]
impl Handler for ScreenAgain {
    fn kind(&self) -> &'static str {
        CHANGED_JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.screen_again(lease)).await
    }
}

impl App {
    async fn screen_again(&self, lease: &Lease) -> AppResult<Outcome> {
        let changed: ChangedPayload = payload(lease)?;
        let snapshots = self.inner.sources.watchlist.snapshots();
        let Some(list) = snapshots.at_least(&changed.list, changed.version).await? else {
            return Ok(Outcome::Later(NOT_READY));
        };
        let (mut after, mut jobs) = ((Uuid::nil(), Uuid::nil()), Vec::new());
        loop {
            let mut conn = self.inner.pool.acquire().await?;
            let people = store::watched(&mut conn, after, &changed.list, PEOPLE).await?;
            let Some(last) = people.last() else { break };
            after = (last.client.0, last.id.0);
            let mut ids: Vec<Uuid> = people.iter().map(|person| person.client.0).collect();
            ids.dedup();
            let clients: BTreeMap<ClientId, Client> = cotejo_store::clients::many(&mut conn, &ids)
                .await?
                .into_iter()
                .map(|client| (client.id, client))
                .collect();
            drop(conn);
            for person in &people {
                let Some(client) = clients.get(&person.client) else {
                    continue;
                };
                if self.asks(person, &changed.list) && self.says(&list, client, person).await? != person.hits
                {
                    let job = job_of(person.id, list.version());
                    let cause = Cause::List(changed.list.clone(), list.version());
                    jobs.push(run_job(job, client, person.id, Duration::ZERO, cause));
                }
            }
        }
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        cotejo_queue::enqueue(&mut tx, &jobs).await?;
        tx.commit().await?;
        tracing::info!(
            list.key = changed.list,
            list.version = list.version(),
            people = jobs.len(),
            "a list changed, and whom it concerns is screened again"
        );
        Ok(Outcome::Done)
    }

    /// Whether a person's check asks the list at all: one of a custom type may not.
    fn asks(&self, person: &Watched, list: &str) -> bool {
        let Some(custom) = &person.custom else { return true };
        let feeds = self.inner.catalogue.of(person.country);
        feeds
            .filter(|source| source.list.as_deref() == Some(list))
            .flat_map(|source| &source.data_sets)
            .any(|data_set| custom.weights.contains_key(data_set))
    }

    /// What a list says about a person now.
    async fn says(
        &self,
        list: &Snapshot,
        client: &Client,
        person: &Watched,
    ) -> AppResult<BTreeSet<(String, String)>> {
        let by = client.settings.names_matching_type;
        let hits = self
            .inner
            .sources
            .watchlist
            .hits(list, &subject(person), by)
            .await?;
        Ok(hits
            .into_iter()
            .map(|hit| (hit.entry.entry_id, hex(&hit.digest)))
            .collect())
    }
}

/// The run that a version causes is one run, even if this work is done twice because a worker died over it.
fn job_of(id: ContinuousCheckId, version: i64) -> Uuid {
    derived(&[id.0.as_bytes(), &version.to_be_bytes()])
}

/// Whom the lists are asked about, with the name that an identity registry told where none was given.
fn subject(person: &Watched) -> Subject {
    let mut inputs: Inputs = person.inputs.clone();
    let known: Option<Facts> = person
        .facts
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    if inputs.full_name().is_none()
        && let Some(known) = known.and_then(|facts| facts.person)
    {
        inputs.set(InputField::FirstName, known.first_name);
        inputs.set(InputField::LastName, known.last_name);
    }
    Subject::of(person.check_type, person.country, &inputs)
}
