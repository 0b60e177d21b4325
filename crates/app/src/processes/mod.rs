//! Digital identity: flows, processes, what people decide about them.
//!
//! A process is changed by a person who submits a step (`submit.rs`), by the end of what it waits for (`advance.rs`), by
//! time (`expire.rs`), by whoever runs it (`reviews.rs`, `overrides.rs`). All of them lock its row, change the value, carry
//! out what it needs (`needs.rs`) and write it with what follows (`save.rs`).

mod advance;
pub mod body;
mod create;
pub mod credas;
mod decide;
mod event;
mod expire;
pub mod flows;
mod ledger;
mod list;
mod needs;
pub mod overrides;
pub mod pdf;
pub mod read;
pub mod result;
pub mod reviews;
mod save;
pub mod settings;
mod submit;
pub mod trustx;
pub mod verifications;

use cotejo_domain::{
    ids::{ClientId, ProcessId},
    key_requests::{Grant, TokenData},
    keys::KeyType,
    permissions::Permission,
    processes::{FlowSpec, Process, SubmitError, submission::Refused},
};
use cotejo_store::{flows as flow_store, processes as store};
use sqlx::PgConnection;

use crate::{App, AppError, AppResult, access::Caller, validations::Payload};

pub use advance::{AdvanceProcesses, GlanceAtChecks};
pub use decide::DecideProcesses;
pub use expire::ExpireProcesses;
pub use pdf::PrintProcesses;

/// Kind of the job that carries a process on when something that it waits for has ended.
pub(crate) const ADVANCE_JOB: &str = "process.advance";
/// Kind of the job that looks at a background check that a process waits for.
const GLANCE_JOB: &str = "process.glance";
/// Kind of the job that decides how a process ends whose flow has functions.
const DECIDE_JOB: &str = "process.decide";
/// Kind of the job that ends a process whose time is over.
const EXPIRE_JOB: &str = "process.expire";

const PROCESS: AppError = AppError::NotFound("The process");
const FLOW: AppError = AppError::NotFound("The flow");
const STEP: AppError = AppError::NotFound("The step");

impl Payload {
    const fn process(&self) -> (ClientId, ProcessId) {
        (ClientId(self.client), ProcessId(self.id))
    }
}

/// A process with what its flow says.
pub(crate) struct Underway {
    pub process: Process,
    pub flow_name: String,
    pub spec: FlowSpec,
}

impl Underway {
    fn new(process: Process, flow_name: String, flow: FlowSpec) -> Self {
        Self {
            spec: process.own(flow),
            process,
            flow_name,
        }
    }
}

/// What a caller's token says of the one process that it is for; none for a key of the client's servers.
fn token_data(caller: &Caller) -> AppResult<Option<TokenData>> {
    if caller.key.key_type != KeyType::Web {
        return Ok(None);
    }
    if caller.key.grant != Grant::DigitalIdentity.as_str() {
        return Err(AppError::Forbidden);
    }
    let data = serde_json::from_str(&caller.claims.additional_data);
    data.map(Some).map_err(|_| AppError::Forbidden)
}

/// Refuses a caller that may not do this with a process: a token may with its own, a key by its permissions.
fn may(caller: &Caller, id: ProcessId, permission: Permission) -> AppResult<()> {
    match token_data(caller)? {
        Some(data) if data.process_id == id => Ok(()),
        // Whose it is, a token is not told.
        Some(_) => Err(PROCESS),
        None => caller.require(permission),
    }
}

impl App {
    /// A process, kept as it is until the transaction ends.
    pub(crate) async fn hold_process(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        id: ProcessId,
    ) -> AppResult<Underway> {
        let process = store::lock(&mut *conn, client, id).await?.ok_or(PROCESS)?;
        self.underway(conn, process).await
    }

    /// A process as it is.
    pub(crate) async fn see_process(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        id: ProcessId,
    ) -> AppResult<Underway> {
        let process = store::find(&mut *conn, client, id).await?.ok_or(PROCESS)?;
        self.underway(conn, process).await
    }

    async fn underway(&self, conn: &mut PgConnection, process: Process) -> AppResult<Underway> {
        let version = flow_store::version(conn, process.client, process.flow, process.flow_version).await?;
        let (flow_name, spec) =
            version.ok_or_else(|| AppError::internal("the version of a process's flow is gone"))?;
        Ok(Underway::new(process, flow_name, spec))
    }
}

impl From<SubmitError> for AppError {
    fn from(error: SubmitError) -> Self {
        let text = error.to_string();
        match error {
            SubmitError::Ended => Self::Gone(text),
            SubmitError::NotCurrent | SubmitError::Processing | SubmitError::Paused => Self::Conflict(text),
            SubmitError::WrongType | SubmitError::ReadOnly | SubmitError::NoPictures => Self::Refused(text),
        }
    }
}

impl From<Refused> for AppError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Step(error) => error.into(),
            Refused::Fields(errors) => errors.into(),
        }
    }
}
