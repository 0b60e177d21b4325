//! Which words of two names are taken for each other.
//!
//! Words are paired one to one, the most alike first; what is left is then tried two words against one, because
//! writers join and split (`San Martín`, `Jong Un`). The strongest pairs first is not always the best sum, but it
//! is what a person does, it can be told in one sentence, and it is bounded.

use super::{
    heard::Heard,
    like::{Like, Likeness, Spelling, like},
    name::Name,
    words::MAX_WORDS,
};

/// Two words, or three where one side wrote two as one, that are taken for each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    /// Place in the first name.
    pub a: usize,
    /// Place in the second name.
    pub b: usize,
    pub like: Like,
    /// Which side has a second word in it, the one behind `a` or `b`.
    pub also: Option<Side>,
}

/// The first or the second name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    A,
    B,
}

/// The pairs, and who has one.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs {
    pub found: Vec<Pair>,
    /// For each word of the first name the place of its partner.
    a: Partners,
    b: Partners,
}

#[derive(Debug, Clone)]
struct Partners([u8; MAX_WORDS]);

const NOBODY: u8 = u8::MAX;

impl Default for Partners {
    fn default() -> Self {
        Self([NOBODY; MAX_WORDS])
    }
}

impl Partners {
    fn has(&self, place: usize) -> bool {
        self.0[place] != NOBODY
    }

    fn set(&mut self, place: usize, partner: usize) {
        self.0[place] = u8::try_from(partner).unwrap_or(NOBODY);
    }
}

/// How words are compared: a person's, or those of an organisation, which have no initials and no short forms.
pub(super) type Compare = fn(Heard<'_>, Heard<'_>, Spelling) -> Option<Like>;

impl Pairs {
    pub(super) fn new(a: &Name, b: &Name, compare: Compare, spelling: Spelling) -> Self {
        let mut pairs = Self::default();
        let mut loose = Vec::new();
        for i in 0..a.len() {
            let word = a.heard(i);
            for j in 0..b.len() {
                let Some(like) = compare(word, b.heard(j), spelling) else {
                    continue;
                };
                loose.push(Pair {
                    a: i,
                    b: j,
                    like,
                    also: None,
                });
            }
        }
        // The strongest first, then those that stand in the same place.
        loose.sort_by(|x, y| {
            let strength = y.like.1.total_cmp(&x.like.1);
            strength.then_with(|| x.a.abs_diff(x.b).cmp(&y.a.abs_diff(y.b)))
        });
        for pair in loose {
            pairs.take(pair);
        }
        pairs.join(a, b, spelling);
        pairs
    }

    fn take(&mut self, pair: Pair) {
        if !self.a.has(pair.a) && !self.b.has(pair.b) {
            self.a.set(pair.a, pair.b);
            self.b.set(pair.b, pair.a);
            self.found.push(pair);
        }
    }

    /// Tries two words that stand side by side and have no partner against one of the other name.
    fn join(&mut self, a: &Name, b: &Name, spelling: Spelling) {
        for (side, two, one) in [(Side::A, a, b), (Side::B, b, a)] {
            for i in 1..two.len() {
                for j in 0..one.len() {
                    let (i_free, before_free, j_free) = match side {
                        Side::A => (!self.a.has(i), !self.a.has(i - 1), !self.b.has(j)),
                        Side::B => (!self.b.has(i), !self.b.has(i - 1), !self.a.has(j)),
                    };
                    if !(i_free && before_free && j_free) {
                        continue;
                    }
                    let Some(strength) = joined(two.heard(i - 1), two.heard(i), one.heard(j), spelling)
                    else {
                        continue;
                    };
                    let like = Like(Likeness::Joined, strength);
                    let pair = match side {
                        Side::A => {
                            self.a.set(i, j);
                            Pair {
                                a: i - 1,
                                b: j,
                                like,
                                also: Some(side),
                            }
                        }
                        Side::B => {
                            self.b.set(i, j);
                            Pair {
                                a: j,
                                b: i - 1,
                                like,
                                also: Some(side),
                            }
                        }
                    };
                    self.take(pair);
                }
            }
        }
    }

    /// Whether these two are partners.
    pub(super) fn are(&self, a: usize, b: usize) -> bool {
        usize::from(self.a.0[a]) == b
    }

    /// Which words of the first name have no partner, as bits.
    pub(super) fn a_left(&self, a: &Name) -> u32 {
        left(&self.a, a.len())
    }

    /// Which words of the second name have no partner, as bits.
    pub(super) fn b_left(&self, b: &Name) -> u32 {
        left(&self.b, b.len())
    }
}

fn left(partners: &Partners, words: usize) -> u32 {
    (0..words)
        .filter(|&place| !partners.has(place))
        .fold(0, |bits, place| bits | 1 << place)
}

/// How alike two words written as one are to one word.
fn joined(first: Heard<'_>, second: Heard<'_>, one: Heard<'_>, spelling: Spelling) -> Option<f64> {
    let length = first.ear.len() + second.ear.len();
    if spelling != Spelling::Syllables && (length < 5 || length.abs_diff(one.ear.len()) > 3) {
        return None;
    }
    // Each is heard by itself: an E that follows does not soften the G of `Jeong Eun`.
    let (text, ear) = (
        [first.text, second.text].concat(),
        [first.ear, second.ear].concat(),
    );
    let spelling = match spelling {
        Spelling::Free => spelling.of_words(&text, one.text),
        other => other,
    };
    let found = like(Heard::new(&text, &ear), one, spelling)?;
    Some(found.1.min(0.95))
}
