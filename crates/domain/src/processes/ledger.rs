//! The ledger of decisions: append-only, so that everybody can see who decided what, and why, and what it was before
//! (`docs/architecture.md`, One model).
//!
//! Each level has an automatic outcome, which stays, and an effective one: the newest human decision at that level, else
//! what the level below comes to.

use serde::{Deserialize, Serialize};

use super::ending::ProcessStatus;
use crate::{
    ids::{ClientId, DecisionId, ProcessId, ValidationId},
    time::Timestamp,
};

crate::text_enum! {
    /// What a decision is about.
    pub enum Level {
        /// The whole process.
        Process = "process",
        /// One validation of it.
        Validation = "validation",
        /// A part of a validation.
        Part = "part",
    }
}

crate::text_enum! {
    /// Who decided.
    pub enum DecisionKind {
        /// What was found did.
        Automatic = "automatic",
        /// The flow's decider did.
        Decider = "decider",
        /// A reviewer did.
        Review = "review",
        /// Somebody who may decide otherwise did.
        Override = "override",
        /// What was decided below made it so.
        Derived = "derived",
    }
}

crate::text_enum! {
    /// What was decided.
    pub enum Stand {
        /// Good.
        Pass = "pass",
        /// Not good.
        Fail = "fail",
        /// Somebody else is to look.
        Refer = "refer",
    }
}

impl From<ProcessStatus> for Stand {
    fn from(status: ProcessStatus) -> Self {
        match status {
            ProcessStatus::Success => Self::Pass,
            ProcessStatus::Failure => Self::Fail,
            ProcessStatus::Pending => Self::Refer,
        }
    }
}

impl Stand {
    /// The status of a process that stands so.
    pub const fn status(self) -> ProcessStatus {
        match self {
            Self::Pass => ProcessStatus::Success,
            Self::Fail => ProcessStatus::Failure,
            Self::Refer => ProcessStatus::Pending,
        }
    }
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Whose process it is about.
    pub client: ClientId,
    /// Its id.
    pub id: DecisionId,
    /// The process.
    pub process: ProcessId,
    /// The validation, unless it is about the whole process.
    pub validation: Option<ValidationId>,
    /// The part of the validation, where it is about one.
    pub part: String,
    /// What it is about.
    pub level: Level,
    /// Who decided.
    pub kind: DecisionKind,
    /// What was decided.
    pub stand: Stand,
    /// What was true before.
    pub before: Stand,
    /// Why, in a word.
    pub reason: String,
    /// Why, in the words of who decided. Personal data.
    pub description: String,
    /// Who, by name. Personal data.
    pub username: String,
    /// Who agreed, where two persons were wanted. Personal data.
    pub approver: String,
    /// When, in the client's time.
    pub at: Timestamp,
}

impl Decision {
    /// Whether a person decided.
    pub const fn is_human(&self) -> bool {
        matches!(self.kind, DecisionKind::Review | DecisionKind::Override)
    }
}

/// What a validation comes to with what people decided of it: the newest word of each part and of the whole counts, and
/// one word against it is enough.
pub fn effective_validation(id: ValidationId, automatic: Stand, ledger: &[Decision]) -> Stand {
    let about = |decision: &&Decision| decision.validation == Some(id) && decision.is_human();
    let mut newest: Vec<&Decision> = Vec::new();
    for decision in ledger.iter().filter(about) {
        newest.retain(|other| other.part != decision.part);
        newest.push(decision);
    }
    let stands = newest.iter().map(|decision| decision.stand);
    worst(stands).unwrap_or(automatic)
}

/// What a process comes to: its own newest override, else what its validations come to if anybody decided about one of
/// them, else what it came to by itself. Whoever refers leaves it as it is.
pub fn effective_process(
    automatic: ProcessStatus,
    validations: &[(ValidationId, Stand)],
    ledger: &[Decision],
) -> ProcessStatus {
    let own =
        |decision: &&Decision| decision.level == Level::Process && decision.kind == DecisionKind::Override;
    if let Some(decision) = ledger.iter().rfind(own) {
        return decision.stand.status();
    }
    let below = |decision: &Decision| decision.level != Level::Process && decision.is_human();
    if automatic == ProcessStatus::Pending || !ledger.iter().any(below) {
        return automatic;
    }
    let mut effective = automatic;
    // Step by step, because a referral keeps what was true before it.
    for end in 1..=ledger.len() {
        let so_far = ledger.get(..end).unwrap_or_default();
        if !so_far.last().is_some_and(below) {
            continue;
        }
        let stands = validations
            .iter()
            .map(|(id, automatic)| effective_validation(*id, *automatic, so_far));
        match worst(stands) {
            Some(Stand::Pass) => effective = ProcessStatus::Success,
            Some(Stand::Fail) => effective = ProcessStatus::Failure,
            Some(Stand::Refer) | None => {}
        }
    }
    effective
}

