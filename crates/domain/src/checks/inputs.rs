//! The inputs of a check: one table that the parser, the catalogue, the fingerprint and the spec all read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How an input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text of at most so many characters.
    Text(usize),
    /// A document, plate or other number: echoed as sent, compared without separators.
    Number,
    /// `YYYY-MM-DD`.
    Date,
    /// One of these, in any case.
    OneOf(&'static [&'static str]),
}

macro_rules! inputs {
    ($($variant:ident = $name:literal, $kind:expr, $doc:literal;)+) => {
        crate::text_enum! {
            /// The inputs that describe the subject of a check (reference, POST /v1/checks).
            pub enum InputField { $(#[doc = $doc] $variant = $name),+ }
        }

        impl InputField {
            /// How the input is read.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => $kind),+ }
            }

            /// What the input means, for people and for the spec.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc),+ }
            }
        }
    };
}

inputs! {
    BirthCertificate = "birth_certificate", Kind::Number, "Person's birth certificate";
    CertificateFolio = "certificate_folio", Kind::Number, "Folio of a Chilean certificate";
    CompanyName = "company_name", Kind::Text(200), "Name of the company";
    CustomInput = "custom_input", Kind::Text(128), "Free text of the client's own, echoed";
    DateOfBirth = "date_of_birth", Kind::Date, "Person's day of birth, YYYY-MM-DD";
    DiplomaticId = "diplomatic_id", Kind::Number, "Diplomatic ID";
    DriverLicense = "driver_license", Kind::Number, "Number of the driving licence";
    Escrow = "escrow", Kind::Number, "Colombian escrow";
    FirstName = "first_name", Kind::Text(100), "Given names; without a document the result may include homonyms";
    ForeignId = "foreign_id", Kind::Number, "Foreigner's ID in the country of the check";
    Gender = "gender", Kind::OneOf(&["male", "female"]), "Person's gender (Mexico, without CURP)";
    Imei = "imei", Kind::Number, "15-digit IMEI";
    IssueDate = "issue_date", Kind::Date, "Day on which the document was issued, YYYY-MM-DD";
    IssueNumber = "issue_number", Kind::Number, "Document number of a Chilean identity card";
    LastName = "last_name", Kind::Text(100), "Surnames; without a document the result may include homonyms";
    LicensePlate = "license_plate", Kind::Number, "Vehicle's plate";
    Name = "name", Kind::Text(200), "Full name, for international checks";
    NationalId = "national_id", Kind::Number, "National ID";
    NativeCountry = "native_country", Kind::OneOf(crate::country::NATIVE_COUNTRIES), "Country of birth; required with native_national_id";
    NativeNationalId = "native_national_id", Kind::Number, "National ID of the country of birth";
    OwnerDocumentId = "owner_document_id", Kind::Number, "Document of the vehicle's owner";
    OwnerDocumentType = "owner_document_type", Kind::OneOf(&["national-id", "foreign-id", "tax-id", "passport"]), "Kind of the owner's document";
    Passport = "passport", Kind::Number, "Passport";
    PaymentDate = "payment_date", Kind::Date, "Day on which the circulation permit was paid (Chile), YYYY-MM-DD";
    Pep = "pep", Kind::Number, "Special permit of Venezuelans in Colombia";
    PhoneNumber = "phone_number", Kind::Text(32), "Person's phone, to which the notice required by law is sent";
    ProfessionalCard = "professional_card", Kind::Number, "Professional card";
    Ptp = "ptp", Kind::Number, "Temporary permit of Venezuelans in Peru; also Colombia's PPT";
    Region = "region", Kind::OneOf(crate::country::BRAZIL_REGIONS), "Brazilian state to search besides the person's own, or ALL";
    StateId = "state_id", Kind::Number, "Brazil's RG, or the Mexican state of birth";
    TaxId = "tax_id", Kind::Number, "Tax number";
    VehicleId = "vehicle_id", Kind::Number, "Vehicle's identification number";
    VerificationCode = "verification_code", Kind::Number, "Verification code of a criminal-record certificate (Peru, Chile)";
}

/// The inputs that were given, as they are echoed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Inputs(BTreeMap<InputField, String>);

impl Inputs {
    /// The value, where it was given; never empty.
    pub fn get(&self, field: InputField) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// Whether the value was given.
    pub fn has(&self, field: InputField) -> bool {
        self.0.contains_key(&field)
    }

    /// Sets a value; an empty one is an absent one.
    pub fn set(&mut self, field: InputField, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.insert(field, value);
        }
    }

    /// The given values in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (InputField, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// The person's full name: `first_name last_name`, or `name`.
    pub fn full_name(&self) -> Option<String> {
        match (self.get(InputField::FirstName), self.get(InputField::LastName)) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            _ => self.get(InputField::Name).map(str::to_owned),
        }
    }
}

impl FromIterator<(InputField, String)> for Inputs {
    fn from_iter<I: IntoIterator<Item = (InputField, String)>>(iter: I) -> Self {
        let mut inputs = Self::default();
        for (field, value) in iter {
            inputs.set(field, value);
        }
        inputs
    }
}
