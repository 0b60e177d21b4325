//! Clocks of sandbox clients: how far each is ahead, and how far it is to be.

use cotejo_domain::ids::ClientId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// How far it is ahead of the machine's, in nanoseconds.
    pub offset_ns: i64,
    /// How far it is to be; `None` where it has arrived.
    pub target_ns: Option<i64>,
}

/// A client's clock, locked until the transaction ends.
pub async fn lock(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Option<Clock>> {
    sqlx::query_as!(
        Clock,
        r#"
        select clock_offset_ns as offset_ns, clock_target_ns as target_ns from clients
        where id = $1 for no key update
        "#,
        client.0
    )
    .fetch_optional(conn)
    .await
}

/// Sets a client's clock.
pub async fn set(conn: &mut PgConnection, client: ClientId, clock: Clock) -> sqlx::Result<()> {
    sqlx::query!(
        "update clients set clock_offset_ns = $2, clock_target_ns = $3 where id = $1",
        client.0,
        clock.offset_ns,
        clock.target_ns,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The clients whose clocks are on their way.
pub async fn moving(conn: &mut PgConnection) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select id from clients where clock_target_ns is not null")
        .fetch_all(conn)
        .await
}

/// Whether events of a client have no number yet: what they lead to is still to come.
pub async fn has_unnumbered(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from events where sequence is null and client_id = $1) as "there!""#,
        client.0
    )
    .fetch_one(conn)
    .await
}
