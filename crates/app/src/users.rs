//! People of a client: invited by mail, signing in by password, acting as their role allows.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash};
use cotejo_domain::{
    audit::ActorKind,
    clients::Client,
    fields::{FieldErrors, Fields},
    hex::hex,
    ids::{BillingHubId, ClientId, RoleId, SessionId, UserId},
    key_requests,
    keys::{KeyRecord, KeyType},
    language::Language,
    messages,
    permissions::{Permission, ROLES, inherited, masks},
    secret::Secret,
    time::Timestamp,
    users::{
        Change, FAILURES, INVITATION_SECONDS, Invitation, LOCKED_SECONDS, SESSION_SECONDS, User, UserStatus,
        is_password,
    },
};
use cotejo_store::{billing_hubs::BillingHub, users::Invited};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, OutputMessage},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
    terms,
};

const MISSING: AppError = AppError::NotFound("The user");

/// What a session's token begins with, so that it is never taken for a key.
pub const SESSION_PREFIX: &str = "cts_";

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    /// Its id
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// The client
    #[schema(value_type = String)]
    pub client_id: ClientId,
    /// The address
    pub email: String,
    /// The name
    pub name: String,
    /// The language of what is written to it
    #[schema(value_type = String, example = "es")]
    pub language: Language,
    /// Its role
    pub role: String,
    /// `invited`, `active` or `disabled`
    #[schema(value_type = String, example = "active")]
    pub status: UserStatus,
    /// When it last signed in, RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login_date: Option<String>,
    /// RFC 3339
    pub creation_date: String,
    /// RFC 3339
    pub update_date: String,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            user_id: user.id,
            client_id: user.client,
            email: user.email,
            name: user.name,
            language: user.language,
            role: user.role,
            status: user.status,
            last_login_date: user.last_login.map(Timestamp::rfc3339_seconds),
            creation_date: user.created.rfc3339_nanos(),
            update_date: user.updated.rfc3339_seconds(),
        }
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleBody {
    /// Its id; absent for a built-in one
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub role_id: Option<RoleId>,
    /// Its name
    pub name: String,
    /// What it is for
    #[serde(skip_serializing_if = "str::is_empty")]
    pub description: &'static str,
    /// What it allows
    #[schema(value_type = Vec<String>)]
    pub permissions: Vec<Permission>,
    /// Whether every client has it
    pub built_in: bool,
}

/// A billing hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingHubBody {
    /// Its id
    #[schema(value_type = String)]
    pub billing_hub_id: BillingHubId,
    /// Its name
    pub name: String,
    /// RFC 3339
    pub creation_date: String,
}

