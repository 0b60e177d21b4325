//! A validation and its states.
//!
//! It begins `pending` and ends once: by what was found, by a person's word, by its codes, or because its time was over.
//! Where files are wanted it waits for all of them, then for a worker. What a review decides stands beside what was found
//! automatically, which stays.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Asked, DeclinedReason, ExpiredReason, Method, Validator,
    account::AccountName,
    config::{Config, Setting, Switches},
    documents::DocumentType,
    outcome::{Findings, Outcome, ValidationStatus},
};
use crate::{
    ids::{BillingHubId, ClientId, DocumentId, EnrollmentId, ProcessId, ValidationId},
    time::Timestamp,
};

crate::text_enum! {
    /// Which file a validation waits for.
    pub enum Slot {
        /// The front of a document.
        Front = "front",
        /// The back of a document.
        Reverse = "reverse",
        /// A face.
        Face = "face",
    }
}

/// What holds for a validation, as it was configured when it was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Seconds that the person has.
    pub timeout: u32,
    /// Seconds within which a failed one can be tried again.
    pub retry_ttl: u32,
    /// How alike two faces have to be.
    pub threshold: f64,
    /// Whether a person looks at what failed, whatever the document.
    pub manual_review: bool,
    /// Whether the face is searched among the reported ones, too.
    pub face_search: bool,
    /// Whether nobody is to wait for a review outside of the reviewers' hours.
    pub check_review_availability: bool,
    /// The billing hub of whoever asked, which the background check that follows carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_hub: Option<BillingHubId>,
    /// Methods that the block of a flow switches on or off, whatever is configured.
    #[serde(default, skip_serializing_if = "Switches::is_empty")]
    pub methods: Switches,
}

impl Terms {
    /// What holds for what is asked: what the request says, else the config, else the default.
    pub fn of(config: &Config, asked: &Asked, timeout: Option<u32>, check_review_availability: bool) -> Self {
        let validator = asked.validator();
        // A search for a face has no config of its own; it lasts as long as a face.
        let like = match validator {
            Validator::FaceSearch => Validator::FaceRecognition,
            other => other,
        };
        let given = match asked {
            Asked::Face { threshold, .. } => *threshold,
            _ => None,
        };
        Self {
            timeout: timeout.unwrap_or_else(|| config.number(like, Setting::Timeout)),
            retry_ttl: config.number(like, Setting::RetryTtl),
            threshold: given.unwrap_or_else(|| config.ratio(Validator::FaceRecognition, Setting::Threshold)),
            manual_review: config.flag(validator, Setting::UseManualReview),
            face_search: validator == Validator::FaceRecognition
                && config.flag(validator, Setting::IncludeFaceSearch),
            check_review_availability,
            billing_hub: None,
            methods: Switches::new(),
        }
    }
}

/// How often a new validation may be tried again. A face's only with passive liveness (seed 001, Config).
pub fn retries(config: &Config, asked: &Asked) -> u32 {
    match asked {
        Asked::Face { .. } if !asked.wants_liveness() => 0,
        Asked::FaceSearch { .. } => 0,
        _ => config.number(asked.validator(), Setting::AllowedRetries),
    }
}

crate::text_enum! {
    /// Where the review of a validation stands.
    pub enum ReviewState {
        /// Nobody is asked.
        None = "none",
        /// Somebody is asked.
        Pending = "pending",
        /// Somebody said.
        Decided = "decided",
        /// Nobody said in time.
        Expired = "expired",
        /// Nobody was there to be asked.
        Unavailable = "unavailable",
    }
}

