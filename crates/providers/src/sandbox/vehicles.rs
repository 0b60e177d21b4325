//! Vehicles.

use chrono::{Datelike as _, NaiveDate};
use cotejo_domain::{
    checks::{InputField, Inputs, facts::VehicleFacts},
    country::Country,
    identifiers::{Kind, complete},
};

use super::{
    seed::{Seed, Stream},
    words::{
        Language, Phrase, phrases,
        traffic::{BIKES, COLOURS, MODELS, Model},
    },
};

/// The oldest model year.
const FIRST_YEAR: u16 = 2008;

/// A vehicle as the registries know it.
#[derive(Debug)]
pub(super) struct Vehicle {
    pub(super) model: &'static Model,
    pub(super) year: u16,
    pub(super) colour: Phrase,
    pub(super) service: Phrase,
    /// Until when the compulsory insurance runs, or ran.
    pub(super) insured_until: NaiveDate,
    pub(super) insured: bool,
    pub(super) seed: Seed,
}

impl Vehicle {
    /// The vehicle of this seed. Insurances are renewed every year, so the day depends on when the check was made.
    pub(super) fn of(
        seed: Seed,
        country: Country,
        inputs: &Inputs,
        checked: NaiveDate,
        insured: bool,
    ) -> Self {
        let mut draw = seed.draw(Stream::Vehicle);
        let plate = inputs.get(InputField::LicensePlate).unwrap_or_default();
        let models = if is_motorcycle(country, plate) {
            BIKES
        } else {
            MODELS
        };
        let model = draw.pick(models).unwrap_or(&MODELS[0]);
        let year = FIRST_YEAR + u16::try_from(draw.below(16)).unwrap_or(0);
        let colour = draw.pick(COLOURS).copied().unwrap_or(phrases::COLOUR);
        let service = if draw.below(6) == 0 {
            phrases::PUBLIC
        } else {
            phrases::PRIVATE
        };
        let insured_until = anniversary(draw.day(2001, 2001), checked, insured);
        Self {
            model,
            year,
            colour,
            service,
            insured_until,
            insured,
            seed,
        }
    }

    /// The identification number. Made only where it is shown, because its check digit is found by trying.
    pub(super) fn number(&self, inputs: &Inputs) -> String {
        inputs
            .get(InputField::VehicleId)
            .map_or_else(|| self.identification(), str::to_owned)
    }

    fn identification(&self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
        const YEARS: &[u8] = b"89ABCDEFGHJKLMNP";
        let mut draw = self.seed.draw(Stream::Numbers);
        let (described, plant, serial) = (
            draw.characters(LETTERS, 5),
            draw.characters(LETTERS, 1),
            draw.digits(6),
        );
        let coded = YEARS
            .get(usize::from(self.year.saturating_sub(FIRST_YEAR)))
            .copied()
            .map_or('P', char::from);
        let base = format!("{}{described}0{coded}{plant}{serial}", self.model.world_maker);
        complete(Kind::Vin, &base).unwrap_or(base)
    }

    /// What a vehicle registry says.
    pub(super) fn facts(&self, language: Language, inputs: &Inputs) -> VehicleFacts {
        let body = self.model.body;
        VehicleFacts {
            vehicle_id: Some(self.number(inputs)),
            manufacturer: Some(self.model.make.to_owned()),
            model: Some(self.model.name.to_owned()),
            year: Some(self.year),
            color: Some(self.colour.text(language).to_owned()),
            capacity: Some(body.capacity),
            number_of_doors: Some(body.doors),
            service_type: Some(self.service.text(language).to_owned()),
            vehicle_category: Some(body.category.to_owned()),
            vehicle_type: Some(body.kind.text(language).to_owned()),
            ..self.permits(language, inputs)
        }
    }

    /// The state of the insurance as a registry prints it.
    pub(super) const fn insured_state(&self) -> Phrase {
        if self.insured {
            phrases::IN_FORCE
        } else {
            phrases::EXPIRED
        }
    }

    /// What an insurance registry says.
    pub(super) fn permits(&self, language: Language, inputs: &Inputs) -> VehicleFacts {
        VehicleFacts {
            license_plate: inputs.get(InputField::LicensePlate).map(str::to_owned),
            obligatory_insurance_status: Some(self.insured_state().text(language).to_owned()),
            obligatory_insurance_expiration_date: Some(self.insured_until),
            ..VehicleFacts::default()
        }
    }
}

/// Whether a plate is shaped as only those of motorcycles are.
fn is_motorcycle(country: Country, plate: &str) -> bool {
    let ends_with_letter = plate.trim_end().ends_with(|c: char| c.is_ascii_alphabetic());
    let compact = plate.bytes().filter(u8::is_ascii_alphanumeric).count();
    match country {
        Country::Co => ends_with_letter && compact == 6,
        Country::Pe => ends_with_letter,
        Country::Cl => compact == 5,
        Country::Cr => plate
            .trim_start()
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("mot")),
        Country::Br | Country::Mx | Country::All => false,
    }
}

/// The next such day of the year after `checked`, or the last one that has passed.
fn anniversary(day: NaiveDate, checked: NaiveDate, ahead: bool) -> NaiveDate {
    // 2001 was no leap year, so the day exists in each.
    let this_year = day.with_year(checked.year()).unwrap_or(day);
    let years = match (this_year > checked, ahead) {
        (true, true) => 0,
        (false, true) => 1,
        (true, false) => -1,
        (false, false) => 0,
    };
    this_year
        .with_year(checked.year().saturating_add(years))
        .unwrap_or(this_year)
}
