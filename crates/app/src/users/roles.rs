//! Roles: what users may do, and who may give which.

use cotejo_domain::{
    fields::FieldErrors,
    ids::{ClientId, RoleId},
    key_requests,
    permissions::{Permission, ROLES, inherited, masks},
};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    terms,
};

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

impl App {
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

    /// Refuses a role that does not exist, or allows what the giver may not.
    pub(super) async fn may_give(
        &self,
        conn: &mut PgConnection,
        giver: &Caller,
        role: &str,
    ) -> AppResult<()> {
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
}

/// What a role allows: a built-in one, or one that the client made.
pub(super) async fn role_permissions(
    conn: &mut PgConnection,
    client: ClientId,
    role: &str,
) -> AppResult<Option<Vec<Permission>>> {
    if let Some(built_in) = ROLES.iter().find(|known| known.name.eq_ignore_ascii_case(role)) {
        return Ok(Some(built_in.permissions.to_vec()));
    }
    Ok(cotejo_store::users::role(conn, client, role).await?)
}
