//! The parts of a document's validation, each with its own result (`contract/identity-wire.md` §3.7).

use serde::{Deserialize, Serialize};

use super::DeclinedReason;

crate::text_enum! {
    /// The methods of a document's validation, as `document_validations` groups them and the config switches them.
    pub enum Method {
        /// The document against itself: text, zone, barcode, dates, numbers.
        DataConsistency = "data_consistency",
        /// The document against its registry.
        GovernmentDatabase = "government_database",
        /// Whether the picture was altered.
        ImageAnalysis = "image_analysis",
        /// Whether it is a photocopy.
        PhotocopyAnalysis = "photocopy_analysis",
        /// Whether it is a picture of a picture.
        PhotoOfPhoto = "photo_of_photo",
        /// What a person said of it.
        ManualReview = "manual_review",
    }
}

crate::text_enum! {
    /// What one of them came to.
    pub enum SubResult {
        /// It is in order.
        Valid = "valid",
        /// It is not.
        Invalid = "invalid",
        /// It could not be carried out, or was not wanted.
        Skipped = "skipped",
    }
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $text:literal, $method:ident, $name:literal;)+) => {
        crate::text_enum! {
            /// What is looked at (`validation_type`).
            pub enum SubKind { $($(#[$meta])* $variant = $text),+ }
        }

        impl SubKind {
            /// The method that it is a part of.
            pub const fn method(self) -> Method {
                match self { $(Self::$variant => Method::$method),+ }
            }

            /// Its name for people (`validation_name`).
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    /// The check digits of the machine-readable zone.
    Mrz = "mrz-validation", DataConsistency, "Validation of mrz";
    /// Whether it is in force.
    ExpirationDate = "expiration-date-validation", DataConsistency, "Validation of expiration date";
    /// Whether it can have been issued then.
    IssueDate = "issue-date-validation", DataConsistency, "Validation of issue date";
    /// The person's age.
    Age = "age-validation", DataConsistency, "Validation of age";
    /// Its number: form, check digits, the same wherever it stands.
    DocumentNumber = "document-number-validation", DataConsistency, "Validation of document number";
    /// The names: the same wherever they stand.
    Names = "names-validation", DataConsistency, "Validation of names";
    /// The date of birth: the same wherever it stands.
    DateOfBirth = "date-of-birth-validation", DataConsistency, "Validation of date of birth";
    /// The CURP: form, check digit, and what it says of the person.
    Curp = "curp-validation", DataConsistency, "Validation of CURP";
    /// What the barcode holds.
    Barcode = "barcode-validation", DataConsistency, "Validation of barcode";
    /// Whether what has to be there is there.
    RequiredData = "required-data-validation", DataConsistency, "Validation of required data";
    /// Whether it is the document that was asked for.
    DocumentType = "document-type-validation", DataConsistency, "Validation of document type";
    /// Whether it is the account's own.
    AccountId = "account-id-validation", DataConsistency, "Validation of account";
    /// The registry's word.
    GovernmentDatabase = "government-database-validation", GovernmentDatabase,
        "Validation of Government Database";
    /// The word of Mexico's electoral institute.
    GovernmentDatabaseIne = "government-database-digital-validation-ine", GovernmentDatabase,
        "Validation of Government Database - INE";
    /// The word of Mexico's population registry.
    GovernmentDatabaseRenapo = "government-database-digital-validation-renapo", GovernmentDatabase,
        "Validation of Government Database - RENAPO";
    /// Whether its security elements are there.
    SecurityElements = "security-elements-validation", ImageAnalysis, "Validation of security elements";
    /// Whether the picture was altered.
    ImageTampering = "image-tampering-validation", ImageAnalysis, "Validation of image tampering";
    /// Whether it is a photocopy.
    Photocopy = "photocopy-validation", PhotocopyAnalysis, "Validation of Photocopy Analysis";
    /// Whether it is a picture of a picture.
    PhotoOfPhoto = "photo-of-photo-validation", PhotoOfPhoto, "Validation of photo of photo";
    /// What a person said of it.
    ManualReview = "manual-review-validation", ManualReview, "Manual review";
}

/// A part of a document's validation and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubValidation {
    /// What was looked at.
    pub kind: SubKind,
    /// What it came to.
    pub result: SubResult,
    /// In words, for people, without personal data.
    pub message: String,
    /// What the validation is declined for where this is the first part that is not in order; none where the result is
    /// only a warning, or is in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeclinedReason>,
}

crate::text_enum! {
    /// Which file of a validation something is about (`attachment_type`).
    pub enum Attachment {
        /// The front of a document.
        DocumentFront = "document-front",
        /// The back of a document.
        DocumentReverse = "document-reverse",
    }
}

crate::text_enum! {
    /// What is looked at in a picture of a document before its content is (`attachment_validations`).
    pub enum AttachmentKind {
        /// Whether the text can be read.
        Ocr = "ocr-validation",
        /// Whether there is a portrait.
        FaceDetection = "face-detection-validation",
        /// Whether the portrait is sharp.
        FaceClarity = "face-clarity-validation",
    }
}

impl AttachmentKind {
    /// Its name for people (`validation_name`).
    pub const fn title(self) -> &'static str {
        match self {
            Self::Ocr => "Validation of document text legibility",
            Self::FaceDetection => "Validation of face detection",
            Self::FaceClarity => "Validation of face clarity",
        }
    }
}

/// Whether a picture of a document is good enough to be read, in one respect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentValidation {
    /// What was looked at.
    pub kind: AttachmentKind,
    /// In which picture.
    pub attachment: Attachment,
    /// What it came to.
    pub result: SubResult,
    /// What the validation is declined for because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeclinedReason>,
}
