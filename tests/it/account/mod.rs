//! The account API, a file a resource or a promise that several of them keep.

mod api_keys;
mod audit;
mod audit_chain;
mod deliveries;
mod events;
mod faults;
mod firings;
mod hook_owners;
mod hooks;
mod idempotency;
mod masks;
mod outbox;
mod permissions;
mod proxies;
mod receiver;
mod replays;
mod retries;
mod rule_actions;
mod rules;
mod sandbox;
mod scenarios;
mod sessions;
pub mod tenant;
mod users;
mod web_tokens;
mod webhook_signatures;
pub mod who;
