//! Carrying out the runs of continuous checks when they are due.

use std::time::Duration;

use async_trait::async_trait;
use cotejo_domain::{
    audit::ActorKind,
    checks::{Check, NewCheck, Priority},
    clients::Client,
    continuous::{SPREAD, Watch, spread},
    ids::{ClientId, ContinuousCheckId},
    time::Timestamp,
};
use cotejo_queue::{Handler, Lane, Lease, NewJob, Outcome};
use cotejo_store::continuous::{self as store, NewRun};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    checks::create::{Maker, queue_priority},
    jobs::{outcome, payload},
};

/// Kind of the job that is a run.
pub(crate) const RUN_JOB: &str = "continuous.run";

#[derive(Serialize, Deserialize)]
pub(crate) struct RunPayload {
    client: Uuid,
    continuous: Uuid,
    /// When it is due, in nanoseconds of the client's time; nothing where a list's change is why, and not the time.
    due: Option<i64>,
    /// The list and version that are why: the run's check asks no older one.
    #[serde(default)]
    list: Option<(String, i64)>,
}

/// Runs continuous checks.
pub struct RunContinuous(pub App);

#[async_trait]
impl Handler for RunContinuous {
    fn kind(&self) -> &'static str {
        RUN_JOB
    }

    fn batch(&self) -> u16 {
        16
    }

    fn concurrency(&self) -> usize {
        2
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.run_continuous(lease).await) }),
        )
        .await
    }
}

impl App {
    /// Has a continuous check run when it is due. A job of a rhythm that was changed meanwhile finds nothing due.
    pub(crate) async fn plan_run(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        watch: &Watch,
    ) -> sqlx::Result<()> {
        let Some(due) = watch.next_run else { return Ok(()) };
        let now = self.now(client);
        let mut after = Duration::from_nanos(u64::try_from(due.nanos() - now.nanos()).unwrap_or(0));
        if !client.is_sandbox() {
            after += spread(watch.id, SPREAD);
        }
        let job = run_job(self.ids().uuid(now), client, watch.id, after, Cause::Due(due));
        cotejo_queue::enqueue(conn, &[job]).await
    }

    async fn run_continuous(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: RunPayload = payload(lease)?;
        let (client, id) = (ClientId(payload.client), ContinuousCheckId(payload.continuous));
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let client = cotejo_store::clients::many(&mut tx, &[client.0]).await?.pop();
        let watch = match &client {
            Some(client) => store::find(&mut tx, client.id, id, true).await?,
            None => None,
        };
        let (Some(client), Some(mut watch)) = (client, watch) else {
            return Self::nothing_to_run(tx, lease).await;
        };
        let now = self.now(&client);
        let planned = watch.next_run.map(Timestamp::nanos);
        // Over or disabled, or of a rhythm that was given up.
        if planned.is_none() || payload.due.is_some_and(|due| planned != Some(due)) {
            return Self::nothing_to_run(tx, lease).await;
        }
        let early = payload.due.map_or(0, |due| due - now.nanos());
        if early > 0 {
            return Ok(Outcome::Later(Duration::from_nanos(early.unsigned_abs())));
        }
        let Some(original) = cotejo_store::checks::find(&mut tx, client.id, watch.original, false).await?
        else {
            return Self::nothing_to_run(tx, lease).await;
        };
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        self.carry_out(&mut tx, &client, &mut watch, &original, &payload, now)
            .await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn nothing_to_run(
        mut tx: sqlx::Transaction<'static, sqlx::Postgres>,
        lease: &Lease,
    ) -> AppResult<Outcome> {
        cotejo_queue::finish(&mut tx, &[lease]).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Makes the check of a run, counts it, and plans the next one.
    async fn carry_out(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        watch: &mut Watch,
        original: &Check,
        payload: &RunPayload,
        now: Timestamp,
    ) -> AppResult<()> {
        let maker = Maker {
            client,
            billing_hub: original.billing_hub,
            key_version: watch.key_version,
            actor: (ActorKind::System, watch.id.0),
            origin: "",
        };
        let new = NewCheck {
            check_type: original.check_type,
            custom: original.custom.clone(),
            country: original.country,
            inputs: original.inputs.clone(),
            force_creation: true,
            report: original.report,
            priority: Priority::Low,
            watch: None,
        };
        let list = payload.due.is_none();
        let mut row = self.new_row(maker, new, None);
        if payload.list.is_some() {
            row.job.2 = serde_json::json!({ "client": client.id.0, "list": payload.list }).to_string();
        }
        let check = row.check.id;
        let made = cotejo_store::create::create(&mut *conn, std::slice::from_ref(&row)).await?;
        if !made.contains_key(&check) {
            return Err(AppError::internal("the check of a run was not made"));
        }
        let run = NewRun {
            check,
            previous: watch.last,
            cause: if list {
                store::Cause::List
            } else {
                store::Cause::Schedule
            },
            created: now,
        };
        if list {
            watch.ran_besides(now, check);
        } else {
            watch.ran(now, check);
        }
        store::insert_run(&mut *conn, watch, run).await?;
        store::update(&mut *conn, watch).await?;
        if !list {
            self.plan_run(conn, client, watch).await?;
        }
        Ok(())
    }
}

/// Why there is a run.
pub(super) enum Cause {
    /// It is due then.
    Due(Timestamp),
    /// This version of a list says something else about the person.
    List(String, i64),
}

/// The job of a run. It queues behind what people wait for.
pub(super) fn run_job(
    job: Uuid,
    client: &Client,
    id: ContinuousCheckId,
    after: Duration,
    cause: Cause,
) -> NewJob {
    let (due, list) = match cause {
        Cause::Due(due) => (Some(due.nanos()), None),
        Cause::List(list, version) => (None, Some((list, version))),
    };
    let payload = RunPayload {
        client: client.id.0,
        continuous: id.0,
        due,
        list,
    };
    NewJob {
        id: job,
        kind: RUN_JOB,
        payload: serde_json::json!(payload).to_string(),
        lane: Lane::of(client.id.0, queue_priority(Priority::Low)),
        after,
        key: None,
        clock: client.is_sandbox().then_some(client.id.0),
    }
}
