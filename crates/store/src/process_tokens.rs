//! Tokens that begin processes, and how often each was used.

use cotejo_domain::{
    ids::{ClientId, FlowId, ProcessId},
    processes::trustx::ProcessToken,
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read_json, write_json};

/// The constraint that a second token of the same name violates.
pub const NAME: &str = "process_tokens_name";

/// Inserts a token. A second one of the name violates [`NAME`].
pub async fn insert(conn: &mut PgConnection, token: &ProcessToken) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into process_tokens (client_id, id, name, spec, flow_id, counter, created_by, created_ns, updated_ns)
        values ($1, $2, $3, $4::text::json, $5, $6, $7, $8, $9)
        "#,
        token.client.0,
        token.id,
        token.spec.name,
        write_json(&token.spec)?,
        token.flow.0,
        token.counter,
        token.created_by,
        token.created.nanos(),
        token.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The token of that id, kept as it is until the transaction ends.
pub async fn lock(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<ProcessToken>> {
    let row = sqlx::query!(
        r#"
        select spec::text as "spec!", flow_id, counter, created_by, created_ns, updated_ns from process_tokens
        where client_id = $1 and id = $2
        for update
        "#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(ProcessToken {
            client,
            id,
            spec: read_json(&row.spec, "spec")?,
            flow: FlowId(row.flow_id),
            counter: row.counter,
            created_by: row.created_by,
            created: Timestamp::from_nanos(row.created_ns),
            updated: Timestamp::from_nanos(row.updated_ns),
        })
    })
    .transpose()
}

/// Writes how often a token was used, and that its last use is this process.
pub async fn note_use(conn: &mut PgConnection, token: &ProcessToken, process: ProcessId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with used as (
            update process_tokens set counter = $4, updated_ns = $5 where client_id = $1 and id = $2
        )
        insert into process_token_uses (client_id, process_id, token_id, number) values ($1, $3, $2, $4)
        "#,
        token.client.0,
        token.id,
        process.0,
        token.counter,
        token.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
