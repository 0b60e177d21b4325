//! What the four APIs share: reading requests, knowing callers, answering errors, serving.

pub mod access;
pub mod compat;
pub mod env;
pub mod error;
pub mod extract;
pub mod program;
pub mod router;
pub mod serve;
pub mod telemetry;

pub use access::Auth;
pub use error::{ApiError, ApiResult, ErrorBody};
pub use extract::{ApiForm, ApiQuery, PathId};

use cotejo_app::App;

/// What handlers are given.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: App,
    /// Limits of keys.
    pub limits: access::Limits,
}
