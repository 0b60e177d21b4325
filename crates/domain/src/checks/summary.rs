//! The three summaries of a check and its `wrong_inputs`, from what its sources know.

use std::collections::BTreeMap;

use super::{
    CheckStatus, CheckType, DataSet, InputField, Inputs, ResultKind, RunStatus,
    facts::{CompanyFacts, CompanyStatus, PersonFacts, VehicleFacts},
    run::Run,
};
use crate::{
    names::{NameKind, compare, compare_part},
    time::parse_date,
};

crate::text_enum! {
    /// `result` of a summary.
    pub enum SummaryResult {
        /// Found.
        Found = "found",
        /// Not found.
        NotFound = "not_found",
        /// Not what this check is about.
        Skipped = "skipped",
        /// Not known yet.
        InProgress = "in_progress",
    }
}

crate::text_enum! {
    /// Whether the person exists and lives.
    pub enum IdentityStatus {
        /// Exists.
        Found = "found",
        /// No registry knows the document.
        NotFound = "not_found",
        /// Exists, and has died.
        Dead = "dead",
    }
}

/// `summary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSummary {
    /// Its result.
    pub result: SummaryResult,
    /// Whether the person exists and lives.
    pub identity_status: IdentityStatus,
    /// Everything that the sources know, the first source's word first.
    pub facts: PersonFacts,
    /// (first name, last name) and how many sources know the person so, most frequent first.
    pub names_found: Vec<((String, String), usize)>,
}

/// `company_summary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanySummary {
    /// Its result.
    pub result: SummaryResult,
    /// Standing in the registries; the gravest that any source reports.
    pub status: CompanyStatus,
    /// Names and how many sources know the company so, most frequent first.
    pub names_found: Vec<(String, usize)>,
}

/// `vehicle_summary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VehicleSummary {
    /// Its result.
    pub result: SummaryResult,
    /// Everything that the sources know.
    pub facts: VehicleFacts,
}

/// The three summaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summaries {
    /// The person, or the owner of the vehicle.
    pub person: PersonSummary,
    /// The company.
    pub company: CompanySummary,
    /// The vehicle.
    pub vehicle: VehicleSummary,
}

/// Summarises a check that has started.
pub fn summarize(check_type: CheckType, status: CheckStatus, runs: &[Run]) -> Summaries {
    let result = |relevant: bool, found: bool| match (relevant, found) {
        (false, _) => SummaryResult::Skipped,
        (true, true) => SummaryResult::Found,
        (true, false) if !status.is_final() => SummaryResult::InProgress,
        (true, false) => SummaryResult::NotFound,
    };
    Summaries {
        person: person(runs, |found| result(check_type != CheckType::Company, found)),
        company: company(runs, |found| result(check_type == CheckType::Company, found)),
        vehicle: vehicle(runs, |found| result(check_type == CheckType::Vehicle, found)),
    }
}

