//! The TrustX face: instances are processes, definitions are flows (seed 003; rulings on TrustX).
//!
//! Tokens begin instances (`tokens.rs`); they are searched (`list.rs`), looked into (`look.rs`), reviewed and paused
//! (`review.rs`), exported (`export.rs`, `export_one.rs`, by way of `zip.rs`) and deleted (`delete.rs`).

mod bearer;
pub mod body;
mod delete;
mod export;
mod export_one;
mod list;
pub mod look;
mod review;
mod tokens;
mod zip;

use cotejo_domain::{
    ids::ProcessId,
    processes::trustx::{Base32Id, token::TokenRefused},
};
use cotejo_store::instances;
use sqlx::PgConnection;

use self::body::InstanceBody;
use crate::{App, AppError, AppResult, access::Caller};

pub use bearer::BearerBody;
pub use export::InstanceExport;
pub use tokens::{BegunBody, Started, TokenBody};
pub use zip::Archive;

const INSTANCE: AppError = AppError::NotFound("The process instance");
const TOKEN: AppError = AppError::NotFound("The process token");

impl App {
    /// An instance as it is told now.
    async fn instance_body(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        id: ProcessId,
    ) -> AppResult<InstanceBody> {
        let client = caller.client();
        let instance = instances::find(conn, client.id, id).await?.ok_or(INSTANCE)?;
        Ok(InstanceBody::of(&instance, self.now(client)))
    }
}

/// A process by the id that this face gives it.
const fn process_of(id: Base32Id) -> ProcessId {
    ProcessId(id.0)
}

impl From<TokenRefused> for AppError {
    fn from(refused: TokenRefused) -> Self {
        Self::Denied(refused.to_string())
    }
}
