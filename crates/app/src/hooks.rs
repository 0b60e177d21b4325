//! Hooks: who hears of which events, and what was delivered to them.

use cotejo_domain::{
    events::{EventAction, EventType},
    fields::{FieldErrors, Fields},
    hex::hex,
    hooks::{ALL, Enabled, Format, Hook, HttpMethod, Subscriber, SubscriberType, Subscription},
    ids::{ClientId, DeliveryId, EventId, HookId},
    language::Language,
    permissions::Permission,
    time::Timestamp,
    webhooks::{DeliveryState, ROTATION_SECONDS, standard_secret},
};
use cotejo_store::{
    deliveries::{self, Listing},
    hooks::Stored,
};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Write},
    cursor::{Scope, invalid},
    events::Asked,
    page::{PAGE, Page, Position, ROWS},
    secrets::Place,
};

/// Kind of the job that tells one target what it has not been told.
pub(crate) const DELIVER_JOB: &str = "deliver";

/// Most events of one replay.
const REPLAYED: i64 = 10_000;

const ROUTE: &str = "/v1/hooks";
const MISSING: AppError = AppError::NotFound("The Hook");

/// A hook.
#[derive(Debug, Serialize, ToSchema)]
pub struct HookBody {
    /// The client
    #[schema(value_type = String)]
    pub client_id: ClientId,
    /// `all`, or what the events are about
    #[schema(example = "check")]
    pub event_type: &'static str,
    /// Its id
    #[schema(value_type = String)]
    pub hook_id: HookId,
    /// The secret of the token's HMAC
    pub signing_key: String,
    /// The same secret as libraries of Standard Webhooks take it
    pub webhook_secret: String,
    /// `enabled` or `disabled`
    #[schema(value_type = String, example = "enabled")]
    pub status: Enabled,
    /// Why it was disabled, where we did it
    #[serde(skip_serializing_if = "String::is_empty")]
    pub disabled_reason: String,
    /// What happens to them; empty is anything
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<EventAction>,
    /// Who is told
    pub subscriber: SubscriberBody,
    /// `web` or `email`
    #[schema(value_type = String, example = "web")]
    pub subscriber_type: SubscriberType,
    /// RFC 3339
    pub creation_date: String,
    /// RFC 3339
    pub update_date: String,
}

/// Who is told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SubscriberBody {
    /// A URL
    Web {
        /// The method
        #[schema(value_type = String, example = "POST")]
        http_method: HttpMethod,
        /// Where to
        url: String,
        /// `jwt` or `json`
        #[schema(value_type = String, example = "jwt")]
        format: Format,
    },
    /// A mailbox
    Email {
        /// Its address
        address: String,
        /// Whose it is
        name: String,
        /// In which language
        #[schema(value_type = String, example = "es")]
        language: Language,
    },
}

impl HookBody {
    fn of(hook: Hook, signing_key: String) -> Self {
        let subscriber_type = hook.subscription.subscriber.kind();
        Self {
            client_id: hook.client,
            event_type: hook.subscription.filter.event_type.map_or(ALL, EventType::as_str),
            hook_id: hook.id,
            webhook_secret: standard_secret(&signing_key),
            signing_key,
            status: hook.subscription.status,
            disabled_reason: hook.disabled_reason,
            actions: hook.subscription.filter.actions,
            subscriber: match hook.subscription.subscriber {
                Subscriber::Web { url, method, format } => SubscriberBody::Web {
                    http_method: method,
                    url,
                    format,
                },
                Subscriber::Email {
                    address,
                    name,
                    language,
                } => SubscriberBody::Email {
                    address,
                    name,
                    language,
                },
            },
            subscriber_type,
            creation_date: hook.created.rfc3339_nanos(),
            update_date: hook.updated.rfc3339_seconds(),
        }
    }
}

/// A delivery and how each attempt went.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryBody {
    /// Its id
    #[schema(value_type = String)]
    pub delivery_id: DeliveryId,
    /// The event; absent for a test
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The event's number; 0 for a test
    pub sequence: i64,
    /// `pending`, `delivered` or `failed`
    #[schema(value_type = String, example = "delivered")]
    pub status: DeliveryState,
    /// When it is tried next, while it is pending
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_date: Option<String>,
    /// RFC 3339
    pub creation_date: String,
    /// The first first
    pub attempts: Vec<AttemptBody>,
}

