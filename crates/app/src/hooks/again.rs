//! Deliveries to a hook besides those that events cause: tests, and what is delivered once more.

use cotejo_domain::{
    fields::FieldErrors,
    hooks::Enabled,
    ids::{ClientId, DeliveryId, EventId, HookId},
    permissions::Permission,
};
use cotejo_store::{
    deliveries::{self, Listing},
    hooks::Stored,
};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{DELIVER_JOB, MISSING};
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done},
    events::Asked,
};

/// Most events of one replay.
const REPLAYED: i64 = 10_000;

/// What was queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueuedDeliveries {
    /// What was done
    pub message: String,
    /// The hook
    #[schema(value_type = String)]
    pub hook_id: HookId,
    /// How many deliveries were queued
    pub deliveries: usize,
    /// The one that was queued, if it is one
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub delivery_id: Option<DeliveryId>,
    /// Where to go on with a range that was too long for one request
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_sequence: Option<i64>,
}

impl App {
    /// POST /v1/hooks/{hook_id}/test: sends an event that did not happen.
    pub async fn test_hook(&self, command: &Command, id: HookId) -> AppResult<Done> {
        self.queue_again(command, id, "hook.tested", Again::Test).await
    }

    /// POST /v1/hooks/{hook_id}/deliveries/{delivery_id}/redeliver
    pub async fn redeliver(&self, command: &Command, id: HookId, delivery: DeliveryId) -> AppResult<Done> {
        self.queue_again(command, id, "hook.redelivered", Again::Delivery(delivery))
            .await
    }

    /// POST /v1/hooks/{hook_id}/replay: one event, or a range of them.
    pub async fn replay_hook_events(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let fields = command.fields()?;
        let again = match fields.get("event_id") {
            Some(text) => Again::Event(
                text.parse()
                    .map_err(|_| FieldErrors::one("event_id", "must be the id of an event"))?,
            ),
            None => {
                let asked = Asked::parse(&fields)?;
                if asked.from.is_none() && asked.from_sequence.is_none() {
                    return Err(FieldErrors::one(
                        "from_sequence",
                        "or from, or event_id, is required: what is to be replayed",
                    )
                    .into());
                }
                Again::Range(asked)
            }
        };
        self.queue_again(command, id, "hook.replayed", again).await
    }

    /// Queues deliveries to a hook besides those that events cause.
    async fn queue_again(
        &self,
        command: &Command,
        id: HookId,
        action: &'static str,
        again: Again,
    ) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let stored = cotejo_store::hooks::find(&mut write.tx, client.id, id, false)
            .await?
            .ok_or(MISSING)?;
        if stored.hook.subscription.status == Enabled::Disabled {
            return Err(AppError::Conflict("the hook is disabled".to_owned()));
        }
        let Chosen {
            events,
            next_sequence,
        } = again.choose(&mut write.tx, client.id, &stored).await?;
        let now = command.now(self);
        let new: Vec<deliveries::New> = events
            .into_iter()
            .map(|(event, sequence)| deliveries::New {
                client: client.id,
                target: id.0,
                id: DeliveryId(self.ids().uuid(now)),
                event,
                sequence,
                now,
            })
            .collect();
        deliveries::insert(&mut write.tx, &new).await?;
        let job = self.job_for(DELIVER_JOB, client.id, client.is_sandbox(), id.0);
        cotejo_queue::wake(&mut write.tx, &[job]).await?;
        let answer = QueuedDeliveries {
            message: "queued".to_owned(),
            hook_id: id,
            deliveries: new.len(),
            delivery_id: match new.as_slice() {
                [only] => Some(only.id),
                _ => None,
            },
            next_sequence,
        };
        let audited = Audited {
            action,
            resource: id.0,
            detail: format!("{} deliveries", new.len()),
            ..Audited::default()
        };
        self.end(write, command, audited, 202, &answer).await
    }
}

/// What is delivered once more.
enum Again {
    Test,
    Event(EventId),
    Delivery(DeliveryId),
    Range(Asked),
}

/// Events that are delivered once more.
struct Chosen {
    /// With their numbers; a test has none.
    events: Vec<(Option<EventId>, i64)>,
    /// Where a range goes on that is too long for one request.
    next_sequence: Option<i64>,
}

impl Again {
    async fn choose(self, conn: &mut PgConnection, client: ClientId, stored: &Stored) -> AppResult<Chosen> {
        let one = |event: Option<EventId>, sequence: i64| Chosen {
            events: vec![(event, sequence)],
            next_sequence: None,
        };
        match self {
            Self::Test => Ok(one(None, 0)),
            Self::Event(id) => {
                let event = cotejo_store::events::find(conn, client, id).await?;
                let event = event.ok_or(AppError::NotFound("The event"))?;
                Ok(one(Some(event.id), event.sequence))
            }
            Self::Delivery(id) => {
                let listing = Listing {
                    only: Some(id.0),
                    limit: 1,
                    ..Listing::default()
                };
                let found = deliveries::list(conn, client, stored.hook.id.0, listing).await?;
                let delivery = found
                    .into_iter()
                    .next()
                    .ok_or(AppError::NotFound("The delivery"))?;
                Ok(one(delivery.event, delivery.sequence))
            }
            Self::Range(asked) => {
                let range = asked.range(&mut *conn, client, REPLAYED + 1).await?;
                let mut found = cotejo_store::events::heads_of_range(conn, client, range).await?;
                let next_sequence = usize::try_from(REPLAYED)
                    .ok()
                    .filter(|most| found.len() > *most)
                    .and_then(|most| found.drain(most..).next())
                    .map(|event| event.sequence);
                let filter = &stored.hook.subscription.filter;
                let wanted = found
                    .into_iter()
                    .filter(|event| filter.wants(event.event_type, event.action));
                Ok(Chosen {
                    events: wanted.map(|event| (Some(event.id), event.sequence)).collect(),
                    next_sequence,
                })
            }
        }
    }
}
