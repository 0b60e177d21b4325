//! What a person is known again by.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::Paper;
use crate::fields::UnknownValue;

/// What a person is known again by: `account:<uuid>` or `document:<country>/<type>/<canonical number>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

const ACCOUNT: &str = "account:";
const DOCUMENT: &str = "document:";

impl Key {
    /// The key of an account, by the id that we know it by.
    pub fn account(id: Uuid) -> Self {
        Self(format!("{ACCOUNT}{id}"))
    }

    /// The key of a document; none where its number does not tell a person from others.
    pub fn document(paper: &Paper) -> Option<Self> {
        Some(Self(format!("{DOCUMENT}{}", paper.canonical()?)))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let known = [ACCOUNT, DOCUMENT].iter().any(|kind| text.starts_with(kind));
        known.then(|| Self(text.to_owned())).ok_or(UnknownValue)
    }
}

impl fmt::Debug for Key {
    /// Leaves out the number: it may end up in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.split(':').next().unwrap_or_default();
        write!(f, "Key({kind})")
    }
}
