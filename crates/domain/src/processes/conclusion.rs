//! How a process ends: by what was decided, by whoever gives it up, by a reviewer's word.

use serde_json::Value;

use super::{
    block::Block,
    checks_table::ChecksTable,
    decider::{Final, Verdict},
    ending::{CanceledReason, Ending, ProcessStatus},
    flow::FlowSpec,
    process::{Process, SubmitError},
    progress::State,
};
use crate::{functions::Output, time::Timestamp};

/// Seconds that a person who reviews has.
pub const REVIEW_SECONDS: i64 = 7 * 24 * 3600;

impl Process {
    /// Keeps what a function of the flow left: checks that join the table, and variables.
    pub fn hear(&mut self, output: Output, now: Timestamp) {
        for (name, value) in output.variables {
            match (name.as_str(), value) {
                ("_checks", Value::Object(checks)) => self.progress.checks.extend(checks),
                (_, value) => {
                    self.progress.variables.insert(name, value);
                }
            }
        }
        self.touch(now);
    }

    /// Ends it because a function of the flow failed: nobody passes because what would have declined did not run.
    pub fn break_down(&mut self, error: String, now: Timestamp) {
        self.progress.errors.push(error);
        self.finish(Ending::SystemError, now);
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
