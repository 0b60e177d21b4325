//! What is said between us and the process that runs a script: one request, one answer.

use serde::{Deserialize, Serialize};

use super::{FunctionError, Map};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The script.
    pub source: String,
    /// What is done with it.
    pub task: Task,
}

/// What is done with a script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// It is run over what it gets.
    Run(Map),
    /// It is read, so that whoever wrote it hears at once what is wrong with it. A good one leaves nothing.
    Read,
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
