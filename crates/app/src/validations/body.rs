//! Accounts, enrollments and validations as the wire prints them (`contract/identity-wire.md` §3).
//!
//! Strict clients decode them: texts are texts, what is not there is absent and never empty, lists are there although
//! they are empty.

use std::collections::BTreeMap;

use cotejo_domain::{
    ids::{CheckId, DocumentId, EnrollmentId, ProcessId, ValidationId},
    time::{Timestamp, date_on_the_wire},
    validations::{
        Account, AccountName, Asked, AttachmentKind, DeclinedReason, DocumentCountry, DocumentFindings,
        DocumentType, Enrolled, Enrollment, EnrollmentReason, EnrollmentStatus, ExpiredReason, FaceFindings,
        FaceMatch, FailureStatus, Method, Outcome, ReviewState, SubKind, SubResult, Validation,
        ValidationStatus, Validator, review::Review,
    },
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A validation account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountBody {
    /// Account ID, the client's own or one that was given
    account_id: String,
    /// Country, lower case
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Day on which the document was issued
    #[serde(skip_serializing_if = "Option::is_none")]
    document_expedition_date: Option<String>,
    /// What `national_id` is the number of
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    document_type: Option<DocumentType>,
    /// E-mail address
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Facebook username
    #[serde(skip_serializing_if = "Option::is_none")]
    facebook_user: Option<String>,
    /// Given names
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// Surnames
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// Number of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    national_id: Option<String>,
    /// Phone
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    /// Twitter username
    #[serde(skip_serializing_if = "Option::is_none")]
    twitter_user: Option<String>,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        let person = account.person.clone();
        Self {
            account_id: account.name.to_string(),
            country: person.country.map(DocumentCountry::lower),
            creation_date: account.created.rfc3339_nanos(),
            document_expedition_date: person.document_issue_date.map(date_on_the_wire),
            document_type: person.document_type,
            email: person.email,
            facebook_user: person.facebook_user,
            first_name: person.first_name,
            last_name: person.last_name,
            national_id: person.document_number,
            phone_number: person.phone_number,
            twitter_user: person.twitter_user,
        }
    }
}

/// An enrollment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Enrollment)]
pub struct EnrollmentBody {
    /// Account ID
    account_id: String,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Enrollment ID
    #[schema(value_type = String)]
    enrollment_id: EnrollmentId,
    /// Where its picture goes, by one PUT; absent once it is there, or where none is wanted
    #[serde(skip_serializing_if = "Option::is_none")]
    file_upload_link: Option<String>,
    /// What it waits for, or why it failed; absent where it counts
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    reason: Option<EnrollmentReason>,
    /// `pending`, `success` or `failure`
    #[schema(value_type = String)]
    status: EnrollmentStatus,
    /// RFC 3339
    update_date: String,
    /// What it is for
    #[schema(value_type = String, example = "face-recognition")]
    validation_type: Validator,
    /// What is enrolled
    #[schema(value_type = Object)]
    validator_data: Value,
}

impl EnrollmentBody {
    pub(super) fn of(enrollment: &Enrollment, link: Option<String>) -> Self {
        Self {
            account_id: enrollment.account_name.to_string(),
            creation_date: enrollment.created.rfc3339_nanos(),
            enrollment_id: enrollment.id,
            file_upload_link: link,
            // That a code is awaited goes without saying: the vendor prints no reason there.
            reason: enrollment
                .reason
                .filter(|reason| *reason != EnrollmentReason::WaitingValidation),
            status: enrollment.status,
            update_date: enrollment.updated.rfc3339_seconds(),
            validation_type: Enrolled::validator(&enrollment.enrolled),
            validator_data: enrollment.validator_data(),
        }
    }
}

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

/// An account's name as it is printed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct AccountText(String);

impl From<&AccountName> for AccountText {
    fn from(name: &AccountName) -> Self {
        Self(name.to_string())
    }
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

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct DetailsBody {
    /// The background check that followed
    #[serde(skip_serializing_if = "Option::is_none")]
    background_check: Option<CheckLink>,
    /// What the document says; every value is a text
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    document_details: Option<BTreeMap<&'static str, String>>,
    /// The parts of the document's validation, by method
    #[serde(skip_serializing_if = "Option::is_none")]
    document_validations: Option<DocumentValidations>,
    /// What was found of a face
    #[serde(skip_serializing_if = "Option::is_none")]
    face_recognition_validations: Option<FaceBody>,
}

/// The parts of a document's validation, by method.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DocumentValidations {
    data_consistency: Vec<PartBody>,
    government_database: Vec<PartBody>,
    image_analysis: Vec<PartBody>,
    photocopy_analysis: Vec<PartBody>,
    photo_of_photo: Vec<PartBody>,
    manual_review: Vec<PartBody>,
}

impl DocumentValidations {
    const fn of(&mut self, method: Method) -> &mut Vec<PartBody> {
        match method {
            Method::DataConsistency => &mut self.data_consistency,
            Method::GovernmentDatabase => &mut self.government_database,
            Method::ImageAnalysis => &mut self.image_analysis,
            Method::PhotocopyAnalysis => &mut self.photocopy_analysis,
            Method::PhotoOfPhoto => &mut self.photo_of_photo,
            Method::ManualReview => &mut self.manual_review,
        }
    }
}

