//! Tenants.

use cotejo_domain::{clients::Client, ids::ClientId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json, write_json};

/// Inserts a client. Its name is unique in any case; the second one violates `clients_name`.
pub async fn insert(conn: &mut PgConnection, client: &Client) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into clients (id, name, kind, settings) values ($1, $2, $3, $4::text::jsonb)",
        client.id.0,
        client.name,
        client.kind.as_str(),
        write_json(&client.settings)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Replaces a client's settings.
pub async fn set_settings(conn: &mut PgConnection, client: &Client) -> sqlx::Result<()> {
    sqlx::query!(
        "update clients set settings = $2::text::jsonb where id = $1",
        client.id.0,
        write_json(&client.settings)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks a client against other changes of it, and reads it.
pub async fn lock(conn: &mut PgConnection, id: ClientId) -> sqlx::Result<Option<Client>> {
    // No stronger lock: rows of other tables refer to this one all the time.
    sqlx::query!("select from clients where id = $1 for no key update", id.0)
        .execute(&mut *conn)
        .await?;
    find(conn, id).await
}

/// A row of the view `tenants`.
pub(crate) struct Row {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub settings: String,
    pub clock_offset_ns: i64,
    pub faults: String,
}

impl Row {
    pub(crate) fn into_client(self) -> sqlx::Result<Client> {
        Ok(Client {
            id: ClientId(self.id),
            name: self.name,
            kind: read(&self.kind, "kind")?,
            settings: read_json(&self.settings, "settings")?,
            clock_offset_ns: self.clock_offset_ns,
            faults: read_json(&self.faults, "faults")?,
        })
    }
}

/// All clients, oldest first.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Client>> {
    sqlx::query_as!(
        Row,
        r#"
        select t.id as "id!", t.name as "name!", t.kind as "kind!", t.settings as "settings!",
               t.clock_offset_ns as "clock_offset_ns!", t.faults as "faults!"
        from tenants t join clients c on c.id = t.id order by c.created_at, c.id
        "#
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_client)
    .collect()
}

/// The clients of these ids, in no order.
pub async fn many(conn: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Client>> {
    sqlx::query_as!(
        Row,
        r#"
        select id as "id!", name as "name!", kind as "kind!", settings as "settings!",
               clock_offset_ns as "clock_offset_ns!", faults as "faults!"
        from tenants where id = any($1)
        "#,
        ids
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_client)
    .collect()
}

/// The client of that id.
pub async fn find(conn: &mut PgConnection, id: ClientId) -> sqlx::Result<Option<Client>> {
    Ok(many(conn, &[id.0]).await?.pop())
}
