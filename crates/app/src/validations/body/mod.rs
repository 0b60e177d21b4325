//! Accounts, enrollments and validations as the wire prints them (`contract/identity-wire.md` §3).
//!
//! Strict clients decode them: texts are texts, what is not there is absent and never empty, lists are there although
//! they are empty.

pub mod account;
mod details;
pub mod enrollment;

use cotejo_domain::{
    ids::{CheckId, DocumentId, ProcessId, ValidationId},
    time::Timestamp,
    validations::{
        Asked, AttachmentKind, DeclinedReason, ExpiredReason, FailureStatus, Outcome, ReviewState, SubResult,
        Validation, ValidationStatus, Validator, review::Review,
    },
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use account::AccountText;
use details::{DetailsBody, details};

/// A validation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Validation)]
pub struct ValidationBody {
    /// Account ID
    account_id: AccountText,
    /// Whether the pictures of a document are good enough
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    attachment_status: Option<SubResult>,
    /// In which respects
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_validations: Option<Vec<AttachmentBody>>,
    /// The background check that followed
    #[serde(skip_serializing_if = "Option::is_none")]
    background_check: Option<CheckLink>,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Why the person was declined
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    declined_reason: Option<DeclinedReason>,
    /// What was found
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<DetailsBody>,
    /// Document ID
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    document_id: Option<DocumentId>,
    /// What was missing in time
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    expired_reason: Option<ExpiredReason>,
    /// Link to the picture of the face
    #[serde(skip_serializing_if = "Option::is_none")]
    face_photo: Option<String>,
    /// `declined`, `expired` or `system_error`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    failure_status: Option<FailureStatus>,
    /// Link to the front of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    front_image: Option<String>,
    /// The process that it is a step of
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    identity_process_id: Option<ProcessId>,
    /// Where files go, by one PUT each
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<Instructions>,
    /// The address that it was asked from
    #[serde(skip_serializing_if = "String::is_empty")]
    ip_address: String,
    /// Where its review by a person stands: `pending`, `decided`, `expired` or `unavailable`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    manual_review_status: Option<ReviewState>,
    /// When it ended, RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    processing_finish_date: Option<String>,
    /// When its work began, RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    processing_start_date: Option<String>,
    /// How often it may still be tried again
    remaining_retries: u32,
    /// The validation that it tries again
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    retry_of_id: Option<ValidationId>,
    /// Link to the back of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    reverse_image: Option<String>,
    /// How alike two faces have to be; 0 where there is one, or none
    threshold: f64,
    /// What validates
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "document-validation")]
    validator: Validator,
    /// What the person uploaded
    #[serde(skip_serializing_if = "Option::is_none")]
    user_response: Option<UserResponse>,
    /// Validation ID
    #[schema(value_type = String)]
    validation_id: ValidationId,
    /// What was asked
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    validation_inputs: Option<Value>,
    /// `pending`, `success` or `failure`
    #[schema(value_type = String)]
    validation_status: ValidationStatus,
}

/// Where files go.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
pub struct Instructions {
    /// The picture or video of a face
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_upload_link: Option<String>,
    /// The front of a document
    #[serde(skip_serializing_if = "Option::is_none")]
    pub front_url: Option<String>,
    /// The back of a document; absent where none is wanted
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse_url: Option<String>,
}

/// What the person uploaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserResponse {
    /// Links to the files
    input_files: Vec<String>,
}

/// The background check that followed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckLink {
    /// Background check ID
    #[schema(value_type = String)]
    check_id: CheckId,
    /// Its path
    check_url: String,
}

/// Whether a picture of a document is good enough, in one respect.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentBody {
    /// Which picture
    #[schema(value_type = String, example = "document-front")]
    attachment_type: cotejo_domain::validations::Attachment,
    /// `valid`, `invalid` or `skipped`
    #[schema(value_type = String)]
    result: SubResult,
    /// In words
    validation_name: &'static str,
    /// In which respect
    #[schema(value_type = String, example = "ocr-validation")]
    validation_type: AttachmentKind,
}

