//! What the tests share: a database a test, the services in process, typed callers.
//!
//! Tests talk to a real Postgres, which `cargo xtask test` starts; each test has a database of its own, cloned from a
//! template in some 70 ms.

mod app;
mod caller;
mod database;
mod smtp;
mod sources;

pub use app::{
    CHECKS_URL, IDENTITY, ISSUER, LIVE, POLICE, RECEIVER_TIMEOUT, START, TestApp, TestAppBuilder, state,
};
pub use caller::{Answer, Caller};
pub use database::TestDatabase;
pub use smtp::SmtpServer;
pub use sources::{Script, Scripted};
