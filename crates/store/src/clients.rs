//! Tenants.

use cotejo_domain::{clients::Client, ids::ClientId};
use sqlx::PgConnection;

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

/// All clients, oldest first.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<Client>> {
    sqlx::query!(
        r#"select id, name, kind, settings::text as "settings!" from clients order by created_at, id"#
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Client {
            id: ClientId(row.id),
            name: row.name,
            kind: read(&row.kind, "kind")?,
            settings: read_json(&row.settings, "settings")?,
        })
    })
    .collect()
}

/// The clients of these ids, in no order.
pub async fn many(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> sqlx::Result<Vec<Client>> {
    sqlx::query!(
        r#"select id, name, kind, settings::text as "settings!" from clients where id = any($1)"#,
        ids
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Client {
            id: ClientId(row.id),
            name: row.name,
            kind: read(&row.kind, "kind")?,
            settings: read_json(&row.settings, "settings")?,
        })
    })
    .collect()
}
