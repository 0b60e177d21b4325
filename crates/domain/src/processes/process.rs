//! One person on the way through a flow.
//!
//! A process is a value. What happens to it is a method; what has to be done outside before it can go on is
//! [`Process::need`]. Whoever changes it carries out its needs until there is none that can be carried out at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    block::{Block, BlockKind},
    checks_table::ChecksTable,
    decider::{Final, Verdict},
    ending::{
        CanceledReason, DeclineReason, Ending, ExpiredReason, FailureStatus, ProcessReason, ProcessStatus,
    },
    flow::{FlowSpec, Next},
    step::{Step, StepKind, StepOutput, StepState},
};
use crate::{
    ids::{CheckId, ClientId, FlowId, ProcessId, StepId, ValidationId},
    key_requests::{ProcessCountry, ProcessDocument},
    time::Timestamp,
    validations::{
        AccountName, Asked, DeclinedReason, DocumentFields, DocumentKind, DocumentType, Field, Outcome,
        Validation,
        request::{FaceMethod, PhoneType},
    },
};

/// Seconds that are added when the time is over and only a result is missing (seed 001, Get Result).
const GRACE_SECONDS: i64 = 5 * 60;
/// How often.
const GRACES: u32 = 3;
/// Seconds that a person who reviews has.
pub const REVIEW_SECONDS: i64 = 7 * 24 * 3600;
/// Seconds that a paused process waits to be resumed.
pub const PAUSE_SECONDS: i64 = 30 * 24 * 3600;

crate::text_enum! {
    /// What a process is doing.
    pub enum State {
        /// The person is on the way.
        Active = "active",
        /// All was seen; it is being decided.
        Deciding = "deciding",
        /// A person of the client is to decide.
        Review = "review",
        /// Somebody has it wait.
        Paused = "paused",
        /// It has ended.
        Ended = "ended",
    }
}

crate::text_enum! {
    /// How a process was begun (`created_via`).
    pub enum Via {
        /// By a web token.
        Web = "web",
        /// By a process token of the TrustX face.
        Token = "process_token",
        /// By a message on WhatsApp.
        Whatsapp = "whatsapp",
    }
}

/// What a process begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The document that is to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<ProcessDocument>,
    /// E-mail addresses, one a block that validates one. Personal data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Phones, one a block that validates one. Personal data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// The client's own variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// What is known of the person by now. What the beginning says is not replaced by what a document does (seed 003).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Applicant {
    /// Country of the document.
    pub document_country: Option<String>,
    /// Type of the document.
    pub document_type: Option<String>,
    /// Number of the document.
    pub document_number: Option<String>,
    /// Given names.
    pub first_name: Option<String>,
    /// Surnames.
    pub last_name: Option<String>,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// `male` or `female`.
    pub gender: Option<String>,
    /// Country of nationality.
    pub nationality: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Applicant {
    /// Names nothing: it may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Applicant")
    }
}

impl Applicant {
    /// Adds what a document says where nothing was known.
    pub fn read(&mut self, kind: DocumentKind, fields: &DocumentFields) {
        let add = |known: &mut Option<String>, field| {
            if known.is_none() {
                *known = fields.get(field).map(str::to_owned);
            }
        };
        add(&mut self.first_name, Field::Name);
        add(&mut self.last_name, Field::LastName);
        add(&mut self.gender, Field::Gender);
        add(&mut self.nationality, Field::Nationality);
        self.date_of_birth = self.date_of_birth.or_else(|| fields.date(Field::DateOfBirth));
        // An invoice has a number, too, and is nobody's document.
        if kind.document_type != DocumentType::Invoice && self.document_number.is_none() {
            add(&mut self.document_number, Field::DocumentNumber);
            self.document_country = Some(kind.country.to_string());
            self.document_type = Some(kind.document_type.to_string());
        }
    }
}

/// How far a process has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// All its steps, in the order of the flow.
    pub steps: Vec<Step>,
    /// The place of the step that the person is at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<usize>,
    /// How often its time was lengthened because a result was missing.
    #[serde(default)]
    pub graces: u32,
    /// The reason of the first step that was tried too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhausted: Option<DeclineReason>,
    /// What a branch of the flow said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branched: Option<Verdict>,
    /// What was decided at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Verdict>,
    /// What cloud functions added to the checks table.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub checks: Map<String, Value>,
    /// What cloud functions set, besides.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    /// What went wrong here, in words that the client may hear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// Since when it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Timestamp>,
    /// What it was doing before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_from: Option<State>,
}

