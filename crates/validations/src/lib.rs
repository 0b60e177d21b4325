//! The validations API: stands for `https://api.validations.truora.com`.
//!
//! It has no endpoint yet: every route is unknown, in the vendor's words.

use axum::Router;
use cotejo_httpkit::{ApiState, router};
use utoipa_axum::router::OpenApiRouter;

/// Port of the service on a developer's machine.
pub const PORT: u16 = 4002;

/// The service.
pub fn service(state: ApiState) -> Router {
    router::service(OpenApiRouter::new(), state)
}
