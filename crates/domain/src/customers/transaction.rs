//! A check, validation or process as a transaction of its customer.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Facts, Origin};
use crate::{
    checks::{Check, CheckStatus, CheckType},
    ids::{CheckId, ClientId, FlowId, InvalidId, ProcessId, ValidationId},
    processes::{
        DeclineReason, Ending, FailureStatus as ProcessFailure, Process, ProcessStatus, surroundings::Device,
    },
    time::Timestamp,
    validations::{
        Asked, DocumentType, FailureStatus as ValidationFailure, Outcome, Validation, ValidationStatus,
        Validator, account::Person,
    },
};

crate::text_enum! {
    /// Which product a transaction is of (`source`).
    pub enum Source {
        /// A background check.
        Check = "check",
        /// A process.
        Process = "process",
        /// A validation.
        Validation = "validation",
        /// A conversation.
        EngagementChat = "engagement-chat",
    }
}

crate::text_enum! {
    /// What is done in a transaction (`type`).
    pub enum TransactionType {
        /// A face is validated.
        FaceRecognition = "face-recognition",
        /// An e-mail address is validated.
        EmailVerification = "email-verification",
        /// A phone is validated.
        PhoneVerification = "phone-verification",
        /// A document is validated.
        DocumentValidation = "document-validation",
        /// A company is looked up.
        EnterpriseData = "enterprise-data",
        /// A face is searched among reported ones.
        FaceSearch = "face-search",
        /// A document is signed.
        ElectronicSignature = "electronic-signature",
        /// A person is checked.
        Person = "person",
    }
}

crate::text_enum! {
    /// Where a transaction stands (`status`).
    pub enum TransactionStatus {
        /// The person did not pass.
        Failure = "failure",
        /// The person passed.
        Success = "success",
        /// It is under way.
        Pending = "pending",
        /// A check in the queue.
        NotStarted = "not_started",
        /// A check whose sources are being asked.
        InProgress = "in_progress",
        /// A check that is finished.
        Completed = "completed",
        /// A check whose time was over.
        Expired = "expired",
        /// A check that failed.
        Error = "error",
        /// A check of which a source asked for more time.
        Delayed = "delayed",
        /// A check that was not made.
        Skipped = "skipped",
    }
}

crate::text_enum! {
    /// How a transaction failed (`failure_status`).
    pub enum TransactionFailure {
        /// It was given up.
        Canceled = "canceled",
        /// Its time was over.
        Expired = "expired",
        /// Something here went wrong.
        SystemError = "system_error",
        /// The person did not pass.
        Declined = "declined",
    }
}

crate::text_enum! {
    /// Of what a validation has pictures.
    pub enum Pictures {
        /// Of a person's document.
        Document = "document",
        /// Of an invoice.
        Invoice = "invoice",
        /// Of a face.
        Face = "face",
    }
}

/// The id of a transaction: that of the check, validation or process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionId {
    /// Which product it is of.
    pub source: Source,
    /// The resource.
    pub id: Uuid,
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Source::Check => CheckId(self.id).fmt(f),
            Source::Validation => ValidationId(self.id).fmt(f),
            Source::Process => ProcessId(self.id).fmt(f),
            Source::EngagementChat => write!(f, "CHT{}", self.id.simple()),
        }
    }
}

impl FromStr for TransactionId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let of = |source, id| Self { source, id };
        let check = text.parse().map(|CheckId(id)| of(Source::Check, id));
        let validation = || text.parse().map(|ValidationId(id)| of(Source::Validation, id));
        let process = || text.parse().map(|ProcessId(id)| of(Source::Process, id));
        check.or_else(|_| validation()).or_else(|_| process())
    }
}

/// What a transaction shows besides where it stands (`properties`): personal data.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Properties {
    /// The account, as the client knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// How a process was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_via: Option<String>,
    /// The check that followed the validation of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_check: Option<CheckId>,
    /// The flow of a process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<FlowId>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_version: Option<i32>,
    /// Where it was asked from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Whether anybody has done anything in a process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_used: Option<bool>,
    /// The device that a process was begun on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
}

impl fmt::Debug for Properties {
    /// Names nothing: it may end up in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Properties")
    }
}

/// A check, validation or process of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Whose it is.
    pub client: ClientId,
    /// The resource, and the product that it is of.
    pub id: TransactionId,
    /// What is done; a process does several things.
    pub kind: Option<TransactionType>,
    /// Where it stands, with what people made of it.
    pub status: TransactionStatus,
    /// How it failed, if that is what it counts as.
    pub failure: Option<TransactionFailure>,
    /// Why the person did not pass.
    pub declined: Option<DeclineReason>,
    /// The process that it is a step of.
    pub process: Option<ProcessId>,
    /// Of what it has pictures.
    pub pictures: Option<Pictures>,
    /// What it shows besides.
    pub properties: Properties,
    /// What it says of the person.
    pub facts: Facts,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// How often it has changed.
    pub version: i32,
}

impl Transaction {
    /// A check; none where it is not about a person.
    pub fn of_check(check: &Check) -> Option<Self> {
        (check.check_type == CheckType::Person).then(|| Self {
            client: check.client,
            id: TransactionId {
                source: Source::Check,
                id: check.id.0,
            },
            kind: Some(TransactionType::Person),
            status: match check.status {
                CheckStatus::NotStarted => TransactionStatus::NotStarted,
                CheckStatus::InProgress => TransactionStatus::InProgress,
                CheckStatus::Delayed => TransactionStatus::Delayed,
                CheckStatus::Completed => TransactionStatus::Completed,
                CheckStatus::Error => TransactionStatus::Error,
            },
            failure: None,
            declined: None,
            process: None,
            pictures: None,
            properties: Properties::default(),
            facts: Facts::of_check(check),
            created: check.created,
            updated: check.updated,
            version: check.version,
        })
    }

