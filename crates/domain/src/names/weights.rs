//! From features to a score: the odds that two names are one's, as a weighted sum, squeezed to 0..1.
//!
//! The weights are those that `cargo xtask names --fit` finds by logistic regression on the training half of its
//! pairs, rounded, and where it found too little (it believes lists, which never hold two brothers by chance) moved
//! until the tables of this module's tests hold. Signs are fixed: no difference raises a score. What the weights
//! reach on pairs that were kept aside is in `docs/screening.md`.

use super::{Features, NameKind};

/// A feature's name, how it is read, the most that counts of it, and its weight.
type Weight = (&'static str, fn(&Features) -> f64, f64, f64);

/// Where a name holds one in common use in Latin America (`latin`), the rules of Spanish names bind; names from
/// elsewhere lack given names and exchange links of a chain more freely.
const PERSONS: &[Weight] = &[
    ("base", |_| 1.0, 1.0, -2.6),
    ("shared", |f| f.shared, 2.0, 3.0),
    ("shared_more", |f| f.shared - 2.0, 2.0, 0.2),
    ("whole", |f| f.whole, 1.0, 1.8),
    ("liberties", |f| f.liberties, 4.0, -0.5),
    ("typos", |f| f.typos, 4.0, -0.1),
    ("initials", |f| f.initials, 3.0, -0.3),
    ("short_forms", |f| f.short_forms, 3.0, -0.8),
    ("contradictions", |f| f.contradictions * f.latin, 3.0, -7.5),
    (
        "contradictions_elsewhere",
        |f| f.contradictions * (1.0 - f.latin),
        3.0,
        -4.6,
    ),
    ("near", |f| f.near * (1.0 - f.latin), 1.0, 2.2),
    // Below that, strangers are as close.
    ("close", |f| 10.0 * (f.close - 0.72) * (1.0 - f.latin), 2.5, 3.6),
    // Three other words carry one that is no name at all.
    (
        "close_carried",
        |f| 10.0 * (f.close - 0.65) * f.latin * (f.shared - 2.0).max(0.0),
        2.0,
        2.6,
    ),
    ("missing_given", |f| f.missing_given, 2.0, -0.3),
    ("missing_surname", |f| f.missing_surname, 2.0, -0.4),
    ("no_first_given", |f| f.no_first_given * f.latin, 1.0, -5.6),
    // Two surnames that agree carry a person who goes by the second given name.
    (
        "no_first_given_carried",
        |f| f.no_first_given * f.latin * (f.shared - 2.0),
        1.0,
        2.6,
    ),
    (
        "no_first_given_elsewhere",
        |f| f.no_first_given * (1.0 - f.latin),
        1.0,
        -0.4,
    ),
    // Where everybody bears two surnames, few go by the second one alone.
    (
        "no_first_surname",
        |f| f.no_first_surname * (1.0 + f.latin),
        2.0,
        -0.4,
    ),
    ("swapped", |f| f.swapped, 1.0, -5.0),
    ("chain", |f| f.chain, 2.0, 2.6),
    ("crossed", |f| f.crossed, 2.0, -0.8),
    ("order", |f| f.order, 2.0, -0.5),
    ("generation", |f| f.generation, 1.0, -0.5),
];

/// Organisations and vessels.
const OTHERS: &[Weight] = &[
    ("base", |_| 1.0, 1.0, -1.9),
    ("shared", |f| f.shared, 1.0, 2.4),
    ("shared_more", |f| f.shared - 1.0, 3.0, 0.3),
    ("describing", |f| f.describing, 3.0, 0.3),
    ("whole", |f| f.whole, 1.0, 3.8),
    ("liberties", |f| f.liberties, 4.0, -2.4),
    ("contradictions", |f| f.contradictions, 3.0, -3.2),
    (
        "contradictions_of_ships",
        |f| f.contradictions * f.ship,
        3.0,
        -2.6,
    ),
    // Trades and places that agree carry no other name.
    (
        "contradictions_alone",
        |f| if f.shared == 0.0 { f.contradictions } else { 0.0 },
        3.0,
        -2.5,
    ),
    ("near", |f| f.near, 1.0, 1.5),
    ("close", |f| 10.0 * (f.close - 0.76), 2.5, 2.6),
    ("missing_words", |f| f.missing_words, 3.0, -0.15),
    ("missing_describing", |f| f.missing_describing, 3.0, -0.1),
    ("other_describing", |f| f.other_describing, 3.0, -2.4),
    ("numbers", |f| f.numbers, 1.0, -8.0),
    ("order", |f| f.order, 1.0, -0.2),
    ("acronym", |f| f.acronym, 1.0, 3.2),
];

/// A feature as it is weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The feature; `_more` is what goes beyond the first ones.
    pub name: &'static str,
    /// How much of it counts.
    pub value: f64,
    /// What one of it adds to the logarithm of the odds.
    pub weight: f64,
}

/// What speaks for and against two names with these features; the sum of values by weights is the logarithm of the
/// odds that they are one's.
pub fn evidence(features: &Features, kind: NameKind) -> Vec<Evidence> {
    weighed(features, kind).collect()
}

fn weighed(features: &Features, kind: NameKind) -> impl Iterator<Item = Evidence> {
    let table = match kind {
        NameKind::Person => PERSONS,
        NameKind::Org | NameKind::Vessel => OTHERS,
    };
    table.iter().map(|&(name, feature, most, weight)| Evidence {
        name,
        value: feature(features).clamp(0.0, most),
        weight,
    })
}

/// The score of two names with these features.
pub(super) fn score(features: &Features, kind: NameKind) -> f64 {
    let sum: f64 = weighed(features, kind)
        .map(|evidence| evidence.value * evidence.weight)
        .sum();
    1.0 / (1.0 + (-sum).exp())
}