fn worst(stands: impl Iterator<Item = Stand>) -> Option<Stand> {
    const ORDER: [Stand; 3] = [Stand::Pass, Stand::Refer, Stand::Fail];
    let rank = |stand: &Stand| ORDER.iter().position(|other| other == stand);
    stands.max_by_key(rank)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn decision(n: u128, level: Level, of: u128, part: &str, stand: Stand) -> Decision {
        Decision {
            client: ClientId(Uuid::nil()),
            id: DecisionId(Uuid::from_u128(n)),
            process: ProcessId(Uuid::nil()),
            validation: (level != Level::Process).then(|| ValidationId(Uuid::from_u128(of))),
            part: part.to_owned(),
            level,
            kind: DecisionKind::Override,
            stand,
            before: Stand::Refer,
            reason: String::new(),
            description: String::new(),
            username: String::new(),
            approver: String::new(),
            at: Timestamp::from_nanos(0),
        }
    }

    #[test]
    fn the_newest_word_at_a_level_counts_and_the_process_s_own_stands() {
        use Level::{Part, Process, Validation};
        use ProcessStatus::{Failure, Success};
        use Stand::{Fail, Pass, Refer};
        let (document, face) = (1, 2);
        let validations = [
            (ValidationId(Uuid::from_u128(document)), Fail),
            (ValidationId(Uuid::from_u128(face)), Pass),
        ];
        for (decisions, effective) in [
            (&[][..], Failure),
            (&[(Validation, document, "", Pass)], Success),
            (
                &[(Validation, document, "", Pass), (Validation, document, "", Fail)],
                Failure,
            ),
            (
                &[(Validation, document, "", Pass), (Part, face, "liveness", Fail)],
                Failure,
            ),
            (
                &[(Validation, document, "", Pass), (Part, face, "liveness", Refer)],
                Success,
            ),
            (&[(Validation, document, "", Refer)], Failure),
            (&[(Process, 0, "", Success.into())], Success),
            (
                &[(Process, 0, "", Success.into()), (Part, face, "liveness", Fail)],
                Success,
            ),
            (
                &[(Validation, document, "", Pass), (Process, 0, "", Failure.into())],
                Failure,
            ),
        ] {
            let ledger: Vec<Decision> = decisions
                .iter()
                .zip(1..)
                .map(|((level, of, part, stand), n)| decision(n, *level, *of, part, *stand))
                .collect();
            assert_eq!(
                effective_process(Failure, &validations, &ledger),
                effective,
                "{decisions:?}"
            );
        }
    }

    proptest! {
        /// Whatever is decided below, an override of the process is what counts until the next one.
        #[test]
        fn an_override_of_the_process_stands(below in proptest::collection::vec((0..2_u128, 0..3_usize), 0..8), pass: bool) {
            let validations = [(ValidationId(Uuid::from_u128(0)), Stand::Pass), (ValidationId(Uuid::from_u128(1)), Stand::Fail)];
            let own = if pass { Stand::Pass } else { Stand::Fail };
            let mut ledger = vec![decision(1, Level::Process, 0, "", own)];
            ledger.extend(below.iter().zip(2..).map(|((of, stand), n)| decision(n, Level::Part, *of, "x", Stand::ALL[*stand])));
            prop_assert_eq!(effective_process(ProcessStatus::Failure, &validations, &ledger), own.status());
        }

        /// A process that nobody has decided about is what it came to by itself.
        #[test]
        fn nobody_s_word_changes_nothing(success: bool) {
            let automatic = if success { ProcessStatus::Success } else { ProcessStatus::Failure };
            let validations = [(ValidationId(Uuid::from_u128(0)), Stand::Fail)];
            prop_assert_eq!(effective_process(automatic, &validations, &[]), automatic);
        }
    }
}
