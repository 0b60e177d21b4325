//! Records of API keys. The tokens themselves are stored nowhere.

use cotejo_domain::{
    clients::Client,
    ids::{BillingHubId, ClientId},
    keys::{KeyRecord, KeyType},
    permissions::Permission,
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{clients, read};

/// Inserts the record of a new key. A live key of the same name violates `api_keys_live_name`.
pub async fn insert(conn: &mut PgConnection, key: &KeyRecord) -> sqlx::Result<()> {
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
        key.created.to_datetime(),
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
    previous_version: Option<i16>,
    grant_name: String,
    permissions: Vec<String>,
    billing_hub: Option<Uuid>,
    created_at: chrono::DateTime<chrono::Utc>,
    expires_at: chrono::DateTime<chrono::Utc>,
    revoked_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Row {
    fn into_record(self, client: Client) -> sqlx::Result<KeyRecord> {
        let version = |version: i16| u8::try_from(version).unwrap_or_default();
        Ok(KeyRecord {
            id: self.id,
            name: self.name,
            key_type: read(&self.key_type, "key_type")?,
            version: version(self.version),
            grant: self.grant_name,
            permissions: permissions(&self.permissions),
            billing_hub: self.billing_hub.map(BillingHubId),
            created: self.created_at.into(),
            previous_version: self.previous_version.map(version),
            expires: self.expires_at.into(),
            revoked: self.revoked_at.map(Timestamp::from),
            client,
        })
    }
}

/// Permissions from their texts. One of a later release is one that this release cannot grant.
pub(crate) fn permissions(texts: &[String]) -> Vec<Permission> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// The record of a key, with its client; revoked ones too.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<KeyRecord>> {
    let found = sqlx::query!(
        r#"
        select k.id, k.name, k.key_type, k.version, k.previous_version, k.grant_name, k.permissions, k.billing_hub,
               k.created_at, k.expires_at, k.revoked_at,
               t.name as "client_name!", t.kind as "client_kind!", t.settings as "settings!",
               t.clock_offset_ns as "clock_offset_ns!", t.faults as "faults!"
        from api_keys k join tenants t on t.id = k.client_id
        where k.client_id = $1 and k.id = $2
        "#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = found else { return Ok(None) };
    let client = clients::Row {
        id: client.0,
        name: row.client_name,
        kind: row.client_kind,
        settings: row.settings,
        clock_offset_ns: row.clock_offset_ns,
        faults: row.faults,
    };
    let key = Row {
        id: row.id,
        name: row.name,
        key_type: row.key_type,
        version: row.version,
        previous_version: row.previous_version,
        grant_name: row.grant_name,
        permissions: row.permissions,
        billing_hub: row.billing_hub,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
    };
    key.into_record(client.into_client()?).map(Some)
}

/// Which keys are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listing {
    /// Only of this kind.
    pub key_type: Option<KeyType>,
    /// Behind this one, newest first.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

/// Keys of a client, revoked ones too, newest first.
pub async fn of_client(
    conn: &mut PgConnection,
    client: &Client,
    listing: Listing,
) -> sqlx::Result<Vec<KeyRecord>> {
    sqlx::query_as!(
        Row,
        r#"
        select id, name, key_type, version, previous_version, grant_name, permissions, billing_hub, created_at,
               expires_at, revoked_at
        from api_keys
        where client_id = $1 and ($2::text is null or key_type = $2) and ($3::uuid is null or id < $3)
        order by id desc limit $4
        "#,
        client.id.0,
        listing.key_type.map(KeyType::as_str),
        listing.after,
        listing.limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|row| row.into_record(client.clone()))
    .collect()
}

/// Changes the version of the live key of that name. Says which it was.
pub async fn set_version(
    conn: &mut PgConnection,
    client: ClientId,
    name: &str,
    version: u8,
    now: Timestamp,
) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        r#"
        update api_keys
        set previous_version = case when version = $3 then previous_version else version end,
            version = $3, updated_at = $4
        where client_id = $1 and name = $2 and revoked_at is null and key_type in ('backend', 'generator')
        returning id
        "#,
        client.0,
        name,
        i16::from(version),
        now.to_datetime(),
    )
    .fetch_optional(conn)
    .await
}

/// Forgets up to `limit` keys of browsers and apps that ended a week ago; says how many.
pub async fn sweep(conn: &mut PgConnection, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from api_keys where ctid = any (array(
            select ctid from api_keys
            where key_type in ('web', 'sdk') and expires_at < clock_timestamp() - interval '7 days'
            limit $1
        ))
        "#,
        limit,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
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
        where client_id = $1 and name = $2 and revoked_at is null and key_type in ('backend', 'generator')
        returning id
        "#,
        client.0,
        name,
        now.to_datetime(),
    )
    .fetch_optional(conn)
    .await
}
