//! The tenant and the checks that are measured.

use anyhow::Context as _;
use cotejo_app::{App, keys::NewKey};
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use sqlx::PgPool;

use crate::pgbench::id_of;

/// A tenant with a key.
pub struct Tenant {
    /// The client.
    pub client: Client,
    /// Its token.
    pub token: String,
    /// The key's id.
    pub key: String,
}

/// Makes a sandbox client with an administrator's key.
pub async fn tenant(app: &App) -> anyhow::Result<Tenant> {
    let client = app.create_client("bench", ClientKind::Sandbox).await?;
    let key = NewKey {
        client: client.clone(),
        name: "bench".to_owned(),
        version: 1,
        permissions: vec![Permission::Administrator],
        billing_hub: None,
    };
    let (record, token) = app.create_key(key).await?;
    Ok(Tenant {
        client,
        token: token.0,
        key: record.id.to_string(),
    })
}

/// Makes the client's finished checks number `from` to `to`, copies of one real check's row.
pub async fn fill(pool: &PgPool, model: &str, from: u32, to: u32) -> anyhow::Result<()> {
    let statement = format!(
        "insert into checks (client_id, id, check_type, country, status, priority, inputs, fingerprint, salt,
                             key_version, created_ns, updated_ns, body, render_version)
         select c.client_id, {}, check_type, country, 'completed', priority, inputs, fingerprint, salt, key_version,
                created_ns, updated_ns, body, render_version
         from generate_series({from}::int, {to}::int) as n, (select * from checks where id = '{model}'::uuid) as c",
        id_of("n")
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(pool)
        .await
        .context("the checks were not filled")?;
    sqlx::raw_sql("vacuum (freeze, analyze) checks")
        .execute(pool)
        .await?;
    Ok(())
}
