//! Asking rules about new events.

use async_trait::async_trait;
use cotejo_domain::{
    ids::{ClientId, DeliveryId},
    rules::Rule,
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{deliveries, events::Range, rules::Firing};
use futures_util::future::join_all;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{TargetPayload, wire_of};
use crate::{
    App, AppResult,
    hooks::DELIVER_JOB,
    jobs::{outcome, payload},
};

/// Kind of the job that asks a client's rules about new events.
pub(crate) const JUDGE_JOB: &str = "rules.judge";

/// Most events that are judged in one transaction.
const JUDGED: i64 = 200;

/// Asks rules about new events.
pub struct JudgeRules(pub App);

#[async_trait]
impl Handler for JudgeRules {
    fn kind(&self) -> &'static str {
        JUDGE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.judge(lease).await.map(|()| Outcome::Done)) }),
        )
        .await
    }
}

impl App {
    /// Asks a client's rules about the events that they were not asked about. The job of the client does it alone.
    pub(crate) async fn judge(&self, lease: &Lease) -> AppResult<()> {
        let payload: TargetPayload = payload(lease)?;
        let client = ClientId(payload.client);
        loop {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            if !cotejo_queue::hold(&mut tx, lease).await? {
                return Ok(());
            }
            let more = self.judge_batch(&mut tx, client).await?;
            if !more {
                cotejo_queue::finish(&mut tx, &[lease]).await?;
                // Whoever numbered events before the job's row was ours is seen now; whoever does it later wakes the
                // job again.
                if self.judge_batch(&mut tx, client).await? {
                    let again = self.job_for(JUDGE_JOB, client, false, client.0);
                    cotejo_queue::wake(&mut tx, &[again]).await?;
                }
                tx.commit().await?;
                return Ok(());
            }
            tx.commit().await?;
        }
    }

    /// Judges a batch; says whether there may be more.
    async fn judge_batch(&self, conn: &mut PgConnection, client: ClientId) -> AppResult<bool> {
        let rules = cotejo_store::rules::enabled(&mut *conn, client).await?;
        let cursor = cotejo_store::rules::cursor(&mut *conn, client).await?;
        let Some(first) = rules.iter().map(|rule| rule.from_sequence).min() else {
            return Ok(false);
        };
        let range = Range {
            after: cursor.max(first),
            limit: JUDGED,
            ..Range::default()
        };
        let events = cotejo_store::events::list(&mut *conn, client, range).await?;
        let Some(last) = events.last().map(|event| event.sequence) else {
            return Ok(false);
        };
        let tenant = cotejo_store::clients::find(&mut *conn, client).await?;
        let Some(tenant) = tenant else { return Ok(false) };
        let now = self.now(&tenant);
        let mut firings = Vec::new();
        for event in &events {
            let looking: Vec<&Rule> = rules
                .iter()
                .filter(|rule| {
                    event.sequence > rule.from_sequence
                        && rule.definition.looks_at(event.event_type, event.action)
                })
                .collect();
            if looking.is_empty() {
                continue;
            }
            let wire = wire_of(event)?;
            let fired = looking.into_iter().filter(|rule| rule.definition.holds(&wire));
            firings.extend(fired.map(|rule| Firing {
                rule: rule.id,
                event: event.id,
                sequence: event.sequence,
                fired: now,
            }));
        }
        if !firings.is_empty() {
            cotejo_store::rules::fire(&mut *conn, client, &firings).await?;
            let fired: Vec<Uuid> = firings.iter().map(|firing| firing.rule.0).collect();
            let actions = cotejo_store::rules::actions(&mut *conn, client, &fired).await?;
            let mut new = Vec::new();
            let mut jobs = Vec::new();
            for action in &actions {
                let told = firings.iter().filter(|firing| firing.rule == action.rule);
                new.extend(told.map(|firing| deliveries::New {
                    client,
                    target: action.id.0,
                    id: DeliveryId(self.ids().uuid(now)),
                    event: Some(firing.event),
                    sequence: firing.sequence,
                    now,
                }));
                jobs.push(self.job_for(DELIVER_JOB, client, tenant.is_sandbox(), action.id.0));
            }
            deliveries::insert(&mut *conn, &new).await?;
            cotejo_queue::wake(&mut *conn, &jobs).await?;
        }
        cotejo_store::rules::set_cursor(conn, client, last).await?;
        Ok(events.len() == usize::try_from(JUDGED).unwrap_or(usize::MAX))
    }
}
