//! Default weights of the data sets, per country and type, from `data/weights.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{CheckType, DataSet};
use crate::country::Country;

/// One million is the whole score: weights have at most three decimals, and integers add up exactly.
pub const WHOLE: i64 = 1_000_000;

/// Weights of the data sets of one kind of check, in millionths; they sum to [`WHOLE`].
pub type Weights = BTreeMap<DataSet, i64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    country: Country,
    check_type: CheckType,
    data_sets: BTreeMap<DataSet, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    weights: Vec<Entry>,
}

static DEFAULTS: LazyLock<BTreeMap<(Country, CheckType), Weights>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/weights.toml"))
        .expect("the built-in weights are checked by a test");
    file.weights
        .into_iter()
        .map(|entry| {
            (
                (entry.country, entry.check_type),
                entry.data_sets.into_iter().map(millionths).collect(),
            )
        })
        .collect()
});

#[expect(clippy::cast_possible_truncation, reason = "weights are between 0 and 1")]
fn millionths((data_set, weight): (DataSet, f64)) -> (DataSet, i64) {
    (data_set, (weight * 1e6).round() as i64)
}

/// The default weights; empty where the country has no such type.
pub fn default_weights(country: Country, check_type: CheckType) -> &'static Weights {
    static NONE: Weights = BTreeMap::new();
    DEFAULTS.get(&(country, check_type)).unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::required::is_available;

    #[test]
    fn every_available_kind_of_check_has_weights_that_sum_to_one() {
        for country in Country::ALL.iter().copied() {
            for check_type in CheckType::ALL.iter().copied() {
                let weights = default_weights(country, check_type);
                let expected = if is_available(country, check_type) {
                    WHOLE
                } else {
                    0
                };
                assert_eq!(weights.values().sum::<i64>(), expected, "{country} {check_type}");
                assert!(weights.values().all(|weight| (0..=WHOLE).contains(weight)));
            }
        }
    }
}
