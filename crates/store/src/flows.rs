//! Flows and their versions. A version is never changed: processes keep theirs.

use cotejo_domain::{
    ids::{ClientId, FlowId},
    processes::{Flow, FlowSpec, FlowStatus},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json, write_json};

struct Row {
    client_id: Uuid,
    id: Uuid,
    name: String,
    status: String,
    version: i32,
    spec: String,
    created_ns: i64,
    updated_ns: i64,
}

impl Row {
    fn into_flow(self) -> sqlx::Result<Flow> {
        Ok(Flow {
            client: ClientId(self.client_id),
            id: FlowId(self.id),
            name: self.name,
            status: read(&self.status, "status")?,
            version: self.version,
            spec: read_json(&self.spec, "spec")?,
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
        })
    }
}

/// Inserts a flow with its version.
pub async fn insert(conn: &mut PgConnection, flow: &Flow, is_default: bool) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into flows (client_id, id, name, status, is_default, version, created_ns, updated_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        flow.client.0,
        flow.id.0,
        flow.name,
        flow.status.as_str(),
        is_default,
        flow.version,
        flow.created.nanos(),
        flow.updated.nanos(),
    )
    .execute(&mut *conn)
    .await?;
    insert_version(conn, flow).await
}

async fn insert_version(conn: &mut PgConnection, flow: &Flow) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into flow_versions (client_id, flow_id, version, spec, created_ns)
        values ($1, $2, $3, $4::text::json, $5)
        "#,
        flow.client.0,
        flow.id.0,
        flow.version,
        write_json(&flow.spec)?,
        flow.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a flow that was changed, with the version that it has now.
pub async fn update(conn: &mut PgConnection, flow: &Flow) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update flows set name = $3, status = $4, version = $5, updated_ns = $6 where client_id = $1 and id = $2
        "#,
        flow.client.0,
        flow.id.0,
        flow.name,
        flow.status.as_str(),
        flow.version,
        flow.updated.nanos(),
    )
    .execute(&mut *conn)
    .await?;
    insert_version(conn, flow).await
}

/// Deletes a flow: nobody begins in it any more, and who is on the way goes on.
pub async fn delete(
    conn: &mut PgConnection,
    client: ClientId,
    id: FlowId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let deleted = sqlx::query!(
        r#"
        update flows set deleted_ns = $3, status = 'disabled', is_default = false
        where client_id = $1 and id = $2 and deleted_ns is null
        "#,
        client.0,
        id.0,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(deleted.rows_affected() > 0)
}

/// Takes a deletion back; the flow stays disabled. Says whether there was one.
pub async fn restore(
    conn: &mut PgConnection,
    client: ClientId,
    id: FlowId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let restored = sqlx::query!(
        r#"
        update flows set deleted_ns = null, updated_ns = $3
        where client_id = $1 and id = $2 and deleted_ns is not null
        "#,
        client.0,
        id.0,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(restored.rows_affected() > 0)
}

/// The flow of that id, with its newest version.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: FlowId) -> sqlx::Result<Option<Flow>> {
    sqlx::query_as!(
        Row,
        r#"
        select f.client_id, f.id, f.name, f.status, f.version, v.spec::text as "spec!", f.created_ns, f.updated_ns
        from flows f
        join flow_versions v on v.client_id = f.client_id and v.flow_id = f.id and v.version = f.version
        where f.client_id = $1 and f.id = $2 and f.deleted_ns is null
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_flow)
    .transpose()
}

/// The same, kept as it is until the transaction ends.
pub async fn lock(conn: &mut PgConnection, client: ClientId, id: FlowId) -> sqlx::Result<Option<Flow>> {
    sqlx::query!(
        "select from flows where client_id = $1 and id = $2 for update",
        client.0,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    find(conn, client, id).await
}

/// The enabled flow of that name, for those who name flows by it.
pub async fn by_name(conn: &mut PgConnection, client: ClientId, name: &str) -> sqlx::Result<Option<FlowId>> {
    let id = sqlx::query_scalar!(
        r#"
        select id from flows where client_id = $1 and name = $2 and deleted_ns is null and status = $3
        order by id desc limit 1
        "#,
        client.0,
        name,
        FlowStatus::Enabled.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(FlowId))
}

/// Flows behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Flow>> {
    sqlx::query_as!(
        Row,
        r#"
        select f.client_id, f.id, f.name, f.status, f.version, v.spec::text as "spec!", f.created_ns, f.updated_ns
        from flows f
        join flow_versions v on v.client_id = f.client_id and v.flow_id = f.id and v.version = f.version
        where f.client_id = $1 and f.id < $2 and f.deleted_ns is null
        order by f.id desc limit $3
        "#,
        client.0,
        after.unwrap_or(Uuid::max()),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_flow)
    .collect()
}

/// What a version of a flow says, and the flow's name; deleted flows too.
pub async fn version(
    conn: &mut PgConnection,
    client: ClientId,
    id: FlowId,
    version: i32,
) -> sqlx::Result<Option<(String, FlowSpec)>> {
    let row = sqlx::query!(
        r#"
        select f.name, v.spec::text as "spec!"
        from flow_versions v join flows f on f.client_id = v.client_id and f.id = v.flow_id
        where v.client_id = $1 and v.flow_id = $2 and v.version = $3
        "#,
        client.0,
        id.0,
        version,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.name, read_json(&row.spec, "spec")?)))
        .transpose()
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
            select from flows where client_id = $1 and id = $2 and status = 'enabled' and deleted_ns is null
        ) as "there!""#,
        client.0,
        id.0,
    )
    .fetch_one(conn)
    .await
}
