//! Deleting an instance with everything that belongs to it.

use cotejo_domain::{ids::ProcessId, permissions::Permission, processes::trustx::Base32Id};
use cotejo_store::{instances, messages, processes, validations};

use super::{INSTANCE, process_of};
use crate::{
    App, AppResult,
    command::{Audited, Begun, Command, Done, OutputMessage},
};

impl App {
    /// DELETE /api/process-manager/processInstances/{id}: the process with its decisions and documents, its validations with
    /// their pictures, reviews and messages, and the background checks that it made; its events keep ids alone. What the
    /// person was enrolled with stays: no process enrolls anybody.
    pub async fn delete_instance(&self, command: &Command, id: Base32Id) -> AppResult<Done> {
        self.delete_process(command, process_of(id), "the process instance was deleted")
            .await
    }

    /// The same by the process's own id; `said` is what is answered.
    pub async fn delete_process(&self, command: &Command, id: ProcessId, said: &str) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        // Jobs that are about it find nothing and end.
        let process = processes::lock(&mut write.tx, client, id)
            .await?
            .ok_or(INSTANCE)?;
        let made = validations::of_process(&mut write.tx, client, id).await?;
        let of_steps = process.progress.steps.iter().filter_map(|step| step.check);
        let of_validations = made.iter().filter_map(|validation| validation.findings.check);
        for check in of_steps.chain(of_validations) {
            self.erase_check_behind(&mut write.tx, client, check).await?;
        }
        let made: Vec<_> = made.into_iter().map(|validation| validation.id).collect();
        for resource in made.iter().map(|id| id.0).chain([id.0]) {
            self.delete_files(&mut write.tx, client, resource, None).await?;
            messages::erase(&mut write.tx, client, resource).await?;
            self.forget_transaction(&mut write.tx, client, resource).await?;
        }
        instances::erase(&mut write.tx, client, id, &made).await?;
        let audited = Audited {
            action: "process.deleted",
            resource: id.0,
            ..Audited::default()
        };
        let message = OutputMessage {
            message: said.to_owned(),
        };
        self.end(write, command, audited, 200, &message).await
    }
}
