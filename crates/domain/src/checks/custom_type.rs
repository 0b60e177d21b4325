//! Custom types: a client's own kinds of check, each a choice of data sets and what they are worth (reference,
//! `/v1/config`).

use serde::{Deserialize, Serialize};

use super::{
    CheckType, DataSet, InputField, Inputs,
    plan::{Scope, Step, plan},
    weights::{WHOLE, Weights, default_weights},
};
use crate::{
    country::Country,
    fields::{FieldErrors, Fields},
    sources::Catalogue,
};

/// Longest name of a custom type, in characters.
const NAME_LENGTH: usize = 64;

/// How many custom types a client may have: they are listed in one piece.
pub const MOST: i64 = 200;

/// How far the sum of the weights may be from 1.
const TOLERANCE: f64 = 1e-6;

/// What the fields of a weight begin with.
const WEIGHT_PREFIX: &str = "dataset_";

/// A kind of check that a client made. A check keeps the one it was asked for, so that a later change of the type does
/// not change what is being searched, nor what was found worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomType {
    /// Its name: what `type` says in a request, in any case, and in the check, as it was given.
    pub name: String,
    /// The data sets that are searched, and their weights; they sum to [`WHOLE`].
    pub weights: Weights,
}

/// A request for a custom type, or for a change of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCustomType {
    /// Where it can be asked for.
    pub country: Country,
    /// The type.
    pub custom: CustomType,
}

impl NewCustomType {
    /// Reads the fields of POST and PUT `/v1/config`.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let key = TypeKey::read(fields, &mut errors);
        let weights = weights(fields, &mut errors);
        errors.into_result()?;
        match (key, weights) {
            (Some(TypeKey { country, name }), Some(weights)) => Ok(Self {
                country,
                custom: CustomType { name, weights },
            }),
            _ => Err(FieldErrors::one("type", "is required")),
        }
    }
}

/// Which custom type is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeKey {
    /// Where it can be asked for.
    pub country: Country,
    /// Its name, in any case.
    pub name: String,
}

impl TypeKey {
    /// Reads the fields of DELETE `/v1/config`.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let key = Self::read(fields, &mut errors);
        errors.into_result()?;
        key.ok_or_else(|| FieldErrors::one("type", "is required"))
    }

    fn read(fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
        let name = fields.required_text("type", NAME_LENGTH, "is required", errors);
        if name
            .as_deref()
            .is_some_and(|name| name.parse::<CheckType>().is_ok())
        {
            errors.push("type", "person, vehicle and company cannot be changed");
        }
        if fields.get("country").is_none() {
            errors.push("country", "is required");
        }
        let country = fields.one_of("country", COUNTRIES, errors);
        Some(Self {
            country: country?,
            name: name?,
        })
    }
}

/// Where custom types can be made: everywhere but in Costa Rica.
pub const COUNTRIES: &[Country] = &[
    Country::All,
    Country::Br,
    Country::Cl,
    Country::Co,
    Country::Mx,
    Country::Pe,
];

/// The weights of the fields `dataset_…`, made to sum to exactly [`WHOLE`].
fn weights(fields: &Fields, errors: &mut FieldErrors) -> Option<Weights> {
    let before = errors.0.len();
    let mut weights = Weights::new();
    let mut sum = 0.0;
    for (name, _) in fields.iter() {
        let Some(data_set) = name.strip_prefix(WEIGHT_PREFIX) else {
            continue;
        };
        let Ok(data_set) = data_set.parse::<DataSet>() else {
            errors.push(name, "is not a data set");
            continue;
        };
        match fields.get(name).and_then(weight) {
            Some(weight) => {
                sum += weight;
                weights.insert(data_set, millionths(weight));
            }
            None => errors.push(name, "must be a number between 0 and 1"),
        }
    }
    if errors.0.len() > before {
        return None;
    }
    if (sum - 1.0).abs() > TOLERANCE {
        errors.push("weights", "the weights of the data sets must sum to 1");
        return None;
    }
    // What rounding left over goes to the largest, so that a clean check scores 1.
    let rest = WHOLE - weights.values().sum::<i64>();
    if let Some(largest) = weights.values_mut().max() {
        *largest += rest;
    }
    Some(weights)
}

fn weight(text: &str) -> Option<f64> {
    let weight: f64 = text.trim().parse().ok()?;
    (0.0..=1.0).contains(&weight).then_some(weight)
}

#[expect(clippy::cast_possible_truncation, reason = "weights are between 0 and 1")]
fn millionths(weight: f64) -> i64 {
    (weight * 1e6).round() as i64
}

/// What a check of a custom type is about: a vehicle where one is named, a company where nothing but a company is, else
/// a person.
pub fn subject(inputs: &Inputs) -> CheckType {
    let any = |fields: &[InputField]| fields.iter().any(|field| inputs.has(*field));
    if any(&[InputField::LicensePlate, InputField::VehicleId]) {
        CheckType::Vehicle
    } else if any(&[InputField::CompanyName, InputField::TaxId]) && !any(PERSONAL) {
        CheckType::Company
    } else {
        CheckType::Person
    }
}

