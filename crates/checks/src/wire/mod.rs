//! Requests and responses of the checks API as the spec shows them.

mod check;
mod config;
mod continuous;
mod input;
mod screening;

pub use check::{AttachmentsOutput, CheckOutput, ChecksOutput, DetailsOutput};
pub use config::{CustomTypeInput, SettingsInput};
pub use continuous::{ContinuousChecksOutput, CreateContinuousInput, HistoryOutput, UpdateContinuousInput};
pub use input::CreateCheckInput;
pub use screening::{ExceptionInput, ExceptionsOutput, HitsOutput, ListsOutput};
