//! Digital identity: a person goes through a flow, the flow decides, a human may decide otherwise.
//!
//! [`flow`] is what a client draws, [`process`] one person on the way through it. Both are values: whatever happens to a
//! process is a method that says whether it may and what has to be done outside ([`need::Need`]). [`decider`] comes to
//! the outcome, [`ledger`] keeps who decided otherwise, [`status_override`] is the override of seed 000.

pub mod applicant;
pub mod block;
pub mod checks_table;
pub mod conclusion;
pub mod consent;
pub mod credas;
pub mod decider;
pub mod dynamic;
pub mod ending;
pub mod flow;
mod known;
pub mod ledger;
pub mod need;
pub mod patience;
pub mod process;
pub mod progress;
pub mod scenario;
pub mod search;
pub mod status_override;
pub mod step;
pub mod submission;
pub mod surroundings;
pub mod trustx;

pub use applicant::{Applicant, Start};
pub use block::{Block, BlockKind};
pub use checks_table::ChecksTable;
pub use decider::{Decider, Verdict};
pub use dynamic::{AddError, Dynamic, Opening, ProcessType};
pub use ending::{CanceledReason, DeclineReason, Ending, FailureStatus, ProcessStatus};
pub use flow::{Flow, FlowSpec, FlowStatus};
pub use ledger::{Decision, DecisionKind, Level};
pub use need::{Need, WantedValidation};
pub use patience::Expiry;
pub use process::{Process, SubmitError};
pub use progress::{Progress, State, Via};
pub use scenario::{scenario, scenarios};
pub use status_override::{Override, OverrideReason};
pub use step::{Step, StepKind, StepState};
pub use surroundings::Surroundings;