/// A process.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: ProcessId,
    /// The account of the person, as we know it.
    pub account: Uuid,
    /// The account, as the client does.
    pub account_name: AccountName,
    /// The flow.
    pub flow: FlowId,
    /// The version of the flow that it keeps.
    pub flow_version: i32,
    /// Country of the process.
    pub country: ProcessCountry,
    /// Where the person is sent at the end.
    pub redirect_url: String,
    /// What it began with.
    pub start: Start,
    /// How it was begun.
    pub via: Via,
    /// The process token that it was begun by.
    pub token: Option<Uuid>,
    /// The address that it was begun from; empty where it is not known.
    pub ip_address: String,
    /// What is known of the person.
    pub applicant: Applicant,
    /// What it is doing.
    pub state: State,
    /// How far it has come.
    pub progress: Progress,
    /// How it ended.
    pub ending: Option<Ending>,
    /// What people made of its status.
    pub overridden: Option<ProcessStatus>,
    /// When its time is over, or that of whoever it waits for.
    pub deadline: Timestamp,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How often it has changed.
    pub version: i32,
}

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
}

/// Why a submission is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The process has ended.
    #[error("the process has ended")]
    Ended,
    /// The step is not the one that the person is at.
    #[error("Invalid current step")]
    NotCurrent,
    /// What was submitted is being looked at.
    #[error("the step is being processed")]
    Processing,
    /// The process waits for somebody of the client.
    #[error("the process is paused")]
    Paused,
    /// The step is of another type.
    #[error("Invalid step type")]
    WrongType,
    /// The input has a value that is not the person's to change.
    #[error("the field is read only")]
    ReadOnly,
    /// Pictures are missing.
    #[error("images were not uploaded")]
    NoPictures,
}

/// What became of a process whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Nothing: it is not over, or has ended.
    NotYet,
    /// A result is missing: it was given more time.
    Lengthened,
    /// It has ended.
    Ended,
}

impl Process {
    /// As `status` tells it: what it came to by itself.
    pub fn status(&self) -> ProcessStatus {
        self.ending.map_or(ProcessStatus::Pending, Ending::status)
    }

    /// What it comes to with what people made of it.
    pub fn effective(&self) -> ProcessStatus {
        self.overridden.unwrap_or_else(|| self.status())
    }

    /// Whether it has ended.
    pub const fn is_final(&self) -> bool {
        self.ending.is_some()
    }

    /// The step that the person is at.
    pub fn current(&self) -> Option<&Step> {
        self.progress
            .current
            .and_then(|place| self.progress.steps.get(place))
    }

    /// The step of an id, and its place.
    pub fn step(&self, id: StepId) -> Option<(usize, &Step)> {
        let mut steps = self.progress.steps.iter().enumerate();
        steps.find(|(_, step)| step.id == id)
    }

    /// Whether anybody has done anything in it.
    pub fn is_used(&self) -> bool {
        self.progress.steps.iter().any(Step::is_over)
    }

    /// Makes the steps of a flow and opens the first one.
    pub fn begin(&mut self, spec: &FlowSpec, mut id: impl FnMut() -> StepId, now: Timestamp) {
        for (place, block) in spec.blocks.iter().enumerate() {
            let retries = block.retries();
            let steps = block.kind.steps().iter();
            self.progress
                .steps
                .extend(steps.map(|kind| Step::new(id(), place, *kind, retries)));
        }
        self.open(0, now);
    }

    fn open(&mut self, place: usize, now: Timestamp) {
        self.progress.current = Some(place);
        if let Some(step) = self.progress.steps.get_mut(place) {
            step.open(now);
        }
    }

    fn touch(&mut self, now: Timestamp) {
        self.updated = now;
        self.version += 1;
    }

