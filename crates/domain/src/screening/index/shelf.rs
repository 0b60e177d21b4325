//! The listed names of one kind, by their words.
//!
//! Each word has a row of the names that have it. A question reads the rows of all words that answer its own,
//! and remembers in one bit a name what it has met: only a name that is met twice is looked at. So `JUAN
//! GARCIA` reads a hundred thousand numbers in their order, which is quick, but looks at few of the names
//! with a García, which would not be. Names that may match by one word, since they have no other or only
//! initials, stand twice in its row.

use std::collections::HashMap;

use super::{
    acronyms::{self, Acronyms},
    asked::{Asked, has_initials, letter},
    joints::Joints,
    rows::{Rows, Texts},
    tally::{self, Distance},
    words::Words,
};
use crate::names::{self, NameKind};

/// As many names are compared in full at most; the ones that lack most are left out first.
const MOST_COMPARED: usize = 1_000;

/// As many persons at most who have other words where the question has its own, for few of them match.
/// Organisations do where those words only say what they do, or where.
const MOST_CONTRADICTING: usize = 100;

/// One kind's names, numbered from 0.
#[derive(Debug)]
pub(super) struct Shelf {
    kind: NameKind,
    words: Words,
    /// The words of each name.
    names: Rows,
    /// The letters that the words of each name begin with, as bits; of persons alone, who have initials.
    letters: Vec<u32>,
    /// The names with each word.
    having: Rows,
    joints: Joints,
    /// None of persons, who are not called so.
    acronyms: Option<Acronyms>,
}

impl Shelf {
    pub(super) fn new<'a>(kind: NameKind, texts: impl Iterator<Item = &'a str>) -> Self {
        let (words, names) = read(kind, texts);
        let (mut leads, mut letters) = (Rows::new(), Vec::new());
        for (_, name) in names.iter() {
            let written: Vec<_> = name.iter().map(|&word| words.text(word)).collect();
            let once = name.len() > 1 && !has_initials(&written, kind);
            leads.push(name.repeat(if once { 1 } else { 2 }));
            if kind == NameKind::Person {
                letters.push(written.iter().fold(0, |letters, word| letters | letter(word)));
            }
        }
        letters.shrink_to_fit();
        let pairs = leads
            .iter()
            .flat_map(|(name, row)| row.iter().map(move |&word| (word, name)));
        let having = Rows::gathered(words.len() as usize, pairs);
        Self {
            kind,
            joints: Joints::new(&words, &names),
            acronyms: (kind != NameKind::Person).then(|| Acronyms::new(&words, &names)),
            words,
            names,
            letters,
            having,
        }
    }

    pub(super) const fn kind(&self) -> NameKind {
        self.kind
    }

    pub(super) fn bytes(&self) -> usize {
        let acronyms = self.acronyms.as_ref().map_or(0, Acronyms::bytes);
        let letters = self.letters.capacity() * size_of::<u32>();
        self.words.bytes()
            + self.names.bytes()
            + letters
            + self.having.bytes()
            + self.joints.bytes()
            + acronyms
    }

    /// The names that may be the same, the most promising first.
    pub(super) fn candidates(&self, question: &[String]) -> Vec<u32> {
        let apart = |word: &str| self.joints.of(word, &self.words);
        let asked = Asked::new(question, self.kind, &self.words, apart);
        let (one_word, wanted) = (asked.has_one_word(), asked.letters());
        let has_letters = |name: u32| {
            let letters = self.letters.get(name as usize);
            letters.is_none_or(|letters| letters & wanted == wanted)
        };
        let mut met = Met::new(self.names.len());
        let mut found = Vec::new();
        for answer in &asked.answers {
            let names = self.having.row(answer.word).iter().copied();
            let again = names.filter(|&name| met.again(name) || one_word && has_letters(name));
            found.extend(again.filter_map(|name| Some((tally::judge(&asked, self.names.row(name))?, name))));
        }
        let abbreviated = self.abbreviated(question);
        found.retain(|(_, name)| abbreviated.binary_search(name).is_err());
        found.extend(abbreviated.into_iter().map(|name| (Distance::NONE, name)));
        found.sort_unstable();
        found.dedup();
        if self.kind == NameKind::Person {
            let agreeing = found.partition_point(|(distance, _)| distance.contradicting == 0);
            found.truncate(agreeing + MOST_CONTRADICTING);
        }
        found.truncate(MOST_COMPARED);
        found.into_iter().map(|(_, name)| name).collect()
    }

    /// The names that are short for the question, or that it is short for, each once and in order.
    fn abbreviated(&self, question: &[String]) -> Vec<u32> {
        let Some(acronyms) = &self.acronyms else {
            return Vec::new();
        };
        let short = acronyms::short_for(question, &self.words);
        let having = short
            .map_or(&[][..], |word| self.having.row(word))
            .iter()
            .copied();
        let alone = having.filter(|&name| self.names.row(name).len() == 1);
        let mut names: Vec<u32> = acronyms.of(question).chain(alone).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// One bit a name: whether it was met.
struct Met(Vec<u64>);

impl Met {
    fn new(names: usize) -> Self {
        Self(vec![0; names.div_ceil(64)])
    }

    /// Remembers a name; whether it was met before.
    fn again(&mut self, name: u32) -> bool {
        let (bits, bit) = (&mut self.0[name as usize / 64], 1 << (name % 64));
        let before = *bits & bit != 0;
        *bits |= bit;
        before
    }
}

/// Reads names into the numbers of their words.
fn read<'a>(kind: NameKind, texts: impl Iterator<Item = &'a str>) -> (Words, Rows) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut names = Rows::new();
    for text in texts {
        let words = names::tokens(text, kind).into_iter();
        names.push(words.map(|word| {
            let next = u32::try_from(seen.len()).unwrap_or(u32::MAX);
            *seen.entry(word).or_insert(next)
        }));
    }
    let mut seen: Vec<_> = seen.into_iter().collect();
    seen.sort_unstable();
    let (mut texts, mut numbers) = (Texts::new(), vec![0; seen.len()]);
    for (number, (word, first)) in (0..).zip(&seen) {
        texts.push(word);
        numbers[*first as usize] = number;
    }
    texts.shrink();
    names.renumber(&numbers);
    names.shrink();
    (Words::new(kind, texts), names)
}
