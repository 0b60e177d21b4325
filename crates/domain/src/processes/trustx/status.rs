//! Where an instance stands (seed 003; rulings on TrustX statuses and on Credas).

use crate::{
    processes::{Decision, DecisionKind, FailureStatus, Level, ProcessStatus, State, ledger::Stand},
    time::Timestamp,
};

crate::text_enum! {
    /// Where an instance stands. The guide misprints two of the texts.
    pub enum InstanceStatus {
        /// Nobody has done anything in it.
        Pending = "PENDING",
        /// The person is on the way.
        Active = "ACTIVE",
        /// Somebody has it wait.
        Paused = "PAUSED",
        /// A person of the client is to decide.
        Review = "REVIEW",
        /// The person passed.
        Accepted = "COMPLETED_ENDED_SUCCESS",
        /// The person did not.
        Declined = "COMPLETED_ENDED_ERROR",
        /// It was given up, or its time was over.
        Abandoned = "COMPLETED_TERMINATED",
        /// Something here went wrong.
        Error = "COMPLETED_PROCESS_ERROR",
    }
}

impl InstanceStatus {
    /// The same in a word for people (`statusMapped`).
    pub const fn mapped(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Active => "In Progress",
            Self::Paused => "Paused",
            Self::Review => "Review",
            Self::Accepted => "Accepted",
            Self::Declined => "Declined",
            Self::Abandoned => "Abandoned",
            Self::Error => "Error",
        }
    }
}

/// What the status of an instance follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the process is doing.
    pub state: State,
    /// Whether anybody has done anything in it.
    pub used: bool,
    /// What it comes to with what people made of it.
    pub effective: ProcessStatus,
    /// How it failed by itself.
    pub failure: Option<FailureStatus>,
    /// Whether somebody else is to look at a part of it.
    pub referred: bool,
}

impl Standing {
    /// The status. A process that somebody overrode shows the side that it counts as.
    pub const fn status(self) -> InstanceStatus {
        if self.referred {
            return InstanceStatus::Review;
        }
        match (self.state, self.effective) {
            (State::Ended, ProcessStatus::Success) => InstanceStatus::Accepted,
            (State::Ended, ProcessStatus::Failure | ProcessStatus::Pending) => match self.failure {
                Some(FailureStatus::Expired | FailureStatus::Canceled) => InstanceStatus::Abandoned,
                Some(FailureStatus::SystemError) => InstanceStatus::Error,
                // Without a failure of its own somebody made it count as one.
                Some(FailureStatus::Declined) | None => InstanceStatus::Declined,
            },
            (State::Review, _) => InstanceStatus::Review,
            (State::Paused, _) => InstanceStatus::Paused,
            (State::Deciding, _) => InstanceStatus::Active,
            (State::Active, _) if self.used => InstanceStatus::Active,
            (State::Active, _) => InstanceStatus::Pending,
        }
    }
}

/// Whether somebody had somebody else look at a part, and nobody has said anything of it since. A part that was rejected
/// decides, and so does an override of the whole process.
pub fn is_referred(ledger: &[Decision]) -> bool {
    let own =
        |decision: &Decision| decision.level == Level::Process && decision.kind == DecisionKind::Override;
    if ledger.iter().any(own) {
        return false;
    }
    let below = |decision: &&Decision| decision.level != Level::Process && decision.is_human();
    let mut newest: Vec<&Decision> = Vec::new();
    for decision in ledger.iter().filter(below) {
        newest.retain(|other| (other.validation, &other.part) != (decision.validation, &decision.part));
        newest.push(decision);
    }
    let any = |stand| newest.iter().any(|decision| decision.stand == stand);
    any(Stand::Refer) && !any(Stand::Fail)
}

/// What a reviewer said at last.
#[derive(Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// What the instance came to by it.
    pub status: InstanceStatus,
    /// Why, in words. Personal data.
    pub comment: String,
    /// Who, by name. Personal data.
    pub by: String,
    /// When, in the client's time.
    pub at: Timestamp,
}

