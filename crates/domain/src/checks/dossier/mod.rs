//! Everything that is known of one check, for whoever tells it to people.

#[cfg(test)]
pub(crate) mod sample;

use std::collections::BTreeMap;

use super::{
    Basis, Check, CheckStatus, CheckType, DataSet, Finding, InputField, Run, RunStatus, Severity,
    scoring::{Score, Scores},
    summary::{self, Summaries},
};
use crate::{
    country::Country,
    sources::{Catalogue, Source},
};

/// A finding and the run that it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Place of the run among the check's runs.
    pub run: i16,
    /// What its source said.
    pub finding: Finding,
}

/// A check with its runs, its findings and what they come to.
#[derive(Debug, Clone, Copy)]
pub struct Dossier<'a> {
    /// The check.
    pub check: &'a Check,
    /// Its runs, in order.
    pub runs: &'a [Run],
    /// What its sources said, in the order of the runs.
    pub told: &'a [Told],
    /// What that comes to.
    pub scores: &'a Scores,
    /// The sources' names.
    pub catalogue: &'a Catalogue,
}

/// The inputs that name a subject, those that name it best first.
const DOCUMENTS: &[(CheckType, &[InputField])] = &[
    (
        CheckType::Person,
        &[
            InputField::NationalId,
            InputField::ForeignId,
            InputField::Passport,
            InputField::Ptp,
            InputField::Pep,
            InputField::DiplomaticId,
            InputField::NativeNationalId,
            InputField::BirthCertificate,
            InputField::StateId,
            InputField::TaxId,
            InputField::DriverLicense,
            InputField::ProfessionalCard,
            InputField::Imei,
        ],
    ),
    (
        CheckType::Company,
        &[InputField::TaxId, InputField::NationalId, InputField::Escrow],
    ),
    (
        CheckType::Vehicle,
        &[
            InputField::LicensePlate,
            InputField::VehicleId,
            InputField::OwnerDocumentId,
        ],
    ),
];

/// How many sources stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// They were asked.
    pub asked: usize,
    /// They were asked and answered.
    pub answered: usize,
    /// They were asked and failed, or did not answer in time.
    pub failed: usize,
    /// They are still to answer.
    pub waiting: usize,
    /// They were not asked.
    pub skipped: usize,
}

impl<'a> Dossier<'a> {
    /// The run of that place.
    pub fn run(&self, seq: i16) -> Option<&'a Run> {
        self.runs.iter().find(|run| run.seq == seq)
    }

    /// The source of a run; none where a later release no longer has it.
    pub fn source(&self, run: &Run) -> Option<&'a Source> {
        self.catalogue.get(&run.source)
    }

    /// The name of a run's source; its key is all that is known of one that is gone.
    pub fn source_name<'b>(&self, run: &'b Run) -> &'b str
    where
        'a: 'b,
    {
        self.source(run).map_or(&run.source, |source| &source.name)
    }

    /// The country whose registry answered a run.
    pub fn source_country(&self, run: &Run) -> Country {
        self.source(run)
            .map_or(self.check.country, |source| source.country)
    }

    /// What the sources know of the subject.
    pub fn summaries(&self) -> Summaries {
        summary::summarize(self.check.check_type, self.check.status, self.runs)
    }

    /// What the subject is called: as most sources know it, else as it was given. A vehicle has no name.
    pub fn subject_name(&self) -> Option<String> {
        let summaries = self.summaries();
        let inputs = &self.check.inputs;
        match self.check.check_type {
            CheckType::Person => summaries
                .person
                .names_found
                .into_iter()
                .next()
                .map(|((first, last), _)| format!("{first} {last}").trim().to_owned())
                .or_else(|| inputs.full_name()),
            CheckType::Company => summaries
                .company
                .names_found
                .into_iter()
                .next()
                .map(|(name, _)| name)
                .or_else(|| inputs.get(InputField::CompanyName).map(str::to_owned))
                .or_else(|| inputs.get(InputField::Name).map(str::to_owned)),
            CheckType::Vehicle => None,
        }
    }

    /// The input that names the subject best.
    pub fn document(&self) -> Option<(InputField, &'a str)> {
        let check = self.check;
        let (_, fields) = DOCUMENTS.iter().find(|(of, _)| *of == check.check_type)?;
        fields
            .iter()
            .find_map(|field| Some((*field, check.inputs.get(*field)?)))
    }

    /// What a score of the check stands for: a severity, and the word of the group `risk`. Only the score of a completed
    /// check stands for a risk; where too little was answered, or not yet, nothing may look safe.
    pub fn risk(&self, score: Score) -> (Severity, &'static str) {
        match self.check.status {
            CheckStatus::NotStarted => (Severity::Unknown, Severity::Unknown.as_str()),
            CheckStatus::InProgress | CheckStatus::Delayed => (Severity::Unknown, "provisional"),
            CheckStatus::Error => (Severity::Unknown, "incomplete"),
            CheckStatus::Completed => (score.risk(), score.risk().as_str()),
        }
    }

    /// The findings that count for something, the worst first, and of equal ones those that a document ties to the
    /// subject first.
    pub fn unfavourable(&self) -> Vec<&'a Told> {
        let mut worst: Vec<&Told> = self
            .told
            .iter()
            .filter(|told| told.finding.severity > Severity::None)
            .collect();
        worst.sort_by_key(|told| {
            let by_name = told.finding.basis == Basis::Name;
            (std::cmp::Reverse(told.finding.severity), by_name, told.run)
        });
        worst
    }

    /// How many sources stand where. A source with several runs is one source: failed if any of them is, else waited
    /// for if any is.
    pub fn tally(&self) -> Tally {
        let rank = |status: RunStatus| match status {
            RunStatus::Skipped => 0,
            RunStatus::Completed => 1,
            RunStatus::NotStarted | RunStatus::Delayed => 2,
            RunStatus::Error | RunStatus::Expired => 3,
        };
        let mut sources: BTreeMap<&str, u8> = BTreeMap::new();
        for run in self.runs {
            let known = sources.entry(&run.source).or_default();
            *known = rank(run.status).max(*known);
        }
        let count = |of: u8| sources.values().filter(|rank| **rank == of).count();
        Tally {
            asked: sources.len() - count(0),
            answered: count(1),
            failed: count(3),
            waiting: count(2),
            skipped: count(0),
        }
    }

    /// How the runs stand that were asked about a data set.
    pub fn asked(&self, data_set: DataSet) -> impl Iterator<Item = RunStatus> {
        self.runs
            .iter()
            .filter(move |run| run.data_set == Some(data_set) && run.status != RunStatus::Skipped)
            .map(|run| run.status)
    }
}
