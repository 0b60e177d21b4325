//! The jobs of checks, batch by batch: thin handlers over the engine.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use cotejo_domain::{
    checks::{Check, CheckStatus},
    clients::Client,
    ids::{CheckId, ClientId},
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::create::CHECK_JOB;
use futures_util::future::join_all;
use serde::Deserialize;
use std::time::Duration;
use uuid::Uuid;

use super::{
    engine::Progress,
    settle::{EXPIRE_JOB, SOURCE_JOB, Settlement},
};
use crate::{
    App, AppResult,
    jobs::{chain, outcome, payload},
};

/// Starts checks: asks all sources that answer at once.
pub struct StartChecks(pub App);

/// Asks one source that has a job of its own.
pub struct AskSource(pub App);

/// Ends checks whose time is over.
pub struct ExpireChecks(pub App);

/// How long a check waits when its client has as many under way as it may.
const QUEUE_PAUSE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct CheckPayload {
    client: Uuid,
    /// A list and the version of it that has to be asked at least: what the check is a run because of.
    #[serde(default)]
    list: Option<(String, i64)>,
}

/// Payload of the jobs that are about one source, or about the end, of a check.
#[derive(Deserialize)]
pub(super) struct SourcePayload {
    pub client: Uuid,
    pub check: Uuid,
    pub source: String,
}

#[async_trait]
impl Handler for StartChecks {
    fn kind(&self) -> &'static str {
        CHECK_JOB
    }

    fn batch(&self) -> u16 {
        16
    }

    fn concurrency(&self) -> usize {
        2
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        match self.0.start_checks(leases).await {
            Ok(outcomes) => outcomes,
            Err(error) if leases.len() == 1 => vec![Outcome::Failed(chain(&error))],
            Err(error) => {
                // One bad check must not hold the others back.
                tracing::warn!(error = %chain(&error), "a batch of checks failed and is tried one by one");
                let mut outcomes = Vec::with_capacity(leases.len());
                for lease in leases {
                    outcomes.push(match self.0.start_checks(std::slice::from_ref(lease)).await {
                        Ok(mut outcomes) => outcomes.pop().unwrap_or(Outcome::Done),
                        Err(error) => Outcome::Failed(chain(&error)),
                    });
                }
                outcomes
            }
        }
    }
}

#[async_trait]
impl Handler for AskSource {
    fn kind(&self) -> &'static str {
        SOURCE_JOB
    }

    fn concurrency(&self) -> usize {
        64
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(leases.iter().map(|lease| async move {
            outcome(match payload(lease) {
                Ok(payload) => self.0.ask_source(lease, &payload).await,
                Err(error) => Err(error),
            })
        }))
        .await
    }
}

#[async_trait]
impl Handler for ExpireChecks {
    fn kind(&self) -> &'static str {
        EXPIRE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(leases.iter().map(|lease| async move {
            outcome(match payload(lease) {
                Ok(payload) => self.0.expire_check(lease, &payload).await,
                Err(error) => Err(error),
            })
        }))
        .await
    }
}

impl App {
    /// Starts a batch of checks. Nothing is written unless all of it is.
    async fn start_checks(&self, leases: &[Lease]) -> AppResult<Vec<Outcome>> {
        let mut wanted = Vec::with_capacity(leases.len());
        let mut held_back = BTreeSet::new();
        for lease in leases {
            let payload: CheckPayload = payload(lease)?;
            wanted.push((ClientId(payload.client), CheckId(lease.id)));
            if let Some((list, version)) = &payload.list
                && self
                    .inner
                    .sources
                    .watchlist
                    .snapshots()
                    .at_least(list, *version)
                    .await?
                    .is_none()
            {
                held_back.insert(lease.id);
            }
        }
        let batch = self.load_batch(&wanted).await?;
        held_back.extend(batch.over_the_limit(leases));
        let starting = batch
            .checks
            .values()
            .filter(|check| check.status == CheckStatus::NotStarted && !held_back.contains(&check.id.0));
        let asked = starting.filter_map(|check| Some((batch.clients.get(&check.client)?, check.clone())));
        let progress = join_all(asked.map(|(client, check)| self.start_check(client, check))).await;
        let progress = progress.into_iter().collect::<AppResult<Vec<Progress>>>()?;
        let finishing: Vec<&Lease> = leases
            .iter()
            .filter(|lease| !held_back.contains(&lease.id))
            .collect();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let finished: BTreeSet<Uuid> = cotejo_queue::finish(&mut tx, &finishing)
            .await?
            .into_iter()
            .collect();
        let still_there = cotejo_store::checks::lock(&mut tx, &wanted).await?;
        let settled: Vec<Settlement<'_>> = progress
            .iter()
            .filter(|progress| {
                finished.contains(&progress.check.id.0) && still_there.contains(&progress.check.id)
            })
            .filter_map(|progress| {
                let client = batch.clients.get(&progress.check.client)?;
                Some(Settlement {
                    client,
                    before: CheckStatus::NotStarted,
                    progress,
                })
            })
            .collect();
        self.settle(&mut tx, &settled).await?;
        tx.commit().await?;
        for settlement in &settled {
            count(&settlement.progress.check);
        }
        Ok(leases
            .iter()
            .map(|lease| {
                if held_back.contains(&lease.id) {
                    Outcome::Later(QUEUE_PAUSE)
                } else {
                    Outcome::Done
                }
            })
            .collect())
    }

    async fn load_batch(&self, wanted: &[(ClientId, CheckId)]) -> AppResult<Batch> {
        let mut ids: Vec<Uuid> = wanted.iter().map(|(client, _)| client.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut conn = self.inner.pool.acquire().await?;
        let checks = cotejo_store::checks::load(&mut conn, wanted).await?;
        let clients = cotejo_store::clients::many(&mut conn, &ids).await?;
        let working = cotejo_store::checks::working(&mut conn, &ids).await?;
        Ok(Batch {
            checks: checks.into_iter().map(|check| (check.id, check)).collect(),
            clients: clients.into_iter().map(|client| (client.id, client)).collect(),
            working: working.into_iter().collect(),
        })
    }
}

/// Counts a check that has ended.
pub(super) fn count(check: &Check) {
    if check.status.is_final() {
        metrics::counter!("cotejo_checks_finished_total", "status" => check.status.as_str()).increment(1);
    }
}

struct Batch {
    checks: BTreeMap<CheckId, Check>,
    clients: BTreeMap<ClientId, Client>,
    working: BTreeMap<ClientId, i64>,
}

impl Batch {
    /// The jobs of clients that have as many checks under way as they may.
    fn over_the_limit(&self, leases: &[Lease]) -> BTreeSet<Uuid> {
        let mut room: BTreeMap<ClientId, i64> = self
            .clients
            .values()
            .map(|client| {
                let limit = i64::from(client.settings.concurrent_checks);
                (
                    client.id,
                    limit - self.working.get(&client.id).copied().unwrap_or(0),
                )
            })
            .collect();
        let mut held_back = BTreeSet::new();
        for lease in leases {
            let Some(check) = self.checks.get(&CheckId(lease.id)) else {
                continue;
            };
            let room = room.entry(check.client).or_insert(0);
            if *room <= 0 {
                held_back.insert(lease.id);
            }
            *room -= 1;
        }
        held_back
    }
}
