//! Blocks that are added to dynamic processes.

use std::collections::BTreeMap;

use cotejo_domain::{
    ids::{BlockId, ProcessId, StepId},
    permissions::Permission,
    processes::{AddError, ProcessStatus, StepKind, dynamic::added},
};
use cotejo_store::processes as store;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{PROCESS, body::verifications, may};
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done, Input},
};

/// A block that was added to a process.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = addedVerification)]
pub struct AddedBody {
    /// Its first step
    #[schema(value_type = String)]
    step_id: StepId,
    /// The type of that step
    #[schema(value_type = String, example = "enter_document_type")]
    step_type: StepKind,
    /// Block ID
    #[schema(value_type = String)]
    verification_id: BlockId,
    /// `<block>:<block id>` of all blocks, and where each stands
    #[schema(value_type = Object)]
    verifications: BTreeMap<String, ProcessStatus>,
}

impl App {
    /// POST /v1/processes/{id}/verifications: adds a block to a dynamic process.
    pub async fn add_verification(&self, command: &Command, id: ProcessId) -> AppResult<Done> {
        may(&command.caller, id, Permission::IdentityWrite)?;
        let block_id = BlockId(self.ids().uuid(command.now(self)));
        let block = match &command.input {
            Input::Document(document) => added(document, block_id)?,
            Input::Fields(fields) => added(&json!({"type": fields.get("type")}), block_id)?,
        };
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let underway = self
            .change_held(&mut write, command, id, async |app, conn, client, underway| {
                let now = app.now(client);
                let step_id = || StepId(app.ids().uuid(now));
                underway.process.add(&mut underway.spec, block, step_id, now)?;
                Ok(store::insert_steps(conn, &underway.process).await?)
            })
            .await?;
        let place = underway.spec.blocks.len() - 1;
        let mut steps = underway.process.progress.steps.iter();
        let first = steps.find(|step| step.block == place).ok_or(PROCESS)?;
        let body = AddedBody {
            step_id: first.id,
            step_type: first.kind,
            verification_id: block_id,
            verifications: verifications(&underway.process, &underway.spec),
        };
        let audited = Audited {
            action: "process.verification_added",
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &body).await
    }
}

impl From<AddError> for AppError {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Ended => Self::Gone(error.to_string()),
            AddError::NotDynamic | AddError::Complete | AddError::Paused => Self::Conflict(error.to_string()),
        }
    }
}
