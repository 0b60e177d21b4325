//! Writing what became of checks: one transaction for any number of them.

use std::{collections::BTreeMap, time::Duration};

use cotejo_domain::{
    checks::{Check, CheckStatus, CheckType, InputField},
    clients::Client,
    contacts::phone,
    events::{EventAction, EventType, NewEvent},
    ids::{EventId, MessageId},
    messages::{Channel, Message, MessageState, notice_of_check},
};
use cotejo_queue::{Lane, NewJob};
use cotejo_store::{checks::Change, findings::Placed, health::Tally};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    body::{self, RENDER_VERSION},
    create::queue_priority,
    engine::Progress,
};
use crate::{App, continuous::compare::Ended};

/// Kind of the job that asks one source.
pub(crate) const SOURCE_JOB: &str = "check.source";
/// Kind of the job that ends a check whose time is over.
pub(crate) const EXPIRE_JOB: &str = "check.expire";

/// A check whose state is to be written.
pub(crate) struct Settlement<'a> {
    pub client: &'a Client,
    /// The status it had before.
    pub before: CheckStatus,
    pub progress: &'a Progress,
}

impl App {
    /// Writes runs, findings, jobs, statuses, bodies, events and health of checks. The caller holds the leases and the
    /// checks' locks.
    pub(crate) async fn settle(
        &self,
        conn: &mut PgConnection,
        settled: &[Settlement<'_>],
    ) -> sqlx::Result<()> {
        if settled.is_empty() {
            return Ok(());
        }
        let bodies: Vec<Rendered> = settled
            .iter()
            .map(|settlement| self.rendered(settlement))
            .collect();
        let runs: Vec<_> = each(settled, |check, progress| {
            let changed = progress.runs.iter().filter(|run| run.updated >= progress.since);
            changed.map(move |run| (check.client, check.id, run))
        });
        cotejo_store::runs::save(&mut *conn, &runs).await?;
        cotejo_store::findings::insert(&mut *conn, &placed(settled)).await?;
        let files = settled.iter().flat_map(|settlement| &settlement.progress.files);
        self.put_files(&mut *conn, &files.collect::<Vec<_>>()).await?;
        let changes: Vec<Change<'_>> = settled
            .iter()
            .zip(&bodies)
            .map(|(settlement, rendered)| Change {
                check: &settlement.progress.check,
                body: settlement
                    .progress
                    .check
                    .status
                    .is_final()
                    .then(|| rendered.body.clone()),
                render_version: RENDER_VERSION,
            })
            .collect();
        cotejo_store::checks::update(&mut *conn, &changes).await?;
        let ended = settled.iter().zip(&bodies).filter_map(|(settlement, rendered)| {
            let check = &settlement.progress.check;
            check.status.is_final().then(|| Ended {
                client: settlement.client,
                check: check.id,
                body: &rendered.body,
                at: check.updated,
            })
        });
        self.compare_runs(&mut *conn, &ended.collect::<Vec<_>>()).await?;
        let events: Vec<NewEvent> = settled
            .iter()
            .zip(bodies)
            .flat_map(|(settlement, rendered)| self.events(settlement, rendered))
            .collect();
        cotejo_store::events::insert(&mut *conn, &events).await?;
        cotejo_queue::enqueue(&mut *conn, &self.jobs(settled)).await?;
        let notices = self.notices(settled);
        let put = cotejo_store::messages::insert(&mut *conn, &notices).await?;
        let waiting = notices
            .iter()
            .filter(|notice| notice.state == MessageState::Waiting && put.contains(&notice.id));
        let sending: Vec<NewJob> = waiting.map(|notice| self.send_job(notice)).collect();
        cotejo_queue::enqueue(&mut *conn, &sending).await?;
        for settlement in settled
            .iter()
            .filter(|settlement| settlement.progress.check.status == CheckStatus::Error)
        {
            let check = &settlement.progress.check;
            cotejo_store::create::step_back(&mut *conn, check.client, check.id).await?;
        }
        // Last, because many writers share these rows and wait for each other until the commit.
        cotejo_store::health::add(conn, &self.tallies(settled)).await
    }

    fn rendered(&self, settlement: &Settlement<'_>) -> Rendered {
        let progress = settlement.progress;
        let body = body::render(self.inner.catalogue, &progress.check, &progress.runs);
        let started = (settlement.before == CheckStatus::NotStarted).then(|| {
            let mut check = progress.check.clone();
            check.status = CheckStatus::InProgress;
            body::render(self.inner.catalogue, &check, &[])
        });
        Rendered { started, body }
    }

    /// The events of a change of status: `started` when the check left the queue, then what it came to.
    fn events(&self, settlement: &Settlement<'_>, rendered: Rendered) -> Vec<NewEvent> {
        let check = &settlement.progress.check;
        let event = |action, resource_version, body| NewEvent {
            id: EventId(self.ids().uuid(check.updated)),
            client: check.client,
            event_type: EventType::Check,
            action,
            resource: check.id.0,
            resource_version,
            created: check.updated,
            body,
        };
        let mut events = Vec::new();
        if let Some(body) = rendered.started {
            events.push(event(EventAction::Started, 2, body));
        }
        let action = match check.status {
            CheckStatus::Completed | CheckStatus::Error => Some(EventAction::Finished),
            CheckStatus::Delayed => Some(EventAction::Delayed),
            CheckStatus::NotStarted | CheckStatus::InProgress => None,
        };
        if let Some(action) = action.filter(|_| check.status != settlement.before) {
            events.push(event(action, check.version, rendered.body));
        }
        events
    }

    /// The notices by law of checks that have just started: to the person, by phone, once a check. A live client's go
    /// nowhere without a gateway, or to what is no number.
    fn notices(&self, settled: &[Settlement<'_>]) -> Vec<Message> {
        let starting = settled.iter().filter(|settlement| {
            let settings = &settlement.client.settings;
            settlement.before == CheckStatus::NotStarted
                && (settlement.client.is_sandbox() || self.inner.gateway.is_some())
                && settings.notice_by_law
        });
        starting
            .filter_map(|settlement| {
                let check = &settlement.progress.check;
                let given = check.inputs.get(InputField::PhoneNumber)?;
                let (to, state) = if settlement.client.is_sandbox() {
                    (given.to_owned(), MessageState::Outbox)
                } else {
                    (phone(given)?, MessageState::Waiting)
                };
                (check.check_type == CheckType::Person).then(|| Message {
                    client: check.client,
                    id: MessageId(self.ids().uuid(check.updated)),
                    channel: Channel::Sms,
                    to,
                    subject: String::new(),
                    body: notice_of_check(&settlement.client.name, check.country).body,
                    code: String::new(),
                    state,
                    resource: Some(check.id.0),
                    purpose: "check.notice",
                    created: check.updated,
                })
            })
            .collect()
    }

    /// The jobs that checks lead to. They are made once, under the lease of the job before them, so that new ids, in
    /// the order of time, are the right ones.
    fn jobs(&self, settled: &[Settlement<'_>]) -> Vec<NewJob> {
        let mut jobs = Vec::new();
        for settlement in settled {
            let check = &settlement.progress.check;
            let later = settlement.progress.later.iter();
            jobs.extend(
                later.map(|(source, pause)| {
                    self.check_job(settlement.client, check, SOURCE_JOB, source, *pause)
                }),
            );
            let left_queue = settlement.before == CheckStatus::NotStarted && !check.status.is_final();
            if left_queue {
                let lasts = settlement
                    .client
                    .settings
                    .max_duration(check.country, check.inputs.get(InputField::Region));
                jobs.push(self.expire_job(settlement.client, check, Duration::from_secs(lasts.into())));
            }
        }
        jobs
    }

    /// The job that ends a check whose time is over, after so long.
    pub(crate) fn expire_job(&self, client: &Client, check: &Check, after: Duration) -> NewJob {
        self.check_job(client, check, EXPIRE_JOB, "", after)
    }

    /// A job of a check; of one source, if it names one.
    fn check_job(
        &self,
        client: &Client,
        check: &Check,
        kind: &'static str,
        source: &str,
        after: Duration,
    ) -> NewJob {
        NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind,
            payload: serde_json::json!({ "client": check.client.0, "check": check.id.0, "source": source })
                .to_string(),
            lane: Lane::of(check.client.0, queue_priority(check.priority)),
            after,
            key: None,
            clock: client.is_sandbox().then_some(check.client.0),
        }
    }
}

struct Rendered {
    /// The check as it started, if it has just started.
    started: Option<String>,
    /// The check as it is now.
    body: String,
}

fn each<'a, T, I: Iterator<Item = T>>(
    settled: &'a [Settlement<'a>],
    of: impl Fn(&'a Check, &'a Progress) -> I,
) -> Vec<T> {
    settled
        .iter()
        .flat_map(|settlement| of(&settlement.progress.check, settlement.progress))
        .collect()
}

