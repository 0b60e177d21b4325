//! Who is screened.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::document::{Class, normalize};
use crate::{
    checks::{CheckType, InputField, Inputs},
    country::Country,
    names::{self, NameKind},
};

/// A person, company or owner of a vehicle as far as a check knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// How the name is compared.
    pub kind: NameKind,
    /// The whole name, where it is known.
    pub name: Option<String>,
    /// The numbers that identify them.
    pub documents: Vec<SubjectDocument>,
    /// Day of birth, `YYYY-MM-DD`.
    pub born: Option<String>,
    /// ISO codes of the countries they are tied to.
    pub countries: Vec<&'static str>,
}

/// A number that identifies a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectDocument {
    /// What it identifies.
    pub class: Class,
    /// ISO code of the country that gave it out, where that is known.
    pub country: Option<&'static str>,
    /// As it was given.
    pub number: String,
}

/// The inputs that identify whom a check is about, and what kind of number each is. Plates and codes identify things.
const DOCUMENTS: &[(InputField, Class)] = &[
    (InputField::NationalId, Class::National),
    (InputField::NativeNationalId, Class::National),
    (InputField::TaxId, Class::Tax),
    (InputField::Passport, Class::Passport),
    (InputField::ForeignId, Class::Other),
    (InputField::Pep, Class::Other),
    (InputField::Ptp, Class::Other),
    (InputField::DiplomaticId, Class::Other),
    (InputField::DriverLicense, Class::Other),
    (InputField::ProfessionalCard, Class::Other),
    (InputField::BirthCertificate, Class::Other),
    (InputField::VehicleId, Class::Other),
];

impl Subject {
    /// Whom a check is about.
    pub fn of(check_type: CheckType, country: Country, inputs: &Inputs) -> Self {
        let here = code(country.as_str());
        let native = inputs.get(InputField::NativeCountry).and_then(code);
        let mut documents: Vec<_> = DOCUMENTS
            .iter()
            .filter_map(|(field, class)| {
                Some(SubjectDocument {
                    class: *class,
                    country: match field {
                        InputField::NativeNationalId => native,
                        // Whose passport it is nobody said.
                        InputField::Passport | InputField::VehicleId => None,
                        _ => here,
                    },
                    number: inputs.get(*field)?.to_owned(),
                })
            })
            .collect();
        if let Some(number) = inputs.get(InputField::OwnerDocumentId) {
            documents.push(SubjectDocument {
                class: match inputs.get(InputField::OwnerDocumentType) {
                    Some("national-id") => Class::National,
                    Some("tax-id") => Class::Tax,
                    Some("passport") => Class::Passport,
                    _ => Class::Other,
                },
                country: here,
                number: number.to_owned(),
            });
        }
        let (kind, name) = match check_type {
            CheckType::Company => (
                NameKind::Org,
                inputs.get(InputField::CompanyName).map(str::to_owned),
            ),
            CheckType::Person | CheckType::Vehicle => (NameKind::Person, inputs.full_name()),
        };
        Self {
            kind,
            name,
            documents,
            born: inputs.get(InputField::DateOfBirth).map(str::to_owned),
            countries: native.into_iter().chain(here).collect(),
        }
    }

    /// Binds what was decided about this subject to this subject: equal as long as name, documents and day of birth are.
    pub fn digest(&self, salt: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(salt).expect("HMAC takes a key of any length");
        let mut part = |text: &str| {
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text.as_bytes());
        };
        part(self.kind.as_str());
        part(&names::fold(self.name.as_deref().unwrap_or_default()));
        part(self.born.as_deref().unwrap_or_default());
        let mut documents: Vec<_> = self
            .documents
            .iter()
            .map(|document| {
                (
                    document.class.as_str(),
                    document.country.unwrap_or_default(),
                    normalize(&document.number),
                )
            })
            .collect();
        documents.sort_unstable();
        for (class, country, number) in documents {
            part(class);
            part(country);
            part(&number);
        }
        mac.finalize().into_bytes().into()
    }
}

fn code(country: &str) -> Option<&'static str> {
    super::country::code(country)
}
