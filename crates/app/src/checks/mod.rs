//! Use cases of background checks.

pub mod ask;
pub mod attachments;
pub mod body;
pub mod create;
pub mod custom_types;
pub mod delete;
pub mod details;
pub(crate) mod dossier;
pub mod engine;
pub mod health;
pub mod jobs;
pub mod pdf;
pub mod read;
pub mod settle;
pub mod summarize;
