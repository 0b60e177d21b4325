//! What one source answers: a finding for each of its data sets, and what it knows of the subject besides.

use cotejo_domain::checks::{
    Basis, CheckType, DataSet, Facts, Finding, InputField, ResultKind, Severity, Table, facts::PersonFacts,
};

use super::{
    cells, certificate, habits,
    scenarios::Effect,
    sheets::{self, Clean, Habit, Sheet, Value},
    words::Phrase,
    world::World,
};
use crate::port::Report;

/// The whole answer of the world's source.
pub(super) fn report(world: &World<'_>) -> Report {
    let mut findings = Vec::new();
    let searched = [Basis::Id, Basis::Name].map(|basis| world.searches(basis).then_some(basis));
    for data_set in world.query.source.data_sets.iter().copied() {
        findings.extend(
            searched
                .into_iter()
                .flatten()
                .map(|basis| finding(world, data_set, basis)),
        );
    }
    let facts = facts(world, &findings);
    let attachments = if world.effects.contains(&Effect::Certificates) {
        certificate::certificates(world, &findings)
    } else {
        Vec::new()
    };
    Report {
        findings,
        facts,
        attachments,
    }
}

/// What a search in one data set came to.
enum Outcome {
    /// Nobody, or nothing.
    NotFound(Severity),
    /// The subject's own entry, with nothing against it or with its state against it, behind another where there are
    /// two.
    Entry(Option<&'static Sheet>, &'static Sheet, Severity),
    /// A statement that nothing is on record.
    Statement(&'static Sheet),
    /// Records, behind the subject's entry where there is one.
    Records(Option<&'static Sheet>, &'static Sheet, Severity),
    /// The records of others.
    Homonyms(&'static Sheet, Severity),
}

fn outcome(world: &World<'_>, habit: &'static Habit, data_set: DataSet, basis: Basis) -> Outcome {
    if let Some(outcome) = world
        .effects
        .iter()
        .find_map(|effect| changed(world, habit, data_set, basis, *effect))
    {
        return outcome;
    }
    // Most people have no profession that the state registers.
    let unlisted =
        data_set == DataSet::ProfessionalBackground && !world.query.inputs.has(InputField::ProfessionalCard);
    if unlisted || is_gone(world, data_set) {
        return Outcome::NotFound(Severity::None);
    }
    match (habit.clean, basis) {
        (Clean::Entry(sheet) | Clean::State(sheet), _) => Outcome::Entry(None, sheet, Severity::None),
        (Clean::Statement(sheet), Basis::Id) => Outcome::Statement(sheet),
        (Clean::Statement(_), Basis::Name) | (Clean::Nothing, _) => Outcome::NotFound(Severity::None),
    }
}

/// What one effect of the scenario makes of the search; `None` where it does not concern it.
fn changed(
    world: &World<'_>,
    habit: &'static Habit,
    data_set: DataSet,
    basis: Basis,
    effect: Effect,
) -> Option<Outcome> {
    let about_vehicle = data_set == DataSet::CriminalRecord && world.is_about_vehicle();
    let entry = match habit.clean {
        Clean::Entry(sheet) => Some(sheet),
        Clean::State(_) | Clean::Statement(_) | Clean::Nothing => None,
    };
    match effect {
        Effect::Record(set, by, severity) if set == data_set && by == basis && !about_vehicle => {
            Some(match habit.clean {
                Clean::State(_) => Outcome::Entry(None, habit.record, severity),
                Clean::Entry(_) | Clean::Statement(_) | Clean::Nothing => {
                    Outcome::Records(entry, habit.record, severity)
                }
            })
        }
        Effect::Homonyms(set, severity) if set == data_set && basis == Basis::Name => {
            Some(Outcome::Homonyms(habit.record, severity))
        }
        Effect::Absent(set, severity) if set == data_set => Some(Outcome::NotFound(severity)),
        Effect::Dead if data_set == DataSet::PersonalIdentity => {
            Some(Outcome::Entry(None, &habits::DEAD, Severity::VeryHigh))
        }
        Effect::Stolen if about_vehicle || data_set == DataSet::VehicleInformation => {
            Some(Outcome::Entry(entry, &habits::STOLEN, Severity::VeryHigh))
        }
        Effect::Standing(_, severity) if is_company_register(data_set) => {
            entry.map(|sheet| Outcome::Entry(None, sheet, severity))
        }
        Effect::Record(..)
        | Effect::Homonyms(..)
        | Effect::Absent(..)
        | Effect::Dead
        | Effect::OtherName
        | Effect::OtherIssueDate
        | Effect::OtherTaxpayer
        | Effect::Stolen
        | Effect::Standing(..)
        | Effect::Certificates
        | Effect::One(..)
        | Effect::Most(_) => None,
    }
}

const fn is_company_register(data_set: DataSet) -> bool {
    matches!(data_set, DataSet::BusinessBackground | DataSet::TaxesAndFinances)
}

/// Whether the subject exists in no registry, so that there is nothing to say about it here either.
fn is_gone(world: &World<'_>, data_set: DataSet) -> bool {
    // The digits of a document say nothing about its holder.
    if data_set == DataSet::DocumentValidation {
        return false;
    }
    let register = match world.query.check_type {
        CheckType::Company => DataSet::BusinessBackground,
        CheckType::Vehicle if world.is_about_vehicle() => DataSet::VehicleInformation,
        CheckType::Person | CheckType::Vehicle => DataSet::PersonalIdentity,
    };
    world
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Absent(set, _) if *set == register))
}

