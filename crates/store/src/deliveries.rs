//! Deliveries: one event to be told to one target, and how each attempt went.

use cotejo_domain::{
    events::Event,
    ids::{ClientId, DeliveryId, EventId},
    time::Timestamp,
    webhooks::DeliveryState,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::events;

/// A delivery to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Whose.
    pub client: ClientId,
    /// The hook, or the action of a rule.
    pub target: Uuid,
    /// Its id.
    pub id: DeliveryId,
    /// The event; `None` for a test.
    pub event: Option<EventId>,
    /// The event's number.
    pub sequence: i64,
    /// Now, in the client's time: when it is due.
    pub now: Timestamp,
}

/// Inserts deliveries that are due at once.
pub async fn insert(conn: &mut PgConnection, new: &[New]) -> sqlx::Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into deliveries (client_id, target_id, id, event_id, sequence, state, next_ns, created_ns)
        select client_id, target_id, id, event_id, sequence, 'pending', now_ns, now_ns
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[])
             as t (client_id, target_id, id, event_id, sequence, now_ns)
        "#,
        &new.iter().map(|row| row.client.0).collect::<Vec<_>>(),
        &new.iter().map(|row| row.target).collect::<Vec<_>>(),
        &new.iter().map(|row| row.id.0).collect::<Vec<_>>(),
        &new.iter()
            .map(|row| row.event.map(|event| event.0))
            .collect::<Vec<_>>() as _,
        &new.iter().map(|row| row.sequence).collect::<Vec<_>>(),
        &new.iter().map(|row| row.now.nanos()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A delivery whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The delivery.
    pub id: DeliveryId,
    /// How often it was tried.
    pub attempts: i16,
    /// The event; `None` for a test, and for one that was erased with its resource.
    pub event: Option<Event>,
    /// Whether it is a test.
    pub is_test: bool,
}

/// The deliveries of a target that are due, in the order in which they start.
pub async fn due(
    conn: &mut PgConnection,
    client: ClientId,
    target: Uuid,
    now: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"
        select d.id, d.attempts, d.event_id, e.sequence as "sequence?", e.event_type as "event_type?",
               e.event_action as "event_action?", e.resource_id as "resource_id?",
               e.resource_version as "resource_version?", e.created_ns as "created_ns?", b.body as "body?"
        from deliveries d
        left join events e on e.client_id = d.client_id and e.id = d.event_id
        left join event_bodies b
            on b.client_id = e.client_id and b.resource_id = e.resource_id and b.event_id = e.id
        where d.client_id = $1 and d.target_id = $2 and d.state = 'pending' and d.next_ns <= $3
        order by d.next_ns, d.sequence limit $4
        "#,
        client.0,
        target,
        now.nanos(),
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let event = match (
                row.event_id,
                row.sequence,
                row.event_type,
                row.event_action,
                row.resource_id,
                row.resource_version,
                row.created_ns,
                row.body,
            ) {
                (
                    Some(id),
                    Some(sequence),
                    Some(event_type),
                    Some(event_action),
                    Some(resource_id),
                    Some(resource_version),
                    Some(created_ns),
                    Some(body),
                ) => Some(
                    events::Row {
                        id,
                        sequence,
                        event_type,
                        event_action,
                        resource_id,
                        resource_version,
                        created_ns,
                        body,
                    }
                    .into_event()?,
                ),
                _ => None,
            };
            Ok(Due {
                id: DeliveryId(row.id),
                attempts: row.attempts,
                event,
                is_test: row.event_id.is_none(),
            })
        })
        .collect()
}

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The delivery.
    pub delivery: DeliveryId,
    /// Which attempt it was, from 1.
    pub n: i16,
    /// When it began; real time.
    pub started: Timestamp,
    /// How long it took, in microseconds.
    pub elapsed_us: i32,
    /// What the receiver answered; `None` where it did not.
    pub status: Option<u16>,
    /// Why it did not.
    pub error: String,
    /// How its answer began.
    pub response_head: String,
    /// What becomes of the delivery.
    pub state: DeliveryState,
    /// When it is tried next, in the client's time.
    pub next: Timestamp,
}

