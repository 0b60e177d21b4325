//! What a sandbox client can move: its clock, its outbox, its faults. Refused for live clients.

pub mod clock;
pub mod faults;
pub mod outbox;
pub mod scenarios;

use cotejo_domain::{clients::Client, permissions::Permission};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{AppError, AppResult, access::Caller};

/// What was cleared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cleared {
    /// What was done
    pub message: String,
    /// How many
    pub cleared: u64,
}

/// Refuses a live client: nothing of it is simulated.
fn sandbox_of(caller: &Caller, permission: Permission) -> AppResult<&Client> {
    caller.require(permission)?;
    if caller.client().is_sandbox() {
        Ok(caller.client())
    } else {
        Err(AppError::Forbidden)
    }
}
