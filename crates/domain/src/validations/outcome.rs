//! What a validation came to, and what it found on the way.

use serde::{Deserialize, Serialize};

use super::fields::DocumentFields;
use super::{
    AttachmentValidation, DeclinedReason, ExpiredReason, FailureStatus, SubKind, SubResult, SubValidation,
};
use crate::ids::CheckId;

crate::text_enum! {
    /// Whether a validation was successful (`validation_status`).
    pub enum ValidationStatus {
        /// It has no outcome yet.
        Pending = "pending",
        /// The person passed.
        Success = "success",
        /// The person did not, or not in time.
        Failure = "failure",
    }
}

/// What a validation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "reason", rename_all = "snake_case")]
pub enum Outcome {
    /// The person passed.
    Success,
    /// The person did not pass.
    Declined(DeclinedReason),
    /// The time was over.
    Expired(ExpiredReason),
    /// Something here went wrong.
    SystemError,
}

impl Outcome {
    /// As `validation_status` tells it.
    pub const fn status(self) -> ValidationStatus {
        match self {
            Self::Success => ValidationStatus::Success,
            Self::Declined(_) | Self::Expired(_) | Self::SystemError => ValidationStatus::Failure,
        }
    }

    /// As `failure_status` tells it.
    pub const fn failure(self) -> Option<FailureStatus> {
        match self {
            Self::Success => None,
            Self::Declined(_) => Some(FailureStatus::Declined),
            Self::Expired(_) => Some(FailureStatus::Expired),
            Self::SystemError => Some(FailureStatus::SystemError),
        }
    }

    /// Why the person was declined.
    pub const fn declined(self) -> Option<DeclinedReason> {
        match self {
            Self::Declined(reason) => Some(reason),
            Self::Success | Self::Expired(_) | Self::SystemError => None,
        }
    }

    /// What was missing in time.
    pub const fn expired(self) -> Option<ExpiredReason> {
        match self {
            Self::Expired(reason) => Some(reason),
            Self::Success | Self::Declined(_) | Self::SystemError => None,
        }
    }
}

/// What was found; empty until the work is done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentFindings>,
    /// Of a face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceFindings>,
    /// The background check that followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckId>,
}

/// What was found on a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentFindings {
    /// What it says.
    pub fields: DocumentFields,
    /// Which version of the document it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether its pictures are good enough.
    pub attachments: Vec<AttachmentValidation>,
    /// Its parts.
    pub parts: Vec<SubValidation>,
}

impl DocumentFindings {
    /// What the findings come to: the first part that is not in order declines.
    pub fn outcome(&self) -> Outcome {
        let pictures = self.attachments.iter().filter_map(|picture| {
            let bad = picture.result == SubResult::Invalid;
            bad.then_some(picture.reason).flatten()
        });
        let parts = self.parts.iter().filter_map(|part| {
            let bad = part.result == SubResult::Invalid && part.kind != SubKind::ManualReview;
            bad.then_some(part.reason).flatten()
        });
        pictures
            .chain(parts)
            .next()
            .map_or(Outcome::Success, Outcome::Declined)
    }
}

/// What was found of a face.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FaceFindings {
    /// Whether it is the enrolled one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similar: Option<bool>,
    /// How alike they are, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Whether it is of a living person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alive: Option<bool>,
    /// Whether it is among the reported ones, and how alike the nearest is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<FaceMatch>,
    /// The person's age as it appears, where an engine tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_range: Option<(u32, u32)>,
    /// How many other accounts of the client have this face: a sign of risk, not a reason.
    #[serde(default)]
    pub other_accounts: u32,
}

/// A face that was found among others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaceMatch {
    /// Whether one of them is near enough.
    pub found: bool,
    /// How alike the nearest is, from 0 to 1.
    pub confidence: f64,
}
