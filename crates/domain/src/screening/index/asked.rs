//! A question, read with the words of a shelf: which listed words answer which of its own.

use std::ops::Range;

use super::words::Words;
use crate::names::NameKind;

/// Words of a question, from its beginning, that are looked at; a place is a bit.
const MOST_PLACES: usize = 32;

/// A listed word that answers words of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Answer {
    pub word: u32,
    /// The places of the question's words that it answers, as bits.
    pub covers: u32,
    /// How many of them it answers at once: two where it is two words of the question joined.
    pub spans: u32,
    /// The words of the question that it is one half of, two bits a place: as the first, as the second.
    pub half: u64,
    /// Hundredths that it is unlike.
    pub cost: u32,
    /// Whether it is but an initial.
    pub weak: bool,
}

const ALIKE: Answer = Answer {
    word: 0,
    covers: 0,
    spans: 1,
    half: 0,
    cost: 0,
    weak: false,
};
const INITIAL: Answer = Answer {
    cost: 8,
    weak: true,
    ..ALIKE
};
const JOINED: Answer = Answer {
    spans: 2,
    cost: 2,
    ..ALIKE
};
const HALF: Answer = Answer { cost: 1, ..ALIKE };

/// A word of the question that two listed words answer together (`SAN MARTIN` for `SANMARTIN`).
#[derive(Debug)]
pub(super) struct Split {
    /// The bits of both halves.
    pub halves: u64,
    /// The place of the word, as a bit.
    pub covers: u32,
}

/// A question.
#[derive(Debug)]
pub(super) struct Asked {
    pub kind: NameKind,
    /// How many words it has.
    pub words: u32,
    /// The listed words that answer any of its own, each once and in their order.
    pub answers: Vec<Answer>,
    /// The words that two listed ones answer together.
    pub splits: Vec<Split>,
    /// How many of its words are more than initials.
    strong: u32,
    /// One bit of 1,024 for each answer: most words of most names are none, and that is quickly seen.
    filter: [u64; 16],
    initials: Vec<Initial>,
}

/// An initial of a question.
#[derive(Debug)]
struct Initial {
    /// Its place, as a bit.
    place: u32,
    /// Its letter, as a bit.
    letter: u32,
    /// The listed words that begin with it.
    words: Range<u32>,
}

impl Asked {
    /// Reads a question; `apart` tells which neighbouring words of listed names may be the two halves of a
    /// word.
    pub(super) fn new(
        written: &[String],
        kind: NameKind,
        words: &Words,
        apart: impl Fn(&str) -> Vec<[u32; 2]>,
    ) -> Self {
        let written = &written[..written.len().min(MOST_PLACES)];
        let mut asked = Self {
            kind,
            words: 0,
            answers: Vec::new(),
            splits: Vec::new(),
            strong: 0,
            filter: [0; 16],
            initials: Vec::new(),
        };
        let has_initials = has_initials(written, kind);
        for (place, word) in written.iter().enumerate() {
            asked.words += 1;
            if has_initials && is_initial(word, kind) {
                asked.initials.push(Initial {
                    place: 1 << place,
                    letter: letter(word),
                    words: words.beginning_with(word.as_bytes()[0]),
                });
                asked.add(words.find(word), 1 << place, ALIKE);
            } else {
                asked.strong += 1;
                asked.read(word, 1 << place, words);
                asked.split(place, &apart(word));
            }
        }
        for (place, pair) in written.windows(2).enumerate() {
            for (word, _) in words.joined(pair) {
                asked.add(Some(word), 0b11 << place, JOINED);
            }
        }
        asked.answers.sort_unstable();
        asked.answers.dedup_by(unite);
        for answer in &asked.answers {
            let (at, bit) = bit(answer.word);
            asked.filter[at] |= bit;
        }
        asked
    }

    fn add(&mut self, word: Option<u32>, covers: u32, how: Answer) {
        self.answers
            .extend(word.map(|word| Answer { word, covers, ..how }));
    }

    fn read(&mut self, written: &str, place: u32, words: &Words) {
        for (word, likeness) in words.alike(written) {
            let cost = hundredths(1.0 - likeness);
            self.add(Some(word), place, Answer { cost, ..ALIKE });
        }
        if self.kind == NameKind::Person {
            let initial = written.get(..1).and_then(|letter| words.find(letter));
            self.add(initial, place, INITIAL);
        }
    }

    fn split(&mut self, place: usize, pairs: &[[u32; 2]]) {
        let halves = [1 << (2 * place), 2 << (2 * place)];
        for (word, half) in pairs.iter().flat_map(|pair| pair.iter().zip(halves)) {
            self.add(Some(*word), 0, Answer { half, ..HALF });
        }
        if !pairs.is_empty() {
            self.splits.push(Split {
                halves: halves[0] | halves[1],
                covers: 1 << place,
            });
        }
    }

    /// Whether one word alone has to lead to names that have others besides: an organisation's, or one beside
    /// initials.
    pub(super) fn has_one_word(&self) -> bool {
        self.strong < 2 && (self.kind == NameKind::Org || !self.initials.is_empty())
    }

    /// The letters with which a name that one word leads to has to have words, as bits: nothing may be left over
    /// then.
    pub(super) fn letters(&self) -> u32 {
        if self.splits.is_empty() {
            self.initials
                .iter()
                .fold(0, |letters, initial| letters | initial.letter)
        } else {
            0
        }
    }

    /// What a listed word answers.
    pub(super) fn answer(&self, word: u32) -> Option<&Answer> {
        let (at, bit) = bit(word);
        if self.filter[at] & bit == 0 {
            return None;
        }
        let place = self.answers.binary_search_by_key(&word, |answer| answer.word);
        place.ok().map(|place| &self.answers[place])
    }

    /// The places of the initials that a listed word answers.
    pub(super) fn initials(&self, word: u32) -> u32 {
        let answered = self
            .initials
            .iter()
            .filter(|initial| initial.words.contains(&word));
        answered.fold(0, |places, initial| places | initial.place)
    }
}

/// One answer a word, so that a listed word is looked up once.
fn unite(next: &mut Answer, kept: &mut Answer) -> bool {
    let same = next.word == kept.word;
    if same {
        kept.covers |= next.covers;
        kept.spans = kept.spans.max(next.spans);
        kept.half |= next.half;
        kept.cost = kept.cost.min(next.cost);
        kept.weak &= next.weak;
    }
    same
}

const fn bit(word: u32) -> (usize, u64) {
    ((word as usize >> 6) & 15, 1 << (word & 63))
}

/// The first letter of a word, as a bit; of other words than folded ones any.
pub(super) fn letter(word: &str) -> u32 {
    word.bytes().next().map_or(0, |letter| 1 << (letter % 32))
}

/// Whether some of the words are initials, beside others that are not.
pub(super) fn has_initials(words: &[impl AsRef<str>], kind: NameKind) -> bool {
    let mut initials = words.iter().map(|word| is_initial(word.as_ref(), kind));
    initials.clone().any(|initial| initial) && !initials.all(|initial| initial)
}

fn is_initial(word: &str, kind: NameKind) -> bool {
    kind == NameKind::Person && word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A share in whole hundredths, rounded up.
fn hundredths(share: f64) -> u32 {
    let whole = |hundredth: &u32| f64::from(*hundredth) >= share * 100.0;
    (0..100).find(whole).unwrap_or(100)
}
