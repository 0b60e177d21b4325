//! When a list changes: who under continuous checks is screened again.
//!
//! Not everybody, but those whose answer can change: whose newest run hit an entry that changed or is gone, and whom the
//! rules take for an entry that is new or says something else. The changed entries are few, so that everybody is held
//! against a small index of them, and only those who resemble one are judged.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use cotejo_domain::{
    checks::{Facts, InputField, Inputs},
    clients::Client,
    ids::{ClientId, ContinuousCheckId},
    screening::{
        Entry, Subject, WORTH_A_LOOK,
        index::{Builder, Index},
        judge, listed_spellings, spellings,
    },
};
use cotejo_queue::{Handler, Lane, Lease, NewJob, Outcome};
use cotejo_store::{
    continuous::{self as store, Watched},
    watchlists,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use uuid::Uuid;

use super::run::run_job;

use crate::{
    App, AppError, AppResult,
    jobs::{outcome, payload},
};

/// Kind of the job that finds out whom a list's change concerns.
const CHANGED_JOB: &str = "lists.changed";

/// How many differences are read at a time.
const DIFFERENCES: i64 = 1000;

/// How many people are looked at at a time.
const PEOPLE: i64 = 500;

/// The lane of work that is no client's.
const NOBODYS: Uuid = Uuid::nil();

#[derive(Serialize, Deserialize)]
struct ChangedPayload {
    list: String,
    from: i64,
    to: i64,
}

/// The job that follows a new version of a list.
pub(crate) fn list_changed(app: &App, list: &str, from: i64, to: i64) -> NewJob {
    let payload = ChangedPayload {
        list: list.to_owned(),
        from,
        to,
    };
    NewJob {
        id: app.ids().uuid(app.clock().now()),
        kind: CHANGED_JOB,
        payload: serde_json::json!(payload).to_string(),
        lane: Lane::of(NOBODYS, 2),
        after: Duration::ZERO,
        key: None,
        clock: None,
    }
}

/// Screens people again whose answer a list's change can change.
pub struct ScreenAgain(pub App);

#[async_trait]
impl Handler for ScreenAgain {
    fn kind(&self) -> &'static str {
        CHANGED_JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(leases.len());
        for lease in leases {
            outcomes.push(outcome(self.0.screen_again(lease).await));
        }
        outcomes
    }
}

/// What a new version of a list says anew.
#[derive(Default)]
struct News {
    /// Every entry that differs, by id.
    touched: Vec<String>,
    /// What the entries say that are there now.
    entries: Vec<Entry>,
}

/// The news, ready to be asked.
struct Asked {
    entries: Vec<Entry>,
    index: Index,
    numbers: HashMap<String, Vec<usize>>,
}

impl News {
    fn ready(self) -> Asked {
        let mut builder = Builder::new();
        let mut numbers: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            for (name, _) in entry.names() {
                builder.add(
                    u32::try_from(place).unwrap_or(u32::MAX),
                    entry.kind.name_kind(),
                    name,
                );
            }
            for document in &entry.documents {
                let country = document.country.as_deref();
                for number in listed_spellings(&document.kind, country, &document.number) {
                    numbers.entry(number).or_default().push(place);
                }
            }
        }
        Asked {
            index: builder.build(),
            numbers,
            entries: self.entries,
        }
    }
}

impl Asked {
    /// Whether a subject is taken for any of the entries.
    fn concerns(&self, subject: &Subject, client: &Client) -> bool {
        let by_number = subject
            .documents
            .iter()
            .flat_map(|document| spellings(document.class, document.country, &document.number))
            .flat_map(|number| self.numbers.get(&number).into_iter().flatten().copied());
        let named = subject
            .name
            .iter()
            .flat_map(|name| self.index.search(name, subject.kind, WORTH_A_LOOK))
            .map(|found| found.entry as usize);
        by_number.chain(named).any(|place| {
            let entry = self.entries.get(place);
            entry.is_some_and(|entry| judge(subject, entry, client.settings.names_matching_type).is_some())
        })
    }
}

impl App {
    async fn screen_again(&self, lease: &Lease) -> AppResult<Outcome> {
        let changed: ChangedPayload = payload(lease)?;
        let news = self.news(&changed).await?;
        let touched = news.touched.clone();
        let asked = tokio::task::spawn_blocking(move || news.ready())
            .await
            .map_err(AppError::internal)?;
        let (mut after, mut concerned) = ((Uuid::nil(), Uuid::nil()), 0_usize);
        loop {
            let mut conn = self.inner.pool.acquire().await?;
            let people = store::watched(&mut conn, after, &changed.list, &touched, PEOPLE).await?;
            let Some(last) = people.last() else { break };
            after = (last.client.0, last.id.0);
            let mut ids: Vec<Uuid> = people.iter().map(|person| person.client.0).collect();
            ids.dedup();
            let clients: BTreeMap<ClientId, Client> = cotejo_store::clients::many(&mut conn, &ids)
                .await?
                .into_iter()
                .map(|client| (client.id, client))
                .collect();
            let jobs: Vec<NewJob> = people
                .iter()
                .filter_map(|person| {
                    let client = clients.get(&person.client)?;
                    let concerns = person.hit || asked.concerns(&subject(person), client);
                    let job = || {
                        run_job(
                            job_of(person.id, changed.to),
                            client,
                            person.id,
                            Duration::ZERO,
                            true,
                        )
                    };
                    concerns.then(job)
                })
                .collect();
            concerned += jobs.len();
            cotejo_queue::enqueue(&mut conn, &jobs).await?;
        }
        tracing::info!(
            list.key = changed.list,
            list.version = changed.to,
            entries = touched.len(),
            people = concerned,
            "a list changed, and whom it concerns is screened again"
        );
        let mut conn = self.inner.pool.acquire().await?;
        cotejo_queue::finish(&mut conn, &[lease]).await?;
        Ok(Outcome::Done)
    }

    async fn news(&self, changed: &ChangedPayload) -> AppResult<News> {
        let mut conn = self.inner.pool.acquire().await?;
        let (mut news, mut after) = (News::default(), String::new());
        let between = (changed.from, changed.to);
        loop {
            let page =
                watchlists::differences(&mut conn, &changed.list, between, &after, DIFFERENCES).await?;
            let Some(last) = page.last() else { return Ok(news) };
            after.clone_from(&last.entry);
            for difference in page {
                if let Some(body) = &difference.body_after {
                    news.entries
                        .push(serde_json::from_str(body).map_err(AppError::internal)?);
                }
                news.touched.push(difference.entry);
            }
        }
    }
}

/// The run that a version causes is one run, even if this work is done twice because a worker died over it.
fn job_of(id: ContinuousCheckId, version: i64) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(id.0.as_bytes());
    hash.update(version.to_be_bytes());
    let mut job = [0; 16];
    job.copy_from_slice(&hash.finalize()[..16]);
    Uuid::from_bytes(job)
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
