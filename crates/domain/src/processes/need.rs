//! What has to be done outside before a process can go on.

use super::{
    flow::FlowSpec,
    process::Process,
    progress::State,
    step::{StepKind, StepState},
};
use crate::{
    ids::ValidationId,
    validations::{
        Asked, DocumentKind, DocumentType,
        config::Switches,
        request::{FaceMethod, PhoneLocale, PhoneType},
    },
};

/// What has to be done outside before a process can go on.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// A validation is to be made for the current step.
    Validation(Box<WantedValidation>),
    /// A background check is to be made for the current step.
    Check,
    /// It is to be decided how it ends.
    Decision,
}

/// A validation that a step wants.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedValidation {
    /// What is validated.
    pub asked: Asked,
    /// Where the code goes.
    pub contact: Option<String>,
    /// The failed one that it tries again.
    pub retry_of: Option<ValidationId>,
    /// How often it may be tried again.
    pub retries: u32,
    /// Seconds that the block gives it.
    pub timeout: Option<u32>,
    /// Methods that the block switches on or off.
    pub methods: Switches,
}

impl Process {
    /// What has to be done outside before it can go on.
    pub fn need(&self, spec: &FlowSpec) -> Option<Need> {
        match self.state {
            State::Deciding => return Some(Need::Decision),
            State::Active => {}
            State::Review | State::Paused | State::Ended => return None,
        }
        let place = self.progress.current?;
        let step = self.progress.steps.get(place)?;
        let open = step.state == StepState::Open;
        if step.kind == StepKind::GetValidationsResult {
            return (open && step.check.is_none()).then_some(Need::Check);
        }
        if !open || step.validation.is_some() {
            return None;
        }
        let block = spec.blocks.get(step.block)?;
        let before = place
            .checked_sub(1)
            .and_then(|place| self.progress.steps.get(place));
        let entered = |name: &str| before.and_then(|step| step.entered.get(name)).map(String::as_str);
        let locale = block.locale().or(self.start.surroundings.language);
        let locale = locale.unwrap_or(PhoneLocale::Es);
        let (asked, contact) = match step.kind {
            StepKind::TakeDocumentPhoto | StepKind::TakeInvoicePhoto => {
                let document_type = match step.kind {
                    StepKind::TakeInvoicePhoto => DocumentType::Invoice,
                    _ => entered("document_type")?.parse().ok()?,
                };
                let kind = DocumentKind {
                    country: entered("country")?.parse().ok()?,
                    document_type,
                };
                (
                    Asked::Document {
                        kind,
                        custom_type: None,
                    },
                    None,
                )
            }
            StepKind::RecordFacePhoto | StepKind::RecordFacePhotoLiveness => {
                let mut methods = vec![FaceMethod::Similarity];
                if step.kind == StepKind::RecordFacePhotoLiveness {
                    methods.insert(0, FaceMethod::PassiveLiveness);
                }
                let threshold = block.threshold();
                (Asked::Face { methods, threshold }, None)
            }
            StepKind::EnterEmailVerificationCode => {
                let language = locale.language();
                (Asked::Email { language }, Some(entered("email")?.to_owned()))
            }
            StepKind::EnterPhoneVerificationCode => {
                let asked = Asked::Phone {
                    phone_type: PhoneType::Home,
                    locale,
                    channel: block.channel(),
                };
                (asked, Some(entered("phone")?.to_owned()))
            }
            _ => return None,
        };
        Some(Need::Validation(Box::new(WantedValidation {
            asked,
            contact,
            retry_of: step.retry_of,
            retries: step.remaining_retries,
            timeout: block.timeout(),
            methods: block.methods(),
        })))
    }
}
