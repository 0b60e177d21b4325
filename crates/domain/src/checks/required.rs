//! Which inputs a check must have, per country, type and kind of person: the reference's table as a table.

use super::{CheckType, InputField, Inputs};
use crate::{country::Country, fields::FieldErrors};
use InputField as F;

/// One way in which a check can be asked for: every group must be there, by any one of its alternatives.
struct Way {
    /// The way applies when one of these is given; a way without is the default.
    when: &'static [InputField],
    /// Groups of alternatives; each alternative is a list of fields.
    required: &'static [&'static [&'static [InputField]]],
}

const NATIONAL: Way = Way {
    when: &[],
    required: &[&[&[F::NationalId]]],
};

/// The ways for a country and type; empty where the reference prints N/A.
///
/// The special ways come first. A foreigner's document that no way names is a document too many, not a way.
const fn ways(country: Country, check_type: CheckType) -> &'static [Way] {
    use CheckType::{Company, Person, Vehicle};
    use Country::{All, Br, Cl, Co, Cr, Mx, Pe};
    match (country, check_type) {
        (Co, Person) => &[
            Way {
                when: &[F::ForeignId, F::Ptp, F::Pep],
                required: &[
                    &[&[F::ForeignId], &[F::Ptp], &[F::Pep]],
                    &[&[F::DateOfBirth]],
                    &[&[F::IssueDate]],
                ],
            },
            NATIONAL,
        ],
        (Cl, Person) => &[
            Way {
                when: &[F::ForeignId],
                required: &[
                    &[&[F::ForeignId]],
                    &[&[F::DateOfBirth]],
                    &[&[F::FirstName]],
                    &[&[F::LastName]],
                    &[&[F::NativeCountry]],
                ],
            },
            NATIONAL,
        ],
        (Mx, Person) => &[
            Way {
                when: &[F::ForeignId],
                required: &[&[&[F::ForeignId]]],
            },
            Way {
                when: &[F::NationalId],
                required: &[],
            },
            Way {
                when: &[F::Gender, F::StateId],
                required: &[
                    &[&[F::FirstName]],
                    &[&[F::LastName]],
                    &[&[F::StateId]],
                    &[&[F::Gender]],
                    &[&[F::DateOfBirth]],
                ],
            },
            NATIONAL,
        ],
        (Br, Person) => &[Way {
            when: &[],
            required: &[&[&[F::NationalId]], &[&[F::DateOfBirth]], &[&[F::Region]]],
        }],
        (Cr, Person) => &[
            Way {
                when: &[F::ForeignId],
                required: &[&[&[F::ForeignId]]],
            },
            NATIONAL,
        ],
        (Pe, Person) => &[
            Way {
                when: &[F::ForeignId, F::Ptp],
                required: &[&[&[F::ForeignId]], &[&[F::PhoneNumber]]],
            },
            Way {
                when: &[],
                required: &[&[&[F::NationalId]], &[&[F::DateOfBirth]]],
            },
        ],
        (All, Person) => &[Way {
            when: &[],
            required: &[&[&[F::Name], &[F::FirstName, F::LastName]]],
        }],
        (Co | Mx | Br, Company) => &[Way {
            when: &[],
            required: &[&[&[F::TaxId]]],
        }],
        (All, Company) => &[Way {
            when: &[],
            required: &[&[&[F::CompanyName]]],
        }],
        (Co, Vehicle) => &[
            Way {
                when: &[F::ForeignId],
                required: &[
                    &[&[F::ForeignId]],
                    &[&[F::LicensePlate], &[F::VehicleId]],
                    &[&[F::IssueDate]],
                ],
            },
            Way {
                when: &[],
                required: &[
                    &[&[F::NationalId], &[F::OwnerDocumentType, F::OwnerDocumentId]],
                    &[&[F::LicensePlate], &[F::VehicleId]],
                ],
            },
        ],
        (Cl, Vehicle) => &[
            Way {
                when: &[F::ForeignId],
                required: &[
                    &[&[F::ForeignId]],
                    &[&[F::FirstName]],
                    &[&[F::LastName]],
                    &[&[F::DateOfBirth]],
                    &[&[F::NativeCountry]],
                    &[&[F::LicensePlate]],
                ],
            },
            Way {
                when: &[],
                required: &[&[&[F::NationalId]], &[&[F::LicensePlate]]],
            },
        ],
        (Mx | Br | Cr, Vehicle) => &[Way {
            when: &[],
            required: &[&[&[F::LicensePlate]]],
        }],
        (Pe, Vehicle) => &[
            Way {
                when: &[F::ForeignId, F::Ptp],
                required: &[&[&[F::ForeignId]], &[&[F::DateOfBirth]], &[&[F::LicensePlate]]],
            },
            Way {
                when: &[],
                required: &[&[&[F::NationalId]], &[&[F::DateOfBirth]], &[&[F::LicensePlate]]],
            },
        ],
        (Cl | Pe | Cr, Company) | (All, Vehicle) => &[],
    }
}

