//! What a finished process counts as, by its ledger.

use cotejo_domain::{
    clients::Client,
    ids::ValidationId,
    processes::{
        Decision, DecisionKind, Process,
        ledger::{Stand, effective_process},
    },
    validations::{Validation, ValidationStatus},
};
use cotejo_store::decisions;
use sqlx::PgConnection;

use crate::{App, AppResult};

impl App {
    /// Has a finished process count as what its ledger comes to.
    pub(super) async fn follow_ledger(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        process: &mut Process,
        made: &[Validation],
    ) -> AppResult<()> {
        if !process.is_final() {
            return Ok(());
        }
        let ledger = decisions::of_process(&mut *conn, client.id, process.id).await?;
        // A try that failed and was repeated says nothing any more.
        let retried = |one: &&Validation| !made.iter().any(|other| other.retry_of == Some(one.id));
        let stands: Vec<(ValidationId, Stand)> = made
            .iter()
            .filter(retried)
            .map(|one| {
                let stand = match one.status() {
                    ValidationStatus::Success => Stand::Pass,
                    ValidationStatus::Failure => Stand::Fail,
                    ValidationStatus::Pending => Stand::Refer,
                };
                (one.id, stand)
            })
            .collect();
        let (before, becomes) = (
            process.effective(),
            effective_process(process.status(), &stands, &ledger),
        );
        if before == becomes {
            return Ok(());
        }
        let entry = Decision {
            before: before.into(),
            ..self.ledger_entry(process, DecisionKind::Derived, becomes.into(), self.now(client))
        };
        decisions::insert(&mut *conn, &entry).await?;
        self.stand_by(conn, client, process, becomes).await
    }
}
