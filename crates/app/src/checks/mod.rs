//! Use cases of background checks.

pub mod ask;
pub mod body;
pub mod create;
pub mod delete;
pub mod details;
pub mod engine;
pub mod health;
pub mod jobs;
pub mod read;
pub mod settle;

/// How many entries a page of checks has.
pub const PAGE: i64 = 20;

/// How many entries a page of a check's details has.
pub const DETAILS_PAGE: i64 = 100;
