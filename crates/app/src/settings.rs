//! Settings of a client (reference, `/v1/settings`).

use std::time::Duration;

use cotejo_domain::{
    checks::InputField,
    clients::Client,
    names::NameMatching,
    permissions::Permission,
    settings::{DEFAULT, Settings},
};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// How checks of the account are carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settings)]
pub struct SettingsBody {
    /// How long a check may last: a number and `m` or `h`; `default` where it was not set
    #[schema(example = "25m")]
    max_duration: String,
    /// How found names are compared with the person's: `soft` or `exact`
    #[schema(value_type = String, example = "soft")]
    names_matching_type: NameMatching,
    /// Whether a source that failed is asked again until it answers or the check's time is over
    retries: bool,
}

impl From<&Settings> for SettingsBody {
    fn from(settings: &Settings) -> Self {
        Self {
            max_duration: settings
                .max_duration
                .map_or_else(|| DEFAULT.to_owned(), |duration| duration.to_string()),
            names_matching_type: settings.names_matching_type,
            retries: settings.retries,
        }
    }
}

impl App {
    /// The settings of the caller's account.
    pub async fn get_settings(&self, caller: &Caller) -> AppResult<SettingsBody> {
        caller.require(Permission::ChecksRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let client = cotejo_store::clients::find(&mut conn, caller.client().id).await?;
        let client = client.ok_or(AppError::NotFound("The client"))?;
        Ok(SettingsBody::from(&client.settings))
    }

    /// Changes what the fields say. Running checks go by the new settings at once: the next source that fails is asked
    /// again or not, and a shorter duration ends those that are over it.
    pub async fn change_settings(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let fields = command.fields()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let id = command.caller.client().id;
        // Two changes at once must not undo each other.
        let client = cotejo_store::clients::lock(&mut write.tx, id).await?;
        let mut client = client.ok_or(AppError::NotFound("The client"))?;
        let before = client.settings.clone();
        client.settings.change(&fields)?;
        if client.settings != before {
            cotejo_store::clients::set_settings(&mut write.tx, &client).await?;
            self.hasten_expiry(&mut write.tx, &client, &before).await?;
        }
        let (told_before, body) = (SettingsBody::from(&before), SettingsBody::from(&client.settings));
        let texts = (
            serde_json::to_string(&told_before).map_err(AppError::internal)?,
            serde_json::to_string(&body).map_err(AppError::internal)?,
        );
        let audited = Audited {
            action: "settings.changed",
            resource: id.0,
            before: Some(&texts.0),
            after: Some(&texts.1),
            ..Audited::default()
        };
        let done = self.end(write, command, audited, 200, &body).await?;
        self.forget_keys();
        Ok(done)
    }

    /// Checks that are being worked on and may now last shorter than before are looked at again when that time is over.
    /// One that may last longer is not over when its job looks at it, which puts itself back.
    async fn hasten_expiry(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        before: &Settings,
    ) -> AppResult<()> {
        let now = self.now(client);
        let mut jobs = Vec::new();
        for check in cotejo_store::checks::being_worked_on(&mut *conn, client.id).await? {
            let region = check.inputs.get(InputField::Region);
            let lasts = client.settings.max_duration(check.country, region);
            if lasts < before.max_duration(check.country, region) {
                let left = check.deadline(lasts, now).nanos() - now.nanos();
                let left = Duration::from_nanos(u64::try_from(left).unwrap_or(0));
                jobs.push(self.expire_job(client, &check, left));
            }
        }
        Ok(cotejo_queue::enqueue(conn, &jobs).await?)
    }
}
