//! What the four APIs share: reading requests, knowing callers, answering errors, serving.

pub mod access;
pub mod answer;
pub mod compat;
pub mod env;
pub mod error;
pub mod extract;
pub mod program;
pub mod proxies;
pub mod router;
pub mod serve;
pub mod spec;
pub mod telemetry;

pub use access::Auth;
pub use error::{ApiError, ApiResult, ErrorBody};
pub use extract::{ApiCommand, ApiForm, ApiQuery, Origin, PathChain, PathId, PathIds};

use cotejo_app::App;

/// What handlers are given.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: App,
    /// Limits of keys.
    pub limits: access::Limits,
    /// Attempts to sign in.
    pub attempts: access::Attempts,
    /// Whose word on a request's origin is believed.
    pub proxies: proxies::Proxies,
}
