//! Sessions: signing in by password, signing out, and who calls with a session's token.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash};
use cotejo_domain::{
    audit::ActorKind,
    fields::{FieldErrors, Fields},
    ids::{ClientId, SessionId},
    keys::{KeyRecord, KeyType},
    secret::Secret,
    users::{FAILURES, LOCKED_SECONDS, SESSION_SECONDS},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{UserBody, hash, roles::role_permissions};
use crate::{App, AppError, AppResult, access::Caller, command::OutputMessage};

/// What a session's token begins with, so that it is never taken for a key.
pub const SESSION_PREFIX: &str = "cts_";

/// A session that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// What the session is known by; shown once
    pub session_token: String,
    /// Until when it lasts, RFC 3339
    pub expiration_date: String,
    /// Who signed in
    pub user: UserBody,
}

impl App {
    /// POST /v1/sessions: signs a person in. Who is locked out, disabled or unknown hears the same.
    pub async fn sign_in(&self, fields: &Fields, origin: &str) -> AppResult<SessionBody> {
        let mut errors = FieldErrors::default();
        let email = fields.get("email").unwrap_or_default();
        let password = fields.get("password").unwrap_or_default();
        for (name, value) in [("email", email), ("password", password)] {
            if value.is_empty() {
                errors.push(name, "is required");
            }
        }
        let client = match fields.get("client_id") {
            None => None,
            Some(text) => Some(
                text.parse::<ClientId>()
                    .map_err(|_| FieldErrors::one("client_id", "must be an id"))?,
            ),
        };
        errors.into_result()?;
        let mut conn = self.inner.pool.acquire().await?;
        let mut known = cotejo_store::users::credentials(&mut conn, email).await?;
        drop(conn);
        known.retain(|known| client.is_none_or(|client| known.user.client == client));
        if known.is_empty() {
            // As long as a wrong password takes, so that addresses cannot be found out by the clock.
            hash_password(Secret(password.to_owned())).await?;
        }
        let mut wrong = Vec::new();
        for known in known {
            let mut conn = self.inner.pool.acquire().await?;
            let Some(client) = cotejo_store::clients::find(&mut conn, known.user.client).await? else {
                continue;
            };
            drop(conn);
            let now = self.now(&client);
            let right = verify_password(Secret(password.to_owned()), known.password_hash).await?;
            if known.locked_until.is_some_and(|until| until > now) {
                continue;
            }
            if !right {
                wrong.push((client, known.user));
                continue;
            }
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            let (token, until) = (self.token(SESSION_PREFIX), now.plus_seconds(SESSION_SECONDS));
            let id = SessionId(self.ids().uuid(now));
            cotejo_store::users::open_session(&mut tx, &known.user, id, &hash(&token), now, until).await?;
            self.audit_user(&mut tx, &client, &known.user, "user.logged_in", origin)
                .await?;
            tx.commit().await?;
            return Ok(SessionBody {
                session_token: token,
                expiration_date: until.rfc3339_seconds(),
                user: known.user.into(),
            });
        }
        // Only a password that is nobody's is a wrong one: a person may have another for each client.
        for (client, user) in wrong {
            let locked_until = self.now(&client).plus_seconds(LOCKED_SECONDS);
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            cotejo_store::users::note_failure(&mut tx, &user, FAILURES, locked_until).await?;
            self.audit_user(&mut tx, &client, &user, "user.login_failed", origin)
                .await?;
            tx.commit().await?;
        }
        Err(AppError::Unauthenticated)
    }

    /// DELETE /v1/sessions: ends the session that asks.
    pub async fn sign_out(&self, token: &str, origin: &str) -> AppResult<OutputMessage> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let (id, _, user) = cotejo_store::users::session(&mut tx, &hash(token))
            .await?
            .ok_or(AppError::Unauthenticated)?;
        cotejo_store::users::close_session(&mut tx, user.client, id).await?;
        if let Some(client) = cotejo_store::clients::find(&mut tx, user.client).await? {
            self.audit_user(&mut tx, &client, &user, "user.logged_out", origin)
                .await?;
        }
        tx.commit().await?;
        Ok(OutputMessage {
            message: "signed out".to_owned(),
        })
    }

    /// Who calls with a session's token: a user, with what the role allows at this moment.
    pub(crate) async fn authenticate_session(&self, token: &str) -> AppResult<Caller> {
        let mut conn = self.inner.pool.acquire().await?;
        let (_, until, user) = cotejo_store::users::session(&mut conn, &hash(token))
            .await?
            .ok_or(AppError::Unauthenticated)?;
        let client = cotejo_store::clients::find(&mut conn, user.client)
            .await?
            .ok_or(AppError::Unauthenticated)?;
        if until <= self.now(&client) {
            return Err(AppError::Expired);
        }
        let permissions = role_permissions(&mut conn, client.id, &user.role)
            .await?
            .unwrap_or_default();
        let key = KeyRecord {
            id: user.id.0,
            name: user.email.clone(),
            key_type: KeyType::Backend,
            version: 1,
            grant: String::new(),
            permissions,
            billing_hub: None,
            created: user.created,
            previous_version: None,
            expires: until,
            revoked: None,
            client,
        };
        let claims = self.claims(&key);
        Ok(Caller {
            key: Arc::new(key),
            actor: ActorKind::User,
            claims: Arc::new(claims),
        })
    }
}

/// argon2id takes its time on purpose: not in a thread that serves others.
pub(super) async fn hash_password(password: Secret<String>) -> AppResult<String> {
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.0.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    });
    hashed
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
}

async fn verify_password(password: Secret<String>, hash: String) -> AppResult<bool> {
    let verified = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.0.as_bytes(), &hash)
                .is_ok()
        })
    });
    verified.await.map_err(AppError::internal)
}
