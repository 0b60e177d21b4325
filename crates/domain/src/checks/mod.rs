//! Background checks: what is asked, what is consulted, what is found, what it is worth.

pub mod check;
pub mod custom_type;
pub mod data_set;
pub mod digest;
pub mod documents;
pub mod dossier;
pub mod facts;
pub mod finding;
pub mod fingerprint;
pub mod inputs;
pub mod new_check;
pub mod outcome;
pub mod plan;
pub mod required;
pub mod run;
pub mod scoring;
pub mod summary;
pub mod weights;

pub use check::Check;
pub use custom_type::CustomType;
pub use data_set::DataSet;
pub use dossier::{Dossier, Told};
pub use facts::Facts;
pub use finding::{Basis, Finding, ResultKind, Severity, Table};
pub use inputs::{InputField, Inputs};
pub use new_check::NewCheck;
pub use run::{Mark, Run};
pub use weights::Weights;

crate::text_enum! {
    /// What is checked.
    pub enum CheckType {
        /// A natural person.
        Person = "person",
        /// A vehicle and its owner.
        Vehicle = "vehicle",
        /// A company.
        Company = "company",
    }
}

crate::text_enum! {
    /// Where a check stands.
    pub enum CheckStatus {
        /// In the queue.
        NotStarted = "not_started",
        /// Its sources are being consulted.
        InProgress = "in_progress",
        /// A source asked for more time.
        Delayed = "delayed",
        /// Finished: at least 70 % of the sources that ran did not fail.
        Completed = "completed",
        /// Finished: too many sources failed, or none ran that counts.
        Error = "error",
    }
}

impl CheckStatus {
    /// Whether nothing will change any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Error)
    }
}

crate::text_enum! {
    /// Where one run of a source stands, as `statuses` prints it.
    pub enum RunStatus {
        /// Not asked yet, or being asked.
        NotStarted = "not_started",
        /// It answered.
        Completed = "completed",
        /// It failed.
        Error = "error",
        /// It took longer than the check may last; counts as failed.
        Expired = "expired",
        /// It asked for more time.
        Delayed = "delayed",
        /// It could not be asked: an input is missing or wrong, or it is not configured. Does not count as run.
        Skipped = "skipped",
    }
}

impl RunStatus {
    /// Whether the run still waits for its source.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::NotStarted | Self::Delayed)
    }
}

crate::text_enum! {
    /// The `Truora-Priority` of a check.
    pub enum Priority {
        /// Before all others; limited per country.
        High = "high",
        /// The default.
        Medium = "medium",
        /// When nothing else waits.
        Low = "low",
    }
}