fn count<K: Ord + Clone>(keys: impl Iterator<Item = K>) -> Vec<(K, usize)> {
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

fn known_people(runs: &[Run]) -> impl Iterator<Item = (&Run, &PersonFacts)> {
    runs.iter()
        .filter_map(|run| Some((run, run.facts.person.as_ref()?)))
}

fn person(runs: &[Run], result: impl Fn(bool) -> SummaryResult) -> PersonSummary {
    let people = || known_people(runs).map(|(_, person)| person);
    let first = |part: fn(&PersonFacts) -> Option<&String>| people().find_map(part).cloned();
    let facts = PersonFacts {
        first_name: String::new(),
        last_name: String::new(),
        date_of_birth: people().find_map(|person| person.date_of_birth),
        death_date: people().find_map(|person| person.death_date),
        issue_date: people().find_map(|person| person.issue_date),
        gender: first(|person| person.gender.as_ref()),
        tax_id: first(|person| person.tax_id.as_ref()),
        rfc: first(|person| person.rfc.as_ref()),
        nss: first(|person| person.nss.as_ref()),
        licence_categories: people()
            .find(|person| !person.licence_categories.is_empty())
            .map(|person| person.licence_categories.clone())
            .unwrap_or_default(),
    };
    let identified = runs.iter().any(|run| {
        run.data_set == Some(DataSet::PersonalIdentity)
            && run.by_id.is_some_and(|mark| mark.result == ResultKind::Found)
    });
    let names_found = count(
        people()
            .filter(|person| !(person.first_name.is_empty() && person.last_name.is_empty()))
            .map(|person| (person.first_name.clone(), person.last_name.clone())),
    );
    PersonSummary {
        result: result(identified),
        identity_status: match (identified, facts.death_date) {
            (_, Some(_)) => IdentityStatus::Dead,
            (true, None) => IdentityStatus::Found,
            (false, None) => IdentityStatus::NotFound,
        },
        facts,
        names_found,
    }
}

/// From harmless to grave, so that one source that calls a company cancelled outweighs one that still calls it found.
const GRAVITY: &[CompanyStatus] = &[
    CompanyStatus::NotFound,
    CompanyStatus::Found,
    CompanyStatus::Active,
    CompanyStatus::NotReinscribed,
    CompanyStatus::Suspended,
    CompanyStatus::Incapable,
    CompanyStatus::Cancelled,
];

fn company(runs: &[Run], result: impl Fn(bool) -> SummaryResult) -> CompanySummary {
    let companies = || runs.iter().filter_map(|run| run.facts.company.as_ref());
    let gravity = |company: &&CompanyFacts| GRAVITY.iter().position(|status| *status == company.status);
    let status = companies()
        .max_by_key(gravity)
        .map_or(CompanyStatus::NotFound, |company| company.status);
    CompanySummary {
        result: result(status != CompanyStatus::NotFound),
        status,
        names_found: count(
            companies()
                .filter(|c| !c.name.is_empty())
                .map(|company| company.name.clone()),
        ),
    }
}

fn vehicle(runs: &[Run], result: impl Fn(bool) -> SummaryResult) -> VehicleSummary {
    let mut merged: Option<VehicleFacts> = None;
    for facts in runs.iter().filter_map(|run| run.facts.vehicle.as_ref()) {
        match &mut merged {
            None => merged = Some(facts.clone()),
            Some(known) => fill(known, facts),
        }
    }
    VehicleSummary {
        result: result(merged.is_some()),
        facts: merged.unwrap_or_default(),
    }
}

fn fill(known: &mut VehicleFacts, more: &VehicleFacts) {
    macro_rules! fill {
        ($($field:ident),+) => { $(if known.$field.is_none() { known.$field.clone_from(&more.$field); })+ };
    }
    fill!(
        license_plate,
        vehicle_id,
        manufacturer,
        model,
        year,
        color,
        capacity,
        number_of_doors,
        service_type,
        vehicle_category,
        vehicle_type,
        obligatory_insurance_status,
        obligatory_insurance_expiration_date
    );
}

/// The inputs that differ from what the registries know, by the reference's names for them.
///
/// `tax_id` is wrong where the names known by tax number and by national document differ.
pub fn wrong_inputs(inputs: &Inputs, runs: &[Run]) -> Vec<&'static str> {
    let by_set = |data_set: DataSet| {
        known_people(runs)
            .filter(move |(run, _)| run.data_set == Some(data_set) && run.status == RunStatus::Completed)
            .map(|(_, person)| person)
    };
    let identity = || by_set(DataSet::PersonalIdentity);
    let differs = |field: InputField, part: fn(&PersonFacts) -> &str| {
        let Some(given) = inputs.get(field) else {
            return false;
        };
        let mut known = identity().map(part).filter(|name| !name.is_empty()).peekable();
        known.peek().is_some() && !known.any(|name| compare_part(given, name).soft)
    };
    let mut wrong = Vec::new();
    let issued = inputs.get(InputField::IssueDate).and_then(parse_date);
    let mut issue_dates = identity().filter_map(|person| person.issue_date).peekable();
    if issued.is_some() && issue_dates.peek().is_some() && !issue_dates.any(|date| Some(date) == issued) {
        wrong.push("document_expedition_date");
    }
    if differs(InputField::FirstName, |person| &person.first_name) {
        wrong.push("first_name");
    }
    if differs(InputField::LastName, |person| &person.last_name) {
        wrong.push("last_name");
    }
    if inputs.has(InputField::TaxId) && inputs.has(InputField::NationalId) {
        let full = |person: &PersonFacts| format!("{} {}", person.first_name, person.last_name);
        let differ = by_set(DataSet::TaxesAndFinances)
            .any(|taxed| identity().any(|known| !compare(&full(taxed), &full(known), NameKind::Person).soft));
        if differ {
            wrong.push("tax_id");
        }
    }
    wrong
}
