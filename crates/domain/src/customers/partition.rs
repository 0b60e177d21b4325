//! Which keys are one customer's.
//!
//! A key belongs to the customer whom it came by, for ever. What makes several customers one is a merge: the younger goes
//! into the older one, and an unmerge takes exactly that back. So customers form trees, a person is a tree, and its root is
//! the customer who is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::Key;
use crate::ids::CustomerId;

/// A merge of one customer into another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    /// Who is no longer shown.
    pub from: CustomerId,
    /// Who stays.
    pub into: CustomerId,
}

/// Where a transaction belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The customer whom it came by.
    pub home: CustomerId,
    /// Whether that one is new.
    pub is_new: bool,
    /// The keys that are new; they are the home's.
    pub keys: Vec<Key>,
    /// The customers whom it ties together.
    pub joins: Vec<Join>,
}

/// Why two customers are not merged by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    /// They are one already.
    #[error("a customer is not merged with itself")]
    Itself,
    /// One of them went into another one before.
    #[error("the customer was merged already")]
    Already,
}

/// Why a merge is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the customer was not merged into this one")]
pub struct NotUnmerged;

/// The customers that a change may be about, with their keys and merges.
#[derive(Debug, Clone, Default)]
pub struct Partition {
    keys: BTreeMap<Key, CustomerId>,
    into: BTreeMap<CustomerId, Option<CustomerId>>,
    apart: BTreeSet<Join>,
}

impl Partition {
    /// A partition of customers, each with the one that it went into; of keys, each with the customer whom it came by; and
    /// of merges that people have taken back.
    pub fn new(
        customers: impl IntoIterator<Item = (CustomerId, Option<CustomerId>)>,
        keys: impl IntoIterator<Item = (Key, CustomerId)>,
        apart: impl IntoIterator<Item = Join>,
    ) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            into: customers.into_iter().collect(),
            apart: apart.into_iter().collect(),
        }
    }

    /// Whether there is such a customer.
    pub fn has(&self, id: CustomerId) -> bool {
        self.into.contains_key(&id)
    }

    /// The customers that are shown.
    pub fn roots(&self) -> impl Iterator<Item = CustomerId> {
        let roots = self.into.iter().filter(|(_, into)| into.is_none());
        roots.map(|(id, _)| *id)
    }

    /// The customer who is shown for this one.
    pub fn root(&self, id: CustomerId) -> CustomerId {
        let mut root = id;
        while let Some(Some(into)) = self.into.get(&root) {
            root = *into;
        }
        root
    }

    /// The customers who went into this one, at once or by others, and itself.
    pub fn under(&self, id: CustomerId) -> Vec<CustomerId> {
        let all = self.into.keys().copied();
        all.filter(|other| self.way(*other).any(|above| above == id))
            .collect()
    }

    /// A customer and those whom it went into, one after the other.
    fn way(&self, id: CustomerId) -> impl Iterator<Item = CustomerId> {
        std::iter::successors(Some(id), |id| self.into.get(id).copied().flatten())
    }

    /// Takes in a transaction by its keys, the strongest first, at the customer whom it came by before, if it did. The
    /// customers who have one of its keys are one from now on, unless somebody took that back.
    pub fn admit(
        &mut self,
        keys: &[Key],
        home: Option<CustomerId>,
        new: impl FnOnce() -> CustomerId,
    ) -> Admitted {
        let known: Vec<CustomerId> = keys
            .iter()
            .filter_map(|key| self.keys.get(key).copied())
            .collect();
        let found = home.or(known.first().copied());
        let home = found.unwrap_or_else(new);
        self.into.entry(home).or_insert(None);
        let mut added = Vec::new();
        for key in keys {
            if !self.keys.contains_key(key) {
                self.keys.insert(key.clone(), home);
                added.push(key.clone());
            }
        }
        let tied = known.iter().map(|id| self.root(*id));
        let tied: BTreeSet<CustomerId> = tied.chain([self.root(home)]).collect();
        Admitted {
            home,
            is_new: found.is_none(),
            keys: added,
            joins: self.tie(tied),
        }
    }

    /// Joins roots, each into the oldest one that it is not to be kept apart from.
    fn tie(&mut self, roots: BTreeSet<CustomerId>) -> Vec<Join> {
        let mut kept: Vec<CustomerId> = Vec::new();
        let mut joins = Vec::new();
        for root in roots {
            match kept.iter().find(|older| !self.are_apart(**older, root)).copied() {
                None => kept.push(root),
                Some(older) => {
                    self.into.insert(root, Some(older));
                    joins.push(Join {
                        from: root,
                        into: older,
                    });
                }
            }
        }
        joins
    }

    /// Whether somebody took back that anybody of one tree is anybody of the other.
    fn are_apart(&self, one: CustomerId, other: CustomerId) -> bool {
        self.apart.iter().any(|taken| {
            let (from, into) = (self.root(taken.from), self.root(taken.into));
            (from, into) == (one, other) || (from, into) == (other, one)
        })
    }

    /// Merges a customer into another one, because somebody says that they are one.
    ///
    /// # Errors
    /// If they are one already, or either went into another one before.
    pub fn merge(&mut self, join: Join) -> Result<(), NotMerged> {
        let Join { from, into } = join;
        if from == into {
            return Err(NotMerged::Itself);
        }
        if self.root(from) != from || self.root(into) != into {
            return Err(NotMerged::Already);
        }
        self.into.insert(from, Some(into));
        Ok(())
    }

    /// Takes a merge back: what came by `from`, and by those who went into it, is its own again. Returns the merge.
    ///
    /// # Errors
    /// If it is not among those who went into the other one.
    pub fn unmerge(&mut self, from: CustomerId, into: CustomerId) -> Result<Join, NotUnmerged> {
        let merged = self.way(from).skip(1).any(|above| above == into);
        let parent = self.into.get(&from).copied().flatten();
        let parent = parent.filter(|_| merged).ok_or(NotUnmerged)?;
        let taken = Join { from, into: parent };
        self.into.insert(from, None);
        self.apart.insert(taken);
        Ok(taken)
    }
}

#[cfg(test)]
#[path = "partition_tests.rs"]
mod tests;
