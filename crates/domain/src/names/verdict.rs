//! The comparison of prepared names, its rule, and its explanation to a person.

use super::{
    Features, NameKind, NameMatch, THRESHOLD,
    like::Likeness,
    name::Name,
    others,
    pairs::{Pairs, Side},
    persons, weights,
};

/// Which words of two names were taken for which, and which have no partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The pairs, in the order of the first name.
    pub taken: Vec<Taken>,
    /// Words that only the first name has.
    pub only_first: Vec<String>,
    /// Words that only the second name has.
    pub only_second: Vec<String>,
}

/// Words of two names that were taken for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The word of the first name; two where they were written as one on the other side.
    pub first: String,
    /// The word of the second name.
    pub second: String,
    /// Why: `same`, `joined`, `spelling`, `typo`, `short_form` or `initial`.
    pub why: &'static str,
}

impl Name {
    /// Compares two prepared names; names of different kinds are different.
    pub fn compare(&self, other: &Self) -> NameMatch {
        self.judge(other, false).0
    }

    /// Compares two prepared parts of persons' names.
    pub(super) fn compare_as_part(&self, other: &Self) -> NameMatch {
        self.judge(other, true).0
    }

    /// Says which words of two prepared names are taken for which.
    pub fn explain(&self, other: &Self) -> Explanation {
        let turned = self.rank() > other.rank();
        let (a, b) = if turned { (other, self) } else { (self, other) };
        let (_, pairs) = features(a, b, false);
        let two = |name: &Self, place: usize, more: bool| match more {
            true => format!("{} {}", name.word(place), name.word(place + 1)),
            false => name.word(place).to_owned(),
        };
        let mut taken: Vec<_> = pairs
            .found
            .iter()
            .map(|pair| {
                let first = two(a, pair.a, pair.also == Some(Side::A));
                let second = two(b, pair.b, pair.also == Some(Side::B));
                let place = if turned { pair.b } else { pair.a };
                let (first, second) = if turned { (second, first) } else { (first, second) };
                (
                    place,
                    Taken {
                        first,
                        second,
                        why: pair.like.0.rule(),
                    },
                )
            })
            .collect();
        taken.sort_by_key(|(place, _)| *place);
        let left = |name: &Self, bits: u32| {
            let places = (0..name.len()).filter(|place| bits >> place & 1 == 1);
            places
                .map(|place| name.word(place).to_owned())
                .collect::<Vec<_>>()
        };
        let lefts = (left(a, pairs.a_left(a)), left(b, pairs.b_left(b)));
        let (only_first, only_second) = if turned { (lefts.1, lefts.0) } else { lefts };
        Explanation {
            taken: taken.into_iter().map(|(_, taken)| taken).collect(),
            only_first,
            only_second,
        }
    }

    fn judge(&self, other: &Self, part: bool) -> (NameMatch, Pairs) {
        let (a, b) = if self.rank() <= other.rank() {
            (self, other)
        } else {
            (other, self)
        };
        if a.kind != b.kind || a.len() == 0 || b.len() == 0 {
            let nothing = NameMatch {
                score: 0.0,
                soft: false,
                exact: false,
                rule: "different",
                features: Features::default(),
            };
            return (nothing, Pairs::default());
        }
        let (features, pairs) = features(a, b, part);
        let exact = a.exact == b.exact && !a.exact.is_empty();
        let score = if exact {
            1.0
        } else {
            weights::score(&features, a.kind)
        };
        let soft = score >= THRESHOLD;
        let rule = match (exact, soft) {
            (true, _) => "exact",
            (false, true) => liberty(&features, &pairs, a, b),
            (false, false) => objection(&features),
        };
        (
            NameMatch {
                score,
                soft,
                exact,
                rule,
                features,
            },
            pairs,
        )
    }
}

fn features(a: &Name, b: &Name, part: bool) -> (Features, Pairs) {
    match a.kind {
        NameKind::Person => persons::features(a, b, part),
        NameKind::Org | NameKind::Vessel => others::features(a, b, a.kind),
    }
}

/// The weakest rule that a match needed.
fn liberty(features: &Features, pairs: &Pairs, a: &Name, b: &Name) -> &'static str {
    let weakest = pairs
        .found
        .iter()
        .map(|pair| pair.like.0)
        .max()
        .unwrap_or(Likeness::Same);
    let missing = (features.missing_given > 0.0, features.missing_surname > 0.0);
    match weakest {
        Likeness::Initial | Likeness::ShortForm => weakest.rule(),
        _ if features.acronym > 0.0 => "acronym",
        _ if features.contradictions > 0.0 => "other_word",
        _ if missing == (true, true) => "missing_parts",
        _ if missing.1 => "missing_surname",
        _ if missing.0 => "missing_given",
        _ if features.missing_words + features.missing_describing > 0.0 => "missing_words",
        Likeness::Typo | Likeness::Spelling | Likeness::Joined => weakest.rule(),
        Likeness::Same if a.is_squeezed(b) => "joined",
        Likeness::Same if features.order > 0.0 => "word_order",
        Likeness::Same if features.generation > 0.0 => "generation",
        Likeness::Same if a.kind == NameKind::Org => "legal_form",
        Likeness::Same => "same",
    }
}

/// What speaks most against a match.
fn objection(features: &Features) -> &'static str {
    match features {
        _ if features.shared + features.describing == 0.0 => "different",
        _ if features.numbers > 0.0 => "other_number",
        _ if features.contradictions > 0.0 => "other_word",
        _ if features.no_first_given > 0.0 => "no_first_given",
        _ if features.no_first_surname > 0.0 => "no_first_surname",
        _ if features.missing_words > 0.0 => "missing_words",
        _ => "too_little",
    }
}
