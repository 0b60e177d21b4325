//! The event log: reading it, and telling hooks and rules what was numbered.

use std::collections::BTreeMap;

use cotejo_domain::{
    events::{Event, EventAction, EventType, FAMILIES},
    fields::{FieldErrors, Fields},
    ids::{ClientId, DeliveryId},
    permissions::Permission,
    time::{Timestamp, parse_instant},
};
use cotejo_queue::{Lane, NewJob};
use cotejo_store::{
    deliveries,
    events::{Range, Stamped},
    hooks::Listener,
};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    cursor::Scope,
    hooks::DELIVER_JOB,
    page::{PAGE, Page, Position, ROWS},
    rules::JUDGE_JOB,
};

/// An event of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// Its number among the client's events, without gaps
    pub sequence: i64,
    /// `HKE` and 40 digits; what webhooks carry as `webhook-id`
    pub id: String,
    /// About what
    #[schema(value_type = String, example = "check")]
    pub event_type: EventType,
    /// What happened
    #[schema(value_type = String, example = "finished")]
    pub event_action: EventAction,
    /// The resource
    pub resource_id: String,
    /// How often the resource had changed
    pub resource_version: i32,
    /// When, RFC 3339
    pub timestamp: String,
    /// The object as it was sent
    #[schema(value_type = Object)]
    pub object: Box<RawValue>,
}

/// A family of events, and whether anything here writes them already.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventTypeBody {
    /// About what
    #[schema(value_type = String, example = "check")]
    pub event_type: EventType,
    /// The product, as rules name it
    #[schema(value_type = String, example = "checks")]
    pub product: cotejo_domain::events::Product,
    /// The part of the product
    pub subproduct: &'static str,
    /// What can happen
    #[schema(value_type = Vec<String>)]
    pub event_actions: &'static [EventAction],
    /// `emitted` or `not emitted yet`
    pub status: &'static str,
}

/// Every family of events.
pub fn event_types() -> Vec<EventTypeBody> {
    let body = |family: &cotejo_domain::events::Family| EventTypeBody {
        event_type: family.event_type,
        product: family.product,
        subproduct: family.subproduct,
        event_actions: family.actions,
        status: if family.emitted {
            "emitted"
        } else {
            "not emitted yet"
        },
    };
    FAMILIES.iter().map(body).collect()
}

impl EventBody {
    pub(crate) fn of(event: Event) -> AppResult<Self> {
        Ok(Self {
            sequence: event.sequence,
            id: event.id.to_string(),
            event_type: event.event_type,
            event_action: event.action,
            resource_id: resource_id(event.event_type, event.resource),
            resource_version: event.resource_version,
            timestamp: event.created.rfc3339_seconds(),
            object: RawValue::from_string(event.body).map_err(AppError::internal)?,
        })
    }
}

/// A resource's id with the prefix of its kind.
pub(crate) fn resource_id(event_type: EventType, resource: Uuid) -> String {
    let prefix = match event_type {
        EventType::Check => "CHK",
        EventType::ContinuousCheck => "CCK",
        EventType::IdentityProcess | EventType::WhatsappProcess => "IDP",
        EventType::IdentityFlow => "IPF",
        EventType::WhatsappInbound => "INB",
        EventType::WhatsappOutbound => "OTB",
        EventType::WhatsappSession => "SES",
        EventType::DocumentValidation
        | EventType::FaceRecognition
        | EventType::FaceSearch
        | EventType::EmailVerification
        | EventType::PhoneVerification
        | EventType::ElectronicSignature => "VLD",
    };
    format!("{prefix}{}", resource.simple())
}

/// A resource's id as a caller writes it: a prefix of three letters and 32 digits.
fn read_resource(text: &str) -> Option<Uuid> {
    let (prefix, digits) = text.split_at_checked(3)?;
    (prefix.bytes().all(|byte| byte.is_ascii_uppercase()) && digits.len() == 32)
        .then(|| Uuid::try_parse(digits).ok())
        .flatten()
}

/// The filters of a list or replay of events, before instants are numbers.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub event_type: Option<EventType>,
    pub action: Option<EventAction>,
    pub resource: Option<Uuid>,
    pub from_sequence: Option<i64>,
    pub to_sequence: Option<i64>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl Asked {
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let number = |name: &str, errors: &mut FieldErrors| {
            let number = fields.get(name)?.parse().ok().filter(|number: &i64| *number >= 0);
            if number.is_none() {
                errors.push(name, "must be a number of an event");
            }
            number
        };
        let instant = |name: &str, errors: &mut FieldErrors| {
            let instant = parse_instant(fields.get(name)?);
            if instant.is_none() {
                errors.push(name, "must be an RFC 3339 instant or a date");
            }
            instant
        };
        let asked = Self {
            event_type: fields.one_of("event_type", EventType::ALL, &mut errors),
            action: fields.one_of("event_action", EventAction::ALL, &mut errors),
            resource: match fields.get("resource_id") {
                None => None,
                Some(text) => {
                    let resource = read_resource(text);
                    if resource.is_none() {
                        errors.push("resource_id", "must be an id");
                    }
                    resource
                }
            },
            from_sequence: number("from_sequence", &mut errors),
            to_sequence: number("to_sequence", &mut errors),
            from: instant("from", &mut errors),
            to: instant("to", &mut errors),
        };
        errors.into_result()?;
        Ok(asked)
    }

    /// The range of numbers that was asked for.
    pub async fn range(&self, conn: &mut PgConnection, client: ClientId, limit: i64) -> sqlx::Result<Range> {
        let head = cotejo_store::events::head(&mut *conn, client).await?;
        let mut after = self.from_sequence.map_or(0, |from| from - 1);
        if let Some(from) = self.from {
            let first = cotejo_store::events::number_at(&mut *conn, client, from).await?;
            after = after.max(first.map_or(head, |first| first - 1));
        }
        let mut to = self.to_sequence.unwrap_or(head);
        if let Some(until) = self.to
            && let Some(first) = cotejo_store::events::number_at(&mut *conn, client, until).await?
        {
            to = to.min(first - 1);
        }
        Ok(Range {
            after,
            to: Some(to),
            event_type: self.event_type,
            action: self.action,
            resource: self.resource,
            limit,
        })
    }
}

