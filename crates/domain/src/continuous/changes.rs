//! What differs between two runs of a continuous check.
//!
//! Scores are compared as they are printed: a client that lays two bodies side by side sees exactly what it
//! was told, and a difference behind the third decimal is none. A check that ended in `error` has no scores
//! here, although its body prints some: failed sources count as 1 in them, and an outage must not be told as
//! a person who got better. So it compares as equal, and whoever compares takes, as the older one, the newest
//! run that has scores; otherwise a change that fell into the outage would never be told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::checks::{
    CheckStatus, DataSet,
    scoring::{Score, Scores},
};

crate::text_enum! {
    /// How the score of the newest run compares with the one before it.
    pub enum ScoreStatus {
        /// There has been no run yet.
        New = "new",
        /// It rose.
        Up = "up",
        /// It fell.
        Down = "down",
        /// Neither, or one of the two has none.
        Same = "same",
    }
}

/// Score of a finished check and of its data sets, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckScores {
    score: Score,
    data_sets: BTreeMap<DataSet, Score>,
}

impl CheckScores {
    /// Of a check that did not end as `completed`.
    pub const MISSING: Self = Self {
        score: Score::NONE,
        data_sets: BTreeMap::new(),
    };

    /// The scores of a check that has just been scored.
    pub fn new(status: CheckStatus, scores: &Scores) -> Self {
        if status != CheckStatus::Completed {
            return Self::MISSING;
        }
        Self {
            score: printed(scores.score),
            data_sets: scores
                .data_sets
                .iter()
                .map(|entry| (entry.data_set, printed(entry.overall.score)))
                .collect(),
        }
    }

    /// The scores that the stored body of a check says: those it ended with, whatever the weights are today.
    ///
    /// # Errors
    /// If it is not the body of a check.
    pub fn read(body: &str) -> serde_json::Result<Self> {
        let body: Body = serde_json::from_str(body)?;
        if body.status != CheckStatus::Completed {
            return Ok(Self::MISSING);
        }
        Ok(Self {
            score: read_score(body.score),
            data_sets: body
                .scores
                .into_iter()
                .map(|entry| (entry.data_set, read_score(entry.score)))
                .collect(),
        })
    }

    /// The score of a data set; [`Score::NONE`] where nothing was asked about it.
    fn of(&self, data_set: DataSet) -> Score {
        self.data_sets.get(&data_set).copied().unwrap_or(Score::NONE)
    }
}

/// What is read of a check's body.
#[derive(Deserialize)]
struct Body {
    status: CheckStatus,
    score: f64,
    #[serde(default)]
    scores: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    data_set: DataSet,
    score: f64,
}

/// A score without what is not printed of it.
fn printed(score: Score) -> Score {
    Score::from_millionths(score.millionths() / 1_000 * 1_000)
}

#[expect(clippy::cast_possible_truncation, reason = "at most 1000")]
fn read_score(number: f64) -> Score {
    if number < 0.0 {
        Score::NONE
    } else {
        Score::from_millionths((number.min(1.0) * 1_000.0).round() as i64 * 1_000)
    }
}

/// What differs between two runs; prints as an entry of `changes` in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Old and new score, equal or not; [`Score::NONE`] of a check that has none.
    #[serde(rename = "score_changes")]
    pub score: (Score, Score),
    /// Old and new score of each data set in which they differ; [`Score::NONE`] on the side on which nothing
    /// was asked about it.
    #[serde(rename = "dataset_score_changes")]
    pub data_sets: BTreeMap<DataSet, (Score, Score)>,
}

/// Compares two finished checks.
pub fn changes(old: &CheckScores, new: &CheckScores) -> Changes {
    let score = (old.score, new.score);
    let comparable = both_scored(score);
    Changes {
        score,
        data_sets: DataSet::ALL
            .iter()
            .map(|data_set| (*data_set, (old.of(*data_set), new.of(*data_set))))
            .filter(|(_, (old, new))| comparable && old != new)
            .collect(),
    }
}

fn both_scored((old, new): (Score, Score)) -> bool {
    old != Score::NONE && new != Score::NONE
}

impl Changes {
    /// Which way the score went.
    pub fn score_status(&self) -> ScoreStatus {
        let (old, new) = self.score;
        if !both_scored(self.score) || old == new {
            ScoreStatus::Same
        } else if old < new {
            ScoreStatus::Up
        } else {
            ScoreStatus::Down
        }
    }

