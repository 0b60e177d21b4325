//! Faults of sandbox clients. They are read with their client (view `tenants`).

use cotejo_domain::{
    faults::Fault,
    ids::{ClientId, FaultId},
};
use sqlx::PgConnection;

use crate::write_json;

/// Inserts a fault.
pub async fn insert(conn: &mut PgConnection, client: ClientId, fault: &Fault) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into faults (client_id, id, spec, remaining, created_ns) values ($1, $2, $3::text::json, $4, $5)",
        client.0,
        fault.id.0,
        write_json(&fault.spec)?,
        fault.remaining,
        fault.created_ns,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets a fault strike once more; says whether it had a strike left.
pub async fn strike(conn: &mut PgConnection, client: ClientId, id: FaultId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update faults set remaining = remaining - 1
        where client_id = $1 and id = $2 and coalesce(remaining, 1) > 0
        "#,
        client.0,
        id.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Clears all faults of a client; says how many.
pub async fn clear(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<u64> {
    let done = sqlx::query!("delete from faults where client_id = $1", client.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}
