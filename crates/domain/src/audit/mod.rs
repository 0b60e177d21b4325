//! The audit trail: one chain of hashes a client, with signed checkpoints.
//!
//! Each entry's hash covers the entry and the hash before it, so a trail cannot be changed at one place
//! without being written anew from there on; a [`Checkpoint`] signs the hash of an entry and with it
//! everything before, so it cannot be written anew either without the key. Whoever keeps a checkpoint of
//! their own also notices when the end is cut off. A [`Verifier`] finds all of this in an exported trail,
//! without a database and without trusting who exported it.
//!
//! What is hashed is a text with one spelling ([`Entry::canonical`]), and a [`Line`] of an export is that
//! text with the hash behind it: others can check a trail with any JSON reader and SHA-256.
//!
//! Personal data enters as salted commitments only. Their salt is erased with the person, and the chain stays
//! whole.

mod checkpoint;
mod line;
mod verify;

pub use checkpoint::{Checkpoint, InvalidSeed, Signer};
pub use line::{Line, UnreadableLine};
pub use verify::{Fault, Problem, Report, Verifier};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    hex::hex,
    ids::{AuditId, ClientId},
    time::Timestamp,
};

/// Keeps our hashes apart from everybody else's and the hash of an entry from that of a beginning.
const ENTRY: &str = "cotejo audit entry 1";
const GENESIS: &str = "cotejo audit genesis 1";

/// What stands for an entry in the chain: SHA-256.
pub type Hash = [u8; 32];

crate::text_enum! {
    /// What kind of actor did something.
    pub enum ActorKind {
        /// An API key.
        Key = "key",
        /// A person of the client.
        User = "user",
        /// Cotejo itself.
        System = "system",
    }
}

/// One thing that was done, and its place in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose trail.
    pub client: ClientId,
    /// Its number in the trail: from 1, without gaps.
    pub sequence: i64,
    /// Its id.
    pub id: AuditId,
    /// What was done (`check.deleted`).
    pub action: String,
    /// What kind of actor did it.
    pub actor_kind: ActorKind,
    /// The key or user; `None` for the system itself.
    pub actor: Option<Uuid>,
    /// The address that the request came from; empty where there was none.
    pub origin: String,
    /// To what.
    pub resource: String,
    /// When, in the client's time.
    pub at: Timestamp,
    /// Commitment to whom it was about.
    pub subject: Option<Vec<u8>>,
    /// Commitment to what was there before.
    pub before: Option<Vec<u8>>,
    /// Commitment to what was there afterwards.
    pub after: Option<Vec<u8>>,
    /// In words: at most 500 characters, and no personal data.
    pub detail: String,
}

impl Entry {
    /// The entry as it is hashed: one line of JSON whose members, order and spelling never change. A new
    /// member makes a new version of the label that the hash begins with.
    pub fn canonical(&self) -> String {
        object(&self.members())
    }

    /// The hash of the entry behind the entry with the hash `previous`.
    pub fn hash(&self, previous: &Hash) -> Hash {
        Sha256::new()
            .chain_update(ENTRY)
            .chain_update(previous)
            .chain_update(self.canonical())
            .finalize()
            .into()
    }

    fn members(&self) -> [Member; 13] {
        let commitment =
            |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or_else(null, |bytes| text(&hex(bytes)));
        [
            ("client", text(&self.client.to_string())),
            ("sequence", self.sequence.to_string()),
            ("id", text(&self.id.to_string())),
            ("action", text(&self.action)),
            ("actor_kind", text(self.actor_kind.as_str())),
            (
                "actor",
                self.actor.map_or_else(null, |actor| text(&actor.to_string())),
            ),
            ("origin", text(&self.origin)),
            ("resource", text(&self.resource)),
            ("at", text(&self.at.rfc3339_nanos())),
            ("subject", commitment(&self.subject)),
            ("before", commitment(&self.before)),
            ("after", commitment(&self.after)),
            ("detail", text(&self.detail)),
        ]
    }
}

/// What stands before the first entry of a client's trail; the client is in it, so that no trail passes for
/// another's.
pub fn genesis(client: ClientId) -> Hash {
    Sha256::new()
        .chain_update(GENESIS)
        .chain_update(client.0.as_bytes())
        .finalize()
        .into()
}

/// A name and its value as JSON. Objects are put together by hand because their order counts, and that of a
/// map of `serde_json` depends on what else is in the build.
type Member = (&'static str, String);

fn object(members: &[Member]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn null() -> String {
    "null".to_owned()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
