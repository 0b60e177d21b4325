//! Who calls: tokens are verified by us, their records looked up.

use std::{sync::Arc, time::Duration};

use cotejo_domain::{
    audit::ActorKind,
    clients::Client,
    ids::ClientId,
    keys::{Claims, KeyRecord},
    permissions::Permission,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{App, AppError, AppResult, secrets::Purpose, users::sessions::SESSION_PREFIX};

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
    /// The key's record, with its client. A user who signed in has one of the same shape.
    pub key: Arc<KeyRecord>,
    /// Whether a key or a user calls.
    pub actor: ActorKind,
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

impl App {
    /// Finds out who calls with this token.
    pub async fn authenticate(&self, token: &str) -> AppResult<Caller> {
        if token.starts_with(SESSION_PREFIX) {
            return self.authenticate_session(token).await;
        }
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
        let now = self.now(&key.client);
        if key.expires <= now || claims.exp <= now.seconds() {
            return Err(AppError::Expired);
        }
        Ok(Caller {
            key,
            actor: ActorKind::Key,
            claims,
        })
    }

    /// Forgets what is remembered of a key, after it was changed here; other processes forget it within a second.
    pub(crate) async fn forget_key(&self, client: ClientId, id: Uuid) {
        self.inner.keys.records.invalidate(&(client, id)).await;
    }

    /// Forgets what is remembered of all keys, after a client was changed here.
    pub(crate) fn forget_keys(&self) {
        self.inner.keys.records.invalidate_all();
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

    pub(crate) fn sign(&self, claims: &Claims) -> AppResult<String> {
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
