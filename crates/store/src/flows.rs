//! Flows, as far as tokens name them.

use cotejo_domain::{
    ids::{ClientId, FlowId},
    time::Timestamp,
};
use sqlx::PgConnection;

/// Inserts the flow that every client has from the start.
pub async fn insert_default(
    conn: &mut PgConnection,
    client: ClientId,
    id: FlowId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into flows (client_id, id, name, status, is_default, created_ns, updated_ns)
        values ($1, $2, 'default', 'enabled', true, $3, $3)
        "#,
        client.0,
        id.0,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The flow that the client has from the start.
pub async fn default_of(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Option<FlowId>> {
    let id = sqlx::query_scalar!(
        "select id from flows where client_id = $1 and is_default",
        client.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(FlowId))
}

/// Whether the client has an enabled flow of that id.
pub async fn is_enabled(conn: &mut PgConnection, client: ClientId, id: FlowId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
            select from flows where client_id = $1 and id = $2 and status = 'enabled'
        ) as "there!""#,
        client.0,
        id.0,
    )
    .fetch_one(conn)
    .await
}
