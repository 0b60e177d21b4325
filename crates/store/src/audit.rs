//! The audit trail: entries are inserted unchained; a leased sealer links them afterwards and signs heads.

use cotejo_domain::{
    audit::{ActorKind, Checkpoint, Entry},
    ids::{AuditId, ClientId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Whose trail.
    pub client: ClientId,
    /// Its id.
    pub id: AuditId,
    /// What was done (`check.deleted`).
    pub action: &'static str,
    /// Who did it.
    pub actor_kind: ActorKind,
    /// The key or user; `None` for the system itself.
    pub actor: Option<Uuid>,
    /// The address that the request came from; empty where there was none.
    pub origin: String,
    /// To what.
    pub resource: Uuid,
    /// When, in the client's time.
    pub at: Timestamp,
    /// Keyed commitment to what was there before.
    pub before: Option<Vec<u8>>,
    /// Keyed commitment to what is there now.
    pub after: Option<Vec<u8>>,
    /// In words, without personal data.
    pub detail: String,
}

/// Writes an entry in the transaction of what it tells.
pub async fn insert(conn: &mut PgConnection, entry: &New) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into audit_entries (client_id, id, action, actor_kind, actor, origin, resource_id, at_ns, before, after,
                                   detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        entry.client.0,
        entry.id.0,
        entry.action,
        entry.actor_kind.as_str(),
        entry.actor,
        entry.origin,
        entry.resource,
        entry.at.nanos(),
        entry.before,
        entry.after,
        entry.detail,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    client_id: Uuid,
    id: Uuid,
    sequence: i64,
    action: String,
    actor_kind: String,
    actor: Option<Uuid>,
    origin: String,
    resource_id: Uuid,
    subject: Option<Vec<u8>>,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
    detail: String,
    at_ns: i64,
    hash: Option<Vec<u8>>,
}

impl Row {
    fn into_sealed(self) -> sqlx::Result<Sealed> {
        Ok(Sealed {
            hash: digest(self.hash.unwrap_or_default())?,
            entry: Entry {
                client: ClientId(self.client_id),
                sequence: self.sequence,
                id: AuditId(self.id),
                action: self.action,
                actor_kind: read(&self.actor_kind, "actor_kind")?,
                actor: self.actor,
                origin: self.origin,
                resource: self.resource_id.simple().to_string(),
                at: Timestamp::from_nanos(self.at_ns),
                subject: self.subject,
                before: self.before,
                after: self.after,
                detail: self.detail,
            },
        })
    }
}

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The entry.
    pub entry: Entry,
    /// Its hash over the one before; zeros while it is not linked.
    pub hash: [u8; 32],
}

fn digest(bytes: Vec<u8>) -> sqlx::Result<[u8; 32]> {
    if bytes.is_empty() {
        return Ok([0; 32]);
    }
    bytes.try_into().map_err(|_| sqlx::Error::ColumnDecode {
        index: "hash".to_owned(),
        source: "not 32 bytes".into(),
    })
}

/// A batch of entries that are not linked yet, the oldest first, locked; their sequences are not theirs yet.
pub async fn unsealed(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select client_id, id, 0::bigint as "sequence!", action, actor_kind, actor, origin, resource_id, subject, before,
               after, detail, at_ns, hash
        from audit_entries where hash is null order by inserted limit $1
        for update
        "#,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(row.into_sealed()?.entry)).collect()
}

/// Where the chains of these clients end, locked: the last sequence and its hash.
pub async fn heads(
    conn: &mut PgConnection,
    clients: &[Uuid],
) -> sqlx::Result<Vec<(ClientId, i64, [u8; 32])>> {
    let rows = sqlx::query!(
        "select client_id, last, hash from audit_heads where client_id = any($1) order by client_id for update",
        clients
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((ClientId(row.client_id), row.last, digest(row.hash)?)))
        .collect()
}

