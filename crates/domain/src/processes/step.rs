//! The steps of a process: what the person is asked for, one thing at a time (`contract/identity-wire.md` §5.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    ending::{DeclineReason, FailureStatus},
    flow::FlowSpec,
};
use crate::{
    ids::{CheckId, StepId, ValidationId},
    time::Timestamp,
};

crate::text_enum! {
    /// What a step asks for.
    pub enum StepKind {
        /// The person's authorisation.
        EnterAuthorization = "enter_authorization",
        /// An e-mail address.
        EnterEmail = "enter_email",
        /// The code that was sent to it.
        EnterEmailVerificationCode = "enter_email_verification_code",
        /// A phone.
        EnterPhone = "enter_phone",
        /// The code that was sent to it.
        EnterPhoneVerificationCode = "enter_phone_verification_code",
        /// The country and type of a document.
        EnterDocumentType = "enter_document_type",
        /// Pictures of the document.
        TakeDocumentPhoto = "take_document_photo",
        /// A picture of the face.
        RecordFacePhoto = "record_face_photo",
        /// A picture of the face that shows a living person.
        RecordFacePhotoLiveness = "record_face_photo_liveness",
        /// The country of an invoice.
        EnterInvoiceCountry = "enter_invoice_country",
        /// A picture of the invoice.
        TakeInvoicePhoto = "take_invoice_photo",
        /// The answer to a question.
        EnterResponse = "enter_response",
        /// Nothing: the person waits for a result.
        GetValidationsResult = "get_validations_result",
    }
}

impl StepKind {
    /// Whether the person uploads pictures in it.
    pub const fn wants_pictures(self) -> bool {
        matches!(
            self,
            Self::TakeDocumentPhoto
                | Self::TakeInvoicePhoto
                | Self::RecordFacePhoto
                | Self::RecordFacePhotoLiveness
        )
    }

    /// Whether it is about a face.
    pub const fn is_face(self) -> bool {
        matches!(self, Self::RecordFacePhoto | Self::RecordFacePhotoLiveness)
    }

    /// Whether it takes a code that was sent in the step before it.
    pub const fn wants_code(self) -> bool {
        matches!(
            self,
            Self::EnterEmailVerificationCode | Self::EnterPhoneVerificationCode
        )
    }

    /// What the person enters: names and types of the inputs.
    pub const fn inputs(self) -> &'static [(&'static str, InputType)] {
        match self {
            Self::EnterAuthorization => &[("client_authorization", InputType::Checkbox)],
            Self::EnterEmail => &[("email", InputType::Text)],
            Self::EnterPhone => &[("phone", InputType::Text)],
            Self::EnterEmailVerificationCode | Self::EnterPhoneVerificationCode => {
                &[("code", InputType::Text)]
            }
            Self::EnterDocumentType => &[
                ("country", InputType::Select),
                ("document_type", InputType::Select),
            ],
            Self::EnterInvoiceCountry => &[("country", InputType::Select)],
            Self::EnterResponse => &[("response", InputType::Text)],
            Self::TakeDocumentPhoto
            | Self::TakeInvoicePhoto
            | Self::RecordFacePhoto
            | Self::RecordFacePhotoLiveness
            | Self::GetValidationsResult => &[],
        }
    }
}

crate::text_enum! {
    /// What an input looks like to the person.
    pub enum InputType {
        /// A line of text.
        Text = "text",
        /// One of a list.
        Select = "select",
        /// A box to be ticked.
        Checkbox = "checkbox",
    }
}

crate::text_enum! {
    /// Where a step stands.
    pub enum StepState {
        /// Its turn has not come.
        Waiting = "waiting",
        /// The person is at it.
        Open = "open",
        /// What was submitted is being looked at.
        Processing = "processing",
        /// It ended well.
        Passed = "passed",
        /// It ended badly.
        Failed = "failed",
        /// The flow went past it.
        Skipped = "skipped",
    }
}

/// How the last submission of a step ended, as `verification_output` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOutput {
    /// Whether it ended well.
    pub success: bool,
    /// How it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureStatus>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeclineReason>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its id.
    pub id: StepId,
    /// The place of its block in the flow.
    pub block: usize,
    /// What it asks for.
    pub kind: StepKind,
    /// Where it stands.
    pub state: StepState,
    /// What was submitted, by the names of the inputs. Personal data.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entered: BTreeMap<String, String>,
    /// What validates it, newest try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationId>,
    /// The failed one that the next try is to be a retry of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<ValidationId>,
    /// The background check that it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckId>,
    /// How often it may still be tried again.
    pub remaining_retries: u32,
    /// How the last try ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<StepOutput>,
    /// When its turn came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
}

impl Step {
    /// A step whose turn has not come.
    pub const fn new(id: StepId, block: usize, kind: StepKind, retries: u32) -> Self {
        Self {
            id,
            block,
            kind,
            state: StepState::Waiting,
            entered: BTreeMap::new(),
            validation: None,
            retry_of: None,
            check: None,
            remaining_retries: retries,
            output: None,
            started: None,
            finished: None,
        }
    }

    /// What an input of it looks like: a question with options is one to choose from.
    pub fn shown(&self, kind: InputType, spec: &FlowSpec) -> InputType {
        let block = spec.blocks.get(self.block);
        let chosen = self.kind == StepKind::EnterResponse
            && block.is_some_and(|block| !block.question().options.is_empty());
        if chosen { InputType::Select } else { kind }
    }

    /// Whether it has ended.
    pub const fn is_over(&self) -> bool {
        matches!(
            self.state,
            StepState::Passed | StepState::Failed | StepState::Skipped
        )
    }

    pub(super) fn open(&mut self, now: Timestamp) {
        self.state = StepState::Open;
        self.started.get_or_insert(now);
        self.finished = None;
    }

    pub(super) fn end(&mut self, state: StepState, now: Timestamp) {
        self.state = state;
        self.finished = Some(now);
    }

    /// As if nobody had been there.
    pub(super) fn reset(&mut self) {
        self.state = StepState::Waiting;
        self.entered.clear();
        self.validation = None;
        self.retry_of = None;
        self.check = None;
        self.output = None;
        self.started = None;
        self.finished = None;
    }
}
