//! How far a process has come.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{decider::Verdict, dynamic::Dynamic, ending::DeclineReason, step::Step};
use crate::time::Timestamp;

crate::text_enum! {
    /// What a process is doing.
    pub enum State {
        /// The person is on the way.
        Active = "active",
        /// All was seen; it is being decided.
        Deciding = "deciding",
        /// A person of the client is to decide.
        Review = "review",
        /// Somebody has it wait.
        Paused = "paused",
        /// It has ended.
        Ended = "ended",
    }
}

crate::text_enum! {
    /// How a process was begun (`created_via`).
    pub enum Via {
        /// By a web token.
        Web = "web",
        /// By a process token of the TrustX face.
        Token = "process_token",
        /// By a message on WhatsApp.
        Whatsapp = "whatsapp",
    }
}

/// How far a process has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// All its steps, in the order of the flow.
    pub steps: Vec<Step>,
    /// The place of the step that the person is at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<usize>,
    /// What it has of its own, if it goes through no flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<Dynamic>,
    /// How often its time was lengthened because a result was missing.
    #[serde(default)]
    pub graces: u32,
    /// The reason of the first step that was tried too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhausted: Option<DeclineReason>,
    /// What a branch of the flow said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branched: Option<Verdict>,
    /// What was decided at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Verdict>,
    /// What cloud functions added to the checks table.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub checks: Map<String, Value>,
    /// What cloud functions set, besides.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    /// What went wrong here, in words that the client may hear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// Since when it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Timestamp>,
    /// What it was doing before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_from: Option<State>,
}
