//! How a process ends, and why (`contract/identity-wire.md` §4.2).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{fields::UnknownValue, validations::DeclinedReason};

crate::text_enum! {
    /// Where a process stands (`status`).
    pub enum ProcessStatus {
        /// It is under way.
        Pending = "pending",
        /// The person passed.
        Success = "success",
        /// The person did not, or not in time.
        Failure = "failure",
    }
}

impl ProcessStatus {
    /// The other side, if it has ended.
    pub const fn opposite(self) -> Option<Self> {
        match self {
            Self::Pending => None,
            Self::Success => Some(Self::Failure),
            Self::Failure => Some(Self::Success),
        }
    }
}

crate::text_enum! {
    /// How a process failed (`failure_status`).
    pub enum FailureStatus {
        /// The person did not pass.
        Declined = "declined",
        /// The time was over.
        Expired = "expired",
        /// Something here went wrong.
        SystemError = "system_error",
        /// The person, or whoever runs it, gave it up.
        Canceled = "canceled",
    }
}

crate::text_enum! {
    /// Why a process declines, besides the reasons of its validations.
    pub enum ProcessReason {
        /// The time was over although a failed step could have been tried again.
        AbandonedWithoutUsingRetries = "abandoned_without_using_retries",
        /// It was given up.
        Canceled = "canceled",
        /// The person does not say where he or she is.
        GeolocationDenied = "geolocation_denied",
        /// Where the person is was not found out.
        GeolocationNotProvided = "geolocation_not_provided",
        /// The person hides where he or she is.
        VpnDetected = "vpn_detected",
        /// There is no picture of the document.
        NoDocumentMediaUploaded = "no_document_media_uploaded",
        /// There is no picture of the face.
        NoFaceMediaUploaded = "no_face_media_uploaded",
        /// The question was not answered.
        NotAnsweredQuestion = "not_answered_question",
        /// The question was answered wrongly too often.
        CustomQuestionMaxRetriesReached = "custom_question_max_retries_reached",
        /// The person came too late.
        ProcessStartedLate = "process_started_late",
        /// The person does not let the camera be used.
        UnwantedCameraPermissions = "unwanted_camera_permissions",
        /// The person wants to do it another time.
        UserProcessPostponed = "user_process_postponed",
        /// The person did not authorise that data are treated.
        DataAuthorizationNotProvided = "data_authorization_not_provided",
        /// Validations failed, and the decider says that this declines.
        ValidationsFailed = "validations_failed",
        /// Nothing is left to pay signatures with.
        NotEnoughCreditsInElectronicSignature = "not_enough_credits_in_electronic_signature",
        /// What is known of the person is not enough for the background check.
        InvalidInputsToCreateCheck = "invalid_inputs_to_create_check",
        /// The background check came to a score below the flow's.
        BackgroundCheckNotPassed = "background_check_not_passed",
        /// A reviewer rejected it.
        RejectedInReview = "rejected_in_review",
    }
}

crate::text_enum! {
    /// Why the time of a process was over (`expired_reason`).
    pub enum ExpiredReason {
        /// The person did not go on.
        UserStoppedResponding = "user_stopped_responding",
        /// Nobody of the client went on: a review was not done in time.
        AgentStoppedResponding = "agent_stopped_responding",
        /// A validation has no result although everything is there.
        ValidationNotFinished = "validation_not_finished",
        /// A validation expired.
        ValidationExpired = "validation_expired",
        /// A signature was never begun.
        ElectronicSignatureValidationNotStarted = "electronic_signature_validation_not_started",
        /// The person never said whether data may be treated.
        DataAuthorizationNotProvided = "data_authorization_not_provided",
        /// Nobody ever came.
        NotUsed = "not_used",
    }
}

crate::text_enum! {
    /// Why a person gave up (`canceled_reason`).
    pub enum CanceledReason {
        /// Another one.
        OtherReason = "other_reason",
        /// Does not want to show the document.
        DontWantToSendMyDocument = "dont_want_to_send_my_document",
        /// Does not want to be filmed.
        DontWantToSendMyVideo = "dont_want_to_send_my_video",
        /// Does not want to tell the phone.
        DontWantToSendMyNumber = "dont_want_to_send_my_number",
        /// Does not want to go on.
        DontWantToContinue = "dont_want_to_continue",
    }
}

