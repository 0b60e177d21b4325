//! One file a resource.

pub mod credas;
pub mod customers;
pub mod flows;
pub mod overrides;
pub mod processes;
pub mod reviews;
pub mod steps;
pub mod trustx;
