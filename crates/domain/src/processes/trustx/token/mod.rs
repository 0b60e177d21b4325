//! Process tokens: what begins instances of a definition, and when it may (`contract/trustx-credas-wire.md` §1.2; ruling
//! on TrustX tokens).
//!
//! What a token says is read by `spec.rs`, how long its instances may last by `duration.rs`.

mod duration;
mod spec;

pub use spec::{TokenKind, TokenSpec, TokenStatus};

use uuid::Uuid;

use super::dtm;
use crate::{
    ids::{ClientId, FlowId},
    time::Timestamp,
};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessToken {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub spec: TokenSpec,
    /// The flow that its definition is.
    pub flow: FlowId,
    /// How often it was used.
    pub counter: i32,
    /// Who made it, in words.
    pub created_by: String,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it was last used or changed.
    pub updated: Timestamp,
}

/// Why a token begins nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// It was made so.
    #[error("the process token is INACTIVE")]
    Inactive,
    /// Its time has not come.
    #[error("the process token may not be used before {0} (notBeforeDtm)")]
    TooEarly(String),
    /// Its time is over.
    #[error("the process token could be used until {0} (notAfterDtm)")]
    TooLate(String),
    /// It was used as often as it may be.
    #[error("the process token was used as often as it may be: {0} times (maxCount)")]
    UsedUp(i32),
}

impl ProcessToken {
    /// Uses it once. Whatever limit was given holds, whatever its kind is called.
    ///
    /// # Errors
    /// If it may not be used now.
    pub fn take(&mut self, now: Timestamp) -> Result<(), TokenRefused> {
        let spec = &self.spec;
        if spec.status == TokenStatus::Inactive {
            return Err(TokenRefused::Inactive);
        }
        if let Some(from) = spec.not_before.filter(|from| now < *from) {
            return Err(TokenRefused::TooEarly(dtm(from)));
        }
        if let Some(to) = spec.not_after.filter(|to| now > *to) {
            return Err(TokenRefused::TooLate(dtm(to)));
        }
        if let Some(most) = spec.max_count.filter(|most| self.counter >= *most) {
            return Err(TokenRefused::UsedUp(most));
        }
        self.counter = self.counter.saturating_add(1);
        self.updated = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
