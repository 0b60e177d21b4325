//! Enrollments: what is known of an account's person before it is validated (seed 001, Enrollments).

use serde_json::{Value, json};
use uuid::Uuid;

use super::{account::AccountName, request::Enrolled};
use crate::{
    ids::{ClientId, EnrollmentId},
    time::Timestamp,
};

crate::text_enum! {
    /// Whether an enrollment counts.
    pub enum EnrollmentStatus {
        /// Not yet.
        Pending = "pending",
        /// It does.
        Success = "success",
        /// It never will.
        Failure = "failure",
    }
}

crate::text_enum! {
    /// What an enrollment waits for, or why it failed.
    pub enum EnrollmentReason {
        /// For its picture.
        WaitingFileUpload = "waiting_file_upload",
        /// For a first validation of the face.
        WaitingFaceValidation = "waiting_face_validation",
        /// For a first validation by code.
        WaitingValidation = "waiting_validation",
        /// There is no face in the picture.
        NoFaceDetected = "no_face_detected",
        /// The face is among the reported ones.
        FaceInBlocklist = "face_in_blocklist",
        /// The file is no picture.
        FileFormatNotSupported = "file_format_not_supported",
    }
}

/// An enrollment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrollment {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: EnrollmentId,
    /// The account, as we know it.
    pub account: Uuid,
    /// The account, as the client does.
    pub account_name: AccountName,
    /// What is enrolled.
    pub enrolled: Enrolled,
    /// Whether it counts.
    pub status: EnrollmentStatus,
    /// What it waits for, or why it failed.
    pub reason: Option<EnrollmentReason>,
    /// When its picture has to be there.
    pub upload_until: Timestamp,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Enrollment {
    /// What an enrollment begins as.
    pub const fn beginning(enrolled: &Enrolled) -> (EnrollmentStatus, Option<EnrollmentReason>) {
        let reason = if enrolled.wants_picture() {
            EnrollmentReason::WaitingFileUpload
        } else {
            EnrollmentReason::WaitingValidation
        };
        (EnrollmentStatus::Pending, Some(reason))
    }

    fn move_to(&mut self, status: EnrollmentStatus, reason: Option<EnrollmentReason>, now: Timestamp) {
        self.status = status;
        self.reason = reason;
        self.updated = now;
    }

    /// Whether its link still takes a picture.
    pub fn waits_for_picture(&self, now: Timestamp) -> bool {
        self.status == EnrollmentStatus::Pending
            && self.reason == Some(EnrollmentReason::WaitingFileUpload)
            && now <= self.upload_until
    }

    /// Its picture is there; nobody has looked at it yet.
    pub fn has_picture(&mut self, now: Timestamp) {
        let awaits_validation = matches!(self.enrolled, Enrolled::Face { unconfirmed: false });
        let reason = awaits_validation.then_some(EnrollmentReason::WaitingFaceValidation);
        self.move_to(EnrollmentStatus::Pending, reason, now);
    }

    /// Its picture shows a face: a reported one counts at once, one without confirmation too, others wait for a first
    /// validation.
    pub fn has_face(&mut self, now: Timestamp) {
        if !matches!(self.enrolled, Enrolled::Face { unconfirmed: false }) {
            self.move_to(EnrollmentStatus::Success, None, now);
        }
    }

    /// Its picture is of no use.
    pub fn fail(&mut self, reason: Option<EnrollmentReason>, now: Timestamp) {
        self.move_to(EnrollmentStatus::Failure, reason, now);
    }

    /// A validation of it was successful.
    pub fn confirm(&mut self, now: Timestamp) {
        if self.status == EnrollmentStatus::Pending {
            self.move_to(EnrollmentStatus::Success, None, now);
        }
    }

    /// Whether a validation can go by it: a face that is known, an address or phone whatever became of it before.
    pub fn is_usable(&self) -> bool {
        match self.status {
            EnrollmentStatus::Success => true,
            EnrollmentStatus::Pending => self.reason != Some(EnrollmentReason::WaitingFileUpload),
            EnrollmentStatus::Failure => false,
        }
    }

    /// What the wire tells of what is enrolled (`validator_data`).
    pub fn validator_data(&self) -> Value {
        match &self.enrolled {
            Enrolled::Face { .. } => json!({}),
            Enrolled::ReportedFace {
                fraud_reason,
                country,
            } => {
                json!({ "fraud_reason": fraud_reason, "country": country })
            }
            Enrolled::Email { email } => json!({ "email": email }),
            Enrolled::Phone {
                phone_number,
                phone_type,
                country,
            } => {
                let mut data = json!({ "phone_number": phone_number, "phone_type": phone_type });
                if let Some(country) = country {
                    data["country"] = json!(country);
                }
                data
            }
        }
    }
}