/// The review that ended a process; none where no person did.
pub fn reviewed(ledger: &[Decision]) -> Option<Reviewed> {
    ledger.iter().rev().find_map(|decision| {
        let status = match decision.stand {
            Stand::Pass => InstanceStatus::Accepted,
            Stand::Fail => InstanceStatus::Declined,
            Stand::Refer => return None,
        };
        let is_review = decision.level == Level::Process && decision.kind == DecisionKind::Review;
        is_review.then(|| Reviewed {
            status,
            comment: decision.description.clone(),
            by: decision.username.clone(),
            at: decision.at,
        })
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{ClientId, DecisionId, ProcessId, ValidationId};

    #[test]
    fn every_standing_has_its_status() {
        use FailureStatus::{Canceled, Declined, Expired, SystemError};
        use InstanceStatus as I;
        use ProcessStatus::{Failure, Pending, Success};
        for (state, used, effective, failure, status, word) in [
            (State::Active, false, Pending, None, I::Pending, "Pending"),
            (State::Active, true, Pending, None, I::Active, "In Progress"),
            (State::Deciding, true, Pending, None, I::Active, "In Progress"),
            (State::Paused, false, Pending, None, I::Paused, "Paused"),
            (State::Review, true, Pending, None, I::Review, "Review"),
            (State::Ended, true, Success, None, I::Accepted, "Accepted"),
            (
                State::Ended,
                true,
                Failure,
                Some(Declined),
                I::Declined,
                "Declined",
            ),
            (
                State::Ended,
                false,
                Failure,
                Some(Expired),
                I::Abandoned,
                "Abandoned",
            ),
            (
                State::Ended,
                true,
                Failure,
                Some(Canceled),
                I::Abandoned,
                "Abandoned",
            ),
            (State::Ended, true, Failure, Some(SystemError), I::Error, "Error"),
            // Overridden ones.
            (
                State::Ended,
                true,
                Success,
                Some(Expired),
                I::Accepted,
                "Accepted",
            ),
            (State::Ended, true, Failure, None, I::Declined, "Declined"),
        ] {
            let mut standing = Standing {
                state,
                used,
                effective,
                failure,
                referred: false,
            };
            assert_eq!(standing.status(), status, "{standing:?}");
            assert_eq!(standing.status().mapped(), word);
            standing.referred = true;
            assert_eq!(standing.status(), I::Review, "{standing:?}");
        }
    }

    fn decision(level: Level, kind: DecisionKind, of: u128, stand: Stand) -> Decision {
        Decision {
            client: ClientId(Uuid::nil()),
            id: DecisionId(Uuid::nil()),
            process: ProcessId(Uuid::nil()),
            validation: (level != Level::Process).then(|| ValidationId(Uuid::from_u128(of))),
            part: String::new(),
            level,
            kind,
            stand,
            before: Stand::Refer,
            reason: String::new(),
            description: "why".to_owned(),
            username: "eva".to_owned(),
            approver: String::new(),
            at: Timestamp::from_nanos(0),
        }
    }

    #[test]
    fn a_part_is_referred_until_somebody_says_something_of_it() {
        use DecisionKind::{Automatic, Override, Review};
        use Level::{Process, Validation};
        use Stand::{Fail, Pass, Refer};
        for (decisions, referred) in [
            (&[][..], false),
            (&[(Validation, Automatic, 1, Fail)], false),
            (&[(Validation, Override, 1, Refer)], true),
            (
                &[(Validation, Override, 1, Refer), (Validation, Override, 1, Pass)],
                false,
            ),
            (
                &[(Validation, Override, 1, Pass), (Validation, Override, 1, Refer)],
                true,
            ),
            (
                &[(Validation, Override, 1, Refer), (Validation, Override, 2, Pass)],
                true,
            ),
            (
                &[(Validation, Override, 1, Refer), (Validation, Override, 2, Fail)],
                false,
            ),
            (
                &[(Validation, Override, 1, Refer), (Process, Override, 0, Pass)],
                false,
            ),
            // What a reviewer of the whole process notes refers no part.
            (&[(Process, Review, 0, Refer)], false),
        ] {
            let ledger: Vec<Decision> = decisions
                .iter()
                .map(|(level, kind, of, stand)| decision(*level, *kind, *of, *stand))
                .collect();
            assert_eq!(is_referred(&ledger), referred, "{decisions:?}");
        }
    }

    #[test]
    fn a_review_is_what_a_reviewer_decided() {
        use DecisionKind::{Decider, Review};
        use Level::Process;
        use Stand::{Fail, Pass, Refer};
        for (decisions, status) in [
            (&[(Decider, Refer)][..], None),
            (&[(Decider, Refer), (Review, Refer)], None),
            (&[(Review, Refer), (Review, Pass)], Some(InstanceStatus::Accepted)),
            (&[(Review, Fail)], Some(InstanceStatus::Declined)),
        ] {
            let ledger: Vec<Decision> = decisions
                .iter()
                .map(|(kind, stand)| decision(Process, *kind, 0, *stand))
                .collect();
            let found = reviewed(&ledger);
            assert_eq!(
                found.as_ref().map(|review| review.status),
                status,
                "{decisions:?}"
            );
            assert!(found.is_none_or(|review| review.by == "eva" && review.comment == "why"));
        }
    }
}
