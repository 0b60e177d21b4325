//! One subject as all registries of one client know it.
//!
//! Everything is made when it is first looked at: most sources answer that they have nothing, and an answer like
//! that must not pay for a person's name.

use std::cell::OnceCell;

use cotejo_domain::{
    checks::{Basis, CheckType, DataSet, InputField, facts::CompanyStatus},
    sources::Source,
};

use super::{
    companies::Company,
    documents,
    people::Person,
    scenarios::{Effect, Scenario},
    seed::{Draw, Seed, Stream, key_hash},
    vehicles::Vehicle,
    words::Language,
};
use crate::port::Query;

/// The subject of one question, and what is asked.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) query: Query<'a>,
    /// The language in which the source answers.
    pub(super) language: Language,
    pub(super) effects: &'static [Effect],
    person: OnceCell<Person<'a>>,
    company: OnceCell<Company<'a>>,
    vehicle: OnceCell<Vehicle>,
}

impl<'a> World<'a> {
    pub(super) fn new(query: Query<'a>, scenario: Option<&'static Scenario>) -> Self {
        Self {
            query,
            language: Language::of(query.source.country),
            effects: scenario.map_or(&[], |scenario| scenario.effects),
            person: OnceCell::new(),
            company: OnceCell::new(),
            vehicle: OnceCell::new(),
        }
    }

    /// The person, or the owner of the vehicle.
    pub(super) fn person(&self) -> &Person<'a> {
        self.person.get_or_init(|| {
            let Query { country, inputs, .. } = self.query;
            let core = documents::first_core(country, documents::PERSON, inputs)
                .or_else(|| documents::first_core(country, documents::VEHICLE, inputs));
            let seed = match core {
                Some((_, core)) => self.seed("person", &core),
                None => self.seed("name", &inputs.full_name().unwrap_or_default().to_lowercase()),
            };
            Person::of(seed, country, inputs, self.effects)
        })
    }

    /// The company.
    pub(super) fn company(&self) -> &Company<'a> {
        self.company.get_or_init(|| {
            let Query { country, inputs, .. } = self.query;
            let core = documents::first_core(country, documents::COMPANY, inputs);
            let name = || inputs.get(InputField::CompanyName).map(str::to_lowercase);
            let core = core.map(|(_, core)| core).or_else(name).unwrap_or_default();
            Company::of(self.seed("company", &core), country, inputs, self.standing())
        })
    }

    /// The vehicle.
    pub(super) fn vehicle(&self) -> &Vehicle {
        self.vehicle.get_or_init(|| {
            let Query {
                country,
                inputs,
                created,
                ..
            } = self.query;
            let core = documents::first_core(country, documents::VEHICLE, inputs);
            let seed = self.seed("vehicle", core.as_ref().map_or("", |(_, core)| core));
            Vehicle::of(seed, country, inputs, created.date(), self.insured())
        })
    }

    fn seed(&self, role: &str, core: &str) -> Seed {
        let Query { client, country, .. } = self.query;
        Seed::of(&[
            client.0.as_bytes(),
            country.as_str().as_bytes(),
            role.as_bytes(),
            core.as_bytes(),
        ])
    }

    /// What every register of a data set says of the subject alike.
    pub(super) fn entry(&self, data_set: DataSet) -> Draw {
        let seed = match (self.query.check_type, data_set) {
            (CheckType::Company, _) => self.company().seed,
            (CheckType::Vehicle, DataSet::VehicleInformation | DataSet::VehiclePermits) => {
                self.vehicle().seed
            }
            (CheckType::Person | CheckType::Vehicle, _) => self.person().seed,
        };
        seed.draw(Stream::Entry(data_set))
    }

    /// What this source alone has on record.
    pub(super) fn records(&self, data_set: DataSet, basis: Basis) -> Draw {
        let seed = match self.query.check_type {
            CheckType::Company => self.company().seed,
            CheckType::Person | CheckType::Vehicle => self.person().seed,
        };
        let search = (data_set as u64) << 1 | basis as u64;
        seed.draw(Stream::Records(key_hash(&self.query.source.key) ^ search))
    }

    fn standing(&self) -> CompanyStatus {
        let standing = |effect: &Effect| match effect {
            Effect::Standing(status, _) => Some(*status),
            _ => None,
        };
        self.effects
            .iter()
            .find_map(standing)
            .unwrap_or(CompanyStatus::Active)
    }

    fn insured(&self) -> bool {
        !self
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Record(DataSet::VehiclePermits, ..)))
    }

    /// The number by which this source was asked.
    pub(super) fn document(&self) -> &'a str {
        let Query {
            source,
            check_type,
            inputs,
            ..
        } = self.query;
        let asked = |field: &InputField| source.inputs.iter().flatten().any(|input| input == field);
        let given = || documents::identifiers(check_type).filter(|field| inputs.has(*field));
        given()
            .find(asked)
            .or_else(|| given().next())
            .and_then(|field| inputs.get(field))
            .unwrap_or_default()
    }

    /// How the source searches: by document, by name.
    ///
    /// A source that knows names alone is asked by the name that the registries know, if the caller gave none.
    pub(super) fn searches(&self, basis: Basis) -> bool {
        let Query { source, inputs, .. } = self.query;
        if !source.by.contains(&basis) {
            return false;
        }
        let mut ready = source
            .inputs
            .iter()
            .filter(|way| way.iter().all(|field| inputs.has(*field)))
            .peekable();
        match basis {
            Basis::Id => ready.peek().is_none() || ready.any(|way| !way.iter().all(is_name)),
            Basis::Name => {
                !source.by.contains(&Basis::Id)
                    || (inputs.has(InputField::FirstName) && inputs.has(InputField::LastName))
                    || inputs.has(InputField::Name)
                    || ready.any(|way| way.contains(&InputField::CompanyName))
            }
        }
    }

    /// Whether the source is asked about the vehicle and not about its owner.
    pub(super) fn is_about_vehicle(&self) -> bool {
        is_about_vehicle(self.query.source)
    }
}

const fn is_name(field: &InputField) -> bool {
    matches!(
        field,
        InputField::FirstName | InputField::LastName | InputField::Name | InputField::CompanyName
    )
}

/// Whether a source is asked by nothing but the vehicle's own numbers.
pub(super) fn is_about_vehicle(source: &Source) -> bool {
    let of_vehicle = |way: &Vec<InputField>| way.iter().any(|field| documents::VEHICLE.contains(field));
    !source.inputs.is_empty() && source.inputs.iter().all(of_vehicle)
}