/// Why a person did not pass: a validation's reason or the process's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclineReason {
    /// A validation's.
    Validation(DeclinedReason),
    /// The process's own.
    Process(ProcessReason),
}

impl DeclineReason {
    /// As the wire spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validation(reason) => reason.as_str(),
            Self::Process(reason) => reason.as_str(),
        }
    }
}

impl fmt::Display for DeclineReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DeclineReason {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let own = text.parse().map(Self::Process);
        own.or_else(|_| text.parse().map(Self::Validation))
    }
}

impl Serialize for DeclineReason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for DeclineReason {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse()
            .map_err(|_| serde::de::Error::custom("no reason to decline"))
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", content = "reason", rename_all = "snake_case")]
pub enum Ending {
    /// The person passed.
    Success,
    /// The person did not pass.
    Declined(DeclineReason),
    /// The time was over.
    Expired(ExpiredReason),
    /// It was given up.
    Canceled(CanceledReason),
    /// Something here went wrong.
    SystemError,
}

impl Ending {
    /// As `status` tells it.
    pub const fn status(self) -> ProcessStatus {
        match self {
            Self::Success => ProcessStatus::Success,
            Self::Declined(_) | Self::Expired(_) | Self::Canceled(_) | Self::SystemError => {
                ProcessStatus::Failure
            }
        }
    }

    /// As `failure_status` tells it.
    pub const fn failure(self) -> Option<FailureStatus> {
        match self {
            Self::Success => None,
            Self::Declined(_) => Some(FailureStatus::Declined),
            Self::Expired(_) => Some(FailureStatus::Expired),
            Self::Canceled(_) => Some(FailureStatus::Canceled),
            Self::SystemError => Some(FailureStatus::SystemError),
        }
    }

    /// As `declined_reason` tells it; one that was given up says so there, too.
    pub const fn declined(self) -> Option<DeclineReason> {
        match self {
            Self::Declined(reason) => Some(reason),
            Self::Canceled(_) => Some(DeclineReason::Process(ProcessReason::Canceled)),
            Self::Success | Self::Expired(_) | Self::SystemError => None,
        }
    }

    /// As `expired_reason` tells it.
    pub const fn expired(self) -> Option<ExpiredReason> {
        match self {
            Self::Expired(reason) => Some(reason),
            _ => None,
        }
    }

    /// As `canceled_reason` tells it.
    pub const fn canceled(self) -> Option<CanceledReason> {
        match self {
            Self::Canceled(reason) => Some(reason),
            _ => None,
        }
    }

    /// What became of it, as its event tells.
    pub const fn action(self) -> crate::events::EventAction {
        use crate::events::EventAction;
        match self {
            Self::Success => EventAction::Succeeded,
            Self::Declined(_) | Self::SystemError => EventAction::Failed,
            Self::Expired(_) => EventAction::Expired,
            Self::Canceled(_) => EventAction::Canceled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_back() {
        let own = ProcessReason::ALL.iter().copied().map(DeclineReason::Process);
        let others = DeclinedReason::ALL.iter().copied().map(DeclineReason::Validation);
        for reason in own.chain(others) {
            assert_eq!(reason.as_str().parse(), Ok(reason));
            let json = serde_json::to_string(&Ending::Declined(reason)).unwrap();
            let back: Ending = serde_json::from_str(&json).unwrap();
            assert_eq!(back.declined(), Some(reason));
        }
        assert!("who_knows".parse::<DeclineReason>().is_err());
    }

    #[test]
    fn one_that_was_given_up_is_declined_as_canceled() {
        let ending = Ending::Canceled(CanceledReason::DontWantToContinue);
        assert_eq!(ending.failure(), Some(FailureStatus::Canceled));
        assert_eq!(ending.declined().map(DeclineReason::as_str), Some("canceled"));
        assert_eq!(ending.status().opposite(), Some(ProcessStatus::Success));
        assert_eq!(ProcessStatus::Pending.opposite(), None);
    }
}