impl App {
    /// GET /v1/events: a page of the log in the order of its numbers.
    pub async fn list_events(&self, caller: &Caller, query: &Fields) -> AppResult<Page<EventBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let asked = Asked::parse(query)?;
        let filter: Vec<String> = query
            .iter()
            .filter(|(name, _)| *name != "start_key")
            .map(|(name, values)| format!("{name}={values:?}"))
            .collect();
        let filter = filter.join("&");
        let scope = Scope {
            client,
            route: "/v1/events",
            filter: &filter,
        };
        let start = self.start_behind(scope, query.get("start_key"))?;
        let mut conn = self.inner.pool.acquire().await?;
        let mut range = asked.range(&mut conn, client, ROWS).await?;
        range.after = range.after.max(start.unwrap_or(0));
        let rows = cotejo_store::events::list(&mut conn, client, range).await?;
        drop(conn);
        let masks = caller.key.masks();
        self.page(scope, PAGE, rows, |event| Position::Number(event.sequence))
            .try_map(|event| masked(EventBody::of(event)?, &masks))
    }

    /// Numbers a batch of events and tells whoever asked for them. Says whether there may be more.
    pub(crate) async fn number_events(&self, limit: i64) -> sqlx::Result<bool> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let stamped = cotejo_store::events::stamp(&mut tx, limit).await?;
        if stamped.is_empty() {
            return Ok(false);
        }
        self.tell(&mut tx, &stamped).await?;
        tx.commit().await?;
        metrics::counter!("cotejo_events_total").increment(stamped.len() as u64);
        Ok(i64::try_from(stamped.len()).is_ok_and(|stamped| stamped == limit))
    }

    /// Writes deliveries for hooks and wakes the jobs of hooks and rules, in the transaction that numbers the events.
    async fn tell(&self, conn: &mut PgConnection, stamped: &[Stamped]) -> sqlx::Result<()> {
        let mut clients: Vec<Uuid> = stamped.iter().map(|event| event.client.0).collect();
        clients.dedup();
        let listeners = cotejo_store::hooks::listeners(&mut *conn, &clients).await?;
        if listeners.is_empty() {
            return Ok(());
        }
        let tenants = cotejo_store::clients::many(&mut *conn, &clients).await?;
        let now = self.clock().now();
        let times: BTreeMap<ClientId, Timestamp> =
            tenants.iter().map(|client| (client.id, client.at(now))).collect();
        let mut new = Vec::new();
        let mut jobs = Vec::new();
        for listener in &listeners {
            let at = times.get(&listener.client).copied().unwrap_or(now);
            let events = stamped.iter().filter(|event| event.client == listener.client);
            let Some((hook, filter)) = &listener.hook else {
                jobs.push(self.target_job(JUDGE_JOB, listener, listener.client.0));
                continue;
            };
            let before = new.len();
            let wanted = events.filter(|event| filter.wants(event.event_type, event.action));
            new.extend(wanted.map(|event| deliveries::New {
                client: listener.client,
                target: hook.0,
                id: DeliveryId(self.ids().uuid(at)),
                event: Some(event.id),
                sequence: event.sequence,
                now: at,
            }));
            if new.len() > before {
                jobs.push(self.target_job(DELIVER_JOB, listener, hook.0));
            }
        }
        deliveries::insert(&mut *conn, &new).await?;
        cotejo_queue::wake(conn, &jobs).await
    }

    fn target_job(&self, kind: &'static str, listener: &Listener, target: Uuid) -> NewJob {
        self.job_for(kind, listener.client, listener.sandbox, target)
    }

    /// The job of a kind that works for one target of a client.
    pub(crate) fn job_for(
        &self,
        kind: &'static str,
        client: ClientId,
        sandbox: bool,
        target: Uuid,
    ) -> NewJob {
        NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind,
            payload: format!(r#"{{"client":"{}","target":"{target}"}}"#, client.0),
            lane: Lane::of(client.0, 1),
            after: std::time::Duration::ZERO,
            key: Some(target),
            clock: sandbox.then_some(client.0),
        }
    }
}

fn masked(mut event: EventBody, masks: &[cotejo_domain::permissions::Mask]) -> AppResult<EventBody> {
    if !masks.is_empty() {
        let mut object = serde_json::from_str(event.object.get()).map_err(AppError::internal)?;
        cotejo_domain::permissions::hide(&mut object, masks);
        event.object = serde_json::value::to_raw_value(&object).map_err(AppError::internal)?;
    }
    Ok(event)
}
