//! Scores: from marks to data sets to the score of the check (`contract/checks-wire.md` §4.4).

use std::fmt;

use serde::{Serialize, Serializer};

use super::{
    CheckType, DataSet, ResultKind, RunStatus, Severity,
    run::{Mark, Run},
    weights::{WHOLE, Weights},
};

/// A score between 0 and 1 in millionths; prints as a JSON number truncated to three decimals, whole numbers without
/// a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(i64);

impl Score {
    /// The worst.
    pub const ZERO: Self = Self(0);
    /// The best.
    pub const ONE: Self = Self(WHOLE);
    /// A check that has not started.
    pub const NONE: Self = Self(-WHOLE);

    /// A score of so many millionths, kept between 0 and 1.
    pub fn from_millionths(value: i64) -> Self {
        Self(value.clamp(0, WHOLE))
    }

    /// The score in millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The severity in whose band the score lies: the most harmless whose own score it reaches. No score
    /// is `unknown`.
    pub fn risk(self) -> Severity {
        let bands = [
            Severity::None,
            Severity::VeryLow,
            Severity::Low,
            Severity::Medium,
            Severity::High,
            Severity::VeryHigh,
        ];
        bands
            .into_iter()
            .find(|severity| self >= severity.score())
            .unwrap_or(Severity::Unknown)
    }
}

/// As it prints in JSON.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thousandths = self.0 / 1_000;
        let text = format!("{}.{:03}", thousandths / 1_000, (thousandths % 1_000).abs());
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let thousandths = self.0 / 1_000;
        if thousandths % 1_000 == 0 {
            serializer.serialize_i64(thousandths / 1_000)
        } else {
            #[expect(clippy::cast_precision_loss, reason = "at most 1000")]
            serializer.serialize_f64(thousandths as f64 / 1_000.0)
        }
    }
}

impl Severity {
    /// The score of a severity. `unknown` is no accusation.
    pub const fn score(self) -> Score {
        Score(match self {
            Self::Unknown | Self::None => WHOLE,
            Self::VeryLow => 800_000,
            Self::Low => 600_000,
            Self::Medium => 400_000,
            Self::High => 200_000,
            Self::VeryHigh => 0,
        })
    }
}

/// A mark and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// Result and severity.
    pub mark: Mark,
    /// What it is worth.
    pub score: Score,
}

impl From<Mark> for Scored {
    fn from(mark: Mark) -> Self {
        Self {
            mark,
            score: mark.severity.score(),
        }
    }
}

/// One entry of `scores`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataSetScore {
    /// The data set.
    pub data_set: DataSet,
    /// The worse of the two sides.
    pub overall: Scored,
    /// By document.
    pub by_id: Scored,
    /// By name.
    pub by_name: Scored,
}

/// All scores of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    /// Per data set, in the order of [`DataSet::ALL`]; only those that were consulted or are waited for.
    pub data_sets: Vec<DataSetScore>,
    /// `score`.
    pub score: Score,
    /// `id_score`.
    pub id_score: Score,
    /// `name_score`.
    pub name_score: Score,
}

/// Scores a check from its runs and weights.
///
/// A data set with a weight that nothing was asked about counts as 1, as an ignored one does. Scores fall only by
/// findings, so one more or one worse finding never raises any of them.
pub fn score(check_type: CheckType, runs: &[Run], weights: &Weights) -> Scores {
    let mut data_sets: Vec<DataSetScore> = DataSet::ALL
        .iter()
        .copied()
        .filter_map(|data_set| score_data_set(data_set, runs))
        .collect();
    if check_type == CheckType::Person && identity_is_missing(&data_sets) {
        data_sets.iter_mut().for_each(forget);
    }
    let total = |side: fn(&DataSetScore) -> Score| {
        let points: i64 = weights
            .iter()
            .map(|(data_set, weight)| {
                let scored = data_sets.iter().find(|entry| entry.data_set == *data_set);
                weight * scored.map_or(Score::ONE, side).0
            })
            .sum();
        Score::from_millionths(points / WHOLE)
    };
    Scores {
        score: total(|entry| entry.overall.score),
        id_score: total(|entry| entry.by_id.score),
        name_score: total(|entry| entry.by_name.score),
        data_sets,
    }
}

