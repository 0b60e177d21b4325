//! What clients configured about their validations.

use cotejo_domain::{
    ids::ClientId,
    validations::{config::Config, review::Schedule},
};
use sqlx::PgConnection;

use crate::{read_json, write_json};

/// What a client configured, and when it has reviewers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Configured {
    /// About its validators.
    pub config: Config,
    /// When somebody reviews; always where it is not said.
    pub schedule: Option<Schedule>,
}

/// What a client configured; the defaults where it configured nothing.
pub async fn find(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Configured> {
    let row = sqlx::query!(
        r#"
        select config::text as "config!", schedule::text from validation_configs where client_id = $1
        "#,
        client.0,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Configured::default());
    };
    Ok(Configured {
        config: read_json(&row.config, "config")?,
        schedule: row
            .schedule
            .map(|text| read_json(&text, "schedule"))
            .transpose()?,
    })
}

/// The same, kept as it is until the transaction ends.
pub async fn lock(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Configured> {
    sqlx::query!(
        r#"
        insert into validation_configs (client_id) values ($1)
        on conflict (client_id) do update set client_id = excluded.client_id
        "#,
        client.0,
    )
    .execute(&mut *conn)
    .await?;
    find(conn, client).await
}

/// Writes what a client configured.
pub async fn set(conn: &mut PgConnection, client: ClientId, configured: &Configured) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update validation_configs set config = $2::text::json, schedule = $3::text::json where client_id = $1
        "#,
        client.0,
        write_json(&configured.config)?,
        configured.schedule.as_ref().map(write_json).transpose()?,
    )
    .execute(conn)
    .await?;
    Ok(())
}
