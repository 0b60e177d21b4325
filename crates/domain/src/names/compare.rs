//! The comparison itself: every cut of a person's name is tried, and the cheapest account of the differences wins.

use std::ops::Range;

use super::{
    NameKind, NameMatch,
    fold::repair,
    like::{Likeness, like},
    words::{Person, bounded, organisation, person, without_legal_form},
};

/// What separates two names: the cost of all liberties in hundredths, and the rule that cost most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Distance(pub u32, pub &'static str);

const NONE: Distance = Distance(0, "same");
const MISSING_GIVEN: Distance = Distance(5, "missing_given");
/// What it costs besides where the missing one is the first.
const NOT_THE_FIRST: Distance = Distance(5, "missing_given");
const MISSING_SURNAME: Distance = Distance(8, "missing_surname");
const WORD_ORDER: Distance = Distance(2, "word_order");
const JOINED: Distance = Distance(2, "joined");
const LEGAL_FORM: Distance = Distance(2, "legal_form");
/// Beyond this too many liberties were taken, each of them harmless.
const FARTHEST: u32 = 30;

impl Distance {
    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0, if other.0 > self.0 { other.1 } else { self.1 })
    }
}

fn verdict(exact: bool, distance: Option<Distance>) -> NameMatch {
    match distance.filter(|distance| distance.0 <= FARTHEST) {
        _ if exact => NameMatch {
            score: 1.0,
            soft: true,
            exact: true,
            rule: "exact",
        },
        Some(Distance(cost, rule)) => NameMatch {
            score: 1.0 - f64::from(cost) / 100.0,
            soft: true,
            exact: false,
            rule,
        },
        None => NameMatch {
            score: 0.0,
            soft: false,
            exact: false,
            rule: "different",
        },
    }
}

/// Compares two persons' names: whole ones, or the same part of both.
pub(super) fn persons(a: &str, b: &str, whole: bool) -> NameMatch {
    // Repairs are a liberty: only the soft comparison takes it.
    let [exact_a, exact_b] = [a, b].map(|name| person(bounded(name)).in_order());
    let pair = Pair::new(a, b);
    let one_word = pair.a.words.len() == 1 && pair.b.words.len() == 1;
    let distance = if whole && !one_word {
        pair.cheapest_cut()
    } else {
        pair.as_one_part()
    };
    verdict(exact_a == exact_b && !exact_a.is_empty(), distance)
}

/// Writes two neighbouring words as one where the other name does (`San Martín`, `Juan Carlos`).
fn join_words(name: &mut Person, other: &[String]) -> bool {
    let before = name.words.len();
    for i in (1..before).rev().filter(|&i| i != name.surnames) {
        let joined = name.words[i - 1..=i].concat();
        if joined.len() >= 5 && other.contains(&joined) {
            name.words.splice(i - 1..=i, [joined]);
            name.surnames -= usize::from(i < name.surnames);
            return true;
        }
    }
    false
}

/// Where the given names may end, as (given names, surnames); inverted: with the surnames in front.
fn cuts(name: &Person, inverted: bool) -> Vec<[Range<usize>; 2]> {
    let all = name.words.len();
    match (name.surnames, inverted) {
        (0, false) => (1..all).map(|cut| [0..cut, cut..all]).collect(),
        (0, true) => (1..all).map(|cut| [cut..all, 0..cut]).collect(),
        (surnames, false) => vec![[surnames..all, 0..surnames]],
        (_, true) => Vec::new(),
    }
}

/// Two persons' names, with the likeness of every word of one to every word of the other.
struct Pair {
    a: Person,
    b: Person,
    likes: Vec<Vec<Option<Likeness>>>,
    joined: Distance,
}

impl Pair {
    fn new(a: &str, b: &str) -> Self {
        let mut names = [a, b].map(|name| person(&repair(bounded(name))));
        // Which of two equally cheap accounts is found must not depend on who is compared with whom.
        names.sort();
        let [mut a, mut b] = names;
        let joined = join_words(&mut a, &b.words) | join_words(&mut b, &a.words);
        let likes = a
            .words
            .iter()
            .map(|a| b.words.iter().map(|b| like(a, b)).collect())
            .collect();
        Self {
            a,
            b,
            likes,
            joined: if joined { JOINED } else { NONE },
        }
    }

    fn as_one_part(&self) -> Option<Distance> {
        self.distance(&[(0..self.a.words.len(), 0..self.b.words.len(), MISSING_GIVEN)])
    }

