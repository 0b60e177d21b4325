//! The documents by which a subject is known, reduced to what does not depend on how they were typed.

use std::ops::RangeInclusive;

use cotejo_domain::{
    checks::{CheckType, InputField, Inputs},
    country::Country,
};

use InputField as F;

/// What identifies a person or the owner of a vehicle, the strongest first.
pub(super) const PERSON: &[InputField] = &[
    F::NationalId,
    F::ForeignId,
    F::Ptp,
    F::Pep,
    F::OwnerDocumentId,
    F::Passport,
    F::DiplomaticId,
    F::NativeNationalId,
    F::BirthCertificate,
    F::DriverLicense,
    F::ProfessionalCard,
    F::TaxId,
];

/// What identifies a company; in a company check a national document is its representative's.
pub(super) const COMPANY: &[InputField] = &[F::TaxId];

/// What identifies a vehicle.
pub(super) const VEHICLE: &[InputField] = &[F::LicensePlate, F::VehicleId];

/// How many characters at the end of an identifier only check it, or name a branch of the same company.
struct CheckCharacters {
    country: Country,
    field: InputField,
    /// Lengths, without separators, at which the characters are there.
    lengths: RangeInclusive<usize>,
    drop: usize,
}

const fn row(
    country: Country,
    field: InputField,
    lengths: RangeInclusive<usize>,
    drop: usize,
) -> CheckCharacters {
    CheckCharacters {
        country,
        field,
        lengths,
        drop,
    }
}

/// Identifiers that are not listed have no check characters.
const CHECK_CHARACTERS: &[CheckCharacters] = &[
    row(Country::Br, F::NationalId, 11..=11, 2),
    row(Country::Br, F::TaxId, 11..=11, 2),
    // The root of a CNPJ is the company; four more name the branch.
    row(Country::Br, F::TaxId, 14..=14, 6),
    row(Country::Br, F::DriverLicense, 11..=11, 2),
    row(Country::Cl, F::NationalId, 2..=9, 1),
    row(Country::Cl, F::ForeignId, 2..=9, 1),
    row(Country::Cl, F::TaxId, 2..=9, 1),
    // A company's NIT has nine digits, a person's is the cédula; either may be written without its digit.
    row(Country::Co, F::TaxId, 10..=11, 1),
    row(Country::Mx, F::NationalId, 18..=18, 1),
    row(Country::Mx, F::TaxId, 12..=13, 1),
    row(Country::Pe, F::NationalId, 9..=9, 1),
    row(Country::Pe, F::TaxId, 11..=11, 1),
];

/// The letters and digits of an identifier without its check characters, upper case; the text itself where it has
/// neither.
pub(super) fn core(country: Country, field: InputField, inputs: &Inputs) -> Option<String> {
    let text = inputs.get(field)?;
    let mut core: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if core.is_empty() {
        return Some(text.to_owned());
    }
    let kind = match (field, inputs.get(F::OwnerDocumentType)) {
        (F::OwnerDocumentId, Some("tax-id")) => F::TaxId,
        (F::OwnerDocumentId, Some("foreign-id")) => F::ForeignId,
        (F::OwnerDocumentId, Some("passport")) => F::Passport,
        (F::OwnerDocumentId, _) => F::NationalId,
        _ => field,
    };
    let drop = CHECK_CHARACTERS
        .iter()
        .find(|row| row.country == country && row.field == kind && row.lengths.contains(&core.len()))
        .map_or(0, |row| row.drop);
    core.truncate(core.len() - drop);
    Some(core)
}

/// The first of these inputs that was given, and its core.
pub(super) fn first_core(
    country: Country,
    fields: &[InputField],
    inputs: &Inputs,
) -> Option<(InputField, String)> {
    fields
        .iter()
        .find_map(|field| Some((*field, core(country, *field, inputs)?)))
}

/// The identifiers of the subject of a check, those of what is checked first.
pub(super) fn identifiers(check_type: CheckType) -> impl Iterator<Item = InputField> {
    let (main, also): (&[_], &[_]) = match check_type {
        CheckType::Person => (PERSON, &[]),
        CheckType::Company => (COMPANY, &[]),
        CheckType::Vehicle => (VEHICLE, PERSON),
    };
    main.iter().chain(also).copied()
}

/// Splits a full name: the last two words are surnames, or the last where there are only two.
pub(super) fn split_name(name: &str) -> (String, String) {
    let words: Vec<&str> = name.split_whitespace().collect();
    let surnames = match words.len() {
        0 | 1 => 0,
        2 => 1,
        _ => 2,
    };
    let (first, last) = words.split_at(words.len() - surnames);
    (first.join(" "), last.join(" "))
}