    /// Whether the event `continuous_check` / `changed` is told. A data set without a weight is told of too.
    pub fn is_changed(&self) -> bool {
        self.score_status() != ScoreStatus::Same || !self.data_sets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{
        Mark, ResultKind, Severity,
        scoring::{DataSetScore, Scored},
    };
    use DataSet::{CriminalRecord, LegalBackground};
    use proptest::prelude::*;

    fn scores(score: i64, data_sets: &[(DataSet, i64)]) -> Scores {
        let scored = |millionths| Scored {
            mark: Mark {
                result: ResultKind::Found,
                severity: Severity::Low,
            },
            score: Score::from_millionths(millionths),
        };
        Scores {
            data_sets: data_sets
                .iter()
                .map(|(data_set, millionths)| DataSetScore {
                    data_set: *data_set,
                    overall: scored(*millionths),
                    by_id: scored(1),
                    by_name: scored(2),
                })
                .collect(),
            score: Score::from_millionths(score),
            id_score: Score::ZERO,
            name_score: Score::ZERO,
        }
    }

    fn completed(score: i64, data_sets: &[(DataSet, i64)]) -> CheckScores {
        CheckScores::new(CheckStatus::Completed, &scores(score, data_sets))
    }

    fn compared(old: &CheckScores, new: &CheckScores) -> (ScoreStatus, bool, String) {
        let changes = changes(old, new);
        let printed = serde_json::to_string(&changes).unwrap();
        (changes.score_status(), changes.is_changed(), printed)
    }

    #[test]
    fn what_differs_is_told() {
        let clean = completed(1_000_000, &[(CriminalRecord, 1_000_000)]);
        for (old, new, status, changed, printed) in [
            (
                &clean,
                &clean,
                ScoreStatus::Same,
                false,
                r#"{"score_changes":[1,1],"dataset_score_changes":{}}"#,
            ),
            (
                &clean,
                &completed(520_000, &[(CriminalRecord, 200_000)]),
                ScoreStatus::Down,
                true,
                r#"{"score_changes":[1,0.52],"dataset_score_changes":{"criminal_record":[1,0.2]}}"#,
            ),
            (
                &completed(0, &[(CriminalRecord, 0)]),
                &clean,
                ScoreStatus::Up,
                true,
                r#"{"score_changes":[0,1],"dataset_score_changes":{"criminal_record":[0,1]}}"#,
            ),
            (
                // One rose, another fell.
                &completed(500_000, &[(CriminalRecord, 600_000), (LegalBackground, 400_000)]),
                &completed(500_000, &[(CriminalRecord, 400_000), (LegalBackground, 600_000)]),
                ScoreStatus::Same,
                true,
                concat!(
                    r#"{"score_changes":[0.5,0.5],"dataset_score_changes":"#,
                    r#"{"criminal_record":[0.6,0.4],"legal_background":[0.4,0.6]}}"#
                ),
            ),
            (
                &clean,
                &completed(
                    1_000_000,
                    &[(CriminalRecord, 1_000_000), (LegalBackground, 1_000_000)],
                ),
                ScoreStatus::Same,
                true,
                r#"{"score_changes":[1,1],"dataset_score_changes":{"legal_background":[-1,1]}}"#,
            ),
            (
                &completed(333_100, &[(CriminalRecord, 333_100)]),
                &completed(333_900, &[(CriminalRecord, 333_900)]),
                ScoreStatus::Same,
                false,
                r#"{"score_changes":[0.333,0.333],"dataset_score_changes":{}}"#,
            ),
        ] {
            assert_eq!(compared(old, new), (status, changed, printed.to_owned()));
        }
    }

    #[test]
    fn a_check_without_scores_compares_as_equal() {
        let bad = scores(0, &[(CriminalRecord, 0)]);
        let missing = CheckScores::new(CheckStatus::Error, &bad);
        assert_eq!(missing, CheckScores::MISSING);
        let good = completed(1_000_000, &[(CriminalRecord, 1_000_000)]);
        for (old, new, printed) in [
            (&missing, &good, "[-1,1]"),
            (&good, &missing, "[1,-1]"),
            (&missing, &missing, "[-1,-1]"),
        ] {
            let printed = format!(r#"{{"score_changes":{printed},"dataset_score_changes":{{}}}}"#);
            assert_eq!(compared(old, new), (ScoreStatus::Same, false, printed));
        }
    }

    #[test]
    fn a_stored_body_says_its_scores() {
        let body = |status: &str| {
            let side = r#""by_id":{"score":1},"by_name":{"score":0.2}"#;
            let entry = format!(r#"{{"data_set":"criminal_record","result":"found","score":0.2,{side}}}"#);
            format!(r#"{{"check_id":"CHK","score":0.919,"scores":[{entry}],"status":"{status}"}}"#)
        };
        let read = |body: &str| CheckScores::read(body).unwrap();
        assert_eq!(
            read(&body("completed")),
            completed(919_999, &[(CriminalRecord, 200_000)])
        );
        assert_eq!(read(&body("error")), CheckScores::MISSING);
        assert_eq!(
            read(r#"{"score":-1,"status":"not_started"}"#),
            CheckScores::MISSING
        );
        assert!(CheckScores::read("{}").is_err());
    }

    fn any_scores() -> impl Strategy<Value = CheckScores> {
        let entry = || (prop::sample::select(DataSet::ALL), 0..=1_000_000_i64);
        let present = (0..=1_000_000_i64, prop::collection::vec(entry(), 0..4))
            .prop_map(|(score, data_sets)| completed(score, &data_sets));
        prop_oneof![6 => present, 1 => Just(CheckScores::MISSING)]
    }

    proptest! {
        #[test]
        fn the_way_back_is_the_other_way(old in any_scores(), new in any_scores()) {
            let (there, back) = (changes(&old, &new), changes(&new, &old));
            let opposite = match there.score_status() {
                ScoreStatus::Up => ScoreStatus::Down,
                ScoreStatus::Down => ScoreStatus::Up,
                other @ (ScoreStatus::Same | ScoreStatus::New) => other,
            };
            prop_assert_eq!(back.score_status(), opposite);
            prop_assert_eq!(back.is_changed(), there.is_changed());
            prop_assert!(!changes(&old, &old).is_changed());
        }

        #[test]
        fn a_printed_score_reads_back(millionths in 0..=1_000_000_i64) {
            let score = printed(Score::from_millionths(millionths));
            let text = serde_json::to_string(&score).unwrap();
            prop_assert_eq!(read_score(text.parse().unwrap()), score);
        }
    }
}