/// Writes how attempts went.
pub async fn record(
    conn: &mut PgConnection,
    client: ClientId,
    target: Uuid,
    attempts: &[Attempt],
) -> sqlx::Result<()> {
    if attempts.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        with input as (
            select * from unnest($3::uuid[], $4::smallint[], $5::timestamptz[], $6::integer[], $7::smallint[],
                                 $8::text[], $9::text[], $10::text[], $11::bigint[])
                as t (delivery_id, n, started_at, elapsed_us, status, error, response_head, state, next_ns)
        ), tried as (
            insert into delivery_attempts (client_id, delivery_id, n, started_at, elapsed_us, status, error, response_head)
            select $1, delivery_id, n, started_at, elapsed_us, status, error, response_head from input
            on conflict (client_id, delivery_id, n) do nothing
        )
        update deliveries d set state = input.state, attempts = input.n, next_ns = input.next_ns
        from input where d.client_id = $1 and d.target_id = $2 and d.id = input.delivery_id
        "#,
        client.0,
        target,
        &attempts.iter().map(|row| row.delivery.0).collect::<Vec<_>>(),
        &attempts.iter().map(|row| row.n).collect::<Vec<_>>(),
        &attempts.iter().map(|row| row.started.to_datetime()).collect::<Vec<_>>(),
        &attempts.iter().map(|row| row.elapsed_us).collect::<Vec<_>>(),
        &attempts.iter().map(|row| row.status.and_then(|status| i16::try_from(status).ok())).collect::<Vec<_>>() as _,
        &attempts.iter().map(|row| row.error.as_str()).collect::<Vec<_>>() as _,
        &attempts.iter().map(|row| row.response_head.as_str()).collect::<Vec<_>>() as _,
        &attempts.iter().map(|row| row.state.as_str()).collect::<Vec<_>>() as _,
        &attempts.iter().map(|row| row.next.nanos()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When the next delivery of a target is due, in the client's time.
pub async fn next(
    conn: &mut PgConnection,
    client: ClientId,
    target: Uuid,
) -> sqlx::Result<Option<Timestamp>> {
    let next = sqlx::query_scalar!(
        r#"
        select next_ns from deliveries where client_id = $1 and target_id = $2 and state = 'pending'
        order by next_ns limit 1
        "#,
        client.0,
        target,
    )
    .fetch_optional(conn)
    .await?;
    Ok(next.map(Timestamp::from_nanos))
}

/// A delivery as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The event; `None` for a test.
    pub event: Option<EventId>,
    /// The event's number.
    pub sequence: i64,
    /// What became of it.
    pub state: DeliveryState,
    /// When it is tried next, in the client's time.
    pub next: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// How each attempt went, the first first.
    pub attempts: Vec<Tried>,
}

/// An attempt as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// When it began; real time.
    pub started: Timestamp,
    /// How long it took, in microseconds.
    pub elapsed_us: i32,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// Why it did not.
    pub error: String,
    /// How its answer began.
    pub response_head: String,
}

/// Which deliveries are listed, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listing {
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only this one.
    pub only: Option<Uuid>,
    /// Behind this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

struct Row {
    id: Uuid,
    target_id: Uuid,
    event_id: Option<Uuid>,
    sequence: i64,
    state: String,
    next_ns: i64,
    created_ns: i64,
}

/// Deliveries of a target with their attempts.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    target: Uuid,
    listing: Listing,
) -> sqlx::Result<Vec<Delivery>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id, target_id, event_id, sequence, state, next_ns, created_ns from deliveries
        where client_id = $1 and target_id = $2 and ($3::text is null or state = $3)
          and ($4::uuid is null or id = $4) and ($5::uuid is null or id < $5)
        order by id desc limit $6
        "#,
        client.0,
        target,
        listing.state.map(DeliveryState::as_str),
        listing.only,
        listing.after,
        listing.limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    let whole = with_attempts(conn, client, rows).await?;
    Ok(whole.into_iter().map(|(_, delivery)| delivery).collect())
}

/// What these targets were told of these events, with the target of each.
pub async fn of_events(
    conn: &mut PgConnection,
    client: ClientId,
    targets: &[Uuid],
    events: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, Delivery)>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id, target_id, event_id, sequence, state, next_ns, created_ns from deliveries
        where client_id = $1 and target_id = any($2) and event_id = any($3)
        order by id
        "#,
        client.0,
        targets,
        events,
    )
    .fetch_all(&mut *conn)
    .await?;
    with_attempts(conn, client, rows).await
}

async fn with_attempts(
    conn: &mut PgConnection,
    client: ClientId,
    rows: Vec<Row>,
) -> sqlx::Result<Vec<(Uuid, Delivery)>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let tried = sqlx::query!(
        r#"
        select delivery_id, started_at, elapsed_us, status, error, response_head from delivery_attempts
        where client_id = $1 and delivery_id = any($2) order by delivery_id, n
        "#,
        client.0,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let attempts = tried
                .iter()
                .filter(|tried| tried.delivery_id == row.id)
                .map(|tried| Tried {
                    started: tried.started_at.into(),
                    elapsed_us: tried.elapsed_us,
                    status: tried.status.and_then(|status| u16::try_from(status).ok()),
                    error: tried.error.clone(),
                    response_head: tried.response_head.clone(),
                });
            let delivery = Delivery {
                id: DeliveryId(row.id),
                event: row.event_id.map(EventId),
                sequence: row.sequence,
                state: crate::read(&row.state, "state")?,
                next: Timestamp::from_nanos(row.next_ns),
                created: Timestamp::from_nanos(row.created_ns),
                attempts: attempts.collect(),
            };
            Ok((row.target_id, delivery))
        })
        .collect()
}

/// Gives up what waits for a target that is disabled or gone.
pub async fn give_up(conn: &mut PgConnection, client: ClientId, target: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "update deliveries set state = 'failed' where client_id = $1 and target_id = $2 and state = 'pending'",
        client.0,
        target,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets up to `limit` deliveries that ended so long ago, with their attempts; says how many.
pub async fn sweep(conn: &mut PgConnection, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        with gone as (
            delete from deliveries where ctid = any (array(
                select ctid from deliveries where created_ns < $1 and state <> 'pending' limit $2
            ))
            returning client_id, id
        ), attempts as (
            delete from delivery_attempts a using gone where a.client_id = gone.client_id and a.delivery_id = gone.id
        )
        select count(*) as "gone!" from gone
        "#,
        before.nanos(),
        limit,
    )
    .fetch_one(conn)
    .await?;
    Ok(done.gone.unsigned_abs())
}
