//! What a client configures about its validations, and when it has reviewers.

use cotejo_domain::{fields::Fields, permissions::Permission, validations::review::Schedule};
use cotejo_store::validation_configs as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    App, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// When there are reviewers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewSchedule)]
pub struct ScheduleBody {
    /// Days of the week, `mon` to `sun`
    days: Vec<&'static str>,
    /// The first minute of the day
    from: String,
    /// The minute after the last one
    to: String,
    /// How far their clocks are ahead of UTC
    zone: String,
}

impl From<Option<&Schedule>> for ScheduleBody {
    fn from(schedule: Option<&Schedule>) -> Self {
        let Some(schedule) = schedule else {
            return Self {
                days: vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
                from: "00:00".to_owned(),
                to: "24:00".to_owned(),
                zone: "+00:00".to_owned(),
            };
        };
        let (from, to, zone) = schedule.hours();
        Self {
            days: schedule.days(),
            from,
            to,
            zone,
        }
    }
}

/// A change of what is configured; tells what it was about.
type Change = fn(&mut store::Configured, &Fields) -> AppResult<String>;

impl App {
    /// What holds for the validations of a client, validator by validator.
    pub async fn get_validation_config(&self, caller: &Caller) -> AppResult<Value> {
        caller.require(Permission::ValidationsRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        Ok(store::find(&mut conn, caller.client().id).await?.config.to_json())
    }

    /// Configures a validator.
    pub async fn change_validation_config(&self, command: &Command) -> AppResult<Done> {
        let change: Change = |configured, fields| Ok(configured.config.change(fields)?.to_string());
        self.configure(command, "validations.configured", change, |configured| {
            configured.config.to_json()
        })
        .await
    }

    /// Gives a setting of a validator, or all of them, back to the defaults.
    pub async fn reset_validation_config(&self, command: &Command) -> AppResult<Done> {
        let change: Change = |configured, fields| Ok(configured.config.reset(fields)?.to_string());
        self.configure(command, "validations.config_reset", change, |configured| {
            configured.config.to_json()
        })
        .await
    }

    /// When there are reviewers.
    pub async fn get_review_schedule(&self, caller: &Caller) -> AppResult<ScheduleBody> {
        caller.require(Permission::ValidationsRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let configured = store::find(&mut conn, caller.client().id).await?;
        Ok(ScheduleBody::from(configured.schedule.as_ref()))
    }

    /// Says when there are reviewers.
    pub async fn change_review_schedule(&self, command: &Command) -> AppResult<Done> {
        let change: Change = |configured, fields| {
            configured.schedule = Some(Schedule::parse(fields)?);
            Ok(String::new())
        };
        self.configure(command, "reviews.scheduled", change, |configured| {
            ScheduleBody::from(configured.schedule.as_ref())
        })
        .await
    }

    async fn configure<T: Serialize + Sync>(
        &self,
        command: &Command,
        action: &'static str,
        change: Change,
        body: fn(&store::Configured) -> T,
    ) -> AppResult<Done> {
        command.caller.require(Permission::ValidationsWrite)?;
        let fields = command.fields()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        let mut configured = store::lock(&mut write.tx, client).await?;
        let detail = change(&mut configured, &fields)?;
        store::set(&mut write.tx, client, &configured).await?;
        let audited = Audited {
            action,
            resource: client.0,
            detail,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &body(&configured)).await
    }
}
