//! Overriding the status of a finished process (seed 000; rulings on override).

use cotejo_domain::{
    clients::Client,
    events::EventAction,
    fields::FieldErrors,
    ids::ProcessId,
    messages::status_overridden,
    permissions::Permission,
    processes::{
        Decision, DecisionKind, Level, Override, Process, ProcessStatus, status_override::NotOverridden,
    },
};
use cotejo_store::decisions::{self, Request};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::PROCESS;
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done},
    terms,
};

/// An override, as the history of a process tells it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverrideBody {
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Why, in words
    description: String,
    /// What the status counted as before
    #[schema(value_type = String)]
    previous_status: ProcessStatus,
    /// Why
    #[schema(example = "regular_client")]
    reason: String,
    /// What it counts as since
    #[schema(value_type = String)]
    status: ProcessStatus,
    /// Who
    username: String,
    /// Who agreed, where two persons are wanted
    #[serde(skip_serializing_if = "String::is_empty")]
    approved_by: String,
}

/// An override that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverrideRequestBody {
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Why, in words
    description: String,
    /// What is to be done next
    message: &'static str,
    /// Process ID
    #[schema(value_type = String)]
    process_id: ProcessId,
    /// Why
    #[schema(value_type = String)]
    reason: cotejo_domain::processes::OverrideReason,
    /// What the status is to be
    #[schema(value_type = String)]
    status: ProcessStatus,
    /// Who asked
    username: String,
}

/// The overrides of a process by its ledger, the oldest first.
pub(super) fn history(ledger: &[Decision]) -> Vec<OverrideBody> {
    let own =
        |decision: &&Decision| decision.level == Level::Process && decision.kind == DecisionKind::Override;
    let told = ledger.iter().filter(own).map(|decision| OverrideBody {
        creation_date: decision.at.rfc3339_nanos(),
        description: decision.description.clone(),
        previous_status: decision.before.status(),
        reason: decision.reason.clone(),
        status: decision.stand.status(),
        username: decision.username.clone(),
        approved_by: decision.approver.clone(),
    });
    told.collect()
}

impl App {
    /// POST /v1/processes/{id}/override-status
    ///
    /// Of two at once one wins; the other is told what the status is by then.
    pub async fn override_process_status(&self, command: &Command, id: ProcessId) -> AppResult<Done> {
        let caller = &command.caller;
        caller.require(Permission::OverrideStatus)?;
        let client = caller.client();
        let asked = Override::parse(&command.fields()?, client.settings.describe_overrides)?;
        let seen = {
            let mut conn = self.inner.pool.acquire().await?;
            // Nobody may, not even an administrator, before the account has accepted what it entails.
            if !cotejo_store::terms::accepted(&mut conn, client.id, terms::OVERRIDE).await? {
                return Err(AppError::Forbidden);
            }
            cotejo_store::processes::find(&mut conn, client.id, id)
                .await?
                .ok_or(PROCESS)?
        };
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let mut underway = self.hold_process(&mut write.tx, client.id, id).await?;
        let process = &mut underway.process;
        let before = process.effective();
        if seen.version != process.version && seen.effective() != before {
            return Err(AppError::Conflict(format!(
                "somebody else has overridden the status: it is {before} now"
            )));
        }
        let becomes = asked.becomes(before).map_err(refused)?;
        let waiting = decisions::request(&mut write.tx, client.id, id).await?;
        let waiting = waiting.filter(|request| request.status == becomes);
        let (username, now) = (caller.claims.username.clone(), command.now(self));
        let mut entry = Decision {
            before: before.into(),
            reason: asked.reason.to_string(),
            description: asked.description.clone(),
            username: username.clone(),
            ..self.ledger_entry(process, DecisionKind::Override, becomes.into(), now)
        };
        if client.settings.overrides_by_two {
            match waiting {
                None => {
                    let request = Request {
                        process: id,
                        status: becomes,
                        reason: asked.reason,
                        description: asked.description,
                        actor: caller.key.id,
                        username,
                        at: now,
                    };
                    decisions::put_request(&mut write.tx, client.id, &request).await?;
                    let audited = Audited {
                        action: "process.override_requested",
                        resource: id.0,
                        detail: format!("{before} to {becomes}: {}", request.reason),
                        ..Audited::default()
                    };
                    let body = OverrideRequestBody {
                        creation_date: request.at.rfc3339_nanos(),
                        description: request.description,
                        message: "another person has to agree by the same request",
                        process_id: id,
                        reason: request.reason,
                        status: becomes,
                        username: request.username,
                    };
                    return self.end(write, command, audited, 202, &body).await;
                }
                Some(request) if request.actor == caller.key.id => {
                    return Err(AppError::Conflict("another person has to agree".to_owned()));
                }
                Some(request) => {
                    entry.reason = request.reason.to_string();
                    entry.description = request.description;
                    entry.approver = std::mem::replace(&mut entry.username, request.username);
                }
            }
        }
        decisions::drop_request(&mut write.tx, client.id, id).await?;
        decisions::insert(&mut write.tx, &entry).await?;
        self.stand_by(&mut write.tx, client, process, becomes).await?;
        let text = status_overridden(
            &id.to_string(),
            before.as_str(),
            becomes.as_str(),
            &entry.reason,
            &entry.username,
            client.settings.language,
        );
        self.tell_administrators(&mut write.tx, client, &text).await?;
        let body = self.result_body(&mut write.tx, caller, &underway).await?;
        let audited = Audited {
            action: "process.overridden",
            resource: id.0,
            detail: format!("{before} to {becomes}: {}", entry.reason),
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &body).await
    }

    /// Has a finished process count as something else, and tells whoever listens.
    pub(super) async fn stand_by(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        process: &mut Process,
        becomes: ProcessStatus,
    ) -> AppResult<()> {
        process.stand(becomes, self.now(client));
        cotejo_store::processes::update(&mut *conn, process).await?;
        let action = match becomes {
            ProcessStatus::Success => EventAction::OverwrittenSuccess,
            ProcessStatus::Failure | ProcessStatus::Pending => EventAction::OverwrittenFailure,
        };
        self.tell_process(conn, client, process, action, None).await
    }
}

fn refused(error: NotOverridden) -> AppError {
    match error {
        NotOverridden::Pending => AppError::Conflict(error.to_string()),
        NotOverridden::Same => FieldErrors::one("status", error.to_string()).into(),
    }
}
