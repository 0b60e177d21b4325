//! Who calls: tokens are verified by us, their records looked up.

use std::{sync::Arc, time::Duration};

use cotejo_domain::{
    clients::Client,
    ids::{BillingHubId, ClientId},
    keys::{Claims, KeyRecord, KeyType, Permission},
    secret::Secret,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{App, AppError, AppResult, secrets::Purpose};

/// How long a record is believed without asking again. A revocation is seen everywhere within this.
const CONFIRMED_FOR: Duration = Duration::from_secs(1);

/// How many records are remembered.
const REMEMBERED: u64 = 10_000;

/// How long a token whose signature was good is remembered: verifying costs more than finding it again.
const VERIFIED_FOR: Duration = Duration::from_secs(600);

/// What is remembered of keys.
pub(crate) struct KeyCache {
    /// Records that were looked up within the last second; concurrent look-ups of one key are one.
    records: Cache<(ClientId, Uuid), Option<Arc<KeyRecord>>>,
    /// Claims of tokens that we signed, by the token's hash. Whether they still hold is for the record to say.
    claims: Cache<[u8; 32], (ClientId, Arc<Claims>)>,
}

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self {
            records: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(CONFIRMED_FOR)
                .build(),
            claims: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(VERIFIED_FOR)
                .build(),
        }
    }
}

/// Who calls, with what rights.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The key's record, with its client.
    pub key: Arc<KeyRecord>,
    /// What the token says besides.
    pub claims: Arc<Claims>,
}

impl Caller {
    /// The tenant.
    pub fn client(&self) -> &Client {
        &self.key.client
    }

    /// Refuses a caller whose key may not do this.
    pub fn require(&self, permission: Permission) -> AppResult<()> {
        if self.key.may(permission) {
            Ok(())
        } else {
            Err(AppError::Forbidden)
        }
    }
}

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Whose it is.
    pub client: Client,
    /// Its name, unique among the client's live keys.
    pub name: String,
    /// What it is for.
    pub key_type: KeyType,
    /// 0 or 1.
    pub version: u8,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// The billing hub it belongs to.
    pub billing_hub: Option<BillingHubId>,
    /// The account service's own URL.
    pub issuer: String,
}

/// Backend keys live for as long as the vendor's: decades.
const BACKEND_LIFETIME_SECONDS: i64 = 50 * 365 * 24 * 3600;

impl App {
    /// Makes a backend key. The token is returned once and stored nowhere.
    pub async fn create_key(&self, new: NewKey) -> AppResult<(KeyRecord, Secret<String>)> {
        let now = self.clock().now();
        let record = KeyRecord {
            id: self.ids().uuid(now),
            name: new.name,
            key_type: new.key_type,
            version: new.version,
            grant: String::new(),
            permissions: new.permissions,
            billing_hub: new.billing_hub,
            expires: now.plus_seconds(BACKEND_LIFETIME_SECONDS),
            revoked: None,
            client: new.client,
        };
        let claims = Claims {
            account_id: String::new(),
            additional_data: "{}".to_owned(),
            client_id: record.client.id.to_string(),
            exp: record.expires.seconds(),
            grant: record.grant.clone(),
            iat: now.seconds(),
            iss: new.issuer,
            jti: record.id,
            key_name: record.name.clone(),
            key_type: record.key_type.to_string(),
            username: format!("{}-{}", record.client.id, record.name),
        };
        let token = self.sign(&claims)?;
        let mut conn = self.inner.pool.acquire().await?;
        cotejo_store::keys::insert(&mut conn, &record, now)
            .await
            .map_err(|error| match &error {
                sqlx::Error::Database(db) if db.constraint() == Some("api_keys_live_name") => {
                    AppError::Conflict("a key of this name exists already".to_owned())
                }
                _ => error.into(),
            })?;
        Ok((record, Secret(token)))
    }

    /// Revokes the live key of that name; it stops working within a second on every process.
    pub async fn revoke_key(&self, client: ClientId, name: &str) -> AppResult<()> {
        let mut conn = self.inner.pool.acquire().await?;
        let now = self.clock().now();
        let id = cotejo_store::keys::revoke(&mut conn, client, name, now)
            .await?
            .ok_or(AppError::NotFound("The key"))?;
        self.inner.keys.records.invalidate(&(client, id)).await;
        Ok(())
    }

    /// The keys of a client, revoked ones too, newest first.
    pub async fn list_keys(&self, client: ClientId) -> AppResult<Vec<KeyRecord>> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(cotejo_store::keys::of_client(&mut conn, client).await?)
    }

    /// Finds out who calls with this token.
    pub async fn authenticate(&self, token: &str) -> AppResult<Caller> {
        let (client, claims) = self.verified(token).await?;
        let lookup = async {
            let mut conn = self.inner.pool.acquire().await?;
            Ok::<_, sqlx::Error>(
                cotejo_store::keys::find(&mut conn, client, claims.jti)
                    .await?
                    .map(Arc::new),
            )
        };
        let record = self
            .inner
            .keys
            .records
            .try_get_with((client, claims.jti), lookup)
            .await
            .map_err(|error: Arc<sqlx::Error>| {
                if cotejo_store::is_outage(&error) {
                    AppError::Unavailable(sqlx::Error::Protocol(error.to_string()))
                } else {
                    AppError::internal(error)
                }
            })?;
        let key = record
            .filter(|record| record.revoked.is_none())
            .ok_or(AppError::Unauthenticated)?;
        let now = self.clock().now();
        if key.expires <= now || claims.exp <= now.seconds() {
            return Err(AppError::Expired);
        }
        Ok(Caller { key, claims })
    }

    /// Client and claims of a token that we signed.
    async fn verified(&self, token: &str) -> AppResult<(ClientId, Arc<Claims>)> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(known) = self.inner.keys.claims.get(&hash).await {
            return Ok(known);
        }
        let claims = self.verify(token)?;
        let client: ClientId = claims.client_id.parse().map_err(|_| AppError::Unauthenticated)?;
        let verified = (client, Arc::new(claims));
        self.inner.keys.claims.insert(hash, verified.clone()).await;
        Ok(verified)
    }

    fn sign(&self, claims: &Claims) -> AppResult<String> {
        let (id, key) = self.inner.secrets.active(Purpose::Tokens);
        let header = Header {
            kid: Some(id.to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&key)).map_err(AppError::internal)
    }

    /// Claims of a token that we signed. Its expiry is judged by our own clock, afterwards.
    fn verify(&self, token: &str) -> AppResult<Claims> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| AppError::Unauthenticated)?;
        let kid = header.kid.as_deref().unwrap_or_default();
        let key = self
            .inner
            .secrets
            .by_id(kid, Purpose::Tokens)
            .ok_or(AppError::Unauthenticated)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key), &rules)
            .map(|data| data.claims)
            .map_err(|_| AppError::Unauthenticated)
    }
}
