//! What whoever runs an instance does with it: reviews it, has it wait, lets it go on.

use std::time::Duration;

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    permissions::Permission,
    processes::{
        Decision, DecisionKind, Ending, Process, State,
        ending::{DeclineReason, ProcessReason},
        ledger::Stand,
        status_override::LONGEST_DESCRIPTION,
        trustx::{Base32Id, status::is_referred},
    },
};
use cotejo_store::decisions;

use super::process_of;
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done, Write},
    processes::reviews::Act,
};

/// What is done with an instance.
enum Change {
    /// A reviewer says what it comes to.
    Decide { act: Act, comment: String },
    /// It is to wait.
    Pause,
    /// It is to go on.
    Resume,
}

impl Change {
    /// Reads `review {status, comment}`, or the two alone.
    fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let nested = fields.get("review.status").is_some() || fields.get("review.comment").is_some();
        let (status, comment) = if nested {
            ("review.status", "review.comment")
        } else {
            ("status", "comment")
        };
        let said = fields
            .text(comment, LONGEST_DESCRIPTION, &mut errors)
            .unwrap_or_default();
        let word = fields.get(status).unwrap_or_default().trim().to_ascii_uppercase();
        let change = match word.as_str() {
            "COMPLETED_ENDED_SUCCESS" | "APPROVE" | "APPROVED" | "ACCEPTED" => Some(Self::Decide {
                act: Act::Approve,
                comment: said,
            }),
            "COMPLETED_ENDED_ERROR" | "REJECT" | "REJECTED" | "DECLINED" => Some(Self::Decide {
                act: Act::Reject,
                comment: said,
            }),
            "PAUSED" => Some(Self::Pause),
            "ACTIVE" => Some(Self::Resume),
            _ => None,
        };
        let Some(change) = change else {
            errors.push(
                status,
                "must be COMPLETED_ENDED_SUCCESS (Approve) or COMPLETED_ENDED_ERROR (Reject), or PAUSED or ACTIVE",
            );
            return Err(errors);
        };
        errors.into_result()?;
        Ok(change)
    }

    /// As the audit trail tells it.
    const fn action(&self) -> &'static str {
        match self {
            Self::Decide { .. } => "process.reviewed",
            Self::Pause => "process.paused",
            Self::Resume => "process.resumed",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Decide { act, .. } => act.to_string(),
            Self::Pause | Self::Resume => String::new(),
        }
    }
}

impl App {
    /// PUT /api/process-manager/processInstances/{id}
    pub async fn review_instance(&self, command: &Command, id: Base32Id) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let change = Change::parse(&command.fields()?)?;
        self.change_instance(command, id, change).await
    }

    /// POST …/{id}/pause
    pub async fn pause_instance(&self, command: &Command, id: Base32Id) -> AppResult<Done> {
        self.change_instance(command, id, Change::Pause).await
    }

    /// POST …/{id}/resume
    pub async fn resume_instance(&self, command: &Command, id: Base32Id) -> AppResult<Done> {
        self.change_instance(command, id, Change::Resume).await
    }

    async fn change_instance(&self, command: &Command, id: Base32Id, change: Change) -> AppResult<Done> {
        let caller = &command.caller;
        caller.require(Permission::IdentityWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (caller.client(), command.now(self));
        let id = process_of(id);
        let audited = Audited {
            action: change.action(),
            resource: id.0,
            detail: change.detail(),
            ..Audited::default()
        };
        // The person's time ends before the patience of a pause would have: the job that looks at it does so once more, behind
        // this transaction. Its row is taken before the process's, as the job does.
        if matches!(change, Change::Resume) {
            self.expire_later(&mut write.tx, client, id, Duration::ZERO)
                .await?;
        }
        let mut underway = self.hold_process(&mut write.tx, client.id, id).await?;
        let before = underway.process.clone();
        let process = &mut underway.process;
        match change {
            Change::Pause => process.pause(now)?,
            Change::Resume => process.resume(now)?,
            Change::Decide { act, comment } => {
                self.decide_instance(&mut write, command, process, act, comment)
                    .await?;
            }
        }
        self.carry_on(&mut write.tx, client, &mut underway).await?;
        self.save_process(&mut write.tx, client, &before, &mut underway.process)
            .await?;
        let body = self.instance_body(&mut write.tx, caller, id).await?;
        self.end(write, command, audited, 200, &body).await
    }

    async fn decide_instance(
        &self,
        write: &mut Write,
        command: &Command,
        process: &mut Process,
        act: Act,
        comment: String,
    ) -> AppResult<()> {
        let now = command.now(self);
        if process.state == State::Ended {
            let ledger = decisions::of_process(&mut write.tx, process.client, process.id).await?;
            if is_referred(&ledger) {
                let message =
                    "the process has ended: what was referred is verified or rejected check by check";
                return Err(AppError::Conflict(message.to_owned()));
            }
        }
        let own = DeclineReason::Process(ProcessReason::RejectedInReview);
        let (stand, ending) = match act {
            Act::Approve => (Stand::Pass, Ending::Success),
            _ => (Stand::Fail, Ending::Declined(own)),
        };
        // Whether anybody was asked comes first: what is said of one that nobody was asked about is not noted.
        let entry = Decision {
            reason: act.to_string(),
            description: comment,
            username: command.caller.claims.username.clone(),
            ..self.ledger_entry(process, DecisionKind::Review, stand, now)
        };
        process.reviewed(ending, now)?;
        Ok(decisions::insert(&mut write.tx, &entry).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[(&str, &str)]) -> Result<Change, Vec<String>> {
        let mut fields = Fields::default();
        for (name, value) in body {
            fields.add(name, (*value).to_owned());
        }
        Change::parse(&fields).map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn what_a_reviewer_says_is_read_in_either_shape() {
        for (body, action, detail) in [
            (
                &[("review.status", "COMPLETED_ENDED_SUCCESS")][..],
                "process.reviewed",
                "approve",
            ),
            (
                &[("status", "Reject"), ("comment", "no")],
                "process.reviewed",
                "reject",
            ),
            (&[("status", "PAUSED")], "process.paused", ""),
            (&[("review.status", "ACTIVE")], "process.resumed", ""),
        ] {
            let Ok(change) = parse(body) else {
                panic!("{body:?}")
            };
            assert_eq!(
                (change.action(), change.detail().as_str()),
                (action, detail),
                "{body:?}"
            );
        }
        for (body, wrong) in [
            (&[][..], "status"),
            (&[("review.comment", "fine")], "review.status"),
            (&[("review.status", "COMPLETED_TERMINATED")], "review.status"),
        ] {
            assert_eq!(parse(body).err(), Some(vec![wrong.to_owned()]), "{body:?}");
        }
    }
}
