//! Requests and responses of the checks API as the spec shows them.

mod check;
mod input;

pub use check::{CheckOutput, ChecksOutput, DetailsOutput};
pub use input::CreateCheckInput;
