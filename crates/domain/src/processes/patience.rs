//! The time of a process: when it is over, and when it stands still.

use super::{
    ending::{DeclineReason, Ending, ExpiredReason, ProcessReason},
    process::{Process, SubmitError},
    progress::{State, Via},
    step::{StepKind, StepState},
};
use crate::time::Timestamp;

/// Seconds that are added when the time is over and only a result is missing (seed 001, Get Result).
const GRACE_SECONDS: i64 = 5 * 60;
/// How often.
const GRACES: u32 = 3;
/// Seconds that a paused process waits to be resumed.
pub const PAUSE_SECONDS: i64 = 30 * 24 * 3600;

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
            step.state == StepState::Open && failed
        });
        let at_authorisation = step.is_some_and(|step| step.kind == StepKind::EnterAuthorization);
        let ending = match self.state {
            State::Review | State::Paused => Ending::Expired(ExpiredReason::AgentStoppedResponding),
            _ if self.waits_for_a_block() => Ending::Expired(ExpiredReason::AgentStoppedResponding),
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
}
