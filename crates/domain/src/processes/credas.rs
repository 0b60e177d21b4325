//! The Credas face of processes: an entity is an account, an entry a process, an id document a validation of a document,
//! and every part has one of eight results (seed 002; ruling on Credas).

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::ledger::{Decision, Stand};
use crate::{
    fields::FieldErrors,
    ids::{Guid, ValidationId},
    validations::{Asked, DocumentKind, DocumentType, Outcome, ReviewState, Validation},
};

/// The part of a face's validation that the liveness is.
pub const LIVENESS: &str = "liveness";

/// Longest reason, in characters.
const LONGEST: usize = 1000;

/// What a part came to, as seed 002 numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredasResult {
    /// Nobody has looked.
    NotPerformed = 0,
    /// It passed by itself.
    AutoPass = 1,
    /// It failed by itself.
    AutoFail = 2,
    /// A person is to look.
    PendingManualCheck = 3,
    /// A person passed it.
    ManualPass = 4,
    /// A person failed it.
    ManualFail = 5,
    /// A person had somebody else look.
    ManualRefer = 6,
    /// The person is asked for it.
    Requested = 7,
}

impl CredasResult {
    /// Every result, by its number.
    pub const ALL: [Self; 8] = [
        Self::NotPerformed,
        Self::AutoPass,
        Self::AutoFail,
        Self::PendingManualCheck,
        Self::ManualPass,
        Self::ManualFail,
        Self::ManualRefer,
        Self::Requested,
    ];

    /// Its number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The result of a number.
    pub fn of_number(number: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|result| u64::from(result.number()) == number)
    }

    /// What it says of the part.
    pub const fn stand(self) -> Stand {
        match self {
            Self::AutoPass | Self::ManualPass => Stand::Pass,
            Self::AutoFail | Self::ManualFail => Stand::Fail,
            Self::NotPerformed | Self::PendingManualCheck | Self::ManualRefer | Self::Requested => {
                Stand::Refer
            }
        }
    }

    /// The word under which the ledger keeps it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotPerformed => "not_performed",
            Self::AutoPass => "auto_pass",
            Self::AutoFail => "auto_fail",
            Self::PendingManualCheck => "pending_manual_check",
            Self::ManualPass => "manual_pass",
            Self::ManualFail => "manual_fail",
            Self::ManualRefer => "manual_refer",
            Self::Requested => "requested",
        }
    }

    /// What a person's word that another face took is here.
    const fn of_stand(stand: Stand) -> Self {
        match stand {
            Stand::Pass => Self::ManualPass,
            Stand::Fail => Self::ManualFail,
            Stand::Refer => Self::ManualRefer,
        }
    }
}

impl Serialize for CredasResult {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

/// What a validation, or a part of it, came to: the newest word of a person, else what was found.
pub fn result_of(validation: &Validation, part: &str, ledger: &[Decision]) -> CredasResult {
    let about = |decision: &&Decision| decision.validation == Some(validation.id) && decision.is_human();
    let mut newest = ledger.iter().rev().filter(about);
    if let Some(decision) = newest.find(|decision| decision.part == part) {
        let kept = CredasResult::ALL
            .into_iter()
            .find(|result| result.word() == decision.reason);
        return kept.unwrap_or(CredasResult::of_stand(decision.stand));
    }
    match validation.outcome {
        // A reviewer's word of the validations API is a person's, too.
        Some(outcome) if validation.review == ReviewState::Decided => match outcome {
            Outcome::Success => CredasResult::ManualPass,
            Outcome::Declined(_) | Outcome::Expired(_) | Outcome::SystemError => CredasResult::ManualFail,
        },
        Some(Outcome::Success) => CredasResult::AutoPass,
        Some(Outcome::Expired(_)) => CredasResult::NotPerformed,
        Some(Outcome::Declined(_) | Outcome::SystemError) => CredasResult::AutoFail,
        None if validation.review == ReviewState::Pending => CredasResult::PendingManualCheck,
        None => CredasResult::Requested,
    }
}

/// What several parts come to together: one that failed is enough, then one that waits.
pub fn overall(results: impl IntoIterator<Item = CredasResult>) -> CredasResult {
    const WORST_FIRST: [CredasResult; 8] = [
        CredasResult::ManualFail,
        CredasResult::AutoFail,
        CredasResult::ManualRefer,
        CredasResult::PendingManualCheck,
        CredasResult::Requested,
        CredasResult::NotPerformed,
        CredasResult::ManualPass,
        CredasResult::AutoPass,
    ];
    let rank = |result: &CredasResult| WORST_FIRST.iter().position(|other| other == result);
    results
        .into_iter()
        .min_by_key(rank)
        .unwrap_or(CredasResult::NotPerformed)
}

/// What a validation is to Credas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// An id document.
    IdDocument(DocumentKind),
    /// A document that says where the person lives, or something else.
    Supporting(DocumentKind),
    /// A face.
    Face,
    /// An address or phone, which Credas does not have.
    Other,
}

