//! The sentences of a digest, each from one side of the check.

use super::phrases as p;
use crate::{
    checks::{
        Basis, CheckStatus, CheckType, DataSet, Dossier, RunStatus, Severity, Told,
        summary::{self, IdentityStatus, SummaryResult},
    },
    language::Language,
    wording::{InWords as _, day, listed, lower_first, word},
};

/// Everything that there is to say, in order.
pub(super) fn all(dossier: &Dossier<'_>, language: Language) -> Vec<String> {
    let mut said = vec![subject(dossier, language)];
    let status = match dossier.check.status {
        CheckStatus::NotStarted => Some(p::NOT_STARTED),
        CheckStatus::InProgress => Some(p::IN_PROGRESS),
        CheckStatus::Delayed => Some(p::DELAYED),
        CheckStatus::Error => Some(p::ERROR),
        CheckStatus::Completed => None,
    };
    said.extend(status.map(|phrase| phrase.text(language).to_owned()));
    if dossier.check.status == CheckStatus::NotStarted {
        return said;
    }
    said.push(score(dossier, language));
    said.extend(state(dossier, language));
    said.push(sources(dossier, language));
    said.extend(findings(dossier, language));
    said.extend(wrong_inputs(dossier, language));
    said
}

fn subject(dossier: &Dossier<'_>, language: Language) -> String {
    let check = dossier.check;
    let document = dossier
        .document()
        .map(|(field, value)| format!("{} {value}", lower_first(field.in_words(language))));
    let known: Vec<String> = dossier.subject_name().into_iter().chain(document).collect();
    let known = if known.is_empty() {
        p::UNNAMED.text(language).to_owned()
    } else {
        known.join(", ")
    };
    let place = word("in_country", check.country.as_str(), language).unwrap_or_default();
    let kind = lower_first(check.check_type.in_words(language));
    let kind = match &check.custom {
        Some(custom) => format!("{kind} ({})", custom.name),
        None => kind,
    };
    p::SUBJECT.fill(
        language,
        &[("type", &kind), ("country", place), ("subject", &known)],
    )
}

fn score(dossier: &Dossier<'_>, language: Language) -> String {
    let scores = dossier.scores;
    let (_, risk) = dossier.risk(scores.score);
    let risk = word("risk", risk, language).unwrap_or(risk);
    let [score, id, name] = [scores.score, scores.id_score, scores.name_score].map(|score| score.to_string());
    let values = [("score", &*score), ("risk", risk), ("id", &id), ("name", &name)];
    p::SCORE.fill(language, &values)
}

/// What the registries know of the subject itself.
fn state(dossier: &Dossier<'_>, language: Language) -> Vec<String> {
    let check = dossier.check;
    match check.check_type {
        CheckType::Person => identity(dossier, language).into_iter().collect(),
        CheckType::Company => standing(dossier, language).into_iter().collect(),
        CheckType::Vehicle => vehicle(dossier, language).into_iter().collect(),
    }
}

/// The identity; nothing while its registers are still to answer.
fn identity(dossier: &Dossier<'_>, language: Language) -> Option<String> {
    let person = dossier.summaries().person;
    let asked: Vec<RunStatus> = dossier.asked(DataSet::PersonalIdentity).collect();
    let phrase = match person.identity_status {
        IdentityStatus::Dead => {
            let date = day(person.facts.death_date?, language);
            return Some(p::DEAD.fill(language, &[("date", &date)]));
        }
        IdentityStatus::Found => p::IDENTITY_FOUND,
        IdentityStatus::NotFound if asked.is_empty() => p::IDENTITY_NOT_ASKED,
        IdentityStatus::NotFound if asked.iter().any(|status| status.is_open()) => return None,
        IdentityStatus::NotFound if asked.contains(&RunStatus::Completed) => p::IDENTITY_NOT_FOUND,
        IdentityStatus::NotFound => p::IDENTITY_UNANSWERED,
    };
    Some(phrase.text(language).to_owned())
}

fn standing(dossier: &Dossier<'_>, language: Language) -> Option<String> {
    let company = dossier.summaries().company;
    let told = matches!(company.result, SummaryResult::Found | SummaryResult::NotFound);
    let status = lower_first(company.status.in_words(language));
    told.then(|| p::STANDING.fill(language, &[("status", &status)]))
}

