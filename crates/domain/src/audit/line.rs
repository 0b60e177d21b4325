//! Lines of an exported trail: an entry with its hash, or a checkpoint.
//!
//! A line has one spelling, the one that [`Line`] prints. Whatever reads as the same JSON but is spelled
//! otherwise is no line: a member twice, another order, a blank. So nothing can be hidden in a line, and the
//! bytes that were hashed can be cut out of it.

use std::{fmt, str::FromStr};

use chrono::DateTime;
use serde::{Deserialize, Deserializer, de::Error as _};
use uuid::Uuid;

use super::{ActorKind, Checkpoint, Entry, Hash, Member, object, text};
use crate::{
    hex::{hex, unhex},
    ids::{AuditId, ClientId},
    time::Timestamp,
};

/// A line of an exported trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An entry.
    Entry {
        /// The entry.
        entry: Box<Entry>,
        /// Its hash.
        hash: Hash,
    },
    /// A checkpoint; it follows the entry whose hash it signs.
    Checkpoint(Checkpoint),
}

/// The text is no line of an exported trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a line of an audit trail")]
pub struct UnreadableLine;

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut members: Vec<Member> = Vec::new();
        match self {
            Self::Entry { entry, hash } => {
                members.push(("type", text("entry")));
                members.extend(entry.members());
                members.push(("hash", text(&hex(hash))));
            }
            Self::Checkpoint(checkpoint) => members.extend([
                ("type", text("checkpoint")),
                ("client", text(&checkpoint.client.to_string())),
                ("sequence", checkpoint.sequence.to_string()),
                ("hash", text(&hex(&checkpoint.hash))),
                ("at", text(&checkpoint.at.rfc3339_nanos())),
                ("key", text(&checkpoint.key)),
                ("signature", text(&checkpoint.signature)),
            ]),
        }
        f.write_str(&object(&members))
    }
}

impl FromStr for Line {
    type Err = UnreadableLine;

    /// Reads one line, without its line feed.
    fn from_str(text: &str) -> Result<Self, UnreadableLine> {
        let line = if text.starts_with(r#"{"type":"entry","#) {
            serde_json::from_str(text).map(EntryFields::line)
        } else {
            serde_json::from_str(text).map(CheckpointFields::line)
        };
        line.ok()
            .filter(|line| line.to_string() == text)
            .ok_or(UnreadableLine)
    }
}

#[derive(Deserialize)]
struct EntryFields {
    client: ClientId,
    sequence: i64,
    id: AuditId,
    action: String,
    actor_kind: ActorKind,
    actor: Option<Uuid>,
    origin: String,
    resource: String,
    #[serde(deserialize_with = "instant")]
    at: Timestamp,
    #[serde(deserialize_with = "commitment")]
    subject: Option<Vec<u8>>,
    #[serde(deserialize_with = "commitment")]
    before: Option<Vec<u8>>,
    #[serde(deserialize_with = "commitment")]
    after: Option<Vec<u8>>,
    detail: String,
    #[serde(deserialize_with = "hash")]
    hash: Hash,
}

impl EntryFields {
    fn line(self) -> Line {
        let entry = Box::new(Entry {
            client: self.client,
            sequence: self.sequence,
            id: self.id,
            action: self.action,
            actor_kind: self.actor_kind,
            actor: self.actor,
            origin: self.origin,
            resource: self.resource,
            at: self.at,
            subject: self.subject,
            before: self.before,
            after: self.after,
            detail: self.detail,
        });
        Line::Entry {
            entry,
            hash: self.hash,
        }
    }
}

#[derive(Deserialize)]
struct CheckpointFields {
    client: ClientId,
    sequence: i64,
    #[serde(deserialize_with = "hash")]
    hash: Hash,
    #[serde(deserialize_with = "instant")]
    at: Timestamp,
    key: String,
    signature: String,
}

impl CheckpointFields {
    fn line(self) -> Line {
        Line::Checkpoint(Checkpoint {
            client: self.client,
            sequence: self.sequence,
            hash: self.hash,
            at: self.at,
            key: self.key,
            signature: self.signature,
        })
    }
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let at = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
    Ok(at.to_utc().into())
}

fn commitment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|text| unhex(&text).ok_or_else(|| D::Error::custom("not hex")))
        .transpose()
}

fn hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
    let text = String::deserialize(deserializer)?;
    unhex(&text)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| D::Error::custom("not a hash"))
}
