//! Where a check stands, from its runs.

use std::collections::BTreeMap;

use super::{CheckStatus, RunStatus, run::Run, weights::Weights};

/// The status of a check that has started.
///
/// Delayed while a source says so, in progress while one is waited for. At the end: `completed` if at least 70 % of
/// the sources that ran did not fail, else `error`; a skipped source did not run. A check in which no source with a
/// weight ran ends in `error`: nothing consulted must never look like a clean record.
pub fn status(runs: &[Run], weights: &Weights) -> CheckStatus {
    if runs.iter().any(|run| run.status == RunStatus::Delayed) {
        return CheckStatus::Delayed;
    }
    if runs.iter().any(|run| run.status.is_open()) {
        return CheckStatus::InProgress;
    }
    let ran = || runs.iter().filter(|run| run.status != RunStatus::Skipped);
    let weighty = ran().any(|run| {
        run.data_set
            .is_some_and(|set| weights.get(&set).is_some_and(|w| *w > 0))
    });
    let mut sources: BTreeMap<&str, bool> = BTreeMap::new();
    for run in ran() {
        *sources.entry(&run.source).or_default() |= run.status != RunStatus::Completed;
    }
    let failed = sources.values().filter(|failed| **failed).count();
    if weighty && (sources.len() - failed) * 10 >= sources.len() * 7 {
        CheckStatus::Completed
    } else {
        CheckStatus::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{Basis, DataSet},
        time::Timestamp,
    };

    fn runs(statuses: &[RunStatus]) -> Vec<Run> {
        let now = Timestamp::from_nanos(0);
        statuses
            .iter()
            .enumerate()
            .map(|(i, status)| {
                let mut run = Run::open(0, &format!("s{i}"), DataSet::CriminalRecord, &[Basis::Id], now);
                run.set_status(*status, now);
                run
            })
            .collect()
    }

    #[test]
    fn seventy_per_cent_of_what_ran() {
        use RunStatus::{
            Completed as C, Delayed as D, Error as E, Expired as X, NotStarted as N, Skipped as S,
        };
        let weights = Weights::from([(DataSet::CriminalRecord, 1_000_000)]);
        for (statuses, expected) in [
            (vec![C, C, C, C, C, C, C, E, E, E], CheckStatus::Completed),
            (vec![C, C, C, C, C, C, E, X, E, E], CheckStatus::Error),
            (vec![C, S, S, S], CheckStatus::Completed),
            (vec![S, S], CheckStatus::Error),
            (vec![], CheckStatus::Error),
            (vec![E], CheckStatus::Error),
            (vec![C, N], CheckStatus::InProgress),
            (vec![C, N, D], CheckStatus::Delayed),
        ] {
            assert_eq!(status(&runs(&statuses), &weights), expected, "{statuses:?}");
        }
        assert_eq!(
            status(&runs(&[C]), &Weights::new()),
            CheckStatus::Error,
            "nothing of weight ran"
        );
    }
}