/// A validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: ValidationId,
    /// The account, as we know it.
    pub account: Uuid,
    /// The account, as the client does.
    pub account_name: AccountName,
    /// What is validated.
    pub asked: Asked,
    /// What holds for it.
    pub terms: Terms,
    /// The process that it is a step of.
    pub process: Option<ProcessId>,
    /// The enrollment that it goes by.
    pub enrollment: Option<EnrollmentId>,
    /// The one that it tries again.
    pub retry_of: Option<ValidationId>,
    /// How often it may still be tried again.
    pub remaining_retries: u32,
    /// The files that are there.
    pub uploaded: Vec<Slot>,
    /// When its work began.
    pub started: Option<Timestamp>,
    /// What it came to.
    pub outcome: Option<Outcome>,
    /// What it came to before a person said otherwise.
    pub automatic: Option<Outcome>,
    /// Where its review stands.
    pub review: ReviewState,
    /// What was found.
    pub findings: Findings,
    /// The document that was found.
    pub document: Option<DocumentId>,
    /// The address that it was asked from; empty where it is not known.
    pub ip_address: String,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How often it has changed.
    pub version: i32,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It was the right one.
    Right,
    /// It was not, and may be tried again.
    Wrong,
    /// It was not, and that was the last time.
    Last,
}

/// Why a validation cannot be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRetry {
    /// Another account's, or another kind.
    #[error("is a validation of another account or type")]
    Other,
    /// It did not fail.
    #[error("is a validation that has not failed")]
    NotFailed,
    /// Too late.
    #[error("is a validation that failed too long ago to be retried")]
    TooLate,
    /// Too often.
    #[error("is a validation that has no retries left")]
    Exhausted,
}

impl Validation {
    /// Whether it has ended.
    pub const fn is_final(&self) -> bool {
        self.outcome.is_some()
    }

    /// As `validation_status` tells it.
    pub fn status(&self) -> ValidationStatus {
        self.outcome.map_or(ValidationStatus::Pending, Outcome::status)
    }

    /// When the person's time is over.
    pub const fn deadline(&self) -> Timestamp {
        self.created.plus_seconds(self.terms.timeout as i64)
    }

