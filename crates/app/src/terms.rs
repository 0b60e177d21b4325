//! What a client has to agree to before it may be granted something (seed 000: the status override).

use cotejo_domain::{fields::FieldErrors, ids::ClientId, permissions::Permission};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done},
};

/// The terms of overriding a process's status.
pub const OVERRIDE: &str = "override";

/// An agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedTerms {
    /// Which terms
    #[schema(example = "override")]
    pub terms: &'static str,
    /// Since when, RFC 3339
    pub accepted_date: String,
}

/// Refuses what needs terms that the client has not agreed to.
pub(crate) async fn require(conn: &mut PgConnection, client: ClientId, terms: &str) -> AppResult<()> {
    if cotejo_store::terms::accepted(conn, client, terms).await? {
        Ok(())
    } else {
        Err(AppError::Conflict(
            "the account has not accepted the terms of the status override: POST /v1/terms/override"
                .to_owned(),
        ))
    }
}

impl App {
    /// POST /v1/terms/override: an administrator agrees for the client.
    pub async fn accept_override_terms(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::Administrator)?;
        let mut errors = FieldErrors::default();
        if command.fields()?.boolean("accept_terms", &mut errors) != Some(true) && errors.0.is_empty() {
            errors.push("accept_terms", "must be true");
        }
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let actor = command.caller.key.id;
        let accepted =
            cotejo_store::terms::accept(&mut write.tx, client.id, OVERRIDE, actor, command.now(self)).await?;
        let answer = AcceptedTerms {
            terms: OVERRIDE,
            accepted_date: accepted.rfc3339_seconds(),
        };
        let audited = Audited {
            action: "terms.accepted",
            resource: client.id.0,
            detail: OVERRIDE.to_owned(),
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &answer).await
    }
}
