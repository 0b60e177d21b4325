//! The digital identity API: stands for `https://api.connect.truora.com`.
//!
//! It has no endpoint of its own yet, but serves keys as the account API does: the vendor's reference prints them here.

use axum::Router;
use cotejo_httpkit::{ApiState, router};

/// Port of the service on a developer's machine.
pub const PORT: u16 = 4003;

/// The service.
pub fn service(state: ApiState) -> Router {
    router::service(cotejo_account::keys_api(), state)
}
