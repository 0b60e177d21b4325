//! The ledger of decisions about processes: rows are added and never changed.

use cotejo_domain::{
    ids::{ClientId, DecisionId, ProcessId, ValidationId},
    processes::{Decision, OverrideReason, ProcessStatus},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

struct Row {
    client_id: Uuid,
    id: Uuid,
    process_id: Uuid,
    validation_id: Option<Uuid>,
    part: String,
    level: String,
    kind: String,
    stand: String,
    before: String,
    reason: String,
    description: String,
    username: String,
    approver: String,
    created_ns: i64,
}

impl Row {
    fn into_decision(self) -> sqlx::Result<Decision> {
        Ok(Decision {
            client: ClientId(self.client_id),
            id: DecisionId(self.id),
            process: ProcessId(self.process_id),
            validation: self.validation_id.map(ValidationId),
            part: self.part,
            level: read(&self.level, "level")?,
            kind: read(&self.kind, "kind")?,
            stand: read(&self.stand, "stand")?,
            before: read(&self.before, "before")?,
            reason: self.reason,
            description: self.description,
            username: self.username,
            approver: self.approver,
            at: Timestamp::from_nanos(self.created_ns),
        })
    }
}

/// Adds a decision.
pub async fn insert(conn: &mut PgConnection, decision: &Decision) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into decisions (client_id, id, process_id, validation_id, part, level, kind, stand, before, reason,
                               description, username, approver, created_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        "#,
        decision.client.0,
        decision.id.0,
        decision.process.0,
        decision.validation.map(|id| id.0),
        decision.part,
        decision.level.as_str(),
        decision.kind.as_str(),
        decision.stand.as_str(),
        decision.before.as_str(),
        decision.reason,
        decision.description,
        decision.username,
        decision.approver,
        decision.at.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The decisions about a process, in the order in which they were taken.
pub async fn of_process(
    conn: &mut PgConnection,
    client: ClientId,
    process: ProcessId,
) -> sqlx::Result<Vec<Decision>> {
    of_processes(conn, client, &[process.0]).await
}

/// The decisions about some processes, each one's in the order in which they were taken.
pub async fn of_processes(
    conn: &mut PgConnection,
    client: ClientId,
    processes: &[Uuid],
) -> sqlx::Result<Vec<Decision>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, process_id, validation_id, part, level, kind, stand, before, reason, description, username,
               approver, created_ns
        from decisions where client_id = $1 and process_id = any($2) order by process_id, n
        "#,
        client.0,
        processes,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_decision)
    .collect()
}

/// An override that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The process.
    pub process: ProcessId,
    /// What its status is to be.
    pub status: ProcessStatus,
    /// Why.
    pub reason: OverrideReason,
    /// Why, in words.
    pub description: String,
    /// The key or user who asked.
    pub actor: Uuid,
    /// Who asked, by name.
    pub username: String,
    /// When, in the client's time.
    pub at: Timestamp,
}

/// Keeps an override that waits for a second person, in the place of one that waited before.
pub async fn put_request(conn: &mut PgConnection, client: ClientId, request: &Request) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into override_requests (client_id, process_id, status, reason, description, actor, username, created_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict on constraint override_requests_key do update
        set status = excluded.status, reason = excluded.reason, description = excluded.description,
            actor = excluded.actor, username = excluded.username, created_ns = excluded.created_ns
        "#,
        client.0,
        request.process.0,
        request.status.as_str(),
        request.reason.as_str(),
        request.description,
        request.actor,
        request.username,
        request.at.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The override of a process that waits for a second person.
pub async fn request(
    conn: &mut PgConnection,
    client: ClientId,
    process: ProcessId,
) -> sqlx::Result<Option<Request>> {
    let row = sqlx::query!(
        r#"
        select status, reason, description, actor, username, created_ns from override_requests
        where client_id = $1 and process_id = $2
        "#,
        client.0,
        process.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Request {
            process,
            status: read(&row.status, "status")?,
            reason: read(&row.reason, "reason")?,
            description: row.description,
            actor: row.actor,
            username: row.username,
            at: Timestamp::from_nanos(row.created_ns),
        })
    })
    .transpose()
}

/// Forgets the override of a process that waits.
pub async fn drop_request(conn: &mut PgConnection, client: ClientId, process: ProcessId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from override_requests where client_id = $1 and process_id = $2",
        client.0,
        process.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