fn finding(world: &World<'_>, data_set: DataSet, basis: Basis) -> Finding {
    let habit = if data_set == DataSet::CriminalRecord && world.is_about_vehicle() {
        &habits::THEFTS
    } else {
        habits::of(data_set, world.query.check_type)
    };
    let outcome = outcome(world, habit, data_set, basis);
    let (result, severity) = match outcome {
        Outcome::NotFound(severity) => (ResultKind::NotFound, severity),
        Outcome::Statement(_) => (ResultKind::Found, Severity::None),
        Outcome::Entry(_, _, severity)
        | Outcome::Records(_, _, severity)
        | Outcome::Homonyms(_, severity) => (ResultKind::Found, severity),
    };
    let (first_name, last_name, company_name) = found_names(world, data_set, result);
    Finding {
        data_set,
        basis,
        result,
        severity,
        first_name,
        last_name,
        company_name,
        tables: tables(world, &outcome, data_set, basis),
        evidence: None,
    }
}

fn tables(world: &World<'_>, outcome: &Outcome, data_set: DataSet, basis: Basis) -> Vec<Table> {
    let head: &[(Phrase, Value)] = match (world.is_about_vehicle(), basis) {
        (true, _) => sheets::BY_PLATE,
        (false, Basis::Id) => sheets::BY_ID,
        (false, Basis::Name) => sheets::BY_NAME,
    };
    // A theft is one and the same, whoever tells of it.
    let told = data_set == DataSet::CriminalRecord && world.is_about_vehicle();
    let own = if told {
        DataSet::VehicleInformation
    } else {
        data_set
    };
    let entry = |sheet, head, severity| cells::table(world, &mut world.entry(own), sheet, head, 1, severity);
    let records = |sheet, head, most, severity| {
        let mut draw = world.records(data_set, basis);
        let rows = draw.between(most / 2, most);
        cells::table(world, &mut draw, sheet, head, rows, severity)
    };
    let with = |first: Option<&'static Sheet>, second| {
        first
            .map(|sheet| entry(sheet, &[], Severity::None))
            .into_iter()
            .chain([second])
            .collect()
    };
    match *outcome {
        // A search without hits must not pay for the subject's seed.
        Outcome::NotFound(_) => Vec::new(),
        Outcome::Entry(first, sheet, severity) => with(first, entry(sheet, &[], severity)),
        Outcome::Statement(sheet) => vec![entry(sheet, head, Severity::None)],
        Outcome::Records(first, sheet, severity) => with(first, records(sheet, head, 2, severity)),
        Outcome::Homonyms(sheet, severity) => vec![records(sheet, sheets::HOMONYM, 4, severity)],
    }
}

/// First name, last name and company as the source spells them.
fn found_names(world: &World<'_>, data_set: DataSet, result: ResultKind) -> (String, String, String) {
    let of_vehicle = matches!(data_set, DataSet::VehicleInformation | DataSet::VehiclePermits)
        || (data_set != DataSet::PersonalIdentity && world.is_about_vehicle());
    match world.query.check_type {
        _ if result != ResultKind::Found => Default::default(),
        CheckType::Company => (
            String::new(),
            String::new(),
            world.company().name.clone().into_owned(),
        ),
        CheckType::Vehicle if of_vehicle => Default::default(),
        CheckType::Person | CheckType::Vehicle => {
            let (first, last) = person_names(world, data_set);
            (first, last, String::new())
        }
    }
}

/// The person's names as a source of this data set knows them.
fn person_names(world: &World<'_>, data_set: DataSet) -> (String, String) {
    let person = world.person();
    if data_set == DataSet::TaxesAndFinances && world.effects.contains(&Effect::OtherTaxpayer) {
        return person.other_name(world.query.country);
    }
    (
        person.first_name.clone().into_owned(),
        person.last_name.clone().into_owned(),
    )
}

fn facts(world: &World<'_>, findings: &[Finding]) -> Facts {
    let mut facts = Facts::default();
    let query = world.query;
    for finding in findings
        .iter()
        .filter(|finding| finding.result == ResultKind::Found)
    {
        match (finding.data_set, query.check_type) {
            (DataSet::PersonalIdentity, CheckType::Person | CheckType::Vehicle) => {
                facts.person = Some(world.person().facts(query.country, query.inputs));
            }
            (
                DataSet::TaxesAndFinances | DataSet::DrivingLicenses,
                CheckType::Person | CheckType::Vehicle,
            ) if facts.person.is_none() && !world.is_about_vehicle() => {
                facts.person = Some(partial(world, finding));
            }
            (set, CheckType::Company) if is_company_register(set) => {
                facts.company = Some(world.company().facts(query.inputs));
            }
            (DataSet::VehicleInformation, CheckType::Vehicle) => {
                facts.vehicle = Some(world.vehicle().facts(world.language, query.inputs));
            }
            (DataSet::VehiclePermits, CheckType::Vehicle) if facts.vehicle.is_none() => {
                facts.vehicle = Some(world.vehicle().permits(world.language, query.inputs));
            }
            _ => {}
        }
    }
    facts
}

/// What registries of taxes and licences know of a person: less than those of identities.
fn partial(world: &World<'_>, finding: &Finding) -> PersonFacts {
    let licence = finding.data_set == DataSet::DrivingLicenses && finding.severity == Severity::None;
    let categories = if licence {
        cells::licence_categories(world)
    } else {
        &[]
    };
    PersonFacts {
        first_name: finding.first_name.clone(),
        last_name: finding.last_name.clone(),
        tax_id: world.query.inputs.get(InputField::TaxId).map(str::to_owned),
        licence_categories: categories.iter().map(|category| (*category).to_owned()).collect(),
        ..PersonFacts::default()
    }
}
