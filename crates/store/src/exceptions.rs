//! Hits of screening that operators set aside.

use cotejo_domain::{
    audit::ActorKind,
    ids::{CheckId, ClientId, ExceptionId},
    screening::Exception,
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

/// An exception with all that is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRow {
    /// What it rests on.
    pub exception: Exception,
    /// The list.
    pub list: String,
    /// The list's own id of the entry.
    pub entry: String,
    /// The entry's name when it was set aside.
    pub entry_name: String,
    /// The check whose hit it was.
    pub check: CheckId,
    /// Why.
    pub reason: String,
    /// What kind of actor set it aside.
    pub actor_kind: ActorKind,
    /// Who.
    pub actor: Option<Uuid>,
    /// Who, by name.
    pub actor_name: String,
    /// When.
    pub created: Timestamp,
}

/// Inserts an exception.
pub async fn insert(conn: &mut PgConnection, client: ClientId, row: &ExceptionRow) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into screening_exceptions (client_id, id, list, entry, entry_digest, entry_name, salt, subject, check_id,
                                          reason, actor_kind, actor, actor_name, created_ns, expires_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        "#,
        client.0,
        row.exception.id.0,
        row.list,
        row.entry,
        row.exception.entry_digest,
        row.entry_name,
        row.exception.salt,
        row.exception.subject,
        row.check.0,
        row.reason,
        row.actor_kind.as_str(),
        row.actor,
        row.actor_name,
        row.created.nanos(),
        row.exception.expires.map(Timestamp::nanos),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which exceptions of a client are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// Only this one.
    pub id: Option<ExceptionId>,
    /// Behind this one, newest first.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

/// Exceptions of a client, newest first; undone and expired ones too.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    listing: Listing,
) -> sqlx::Result<Vec<ExceptionRow>> {
    let rows = sqlx::query!(
        r#"
        select id, list, entry, entry_digest, entry_name, salt, subject, check_id, reason, actor_kind, actor,
               actor_name, created_ns, expires_ns, revoked_ns
        from screening_exceptions
        where client_id = $1 and ($2::uuid is null or id = $2) and ($3::uuid is null or id < $3)
        order by id desc
        limit $4
        "#,
        client.0,
        listing.id.map(|id| id.0),
        listing.after,
        listing.limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ExceptionRow {
                exception: Exception {
                    id: ExceptionId(row.id),
                    entry_digest: row.entry_digest,
                    salt: row.salt,
                    subject: row.subject,
                    expires: row.expires_ns.map(Timestamp::from_nanos),
                    revoked: row.revoked_ns.map(Timestamp::from_nanos),
                },
                list: row.list,
                entry: row.entry,
                entry_name: row.entry_name,
                check: CheckId(row.check_id),
                reason: row.reason,
                actor_kind: read(&row.actor_kind, "actor_kind")?,
                actor: row.actor,
                actor_name: row.actor_name,
                created: Timestamp::from_nanos(row.created_ns),
            })
        })
        .collect()
}

/// Undoes an exception that is not undone; says whether there was one.
pub async fn revoke(
    conn: &mut PgConnection,
    client: ClientId,
    id: ExceptionId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update screening_exceptions set revoked_ns = $3 where client_id = $1 and id = $2 and revoked_ns is null",
        client.0,
        id.0,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The exceptions of a client for entries of a list that are not undone, with the entry of each.
pub async fn of_entries(
    conn: &mut PgConnection,
    client: ClientId,
    list: &str,
    entries: &[&str],
) -> sqlx::Result<Vec<(String, Exception)>> {
    let rows = sqlx::query!(
        r#"
        select entry, id, entry_digest, salt, subject, expires_ns
        from screening_exceptions
        where client_id = $1 and list = $2 and entry = any($3) and revoked_ns is null
        order by id
        "#,
        client.0,
        list,
        entries as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let exception = Exception {
                id: ExceptionId(row.id),
                entry_digest: row.entry_digest,
                salt: row.salt,
                subject: row.subject,
                expires: row.expires_ns.map(Timestamp::from_nanos),
                revoked: None,
            };
            (row.entry, exception)
        })
        .collect())
}
