//! Organisations that go by the first letters of their words.

use std::ops::RangeInclusive;

use super::{
    rows::Rows,
    words::{Words, hash, under},
};

/// So many first letters stand for a whole name; `names` takes fewer for anybody's.
const LETTERS: RangeInclusive<usize> = 4..=8;

/// The first letters of names, as a hash, and the names; in order.
#[derive(Debug)]
pub(super) struct Acronyms(Vec<(u32, u32)>);

impl Acronyms {
    pub(super) fn new(words: &Words, names: &Rows) -> Self {
        let long = names.iter().filter(|(_, row)| LETTERS.contains(&row.len()));
        let letters = long.map(|(name, row)| {
            let first = row.iter().filter_map(|&word| words.text(word).bytes().next());
            (hash(first), name)
        });
        let mut acronyms: Vec<_> = letters.collect();
        acronyms.sort_unstable();
        acronyms.shrink_to_fit();
        Self(acronyms)
    }

    /// The names that a question of one word is short for.
    pub(super) fn of(&self, question: &[String]) -> impl Iterator<Item = u32> {
        let word = match question {
            [word] if LETTERS.contains(&word.len()) => Some(word),
            _ => None,
        };
        word.into_iter()
            .flat_map(|word| under(&self.0, hash(word.bytes())))
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<(u32, u32)>()
    }
}

/// The word that is short for a question of several.
pub(super) fn short_for(question: &[String], words: &Words) -> Option<u32> {
    let letters = || question.iter().filter_map(|word| word.chars().next());
    LETTERS
        .contains(&question.len())
        .then(|| words.find(&letters().collect::<String>()))?
}
