//! The TrustX face of processes: an instance is a process, its definition a flow, and tokens begin instances (seed 003,
//! `contract/trustx-credas-wire.md` §1, rulings on TrustX).

pub mod id;
pub mod instance;
pub mod search;
pub mod status;
pub mod timeline;
pub mod token;

pub use id::Base32Id;
pub use instance::Instance;
pub use search::{InstanceSearch, Paging};
pub use status::InstanceStatus;
pub use token::{ProcessToken, TokenSpec};

use chrono::SecondsFormat;

use crate::time::Timestamp;

/// An instant as this face prints it: RFC 3339 with milliseconds.
pub fn dtm(at: Timestamp) -> String {
    at.rfc3339(SecondsFormat::Millis)
}
