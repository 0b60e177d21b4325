//! How the wire prints what a validation found: of a document, part by part, and of a face.

use std::collections::BTreeMap;

use cotejo_domain::{
    ids::EnrollmentId,
    time::Timestamp,
    validations::{
        Asked, DocumentFindings, FaceFindings, FaceMatch, Method, ReviewState, SubKind, SubResult,
        Validation, review::Review,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use super::CheckLink;

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

pub(super) fn details(
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
