//! What a listed name is worth to a question, judged by the numbers of its words alone, without its text.
//!
//! It follows the rule of `names`, that a missing part is silence and a different part is evidence against:
//! words may be left over on one side, not on both. It is generous where `names` is not, for it only decides
//! who is compared, and who first.

use super::asked::{Answer, Asked, Split};
use crate::names::NameKind;

/// What a word costs that is left over, in hundredths.
const LACKING: u32 = 8;

/// What stands between a question and a listed name; the least comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Distance {
    /// How many words are left over on both sides.
    pub contradicting: u32,
    /// What the words cost that are unlike, or left over on one side, in hundredths.
    pub cost: u32,
}

impl Distance {
    /// Nothing stands between them.
    pub(super) const NONE: Self = Self {
        contradicting: 0,
        cost: 0,
    };
}

/// What of a question and a listed name was found in the other.
#[derive(Debug, Default)]
struct Tally {
    /// The places of the question that are answered, those of them by more than an initial, and halves of
    /// such.
    covered: u32,
    strong: u32,
    halves: u64,
    /// Listed words that answer something, how many words of the question that may be at most, and without
    /// initials.
    words: u32,
    reach: u32,
    strong_reach: u32,
    /// Words of the question that two listed ones answer together.
    splits: u32,
    cost: u32,
}

/// Judges a listed name of those words; `None` where it cannot be the one asked for.
pub(super) fn judge(asked: &Asked, listed: &[u32]) -> Option<Distance> {
    let mut tally = Tally::default();
    for &word in listed {
        let initials = asked.initials(word);
        match asked.answer(word) {
            Some(answer) => tally.answer(answer, initials),
            None => tally.initial(initials),
        }
    }
    asked.splits.iter().for_each(|split| tally.split(split));
    tally.verdict(asked, u32::try_from(listed.len()).unwrap_or(u32::MAX))
}

impl Tally {
    const fn answer(&mut self, answer: &Answer, initials: u32) {
        self.halves |= answer.half;
        if answer.covers == 0 {
            self.initial(initials);
        } else {
            self.covered |= answer.covers | initials;
            self.words += 1;
            self.reach += answer.spans;
            if !answer.weak {
                self.strong |= answer.covers;
                self.strong_reach += answer.spans;
            }
            self.cost += answer.cost;
        }
    }

    const fn initial(&mut self, places: u32) {
        if places != 0 {
            self.covered |= places;
            self.words += 1;
            self.reach += 1;
        }
    }

    const fn split(&mut self, split: &Split) {
        if self.halves & split.halves == split.halves && self.covered & split.covers == 0 {
            self.covered |= split.covers;
            self.words += 2;
            self.reach += 1;
            self.splits += 1;
        }
    }

    /// A word answers one of the other side only: `JUAN JUAN` is not found whole in `JUAN`.
    fn verdict(&self, asked: &Asked, listed: u32) -> Option<Distance> {
        let covered = self.covered.count_ones();
        let asked_over = asked.words - covered.min(self.reach);
        let listed_over = listed - self.words.min(covered + self.splits).min(listed);
        let shared = self.strong.count_ones().min(self.strong_reach) + 2 * self.splits;
        let contradicting = asked_over.min(listed_over);
        let shorter = asked.words.min(listed);
        // A company may go by its one word that is not its trade.
        let enough = shared >= 2
            || asked_over + listed_over == 0
            || (asked.kind == NameKind::Org && shared == 1 && shorter == 1);
        (enough && contradicting <= slack(shorter)).then_some(Distance {
            contradicting,
            cost: self.cost + LACKING * (asked_over + listed_over),
        })
    }
}

/// How many words may be left over on both sides where the shorter name has so many.
const fn slack(words: u32) -> u32 {
    match words {
        ..=2 => 0,
        3 | 4 => 1,
        _ => 2,
    }
}
