//! Inputs to try the sandbox with: for each scenario, and people, vehicles and companies of whom nothing is known.
//!
//! An example is made, then proved: its documents pass the rules of their kinds, it selects its scenario and no
//! other, and a source that can be asked by it shows the scenario. Where that cannot be, there is no example.

use cotejo_domain::{
    checks::{
        Basis, CheckType, DataSet, InputField, Inputs, documents::invalid_documents, required::is_available,
    },
    country::Country,
    sources::{Catalogue, Source},
};

use super::{
    numbers::{self, Bearer, Suffix},
    people::{self, Gender},
    scenarios::{Effect, Scenario, scenario_of},
    seed::{Draw, Seed, Stream},
    words::{self, Language, business},
    world::is_about_vehicle,
};

/// How often an example is tried anew: a CURP may spell a word that is never given out.
const TRIES: u32 = 16;

/// Inputs of a check that lead to a scenario, or `None` where the scenario does not exist for the country and type.
pub fn example(country: Country, check_type: CheckType, scenario: &Scenario) -> Option<Inputs> {
    if !is_available(country, check_type) || !scenario.applies_to.contains(&check_type) {
        return None;
    }
    let suffix = Suffix::of(scenario.suffix)?;
    (0..TRIES).find_map(|attempt| {
        let mut draw = draw(country, check_type, scenario.suffix, attempt);
        let mut inputs = inputs(country, check_type, suffix, &mut draw)?;
        complete(country, scenario, &mut inputs, &mut draw);
        let selected =
            scenario_of(country, check_type, &inputs).is_some_and(|found| found.name == scenario.name);
        let proved = selected && invalid_documents(country, &inputs).is_empty();
        (proved && shows(country, check_type, scenario, &inputs)).then_some(inputs)
    })
}

/// So many subjects of whom nothing but good is known; the same ones whenever they are asked for.
pub fn samples(country: Country, check_type: CheckType, count: u32) -> Vec<Inputs> {
    (0..count)
        .filter_map(|number| sample(country, check_type, number))
        .collect()
}

/// One of them, by its number.
pub(super) fn sample(country: Country, check_type: CheckType, number: u32) -> Option<Inputs> {
    if !is_available(country, check_type) {
        return None;
    }
    (0..TRIES).find_map(|attempt| {
        let place = number.wrapping_mul(TRIES).wrapping_add(attempt);
        let mut draw = draw(country, check_type, "sample", place);
        let suffix = Suffix::neutral(&mut draw);
        let inputs = inputs(country, check_type, suffix, &mut draw)?;
        let neutral = scenario_of(country, check_type, &inputs).is_none();
        (neutral && invalid_documents(country, &inputs).is_empty()).then_some(inputs)
    })
}

fn draw(country: Country, check_type: CheckType, about: &str, number: u32) -> Draw {
    let parts = [country.as_str(), check_type.as_str(), about].map(str::as_bytes);
    Seed::of(&[b"example", parts[0], parts[1], parts[2], &number.to_be_bytes()]).draw(Stream::Numbers)
}

/// What the reference requires, and the names, by which most registries can be asked besides.
fn inputs(country: Country, check_type: CheckType, suffix: Suffix, draw: &mut Draw) -> Option<Inputs> {
    let mut inputs = Inputs::default();
    match check_type {
        CheckType::Person => {
            person(country, suffix, draw, &mut inputs)?;
            if country == Country::Br {
                inputs.set(InputField::Region, "SP");
            }
        }
        CheckType::Company => {
            if country != Country::All {
                inputs.set(InputField::TaxId, numbers::tax_id(country, suffix, draw)?);
            }
            inputs.set(InputField::CompanyName, company_name(country, draw));
        }
        CheckType::Vehicle => {
            inputs.set(InputField::LicensePlate, numbers::plate(country, suffix, draw)?);
            let neutral = Suffix::neutral(draw);
            person(country, neutral, draw, &mut inputs)?;
        }
    }
    Some(inputs)
}