/// What a body shows besides the validation itself.
#[derive(Default)]
pub(super) struct Shown<'a> {
    /// Where the missing files go.
    pub instructions: Option<Instructions>,
    /// Links to its pictures, by slot; only with `show_details`.
    pub pictures: Option<Vec<(cotejo_domain::validations::Slot, String)>>,
    /// What a person said of it.
    pub review: Option<&'a Review>,
}

impl ValidationBody {
    pub(super) fn of(validation: &Validation, shown: Shown<'_>) -> Self {
        use cotejo_domain::validations::Slot;
        let outcome = validation.outcome;
        let detailed = shown.pictures.is_some();
        let pictures = shown.pictures.unwrap_or_default();
        let picture = |wanted: Slot| {
            let found = pictures.iter().find(|(slot, _)| *slot == wanted);
            found.map(|(_, link)| link.clone())
        };
        let document = validation.findings.document.as_ref();
        let attachments = document
            .filter(|_| detailed)
            .map(|document| &document.attachments);
        let check = validation.findings.check.map(|check_id| CheckLink {
            check_id,
            check_url: format!("/v1/checks/{check_id}"),
        });
        Self {
            account_id: AccountText::from(&validation.account_name),
            attachment_status: attachments.map(|all| {
                if all.iter().any(|one| one.result == SubResult::Invalid) {
                    SubResult::Invalid
                } else {
                    SubResult::Valid
                }
            }),
            attachment_validations: attachments.map(|all| {
                let body = all.iter().map(|one| AttachmentBody {
                    attachment_type: one.attachment,
                    result: one.result,
                    validation_name: one.kind.title(),
                    validation_type: one.kind,
                });
                body.collect()
            }),
            background_check: check.clone(),
            creation_date: validation.created.rfc3339_nanos(),
            declined_reason: outcome.and_then(Outcome::declined),
            details: details(validation, shown.review, check),
            document_id: validation.document,
            expired_reason: outcome.and_then(Outcome::expired),
            face_photo: picture(Slot::Face),
            failure_status: outcome.and_then(Outcome::failure),
            front_image: picture(Slot::Front),
            identity_process_id: validation.process,
            instructions: shown.instructions,
            ip_address: validation.ip_address.clone(),
            manual_review_status: Some(validation.review).filter(|state| *state != ReviewState::None),
            processing_finish_date: validation.finished.map(Timestamp::rfc3339_seconds),
            processing_start_date: validation.started.map(Timestamp::rfc3339_seconds),
            remaining_retries: validation.remaining_retries,
            retry_of_id: validation.retry_of,
            reverse_image: picture(Slot::Reverse),
            threshold: match validation.asked {
                Asked::Face { .. } => validation.terms.threshold,
                _ => 0.0,
            },
            validator: validation.asked.validator(),
            user_response: detailed.then(|| UserResponse {
                input_files: pictures.iter().map(|(_, link)| link.clone()).collect(),
            }),
            validation_id: validation.id,
            validation_inputs: detailed.then(|| inputs(&validation.asked)),
            validation_status: validation.status(),
        }
    }
}

/// What was asked, as the wire prints it.
fn inputs(asked: &Asked) -> Value {
    match asked {
        Asked::Document { kind, .. } => {
            serde_json::json!({ "country": kind.country, "document_type": kind.document_type })
        }
        Asked::Face { methods, .. } => serde_json::json!({ "subvalidations": methods }),
        Asked::FaceSearch { country } => serde_json::json!({ "country": country }),
        Asked::Email { language } => serde_json::json!({ "language": language }),
        Asked::Phone {
            phone_type,
            locale,
            channel,
        } => serde_json::json!({
            "phone_type": phone_type, "phone_locale": locale, "verify_channel": channel,
        }),
    }
}