/// What a validation is to Credas.
pub const fn piece(validation: &Validation) -> Piece {
    match &validation.asked {
        Asked::Document { kind, .. } => match kind.document_type {
            DocumentType::Invoice | DocumentType::PictureId | DocumentType::Record => {
                Piece::Supporting(*kind)
            }
            _ => Piece::IdDocument(*kind),
        },
        Asked::Face { .. } | Asked::FaceSearch { .. } => Piece::Face,
        Asked::Email { .. } | Asked::Phone { .. } => Piece::Other,
    }
}

/// The number of a kind of document (Credas' list of document types).
pub const fn document_number(document_type: DocumentType) -> u8 {
    match document_type {
        DocumentType::DriverLicense | DocumentType::Cnh => 2,
        DocumentType::ForeignId | DocumentType::Ppt | DocumentType::Pep => 4,
        DocumentType::NationalId
        | DocumentType::IdentityCard
        | DocumentType::TemporaryNationalId
        | DocumentType::GeneralRegistration => 9,
        DocumentType::Passport => 10,
        _ => 0,
    }
}

/// Reads the reason of an override.
///
/// # Errors
/// If there is none, or it is too long.
pub fn reason(body: &Value) -> Result<String, FieldErrors> {
    match body["reason"].as_str().map(str::trim) {
        Some(text) if (1..=LONGEST).contains(&text.chars().count()) => Ok(text.to_owned()),
        _ => Err(FieldErrors::one(
            "reason",
            format!("must be a text of 1 to {LONGEST} characters"),
        )),
    }
}

/// What is said of one supporting document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportingReview {
    /// The document.
    pub id: ValidationId,
    /// What it is to count as.
    pub result: CredasResult,
    /// Why.
    pub comments: String,
}

/// Reads the reviews of supporting documents.
///
/// # Errors
/// Every field that is missing or wrong, named with its place.
pub fn supporting_reviews(body: &Value) -> Result<Vec<SupportingReview>, FieldErrors> {
    let Some(items) = body.as_array().filter(|items| (1..=100).contains(&items.len())) else {
        return Err(FieldErrors::one("body", "must be a list of 1 to 100 reviews"));
    };
    let mut errors = FieldErrors::default();
    let mut reviews = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let id = item["id"].as_str().and_then(|text| text.parse::<Guid>().ok());
        if id.is_none() {
            errors.push(
                &format!("[{place}].id"),
                "must be the id of a supporting document",
            );
        }
        let result = item["result"].as_u64().and_then(CredasResult::of_number);
        if result.is_none() {
            errors.push(&format!("[{place}].result"), "must be a number from 0 to 7");
        }
        let comments = match &item["comments"] {
            Value::Null => String::new(),
            Value::String(text) if text.chars().count() <= LONGEST => text.clone(),
            _ => {
                let expected = format!("must be a text of at most {LONGEST} characters");
                errors.push(&format!("[{place}].comments"), expected);
                String::new()
            }
        };
        let id = id.map_or(Uuid::nil(), |id| id.0);
        reviews.push(SupportingReview {
            id: ValidationId(id),
            result: result.unwrap_or(CredasResult::NotPerformed),
            comments,
        });
    }
    errors.into_result()?;
    Ok(reviews)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_have_the_numbers_of_the_guide() {
        for (number, result) in (0..).zip(CredasResult::ALL) {
            assert_eq!(CredasResult::of_number(number), Some(result));
            assert_eq!(serde_json::to_value(result).unwrap(), json!(number));
        }
        assert_eq!(CredasResult::of_number(8), None);
    }

    #[test]
    fn one_part_that_failed_is_enough() {
        use CredasResult as R;
        for (results, overall_result) in [
            (&[][..], R::NotPerformed),
            (&[R::AutoPass, R::ManualPass], R::ManualPass),
            (&[R::AutoPass, R::AutoFail], R::AutoFail),
            (&[R::ManualRefer, R::AutoPass], R::ManualRefer),
            (&[R::ManualRefer, R::ManualFail], R::ManualFail),
            (&[R::Requested, R::AutoPass], R::Requested),
        ] {
            assert_eq!(overall(results.iter().copied()), overall_result, "{results:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_review_is_named_with_its_place() {
        let id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
        let good = json!([{"id": id, "result": 4, "comments": "fine"}, {"id": id, "result": 0}]);
        assert_eq!(supporting_reviews(&good).unwrap().len(), 2);
        let names = |body: Value| -> Vec<String> {
            let errors = supporting_reviews(&body).unwrap_err();
            errors.0.into_iter().map(|error| error.field).collect()
        };
        assert_eq!(names(json!({})), ["body"]);
        assert_eq!(names(json!([])), ["body"]);
        assert_eq!(
            names(json!([{"id": "x", "result": 8}, {"id": id, "result": "4", "comments": 1}])),
            ["[0].id", "[0].result", "[1].result", "[1].comments"]
        );
        for body in [
            json!({}),
            json!({"reason": " "}),
            json!({"reason": 1}),
            json!(null),
        ] {
            assert!(reason(&body).is_err(), "{body}");
        }
        assert_eq!(reason(&json!({"reason": " fine "})).unwrap(), "fine");
    }
}
