//! The person of a process: what it begins with, and what is known by and by.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::surroundings::Surroundings;
use crate::{
    ids::BillingHubId,
    key_requests::ProcessDocument,
    validations::{DocumentFields, DocumentKind, DocumentType, Field},
};

/// What a process begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The document that is to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<ProcessDocument>,
    /// E-mail addresses, one a block that validates one. Personal data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Phones, one a block that validates one. Personal data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// The billing hub of the token, which what the process causes carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_hub: Option<BillingHubId>,
    /// Where and on what it was begun. Personal data.
    #[serde(default, skip_serializing_if = "Surroundings::is_empty")]
    pub surroundings: Surroundings,
    /// The client's own variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// What is known of the person by now. What the beginning says is not replaced by what a document does (seed 003).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Applicant {
    /// Country of the document.
    pub document_country: Option<String>,
    /// Type of the document.
    pub document_type: Option<String>,
    /// Number of the document.
    pub document_number: Option<String>,
    /// Given names.
    pub first_name: Option<String>,
    /// Surnames.
    pub last_name: Option<String>,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// `male` or `female`.
    pub gender: Option<String>,
    /// Country of nationality.
    pub nationality: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Applicant {
    /// Names nothing: it may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Applicant")
    }
}

impl Applicant {
    /// Adds what a document says where nothing was known.
    pub fn read(&mut self, kind: DocumentKind, fields: &DocumentFields) {
        let add = |known: &mut Option<String>, field| {
            if known.is_none() {
                *known = fields.get(field).map(str::to_owned);
            }
        };
        add(&mut self.first_name, Field::Name);
        add(&mut self.last_name, Field::LastName);
        add(&mut self.gender, Field::Gender);
        add(&mut self.nationality, Field::Nationality);
        self.date_of_birth = self.date_of_birth.or_else(|| fields.date(Field::DateOfBirth));
        // An invoice has a number, too, and is nobody's document.
        if kind.document_type != DocumentType::Invoice && self.document_number.is_none() {
            add(&mut self.document_number, Field::DocumentNumber);
            self.document_country = Some(kind.country.to_string());
            self.document_type = Some(kind.document_type.to_string());
        }
    }
}
