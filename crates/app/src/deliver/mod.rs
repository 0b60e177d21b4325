//! Telling targets: one job a target, which tells it what it has not been told.
//!
//! Because a target has one job and a job one lease, deliveries start in the order of their events and no attempt is
//! made by two processes. At most eight are in flight; one that fails is tried again by its own schedule and holds
//! nobody up. Nothing is written but in transactions that hold the lease; a worker that is killed between the
//! receiver's answer and our commit tells the same event again, with the same `webhook-id`.
//!
//! Whom a delivery goes to is read by `target.rs`; an attempt is made by `attempt.rs`, as a request (`web.rs`) or a mail
//! (`mail.rs`).

mod attempt;
mod mail;
mod target;
mod web;

use std::time::Duration;

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    faults::{Spec, WebhookFault},
    ids::{ClientId, HookId},
    messages::{self, DisabledReason},
    time::Timestamp,
    webhooks::{DeliveryState, FAILING_SECONDS},
};
use cotejo_queue::{Handler, Lease, NewJob, Outcome};
use cotejo_store::deliveries::{self, Attempt};
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, join_all},
    stream,
};
use uuid::Uuid;

use crate::{
    App, AppResult,
    hooks::DELIVER_JOB,
    jobs::{outcome, payload},
    rules::TargetPayload,
};

use attempt::Tried;
use target::{Loaded, Target};
use web::Web;

/// Most deliveries of a target that are in flight.
const IN_FLIGHT: usize = 8;

/// How many targets are told at the same time: waiting for receivers costs nothing but memory, and one that hangs
/// must not keep others waiting.
const TARGETS: usize = 512;

/// Tells targets.
pub struct Deliver(pub App);

#[async_trait]
impl Handler for Deliver {
    fn kind(&self) -> &'static str {
        DELIVER_JOB
    }

    fn concurrency(&self) -> usize {
        TARGETS
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.deliver(lease).await.map(|()| Outcome::Done)) }),
        )
        .await
    }
}

impl App {
    /// Tells a target what it has not been told, until nothing is due.
    async fn deliver(&self, lease: &Lease) -> AppResult<()> {
        let payload: TargetPayload = payload(lease)?;
        let (client, target) = (ClientId(payload.client), payload.target);
        loop {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            if !cotejo_queue::hold(&mut tx, lease).await? {
                return Ok(());
            }
            let Some(tenant) = cotejo_store::clients::find(&mut tx, client).await? else {
                cotejo_queue::finish(&mut tx, &[lease]).await?;
                return Ok(tx.commit().await?);
            };
            let mut loaded = self.load_target(&mut tx, &tenant, target).await?;
            if loaded.due.is_empty() || matches!(loaded.target, Target::Nobody) {
                if matches!(loaded.target, Target::Nobody) {
                    deliveries::give_up(&mut tx, client, target).await?;
                }
                return self.rest(tx, lease, &tenant, target).await;
            }
            tx.commit().await?;
            if loaded.due.len() > 1 && self.has_fault(&tenant, WebhookFault::OutOfOrder).await? {
                loaded.due.reverse();
            }
            self.tell_all(lease, &tenant, target, &loaded).await?;
        }
    }

