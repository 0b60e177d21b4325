//! Where a reason for declining a document shows: in which of its parts, or in which respect of its pictures.

use super::{AttachmentKind, DeclinedReason, Method, SubKind};

/// Where a reason shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a picture.
    Picture(AttachmentKind),
    /// In a part of the document.
    Part(SubKind),
    /// In a face.
    Face,
    /// In a code, or in what it was sent to.
    Code,
}

impl DeclinedReason {
    /// Where it shows.
    pub const fn place(self) -> Place {
        use AttachmentKind as A;
        use Place::{Code, Face, Part, Picture};
        use SubKind as S;
        match self {
            Self::AgeAboveThreshold | Self::AgeAboveLimit | Self::Underage => Part(S::Age),
            Self::BlurryImage
            | Self::DamagedDocument
            | Self::IncompleteDocument
            | Self::EmptyInputFile
            | Self::InvalidImageFormat
            | Self::InvalidOrCorruptedImageFile
            | Self::ImageTextValidationNotPassed
            | Self::FrontDocumentNotFound
            | Self::ReverseDocumentNotFound
            | Self::OcrFailed
            | Self::OcrNoTextDetected
            | Self::MissingText => Picture(A::Ocr),
            Self::ImageFaceValidationNotPassed | Self::FaceNotDetected | Self::FaceNotFoundInDocument => {
                Picture(A::FaceDetection)
            }
            Self::FaceNotClear | Self::PortraitPhotoIllegible => Picture(A::FaceClarity),
            Self::ImageAnalysisNotPassed | Self::PossibleFraud | Self::TracesOfTampering => {
                Part(S::ImageTampering)
            }
            Self::PortraitPhotoIsFake
            | Self::IrregularAlignments
            | Self::IrregularFonts
            | Self::MissingAccents
            | Self::MissingSecurityElements
            | Self::PerforationsIllegible
            | Self::InconsistentDelegateSignature
            | Self::MissingCoatOfArms
            | Self::MissingLegalInstitutePerforation => Part(S::SecurityElements),
            Self::DocumentIsAPhotoOfPhoto => Part(S::PhotoOfPhoto),
            Self::DocumentIsAPhotocopy | Self::FrontSideDocumentIsAPhotocopy => Part(S::Photocopy),
            Self::DocumentNotRecognized => Part(S::DocumentType),
            Self::DataInconsistency | Self::InconsistentParentNames | Self::ProductionDataInconsistency => {
                Part(S::Names)
            }
            Self::DateOfBirthDoesNotMatchWithPhoto => Part(S::DateOfBirth),
            Self::DocumentHasExpired => Part(S::ExpirationDate),
            Self::DocumentDoesNotMatchAccountId => Part(S::AccountId),
            Self::InvalidCurp => Part(S::Curp),
            Self::InvalidDocumentNumber => Part(S::DocumentNumber),
            Self::InvalidIssueDate => Part(S::IssueDate),
            Self::InvalidMrz | Self::InvalidMrzFormat | Self::MissingMrz => Part(S::Mrz),
            Self::InvalidQrContent => Part(S::Barcode),
            Self::InvalidPostalCode
            | Self::MissingDateOfBirth
            | Self::MissingDocumentNumber
            | Self::MissingExpirationDate
            | Self::MissingGender
            | Self::MissingNames
            | Self::MissingNationality
            | Self::MissingPostalCode
            | Self::MissingIssueNumber
            | Self::MissingIssueState
            | Self::MissingIssueAgency
            | Self::MissingRegistrationNumber
            | Self::MissingCpf
            | Self::MissingOriginDocument => Part(S::RequiredData),
            Self::GovernmentDatabaseCheckFailed
            | Self::DataNotMatchWithGovernmentDatabase
            | Self::GovernmentDatabaseUnavailable
            | Self::DocumentUnregistered
            | Self::IdentityBelongsToDeadPerson
            | Self::NationalRegistrarInconsistency
            | Self::InvalidDocumentStatus => Part(S::GovernmentDatabase),
            Self::NoFaceDetected
            | Self::SimilarityThresholdNotPassed
            | Self::LivenessVerificationNotPassed
            | Self::PassiveLivenessVerificationNotPassed
            | Self::FaceInBlocklist
            | Self::RiskyFaceDetected
            | Self::RiskSignalDetected
            | Self::PhotoOfPhoto
            | Self::FraudsterFaceMatchInClientCollection
            | Self::UserFaceMatchInClientCollection
            | Self::UserFaceMatchInFraudCollection
            | Self::FaceValidationFailed
            | Self::FileFormatNotSupported
            | Self::InvalidFileFormat
            | Self::InvalidVideoFile => Face,
            Self::EmailNotValidVerdict
            | Self::WrongVerificationCode
            | Self::PhoneNumberOutOfCoverage
            | Self::MaxRetriesReached => Code,
        }
    }
}

/// The parts that a method always shows, whatever a document is.
pub const fn usual_parts(method: Method) -> &'static [SubKind] {
    match method {
        Method::DataConsistency => &[
            SubKind::DocumentNumber,
            SubKind::Names,
            SubKind::DateOfBirth,
            SubKind::Age,
            SubKind::ExpirationDate,
        ],
        // What the registries say is theirs.
        Method::GovernmentDatabase | Method::ManualReview => &[],
        Method::ImageAnalysis => &[SubKind::SecurityElements, SubKind::ImageTampering],
        Method::PhotocopyAnalysis => &[SubKind::Photocopy],
        Method::PhotoOfPhoto => &[SubKind::PhotoOfPhoto],
    }
}
