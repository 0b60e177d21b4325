//! The index of all listed names: whom a name may mean, out of a million, in a millisecond or so.
//!
//! It answers like a comparison of the question with each listed name by
//! [`names::compare`](crate::names::compare), which would take seconds. Three steps: the words of the
//! question are looked up in a dictionary of all listed words, with those that are alike (`words`, `asked`);
//! the rows of names that have these are read, and judged by the numbers of their words (`shelf`, `tally`);
//! who is left, seldom more than a few dozen, is compared in full. `names` alone decides: the index only
//! leaves out what it would refuse. That none is lost is measured by `cotejo-bench`, not proven.
//!
//! Everything lies in a few flat vectors (`rows`), so that a name costs about a hundred bytes with its text
//! and a million of them are built in seconds. An index does not change: a new version of a list is a new
//! index.

mod acronyms;
mod asked;
mod joints;
mod rows;
mod shape;
mod shelf;
mod tally;
mod words;

use std::ops::Range;

use rows::Texts;
use shelf::Shelf;

use crate::names::{Name, NameKind, NameMatch};

/// Listed names on their way into an index.
#[derive(Debug)]
pub struct Builder {
    names: Vec<(u32, NameKind)>,
    texts: Texts,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            names: Vec::new(),
            texts: Texts::new(),
        }
    }

    /// Adds a name of an entry; how entries are numbered is the caller's affair.
    pub fn add(&mut self, entry: u32, kind: NameKind, name: &str) {
        self.names.push((entry, kind));
        self.texts.push(name);
    }

    /// Builds the index; the same names in the same order make the same one.
    pub fn build(self) -> Index {
        let (mut entries, mut texts, mut shelves) = (Vec::new(), Texts::new(), Vec::new());
        for &kind in NameKind::ALL {
            let first = number_of(entries.len());
            for ((entry, _), (_, text)) in self.of_kind(kind) {
                entries.push(*entry);
                texts.push(text);
            }
            let shelf = Shelf::new(kind, self.of_kind(kind).map(|(_, (_, text))| text));
            shelves.push((first..number_of(entries.len()), shelf));
        }
        texts.shrink();
        entries.shrink_to_fit();
        Index {
            entries,
            texts,
            shelves,
        }
    }

    fn of_kind(&self, kind: NameKind) -> impl Iterator<Item = (&(u32, NameKind), (u32, &str))> {
        let names = self.names.iter().zip(self.texts.iter());
        names.filter(move |((_, of), _)| *of == kind)
    }
}

/// A name that somebody asks for.
#[derive(Debug, Clone)]
pub struct Question {
    name: Name,
    kind: NameKind,
    words: Vec<String>,
}

impl Question {
    /// Reads the name; it is looked for among those of its kind only.
    pub fn new(text: &str, kind: NameKind) -> Self {
        let name = Name::new(text, kind);
        let words = name.words().map(str::to_owned).collect();
        Self { name, kind, words }
    }
}

/// A listed name that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its number in the index.
    pub name: u32,
    /// The entry that bears it.
    pub entry: u32,
    /// What the comparison came to.
    pub matched: NameMatch,
}

/// All names of a set of lists.
#[derive(Debug)]
pub struct Index {
    /// The entries of the names; names of a kind lie together, in the order in which they were added.
    entries: Vec<u32>,
    texts: Texts,
    /// The names of each kind, and which numbers they have here.
    shelves: Vec<(Range<u32>, Shelf)>,
}

impl Index {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of memory that the index keeps.
    pub fn bytes(&self) -> usize {
        let shelves = self.shelves.iter().map(|(_, shelf)| shelf.bytes()).sum::<usize>();
        self.entries.capacity() * size_of::<u32>() + self.texts.bytes() + shelves
    }

    /// The entry, kind and text of a name, by a number that this index gave.
    pub fn name(&self, number: u32) -> (u32, NameKind, &str) {
        let shelf = self
            .shelves
            .iter()
            .position(|(numbers, _)| numbers.contains(&number));
        let kind = NameKind::ALL[shelf.unwrap_or_default()];
        (self.entries[number as usize], kind, self.texts.get(number))
    }

    /// The numbers of the names that may be the one asked for, the most promising first: a thousand at most.
    pub fn candidates(&self, question: &Question) -> Vec<u32> {
        let mut found = Vec::new();
        for (numbers, shelf) in &self.shelves {
            if shelf.kind() == question.kind {
                let names = shelf.candidates(&question.words);
                found.extend(names.into_iter().map(|name| numbers.start + name));
            }
        }
        found
    }

    /// The names that are the one asked for with at least that score: the best first, and equal ones by
    /// number.
    pub fn search(&self, text: &str, kind: NameKind, min_score: f64) -> Vec<Found> {
        let question = Question::new(text, kind);
        let compared = self.candidates(&question).into_iter().map(|name| {
            let (entry, _, listed) = self.name(name);
            let matched = question.name.compare(&Name::new(listed, kind));
            Found { name, entry, matched }
        });
        let mut found: Vec<_> = compared
            .filter(|found| found.matched.score >= min_score)
            .collect();
        found.sort_by(|a, b| {
            b.matched
                .score
                .total_cmp(&a.matched.score)
                .then(a.name.cmp(&b.name))
        });
        found
    }
}

/// The number of the next of so many things.
fn number_of(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
