//! The event log: written in the transaction of the change, numbered afterwards.

use cotejo_domain::{
    events::{Event, EventAction, EventType, NewEvent},
    ids::{ClientId, EventId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{first_id, read};

/// The channel on which new events are announced.
pub const CHANNEL: &str = "cotejo_events";

/// Writes events in one statement.
pub async fn insert(conn: &mut PgConnection, events: &[NewEvent]) -> sqlx::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($of:expr) => {
            events.iter().map($of).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        r#"
        with input as (
            select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::integer[],
                                 $7::bigint[], $8::text[]) with ordinality
                as t (client_id, id, event_type, event_action, resource_id, resource_version, created_ns, body, n)
        ), bodies as (
            insert into event_bodies (client_id, resource_id, event_id, body)
            select client_id, resource_id, id, body from input
        ), new as (
            insert into events (client_id, id, event_type, event_action, resource_id, resource_version, created_ns)
            select client_id, id, event_type, event_action, resource_id, resource_version, created_ns
            from input order by n
        )
        select pg_notify($9, '')
        "#,
        &column!(|event| event.client.0),
        &column!(|event| event.id.0),
        &column!(|event| event.event_type.as_str()) as _,
        &column!(|event| event.action.as_str()) as _,
        &column!(|event| event.resource),
        &column!(|event| event.resource_version),
        &column!(|event| event.created.nanos()),
        &column!(|event| event.body.as_str()) as _,
        CHANNEL,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An event that has just got its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: EventId,
    /// Its number.
    pub sequence: i64,
    /// About what.
    pub event_type: EventType,
    /// What happened.
    pub action: EventAction,
}

/// Gives a batch of visible events the next numbers of their clients, and returns them in the order of their numbers.
/// One stamper at a time: the rows of `event_heads` keep two from giving the same number.
pub async fn stamp(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Stamped>> {
    let rows = sqlx::query!(
        r#"
        with waiting as (
            select client_id, id, inserted from events where sequence is null
            order by inserted limit $1
            for update
        ), counts as (
            select client_id, count(*) as events from waiting group by client_id
        ), heads as (
            insert into event_heads as h (client_id, last)
            select client_id, events from counts
            on conflict (client_id) do update set last = h.last + excluded.last
            returning client_id, last
        ), numbered as (
            select waiting.client_id, waiting.id,
                   heads.last - counts.events
                   + row_number() over (partition by waiting.client_id order by waiting.inserted) as sequence
            from waiting join counts using (client_id) join heads using (client_id)
        )
        update events e set sequence = numbered.sequence
        from numbered where e.client_id = numbered.client_id and e.id = numbered.id
        returning e.client_id, e.id, e.sequence as "sequence!", e.event_type, e.event_action
        "#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let mut stamped = rows
        .into_iter()
        .map(|row| {
            Ok(Stamped {
                client: ClientId(row.client_id),
                id: EventId(row.id),
                sequence: row.sequence,
                event_type: read(&row.event_type, "event_type")?,
                action: read(&row.event_action, "event_action")?,
            })
        })
        .collect::<sqlx::Result<Vec<_>>>()?;
    stamped.sort_unstable_by_key(|event| (event.client, event.sequence));
    Ok(stamped)
}

/// A row of the log with its body; shared by everything that reads events.
pub(crate) struct Row {
    pub id: Uuid,
    pub sequence: i64,
    pub event_type: String,
    pub event_action: String,
    pub resource_id: Uuid,
    pub resource_version: i32,
    pub created_ns: i64,
    pub body: String,
}

impl Row {
    pub(crate) fn into_event(self) -> sqlx::Result<Event> {
        Ok(Event {
            id: EventId(self.id),
            sequence: self.sequence,
            event_type: read(&self.event_type, "event_type")?,
            action: read(&self.event_action, "event_action")?,
            resource: self.resource_id,
            resource_version: self.resource_version,
            created: Timestamp::from_nanos(self.created_ns),
            body: self.body,
        })
    }
}

/// Which events of a client are read, oldest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Range {
    /// Behind this number.
    pub after: i64,
    /// Up to this number.
    pub to: Option<i64>,
    /// Only about this.
    pub event_type: Option<EventType>,
    /// Only of this action.
    pub action: Option<EventAction>,
    /// Only of this resource.
    pub resource: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

/// Numbered events of a client in the order of their numbers.
pub async fn list(conn: &mut PgConnection, client: ClientId, range: Range) -> sqlx::Result<Vec<Event>> {
    let rows = match range.resource {
        // A resource has few events: they are found by it.
        Some(resource) => {
            sqlx::query_as!(
                Row,
                r#"
                select e.id, e.sequence as "sequence!", e.event_type, e.event_action, e.resource_id,
                       e.resource_version, e.created_ns, b.body
                from event_bodies b join events e on e.client_id = b.client_id and e.id = b.event_id
                where b.client_id = $1 and b.resource_id = $2 and e.sequence > $3 and e.sequence <= $4
                  and ($5::text is null or e.event_type = $5) and ($6::text is null or e.event_action = $6)
                order by e.sequence limit $7
                "#,
                client.0,
                resource,
                range.after,
                range.to.unwrap_or(i64::MAX),
                range.event_type.map(EventType::as_str),
                range.action.map(EventAction::as_str),
                range.limit,
            )
            .fetch_all(conn)
            .await?
        }
        None => {
            sqlx::query_as!(
                Row,
                r#"
                select e.id as "id!", e.sequence as "sequence!", e.event_type as "event_type!",
                       e.event_action as "event_action!", e.resource_id as "resource_id!",
                       e.resource_version as "resource_version!", e.created_ns as "created_ns!", b.body
                from (
                    -- One index serves each: with a type the events of that type, without one all.
                    (select * from events
                     where client_id = $1 and sequence > $2 and sequence <= $3 and event_type = $4
                       and ($5::text is null or event_action = $5)
                     order by sequence limit $6)
                    union all
                    (select * from events
                     where $4::text is null and client_id = $1 and sequence > $2 and sequence <= $3
                       and ($5::text is null or event_action = $5)
                     order by sequence limit $6)
                ) as e
                join event_bodies b on b.client_id = $1 and b.resource_id = e.resource_id and b.event_id = e.id
                order by e.sequence limit $6
                "#,
                client.0,
                range.after,
                range.to.unwrap_or(i64::MAX),
                range.event_type.map(EventType::as_str),
                range.action.map(EventAction::as_str),
                range.limit,
            )
            .fetch_all(conn)
            .await?
        }
    };
    rows.into_iter().map(Row::into_event).collect()
}

/// The newest events of a type and action up to a number, the newest first.
pub async fn newest(conn: &mut PgConnection, client: ClientId, range: Range) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as!(
        Row,
        r#"
        select e.id, e.sequence as "sequence!", e.event_type, e.event_action, e.resource_id, e.resource_version,
               e.created_ns, b.body
        from (
            select * from events
            where client_id = $1 and event_type = $2 and ($3::text is null or event_action = $3) and sequence <= $4
            order by sequence desc limit $5
        ) as e
        join event_bodies b on b.client_id = $1 and b.resource_id = e.resource_id and b.event_id = e.id
        order by e.sequence desc
        "#,
        client.0,
        range.event_type.map(EventType::as_str),
        range.action.map(EventAction::as_str),
        range.to.unwrap_or(i64::MAX),
        range.limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_event)
    .collect()
}

/// The number of the first event that was created at this instant or later; `None` where there is none yet.
///
/// Ids are in the order of time. Events that commit together may have numbers in another order than their times, so
/// an instant is exact to the length of a transaction.
pub async fn number_at(
    conn: &mut PgConnection,
    client: ClientId,
    at: Timestamp,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"
        -- Ids of one millisecond are in no order: the first of them need not have the lowest number.
        select min(sequence) from (
            select sequence from events
            where client_id = $1 and id >= $2 and sequence is not null
            order by id limit 100
        ) as first
        "#,
        client.0,
        first_id(at),
    )
    .fetch_one(conn)
    .await
}

/// One event, by its id.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: EventId) -> sqlx::Result<Option<Event>> {
    sqlx::query_as!(
        Row,
        r#"
        select e.id, e.sequence as "sequence!", e.event_type, e.event_action, e.resource_id, e.resource_version,
               e.created_ns, b.body
        from events e
        join event_bodies b on b.client_id = e.client_id and b.resource_id = e.resource_id and b.event_id = e.id
        where e.client_id = $1 and e.id = $2 and e.sequence is not null
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_event)
    .transpose()
}

/// The number of a client's newest event; 0 before the first.
pub async fn head(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<i64> {
    let last = sqlx::query_scalar!("select last from event_heads where client_id = $1", client.0)
        .fetch_optional(conn)
        .await?;
    Ok(last.unwrap_or(0))
}

/// Numbered events of a range without their bodies, for replays.
pub async fn heads_of_range(
    conn: &mut PgConnection,
    client: ClientId,
    range: Range,
) -> sqlx::Result<Vec<Stamped>> {
    let rows = sqlx::query!(
        r#"
        select id, sequence as "sequence!", event_type, event_action from events
        where client_id = $1 and sequence > $2 and sequence <= $3
          and ($4::text is null or event_type = $4) and ($5::text is null or event_action = $5)
          and ($6::uuid is null or resource_id = $6)
        order by sequence limit $7
        "#,
        client.0,
        range.after,
        range.to.unwrap_or(i64::MAX),
        range.event_type.map(EventType::as_str),
        range.action.map(EventAction::as_str),
        range.resource,
        range.limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stamped {
                client,
                id: EventId(row.id),
                sequence: row.sequence,
                event_type: read(&row.event_type, "event_type")?,
                action: read(&row.event_action, "event_action")?,
            })
        })
        .collect()
}
