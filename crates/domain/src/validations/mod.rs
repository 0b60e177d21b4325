//! Validations: whether a person is who they say they are, by document, face, phone or e-mail address.

pub mod reasons;
pub mod sub_validation;

pub use reasons::{DeclinedReason, ExpiredReason, FailureStatus};
pub use sub_validation::{
    Attachment, AttachmentKind, AttachmentValidation, Method, SubKind, SubResult, SubValidation,
};
