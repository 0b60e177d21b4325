//! The checks API, a file an endpoint or a promise that several of them keep.

mod batches;
mod continuous;
mod create;
mod custom_types;
mod delete;
mod details;
mod get;
mod health;
mod idempotency;
mod list;
mod pdf;
mod reports;
mod required_inputs;
mod rescreening;
mod reuse;
mod settings;
mod tell;
mod versions;