/// An attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptBody {
    /// When it began, RFC 3339
    pub started_date: String,
    /// How long it took, in milliseconds
    pub elapsed_ms: f64,
    /// What the receiver answered
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Why it did not
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// How its answer began
    #[serde(skip_serializing_if = "String::is_empty")]
    pub response_head: String,
}

impl From<deliveries::Delivery> for DeliveryBody {
    fn from(delivery: deliveries::Delivery) -> Self {
        let pending = delivery.state == DeliveryState::Pending;
        let attempts = delivery.attempts.into_iter().map(|tried| AttemptBody {
            started_date: tried.started.rfc3339_seconds(),
            elapsed_ms: f64::from(tried.elapsed_us) / 1000.0,
            http_status: tried.status,
            error: tried.error,
            response_head: tried.response_head,
        });
        Self {
            delivery_id: delivery.id,
            event_id: delivery.event.map(|event| event.to_string()),
            sequence: delivery.sequence,
            status: delivery.state,
            next_attempt_date: pending.then(|| delivery.next.rfc3339_seconds()),
            creation_date: delivery.created.rfc3339_nanos(),
            attempts: attempts.collect(),
        }
    }
}

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
    /// POST /v1/hooks
    pub async fn create_hook(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let subscription = self.subscription(&command.fields()?, None)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let id = HookId(self.ids().uuid(now));
        let signing_key = self.new_signing_key();
        let stored = Stored {
            signing_key: self.seal_key(client, id, &signing_key),
            previous_key: None,
            hook: Hook {
                client,
                id,
                subscription,
                disabled_reason: String::new(),
                failing_since: None,
                created: now,
                updated: now,
            },
        };
        cotejo_store::hooks::save(&mut write.tx, &stored).await?;
        self.end_hook(write, command, "hook.created", 201, None, stored)
            .await
    }

    /// PUT /v1/hooks/{hook_id}: what is left out stays as it was.
    pub async fn update_hook(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        let mut stored = cotejo_store::hooks::find(&mut write.tx, client, id, true)
            .await?
            .ok_or(MISSING)?;
        let before = describe(&stored.hook);
        stored.hook.subscription = self.subscription(&command.fields()?, Some(&stored.hook.subscription))?;
        stored.hook.updated = command.now(self);
        if stored.hook.subscription.status == Enabled::Enabled {
            stored.hook.disabled_reason.clear();
            stored.hook.failing_since = None;
        } else {
            deliveries::give_up(&mut write.tx, client, id.0).await?;
        }
        cotejo_store::hooks::save(&mut write.tx, &stored).await?;
        self.end_hook(write, command, "hook.changed", 200, Some(before), stored)
            .await
    }

    /// DELETE /v1/hooks/{hook_id}: the hook, and what was delivered to it.
    pub async fn delete_hook(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        if !cotejo_store::hooks::delete(&mut write.tx, client, id).await? {
            return Err(MISSING);
        }
        let audited = Audited {
            action: "hook.deleted",
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &format!("{id} was deleted"))
            .await
    }

    /// GET /v1/hooks/{hook_id}
    pub async fn get_hook(&self, caller: &Caller, id: HookId) -> AppResult<HookBody> {
        caller.require(Permission::AccountRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let stored = cotejo_store::hooks::find(&mut conn, caller.client().id, id, false).await?;
        self.hook_body(stored.ok_or(MISSING)?)
    }

    /// GET /v1/hooks: a page of hooks, newest first.
    pub async fn list_hooks(&self, caller: &Caller, start_key: Option<&str>) -> AppResult<Page<HookBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let scope = Scope {
            client,
            route: ROUTE,
            filter: "",
        };
        let mut conn = self.inner.pool.acquire().await?;
        let after = match start_key.and_then(|key| key.parse::<HookId>().ok()) {
            None => self.start_after(scope, start_key)?,
            // The vendor's own pages go on behind the id of their last item.
            Some(id) => match cotejo_store::hooks::find(&mut conn, client, id, false).await? {
                Some(_) => Some(id.0),
                None => return Err(invalid().into()),
            },
        };
        let rows = cotejo_store::hooks::list(&mut conn, client, after, ROWS).await?;
        self.page(scope, PAGE, rows, |stored| Position::Id(stored.hook.id.0))
            .try_map(|stored| self.hook_body(stored))
    }

    /// POST /v1/hooks/{hook_id}/rotate: a new key; the old one signs beside it for a day.
    pub async fn rotate_hook_key(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let mut stored = cotejo_store::hooks::find(&mut write.tx, client, id, true)
            .await?
            .ok_or(MISSING)?;
        stored.signing_key = self.seal_key(client, id, &self.new_signing_key());
        stored.hook.updated = now;
        let until = now.plus_seconds(ROTATION_SECONDS);
        cotejo_store::hooks::rotate(&mut write.tx, client, id, &stored.signing_key, until, now).await?;
        self.end_hook(write, command, "hook.key_rotated", 200, None, stored)
            .await
    }

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

    /// GET /v1/hooks/{hook_id}/deliveries: what was told to it, newest first.
    pub async fn list_hook_deliveries(
        &self,
        caller: &Caller,
        id: HookId,
        query: &Fields,
    ) -> AppResult<Page<DeliveryBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let mut errors = FieldErrors::default();
        let state = query.one_of("status", DeliveryState::ALL, &mut errors);
        errors.into_result()?;
        let filter = format!("{id} {}", state.map_or("", DeliveryState::as_str));
        let scope = Scope {
            client,
            route: "/v1/hooks/deliveries",
            filter: &filter,
        };
        let listing = Listing {
            state,
            after: self.start_after(scope, query.get("start_key"))?,
            limit: ROWS,
            ..Listing::default()
        };
        let mut conn = self.inner.pool.acquire().await?;
        if cotejo_store::hooks::find(&mut conn, client, id, false)
            .await?
            .is_none()
        {
            return Err(MISSING);
        }
        let rows = deliveries::list(&mut conn, client, id.0, listing).await?;
        Ok(self
            .page(scope, PAGE, rows, |delivery| Position::Id(delivery.id.0))
            .map(DeliveryBody::from))
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

    async fn end_hook(
        &self,
        write: Write,
        command: &Command,
        action: &'static str,
        status: u16,
        before: Option<String>,
        stored: Stored,
    ) -> AppResult<Done> {
        let after = describe(&stored.hook);
        let audited = Audited {
            action,
            resource: stored.hook.id.0,
            before: before.as_deref(),
            after: Some(&after),
            detail: String::new(),
        };
        let body = self.hook_body(stored)?;
        self.end(write, command, audited, status, &body).await
    }

    fn subscription(&self, fields: &Fields, before: Option<&Subscription>) -> AppResult<Subscription> {
        let read = Subscription::parse(fields, before);
        let url = match &read {
            Ok(subscription) => match &subscription.subscriber {
                Subscriber::Web { url, .. } => Some(url.as_str()),
                Subscriber::Email { .. } => None,
            },
            Err(_) => fields.get("subscriber_url"),
        };
        let mut errors = read.as_ref().err().cloned().unwrap_or_default();
        if let Some(Err(error)) = url.map(|url| self.inner.guard.check_url(url)) {
            errors.push("subscriber_url", error.to_string());
        }
        errors.into_result()?;
        Ok(read?)
    }

    fn hook_body(&self, stored: Stored) -> AppResult<HookBody> {
        let key = self.open_key(stored.hook.client, stored.hook.id, &stored.signing_key)?;
        Ok(HookBody::of(stored.hook, key))
    }

    /// 64 hex digits, as the vendor's signing keys.
    pub(crate) fn new_signing_key(&self) -> String {
        hex(&self.ids().secret())
    }

    fn seal_key(&self, client: ClientId, id: HookId, key: &str) -> Vec<u8> {
        self.inner
            .secrets
            .seal(key_place(client, &id.0), self.ids().secret(), key.as_bytes())
    }

    pub(crate) fn open_key(&self, client: ClientId, id: HookId, sealed: &[u8]) -> AppResult<String> {
        let opened = self
            .inner
            .secrets
            .open(key_place(client, &id.0), sealed)
            .map_err(AppError::internal)?;
        String::from_utf8(opened).map_err(AppError::internal)
    }
}

fn key_place(client: ClientId, id: &Uuid) -> Place<'_> {
    Place {
        client,
        what: "hook.signing_key",
        of: id.as_bytes(),
    }
}

/// A hook as the audit trail commits to it.
fn describe(hook: &Hook) -> String {
    format!("{:?}", hook.subscription)
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

/// The instant until which a rotated key still signs, if that is to come.
pub(crate) fn still_signs(previous: Option<&(Vec<u8>, Timestamp)>, now: Timestamp) -> Option<&[u8]> {
    previous
        .filter(|(_, until)| *until > now)
        .map(|(key, _)| key.as_slice())
}
