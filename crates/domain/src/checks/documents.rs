//! Which identifier rule a country applies to which input.

use super::{InputField, Inputs};
use crate::{
    country::Country,
    identifiers::{self, Kind},
};
use InputField as F;

/// The kinds that an input may be in a country; any one of them is enough. Empty where no rule is known.
const fn kinds(country: Country, field: InputField) -> &'static [Kind] {
    match (country, field) {
        (_, F::Imei) => &[Kind::Imei],
        (_, F::VehicleId) => &[Kind::Vin],
        (_, F::Passport) => &[Kind::Passport],
        (Country::Co, F::NationalId) => &[Kind::CoCc, Kind::CoTi],
        (Country::Co, F::ForeignId) => &[Kind::CoCe],
        (Country::Co, F::Pep) => &[Kind::CoPep],
        (Country::Co, F::TaxId) => &[Kind::CoNit],
        (Country::Co, F::LicensePlate) => &[Kind::CoPlate],
        (Country::Cl, F::NationalId | F::ForeignId | F::TaxId) => &[Kind::ClRut],
        (Country::Cl, F::LicensePlate) => &[Kind::ClPlate],
        (Country::Mx, F::NationalId) => &[Kind::MxCurp],
        (Country::Mx, F::TaxId) => &[Kind::MxRfc],
        (Country::Br, F::NationalId) => &[Kind::BrCpf],
        (Country::Br, F::TaxId) => &[Kind::BrCnpj],
        (Country::Br, F::DriverLicense) => &[Kind::BrCnh],
        (Country::Br, F::LicensePlate) => &[Kind::BrPlate],
        (Country::Pe, F::NationalId) => &[Kind::PeDni],
        (Country::Pe, F::ForeignId) => &[Kind::PeCe],
        (Country::Pe, F::TaxId) => &[Kind::PeRuc],
        (Country::Cr, F::NationalId) => &[Kind::CrFisica],
        (Country::Cr, F::ForeignId) => &[Kind::CrDimex],
        (Country::Cr, F::TaxId) => &[Kind::CrJuridica],
        _ => &[],
    }
}

/// The kinds of the vehicle owner's document, by its declared type.
fn owner_kinds(country: Country, inputs: &Inputs) -> &'static [Kind] {
    match inputs.get(F::OwnerDocumentType) {
        Some("national-id") => kinds(country, F::NationalId),
        Some("foreign-id") => kinds(country, F::ForeignId),
        Some("tax-id") => kinds(country, F::TaxId),
        Some("passport") => &[Kind::Passport],
        _ => &[],
    }
}

/// What the rules say about an input: the best verdict among the kinds it may be; `None` where no rule is known.
pub fn examine(country: Country, field: InputField, inputs: &Inputs) -> Option<identifiers::Check> {
    let value = inputs.get(field)?;
    let kinds = if field == F::OwnerDocumentId {
        owner_kinds(country, inputs)
    } else {
        kinds(country, field)
    };
    let mut checks = kinds.iter().map(|kind| identifiers::check(*kind, value));
    let first = checks.next()?;
    Some(if first.is_acceptable() {
        first
    } else {
        checks.find(identifiers::Check::is_acceptable).unwrap_or(first)
    })
}

/// The given inputs that fail their own rules, in the order of the table.
pub fn invalid_documents(country: Country, inputs: &Inputs) -> Vec<InputField> {
    inputs
        .iter()
        .map(|(field, _)| field)
        .filter(|field| examine(country, *field, inputs).is_some_and(|check| !check.is_acceptable()))
        .collect()
}
