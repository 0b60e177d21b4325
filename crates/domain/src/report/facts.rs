//! What the sources know of the subject apart from records.

use super::{Fact, phrases as p};
use crate::{
    checks::{
        CheckType, Dossier,
        facts::VehicleFacts,
        summary::{CompanySummary, PersonSummary, SummaryResult},
    },
    language::Language,
    wording::{InWords as _, day, word},
};

/// Most names that are told.
const NAMES: usize = 5;

/// A group of words, the word within it, and what is known.
type Known = (&'static str, &'static str, Option<String>);

/// The facts of the summary that the check is about; of a vehicle check, the owner's too where one is known.
pub(super) fn facts(dossier: &Dossier<'_>, language: Language) -> Vec<Fact> {
    let summaries = dossier.summaries();
    let known: Vec<Known> = match dossier.check.check_type {
        CheckType::Person => person(&summaries.person, language),
        CheckType::Company => company(&summaries.company, language),
        CheckType::Vehicle => {
            let mut known = vehicle(&summaries.vehicle.facts, language);
            if summaries.person.result == SummaryResult::Found {
                known.extend(person(&summaries.person, language));
            }
            known
        }
    };
    let fact = |(group, label, value): Known| {
        Some(Fact {
            label: word(group, label, language).unwrap_or(label).to_owned(),
            value: value.filter(|value| !value.is_empty())?,
        })
    };
    known.into_iter().filter_map(fact).collect()
}

fn person(summary: &PersonSummary, language: Language) -> Vec<Known> {
    const GROUP: &str = "person_fact";
    let facts = &summary.facts;
    let names = summary
        .names_found
        .iter()
        .map(|((first, last), count)| (format!("{first} {last}").trim().to_owned(), *count));
    let date = |date: Option<_>| date.map(|date| day(date, language));
    let gender = facts.gender.as_deref().map(|gender| {
        let known = word("gender", gender, language);
        known.unwrap_or(gender).to_owned()
    });
    vec![
        (GROUP, "names_found", names_known(names, language)),
        (
            GROUP,
            "identity_status",
            Some(summary.identity_status.in_words(language).to_owned()),
        ),
        (GROUP, "date_of_birth", date(facts.date_of_birth)),
        (GROUP, "death_date", date(facts.death_date)),
        (GROUP, "gender", gender),
        (GROUP, "issue_date", date(facts.issue_date)),
        (GROUP, "tax_id", facts.tax_id.clone()),
        (GROUP, "rfc", facts.rfc.clone()),
        (GROUP, "nss", facts.nss.clone()),
        (
            GROUP,
            "drivers_license",
            Some(facts.licence_categories.join(", ")),
        ),
    ]
}

fn company(summary: &CompanySummary, language: Language) -> Vec<Known> {
    const GROUP: &str = "company_fact";
    let names = summary
        .names_found
        .iter()
        .map(|(name, count)| (name.clone(), *count));
    vec![
        (GROUP, "names_found", names_known(names, language)),
        (
            GROUP,
            "company_status",
            Some(summary.status.in_words(language).to_owned()),
        ),
    ]
}

fn vehicle(facts: &VehicleFacts, language: Language) -> Vec<Known> {
    const GROUP: &str = "vehicle_fact";
    let number = |number: Option<u16>| number.map(|number| number.to_string());
    let insured = facts
        .obligatory_insurance_expiration_date
        .map(|date| day(date, language));
    vec![
        (GROUP, "license_plate", facts.license_plate.clone()),
        (GROUP, "manufacturer", facts.manufacturer.clone()),
        (GROUP, "model", facts.model.clone()),
        (GROUP, "year", number(facts.year)),
        (GROUP, "color", facts.color.clone()),
        (GROUP, "vehicle_type", facts.vehicle_type.clone()),
        (GROUP, "vehicle_category", facts.vehicle_category.clone()),
        (GROUP, "service_type", facts.service_type.clone()),
        (GROUP, "capacity", number(facts.capacity)),
        (GROUP, "number_of_doors", number(facts.number_of_doors)),
        (GROUP, "vehicle_id", facts.vehicle_id.clone()),
        (
            GROUP,
            "obligatory_insurance_status",
            facts.obligatory_insurance_status.clone(),
        ),
        (GROUP, "obligatory_insurance_expiration_date", insured),
    ]
}

/// Names and how many sources know the subject so.
fn names_known(names: impl Iterator<Item = (String, usize)>, language: Language) -> Option<String> {
    let names: Vec<String> = names
        .take(NAMES)
        .map(|(name, count)| p::KNOWN_BY.fill(count, language, &[("name", &name)]))
        .collect();
    (!names.is_empty()).then(|| names.join("; "))
}
