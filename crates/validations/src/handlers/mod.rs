//! One file a resource: extract, one use case, map.

pub mod accounts;
pub mod config;
pub mod enrollments;
pub mod files;
pub mod reviews;
pub mod sdk;
pub mod validations;