fn vehicle(dossier: &Dossier<'_>, language: Language) -> Option<String> {
    let vehicle = dossier.summaries().vehicle;
    let facts = vehicle.facts;
    let year = facts.year.map(|year| year.to_string());
    let known: Vec<String> = [facts.manufacturer, facts.model, year]
        .into_iter()
        .flatten()
        .collect();
    match vehicle.result {
        SummaryResult::Found if !known.is_empty() => {
            Some(p::VEHICLE_FOUND.fill(language, &[("vehicle", &known.join(" "))]))
        }
        SummaryResult::NotFound => Some(p::VEHICLE_NOT_FOUND.text(language).to_owned()),
        SummaryResult::Found | SummaryResult::Skipped | SummaryResult::InProgress => None,
    }
}

fn sources(dossier: &Dossier<'_>, language: Language) -> String {
    let tally = dossier.tally();
    let parts = [
        (tally.answered, p::ANSWERED),
        (tally.failed, p::UNANSWERED),
        (tally.waiting, p::WAITING),
    ];
    let parts = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, phrase)| phrase.of(count, language))
        .collect::<Vec<_>>();
    let asked = match tally.asked {
        0 => p::NONE_ASKED.text(language).to_owned(),
        asked if asked == tally.answered => p::ALL_ANSWERED.of(asked, language),
        asked => p::ASKED.fill(asked, language, &[("how", &listed(&parts, language))]),
    };
    match tally.skipped {
        0 => format!("{asked}."),
        skipped => format!("{asked}; {}.", p::SKIPPED.of(skipped, language)),
    }
}

/// What was found, by document and by name alone. Where no source answered there is nothing to say, least of all that
/// nothing was found.
fn findings(dossier: &Dossier<'_>, language: Language) -> Vec<String> {
    let unfavourable = dossier.unfavourable();
    let tally = dossier.tally();
    if unfavourable.is_empty() {
        let nothing = match (dossier.check.status.is_final(), tally.failed) {
            (false, _) => p::NOTHING_YET,
            (true, 0) => p::NOTHING,
            (true, _) => p::NOTHING_THERE,
        };
        let said = (tally.answered > 0).then(|| nothing.text(language).to_owned());
        return said.into_iter().collect();
    }
    let side = |basis: Basis| {
        let side: Vec<&Told> = unfavourable
            .iter()
            .copied()
            .filter(|told| told.finding.basis == basis)
            .collect();
        (!side.is_empty()).then(|| (side.len(), listed(&by_severity(&side, language), language)))
    };
    let by_id = side(Basis::Id).map(|(_, told)| p::BY_ID.fill(language, &[("findings", &told)]));
    let by_name =
        side(Basis::Name).map(|(count, told)| p::BY_NAME.fill(count, language, &[("findings", &told)]));
    by_id.into_iter().chain(by_name).collect()
}

/// How many findings of each severity, the worst first, and the data sets that they are in.
fn by_severity(findings: &[&Told], language: Language) -> Vec<String> {
    let severities = Severity::ALL.iter().rev();
    severities
        .filter_map(|severity| {
            let of: Vec<_> = findings
                .iter()
                .filter(|told| told.finding.severity == *severity)
                .collect();
            let mut sets: Vec<DataSet> = of.iter().map(|told| told.finding.data_set).collect();
            sets.sort_unstable();
            sets.dedup();
            let sets: Vec<String> = sets
                .into_iter()
                .map(|set| lower_first(set.in_words(language)))
                .collect();
            let severity = lower_first(severity.in_words(language));
            let values = [("severity", &*severity), ("sets", &*listed(&sets, language))];
            (!of.is_empty()).then(|| p::FOUND.fill(of.len(), language, &values))
        })
        .collect()
}

fn wrong_inputs(dossier: &Dossier<'_>, language: Language) -> Option<String> {
    let wrong: Vec<String> = summary::wrong_inputs(&dossier.check.inputs, dossier.runs)
        .into_iter()
        .map(|input| lower_first(word("input", input, language).unwrap_or(input)))
        .collect();
    let values = [("inputs", &*listed(&wrong, language))];
    (!wrong.is_empty()).then(|| p::WRONG.fill(wrong.len(), language, &values))
}
