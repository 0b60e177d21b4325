//! Use cases of background checks.

pub mod ask;
pub mod body;
pub mod create;
pub mod custom_types;
pub mod delete;
pub mod details;
pub mod engine;
pub mod health;
pub mod jobs;
pub mod read;
pub mod settle;