    /// The block of a step.
    pub fn block<'a>(&self, spec: &'a FlowSpec, step: &Step) -> Option<&'a Block> {
        spec.blocks.get(step.block)
    }

    /// The value that an input has from the beginning, which the person does not change.
    pub fn given(&self, spec: &FlowSpec, step: &Step, input: &str) -> Option<&str> {
        let nth = |kind: BlockKind| {
            let earlier = spec.blocks.iter().take(step.block);
            earlier.filter(|block| block.kind == kind).count()
        };
        match (step.kind, input) {
            (StepKind::EnterEmail, "email") => {
                let email = self.start.emails.get(nth(BlockKind::EmailVerification));
                email.map(String::as_str)
            }
            (StepKind::EnterPhone, "phone") => {
                let phone = self.start.phones.get(nth(BlockKind::PhoneVerification));
                phone.map(String::as_str)
            }
            (StepKind::EnterDocumentType, "document_type") => {
                self.start.document_type.map(ProcessDocument::as_str)
            }
            (StepKind::EnterDocumentType | StepKind::EnterInvoiceCountry, "country")
                if self.country != ProcessCountry::All =>
            {
                Some(self.country.as_str())
            }
            _ => None,
        }
    }

    /// Whether a submission to a step can be taken now: the place of the step.
    ///
    /// # Errors
    /// If the process has ended or waits, or the person is not at that step.
    pub fn takes(&self, id: Option<StepId>, kind: Option<&str>) -> Result<usize, SubmitError> {
        match self.state {
            State::Ended => return Err(SubmitError::Ended),
            State::Paused => return Err(SubmitError::Paused),
            State::Deciding | State::Review => return Err(SubmitError::Processing),
            State::Active => {}
        }
        let place = self.progress.current.ok_or(SubmitError::NotCurrent)?;
        let step = self.progress.steps.get(place).ok_or(SubmitError::NotCurrent)?;
        if id.is_some_and(|id| id != step.id) {
            return Err(SubmitError::NotCurrent);
        }
        if kind.is_some_and(|kind| kind != step.kind.as_str()) {
            return Err(SubmitError::WrongType);
        }
        match step.state {
            StepState::Open => Ok(place),
            _ => Err(SubmitError::Processing),
        }
    }

    /// Keeps what was entered in the current step, which passes by it.
    pub fn enter(&mut self, spec: &FlowSpec, entered: BTreeMap<String, String>, now: Timestamp) {
        let Some(place) = self.progress.current else {
            return;
        };
        let Some(step) = self.progress.steps.get_mut(place) else {
            return;
        };
        step.entered = entered;
        match (step.kind, step.entered.get("email"), step.entered.get("phone")) {
            (StepKind::EnterEmail, Some(email), _) => {
                self.applicant.email.get_or_insert_with(|| email.clone());
            }
            (StepKind::EnterPhone, _, Some(phone)) => {
                self.applicant.phone.get_or_insert_with(|| phone.clone());
            }
            _ => {}
        }
        self.pass(spec, place, now);
    }

    /// Notes that everything the current step wants is there.
    pub fn wait(&mut self, now: Timestamp) {
        if let Some(step) = self.current_mut() {
            step.state = StepState::Processing;
        }
        self.touch(now);
    }

    /// Notes an answer to the current question: whether it is right, or at least one.
    pub fn answer(&mut self, spec: &FlowSpec, response: &str, now: Timestamp) {
        let Some(place) = self.progress.current else {
            return;
        };
        let Some(step) = self.progress.steps.get_mut(place) else {
            return;
        };
        let Some(block) = spec.blocks.get(step.block) else {
            return;
        };
        let question = block.question();
        let response = response.trim();
        step.entered.insert("response".to_owned(), response.to_owned());
        let same = |answer: &String| answer.trim().to_lowercase() == response.to_lowercase();
        let answered = !response.is_empty();
        let right = match answered {
            true => question.answers.is_empty() || question.answers.iter().any(same),
            false => question.optional,
        };
        if right {
            return self.pass(spec, place, now);
        }
        let reason = DeclineReason::Process(if answered {
            ProcessReason::CustomQuestionMaxRetriesReached
        } else {
            ProcessReason::NotAnsweredQuestion
        });
        self.failed_try(spec, place, reason, now);
    }

    /// Notes a code that was wrong: the validation that it was for says how often another may be tried.
    pub fn guessed(&mut self, remaining: u32, now: Timestamp) {
        if let Some(step) = self.current_mut() {
            step.remaining_retries = remaining;
            step.output = Some(failure(DeclineReason::Validation(
                DeclinedReason::WrongVerificationCode,
            )));
        }
        self.touch(now);
    }

    /// Keeps the validation that the current step wanted.
    pub fn attach(&mut self, validation: ValidationId, now: Timestamp) {
        if let Some(step) = self.current_mut() {
            step.validation = Some(validation);
            step.retry_of = None;
        }
        self.touch(now);
    }

    /// Keeps the background check that the current step wanted.
    pub fn attach_check(&mut self, check: CheckId, now: Timestamp) {
        if let Some(step) = self.current_mut() {
            step.check = Some(check);
            step.state = StepState::Processing;
        }
        self.touch(now);
    }

    fn current_mut(&mut self) -> Option<&mut Step> {
        let place = self.progress.current?;
        self.progress.steps.get_mut(place)
    }

    /// The end of a validation that a step of it waits for. Says whether there was one.
    pub fn validated(&mut self, spec: &FlowSpec, validation: &Validation, now: Timestamp) -> bool {
        let Some(place) = self.progress.current else {
            return false;
        };
        let Some(step) = self.progress.steps.get(place) else {
            return false;
        };
        let (Some(outcome), false) = (validation.outcome, self.is_final()) else {
            return false;
        };
        if step.validation != Some(validation.id) || step.is_over() {
            return false;
        }
        match outcome {
            Outcome::Success => {
                if let (Asked::Document { kind, .. }, Some(document)) =
                    (&validation.asked, &validation.findings.document)
                {
                    self.applicant.read(*kind, &document.fields);
                }
                self.pass(spec, place, now);
            }
            Outcome::Declined(reason) => {
                let reason = DeclineReason::Validation(reason);
                if step.kind.wants_code() {
                    self.fail(spec, place, reason, now);
                } else {
                    self.failed_try(spec, place, reason, now);
                }
            }
            Outcome::Expired(_) => self.finish(Ending::Expired(ExpiredReason::ValidationExpired), now),
            Outcome::SystemError => self.finish(Ending::SystemError, now),
        }
        true
    }

    /// The end of the background check that the current step waits for: its score, where it came to one.
    pub fn checked(&mut self, spec: &FlowSpec, check: CheckId, score: Option<f64>, now: Timestamp) -> bool {
        let Some(place) = self.progress.current else {
            return false;
        };
        let Some(step) = self.progress.steps.get(place) else {
            return false;
        };
        if step.check != Some(check) || step.is_over() || self.is_final() {
            return false;
        }
        let least = spec.blocks.get(step.block).and_then(Block::min_score);
        match score {
            None => self.finish(Ending::SystemError, now),
            Some(score) if least.is_some_and(|least| score < least) => {
                let reason = DeclineReason::Process(ProcessReason::BackgroundCheckNotPassed);
                self.fail(spec, place, reason, now);
            }
            Some(_) => self.pass(spec, place, now),
        }
        true
    }

    /// Ends the current step badly, without another try.
    pub fn fail_current(&mut self, spec: &FlowSpec, reason: DeclineReason, now: Timestamp) {
        if let Some(place) = self.progress.current {
            self.fail(spec, place, reason, now);
        }
    }

    fn pass(&mut self, spec: &FlowSpec, place: usize, now: Timestamp) {
        if let Some(step) = self.progress.steps.get_mut(place) {
            step.end(StepState::Passed, now);
            step.output = Some(StepOutput {
                success: true,
                failure: None,
                reason: None,
            });
        }
        self.advance(spec, place, now);
        self.touch(now);
    }

    fn failed_try(&mut self, spec: &FlowSpec, place: usize, reason: DeclineReason, now: Timestamp) {
        let Some(step) = self.progress.steps.get_mut(place) else {
            return;
        };
        if step.remaining_retries == 0 {
            return self.fail(spec, place, reason, now);
        }
        step.remaining_retries -= 1;
        step.state = StepState::Open;
        step.retry_of = step.validation.take();
        step.output = Some(failure(reason));
        self.touch(now);
    }

    /// A step that failed for good ends the process, unless a decider is to weigh it against the others.
    fn fail(&mut self, spec: &FlowSpec, place: usize, reason: DeclineReason, now: Timestamp) {
        self.progress.exhausted.get_or_insert(reason);
        let Some(step) = self.progress.steps.get_mut(place) else {
            return;
        };
        step.end(StepState::Failed, now);
        step.output = Some(failure(reason));
        let block = step.block;
        let authorised = step.kind != StepKind::EnterAuthorization;
        if spec.decider.is_some() && authorised {
            self.skip(place + 1, now, |step| step.block == block);
            self.leave(spec, block, now);
        } else {
            self.close(now);
        }
        self.touch(now);
    }

    fn skip(&mut self, from: usize, now: Timestamp, which: impl Fn(&Step) -> bool) {
        for step in self.progress.steps.iter_mut().skip(from) {
            if which(step) && !step.is_over() {
                step.end(StepState::Skipped, now);
            }
        }
    }

    /// Goes on behind a step.
    fn advance(&mut self, spec: &FlowSpec, place: usize, now: Timestamp) {
        let block = self.progress.steps.get(place).map(|step| step.block);
        let next = self.progress.steps.get(place + 1).map(|step| step.block);
        match block {
            Some(block) if next == Some(block) => self.open(place + 1, now),
            Some(block) => self.leave(spec, block, now),
            None => self.close(now),
        }
    }

    /// Goes on behind a block.
    fn leave(&mut self, spec: &FlowSpec, block: usize, now: Timestamp) {
        match spec.next(block, &self.known(spec)) {
            Next::Block(next) => {
                self.skip(0, now, |step| step.block > block && step.block < next);
                let first = self.progress.steps.iter().position(|step| step.block == next);
                match first {
                    Some(place) => self.open(place, now),
                    None => self.close(now),
                }
            }
            Next::End => self.close(now),
            Next::Decided(verdict) => {
                self.progress.branched = Some(verdict);
                self.close(now);
            }
        }
    }

    /// All was seen.
    fn close(&mut self, now: Timestamp) {
        self.skip(0, now, |_| true);
        self.progress.current = None;
        self.state = State::Deciding;
    }

    /// What is known by now, as conditions of branches read it.
    pub fn known(&self, spec: &FlowSpec) -> Value {
        let mut answers = Map::new();
        let mut blocks: Map<String, Value> = Map::new();
        for step in &self.progress.steps {
            let Some(block) = spec.blocks.get(step.block) else {
                continue;
            };
            if let (StepKind::EnterResponse, Some(response)) = (step.kind, step.entered.get("response")) {
                answers.insert(block.key.clone(), json!(response));
            }
            // A block stands as its worst step.
            let word = match step.state {
                StepState::Passed => "success",
                StepState::Failed => "failure",
                _ => continue,
            };
            let known = blocks.entry(block.key.clone()).or_insert_with(|| json!(word));
            if word == "failure" {
                *known = json!(word);
            }
        }
        json!({ "object": {
            "account_id": self.account_name.as_str(),
            "country": self.country,
            "metadata": self.start.metadata,
            "answers": answers,
            "blocks": blocks,
            "document": {
                "country": self.applicant.document_country,
                "document_type": self.applicant.document_type,
                "nationality": self.applicant.nationality,
                "gender": self.applicant.gender,
                "date_of_birth": self.applicant.date_of_birth.map(|date| date.to_string()),
            },
        }})
    }

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
                let language = block.locale().language();
                (Asked::Email { language }, Some(entered("email")?.to_owned()))
            }
            StepKind::EnterPhoneVerificationCode => {
                let asked = Asked::Phone {
                    phone_type: PhoneType::Home,
                    locale: block.locale(),
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
        })))
    }

    /// Decides how it ends, by its checks. `overall` is what a cloud function made of them.
    pub fn decide(&mut self, spec: &FlowSpec, table: &ChecksTable, overall: Option<Verdict>, now: Timestamp) {
        if self.state != State::Deciding {
            return;
        }
        let decided = || {
            spec.decider
                .map(|decider| decider.decide(table.verdicts(), overall))
        };
        let decision = self.progress.branched.or_else(decided);
        self.progress.decision = decision;
        let by = Final {
            timed_out: None,
            decision,
            exhausted: self.progress.exhausted,
            overall: table.overall(),
        };
        match by.ending() {
            Some(ending) => self.finish(ending, now),
            None => {
                self.state = State::Review;
                self.deadline = now.plus_seconds(REVIEW_SECONDS);
                self.touch(now);
            }
        }
    }

    /// Ends it. One that has ended stays as it is.
    pub fn finish(&mut self, ending: Ending, now: Timestamp) {
        if self.is_final() {
            return;
        }
        self.skip(0, now, |_| true);
        self.progress.current = None;
        self.state = State::Ended;
        self.ending = Some(ending);
        self.finished = Some(now);
        self.touch(now);
    }

    /// Ends it because the person, or whoever runs it, gives it up.
    ///
    /// # Errors
    /// If it has ended.
    pub fn cancel(&mut self, reason: CanceledReason, now: Timestamp) -> Result<(), SubmitError> {
        if self.is_final() {
            return Err(SubmitError::Ended);
        }
        self.finish(Ending::Canceled(reason), now);
        Ok(())
    }

    /// Ends it because its time is over, if it is.
    pub fn expire(&mut self, now: Timestamp) -> Expiry {
        if self.is_final() || now < self.deadline {
            return Expiry::NotYet;
        }
        let step = self.current();
        let processing =
            step.is_some_and(|step| step.state == StepState::Processing) || self.state == State::Deciding;
        if processing && self.progress.graces < GRACES {
            self.progress.graces += 1;
            self.deadline = now.plus_seconds(GRACE_SECONDS);
            self.touch(now);
            return Expiry::Lengthened;
        }
        let abandoned = step.is_some_and(|step| {
            let failed = step.output.as_ref().is_some_and(|output| !output.success);
            step.state == StepState::Open && failed && step.remaining_retries > 0
        });
        let at_authorisation = step.is_some_and(|step| step.kind == StepKind::EnterAuthorization);
        let ending = match self.state {
            State::Review | State::Paused => Ending::Expired(ExpiredReason::AgentStoppedResponding),
            _ if processing => Ending::Expired(ExpiredReason::ValidationNotFinished),
            _ if abandoned => Ending::Declined(DeclineReason::Process(
                ProcessReason::AbandonedWithoutUsingRetries,
            )),
            // A server made it, and nobody came. By a web token the person's own browser did.
            _ if !self.is_used() && self.via != Via::Web => Ending::Expired(ExpiredReason::NotUsed),
            _ if at_authorisation => Ending::Expired(ExpiredReason::DataAuthorizationNotProvided),
            _ => Ending::Expired(ExpiredReason::UserStoppedResponding),
        };
        self.finish(ending, now);
        Expiry::Ended
    }

    /// One step back, or to the beginning of this one (`again`), or to the first behind the authorisation (`all`).
    ///
    /// # Errors
    /// If it has ended, waits, or there is no way back.
    pub fn back(&mut self, again: bool, all: bool, now: Timestamp) -> Result<(), SubmitError> {
        let place = self.takes(None, None)?;
        let first = usize::from(self.progress.steps.len() > 1);
        let target = match (again, all) {
            (_, true) => first.min(place),
            (true, false) => place,
            (false, false) => {
                let mut earlier = (first..place).rev();
                let seen = |place: &usize| {
                    let step = self.progress.steps.get(*place);
                    step.is_some_and(|step| step.state == StepState::Passed)
                };
                earlier.find(seen).ok_or(SubmitError::NotCurrent)?
            }
        };
        for step in self.progress.steps.iter_mut().skip(target) {
            step.reset();
        }
        self.open(target, now);
        self.touch(now);
        Ok(())
    }

    /// Has it wait for somebody of the client: its time stands still.
    ///
    /// # Errors
    /// If it is not under way.
    pub fn pause(&mut self, now: Timestamp) -> Result<(), SubmitError> {
        match self.state {
            State::Active => {}
            State::Ended => return Err(SubmitError::Ended),
            State::Paused => return Err(SubmitError::Paused),
            State::Deciding | State::Review => return Err(SubmitError::Processing),
        }
        self.progress.paused = Some(now);
        self.progress.paused_from = Some(self.state);
        // What was left of the person's time is kept in how far the deadline is from the pause.
        self.state = State::Paused;
        self.deadline = self.deadline.plus_seconds(PAUSE_SECONDS);
        self.touch(now);
        Ok(())
    }

    /// Lets it go on, with the time that it had left.
    ///
    /// # Errors
    /// If it does not wait.
    pub fn resume(&mut self, now: Timestamp) -> Result<(), SubmitError> {
        if self.is_final() {
            return Err(SubmitError::Ended);
        }
        let (State::Paused, Some(paused)) = (self.state, self.progress.paused.take()) else {
            return Err(SubmitError::NotCurrent);
        };
        self.state = self.progress.paused_from.take().unwrap_or(State::Active);
        let waited = now.seconds() - paused.seconds();
        self.deadline = self.deadline.plus_seconds(waited - PAUSE_SECONDS);
        self.touch(now);
        Ok(())
    }

    /// Has one that has ended count as something else.
    pub fn stand(&mut self, becomes: ProcessStatus, now: Timestamp) {
        self.overridden = Some(becomes);
        self.touch(now);
    }

    /// What a reviewer says ends it.
    ///
    /// # Errors
    /// If nobody was asked.
    pub fn reviewed(&mut self, ending: Ending, now: Timestamp) -> Result<(), SubmitError> {
        match self.state {
            State::Review => {
                self.finish(ending, now);
                Ok(())
            }
            State::Ended => Err(SubmitError::Ended),
            State::Active | State::Deciding | State::Paused => Err(SubmitError::NotCurrent),
        }
    }

    /// A reviewer wants a block to be gone through again: the person has the flow's time anew.
    ///
    /// # Errors
    /// If nobody was asked to review, or there is no such block.
    pub fn ask_again(&mut self, spec: &FlowSpec, key: &str, now: Timestamp) -> Result<(), SubmitError> {
        if self.state != State::Review {
            return Err(if self.is_final() {
                SubmitError::Ended
            } else {
                SubmitError::NotCurrent
            });
        }
        let block = spec.blocks.iter().position(|block| block.key == key);
        let block = block.filter(|block| *block > 0).ok_or(SubmitError::NotCurrent)?;
        let place = self.progress.steps.iter().position(|step| step.block == block);
        let place = place.ok_or(SubmitError::NotCurrent)?;
        let retries = spec.blocks.get(block).map_or(0, Block::retries);
        for step in self.progress.steps.iter_mut().filter(|step| step.block == block) {
            step.reset();
            step.remaining_retries = retries;
        }
        self.progress.exhausted = None;
        self.progress.branched = None;
        self.progress.decision = None;
        self.state = State::Active;
        self.deadline = now.plus_seconds(i64::from(spec.time_to_live) * 60);
        self.open(place, now);
        self.touch(now);
        Ok(())
    }
}

