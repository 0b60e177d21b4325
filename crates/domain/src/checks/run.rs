//! One run: one source asked for one data set of one check.

use super::{Basis, DataSet, Facts, Finding, InputField, ResultKind, RunStatus, Severity};
use crate::time::Timestamp;

/// What one side (by document, by name) of a run or a data set came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The result.
    pub result: ResultKind,
    /// The worst severity.
    pub severity: Severity,
}

impl Mark {
    /// Not consulted.
    pub const IGNORED: Self = Self {
        result: ResultKind::Ignored,
        severity: Severity::Unknown,
    };

    /// What a side of a run shows while, or because, its source gave no answer.
    pub const fn of_status(status: RunStatus) -> Self {
        match status {
            RunStatus::NotStarted => Self {
                result: ResultKind::Pending,
                severity: Severity::Unknown,
            },
            RunStatus::Delayed => Self {
                result: ResultKind::Delayed,
                severity: Severity::Unknown,
            },
            RunStatus::Error | RunStatus::Expired => Self {
                result: ResultKind::Error,
                severity: Severity::None,
            },
            RunStatus::Completed => Self {
                result: ResultKind::NotFound,
                severity: Severity::None,
            },
            RunStatus::Skipped => Self::IGNORED,
        }
    }

    /// Several marks as one: the worst severity; found if any found, else the most frequent result, of equally
    /// frequent ones the first seen. Nothing is [`Mark::IGNORED`].
    pub fn merge(marks: impl IntoIterator<Item = Self>) -> Self {
        let mut counts: Vec<(ResultKind, usize)> = Vec::new();
        let mut severity = None;
        for mark in marks {
            match counts.iter_mut().find(|(result, _)| *result == mark.result) {
                Some((_, count)) => *count += 1,
                None => counts.push((mark.result, 1)),
            }
            severity = severity.max(Some(mark.severity));
        }
        let Some(severity) = severity else {
            return Self::IGNORED;
        };
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let result = if counts.iter().any(|(result, _)| *result == ResultKind::Found) {
            ResultKind::Found
        } else {
            counts
                .iter()
                .find(|(_, count)| *count == most)
                .map_or(ResultKind::Ignored, |(result, _)| *result)
        };
        Self { result, severity }
    }
}

/// One run, as it is stored and scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its place among the check's runs.
    pub seq: i16,
    /// Key of the source in the catalogue.
    pub source: String,
    /// The data set; `None` where the source was skipped for its inputs.
    pub data_set: Option<DataSet>,
    /// Where it stands.
    pub status: RunStatus,
    /// The inputs that were missing or wrong.
    pub invalid_inputs: Vec<InputField>,
    /// What it came to by document; `None` where it is not asked by document.
    pub by_id: Option<Mark>,
    /// What it came to by name; `None` where it is not asked by name.
    pub by_name: Option<Mark>,
    /// What the source knows of the subject; on the first run of a source only.
    pub facts: Facts,
    /// When its source was last heard of.
    pub updated: Timestamp,
}

impl Run {
    /// A run that waits for its source.
    pub fn open(seq: i16, source: &str, data_set: DataSet, bases: &[Basis], now: Timestamp) -> Self {
        let side = |basis| {
            bases
                .contains(&basis)
                .then_some(Mark::of_status(RunStatus::NotStarted))
        };
        Self {
            seq,
            source: source.to_owned(),
            data_set: Some(data_set),
            status: RunStatus::NotStarted,
            invalid_inputs: Vec::new(),
            by_id: side(Basis::Id),
            by_name: side(Basis::Name),
            facts: Facts::default(),
            updated: now,
        }
    }

    /// A run that cannot be asked: for its inputs (then without a data set), or because nothing answers for it.
    pub fn skipped(
        seq: i16,
        source: &str,
        data_set: Option<DataSet>,
        invalid: Vec<InputField>,
        now: Timestamp,
    ) -> Self {
        Self {
            seq,
            source: source.to_owned(),
            data_set,
            status: RunStatus::Skipped,
            invalid_inputs: invalid,
            by_id: None,
            by_name: None,
            facts: Facts::default(),
            updated: now,
        }
    }

    /// Sets a status without an answer.
    pub fn set_status(&mut self, status: RunStatus, now: Timestamp) {
        self.status = status;
        self.updated = now;
        for side in [&mut self.by_id, &mut self.by_name].into_iter().flatten() {
            *side = Mark::of_status(status);
        }
    }

    /// Takes the source's findings; those of other data sets are not its own.
    pub fn complete(&mut self, findings: &[Finding], now: Timestamp) {
        self.set_status(RunStatus::Completed, now);
        let Some(data_set) = self.data_set else { return };
        for (basis, side) in [(Basis::Id, &mut self.by_id), (Basis::Name, &mut self.by_name)] {
            let marks: Vec<Mark> = findings
                .iter()
                .filter(|finding| finding.data_set == data_set && finding.basis == basis)
                .map(|finding| Mark {
                    result: finding.result,
                    severity: finding.severity,
                })
                .collect();
            if !marks.is_empty() {
                *side = Some(Mark::merge(marks));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_wins_and_else_the_most_frequent() {
        let mark = |result, severity| Mark { result, severity };
        use ResultKind::{Error, Found, NotFound};
        for (marks, expected) in [
            (vec![], Mark::IGNORED),
            (
                vec![
                    mark(NotFound, Severity::None),
                    mark(NotFound, Severity::None),
                    mark(Found, Severity::High),
                ],
                mark(Found, Severity::High),
            ),
            (
                vec![
                    mark(Error, Severity::None),
                    mark(NotFound, Severity::None),
                    mark(NotFound, Severity::None),
                ],
                mark(NotFound, Severity::None),
            ),
            (
                vec![mark(Error, Severity::None), mark(NotFound, Severity::None)],
                mark(Error, Severity::None),
            ),
        ] {
            assert_eq!(Mark::merge(marks), expected);
        }
    }
}