/// Countries and types in which the reference prints N/A for foreigners: `foreign_id` does not apply.
const fn no_foreigners(country: Country, check_type: CheckType) -> bool {
    matches!(
        (country, check_type),
        (Country::Br, CheckType::Person) | (Country::Mx | Country::Br | Country::Cr, CheckType::Vehicle)
    )
}

/// The documents that a person can be asked for by; with none of them two names are enough.
const PERSON_DOCUMENTS: &[InputField] = &[F::NationalId, F::ForeignId, F::Ptp, F::Pep];

/// The inputs that the usual way of asking for a check of this type takes, the first of several alternatives.
pub fn required_fields(country: Country, check_type: CheckType) -> impl Iterator<Item = InputField> {
    let usual = ways(country, check_type).last();
    let groups = usual.into_iter().flat_map(|way| way.required);
    groups
        .filter_map(|group| group.first())
        .flat_map(|fields| fields.iter().copied())
}

/// Whether this country has this type at all.
pub const fn is_available(country: Country, check_type: CheckType) -> bool {
    !ways(country, check_type).is_empty()
}

/// Adds an error for every required input that is missing, and for a combination that the reference excludes.
pub fn check_required(country: Country, check_type: CheckType, inputs: &Inputs, errors: &mut FieldErrors) {
    if !is_available(country, check_type) {
        errors.push(
            "type",
            format!("{check_type} checks are not available in {country}"),
        );
        return;
    }
    if no_foreigners(country, check_type) && inputs.has(F::ForeignId) && !inputs.has(F::NationalId) {
        errors.push(
            "foreign_id",
            format!("{check_type} checks of foreigners are not available in {country}"),
        );
        return;
    }
    if inputs.has(F::NativeNationalId) && !inputs.has(F::NativeCountry) {
        errors.push("native_country", "is required with native_national_id");
    }
    let nameless = !(inputs.has(F::FirstName) && inputs.has(F::LastName));
    let documented = PERSON_DOCUMENTS.iter().any(|field| inputs.has(*field));
    // Names alone are enough everywhere: only the sources that are asked by name then run.
    if check_type == CheckType::Person && !documented && !nameless && country != Country::All {
        return;
    }
    let applies = |way: &&Way| way.when.is_empty() || way.when.iter().any(|field| inputs.has(*field));
    let given_national = inputs.has(F::NationalId);
    let chosen = ways(country, check_type)
        .iter()
        // Who gives a national document is asked as a national, whatever else is given.
        .find(|way| applies(way) && !(given_national && way.when.contains(&F::ForeignId)));
    for group in chosen.iter().flat_map(|way| way.required) {
        let given = |alternative: &&[InputField]| alternative.iter().all(|field| inputs.has(*field));
        if group.iter().any(given) {
            continue;
        }
        // Of several alternatives the one that was begun is named, else the first.
        let nearest = group
            .iter()
            // Of equals the last is the greatest.
            .rev()
            .max_by_key(|alternative| {
                (
                    alternative.iter().filter(|f| inputs.has(**f)).count(),
                    std::cmp::Reverse(alternative.len()),
                )
            })
            .copied()
            .unwrap_or(&[]);
        for field in nearest.iter().filter(|field| !inputs.has(**field)) {
            // What was given and could not be read is named already.
            if errors.0.iter().all(|error| error.field != field.as_str()) {
                errors.push(field.as_str(), "is required");
            }
        }
    }
}