fn score_data_set(data_set: DataSet, runs: &[Run]) -> Option<DataSetScore> {
    let own = || {
        runs.iter()
            .filter(|run| run.data_set == Some(data_set) && run.status != RunStatus::Skipped)
    };
    own().next()?;
    let by_id = Mark::merge(own().filter_map(|run| run.by_id));
    // Only a document proves an identity.
    let by_name = if data_set == DataSet::PersonalIdentity {
        Mark::IGNORED
    } else {
        Mark::merge(own().filter_map(|run| run.by_name))
    };
    let sides = [by_id, by_name]
        .into_iter()
        .filter(|mark| mark.result != ResultKind::Ignored);
    let overall = Mark::merge(sides);
    Some(DataSetScore {
        data_set,
        overall: overall.into(),
        by_id: by_id.into(),
        by_name: by_name.into(),
    })
}

fn identity_is_missing(data_sets: &[DataSetScore]) -> bool {
    data_sets.iter().any(|entry| {
        entry.data_set == DataSet::PersonalIdentity && entry.by_id.mark.result == ResultKind::NotFound
    })
}

/// What is left of a data set when nobody of that identity exists: nothing that was asked about them means anything.
fn forget(entry: &mut DataSetScore) {
    let severity = if entry.data_set == DataSet::PersonalIdentity {
        Severity::VeryHigh
    } else {
        Severity::Unknown
    };
    for side in [&mut entry.overall, &mut entry.by_id, &mut entry.by_name] {
        if side.mark.result != ResultKind::Ignored {
            *side = Scored {
                mark: Mark {
                    result: ResultKind::NotFound,
                    severity,
                },
                score: Score::ZERO,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::Basis, time::Timestamp};
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_nanos(0);

    fn run(data_set: DataSet, by_id: Option<Mark>, by_name: Option<Mark>) -> Run {
        let mut run = Run::open(0, "x", data_set, &[Basis::Id], NOW);
        run.status = RunStatus::Completed;
        run.by_id = by_id;
        run.by_name = by_name;
        run
    }

    fn weights() -> Weights {
        Weights::from([
            (DataSet::PersonalIdentity, 200_000),
            (DataSet::CriminalRecord, 600_000),
            (DataSet::LegalBackground, 100_000),
            (DataSet::InternationalBackground, 100_000),
        ])
    }

    fn found(severity: Severity) -> Option<Mark> {
        Some(Mark {
            result: ResultKind::Found,
            severity,
        })
    }

    fn json(score: Score) -> String {
        serde_json::to_string(&score).unwrap()
    }

    #[test]
    fn numbers_are_truncated_and_whole_ones_have_no_fraction() {
        assert_eq!(json(Score::ONE), "1");
        assert_eq!(json(Score::NONE), "-1");
        assert_eq!(json(Score::ZERO), "0");
        assert_eq!(json(Score::from_millionths(199_999)), "0.199");
        assert_eq!(json(Score::from_millionths(919_000)), "0.919");
    }

    #[test]
    fn people_read_the_number_that_programs_read_and_the_band_it_lies_in() {
        for (millionths, text, risk) in [
            (1_000_000, "1", Severity::None),
            (999_999, "0.999", Severity::VeryLow),
            (800_000, "0.8", Severity::VeryLow),
            (799_999, "0.799", Severity::Low),
            (400_000, "0.4", Severity::Medium),
            (200_000, "0.2", Severity::High),
            (50_000, "0.05", Severity::VeryHigh),
            (0, "0", Severity::VeryHigh),
            (-1_000_000, "-1", Severity::Unknown),
        ] {
            let score = Score(millionths);
            assert_eq!((score.to_string().as_str(), score.risk()), (text, risk));
            assert_eq!(json(score), text);
        }
    }

    #[test]
    fn the_worse_side_counts_and_the_name_does_not_identify() {
        let runs = [
            run(
                DataSet::PersonalIdentity,
                found(Severity::None),
                found(Severity::VeryHigh),
            ),
            run(
                DataSet::CriminalRecord,
                found(Severity::None),
                found(Severity::High),
            ),
        ];
        let scores = score(CheckType::Person, &runs, &weights());
        assert_eq!(scores.id_score, Score::ONE);
        assert_eq!(json(scores.name_score), "0.52");
        assert_eq!(json(scores.score), "0.52");
    }

    #[test]
    fn a_person_who_does_not_exist_has_no_clean_record() {
        let missing = Some(Mark {
            result: ResultKind::NotFound,
            severity: Severity::None,
        });
        let runs = [
            run(DataSet::PersonalIdentity, missing, None),
            run(DataSet::CriminalRecord, missing, None),
        ];
        let scores = score(CheckType::Person, &runs, &weights());
        assert_eq!(json(scores.score), "0.2", "only what was not asked still counts");
        assert_eq!(scores.data_sets[0].overall.mark.severity, Severity::Unknown);
        assert_eq!(scores.data_sets[1].overall.mark.severity, Severity::VeryHigh);
    }

    fn severity() -> impl Strategy<Value = Severity> {
        prop::sample::select(Severity::ALL)
    }

    fn any_run() -> impl Strategy<Value = Run> {
        let mark = || {
            let results = &[ResultKind::Found, ResultKind::Error, ResultKind::Pending][..];
            prop::option::of((prop::sample::select(results), severity()))
        };
        (prop::sample::select(DataSet::ALL), mark(), mark()).prop_map(|(data_set, by_id, by_name)| {
            let mark = |side: Option<(ResultKind, Severity)>| {
                side.map(|(result, severity)| Mark { result, severity })
            };
            run(data_set, mark(by_id), mark(by_name))
        })
    }

    proptest! {
        #[test]
        fn scores_are_bounded_and_one_more_finding_never_raises_them(
            mut runs in prop::collection::vec(any_run(), 0..12),
            more in any_run(),
        ) {
            let before = score(CheckType::Person, &runs, &weights());
            runs.push(more);
            let after = score(CheckType::Person, &runs, &weights());
            for (before, after) in [
                (before.score, after.score),
                (before.id_score, after.id_score),
                (before.name_score, after.name_score),
            ] {
                prop_assert!(Score::ZERO <= after && after <= before && before <= Score::ONE);
            }
            prop_assert!(after.score <= after.id_score);
        }

        /// Custom types weigh as they like: where nothing is found the score is 1, and what weighs nothing says nothing.
        #[test]
        fn any_weights_bound_the_score_and_no_weight_is_no_influence(
            runs in prop::collection::vec(any_run(), 0..12),
            parts in prop::collection::vec(0_i64..1000, DataSet::ALL.len()),
        ) {
            let total: i64 = parts.iter().sum::<i64>().max(1);
            let mut weights: Weights = DataSet::ALL
                .iter()
                .zip(&parts)
                .map(|(data_set, part)| (*data_set, part * WHOLE / total))
                .collect();
            let rest = WHOLE - weights.values().sum::<i64>();
            *weights.entry(DataSet::CriminalRecord).or_default() += rest;
            let clean = score(CheckType::Company, &[], &weights);
            prop_assert_eq!((clean.score, clean.id_score, clean.name_score), (Score::ONE, Score::ONE, Score::ONE));
            let scored = score(CheckType::Company, &runs, &weights);
            prop_assert!((Score::ZERO..=Score::ONE).contains(&scored.score));
            let weighty: Vec<Run> = runs
                .iter()
                .filter(|run| run.data_set.is_some_and(|set| weights[&set] > 0))
                .cloned()
                .collect();
            prop_assert_eq!(score(CheckType::Company, &weighty, &weights).score, scored.score);
        }
    }
}