    /// The files that it wants.
    pub fn slots(&self) -> &'static [Slot] {
        match &self.asked {
            Asked::Document { kind, .. } => match kind.supported() {
                Some(supported) if supported.two_sided => &[Slot::Front, Slot::Reverse],
                _ => &[Slot::Front],
            },
            Asked::Face { .. } | Asked::FaceSearch { .. } => &[Slot::Face],
            Asked::Email { .. } | Asked::Phone { .. } => &[],
        }
    }

    /// The files that are missing.
    pub fn missing(&self) -> impl Iterator<Item = Slot> {
        self.slots()
            .iter()
            .copied()
            .filter(|slot| !self.uploaded.contains(slot))
    }

    /// Whether all its files are there, and it wants some.
    pub fn is_ready(&self) -> bool {
        !self.slots().is_empty() && self.missing().next().is_none()
    }

    /// Notes a file. A file that is there, or of a validation that has ended or is over, is not taken: the link is spent.
    pub fn take_file(&mut self, slot: Slot, now: Timestamp) -> bool {
        let open =
            !self.is_final() && now <= self.deadline() && self.missing().any(|missing| missing == slot);
        if open {
            self.uploaded.push(slot);
            self.version += 1;
        }
        open
    }

    /// Notes that its work has begun.
    pub fn start(&mut self, now: Timestamp) {
        self.started.get_or_insert(now);
    }

    /// Ends it. One that has ended stays as it is.
    pub fn end(&mut self, outcome: Outcome, now: Timestamp) -> bool {
        if self.is_final() {
            return false;
        }
        self.outcome = Some(outcome);
        self.finished = Some(now);
        self.version += 1;
        true
    }

    /// Keeps what was found, and ends it unless a person is to look first.
    pub fn found(&mut self, findings: Findings, outcome: Outcome, review: bool, now: Timestamp) -> bool {
        if self.is_final() || self.automatic.is_some() {
            return false;
        }
        self.findings = findings;
        self.automatic = Some(outcome);
        if review {
            self.review = ReviewState::Pending;
            self.version += 1;
            return true;
        }
        self.end(outcome, now)
    }

    /// Ends it by a person's word; what was found stays beside.
    pub fn reviewed(&mut self, outcome: Outcome, now: Timestamp) -> bool {
        let waiting = self.review == ReviewState::Pending && self.end(outcome, now);
        if waiting {
            self.review = ReviewState::Decided;
        }
        waiting
    }

    /// Ends it because its time is over, if it is.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        if self.is_final() || self.review == ReviewState::Pending || now < self.deadline() {
            return false;
        }
        let reason = self.lateness();
        self.end(Outcome::Expired(reason), now)
    }

    /// Ends it because nobody reviewed it in time.
    pub fn expire_review(&mut self, now: Timestamp) -> bool {
        let waiting = self.review == ReviewState::Pending
            && self.end(Outcome::Expired(ExpiredReason::ManualReviewExpired), now);
        if waiting {
            self.review = ReviewState::Expired;
        }
        waiting
    }

    /// What is missing now.
    fn lateness(&self) -> ExpiredReason {
        if self.missing().next().is_some() {
            return ExpiredReason::InputFileNotUploaded;
        }
        if self.started.is_some() && !self.asked.validator().sends_code() {
            return ExpiredReason::PendingValidationMethods;
        }
        match &self.asked {
            Asked::Document { kind, .. } if kind.document_type == DocumentType::Invoice => {
                ExpiredReason::InvoiceValidationNotStarted
            }
            Asked::Document { .. } => ExpiredReason::DocumentValidationNotStarted,
            Asked::Face { .. } | Asked::FaceSearch { .. } => ExpiredReason::FaceValidationNotStarted,
            Asked::Email { .. } if self.started.is_none() => ExpiredReason::EmailValidationNotStarted,
            Asked::Phone { .. } if self.started.is_none() => ExpiredReason::PhoneValidationNotStarted,
            Asked::Email { .. } | Asked::Phone { .. } => ExpiredReason::ValidationNotPerformed,
        }
    }

    /// Counts a code that was entered (ruling on wrong codes).
    pub fn guess(&mut self, right: bool, now: Timestamp) -> Guess {
        if right {
            self.end(Outcome::Success, now);
            return Guess::Right;
        }
        if self.remaining_retries == 0 {
            self.end(Outcome::Declined(DeclinedReason::MaxRetriesReached), now);
            return Guess::Last;
        }
        self.remaining_retries -= 1;
        self.version += 1;
        Guess::Wrong
    }

    /// How often a validation that tries this one again may itself be tried again.
    ///
    /// # Errors
    /// If this one cannot be tried again by that account, for that purpose, now.
    pub fn retried(&self, account: Uuid, validator: Validator, now: Timestamp) -> Result<u32, NoRetry> {
        if self.account != account || self.asked.validator() != validator {
            return Err(NoRetry::Other);
        }
        let failed = self.outcome.is_some_and(|outcome| outcome != Outcome::Success);
        let finished = self.finished.filter(|_| failed).ok_or(NoRetry::NotFailed)?;
        if now > finished.plus_seconds(i64::from(self.terms.retry_ttl)) {
            return Err(NoRetry::TooLate);
        }
        self.remaining_retries.checked_sub(1).ok_or(NoRetry::Exhausted)
    }
}

/// Whether a person is to look at what was found before it counts: only at what was declined, and never where the picture
/// does not even show the document (`contract/identity-wire.md` §4.1).
pub fn wants_review(methods: &[Method], terms: &Terms, outcome: Outcome) -> bool {
    const NEVER: &[DeclinedReason] = &[
        DeclinedReason::FrontDocumentNotFound,
        DeclinedReason::ReverseDocumentNotFound,
        DeclinedReason::DocumentNotRecognized,
        // There is no picture that anybody could look at.
        DeclinedReason::EmptyInputFile,
        DeclinedReason::InvalidImageFormat,
        DeclinedReason::InvalidOrCorruptedImageFile,
        DeclinedReason::FileFormatNotSupported,
        DeclinedReason::InvalidFileFormat,
        DeclinedReason::InvalidVideoFile,
    ];
    let asked = terms.manual_review || methods.contains(&Method::ManualReview);
    asked && outcome.declined().is_some_and(|reason| !NEVER.contains(&reason))
}

#[cfg(test)]
#[path = "validation_tests.rs"]
mod tests;
