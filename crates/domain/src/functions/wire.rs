//! What is said between us and the process that runs a script: one request, one answer.

use serde::{Deserialize, Serialize};

use super::{FunctionError, Map};

/// What is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The script.
    pub source: String,
    /// What it gets.
    pub params: Map,
}

/// What became of it: `{"results": …}` or `{"error": …}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It ended, and left this.
    Results(Map),
    /// It did not end well.
    Error(FunctionError),
}
