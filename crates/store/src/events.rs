//! The event log: written in the transaction of the change, numbered afterwards.

use cotejo_domain::events::NewEvent;
use sqlx::PgConnection;

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
        )
        insert into events (client_id, id, event_type, event_action, resource_id, resource_version, created_ns)
        select client_id, id, event_type, event_action, resource_id, resource_version, created_ns
        from input order by n
        "#,
        &column!(|event| event.client.0),
        &column!(|event| event.id.0),
        &column!(|event| event.event_type.as_str()) as _,
        &column!(|event| event.action.as_str()) as _,
        &column!(|event| event.resource),
        &column!(|event| event.resource_version),
        &column!(|event| event.created.nanos()),
        &column!(|event| event.body.as_str()) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a batch of visible events the next numbers of their clients; says how many. One stamper at a time: the
/// rows of `event_heads` keep two from giving the same number.
pub async fn stamp(conn: &mut PgConnection, limit: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
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
        ), stamped as (
            update events e set sequence = numbered.sequence
            from numbered where e.client_id = numbered.client_id and e.id = numbered.id
            returning e.id
        )
        select count(*) as "stamped!" from stamped
        "#,
        limit,
    )
    .fetch_one(conn)
    .await
}
