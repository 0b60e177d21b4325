//! What sources know of the subject apart from records: the stuff of the three summaries.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Facts from one source, about whichever kind of subject; absent where the source does not say.
///
/// Empty fields are not stored, so a source that knows nothing costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonFacts>,
    /// The company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyFacts>,
    /// The vehicle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<VehicleFacts>,
}

/// What an identity or tax registry says of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonFacts {
    /// Given names.
    pub first_name: String,
    /// Surnames.
    pub last_name: String,
    /// Day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<NaiveDate>,
    /// Day of death: makes the identity `dead`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub death_date: Option<NaiveDate>,
    /// `male` or `female`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// Day on which the document was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_date: Option<NaiveDate>,
    /// Tax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// Mexico's taxpayer number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rfc: Option<String>,
    /// Mexico's social security number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nss: Option<String>,
    /// Categories of the driving licence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licence_categories: Vec<String>,
}

crate::text_enum! {
    /// Standing of a company in its registry.
    pub enum CompanyStatus {
        /// Active.
        Active = "active",
        /// Cancelled.
        Cancelled = "cancelled",
        /// An old number that was never renewed.
        NotReinscribed = "not_reinscribed",
        /// Suspended.
        Suspended = "suspended",
        /// Declared incapable.
        Incapable = "incapable",
        /// Not in the registry.
        NotFound = "not_found",
        /// In the registry, nothing more is known.
        Found = "found",
    }
}

/// What a company or tax registry says of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyFacts {
    /// Registered name.
    pub name: String,
    /// Its standing.
    pub status: CompanyStatus,
    /// Its tax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
}

/// What a vehicle registry says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    missing_docs,
    reason = "the fields are the vehicle summary's, described in the reference"
)]
pub struct VehicleFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_plate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_doors: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle_category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligatory_insurance_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligatory_insurance_expiration_date: Option<NaiveDate>,
}
