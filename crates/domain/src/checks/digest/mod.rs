//! A check in a few sentences, and what in it deserves to be looked at first.
//!
//! Everything is said by templates from what the sources said: nothing is guessed, and where no source answered,
//! nothing is called clean.

mod phrases;
mod sentences;

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Basis, DataSet, Dossier, ResultKind, Run, RunStatus, Severity, Told};
use crate::{
    language::Language,
    wording::{InWords as _, translate_label_from},
};

/// Most findings that are told one by one.
const FINDINGS: usize = 20;

/// Most titles of tables that stand for a finding.
const TITLES: usize = 3;

/// What a check comes to, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Digest {
    /// A few sentences.
    pub summary: String,
    /// The findings that count for something, worst first, and the sources that failed.
    pub highlights: Vec<Highlight>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// Where it belongs.
    pub data_set: DataSet,
    /// How bad it is; `unknown` for a source that failed.
    pub severity: Severity,
    /// The source and what its tables are about, or that it failed.
    pub text: String,
}

/// Tells a check in a language.
pub fn digest(dossier: &Dossier<'_>, language: Language) -> Digest {
    let findings = dossier.unfavourable();
    let told = findings
        .iter()
        .take(FINDINGS)
        .filter_map(|told| finding(dossier, told, language));
    let failed = dossier
        .runs
        .iter()
        .filter_map(|run| failure(dossier, run, language));
    Digest {
        summary: sentences::all(dossier, language).join(" "),
        highlights: told.chain(failed).collect(),
    }
}

fn finding(dossier: &Dossier<'_>, told: &Told, language: Language) -> Option<Highlight> {
    let run = dossier.run(told.run)?;
    let finding = &told.finding;
    let mut titles: Vec<String> = Vec::new();
    for table in &finding.tables {
        let title = translate_label_from(dossier.source_country(run), &table.title, language);
        if !title.is_empty() && !titles.iter().any(|known| *known == title) {
            titles.push(title.into_owned());
        }
    }
    titles.truncate(TITLES);
    if titles.is_empty() {
        titles.push(finding.data_set.in_words(language).to_owned());
    }
    let phrase = match (finding.result, finding.basis) {
        (ResultKind::NotFound, _) => phrases::MISSING,
        (_, Basis::Id) => phrases::FINDING,
        (_, Basis::Name) => phrases::FINDING_BY_NAME,
    };
    let (source, what) = (dossier.source_name(run), titles.join(", "));
    Some(Highlight {
        data_set: finding.data_set,
        severity: finding.severity,
        text: phrase.fill(language, &[("source", source), ("what", &what)]),
    })
}

fn failure(dossier: &Dossier<'_>, run: &Run, language: Language) -> Option<Highlight> {
    let phrase = match run.status {
        RunStatus::Error => phrases::FAILED,
        RunStatus::Expired => phrases::EXPIRED,
        RunStatus::NotStarted | RunStatus::Completed | RunStatus::Delayed | RunStatus::Skipped => {
            return None;
        }
    };
    Some(Highlight {
        data_set: run.data_set?,
        severity: Severity::Unknown,
        text: phrase.fill(language, &[("source", dossier.source_name(run))]),
    })
}
