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

struct Row {
    id: Uuid,
    name: String,
    kind: String,
    settings: String,
}

impl Row {
    fn into_client(self) -> sqlx::Result<Client> {
        Ok(Client {
            id: ClientId(self.id),
            name: self.name,
            kind: read(&self.kind, "kind")?,
            settings: read_json(&self.settings, "settings")?,
        })
    }
}

/// All clients, oldest first.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Client>> {
    sqlx::query_as!(
        Row,
        r#"select id, name, kind, settings::text as "settings!" from clients order by created_at, id"#
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
        r#"select id, name, kind, settings::text as "settings!" from clients where id = any($1)"#,
        ids
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_client)
    .collect()
}
