//! Who can find which reason for declining a document: rules of this code, an engine that has to be there, a registry,
//! or only somebody who looks. What nothing finds can still be asked of a sandbox by its scenario.

use crate::validations::DeclinedReason;

crate::text_enum! {
    /// Who finds a reason.
    pub enum Finder {
        /// The rules of this module, from what was read.
        Rule = "rule",
        /// The check of the upload, before anything is read.
        Upload = "upload",
        /// A registry behind a provider.
        Registry = "registry",
        /// A person who looks at the pictures; nothing here measures it.
        Reviewer = "reviewer",
        /// The count of attempts.
        Retries = "retries",
        /// It is about a face, a phone or an address, and found there.
        OtherValidation = "other_validation",
    }
}

/// Who finds that reason. Every reason can be given by a scenario of the sandbox besides.
pub const fn finder(reason: DeclinedReason) -> Finder {
    use DeclinedReason as R;
    match reason {
        R::AgeAboveThreshold
        | R::AgeAboveLimit
        | R::Underage
        | R::BlurryImage
        | R::ImageTextValidationNotPassed
        | R::FaceNotClear
        | R::FaceNotFoundInDocument
        | R::FrontDocumentNotFound
        | R::ReverseDocumentNotFound
        | R::DocumentNotRecognized
        | R::DocumentIsAPhotocopy
        | R::DocumentIsAPhotoOfPhoto
        | R::DataInconsistency
        | R::DocumentHasExpired
        | R::DocumentDoesNotMatchAccountId
        | R::InvalidCurp
        | R::InvalidDocumentNumber
        | R::InvalidIssueDate
        | R::InvalidMrz
        | R::InvalidMrzFormat
        | R::InvalidPostalCode
        | R::InvalidQrContent
        | R::MissingText
        | R::OcrNoTextDetected
        | R::ProductionDataInconsistency
        | R::MissingDateOfBirth
        | R::MissingDocumentNumber
        | R::MissingExpirationDate
        | R::MissingGender
        | R::MissingMrz
        | R::MissingNames
        | R::MissingNationality
        | R::MissingPostalCode
        | R::MissingIssueNumber
        | R::MissingRegistrationNumber
        | R::MissingCpf => Finder::Rule,
        R::EmptyInputFile | R::InvalidImageFormat | R::InvalidOrCorruptedImageFile | R::OcrFailed => {
            Finder::Upload
        }
        R::InvalidDocumentStatus
        | R::GovernmentDatabaseCheckFailed
        | R::DataNotMatchWithGovernmentDatabase
        | R::GovernmentDatabaseUnavailable
        | R::DocumentUnregistered
        | R::IdentityBelongsToDeadPerson
        | R::NationalRegistrarInconsistency => Finder::Registry,
        R::DamagedDocument
        | R::IncompleteDocument
        | R::ImageFaceValidationNotPassed
        | R::ImageAnalysisNotPassed
        | R::FrontSideDocumentIsAPhotocopy
        | R::PossibleFraud
        | R::TracesOfTampering
        | R::PortraitPhotoIsFake
        | R::PortraitPhotoIllegible
        | R::IrregularAlignments
        | R::IrregularFonts
        | R::MissingAccents
        | R::MissingSecurityElements
        | R::PerforationsIllegible
        | R::DateOfBirthDoesNotMatchWithPhoto
        | R::InconsistentDelegateSignature
        | R::InconsistentParentNames
        | R::MissingIssueState
        | R::MissingIssueAgency
        | R::MissingCoatOfArms
        | R::MissingOriginDocument
        | R::MissingLegalInstitutePerforation => Finder::Reviewer,
        R::MaxRetriesReached => Finder::Retries,
        R::FaceNotDetected
        | R::NoFaceDetected
        | R::SimilarityThresholdNotPassed
        | R::LivenessVerificationNotPassed
        | R::PassiveLivenessVerificationNotPassed
        | R::FaceInBlocklist
        | R::RiskyFaceDetected
        | R::RiskSignalDetected
        | R::PhotoOfPhoto
        | R::FraudsterFaceMatchInClientCollection
        | R::UserFaceMatchInClientCollection
        | R::UserFaceMatchInFraudCollection
        | R::FaceValidationFailed
        | R::FileFormatNotSupported
        | R::InvalidFileFormat
        | R::InvalidVideoFile
        | R::EmailNotValidVerdict
        | R::WrongVerificationCode
        | R::PhoneNumberOutOfCoverage => Finder::OtherValidation,
    }
}
