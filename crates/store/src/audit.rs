//! The audit trail: entries are inserted unchained; a leased sealer links them afterwards.

use cotejo_domain::{
    ids::{AuditId, ClientId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose trail.
    pub client: ClientId,
    /// Its id.
    pub id: AuditId,
    /// What was done (`check.deleted`).
    pub action: &'static str,
    /// The key or user that did it; `None` for the system itself.
    pub actor: Option<Uuid>,
    /// To what.
    pub resource: Uuid,
    /// When, in the client's time.
    pub at: Timestamp,
}

/// Writes an entry in the transaction of what it tells.
pub async fn insert(conn: &mut PgConnection, entry: &Entry) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_entries (client_id, id, action, actor, resource_id, at_ns) values ($1, $2, $3, $4, $5, $6)",
        entry.client.0,
        entry.id.0,
        entry.action,
        entry.actor,
        entry.resource,
        entry.at.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
