//! Records of API keys. The tokens themselves are stored nowhere.

use cotejo_domain::{
    clients::Client,
    ids::{BillingHubId, ClientId},
    keys::{KeyRecord, Permission},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json};

/// Inserts the record of a new key. A live key of the same name violates `api_keys_live_name`.
pub async fn insert(conn: &mut PgConnection, key: &KeyRecord, created: Timestamp) -> sqlx::Result<()> {
    let permissions: Vec<String> = key.permissions.iter().map(ToString::to_string).collect();
    sqlx::query!(
        r#"
        insert into api_keys (client_id, id, name, key_type, version, grant_name, permissions, billing_hub,
                              created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        key.client.id.0,
        key.id,
        key.name,
        key.key_type.as_str(),
        i16::from(key.version),
        key.grant,
        &permissions,
        key.billing_hub.map(|hub| hub.0),
        created.to_datetime(),
        key.expires.to_datetime(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    name: String,
    key_type: String,
    version: i16,
    grant_name: String,
    permissions: Vec<String>,
    billing_hub: Option<Uuid>,
    expires_at: chrono::DateTime<chrono::Utc>,
    revoked_at: Option<chrono::DateTime<chrono::Utc>>,
    client_id: Uuid,
    client_name: String,
    client_kind: String,
    settings: String,
}

impl Row {
    fn into_record(self) -> sqlx::Result<KeyRecord> {
        // A permission of a later release is one that this release cannot grant.
        let permissions: Vec<Permission> = self
            .permissions
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        Ok(KeyRecord {
            id: self.id,
            name: self.name,
            key_type: read(&self.key_type, "key_type")?,
            version: u8::try_from(self.version).unwrap_or_default(),
            grant: self.grant_name,
            permissions,
            billing_hub: self.billing_hub.map(BillingHubId),
            expires: self.expires_at.into(),
            revoked: self.revoked_at.map(Timestamp::from),
            client: Client {
                id: ClientId(self.client_id),
                name: self.client_name,
                kind: read(&self.client_kind, "kind")?,
                settings: read_json(&self.settings, "settings")?,
            },
        })
    }
}

/// The record of a key, with its client; revoked ones too.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<KeyRecord>> {
    sqlx::query_as!(
        Row,
        r#"
        select k.id, k.name, k.key_type, k.version, k.grant_name, k.permissions, k.billing_hub, k.expires_at,
               k.revoked_at, c.id as client_id, c.name as client_name, c.kind as client_kind,
               c.settings::text as "settings!"
        from api_keys k join clients c on c.id = k.client_id
        where k.client_id = $1 and k.id = $2
        "#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_record)
    .transpose()
}

/// The keys of a client, revoked ones too, newest first.
pub async fn of_client(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Vec<KeyRecord>> {
    sqlx::query_as!(
        Row,
        r#"
        select k.id, k.name, k.key_type, k.version, k.grant_name, k.permissions, k.billing_hub, k.expires_at,
               k.revoked_at, c.id as client_id, c.name as client_name, c.kind as client_kind,
               c.settings::text as "settings!"
        from api_keys k join clients c on c.id = k.client_id
        where k.client_id = $1
        order by k.created_at desc, k.id
        "#,
        client.0,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_record)
    .collect()
}

/// Revokes the live key of that name. Says which it was.
pub async fn revoke(
    conn: &mut PgConnection,
    client: ClientId,
    name: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        r#"
        update api_keys set revoked_at = $3
        where client_id = $1 and name = $2 and revoked_at is null
        returning id
        "#,
        client.0,
        name,
        now.to_datetime(),
    )
    .fetch_optional(conn)
    .await
}