fn person(country: Country, suffix: Suffix, draw: &mut Draw, inputs: &mut Inputs) -> Option<()> {
    let names = words::names(country);
    let gender = if draw.below(2) == 0 {
        Gender::Male
    } else {
        Gender::Female
    };
    let (first_name, last_name) = (
        people::first_name(draw, names, gender),
        people::last_name(draw, names),
    );
    let date_of_birth = numbers::birth_date(country, draw.day(1960, 1999), suffix);
    if country == Country::All {
        inputs.set(InputField::Name, format!("{first_name} {last_name}"));
        return Some(());
    }
    let bearer = Bearer {
        first_name: &first_name,
        last_name: &last_name,
        gender,
        date_of_birth,
    };
    inputs.set(
        InputField::NationalId,
        numbers::national_id(country, &bearer, suffix, draw)?,
    );
    inputs.set(InputField::DateOfBirth, date_of_birth.to_string());
    inputs.set(InputField::FirstName, first_name);
    inputs.set(InputField::LastName, last_name);
    Some(())
}

fn company_name(country: Country, draw: &mut Draw) -> String {
    let line = draw
        .pick(business::LINES)
        .map_or("", |(line, _)| line.text(Language::of(country)));
    format!(
        "{line} {} {}",
        draw.word(business::ROOTS),
        business::legal_form(country)
    )
}

/// Adds what the scenario needs to be seen.
fn complete(country: Country, scenario: &Scenario, inputs: &mut Inputs, draw: &mut Draw) {
    if country == Country::All {
        // Names have no last digits.
        inputs.set(InputField::CustomInput, format!("scenario.{}", scenario.name));
    }
    for effect in scenario.effects {
        match effect {
            Effect::OtherIssueDate => inputs.set(InputField::IssueDate, draw.day(2016, 2021).to_string()),
            Effect::OtherTaxpayer => {
                let suffix = Suffix::neutral(draw);
                inputs.set(
                    InputField::TaxId,
                    numbers::tax_id(country, suffix, draw).unwrap_or_default(),
                );
            }
            _ => {}
        }
    }
}

/// Whether a source of the check would show each kind of thing that the scenario changes, or at least one of them.
fn shows(country: Country, check_type: CheckType, scenario: &Scenario, inputs: &Inputs) -> bool {
    let asked: Vec<&Source> = Catalogue::builtin()
        .consulted(country, check_type)
        .filter(|source| {
            source
                .inputs
                .iter()
                .any(|way| way.iter().all(|field| inputs.has(*field)))
        })
        .collect();
    let any = |data_set: DataSet| asked.iter().any(|source| source.data_sets.contains(&data_set));
    let about_owner = |source: &&&Source, data_set: DataSet, basis: Basis| {
        source.data_sets.contains(&data_set)
            && source.by.contains(&basis)
            && !(data_set == DataSet::CriminalRecord && is_about_vehicle(source))
    };
    let shown = |effect: &Effect| match *effect {
        Effect::Record(data_set, basis, _) => {
            asked.iter().any(|source| about_owner(&source, data_set, basis))
        }
        Effect::Homonyms(data_set, _) => asked
            .iter()
            .any(|source| about_owner(&source, data_set, Basis::Name)),
        Effect::Absent(data_set, _) => any(data_set),
        Effect::Dead | Effect::OtherName | Effect::OtherIssueDate => any(DataSet::PersonalIdentity),
        Effect::OtherTaxpayer => any(DataSet::TaxesAndFinances) && any(DataSet::PersonalIdentity),
        Effect::Stolen => any(DataSet::VehicleInformation),
        Effect::Standing(..) => any(DataSet::BusinessBackground) || any(DataSet::TaxesAndFinances),
        Effect::Certificates => [DataSet::CriminalRecord, DataSet::LegalBackground]
            .into_iter()
            .any(|data_set| {
                asked
                    .iter()
                    .any(|source| about_owner(&source, data_set, Basis::Id))
            }),
        Effect::One(..) | Effect::Most(_) => !asked.is_empty(),
    };
    scenario.effects.is_empty() || scenario.effects.iter().any(shown)
}
