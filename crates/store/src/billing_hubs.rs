//! Billing hubs: parts of a client whose checks and tokens are counted apart.

use cotejo_domain::{
    ids::{BillingHubId, ClientId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A billing hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingHub {
    /// Its id.
    pub id: BillingHubId,
    /// Its name, unique in any case.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
}

/// Inserts a hub. A second one of the name violates `billing_hubs_name`.
pub async fn insert(conn: &mut PgConnection, client: ClientId, hub: &BillingHub) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into billing_hubs (client_id, id, name, created_ns) values ($1, $2, $3, $4)",
        client.0,
        hub.id.0,
        hub.name,
        hub.created.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Hubs of a client behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<BillingHub>> {
    let rows = sqlx::query!(
        r#"
        select id, name, created_ns from billing_hubs
        where client_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3
        "#,
        client.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| BillingHub {
            id: BillingHubId(row.id),
            name: row.name,
            created: Timestamp::from_nanos(row.created_ns),
        })
        .collect())
}

/// The hub of that id or name.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id_or_name: &str,
) -> sqlx::Result<Option<BillingHubId>> {
    let id: Option<BillingHubId> = id_or_name.parse().ok();
    let found = sqlx::query_scalar!(
        "select id from billing_hubs where client_id = $1 and (id = $2 or lower(name) = lower($3)) order by id = $2 desc limit 1",
        client.0,
        id.map(|id| id.0),
        id_or_name,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(BillingHubId))
}
