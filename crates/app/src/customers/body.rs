//! Customers and their transactions as the wire prints them (seed 001, Customers).

use cotejo_domain::{
    customers::{
        Pictures, Profile, Source, Transaction, TransactionFailure, TransactionStatus, TransactionType,
        profile::Told,
    },
    ids::{CheckId, CustomerId, FlowId},
    processes::{DeclineReason, surroundings::Device},
    time::date_on_the_wire,
    validations::{DocumentCountry, DocumentType, Slot},
};
use cotejo_store::customer_transactions::Brief;
use serde::Serialize;
use utoipa::ToSchema;

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserProfile)]
pub struct CustomerBody {
    /// Day of birth
    #[serde(skip_serializing_if = "Option::is_none")]
    birthday: Option<String>,
    /// Country of origin, lower case
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "co")]
    country: Option<String>,
    /// Link to the front of the newest document
    #[serde(skip_serializing_if = "Option::is_none")]
    document_front_url: Option<String>,
    /// Day on which the document was issued
    #[serde(skip_serializing_if = "Option::is_none")]
    document_issue_date: Option<String>,
    /// Number of the newest document
    #[serde(skip_serializing_if = "Option::is_none")]
    document_number: Option<String>,
    /// Link to the back of the newest document
    #[serde(skip_serializing_if = "Option::is_none")]
    document_reverse_url: Option<String>,
    /// `national-id`, `foreign-id` or `passport`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "national-id")]
    document_type: Option<DocumentType>,
    /// E-mail address
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Link to the newest picture of the face
    #[serde(skip_serializing_if = "Option::is_none")]
    face_image_url: Option<String>,
    /// `male` or `female`
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    /// Customer ID
    #[schema(value_type = String)]
    id: CustomerId,
    /// Link to the newest invoice
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_url: Option<String>,
    /// The newest transactions
    latest_transactions: Vec<BriefBody>,
    /// Whole name
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Phone
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

/// A transaction in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserProfileTransaction)]
pub struct BriefBody {
    /// RFC 3339 with nanoseconds
    date: String,
    /// `check`, `process` or `validation`
    #[schema(value_type = String, example = "check")]
    source: Source,
    /// Where it stands
    #[schema(value_type = String, example = "success")]
    status: TransactionStatus,
    /// ID of the check, process or validation
    transaction_id: String,
    /// What is done; a process does several things
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "document-validation")]
    kind: Option<TransactionType>,
}

impl From<&Brief> for BriefBody {
    fn from(brief: &Brief) -> Self {
        Self {
            date: brief.created.rfc3339_nanos(),
            source: brief.id.source,
            status: brief.status,
            transaction_id: brief.id.to_string(),
            kind: brief.kind,
        }
    }
}

/// A link to a picture: of what, and which side of it.
pub(super) type PictureLink = (Pictures, Slot, String);

impl CustomerBody {
    pub(super) fn of(id: CustomerId, profile: &Profile, latest: &[Brief], pictures: &[PictureLink]) -> Self {
        let picture = |of: Pictures, side: Slot| {
            let found = pictures
                .iter()
                .find(|(pictures, slot, _)| (*pictures, *slot) == (of, side));
            found.map(|(.., link)| link.clone())
        };
        let document = profile.document.as_ref().map(|told| &told.value);
        let text = |told: &Option<Told<String>>| told.as_ref().map(|told| told.value.clone());
        Self {
            birthday: profile.birthday.as_ref().map(|told| date_on_the_wire(told.value)),
            country: document
                .and_then(|document| document.country)
                .map(DocumentCountry::lower),
            document_front_url: picture(Pictures::Document, Slot::Front),
            document_issue_date: document
                .and_then(|document| document.issued)
                .map(date_on_the_wire),
            document_number: document.map(|document| document.number.clone()),
            document_reverse_url: picture(Pictures::Document, Slot::Reverse),
            document_type: document.and_then(|document| document.document_type),
            email: text(&profile.email),
            face_image_url: picture(Pictures::Face, Slot::Face),
            gender: text(&profile.gender),
            id,
            invoice_url: picture(Pictures::Invoice, Slot::Front),
            latest_transactions: latest.iter().map(BriefBody::from).collect(),
            name: text(&profile.name),
            phone: text(&profile.phone),
        }
    }
}

/// A transaction of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserProfileTransactionResponse)]
pub struct TransactionBody {
    /// Account ID
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Why the person did not pass a process or validation
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    declined_reason: Option<DeclineReason>,
    /// The device that a process was begun on, as whoever began it says
    #[schema(value_type = Vec<Object>)]
    devices_info: Vec<Device>,
    /// How a process or validation failed: `canceled`, `expired`, `system_error` or `declined`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    failure_status: Option<TransactionFailure>,
    /// Customer ID
    #[schema(value_type = String)]
    profile_id: CustomerId,
    /// What it shows besides
    properties: PropertiesBody,
    /// `check`, `process` or `validation`
    #[schema(value_type = String, example = "process")]
    source: Source,
    /// Where it stands, with what people made of it
    #[schema(value_type = String, example = "success")]
    status: TransactionStatus,
    /// ID of the check, process or validation
    transaction_id: String,
    /// What is done; a process does several things
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    kind: Option<TransactionType>,
    /// RFC 3339
    update_date: String,
    /// The validations of a process
    validations: Vec<BriefBody>,
}

/// What a transaction shows besides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserProfileTransactionProperties)]
pub struct PropertiesBody {
    /// How a process was begun
    #[serde(skip_serializing_if = "Option::is_none")]
    created_via: Option<String>,
    /// The check that followed the validation of a document
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    document_check_id: Option<CheckId>,
    /// Its path
    #[serde(skip_serializing_if = "Option::is_none")]
    document_check_url: Option<String>,
    /// The flow of a process
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    flow_id: Option<FlowId>,
    /// Its version, a text
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_version: Option<String>,
    /// Where it was asked from
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    /// Whether anybody has done anything in a process: `true` or `false`, a text
    #[serde(skip_serializing_if = "Option::is_none")]
    is_used: Option<String>,
}

impl TransactionBody {
    pub(super) fn of(transaction: &Transaction, customer: CustomerId, steps: &[Brief]) -> Self {
        let properties = transaction.properties.clone();
        Self {
            account_id: properties.account_id,
            creation_date: transaction.created.rfc3339_nanos(),
            declined_reason: transaction.declined,
            devices_info: properties.device.into_iter().collect(),
            failure_status: transaction.failure,
            profile_id: customer,
            properties: PropertiesBody {
                created_via: properties.created_via,
                document_check_id: properties.document_check,
                document_check_url: properties.document_check.map(|id| format!("/v1/checks/{id}")),
                flow_id: properties.flow_id,
                flow_version: properties.flow_version.map(|version| version.to_string()),
                ip_address: properties.ip_address,
                is_used: properties.is_used.map(|used| used.to_string()),
            },
            source: transaction.id.source,
            status: transaction.status,
            transaction_id: transaction.id.to_string(),
            kind: transaction.kind,
            update_date: transaction.updated.rfc3339_seconds(),
            validations: steps.iter().map(BriefBody::from).collect(),
        }
    }
}
