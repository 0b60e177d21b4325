//! Answers already given to requests that carried an `Idempotency-Key`.

use cotejo_domain::ids::ClientId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::create::RequestKey;

/// An answer already given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The resource that was answered with.
    pub resource: Uuid,
    /// The status that was answered.
    pub status: u16,
    /// Hash of the request that it answered.
    pub body_hash: Vec<u8>,
}

/// The answer given to a key within the last 24 hours.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    request: &RequestKey,
) -> sqlx::Result<Option<Given>> {
    let row = sqlx::query!(
        r#"
        select resource_id, status, body_hash from idempotency_keys
        where client_id = $1 and route = $2 and key = $3 and created_at >= clock_timestamp() - interval '24 hours'
        "#,
        client.0,
        request.route,
        request.key,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Given {
        resource: row.resource_id,
        status: u16::try_from(row.status).unwrap_or(200),
        body_hash: row.body_hash,
    }))
}

/// Whether a key is new, or what it was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the caller's, in this transaction.
    Fresh,
    /// Another transaction is working on it.
    Busy,
    /// The same route and key were answered before.
    Given {
        /// Hash of the request that was answered.
        body_hash: Vec<u8>,
        /// The status.
        status: u16,
        /// The answer, sealed; `None` where it is made again from the resource.
        answer: Option<Vec<u8>>,
    },
}

/// How long a claim waits for another transaction that holds the key: long enough for one that is just ending.
const PATIENCE: &str = "100ms";

/// Claims a key in the caller's transaction.
pub async fn claim(conn: &mut PgConnection, client: ClientId, request: &RequestKey) -> sqlx::Result<Claim> {
    wait_for_locks(&mut *conn, PATIENCE).await?;
    match take(&mut *conn, client, request).await {
        Ok(claim) => {
            wait_for_locks(conn, "0").await?;
            Ok(claim)
        }
        // lock_not_available
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => Ok(Claim::Busy),
        Err(error) => Err(error),
    }
}

/// How long the transaction waits for a lock from now on; zero is as long as it takes.
async fn wait_for_locks(conn: &mut PgConnection, patience: &str) -> sqlx::Result<()> {
    sqlx::query!("select set_config('lock_timeout', $1, true)", patience)
        .fetch_one(conn)
        .await?;
    Ok(())
}

async fn take(conn: &mut PgConnection, client: ClientId, request: &RequestKey) -> sqlx::Result<Claim> {
    let claimed = sqlx::query_scalar!(
        r#"
        insert into idempotency_keys as i (client_id, route, key, body_hash, resource_id, status)
        values ($1, $2, $3, $4, $1, 0)
        on conflict (client_id, route, key) do update
        set body_hash = excluded.body_hash, resource_id = excluded.resource_id, status = 0, answer = null,
            created_at = clock_timestamp()
        where i.created_at < clock_timestamp() - interval '24 hours'
        returning 1
        "#,
        client.0,
        request.route,
        request.key,
        request.body_hash.as_slice(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    if claimed.is_some() {
        return Ok(Claim::Fresh);
    }
    let given = sqlx::query!(
        "select body_hash, status, answer from idempotency_keys where client_id = $1 and route = $2 and key = $3",
        client.0,
        request.route,
        request.key,
    )
    .fetch_one(conn)
    .await?;
    Ok(Claim::Given {
        body_hash: given.body_hash,
        status: u16::try_from(given.status).unwrap_or(200),
        answer: given.answer,
    })
}

/// Keeps the answer to a claimed key, in the transaction that claimed it.
pub async fn answer(
    conn: &mut PgConnection,
    client: ClientId,
    request: &RequestKey,
    status: u16,
    answer: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!(
        "update idempotency_keys set status = $4, answer = $5 where client_id = $1 and route = $2 and key = $3",
        client.0,
        request.route,
        request.key,
        i16::try_from(status).unwrap_or(200),
        answer,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a key was answered with another resource and status than expected (an earlier check, 200).
pub async fn settle(
    conn: &mut PgConnection,
    client: ClientId,
    request: &RequestKey,
    resource: Uuid,
    status: u16,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update idempotency_keys set resource_id = $4, status = $5
        where client_id = $1 and route = $2 and key = $3
        "#,
        client.0,
        request.route,
        request.key,
        resource,
        i16::try_from(status).unwrap_or(200),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets up to `limit` answers that are a day old; says how many.
pub async fn sweep(conn: &mut PgConnection, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from idempotency_keys where ctid = any (array(
            select ctid from idempotency_keys
            where created_at < clock_timestamp() - interval '24 hours'
            limit $1
        ))
        "#,
        limit,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
