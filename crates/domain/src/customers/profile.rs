//! What is known of a customer by everything that was said.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Facts,
    facts::{Said, ShownPaper, Weight},
};
use crate::{processes::search::folded, time::Timestamp};

/// Which transaction says something, and how it stood then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// When it was made.
    pub at: Timestamp,
    /// Its id.
    pub by: Uuid,
    /// How often it had changed.
    pub version: i32,
}

/// The statement that counts, and what it counts by. Its `Debug` leaves out what is said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told<T> {
    weight: Weight,
    at: Timestamp,
    by: Uuid,
    version: i32,
    /// What is said.
    pub value: T,
}

impl<T> std::fmt::Debug for Told<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Told({:?})", self.rank())
    }
}

impl<T> Told<T> {
    /// Weight first, then the newest transaction, then how it stood last: a total order, so that it does not matter in
    /// which order statements are heard.
    const fn rank(&self) -> (Weight, Timestamp, Uuid, i32) {
        (self.weight, self.at, self.by, self.version)
    }
}

/// What is known of a customer: personal data.
///
/// Each field has the statement of highest rank, so that two profiles are joined field by field, whatever was heard first.
/// A statement is not taken back: a profile is made anew from [`Facts`] where a transaction goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The newest document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Told<ShownPaper>>,
    /// The whole name, from a document before any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Told<String>>,
    /// The day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Told<NaiveDate>>,
    /// `male` or `female`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Told<String>>,
    /// E-mail address, a validated one before any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Told<String>>,
    /// Phone, a validated one before any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Told<String>>,
}

impl Profile {
    /// What one transaction says.
    pub fn of(facts: Facts, origin: Origin) -> Self {
        fn told<T>(said: Option<Said<T>>, origin: Origin) -> Option<Told<T>> {
            said.map(|Said { value, weight }| Told {
                weight,
                at: origin.at,
                by: origin.by,
                version: origin.version,
                value,
            })
        }
        Self {
            document: told(facts.document, origin),
            name: told(facts.name, origin),
            birthday: told(facts.birthday, origin),
            gender: told(facts.gender, origin),
            email: told(facts.email, origin),
            phone: told(facts.phone, origin),
        }
    }

    /// What both say together.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        fn higher<T>(one: Option<Told<T>>, other: Option<Told<T>>) -> Option<Told<T>> {
            match (one, other) {
                (Some(one), Some(other)) if other.rank() > one.rank() => Some(other),
                (Some(one), _) => Some(one),
                (None, other) => other,
            }
        }
        Self {
            document: higher(self.document, other.document),
            name: higher(self.name, other.name),
            birthday: higher(self.birthday, other.birthday),
            gender: higher(self.gender, other.gender),
            email: higher(self.email, other.email),
            phone: higher(self.phone, other.phone),
        }
    }

    /// All that is searched by a part, folded; a line each, so that no search matches across two of them.
    pub fn searched(&self) -> String {
        let texts = [&self.name, &self.email, &self.phone].map(|told| told.as_ref().map(|told| &told.value));
        let number = self.document.as_ref().map(|told| &told.value.number);
        let parts = texts.into_iter().chain([number]).flatten();
        let folded: Vec<String> = parts.map(|part| folded(part)).collect();
        folded.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(name: &str, weight: Weight, at: i64) -> Profile {
        let facts = Facts {
            name: Some(Said {
                value: name.to_owned(),
                weight,
            }),
            ..Facts::default()
        };
        let origin = Origin {
            at: Timestamp::from_nanos(at),
            by: Uuid::from_u128(at.unsigned_abs().into()),
            version: 1,
        };
        Profile::of(facts, origin)
    }

    fn name(profile: &Profile) -> &str {
        &profile.name.as_ref().unwrap().value
    }

    #[test]
    fn a_name_on_a_document_counts_more_than_a_newer_one_that_was_only_said() {
        let profile = said("read", Weight::Proven, 1).join(said("newer", Weight::Given, 2));
        assert_eq!(name(&profile), "read");
        let profile = profile.join(said("read later", Weight::Proven, 3));
        assert_eq!(name(&profile), "read later");
        let profile = profile.join(said("declined", Weight::Doubtful, 4));
        assert_eq!(name(&profile), "read later");
    }

    #[test]
    fn what_is_searched_is_folded_and_stands_on_lines() {
        let profile = said("José Núñez", Weight::Given, 1);
        assert_eq!(profile.searched(), "JOSE NUNEZ");
        assert_eq!(Profile::default().searched(), "");
    }

    fn statements() -> impl Strategy<Value = Vec<Profile>> {
        let weights = [Weight::Doubtful, Weight::Given, Weight::Proven];
        let one = (0..3_usize, 0..6_i64)
            .prop_map(move |(weight, at)| said(&format!("{weight}"), weights[weight], at));
        proptest::collection::vec(one, 1..8)
    }

    proptest! {
        #[test]
        fn it_does_not_matter_what_is_heard_first(all in statements(), turn in 0..8_usize) {
            let join = |all: &[Profile]| all.iter().cloned().fold(Profile::default(), Profile::join);
            let mut turned = all.clone();
            let turn = turn % turned.len();
            turned.rotate_left(turn);
            prop_assert_eq!(join(&all), join(&turned));
            let backwards: Vec<Profile> = all.iter().rev().cloned().collect();
            prop_assert_eq!(join(&all), join(&backwards));
            let twice: Vec<Profile> = all.iter().chain(&all).cloned().collect();
            prop_assert_eq!(join(&all), join(&twice));
        }
    }
}
