//! Words of listed names that stand side by side, found by one word that joins them (`SAN MARTIN` by
//! `SANMARTIN`).
//!
//! The other way round, two words of the question and one of the list, needs nothing of its own: the
//! dictionary is asked for what they make together.

use std::collections::BTreeSet;

use super::{
    rows::Rows,
    shape::{self, Shape},
    words::{Words, hash, under},
};
use crate::names;

/// How much longer or shorter than the word the two may be together.
const MOST_LETTERS: usize = 3;

/// How two neighbouring words sound that are written as one, as a hash, and a name that has them; in order.
#[derive(Debug)]
pub(super) struct Joints(Vec<(u32, u32)>);

impl Joints {
    pub(super) fn new(words: &Words, names: &Rows) -> Self {
        let mut joints = Vec::new();
        for (name, row) in names.iter() {
            for pair in row.array_windows() {
                joints.push((heard(&joined(pair, words)), name));
            }
        }
        joints.sort_unstable();
        joints.dedup();
        joints.shrink_to_fit();
        Self(joints)
    }

    /// The pairs of words that are alike to this one together.
    pub(super) fn of(&self, word: &str, words: &Words, names: &Rows) -> BTreeSet<[u32; 2]> {
        let shape = Shape::new(word);
        let rows = under(&self.0, heard(word)).map(|name| names.row(name));
        let mut found: BTreeSet<_> = rows.flat_map(|row| row.array_windows().copied()).collect();
        found.retain(|pair| {
            let joined = joined(pair, words);
            joined.len().abs_diff(word.len()) <= MOST_LETTERS
                && shape.is_near(&shape::text(&joined))
                && names::alike(&joined, word).is_some()
        });
        found
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<(u32, u32)>()
    }
}

fn joined(pair: &[u32; 2], words: &Words) -> String {
    pair.map(|word| words.text(word)).concat()
}

fn heard(word: &str) -> u32 {
    hash(names::sound(word).bytes())
}
