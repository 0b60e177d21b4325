//! Reviews of processes by people: the queue, and what they say.

use std::time::Duration;

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::{FlowId, ProcessId},
    permissions::Permission,
    processes::{
        Decision, DecisionKind, Ending, State,
        ending::{DeclineReason, ProcessReason},
        ledger::Stand,
        status_override::LONGEST_DESCRIPTION,
    },
};
use cotejo_store::{decisions, processes as store};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

cotejo_domain::text_enum! {
    /// What a reviewer does.
    pub enum Act {
        /// The person passes.
        Approve = "approve",
        /// The person does not.
        Reject = "reject",
        /// A block is to be gone through again.
        AskAgain = "ask_again",
        /// Somebody is to look.
        Assign = "assign",
        /// Something is to be remembered.
        Comment = "comment",
    }
}

/// A process that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProcessReview)]
pub struct ReviewBody {
    /// Account ID
    account_id: String,
    /// Who is to look
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_to: Option<String>,
    /// What was said, the oldest first
    comments: Vec<CommentBody>,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Until when somebody has to say, RFC 3339
    expiration_date: String,
    /// Given names
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// Flow ID
    #[schema(value_type = String)]
    flow_id: FlowId,
    /// Surnames
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// Process ID
    #[schema(value_type = String)]
    process_id: ProcessId,
}

/// What was said of a process.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentBody {
    /// What was done
    #[schema(example = "comment")]
    action: String,
    /// What was said
    comment: String,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Who
    username: String,
}

impl ReviewBody {
    fn of(process: &cotejo_domain::processes::Process, ledger: &[Decision]) -> Self {
        let said = ledger
            .iter()
            .filter(|decision| decision.process == process.id && decision.kind == DecisionKind::Review);
        let mut assigned_to = None;
        let mut comments = Vec::new();
        for decision in said {
            if decision.reason == Act::Assign.as_str() {
                assigned_to = Some(decision.description.clone());
            }
            comments.push(CommentBody {
                action: decision.reason.clone(),
                comment: decision.description.clone(),
                creation_date: decision.at.rfc3339_nanos(),
                username: decision.username.clone(),
            });
        }
        Self {
            account_id: process.account_name.to_string(),
            assigned_to,
            comments,
            creation_date: process.created.rfc3339_nanos(),
            expiration_date: process.deadline.rfc3339_seconds(),
            first_name: process.applicant.first_name.clone(),
            flow_id: process.flow,
            last_name: process.applicant.last_name.clone(),
            process_id: process.id,
        }
    }
}

/// What a reviewer says.
struct Said {
    act: Act,
    comment: String,
    /// The reason of a rejection.
    reason: Option<DeclineReason>,
    /// The block that is to be gone through again.
    block: String,
}

impl Said {
    fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let act = fields.required_one_of("action", Act::ALL, &mut errors);
        let longest = LONGEST_DESCRIPTION;
        let comment = match act {
            Some(Act::Comment) => fields.required_text("comment", longest, "is required", &mut errors),
            Some(Act::Assign) => fields.required_text("assigned_to", 254, "is required", &mut errors),
            _ => fields.text("comment", longest, &mut errors),
        };
        let block = match act {
            Some(Act::AskAgain) => fields.required_text("verification", 40, "is required", &mut errors),
            _ => None,
        };
        let reason = fields.get("declined_reason").and_then(|text| {
            let read = text.parse().ok();
            if read.is_none() {
                errors.push("declined_reason", "is no reason that a process is declined for");
            }
            read
        });
        errors.into_result()?;
        Ok(Self {
            act: act.unwrap_or(Act::Comment),
            comment: comment.unwrap_or_default(),
            reason,
            block: block.unwrap_or_default(),
        })
    }
}

impl App {
    /// GET /v1/reviews: the processes that wait for a person, the oldest first.
    pub async fn list_process_reviews(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<ReviewBody>> {
        caller.require(Permission::IdentityRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/reviews",
            filter: "processes",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::in_state(&mut conn, scope.client, State::Review, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |process| Position::Id(process.id.0));
        let ids: Vec<Uuid> = page.items.iter().map(|process| process.id.0).collect();
        let ledger = decisions::of_processes(&mut conn, scope.client, &ids).await?;
        Ok(page.map(|process| ReviewBody::of(&process, &ledger)))
    }

    /// POST /v1/processes/{id}/review
    pub async fn review_process(&self, command: &Command, id: ProcessId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let said = Said::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let now = command.now(self);
        let username = command.caller.claims.username.clone();
        let act = said.act;
        // The person's time ends before the reviewer's would have: the job that looks at it does so once more, behind
        // this transaction. Its row is taken before the process's, as the job does.
        if act == Act::AskAgain {
            let client = command.caller.client();
            self.expire_later(&mut write.tx, client, id, Duration::ZERO)
                .await?;
        }
        let underway = self
            .change_held(&mut write, command, id, async |app, conn, _, underway| {
                let process = &mut underway.process;
                // What is said of one that nobody was asked about changes nothing.
                if process.state != State::Review {
                    process.reviewed(Ending::Success, now)?;
                }
                let (stand, ending) = match said.act {
                    Act::Approve => (Stand::Pass, Some(Ending::Success)),
                    Act::Reject => {
                        let own = DeclineReason::Process(ProcessReason::RejectedInReview);
                        (Stand::Fail, Some(Ending::Declined(said.reason.unwrap_or(own))))
                    }
                    Act::AskAgain | Act::Assign | Act::Comment => (Stand::Refer, None),
                };
                let entry = Decision {
                    reason: act.to_string(),
                    description: said.comment,
                    username,
                    ..app.ledger_entry(process, DecisionKind::Review, stand, now)
                };
                decisions::insert(conn, &entry).await?;
                match ending {
                    Some(ending) => process.reviewed(ending, now)?,
                    None if act == Act::AskAgain => {
                        let asked = process.ask_again(&underway.spec, &said.block, now);
                        asked.map_err(|_| {
                            FieldErrors::one(
                                "verification",
                                "is no block of this process that can be repeated",
                            )
                        })?;
                    }
                    None => {}
                }
                Ok(())
            })
            .await?;
        let audited = Audited {
            action: "process.reviewed",
            resource: id.0,
            detail: act.to_string(),
            ..Audited::default()
        };
        let body = self.process_body(&mut write.tx, &underway).await?;
        self.end(write, command, audited, 200, &body).await
    }
}