fn placed<'a>(settled: &'a [Settlement<'a>]) -> Vec<Placed<'a>> {
    let mut placed = Vec::new();
    for settlement in settled {
        let check = &settlement.progress.check;
        let mut place: Option<(i16, i16)> = None;
        for (run, finding) in &settlement.progress.findings {
            let seq = place
                .filter(|(last, _)| last == run)
                .map_or(0, |(_, seq)| seq + 1);
            place = Some((*run, seq));
            placed.push(Placed {
                client: check.client,
                check: check.id,
                run: *run,
                seq,
                finding,
            });
        }
    }
    placed
}

impl App {
    /// How the sources answered, summed up in the order in which every writer locks their rows.
    fn tallies(&self, settled: &[Settlement<'_>]) -> Vec<Tally> {
        let mut sums: BTreeMap<(Uuid, &str), Tally> = BTreeMap::new();
        for settlement in settled {
            let client = settlement.progress.check.client.0;
            for (source, answered) in &settlement.progress.heard {
                let sum = sums.entry((client, source)).or_insert_with(|| Tally {
                    client,
                    source: source.clone(),
                    at: self.now(settlement.client).to_datetime(),
                    answered: 0,
                    failed: 0,
                });
                *(if *answered {
                    &mut sum.answered
                } else {
                    &mut sum.failed
                }) += 1;
            }
        }
        sums.into_values().collect()
    }
}