const fn failure(reason: DeclineReason) -> StepOutput {
    StepOutput {
        success: false,
        failure: Some(FailureStatus::Declined),
        reason: Some(reason),
    }
}

/// The scenarios of a sandbox client's processes: each reason by its name, with the end that it leads to. Those of
/// validations are theirs.
pub fn scenarios() -> impl Iterator<Item = (&'static str, Ending)> {
    let declined = ProcessReason::ALL
        .iter()
        .map(|reason| (reason.as_str(), Ending::Declined(DeclineReason::Process(*reason))));
    // One word is a reason to decline and to expire: the first meaning is the scenario's.
    let own = |reason: &&ExpiredReason| reason.as_str().parse::<ProcessReason>().is_err();
    let expired = ExpiredReason::ALL.iter().filter(own);
    let expired = expired.map(|reason| (reason.as_str(), Ending::Expired(*reason)));
    let canceled = CanceledReason::ALL.iter();
    let canceled = canceled.map(|reason| (reason.as_str(), Ending::Canceled(*reason)));
    declined.chain(expired).chain(canceled)
}

/// How the process of a sandbox client's account ends, where the account's name carries a scenario of processes.
pub fn scenario(account: &AccountName) -> Option<Ending> {
    let name = account.as_str().strip_prefix("scenario.")?;
    let name = name.split('.').next().unwrap_or_default();
    let mut known = scenarios();
    known.find(|(own, _)| *own == name).map(|(_, ending)| ending)
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
