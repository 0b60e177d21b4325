//! Invitations: how a person comes to be a user and chooses a password.

use cotejo_domain::{
    clients::Client,
    fields::{FieldErrors, Fields},
    ids::UserId,
    messages,
    permissions::Permission,
    secret::Secret,
    users::{INVITATION_SECONDS, Invitation, User, UserStatus, is_password},
};
use cotejo_store::users::Invited;
use sqlx::PgConnection;

use super::{UserBody, hash, sessions::hash_password};
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done},
    terms,
};

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
}

async fn insert(conn: &mut PgConnection, user: &User, invited: Option<Invited>) -> AppResult<()> {
    cotejo_store::users::insert(conn, user, invited)
        .await
        .map_err(|error| AppError::taken(error, "users_email", "a user of this address exists already"))
}
