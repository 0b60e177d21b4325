//! The decider and the finalizer: how a process comes to its outcome (seed 004).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ending::{DeclineReason, Ending, ProcessReason};
use crate::{
    fields::{FieldErrors, must_be_one_of},
    functions::Outcome,
};

crate::text_enum! {
    /// What is decided.
    pub enum Verdict {
        /// The person passes.
        Pass = "PASS",
        /// The person does not.
        Fail = "FAIL",
        /// A person is to look.
        Review = "REVIEW",
    }
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Approve => Self::Pass,
            Outcome::Decline => Self::Fail,
            Outcome::Review => Self::Review,
        }
    }
}

/// The decider of a flow: it looks at all checks and comes to one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decider {
    /// What is decided where any check fails.
    pub decision_on_any_failure: Verdict,
    /// What is decided whatever the checks say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derive_decision_from: Option<Verdict>,
}

impl Decider {
    /// Reads the decider of a flow; none where there is none.
    pub(super) fn parse(json: &Value, errors: &mut FieldErrors) -> Option<Self> {
        if json.is_null() {
            return None;
        }
        let mut verdict = |name: &str| match &json[name] {
            Value::Null => None,
            value => {
                let read = value.as_str().and_then(|text| text.parse().ok());
                if read.is_none() {
                    errors.push(&format!("decider.{name}"), must_be_one_of(Verdict::ALL));
                }
                read
            }
        };
        let (on_failure, derived) = (
            verdict("decision_on_any_failure"),
            verdict("derive_decision_from"),
        );
        if !json.is_object() {
            errors.push("decider", "must be an object");
        }
        Some(Self {
            decision_on_any_failure: on_failure.unwrap_or(Verdict::Fail),
            derive_decision_from: derived,
        })
    }

    /// The decision (`_decision`). `overall` is what a cloud function made of it, which counts here and nowhere else.
    pub fn decide(self, checks: impl IntoIterator<Item = Verdict>, overall: Option<Verdict>) -> Verdict {
        if let Some(derived) = self.derive_decision_from {
            return derived;
        }
        if let Some(overall) = overall {
            return overall;
        }
        let failed = checks.into_iter().any(|check| check != Verdict::Pass);
        if failed {
            self.decision_on_any_failure
        } else {
            Verdict::Pass
        }
    }
}

/// What the finalizer goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Final {
    /// Whether the time was over, and what was missing.
    pub timed_out: Option<super::ending::ExpiredReason>,
    /// What was decided.
    pub decision: Option<Verdict>,
    /// The reason of the first step that was tried too often.
    pub exhausted: Option<DeclineReason>,
    /// What all checks come to (`_checks.overallOutcome`).
    pub overall: Verdict,
}

impl Final {
    /// How the process ends; none where a person is to look first. The order is the finalizer's: time, decision, attempts,
    /// checks.
    pub fn ending(self) -> Option<Ending> {
        if let Some(reason) = self.timed_out {
            return Some(Ending::Expired(reason));
        }
        let own = DeclineReason::Process(ProcessReason::ValidationsFailed);
        let declined = Ending::Declined(self.exhausted.unwrap_or(own));
        match (self.decision, self.exhausted) {
            (Some(Verdict::Pass), _) => Some(Ending::Success),
            (Some(Verdict::Fail), _) | (None, Some(_)) => Some(declined),
            (Some(Verdict::Review), _) => None,
            (None, None) => match self.overall {
                Verdict::Pass => Some(Ending::Success),
                Verdict::Fail => Some(declined),
                Verdict::Review => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{processes::ending::ExpiredReason, validations::DeclinedReason};

    const DECIDER: Decider = Decider {
        decision_on_any_failure: Verdict::Fail,
        derive_decision_from: None,
    };

    #[test]
    fn the_decider_looks_at_every_check_unless_it_is_told_what_to_decide() {
        use Verdict::{Fail, Pass, Review};
        for (on_failure, derived, overall, checks, decision) in [
            (Fail, None, None, &[][..], Pass),
            (Fail, None, None, &[Pass, Pass], Pass),
            (Fail, None, None, &[Pass, Fail], Fail),
            (Review, None, None, &[Fail, Pass], Review),
            (Pass, None, None, &[Fail], Pass),
            (Fail, Some(Pass), None, &[Fail], Pass),
            (Pass, Some(Review), None, &[Pass], Review),
            (Fail, None, Some(Pass), &[Fail], Pass),
            (Fail, Some(Fail), Some(Pass), &[Pass], Fail),
        ] {
            let decider = Decider {
                decision_on_any_failure: on_failure,
                derive_decision_from: derived,
            };
            let got = decider.decide(checks.iter().copied(), overall);
            assert_eq!(got, decision, "{on_failure} {derived:?} {overall:?} {checks:?}");
        }
    }

    #[test]
    fn the_finalizer_goes_by_time_then_decision_then_attempts_then_checks() {
        let tired = DeclineReason::Validation(DeclinedReason::BlurryImage);
        let late = ExpiredReason::UserStoppedResponding;
        for (timed_out, decision, exhausted, overall, ending) in [
            (
                Some(late),
                Some(Verdict::Pass),
                None,
                Verdict::Pass,
                Some(Ending::Expired(late)),
            ),
            (
                None,
                Some(Verdict::Pass),
                Some(tired),
                Verdict::Fail,
                Some(Ending::Success),
            ),
            (
                None,
                Some(Verdict::Fail),
                Some(tired),
                Verdict::Pass,
                Some(Ending::Declined(tired)),
            ),
            (None, Some(Verdict::Review), Some(tired), Verdict::Fail, None),
            (
                None,
                None,
                Some(tired),
                Verdict::Pass,
                Some(Ending::Declined(tired)),
            ),
            (None, None, None, Verdict::Pass, Some(Ending::Success)),
            (
                None,
                None,
                None,
                Verdict::Fail,
                Some(Ending::Declined(DeclineReason::Process(
                    ProcessReason::ValidationsFailed,
                ))),
            ),
        ] {
            let by = Final {
                timed_out,
                decision,
                exhausted,
                overall,
            };
            assert_eq!(by.ending(), ending, "{by:?}");
        }
    }

    proptest! {
        #[test]
        fn a_failed_check_never_passes_by_itself(checks in proptest::collection::vec(0..3_usize, 1..6)) {
            let checks: Vec<Verdict> = checks.into_iter().map(|n| Verdict::ALL[n]).collect();
            let decision = DECIDER.decide(checks.iter().copied(), None);
            prop_assert_eq!(decision == Verdict::Pass, checks.iter().all(|check| *check == Verdict::Pass));
        }
    }
}