    /// Makes the attempts of a batch and writes how they went as they end.
    async fn tell_all(&self, lease: &Lease, tenant: &Client, target: Uuid, loaded: &Loaded) -> AppResult<()> {
        // Boxed one by one: the compiler cannot see that a stream of borrowing futures may move between threads.
        let attempts: Vec<BoxFuture<'_, Tried>> = loaded
            .due
            .iter()
            .map(|due| self.attempt(tenant, &loaded.target, due).boxed())
            .collect();
        let mut ended = stream::iter(attempts)
            .buffer_unordered(IN_FLIGHT)
            .ready_chunks(IN_FLIGHT * 2);
        let mut failing = loaded.hook.as_ref().and_then(|(_, since, _)| *since);
        while let Some(tried) = ended.next().await {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            if !cotejo_queue::hold(&mut tx, lease).await? {
                // Another worker has the target: what was told here is told again, which receivers expect.
                return Ok(());
            }
            let mut disabled = false;
            if let Some((hook, _, url)) = &loaded.hook {
                (failing, disabled) = self.note(&mut tx, tenant, *hook, url, failing, &tried).await?;
            }
            let attempts: Vec<Attempt> = tried.into_iter().map(|tried| tried.attempt).collect();
            if let Target::Web(Web {
                status_email: Some((reader, name)),
                ..
            }) = &loaded.target
            {
                for failed in attempts
                    .iter()
                    .filter(|attempt| attempt.state == DeliveryState::Failed)
                {
                    let id = failed.delivery.to_string();
                    let text = messages::delivery_failed(
                        name,
                        &id,
                        &failed.error,
                        failed.status,
                        tenant.settings.language,
                    );
                    let about = Some((failed.delivery.0, "delivery.failed"));
                    self.put_mail(&mut tx, tenant, reader, &text, about).await?;
                }
            }
            deliveries::record(&mut tx, tenant.id, target, &attempts).await?;
            tx.commit().await?;
            if disabled {
                break;
            }
        }
        Ok(())
    }

    /// Notes how a hook fares, and disables it when it has failed for too long or the receiver is gone. Says since when it
    /// fails, and whether it was disabled.
    async fn note(
        &self,
        conn: &mut sqlx::PgConnection,
        tenant: &Client,
        hook: HookId,
        url: &str,
        failing: Option<Timestamp>,
        tried: &[Tried],
    ) -> AppResult<(Option<Timestamp>, bool)> {
        let now = self.now(tenant);
        let taken = tried
            .iter()
            .any(|tried| tried.attempt.state == DeliveryState::Delivered);
        let after = if taken { None } else { failing.or(Some(now)) };
        let reason = if tried.iter().any(|tried| tried.gone) {
            Some(DisabledReason::Gone)
        } else if after.is_some_and(|since| since.plus_seconds(FAILING_SECONDS) <= now) {
            Some(DisabledReason::Failing)
        } else {
            None
        };
        if after != failing || reason.is_some() {
            let words = reason.map(DisabledReason::as_str);
            cotejo_store::hooks::note(&mut *conn, tenant.id, hook, after, words).await?;
        }
        if let Some(reason) = reason {
            let text = messages::hook_disabled(&hook.to_string(), url, reason, tenant.settings.language);
            self.tell_administrators(&mut *conn, tenant, &text).await?;
            self.audit_system(conn, tenant, "hook.disabled", hook.0, reason.as_str())
                .await?;
        }
        Ok((after, reason.is_some()))
    }

    /// Ends the job of a target: it comes back when the next delivery is due.
    async fn rest(
        &self,
        mut tx: sqlx::Transaction<'static, sqlx::Postgres>,
        lease: &Lease,
        tenant: &Client,
        target: Uuid,
    ) -> AppResult<()> {
        cotejo_queue::finish(&mut tx, &[lease]).await?;
        // Behind `finish`: whoever queued a delivery before the job's row was ours is seen here.
        if let Some(next) = deliveries::next(&mut tx, tenant.id, target).await? {
            let wait = next.nanos().saturating_sub(self.now(tenant).nanos());
            let job = NewJob {
                after: Duration::from_nanos(u64::try_from(wait).unwrap_or(0)),
                ..self.job_for(DELIVER_JOB, tenant.id, tenant.is_sandbox(), target)
            };
            cotejo_queue::wake(&mut tx, &[job]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Whether a sandbox client has this go wrong with its webhooks now.
    async fn has_fault(&self, tenant: &Client, wanted: WebhookFault) -> AppResult<bool> {
        let strikes = |spec: &Spec| matches!(spec, Spec::Webhook { effect } if *effect == wanted);
        Ok(self.strike(tenant, |fault| strikes(&fault.spec)).await?.is_some())
    }
}
