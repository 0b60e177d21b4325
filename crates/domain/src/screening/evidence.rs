//! Why an entry is a hit: what is kept with it.

use serde::{Deserialize, Serialize};

use super::{birth::Birth, document::Numbers};
use crate::ids::ExceptionId;

/// What made a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// Likeness of the names, 0 where there is no name to compare.
    pub name: f64,
    /// What made that.
    pub name_features: serde_json::Value,
    /// `primary`, or how far the list trusts the alias.
    pub name_strength: String,
    /// How the dates of birth stand to each other.
    pub birth: Birth,
    /// How the document numbers stand to each other.
    pub document: Numbers,
    /// Whether both are tied to one country.
    pub same_country: bool,
}

/// Why an entry is a hit: enough to come to the same answer again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The list, as the catalogue names it.
    pub list: String,
    /// Its version.
    pub version: i64,
    /// The list's own id of the entry.
    pub entry: String,
    /// SHA-256 of what the list said of it, in hex.
    pub entry_digest: String,
    /// The entry's name.
    pub entry_name: String,
    /// The name of the entry that is most like the subject's.
    pub matched_name: String,
    /// How sure it is, from 0 to 1, to three decimals.
    pub score: f64,
    /// The rule that decided.
    pub rule: String,
    /// What made the score.
    pub features: Features,
    /// Versions of the rules that judged: screening's and names'.
    pub algorithm: String,
    /// The exception that keeps it quiet, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ExceptionId>,
}
