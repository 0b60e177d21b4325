//! Deleting a check with everything that belongs to it.

use cotejo_domain::{
    checks::Check,
    files::FileKind,
    ids::{CheckId, ClientId},
    permissions::Permission,
};
use sqlx::PgConnection;

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
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
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
        self.erase_check(&mut tx, &check).await?;
        let audited = Audited {
            action: "check.deleted",
            resource: id.0,
            ..Audited::default()
        };
        self.audit(&mut tx, command, audited).await?;
        tx.commit().await?;
        Ok(body)
    }

    async fn erase_check(&self, conn: &mut PgConnection, check: &Check) -> AppResult<()> {
        let (client, id) = (check.client, check.id);
        cotejo_store::checks::delete(&mut *conn, check).await?;
        self.forget_transaction(&mut *conn, client, id.0).await?;
        cotejo_store::messages::erase(&mut *conn, client, id.0).await?;
        self.delete_files(&mut *conn, client, id.0, None).await?;
        // A report of a batch shows what the rows say: one that shows a deleted check goes with it.
        for batch in cotejo_store::batches::erase_check(&mut *conn, client, id).await? {
            self.delete_files(&mut *conn, client, batch.0, Some(FileKind::BatchReport))
                .await?;
        }
        Ok(())
    }

    /// Deletes a check that was made for what is being deleted. One that is watched since is its client's own.
    pub(crate) async fn erase_check_behind(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        id: CheckId,
    ) -> AppResult<()> {
        cotejo_queue::discard(&mut *conn, id.0).await?;
        let check = cotejo_store::checks::find(&mut *conn, client, id, true).await?;
        match check {
            Some(check) if !cotejo_store::continuous::is_original(&mut *conn, client, id).await? => {
                self.erase_check(conn, &check).await
            }
            _ => Ok(()),
        }
    }
}
