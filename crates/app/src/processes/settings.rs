//! How a client wants overrides to be made.

use cotejo_domain::{fields::FieldErrors, permissions::Permission, settings::Settings};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// How overrides have to be made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentitySettings)]
pub struct IdentitySettingsBody {
    /// Whether they have to be described
    describe_overrides: bool,
    /// Whether a second person has to agree
    overrides_by_two: bool,
}

impl From<&Settings> for IdentitySettingsBody {
    fn from(settings: &Settings) -> Self {
        Self {
            describe_overrides: settings.describe_overrides,
            overrides_by_two: settings.overrides_by_two,
        }
    }
}

impl App {
    /// GET /v1/identity-settings
    pub async fn get_identity_settings(&self, caller: &Caller) -> AppResult<IdentitySettingsBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let client = cotejo_store::clients::find(&mut conn, caller.client().id).await?;
        let client = client.ok_or(AppError::NotFound("The client"))?;
        Ok(IdentitySettingsBody::from(&client.settings))
    }

    /// PUT /v1/identity-settings: what is left out stays as it was.
    pub async fn change_identity_settings(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::Administrator)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let describe = fields.boolean("describe_overrides", &mut errors);
        let by_two = fields.boolean("overrides_by_two", &mut errors);
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let id = command.caller.client().id;
        // Two changes at once must not undo each other.
        let client = cotejo_store::clients::lock(&mut write.tx, id).await?;
        let mut client = client.ok_or(AppError::NotFound("The client"))?;
        let settings = &mut client.settings;
        settings.describe_overrides = describe.unwrap_or(settings.describe_overrides);
        settings.overrides_by_two = by_two.unwrap_or(settings.overrides_by_two);
        cotejo_store::clients::set_settings(&mut write.tx, &client).await?;
        let body = IdentitySettingsBody::from(&client.settings);
        let audited = Audited {
            action: "settings.changed",
            resource: id.0,
            detail: format!(
                "describe_overrides {} overrides_by_two {}",
                body.describe_overrides, body.overrides_by_two
            ),
            ..Audited::default()
        };
        let done = self.end(write, command, audited, 200, &body).await?;
        self.forget_keys();
        Ok(done)
    }
}
