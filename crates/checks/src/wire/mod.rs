//! Requests and responses of the checks API as the spec shows them.

mod check;
mod errors;
mod input;

pub use check::{CheckOutput, ChecksOutput, DetailsOutput, json};
pub use errors::{Errors, KeyScheme};
pub use input::CreateCheckInput;
