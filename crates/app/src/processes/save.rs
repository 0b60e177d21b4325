//! Writing a process with what follows from its change: events, the ledger, its jobs.

use std::time::Duration;

use cotejo_domain::{
    clients::Client,
    events::{EventAction, EventType, NewEvent},
    ids::{DecisionId, EventId, ProcessId},
    processes::{Decision, DecisionKind, Level, Process, State, Step, StepState, ledger::Stand},
    validations::ValidationStatus,
};
use cotejo_store::{decisions, processes as store, validations};
use sqlx::PgConnection;

use super::{EXPIRE_JOB, event::EventBody};
use crate::{App, AppError, AppResult};

impl App {
    /// Writes a process that was changed, and tells whoever listens what has changed since `before`.
    pub(super) async fn save_process(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        before: &Process,
        process: &mut Process,
    ) -> AppResult<()> {
        if process.version == before.version {
            return Ok(());
        }
        store::update(&mut *conn, process).await?;
        for step in newly_passed(before, process) {
            self.tell_process(
                &mut *conn,
                client,
                process,
                EventAction::StepSucceeded,
                Some(step),
            )
            .await?;
        }
        if process.state == State::Review && before.state != State::Review {
            let entry = self.ledger_entry(process, DecisionKind::Decider, Stand::Refer, self.now(client));
            decisions::insert(&mut *conn, &entry).await?;
        }
        let Some(ending) = process.ending.filter(|_| !before.is_final()) else {
            return Ok(());
        };
        self.note_outcomes(&mut *conn, client, before, process).await?;
        self.tell_process(&mut *conn, client, process, ending.action(), None)
            .await?;
        // Somebody may have decided about a part of it before it ended.
        let made = validations::of_process(&mut *conn, client.id, process.id).await?;
        self.follow_ledger(conn, client, process, &made).await?;
        metrics::counter!("cotejo_processes_finished_total", "status" => process.status().as_str())
            .increment(1);
        Ok(())
    }

    /// Sees to it that a process is looked at when its time is over.
    ///
    /// Jobs take their own row first and the process's then: whoever does both keeps that order.
    pub(super) async fn expire_later(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        id: ProcessId,
        after: Duration,
    ) -> AppResult<()> {
        let job = self.job_of(client, EXPIRE_JOB, id.0, after);
        Ok(cotejo_queue::wake(conn, &[job]).await?)
    }

    /// Writes an event of a process.
    pub(super) async fn tell_process(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        process: &Process,
        action: EventAction,
        step: Option<&Step>,
    ) -> AppResult<()> {
        let now = self.now(client);
        let event = NewEvent {
            id: EventId(self.ids().uuid(now)),
            client: client.id,
            event_type: EventType::IdentityProcess,
            action,
            resource: process.id.0,
            resource_version: process.version,
            created: now,
            body: serde_json::to_string(&EventBody::of(process, step)).map_err(AppError::internal)?,
        };
        Ok(cotejo_store::events::insert(conn, &[event]).await?)
    }

    /// Notes in the ledger what a process and its validations came to by themselves.
    async fn note_outcomes(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        before: &Process,
        process: &Process,
    ) -> AppResult<()> {
        let now = self.now(client);
        let made = validations::of_process(&mut *conn, client.id, process.id).await?;
        for validation in made.iter().filter(|validation| validation.is_final()) {
            let stand = match validation.status() {
                ValidationStatus::Success => Stand::Pass,
                ValidationStatus::Failure | ValidationStatus::Pending => Stand::Fail,
            };
            let entry = Decision {
                validation: Some(validation.id),
                level: Level::Validation,
                ..self.ledger_entry(process, DecisionKind::Automatic, stand, now)
            };
            decisions::insert(&mut *conn, &entry).await?;
        }
        // What ended it was a reviewer's word, which is in the ledger by its name.
        if before.state == State::Review {
            return Ok(());
        }
        let kind = match process.progress.decision {
            Some(_) => DecisionKind::Decider,
            None => DecisionKind::Automatic,
        };
        let reason = process
            .ending
            .and_then(cotejo_domain::processes::Ending::declined);
        let entry = Decision {
            reason: reason.map(|reason| reason.to_string()).unwrap_or_default(),
            ..self.ledger_entry(process, kind, process.status().into(), now)
        };
        Ok(decisions::insert(conn, &entry).await?)
    }

    /// An entry of the ledger about a whole process, with nobody's name.
    pub(super) fn ledger_entry(
        &self,
        process: &Process,
        kind: DecisionKind,
        stand: Stand,
        now: cotejo_domain::time::Timestamp,
    ) -> Decision {
        Decision {
            client: process.client,
            id: DecisionId(self.ids().uuid(now)),
            process: process.id,
            validation: None,
            part: String::new(),
            level: Level::Process,
            kind,
            stand,
            before: Stand::Refer,
            reason: String::new(),
            description: String::new(),
            username: String::new(),
            approver: String::new(),
            at: now,
        }
    }
}

/// The steps that have passed since.
fn newly_passed<'a>(before: &'a Process, process: &'a Process) -> impl Iterator<Item = &'a Step> {
    let passed = |step: &Step| step.state == StepState::Passed;
    let steps = process.progress.steps.iter().zip(&before.progress.steps);
    steps
        .filter(move |(step, earlier)| passed(step) && !passed(earlier))
        .map(|(step, _)| step)
}