    /// A validation of an account; `contact` is where its code went.
    pub fn of_validation(validation: &Validation, person: &Person, contact: Option<&str>) -> Self {
        let outcome = validation.outcome;
        Self {
            client: validation.client,
            id: TransactionId {
                source: Source::Validation,
                id: validation.id.0,
            },
            kind: Some(match validation.asked.validator() {
                Validator::DocumentValidation => TransactionType::DocumentValidation,
                Validator::FaceRecognition => TransactionType::FaceRecognition,
                Validator::EmailVerification => TransactionType::EmailVerification,
                Validator::PhoneVerification => TransactionType::PhoneVerification,
                Validator::FaceSearch => TransactionType::FaceSearch,
            }),
            status: match validation.status() {
                ValidationStatus::Pending => TransactionStatus::Pending,
                ValidationStatus::Success => TransactionStatus::Success,
                ValidationStatus::Failure => TransactionStatus::Failure,
            },
            failure: outcome.and_then(Outcome::failure).map(|failure| match failure {
                ValidationFailure::Declined => TransactionFailure::Declined,
                ValidationFailure::Expired => TransactionFailure::Expired,
                ValidationFailure::SystemError => TransactionFailure::SystemError,
            }),
            declined: outcome.and_then(Outcome::declined).map(DeclineReason::Validation),
            process: validation.process,
            pictures: match &validation.asked {
                Asked::Document { kind, .. } if kind.document_type == DocumentType::Invoice => {
                    Some(Pictures::Invoice)
                }
                Asked::Document { .. } => Some(Pictures::Document),
                Asked::Face { .. } | Asked::FaceSearch { .. } => Some(Pictures::Face),
                Asked::Email { .. } | Asked::Phone { .. } => None,
            },
            properties: Properties {
                account_id: Some(validation.account_name.to_string()),
                document_check: validation.findings.check,
                ip_address: known(&validation.ip_address),
                ..Properties::default()
            },
            facts: Facts::of_validation(validation, person, contact),
            created: validation.created,
            updated: validation
                .finished
                .or(validation.started)
                .unwrap_or(validation.created),
            version: validation.version,
        }
    }

    /// A process: an override is what counts, and one that counts as a success did not fail.
    pub fn of_process(process: &Process, person: &Person) -> Self {
        let effective = process.effective();
        let failed = process.ending.filter(|_| effective == ProcessStatus::Failure);
        Self {
            client: process.client,
            id: TransactionId {
                source: Source::Process,
                id: process.id.0,
            },
            kind: None,
            status: match effective {
                ProcessStatus::Pending => TransactionStatus::Pending,
                ProcessStatus::Success => TransactionStatus::Success,
                ProcessStatus::Failure => TransactionStatus::Failure,
            },
            failure: failed.and_then(Ending::failure).map(|failure| match failure {
                ProcessFailure::Declined => TransactionFailure::Declined,
                ProcessFailure::Expired => TransactionFailure::Expired,
                ProcessFailure::SystemError => TransactionFailure::SystemError,
                ProcessFailure::Canceled => TransactionFailure::Canceled,
            }),
            declined: failed.and_then(Ending::declined),
            process: None,
            pictures: None,
            properties: Properties {
                account_id: Some(process.account_name.to_string()),
                created_via: Some(process.via.to_string()),
                document_check: None,
                flow_id: Some(process.flow),
                flow_version: Some(process.flow_version),
                ip_address: known(&process.ip_address),
                is_used: Some(process.is_used()),
                device: process.start.surroundings.device.clone(),
            },
            facts: Facts::of_process(process, person),
            created: process.created,
            updated: process.updated,
            version: process.version,
        }
    }

    /// What a profile says of where its statements come from.
    pub const fn origin(&self) -> Origin {
        Origin {
            at: self.created,
            by: self.id.id,
            version: self.version,
        }
    }
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        checks::{Inputs, Priority},
        country::Country,
    };

    pub fn check() -> Check {
        Check {
            client: ClientId(Uuid::nil()),
            id: CheckId(Uuid::from_u128(7)),
            check_type: CheckType::Person,
            custom: None,
            country: Country::Co,
            status: CheckStatus::Completed,
            priority: Priority::Medium,
            inputs: Inputs::default(),
            billing_hub: None,
            report: None,
            previous: None,
            created: Timestamp::from_nanos(1),
            updated: Timestamp::from_nanos(2),
            started: None,
            delayed_since: None,
            delayed_total_ns: 0,
            version: 3,
        }
    }

    #[test]
    fn only_checks_of_persons_are_transactions() {
        let transaction = Transaction::of_check(&check()).unwrap();
        assert_eq!(
            (transaction.kind, transaction.status, transaction.version),
            (Some(TransactionType::Person), TransactionStatus::Completed, 3)
        );
        for check_type in [CheckType::Vehicle, CheckType::Company] {
            assert!(
                Transaction::of_check(&Check {
                    check_type,
                    ..check()
                })
                .is_none()
            );
        }
    }

    #[test]
    fn a_transaction_has_the_id_of_its_resource() {
        let id = Uuid::from_u128(7);
        for (source, prefix) in [
            (Source::Check, "CHK"),
            (Source::Validation, "VLD"),
            (Source::Process, "IDP"),
        ] {
            let id = TransactionId { source, id };
            assert!(id.to_string().starts_with(prefix));
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert!(
            "CUS00000000000000000000000000000007"
                .parse::<TransactionId>()
                .is_err()
        );
    }
}