/// Links entries: gives them their sequences and hashes, and moves the heads.
pub async fn link(conn: &mut PgConnection, sealed: &[Sealed]) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with input as (
            select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[]) as t (client_id, id, sequence, hash)
        ), heads as (
            insert into audit_heads (client_id, last, hash)
            select distinct on (client_id) client_id, sequence, hash from input order by client_id, sequence desc
            on conflict (client_id) do update set last = excluded.last, hash = excluded.hash
        )
        update audit_entries e set sequence = input.sequence, hash = input.hash
        from input where e.client_id = input.client_id and e.id = input.id
        "#,
        &sealed.iter().map(|row| row.entry.client.0).collect::<Vec<_>>(),
        &sealed.iter().map(|row| row.entry.id.0).collect::<Vec<_>>(),
        &sealed.iter().map(|row| row.entry.sequence).collect::<Vec<_>>(),
        &sealed.iter().map(|row| row.hash.as_slice()).collect::<Vec<_>>() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The heads that are to be signed: so many entries behind the last checkpoint, or any and it is so old.
pub async fn unsigned_heads(
    conn: &mut PgConnection,
    entries: i64,
    seconds: i64,
    now: Timestamp,
) -> sqlx::Result<Vec<(ClientId, i64, [u8; 32])>> {
    let rows = sqlx::query!(
        r#"
        select h.client_id, h.last, h.hash
        from audit_heads h
        left join lateral (
            select sequence, at_ns from audit_checkpoints c where c.client_id = h.client_id
            order by sequence desc limit 1
        ) as c on true
        where h.last > coalesce(c.sequence, 0)
          and (h.last - coalesce(c.sequence, 0) >= $1 or coalesce(c.at_ns, 0) <= $2)
        "#,
        entries,
        now.plus_seconds(-seconds).nanos(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((ClientId(row.client_id), row.last, digest(row.hash)?)))
        .collect()
}

/// Keeps a checkpoint; one of the same sequence is kept as it is.
pub async fn keep(conn: &mut PgConnection, checkpoint: &Checkpoint) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into audit_checkpoints (client_id, sequence, hash, at_ns, public_key, signature)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing
        "#,
        checkpoint.client.0,
        checkpoint.sequence,
        checkpoint.hash.as_slice(),
        checkpoint.at.nanos(),
        checkpoint.key,
        checkpoint.signature,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which entries are read.
#[derive(Debug, Clone, Default)]
pub struct Range {
    /// Behind this number.
    pub after: i64,
    /// Up to this number.
    pub to: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// Linked entries of a client, the oldest first.
pub async fn list(conn: &mut PgConnection, client: ClientId, range: &Range) -> sqlx::Result<Vec<Sealed>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, sequence as "sequence!", action, actor_kind, actor, origin, resource_id, subject, before,
               after, detail, at_ns, hash
        from audit_entries
        where client_id = $1 and sequence > $2 and sequence <= $3 order by sequence limit $4
        "#,
        client.0,
        range.after,
        range.to.unwrap_or(i64::MAX),
        range.limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_sealed)
    .collect()
}

/// Linked entries of a client before a number, the newest first.
pub async fn newest(
    conn: &mut PgConnection,
    client: ClientId,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<Sealed>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, sequence as "sequence!", action, actor_kind, actor, origin, resource_id, subject, before,
               after, detail, at_ns, hash
        from audit_entries
        where client_id = $1 and sequence < $2 order by sequence desc limit $3
        "#,
        client.0,
        before,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_sealed)
    .collect()
}

/// Checkpoints of a client behind a number, the oldest first.
pub async fn checkpoints(
    conn: &mut PgConnection,
    client: ClientId,
    range: &Range,
) -> sqlx::Result<Vec<Checkpoint>> {
    let rows = sqlx::query!(
        r#"
        select sequence, hash, at_ns, public_key, signature from audit_checkpoints
        where client_id = $1 and sequence > $2 and sequence <= $3 order by sequence limit $4
        "#,
        client.0,
        range.after,
        range.to.unwrap_or(i64::MAX),
        range.limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Checkpoint {
                client,
                sequence: row.sequence,
                hash: digest(row.hash)?,
                at: Timestamp::from_nanos(row.at_ns),
                key: row.public_key,
                signature: row.signature,
            })
        })
        .collect()
}
