//! Cloud functions: code of a client that a flow runs between two of its steps.
//!
//! A function gets what is known of the process (`params`) and leaves a dictionary (`results`), in which two members mean
//! something: `cfResults`, what it thinks of the person, and `executionVariables`, what later steps shall know. It is a
//! script that we run ([`Code::Script`]) or a server of the client's that we ask ([`Code::Http`]); both get the same and
//! leave the same, so that everything here is about either.
//!
//! What a function leaves comes from outside: it is bounded and read here before anything is decided by it.

mod error;
mod function;
mod output;
mod wire;

pub use error::{FunctionError, LONGEST_MESSAGE};
pub use function::{Code, Function, LONGEST_NAME, LONGEST_SCRIPT, LONGEST_URL};
pub use output::{Check, CheckOutcome, DEEPEST_OUTPUT, LARGEST_OUTPUT, Outcome, Output, depth_within};
pub use wire::{Answer, Request, Task};

/// A JSON object, as functions get and leave it.
pub type Map = serde_json::Map<String, serde_json::Value>;

#[cfg(test)]
mod tests;
