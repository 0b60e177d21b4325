//! Why a function has no output.

use serde::{Deserialize, Serialize};

/// Longest message of a function that is kept, in characters.
pub const LONGEST_MESSAGE: usize = 500;

/// Why a function has no output. The texts may be shown to whoever wrote the function. Some repeat what the function said
/// or the keys of what it left, which may be personal data: they belong to the process, and [`Self::kind`] to a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FunctionError {
    /// The script could not be read, or it ended with an error.
    #[error("the function failed{}: {message}", place(*.line))]
    Failed {
        /// The line of the script, from 1; none where it is not about one.
        line: Option<usize>,
        /// What the script or its language said, at most [`LONGEST_MESSAGE`] characters.
        message: String,
    },
    /// It did not end in time.
    #[error("the function did not end in time")]
    TimedOut,
    /// It took more memory, or nested deeper, than a function may.
    #[error("the function took more memory than it may")]
    OutOfMemory,
    /// It ended, and what it left cannot be used.
    #[error("the function's output cannot be used: {message}")]
    BadOutput {
        /// What is wrong with it.
        message: String,
    },
    /// Its server gave no answer.
    #[error("the function could not be reached: {message}")]
    Unreachable {
        /// Why; nothing of what the server said is in it.
        message: String,
    },
    /// The deployment runs no functions of this kind.
    #[error("functions of this kind are not set up here")]
    NotConfigured,
}

fn place(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" in line {line}"))
}

/// A message that is cut, and has no control characters but line ends.
fn bounded(message: &str) -> String {
    let message = message.trim().chars().take(LONGEST_MESSAGE);
    message
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

impl FunctionError {
    /// A function that failed.
    pub fn failed(line: Option<usize>, message: &str) -> Self {
        Self::Failed {
            line,
            message: bounded(message),
        }
    }

    /// An output that cannot be used. The message may name its keys.
    pub fn bad_output(message: &str) -> Self {
        Self::BadOutput {
            message: bounded(message),
        }
    }

    /// A server that gave no answer.
    pub fn unreachable(message: &str) -> Self {
        Self::Unreachable {
            message: bounded(message),
        }
    }

    /// The same with a message as short as one that was made here; for what another process says.
    #[must_use]
    pub fn bounded(self) -> Self {
        match self {
            Self::Failed { line, message } => Self::failed(line, &message),
            Self::BadOutput { message } => Self::bad_output(&message),
            Self::Unreachable { message } => Self::unreachable(&message),
            Self::TimedOut | Self::OutOfMemory | Self::NotConfigured => self,
        }
    }

    /// Which one it is, in a word for logs and counters.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "failed",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::BadOutput { .. } => "bad_output",
            Self::Unreachable { .. } => "unreachable",
            Self::NotConfigured => "not_configured",
        }
    }
}
