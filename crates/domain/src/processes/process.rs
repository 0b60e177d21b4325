//! One person on the way through a flow.
//!
//! A process is a value. What happens to it is a method; what has to be done outside before it can go on is
//! [`Process::need`](super::need). Whoever changes it carries out its needs until there is none that can be carried out at once.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    applicant::{Applicant, Start},
    block::{Block, BlockKind},
    ending::{DeclineReason, Ending, ExpiredReason, FailureStatus, ProcessReason, ProcessStatus},
    flow::{FlowSpec, Next},
    progress::{Progress, State, Via},
    step::{Step, StepKind, StepOutput, StepState},
};
use crate::{
    ids::{CheckId, ClientId, FlowId, ProcessId, StepId, ValidationId},
    key_requests::ProcessCountry,
    time::Timestamp,
    validations::{AccountName, Asked, DeclinedReason, Outcome, Validation},
};

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

    pub(super) fn open(&mut self, place: usize, now: Timestamp) {
        self.progress.current = Some(place);
        if let Some(step) = self.progress.steps.get_mut(place) {
            step.open(now);
        }
    }

    pub(super) fn touch(&mut self, now: Timestamp) {
        self.updated = now;
        self.version += 1;
    }

    /// The block of a step.
    pub fn block<'a>(&self, spec: &'a FlowSpec, step: &Step) -> Option<&'a Block> {
        spec.blocks.get(step.block)
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

    pub(super) fn current_mut(&mut self) -> Option<&mut Step> {
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

    pub(super) fn skip(&mut self, from: usize, now: Timestamp, which: impl Fn(&Step) -> bool) {
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
                self.come_to(spec, next, now);
            }
            // Its client is to say what comes next.
            Next::End if self.is_open_ended() => self.progress.current = None,
            Next::End => self.close(now),
            Next::Decided(verdict) => {
                self.progress.branched = Some(verdict);
                self.close(now);
            }
        }
    }

    /// Opens a block. One that only asks what the others came to has nothing to be done in it.
    pub(super) fn come_to(&mut self, spec: &FlowSpec, block: usize, now: Timestamp) {
        let Some(place) = self.progress.steps.iter().position(|step| step.block == block) else {
            return self.close(now);
        };
        self.open(place, now);
        let kind = spec.blocks.get(block).map(|block| block.kind);
        if kind == Some(BlockKind::GetValidationsResult) {
            self.pass(spec, place, now);
        }
    }

    /// All was seen.
    pub(super) fn close(&mut self, now: Timestamp) {
        self.skip(0, now, |_| true);
        self.progress.current = None;
        self.state = State::Deciding;
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
}

const fn failure(reason: DeclineReason) -> StepOutput {
    StepOutput {
        success: false,
        failure: Some(FailureStatus::Declined),
        reason: Some(reason),
    }
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
