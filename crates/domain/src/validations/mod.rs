//! Validations: whether a person is who they say they are, by document, face, phone or e-mail address.

pub mod account;
pub mod codes;
pub mod config;
pub mod documents;
pub mod enrollment;
pub mod fields;
pub mod outcome;
pub mod pictures;
pub mod places;
pub mod reasons;
pub mod registry;
pub mod request;
pub mod review;
pub mod similarity;
pub mod sub_validation;
pub mod validation;

pub use account::{Account, AccountName};
pub use documents::{DocumentCountry, DocumentKind, DocumentType};
pub use enrollment::{Enrollment, EnrollmentReason, EnrollmentStatus};
pub use fields::{DocumentFields, Field};
pub use outcome::{DocumentFindings, FaceFindings, FaceMatch, Findings, Outcome, ValidationStatus};
pub use reasons::{DeclinedReason, ExpiredReason, FailureStatus};
pub use request::{Asked, Enrolled, NewEnrollment, NewValidation, Validator};
pub use sub_validation::{
    Attachment, AttachmentKind, AttachmentValidation, Method, SubKind, SubResult, SubValidation,
};
pub use validation::{Guess, NoRetry, ReviewState, Slot, Terms, Validation};
