//! How the wire prints an enrollment.

use cotejo_domain::{
    ids::EnrollmentId,
    validations::{Enrolled, Enrollment, EnrollmentReason, EnrollmentStatus, Validator},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

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
    pub(in crate::validations) fn of(enrollment: &Enrollment, link: Option<String>) -> Self {
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