/// What only a person has.
const PERSONAL: &[InputField] = &[
    InputField::NationalId,
    InputField::ForeignId,
    InputField::Passport,
    InputField::Pep,
    InputField::Ptp,
    InputField::DiplomaticId,
    InputField::BirthCertificate,
    InputField::DriverLicense,
    InputField::NativeNationalId,
    InputField::FirstName,
    InputField::LastName,
    InputField::Name,
];

/// Refuses inputs by which none of the type's sources can be asked: names what the source that comes nearest lacks. A
/// document that is there and fails its own check digits is another matter, and is accepted.
pub fn check_askable(scope: Scope<'_>, inputs: &Inputs, errors: &mut FieldErrors) {
    let steps = plan(Catalogue::builtin(), scope, inputs);
    let lacking = |step: &Step| match step {
        Step::Ask(_) | Step::AskWithFoundName(_) => Vec::new(),
        Step::Skip(fields) => fields
            .iter()
            .copied()
            .filter(|field| !inputs.has(*field))
            .collect(),
    };
    let nearest = steps
        .iter()
        .map(|planned| lacking(&planned.step))
        .min_by_key(Vec::len);
    match nearest {
        None => errors.push("type", "none of its data sets has a source in this country"),
        Some(fields) => {
            for field in fields {
                errors.push(field.as_str(), "is required");
            }
        }
    }
}

/// What a check of this type is worth: the custom type's weights, else the default ones.
pub fn weights_of(scope: Scope<'_>) -> &Weights {
    match scope.custom {
        Some(custom) => &custom.weights,
        None => default_weights(scope.country, scope.check_type),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned());
        }
        fields
    }

    fn wrong(pairs: &[(&str, &str)]) -> Vec<String> {
        let errors = NewCustomType::parse(&fields(pairs)).unwrap_err();
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_type_is_read() {
        let new = NewCustomType::parse(&fields(&[
            ("country", "co"),
            ("type", " Drivers "),
            ("dataset_personal_identity", "0.5"),
            ("dataset_traffic_fines", ".5"),
            ("dataset_alert_in_media", "0"),
        ]))
        .unwrap();
        assert_eq!((new.country, new.custom.name.as_str()), (Country::Co, "Drivers"));
        let expected = Weights::from([
            (DataSet::AlertInMedia, 0),
            (DataSet::PersonalIdentity, 500_000),
            (DataSet::TrafficFines, 500_000),
        ]);
        assert_eq!(new.custom.weights, expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = [("country", "CO"), ("type", "x"), ("dataset_traffic_fines", "1")];
        let with = |at: usize, pair| {
            let mut pairs = good;
            pairs[at] = pair;
            wrong(&pairs)
        };
        assert_eq!(with(0, ("country", "CR")), ["country"]);
        assert_eq!(with(0, ("country", "FR")), ["country"]);
        for builtin in ["person", "Vehicle", "COMPANY"] {
            assert_eq!(with(1, ("type", builtin)), ["type"]);
        }
        for number in ["1.1", "-0.1", "NaN", "inf", "one", "0,5"] {
            assert_eq!(
                with(2, ("dataset_traffic_fines", number)),
                ["dataset_traffic_fines"],
                "{number}"
            );
        }
        assert_eq!(with(2, ("dataset_traffic_fines", "0.99999")), ["weights"]);
        assert_eq!(with(2, ("dataset_gossip", "1")), ["dataset_gossip"]);
        assert_eq!(wrong(&[]), ["type", "country", "weights"]);
        assert_eq!(
            wrong(&[("type", &"x".repeat(65))]),
            ["type", "country", "weights"]
        );
    }

    #[test]
    fn the_subject_is_what_the_inputs_describe() {
        use InputField as F;
        for (given, expected) in [
            (&[F::LicensePlate, F::NationalId][..], CheckType::Vehicle),
            (&[F::TaxId], CheckType::Company),
            (&[F::TaxId, F::NationalId], CheckType::Person),
            (&[F::CompanyName], CheckType::Company),
            (&[F::Name], CheckType::Person),
            (&[], CheckType::Person),
        ] {
            let inputs = given.iter().map(|field| (*field, "1".to_owned())).collect();
            assert_eq!(subject(&inputs), expected, "{given:?}");
        }
    }

    proptest! {
        /// Thirds and sevenths do not sum to 1 in millionths; a clean check must score 1 all the same.
        #[test]
        fn weights_sum_to_exactly_one(parts in prop::collection::vec(1_u32..1000, 1..=DataSet::ALL.len())) {
            let total: u32 = parts.iter().sum();
            let mut fields = fields(&[("country", "CO"), ("type", "x")]);
            for (data_set, part) in DataSet::ALL.iter().zip(&parts) {
                fields.add(&format!("dataset_{data_set}"), (f64::from(*part) / f64::from(total)).to_string());
            }
            let new = NewCustomType::parse(&fields).unwrap();
            prop_assert_eq!(new.custom.weights.values().sum::<i64>(), WHOLE);
            prop_assert!(new.custom.weights.values().all(|weight| (0..=WHOLE).contains(weight)));
        }
    }
}
