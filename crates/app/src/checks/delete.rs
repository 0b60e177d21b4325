//! Deleting a check with everything that belongs to it.

use cotejo_domain::{files::FileKind, ids::CheckId, permissions::Permission};

use super::body;
use crate::{
    App, AppError, AppResult,
    command::{Audited, Command},
};

impl App {
    /// Deletes a check and returns its body as it was, version 1.
    pub async fn delete_check(&self, command: &Command, id: CheckId) -> AppResult<String> {
        command.caller.require(Permission::ChecksWrite)?;
        let client = command.caller.client().id;
        let mut tx = self.inner.pool.begin().await?;
        // Whose check it is comes before anything is touched: nobody holds up a job of another client.
        if cotejo_store::checks::find(&mut tx, client, id, false)
            .await?
            .is_none()
        {
            return Err(AppError::NotFound("The Check"));
        }
        // Then the job first, as the worker does, so that the two never wait for each other.
        cotejo_queue::discard(&mut tx, id.0).await?;
        let check = cotejo_store::checks::find(&mut tx, client, id, true)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        if cotejo_store::continuous::is_original(&mut tx, client, id).await? {
            return Err(AppError::Conflict(
                "the check is the first one of a continuous check".to_owned(),
            ));
        }
        let runs = cotejo_store::runs::of_checks(&mut tx, client, &[id.0]).await?;
        let body = body::render(
            self.inner.catalogue,
            &check,
            runs.get(&id).map_or(&[], Vec::as_slice),
        );
        cotejo_store::checks::delete(&mut tx, &check).await?;
        self.forget_transaction(&mut tx, client, id.0).await?;
        cotejo_store::messages::erase(&mut tx, client, id.0).await?;
        self.delete_files(&mut tx, client, id.0, None).await?;
        // A report of a batch shows what the rows say: one that shows a deleted check goes with it.
        for batch in cotejo_store::batches::erase_check(&mut tx, client, id).await? {
            self.delete_files(&mut tx, client, batch.0, Some(FileKind::BatchReport))
                .await?;
        }
        let audited = Audited {
            action: "check.deleted",
            resource: id.0,
            ..Audited::default()
        };
        self.audit(&mut tx, command, audited).await?;
        tx.commit().await?;
        Ok(body)
    }
}
