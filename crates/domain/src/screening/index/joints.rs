//! Words of listed names that stand side by side, found by one word that joins them (`SAN MARTIN` by
//! `SANMARTIN`).
//!
//! The other way round, two words of the question and one of the list, needs nothing of its own: the
//! dictionary is asked for what they make together.

use super::{
    rows::Rows,
    shape::{self, Shape},
    words::{Words, hash, under},
};
use crate::names;

/// How much longer or shorter than the word the two may be together.
const MOST_LETTERS: usize = 3;

/// How two neighbouring words sound that are written as one, as a hash, and the two; in order.
#[derive(Debug)]
pub(super) struct Joints(Vec<(u32, [u32; 2])>);

impl Joints {
    pub(super) fn new(words: &Words, names: &Rows) -> Self {
        let pairs = names.iter().flat_map(|(_, row)| row.array_windows().copied());
        let mut pairs: Vec<[u32; 2]> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut joints = Vec::with_capacity(pairs.len());
        for pair in pairs {
            joints.push((heard(&joined(&pair, words)), pair));
            let [first, second] = pair.map(|word| words.text(word));
            // `names` writes `Abdul Aziz` as `Abdaziz`, but not where a comma stands between the two.
            if let Some(prefix) = names::prefix_of(first) {
                joints.push((heard(&[prefix, second].concat()), pair));
            }
        }
        joints.sort_unstable();
        joints.dedup();
        joints.shrink_to_fit();
        Self(joints)
    }

    /// The pairs of words that are alike to this one together.
    pub(super) fn of(&self, word: &str, words: &Words) -> Vec<[u32; 2]> {
        let shape = Shape::new(&names::ear(word));
        let alike = |pair: &[u32; 2]| {
            let joined = joined(pair, words);
            joined.len().abs_diff(word.len()) <= MOST_LETTERS
                && shape.is_near(&shape::text(&names::ear(&joined)))
                && names::alike(&joined, word).is_some()
        };
        under(&self.0, heard(word)).filter(alike).collect()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<(u32, [u32; 2])>()
    }
}

fn joined(pair: &[u32; 2], words: &Words) -> String {
    pair.map(|word| words.text(word)).concat()
}

fn heard(word: &str) -> u32 {
    hash(names::sound(word).bytes())
}
