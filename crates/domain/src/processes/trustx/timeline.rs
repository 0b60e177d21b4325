//! What happened in an instance, in the order in which it did: enough to play its flow (ruling on the timeline).

use super::instance::elapsed;
use crate::{
    processes::{
        Decision, DecisionKind, FlowSpec, Level, Process, ProcessStatus, Step, StepKind, StepState,
        ledger::Stand,
    },
    time::Timestamp,
};

/// Something that happened, or is happening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its name: the key of a block, or what the machinery calls itself.
    pub activity: String,
    /// What it was: the type of a step, or of an event.
    pub kind: &'static str,
    /// When it began, in the client's time.
    pub started: Timestamp,
    /// When it ended; none while it is happening.
    pub completed: Option<Timestamp>,
    /// What it came to.
    pub outcome: &'static str,
    /// Who did it: `User` is the person, `System` the machinery, else a name. Personal data.
    pub actor: String,
}

impl Activity {
    /// How long it took, in milliseconds; none while it is happening.
    pub fn elapsed(&self) -> Option<i64> {
        Some(elapsed(self.started, self.completed?))
    }

    /// Something that took no time.
    fn at(
        instant: Timestamp,
        activity: &str,
        kind: &'static str,
        outcome: &'static str,
        actor: &str,
    ) -> Self {
        Self {
            activity: activity.to_owned(),
            kind,
            started: instant,
            completed: Some(instant),
            outcome,
            actor: actor.to_owned(),
        }
    }
}

const PERSON: &str = "User";
const MACHINERY: &str = "System";

/// What happened in a process, by its steps and its ledger.
pub fn timeline(process: &Process, spec: &FlowSpec, ledger: &[Decision]) -> Vec<Activity> {
    let mut activities = vec![Activity::at(process.created, "Start", "start", "PASS", MACHINERY)];
    let steps = process.progress.steps.iter();
    activities.extend(steps.filter_map(|step| of_step(spec, step)));
    activities.extend(ledger.iter().filter_map(of_decision));
    if let Some(finished) = process.finished {
        let outcome = match process.status() {
            ProcessStatus::Success => "PASS",
            ProcessStatus::Failure | ProcessStatus::Pending => "FAIL",
        };
        activities.push(Activity::at(finished, "Finalizer", "end", outcome, MACHINERY));
    }
    activities.sort_by_key(|activity| activity.started);
    activities
}

/// A step whose turn came.
fn of_step(spec: &FlowSpec, step: &Step) -> Option<Activity> {
    let block = spec.blocks.get(step.block);
    Some(Activity {
        activity: block.map_or_else(String::new, |block| block.key.clone()),
        kind: step.kind.as_str(),
        started: step.started?,
        completed: step.finished,
        outcome: match step.state {
            StepState::Passed => "PASS",
            StepState::Failed => "FAIL",
            StepState::Skipped => "SKIPPED",
            StepState::Waiting | StepState::Open | StepState::Processing => "PENDING",
        },
        actor: match step.kind {
            StepKind::GetValidationsResult => MACHINERY,
            _ => PERSON,
        }
        .to_owned(),
    })
}

/// A decision; what a validation came to by itself, its step says already, and the end of all the finalizer.
fn of_decision(decision: &Decision) -> Option<Activity> {
    let (activity, kind) = match decision.kind {
        DecisionKind::Automatic => return None,
        DecisionKind::Decider => ("Simple Decider", "decider"),
        DecisionKind::Review => ("Manual Review", "review"),
        DecisionKind::Override if decision.level == Level::Process => ("Override", "override"),
        DecisionKind::Override => ("Override of a check", "override"),
        DecisionKind::Derived => ("Derived from checks", "derived"),
    };
    let outcome = match decision.stand {
        Stand::Pass => "PASS",
        Stand::Fail => "FAIL",
        Stand::Refer => "REVIEW",
    };
    let actor = match decision.username.as_str() {
        "" => MACHINERY,
        name => name,
    };
    Some(Activity::at(decision.at, activity, kind, outcome, actor))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::{BlockId, ClientId, DecisionId, FlowId, ProcessId, StepId},
        key_requests::ProcessCountry,
        processes::{Applicant, BlockKind, Ending, Progress, Start, State, Via},
        validations::AccountName,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(0).plus_seconds(seconds)
    }

    fn process(spec: &FlowSpec) -> Process {
        let mut process = Process {
            client: ClientId(Uuid::nil()),
            id: ProcessId(Uuid::nil()),
            account: Uuid::nil(),
            account_name: AccountName::of(Uuid::nil()),
            flow: FlowId(Uuid::nil()),
            flow_version: 1,
            country: ProcessCountry::All,
            redirect_url: String::new(),
            start: Start::default(),
            via: Via::Token,
            token: None,
            ip_address: String::new(),
            applicant: Applicant::default(),
            state: State::Active,
            progress: Progress::default(),
            ending: None,
            overridden: None,
            deadline: at(7200),
            created: at(0),
            updated: at(0),
            finished: None,
            version: 1,
        };
        process.begin(spec, || StepId(Uuid::nil()), at(0));
        process
    }

    #[test]
    fn steps_and_decisions_stand_in_the_order_of_time() {
        let kinds = [BlockKind::EnterAuthorization, BlockKind::EmailVerification];
        let spec = FlowSpec::of(&kinds, || BlockId(Uuid::nil()));
        let mut process = process(&spec);
        let entered = [("client_authorization".to_owned(), "true".to_owned())];
        process.enter(&spec, entered.into_iter().collect(), at(5));
        process.finish(Ending::SystemError, at(9));
        let ledger = [Decision {
            client: process.client,
            id: DecisionId(Uuid::nil()),
            process: process.id,
            validation: None,
            part: String::new(),
            level: Level::Process,
            kind: DecisionKind::Override,
            stand: Stand::Pass,
            before: Stand::Fail,
            reason: String::new(),
            description: String::new(),
            username: "eva".to_owned(),
            approver: String::new(),
            at: at(60),
        }];
        let told: Vec<(String, &str, &str, Option<i64>, String)> = timeline(&process, &spec, &ledger)
            .into_iter()
            .map(|one| {
                let elapsed = one.elapsed();
                (one.activity, one.kind, one.outcome, elapsed, one.actor)
            })
            .collect();
        let expected = [
            ("Start", "start", "PASS", Some(0), "System"),
            (
                "enter_authorization",
                "enter_authorization",
                "PASS",
                Some(5000),
                "User",
            ),
            ("email_verification", "enter_email", "SKIPPED", Some(4000), "User"),
            ("Finalizer", "end", "FAIL", Some(0), "System"),
            ("Override", "override", "PASS", Some(0), "eva"),
        ]
        .map(|(activity, kind, outcome, elapsed, actor)| {
            (activity.to_owned(), kind, outcome, elapsed, actor.to_owned())
        });
        assert_eq!(told, expected);
    }
}
