//! What a document says, field by field, as `document_details` prints it: every value is a text
//! (`contract/identity-wire.md` §3.7).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::time::{date_on_the_wire, parse_date};

crate::text_enum! {
    /// A field of a document.
    pub enum Field {
        /// Its number, in its canonical form.
        DocumentNumber = "document_number",
        /// Given names.
        Name = "name",
        /// Surnames.
        LastName = "last_name",
        /// The first surname.
        FirstLastName = "first_last_name",
        /// The second surname.
        SecondLastName = "second_last_name",
        /// `male` or `female`.
        Gender = "gender",
        /// Day of birth.
        DateOfBirth = "date_of_birth",
        /// Place of birth.
        BirthPlace = "birth_place",
        /// Country of nationality.
        Nationality = "nationality",
        /// Day of issue.
        IssueDate = "issue_date",
        /// Day of registration.
        RegistrationDate = "registration_date",
        /// Day of expiry.
        ExpirationDate = "expiration_date",
        /// Place of issue.
        ExpeditionPlace = "expedition_place",
        /// Height in metres.
        Height = "height",
        /// Blood group.
        Rh = "rh",
        /// The machine-readable zone, its lines joined.
        MachineReadable = "machine_readable",
        /// Municipality.
        Municipality = "municipality",
        /// State.
        State = "state",
        /// Electoral section.
        Section = "section",
        /// Street.
        Street = "street",
        /// Neighbourhood.
        Neighborhood = "neighborhood",
        /// Postal code.
        PostalCode = "postal_code",
        /// Where the person lives.
        ResidenceAddress = "residence_address",
        /// The key of a Mexican voter.
        VoterId = "voter_id",
        /// Mexico's CURP.
        Curp = "curp",
        /// The CIC of a Mexican voter's card.
        Cic = "cic",
        /// The citizen's number on a Mexican voter's card.
        CitizenId = "citizen_id",
        /// The OCR number of a Mexican voter's card.
        Ocr = "ocr",
        /// The number of issue.
        IssueNumber = "issue_number",
        /// Brazil's CPF.
        Cpf = "cpf",
        /// The number of registration.
        RegistrationNumber = "registration_number",
        /// The category of a driving licence.
        Category = "category",
    }
}

/// What a document says. Its `Debug` names the fields alone: it may end up in a log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFields(BTreeMap<Field, String>);

impl DocumentFields {
    /// A field; none where it was not read.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// A field that is a day.
    pub fn date(&self, field: Field) -> Option<NaiveDate> {
        parse_date(self.get(field)?)
    }

    /// Notes a field; an empty one is none.
    pub fn set(&mut self, field: Field, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.insert(field, value);
        }
    }

    /// Notes a day.
    pub fn set_date(&mut self, field: Field, date: NaiveDate) {
        self.set(field, date_on_the_wire(date));
    }

    /// Everything that was read.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for DocumentFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
