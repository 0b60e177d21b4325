//! A sandbox client's clock, which it moves forward.

use std::time::Duration;

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::ClientId,
    permissions::Permission,
    time::{Timestamp, parse_duration, parse_instant},
};
use cotejo_queue::clock::Next;
use cotejo_store::clocks::Clock;
use serde::Serialize;
use utoipa::ToSchema;

use super::sandbox_of;
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// How long a request to advance a clock waits for what is due on the way.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it looks whether that is done.
const LOOK: Duration = Duration::from_millis(5);

/// Furthest that a clock can be moved at once, in seconds: ten years.
const FURTHEST: i64 = 10 * 366 * 24 * 3600;

/// A client's clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockBody {
    /// What the client takes for now, RFC 3339
    pub now: String,
    /// How far that is ahead of the machine's clock, in seconds
    pub ahead_seconds: i64,
    /// `done`, or `pending` while what is due on the way is being done
    pub status: &'static str,
    /// Where it is going, while it is pending
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

impl App {
    /// GET /v1/sandbox/clock
    pub async fn get_clock(&self, caller: &Caller) -> AppResult<ClockBody> {
        let client = sandbox_of(caller, Permission::AccountRead)?.id;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let clock = cotejo_store::clocks::lock(&mut tx, client).await?;
        Ok(self.clock_body(clock.ok_or(AppError::NotFound("The client"))?))
    }

    /// POST /v1/sandbox/clock: `advance=30d` or `to=<instant>`. What is due on the way is done, in its order, before the
    /// answer or soon after it.
    pub async fn advance_clock(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let fields = command.fields()?;
        let write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let mut write = write;
        let clock = cotejo_store::clocks::lock(&mut write.tx, client)
            .await?
            .ok_or(AppError::NotFound("The client"))?;
        let from = clock.target_ns.unwrap_or(clock.offset_ns);
        let target = self.clock_target(&fields, from)?;
        let on_its_way = Clock {
            offset_ns: clock.offset_ns,
            target_ns: Some(target),
        };
        cotejo_store::clocks::set(&mut write.tx, client, on_its_way).await?;
        write.tx.commit().await?;
        // The intention is kept: whatever happens to this request, a worker brings the clock to its target.
        let arrived = tokio::time::timeout(PATIENCE, self.bring_clock(client)).await;
        if let Ok(outcome) = arrived {
            outcome?;
        }
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let clock = cotejo_store::clocks::lock(&mut tx, client)
            .await?
            .ok_or(AppError::NotFound("The client"))?;
        write.tx = tx;
        let audited = Audited {
            action: "sandbox.clock_advanced",
            resource: client.0,
            detail: format!("{} s ahead", target / 1_000_000_000),
            ..Audited::default()
        };
        let done = self
            .end(write, command, audited, 200, &self.clock_body(clock))
            .await?;
        self.forget_keys();
        Ok(done)
    }

    /// Moves a client's clock towards its target until it has arrived.
    async fn bring_clock(&self, client: ClientId) -> AppResult<()> {
        loop {
            match self.step_clock(client).await? {
                Step::Arrived => return Ok(()),
                Step::Moved => {}
                Step::Waiting => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// Moves a client's clock to the next instant at which something is due, or to its target; waits for what is due
    /// before it goes on.
    pub(crate) async fn step_clock(&self, client: ClientId) -> AppResult<Step> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let Some(clock) = cotejo_store::clocks::lock(&mut tx, client).await? else {
            return Ok(Step::Arrived);
        };
        let Some(target) = clock.target_ns else {
            return Ok(Step::Arrived);
        };
        let left = u64::try_from(target - clock.offset_ns).unwrap_or(0);
        let wait = match cotejo_queue::clock::next(&mut tx, client.0).await? {
            Next::Busy => return Ok(Step::Waiting),
            _ if cotejo_store::clocks::has_unnumbered(&mut tx, client).await? => return Ok(Step::Waiting),
            Next::In(wait) => u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX).min(left),
            Next::Nothing => left,
        };
        let arrived = wait == left;
        let moved = Clock {
            offset_ns: clock
                .offset_ns
                .saturating_add(i64::try_from(wait).unwrap_or(i64::MAX)),
            target_ns: (!arrived).then_some(target),
        };
        cotejo_store::clocks::set(&mut tx, client, moved).await?;
        cotejo_queue::clock::shift(&mut tx, client.0, Duration::from_nanos(wait)).await?;
        tx.commit().await?;
        Ok(if arrived { Step::Arrived } else { Step::Moved })
    }

    /// Moves every clock that is on its way by a step; for the singleton that ends what a request began. Says whether
    /// any moved.
    pub async fn step_clocks(&self) -> AppResult<bool> {
        let mut conn = self.inner.pool.acquire().await?;
        let clients = cotejo_store::clocks::moving(&mut conn).await?;
        drop(conn);
        let mut moved = false;
        for client in clients {
            moved |= !matches!(self.step_clock(ClientId(client)).await?, Step::Waiting);
        }
        Ok(moved)
    }

    fn clock_target(&self, fields: &Fields, from: i64) -> AppResult<i64> {
        let machine = self.clock().now();
        let by = match (fields.get("advance"), fields.get("to")) {
            (Some(advance), None) => parse_duration(advance).ok_or_else(|| {
                FieldErrors::one("advance", "must be a duration such as 90s, 15m, 12h, 30d, 2w")
            })?,
            (None, Some(to)) => {
                let to =
                    parse_instant(to).ok_or_else(|| FieldErrors::one("to", "must be an RFC 3339 instant"))?;
                let now = machine.nanos().saturating_add(from);
                let left = to.nanos().saturating_sub(now);
                left.saturating_add(999_999_999).div_euclid(1_000_000_000)
            }
            _ => return Err(FieldErrors::one("advance", "or to, but not both, is required").into()),
        };
        if !(0..=FURTHEST).contains(&by) {
            return Err(FieldErrors::one(
                if fields.get("to").is_some() {
                    "to"
                } else {
                    "advance"
                },
                "must lie in the future, at most ten years ahead: a clock does not go back",
            )
            .into());
        }
        Ok(from.saturating_add(by.saturating_mul(1_000_000_000)))
    }

    fn clock_body(&self, clock: Clock) -> ClockBody {
        let at = |offset: i64| Timestamp::from_nanos(self.clock().now().nanos().saturating_add(offset));
        ClockBody {
            now: at(clock.offset_ns).rfc3339_seconds(),
            ahead_seconds: clock.offset_ns / 1_000_000_000,
            status: if clock.target_ns.is_some() {
                "pending"
            } else {
                "done"
            },
            target: clock.target_ns.map(|target| at(target).rfc3339_seconds()),
        }
    }
}

/// What one step of a clock came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is at its target.
    Arrived,
    /// It is at the next instant at which something is due.
    Moved,
    /// What is due has to be done first.
    Waiting,
}