impl From<&BillingHub> for BillingHubBody {
    fn from(hub: &BillingHub) -> Self {
        Self {
            billing_hub_id: hub.id,
            name: hub.name.clone(),
            creation_date: hub.created.rfc3339_nanos(),
        }
    }
}

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
    /// POST /v1/users: invites a person by mail.
    pub async fn invite_user(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::Administrator)?;
        let invitation = Invitation::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client(), command.now(self));
        self.may_give(&mut write.tx, &command.caller, &invitation.role)
            .await?;
        let token = self.token("cti_");
        let user = User {
            client: client.id,
            id: UserId(self.ids().uuid(now)),
            email: invitation.email,
            name: invitation.name,
            language: invitation.language.unwrap_or(client.settings.language),
            role: invitation.role,
            status: UserStatus::Invited,
            last_login: None,
            created: now,
            updated: now,
        };
        let invited = Invited {
            hash: hash(&token),
            until: now.plus_seconds(INVITATION_SECONDS),
        };
        insert(&mut write.tx, &user, Some(invited)).await?;
        let text = messages::invitation(
            &client.name,
            &user.name,
            &token,
            INVITATION_SECONDS / 3600,
            user.language,
        );
        self.put_mail(&mut write.tx, client, &user.email, &text, None)
            .await?;
        let audited = Audited {
            action: "user.invited",
            resource: user.id.0,
            detail: user.role.clone(),
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &UserBody::from(user))
            .await
    }

    /// PUT /v1/users/{user_id}: role, name, and whether it may sign in. Its sessions end.
    pub async fn update_user(&self, command: &Command, id: UserId) -> AppResult<Done> {
        command.caller.require(Permission::Administrator)?;
        let change = Change::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        let mut user = cotejo_store::users::find(&mut write.tx, client, id, true)
            .await?
            .ok_or(MISSING)?;
        let before = format!("{} {}", user.role, user.status);
        if let Some(role) = change.role {
            self.may_give(&mut write.tx, &command.caller, &role).await?;
            user.role = role;
        }
        if let Some(status) = change.status {
            // One that was disabled before it accepted has no password either.
            if status == UserStatus::Active
                && !cotejo_store::users::has_password(&mut write.tx, client, id).await?
            {
                return Err(AppError::Conflict(
                    "the user has not accepted the invitation".to_owned(),
                ));
            }
            user.status = status;
        }
        user.name = change.name.unwrap_or(user.name);
        user.updated = command.now(self);
        cotejo_store::users::update(&mut write.tx, &user).await?;
        cotejo_store::users::close_sessions(&mut write.tx, client, id).await?;
        let after = format!("{} {}", user.role, user.status);
        let audited = Audited {
            action: "user.changed",
            resource: id.0,
            before: Some(&before),
            after: Some(&after),
            detail: after.clone(),
        };
        self.end(write, command, audited, 200, &UserBody::from(user))
            .await
    }

    /// DELETE /v1/users/{user_id}
    pub async fn delete_user(&self, command: &Command, id: UserId) -> AppResult<Done> {
        command.caller.require(Permission::Administrator)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        if !cotejo_store::users::delete(&mut write.tx, command.caller.client().id, id).await? {
            return Err(MISSING);
        }
        let audited = Audited {
            action: "user.deleted",
            resource: id.0,
            ..Audited::default()
        };
        let answer = OutputMessage {
            message: format!("{id} was deleted"),
        };
        self.end(write, command, audited, 200, &answer).await
    }

    /// GET /v1/users: a page of users, newest first.
    pub async fn list_users(&self, caller: &Caller, start_key: Option<&str>) -> AppResult<Page<UserBody>> {
        caller.require(Permission::AccountRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/users",
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = cotejo_store::users::list(&mut conn, scope.client, after, ROWS).await?;
        Ok(self
            .page(scope, PAGE, rows, |user| Position::Id(user.id.0))
            .map(UserBody::from))
    }

    /// GET /v1/roles: the built-in ones first.
    pub async fn list_roles(&self, caller: &Caller) -> AppResult<Vec<RoleBody>> {
        caller.require(Permission::AccountRead)?;
        let built_in = ROLES.iter().map(|role| RoleBody {
            role_id: None,
            name: role.name.to_owned(),
            description: role.description,
            permissions: role.permissions.to_vec(),
            built_in: true,
        });
        let mut conn = self.inner.pool.acquire().await?;
        let own = cotejo_store::users::roles(&mut conn, caller.client().id).await?;
        let own = own.into_iter().map(|role| RoleBody {
            role_id: Some(role.id),
            name: role.name,
            description: "",
            permissions: role.permissions,
            built_in: false,
        });
        Ok(built_in.chain(own).collect())
    }

    /// POST /v1/roles: a name for a set of permissions that the maker holds.
    pub async fn create_role(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::Administrator)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let name = fields.required_text("name", 100, "is required", &mut errors);
        let name = name.unwrap_or_default();
        let permissions = key_requests::permissions(&fields, "permissions", &mut errors);
        if permissions.is_empty() && fields.get("permissions").is_none() {
            errors.push("permissions", "is required");
        }
        errors.into_result()?;
        if ROLES.iter().any(|role| role.name.eq_ignore_ascii_case(&name)) {
            return Err(AppError::Conflict("a role of this name is built in".to_owned()));
        }
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        if permissions.contains(&Permission::OverrideStatus) {
            terms::require(&mut write.tx, client, terms::OVERRIDE).await?;
        }
        let role = cotejo_store::users::Role {
            id: RoleId(self.ids().uuid(now)),
            name,
            permissions,
            created: now,
        };
        cotejo_store::users::insert_role(&mut write.tx, client, &role)
            .await
            .map_err(|error| AppError::taken(error, "roles_name", "a role of this name exists already"))?;
        let audited = Audited {
            action: "role.created",
            resource: role.id.0,
            detail: role.name.clone(),
            ..Audited::default()
        };
        let answer = RoleBody {
            role_id: Some(role.id),
            name: role.name,
            description: "",
            permissions: role.permissions,
            built_in: false,
        };
        self.end(write, command, audited, 201, &answer).await
    }

    /// POST /v1/billing-hubs
    pub async fn create_billing_hub(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let name = fields.required_text("name", 100, "is required", &mut errors);
        let name = name.unwrap_or_default();
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let now = command.now(self);
        let hub = BillingHub {
            id: BillingHubId(self.ids().uuid(now)),
            name,
            created: now,
        };
        cotejo_store::billing_hubs::insert(&mut write.tx, command.caller.client().id, &hub)
            .await
            .map_err(|error| {
                AppError::taken(
                    error,
                    "billing_hubs_name",
                    "a billing hub of this name exists already",
                )
            })?;
        let audited = Audited {
            action: "billing_hub.created",
            resource: hub.id.0,
            detail: hub.name.clone(),
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &BillingHubBody::from(&hub))
            .await
    }

    /// GET /v1/billing-hubs: a page of hubs, newest first.
    pub async fn list_billing_hubs(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<BillingHubBody>> {
        caller.require(Permission::AccountRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/billing-hubs",
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = cotejo_store::billing_hubs::list(&mut conn, scope.client, after, ROWS).await?;
        Ok(self
            .page(scope, PAGE, rows, |hub| Position::Id(hub.id.0))
            .map(|hub| BillingHubBody::from(&hub)))
    }

    /// POST /v1/users/accept: whoever holds an invitation chooses a password.
    pub async fn accept_invitation(&self, fields: &Fields, origin: &str) -> AppResult<UserBody> {
        let mut errors = FieldErrors::default();
        let token = fields.get("token").unwrap_or_default();
        if token.is_empty() {
            errors.push("token", "is required");
        }
        let password = Secret(fields.get("password").unwrap_or_default().to_owned());
        if !is_password(&password.0) {
            errors.push("password", "must have 12 to 128 characters");
        }
        errors.into_result()?;
        let password_hash = hash_password(password).await?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let gone = || FieldErrors::one("token", "is not an open invitation");
        let (mut user, until) = cotejo_store::users::invited(&mut tx, &hash(token))
            .await?
            .ok_or_else(gone)?;
        let client = cotejo_store::clients::find(&mut tx, user.client)
            .await?
            .ok_or_else(gone)?;
        let now = self.now(&client);
        if until <= now {
            return Err(gone().into());
        }
        cotejo_store::users::activate(&mut tx, &user, &password_hash, now).await?;
        user.status = UserStatus::Active;
        user.updated = now;
        self.audit_user(&mut tx, &client, &user, "user.accepted", origin)
            .await?;
        tx.commit().await?;
        Ok(user.into())
    }

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

    /// The first administrator of a new client, for the command line: invited, and agreed to the override's terms.
    pub async fn first_administrator(&self, client: &Client, email: &str) -> AppResult<()> {
        let now = self.now(client);
        let user = User {
            client: client.id,
            id: UserId(self.ids().uuid(now)),
            email: email.to_owned(),
            name: String::new(),
            language: client.settings.language,
            role: "administrator".to_owned(),
            status: UserStatus::Invited,
            last_login: None,
            created: now,
            updated: now,
        };
        let token = self.token("cti_");
        let invited = Invited {
            hash: hash(&token),
            until: now.plus_seconds(INVITATION_SECONDS),
        };
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if !cotejo_store::users::administrators(&mut tx, client.id)
            .await?
            .is_empty()
        {
            return Ok(());
        }
        insert(&mut tx, &user, Some(invited)).await?;
        let text = messages::invitation(&client.name, "", &token, INVITATION_SECONDS / 3600, user.language);
        self.put_mail(&mut tx, client, email, &text, None).await?;
        cotejo_store::terms::accept(&mut tx, client.id, terms::OVERRIDE, user.id.0, now).await?;
        self.audit_system(&mut tx, client, "user.invited", user.id.0, "administrator")
            .await?;
        self.audit_system(&mut tx, client, "terms.accepted", client.id.0, terms::OVERRIDE)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Refuses a role that does not exist, or allows what the giver may not.
    async fn may_give(&self, conn: &mut PgConnection, giver: &Caller, role: &str) -> AppResult<()> {
        let permissions = role_permissions(conn, giver.client().id, role)
            .await?
            .ok_or_else(|| FieldErrors::one("role", "is not a role of this account"))?;
        // What the giver does not see, nobody sees by its gift.
        let masks = masks(&permissions);
        let unmasked = giver.key.masks().iter().any(|mask| !masks.contains(mask));
        if unmasked || inherited(&giver.key.permissions, &permissions).is_err() {
            return Err(AppError::Forbidden);
        }
        Ok(())
    }

    /// A secret for one reader.
    fn token(&self, prefix: &str) -> String {
        format!("{prefix}{}", hex(&self.ids().secret()))
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// What a role allows: a built-in one, or one that the client made.
async fn role_permissions(
    conn: &mut PgConnection,
    client: ClientId,
    role: &str,
) -> AppResult<Option<Vec<Permission>>> {
    if let Some(built_in) = ROLES.iter().find(|known| known.name.eq_ignore_ascii_case(role)) {
        return Ok(Some(built_in.permissions.to_vec()));
    }
    Ok(cotejo_store::users::role(conn, client, role).await?)
}

async fn insert(conn: &mut PgConnection, user: &User, invited: Option<Invited>) -> AppResult<()> {
    cotejo_store::users::insert(conn, user, invited)
        .await
        .map_err(|error| AppError::taken(error, "users_email", "a user of this address exists already"))
}

/// argon2id takes its time on purpose: not in a thread that serves others.
async fn hash_password(password: Secret<String>) -> AppResult<String> {
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
