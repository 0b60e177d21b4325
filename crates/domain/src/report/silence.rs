//! Sources that said nothing, and why.

use super::{Silent, phrases as p};
use crate::{
    checks::{DataSet, Dossier, InputField, Run, RunStatus},
    language::Language,
    wording::{InWords as _, listed, lower_first},
};

/// The sources that failed, that are still to answer and that were skipped, in this order. A source that several data
/// sets wait for is told once.
pub(super) fn silent(dossier: &Dossier<'_>, language: Language) -> Vec<Silent> {
    let mut silent: Vec<(&Run, Vec<String>)> = Vec::new();
    for run in dossier
        .runs
        .iter()
        .filter(|run| run.status != RunStatus::Completed)
    {
        let same = |(known, _): &&mut (&Run, Vec<String>)| {
            known.source == run.source
                && known.status == run.status
                && known.invalid_inputs == run.invalid_inputs
        };
        let data_sets = data_sets(dossier, run)
            .into_iter()
            .map(|set| set.in_words(language).to_owned());
        match silent.iter_mut().find(same) {
            Some((_, known)) => known.extend(data_sets),
            None => silent.push((run, data_sets.collect())),
        }
    }
    silent.sort_by_key(|(run, _)| rank(run.status));
    let told = |(run, data_sets): (&Run, Vec<String>)| Silent {
        source: dossier.source_name(run).to_owned(),
        data_sets: data_sets.join(", "),
        status: run.status.in_words(language).to_owned(),
        reason: reason(run, language),
    };
    silent.into_iter().map(told).collect()
}

/// The data sets of a run; of a source that was not asked, those that it would have fed.
fn data_sets(dossier: &Dossier<'_>, run: &Run) -> Vec<DataSet> {
    if let Some(data_set) = run.data_set {
        return vec![data_set];
    }
    let source = dossier.source(run).into_iter();
    let fed = source.flat_map(|source| source.data_sets.iter().copied());
    fed.filter(|set| dossier.check.weights().contains_key(set))
        .collect()
}

const fn rank(status: RunStatus) -> u8 {
    match status {
        RunStatus::Error | RunStatus::Expired => 0,
        RunStatus::NotStarted | RunStatus::Delayed | RunStatus::Completed => 1,
        RunStatus::Skipped => 2,
    }
}

/// Why a source was skipped; what made one fail is no matter of the client's.
fn reason(run: &Run, language: Language) -> String {
    if run.status != RunStatus::Skipped {
        return String::new();
    }
    if run.invalid_inputs.is_empty() {
        return p::NOT_CONFIGURED.text(language).to_owned();
    }
    let name = |field: &InputField| lower_first(field.in_words(language));
    let inputs: Vec<String> = run.invalid_inputs.iter().map(name).collect();
    p::MISSING.fill(inputs.len(), language, &[("inputs", &listed(&inputs, language))])
}