    /// Two names that are both inverted need no look: cut at the same places they compare as if neither were.
    fn cheapest_cut(&self) -> Option<Distance> {
        let mut accounts = Vec::new();
        for (a_inverted, b_inverted) in [(false, false), (false, true), (true, false)] {
            let turned = if a_inverted || b_inverted {
                WORD_ORDER
            } else {
                NONE
            };
            let b_cuts = cuts(&self.b, b_inverted);
            for [given, surnames] in cuts(&self.a, a_inverted) {
                accounts.extend(b_cuts.iter().filter_map(|[b_given, b_surnames]| {
                    let given = (given.clone(), b_given.clone(), MISSING_GIVEN);
                    let surnames = (surnames.clone(), b_surnames.clone(), MISSING_SURNAME);
                    Some(self.distance(&[given, surnames])?.plus(turned))
                }));
            }
        }
        accounts.into_iter().min()
    }

    /// What separates the names if they are cut so; `None` where something speaks against them.
    fn distance(&self, parts: &[(Range<usize>, Range<usize>, Distance)]) -> Option<Distance> {
        let (mut distance, mut found, mut a_lacks, mut b_lacks) = (self.joined, Vec::new(), 0, 0);
        // Two surnames that agree carry a person who goes by the second given name.
        let two_surnames = matches!(parts, [_, (a, b, _)] if a.len() >= 2 && b.len() >= 2);
        for (part, (a, b, missing)) in parts.iter().enumerate() {
            let first = self.pair_words(a, b, part == 0 && two_surnames, &mut found)?;
            distance = distance.plus(if a.len() == b.len() { NONE } else { *missing });
            distance = distance.plus(if first { NONE } else { NOT_THE_FIRST });
            a_lacks += usize::from(a.len() < b.len());
            b_lacks += usize::from(b.len() < a.len());
        }
        // Where each lacks what the other has, the two words that are left stand in the same place under another
        // cut: they are the different surnames of two people as often as two missing parts of one.
        if a_lacks > 0 && b_lacks > 0 {
            return None;
        }
        let count = |wanted| found.iter().filter(|&&likeness| likeness == wanted).count();
        let (whole, lacks) = (found.len() - count(Likeness::Initial), a_lacks + b_lacks);
        let enough = whole >= 2 || (whole == 1 && (lacks == 0 || parts.len() == 1));
        if !enough || 2 * count(Likeness::Typo) > found.len().max(2) || count(Likeness::ShortForm) > 1 {
            return None;
        }
        let distance = found
            .iter()
            .fold(distance, |sum, likeness| sum.plus(likeness.distance()));
        Some(if lacks == 2 {
            Distance(distance.0, "missing_parts")
        } else {
            distance
        })
    }

    /// Pairs the words of a part in their order; one of them may be missing on one side, the first one only where
    /// that is allowed. Says whether the first ones are alike.
    fn pair_words(
        &self,
        a: &Range<usize>,
        b: &Range<usize>,
        may_lack_first: bool,
        found: &mut Vec<Likeness>,
    ) -> Option<bool> {
        let both = a.len().min(b.len());
        let (a_skips, b_skips) = (a.len() - both, b.len() - both);
        let alike = |i: usize, j: usize| self.likes[a.start + i][b.start + j];
        let before = (0..both).take_while(|&i| alike(i, i).is_some()).count();
        if a_skips + b_skips > 1 || (before == 0 && !may_lack_first) {
            return None;
        }
        for i in 0..both {
            found.push(if i < before {
                alike(i, i)
            } else {
                alike(i + a_skips, i + b_skips)
            }?);
        }
        Some(before > 0)
    }
}

/// Compares two organisations, or two ships. No word may be missing: that would be another company. Its words come
/// in any order, and one of them may be spelt differently; a ship's keep theirs, for the sister ship has a number.
pub(super) fn organisations(a: &str, b: &str, kind: NameKind) -> NameMatch {
    let [exact_a, exact_b] = [a, b].map(|name| organisation(bounded(name)));
    let mut names = [a, b].map(|name| without_legal_form(&organisation(&repair(bounded(name)))));
    names.sort();
    let mut distance = if names[0] == names[1] { LEGAL_FORM } else { JOINED };
    let mut found = (names[0].concat() == names[1].concat() && !names[0].is_empty()).then_some(distance);
    if found.is_none() && names[0].len() == names[1].len() {
        if kind == NameKind::Org {
            names.iter_mut().for_each(|words| words.sort());
            distance = WORD_ORDER;
        }
        let long = if names[0].len() == 1 { 8 } else { 5 };
        let different: Vec<_> = names[0].iter().zip(&names[1]).filter(|(a, b)| a != b).collect();
        found = match different[..] {
            [] => Some(distance).filter(|_| !names[0].is_empty()),
            [(a, b)] if a.len().min(b.len()) >= long => like(a, b)
                .filter(|likeness| matches!(likeness, Likeness::Spelling | Likeness::Typo))
                .map(Likeness::distance),
            _ => None,
        };
    }
    verdict(exact_a == exact_b && !exact_a.is_empty(), found)
}