/// A part of a document's validation.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartBody {
    /// RFC 3339
    created_at: String,
    /// Whether a person said so
    manually_reviewed: bool,
    /// In words
    message: String,
    /// `valid`, `invalid` or `skipped`
    #[schema(value_type = String)]
    result: SubResult,
    /// Its name
    validation_name: &'static str,
    /// What was looked at
    #[schema(value_type = String, example = "mrz-validation")]
    validation_type: SubKind,
}

/// What was found of a face.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaceBody {
    /// The person's age as it appears
    #[serde(skip_serializing_if = "Option::is_none")]
    age_range: Option<AgeRange>,
    /// How alike the faces are, from 0 to 1
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence_score: Option<f64>,
    /// The enrollment that it was compared to
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    enrollment_id: Option<EnrollmentId>,
    /// Whether it is among the reported ones
    #[serde(skip_serializing_if = "Option::is_none")]
    face_search: Option<FaceSearchBody>,
    /// How many other accounts of the client have this face: a sign of risk
    #[serde(skip_serializing_if = "is_zero")]
    matching_accounts: u32,
    /// `success`, `failure`, or `skipped` where no engine tells
    #[serde(skip_serializing_if = "Option::is_none")]
    passive_liveness_status: Option<&'static str>,
    /// `success` or `failure`
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity_status: Option<&'static str>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes what it asks by reference"
)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The person's age as it appears.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeRange {
    /// Not older than
    high: u32,
    /// Not younger than
    low: u32,
}

/// A search among the reported faces.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaceSearchBody {
    /// How alike the nearest is, from 0 to 1
    confidence_score: f64,
    /// `success` where none is near
    status: &'static str,
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

fn details(
    validation: &Validation,
    review: Option<&Review>,
    check: Option<CheckLink>,
) -> Option<DetailsBody> {
    let findings = &validation.findings;
    if findings.document.is_none() && findings.face.is_none() {
        return None;
    }
    let document = findings.document.as_ref();
    Some(DetailsBody {
        background_check: check,
        document_details: document.map(|document| document_details(validation, document)),
        document_validations: document.map(|document| parts(validation, document, review)),
        face_recognition_validations: findings.face.as_ref().map(|face| face_body(validation, face)),
    })
}

fn document_details(validation: &Validation, document: &DocumentFindings) -> BTreeMap<&'static str, String> {
    let mut details: BTreeMap<&'static str, String> = document
        .fields
        .iter()
        .map(|(field, value)| (field.as_str(), value.to_owned()))
        .collect();
    if let Asked::Document { kind, .. } = &validation.asked {
        details.insert("country", kind.country.lower());
        details.insert("document_type", kind.document_type.to_string());
    }
    details.insert("client_id", validation.client.to_string());
    details.insert("creation_date", validation.created.rfc3339_nanos());
    details.insert("mime_type", "image/jpeg".to_owned());
    let done = if validation.is_final() {
        "completed"
    } else {
        "in_progress"
    };
    details.insert("validation_status", done.to_owned());
    if let Some(id) = validation.document {
        details.insert("doc_id", id.to_string());
    }
    if let Some(at) = validation.finished.or(validation.started) {
        details.insert("update_date", at.rfc3339_seconds());
    }
    if let Some(version) = &document.version {
        details.insert("document_version", version.clone());
    }
    details
}

fn parts(
    validation: &Validation,
    document: &DocumentFindings,
    review: Option<&Review>,
) -> DocumentValidations {
    let at = validation.started.unwrap_or(validation.created).rfc3339_seconds();
    let mut parts = DocumentValidations::default();
    for part in &document.parts {
        parts.of(part.kind.method()).push(PartBody {
            created_at: at.clone(),
            manually_reviewed: false,
            message: part.message.clone(),
            result: part.result,
            validation_name: part.kind.title(),
            validation_type: part.kind,
        });
    }
    let by_hand = |result, message: &str, at: Timestamp, manually_reviewed| PartBody {
        created_at: at.rfc3339_seconds(),
        manually_reviewed,
        message: message.to_owned(),
        result,
        validation_name: SubKind::ManualReview.title(),
        validation_type: SubKind::ManualReview,
    };
    if let Some(decision) = review.and_then(|review| review.decision.as_ref()) {
        let (result, message) = match decision.reason {
            None => (SubResult::Valid, "A reviewer approved it".to_owned()),
            Some(reason) => (SubResult::Invalid, format!("A reviewer rejected it: {reason}")),
        };
        parts
            .manual_review
            .push(by_hand(result, &message, decision.at, true));
    } else if validation.review == ReviewState::Unavailable {
        let at = validation.finished.unwrap_or(validation.created);
        let message = "There was no reviewer at that hour";
        parts
            .manual_review
            .push(by_hand(SubResult::Skipped, message, at, false));
    }
    parts
}

fn face_body(validation: &Validation, face: &FaceFindings) -> FaceBody {
    let word = |good: bool| if good { "success" } else { "failure" };
    let liveness = match face.alive {
        Some(alive) => Some(word(alive)),
        None => validation.asked.wants_liveness().then_some("skipped"),
    };
    FaceBody {
        age_range: face.age_range.map(|(low, high)| AgeRange { high, low }),
        confidence_score: face.confidence,
        enrollment_id: validation.enrollment,
        face_search: face
            .reported
            .map(|FaceMatch { found, confidence }| FaceSearchBody {
                confidence_score: confidence,
                status: word(!found),
            }),
        matching_accounts: face.other_accounts,
        passive_liveness_status: liveness,
        similarity_status: face.similar.map(word),
    }
}
