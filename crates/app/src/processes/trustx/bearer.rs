//! Bearers: a key's own token that lives for an hour.

use cotejo_domain::{audit::ActorKind, keys::KeyType};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    command::{Audited, Command},
};

/// How long a bearer lives, in seconds.
const LIFETIME_SECONDS: i64 = 3600;

/// A bearer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustXBearer)]
pub struct BearerBody {
    /// What `Authorization: Bearer` carries
    token: String,
    /// Seconds that it lives
    #[schema(example = 3600)]
    ttl: i64,
}

impl App {
    /// POST /api/arthr/apiKeys/issue: a token of the same key that ends by itself. It may do what the key may, is revoked
    /// with it, and never outlives what it was issued for. Kept nowhere, not even for an `Idempotency-Key`.
    pub async fn issue_bearer(&self, command: &Command) -> AppResult<BearerBody> {
        let caller = &command.caller;
        if caller.actor != ActorKind::Key || caller.key.key_type != KeyType::Backend {
            return Err(AppError::Forbidden);
        }
        let now = command.now(self).seconds();
        let mut claims = caller.claims.as_ref().clone();
        // Else whoever has a bearer would prolong it for ever.
        claims.exp = (now + LIFETIME_SECONDS).min(claims.exp);
        claims.iat = now;
        let token = self.sign(&claims)?;
        let audited = Audited {
            action: "key.bearer_issued",
            resource: caller.key.id,
            ..Audited::default()
        };
        let mut conn = self.inner.pool.acquire().await?;
        self.audit(&mut conn, command, audited).await?;
        Ok(BearerBody {
            token,
            ttl: claims.exp - now,
        })
    }
}
