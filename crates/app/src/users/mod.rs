//! People of a client: invited by mail (`invitations.rs`), signing in by password (`sessions.rs`), acting as their role
//! allows (`roles.rs`).

mod invitations;
pub mod roles;
pub mod sessions;

use cotejo_domain::{
    hex::hex,
    ids::{ClientId, UserId},
    language::Language,
    permissions::Permission,
    time::Timestamp,
    users::{Change, User, UserStatus},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, OutputMessage},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

const MISSING: AppError = AppError::NotFound("The user");

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

impl App {
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

    /// A secret for one reader.
    fn token(&self, prefix: &str) -> String {
        format!("{prefix}{}", hex(&self.ids().secret()))
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
