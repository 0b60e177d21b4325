//! Who went into whom: rows are added, and taken back once.

use cotejo_domain::{
    customers::Join,
    ids::{ClientId, CustomerId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// Who merges, or takes a merge back, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct By {
    /// The key or user; none where a transaction tied two customers together.
    pub actor: Option<Uuid>,
    /// The name; empty there.
    pub username: String,
    /// Why, in words.
    pub reason: String,
    /// The transaction that tied them together.
    pub cause: Option<Uuid>,
}

/// Notes a merge.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    id: Uuid,
    join: Join,
    by: &By,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into customer_merges (client_id, id, from_id, into_id, cause, actor, username, reason, created_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        client.0,
        id,
        join.from.0,
        join.into.0,
        by.cause,
        by.actor,
        by.username,
        by.reason,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a merge was taken back.
pub async fn take_back(
    conn: &mut PgConnection,
    client: ClientId,
    join: Join,
    by: &By,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update customer_merges set undone_actor = $4, undone_by = $5, undone_reason = $6, undone_ns = $7
        where client_id = $1 and from_id = $2 and into_id = $3 and undone_ns is null
        "#,
        client.0,
        join.from.0,
        join.into.0,
        by.actor,
        by.username,
        by.reason,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The merges between these customers that were taken back.
pub async fn taken_back(
    conn: &mut PgConnection,
    client: ClientId,
    customers: &[Uuid],
) -> sqlx::Result<Vec<Join>> {
    let rows = sqlx::query!(
        r#"
        select distinct from_id, into_id from customer_merges
        where client_id = $1 and from_id = any($2) and into_id = any($2) and undone_ns is not null
        "#,
        client.0,
        customers,
    )
    .fetch_all(conn)
    .await?;
    let joins = rows.into_iter().map(|row| Join {
        from: CustomerId(row.from_id),
        into: CustomerId(row.into_id),
    });
    Ok(joins.collect())
}
