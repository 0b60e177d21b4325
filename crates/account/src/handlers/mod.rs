//! One file a resource: extract, call one use case, map.

pub mod api_keys;
pub mod audit;
pub mod audit_export;
pub mod batches;
pub mod billing_hubs;
pub mod deliveries;
pub mod events;
pub mod hooks;
pub mod reports;
pub mod roles;
pub mod rules;
pub mod sandbox;
pub mod sessions;
pub mod terms;
pub mod users;
