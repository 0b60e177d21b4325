//! Processes whose blocks come one by one, as whoever runs them asks for them (`contract/identity-wire.md` §5.3, the SDK's
//! variant).
//!
//! Only a flow that says so has them: a person's token must not be good for another way than the one that was drawn. Such
//! a process begins with the blocks of its flow, and ends where one fails, like any other. It passes when its last block is
//! [`BlockKind::GetValidationsResult`], by which its client says that there are no more to come.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    block::{Block, BlockKind},
    flow::{FlowSpec, LONGEST_TIME_TO_LIVE, MOST_BLOCKS, config_of, key_of},
    process::Process,
    progress::State,
    step::Step,
};
use crate::{
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{BlockId, StepId},
    time::Timestamp,
};

/// Longest label of a process, in characters.
const LONGEST_LABEL: usize = 100;

crate::text_enum! {
    /// What a process goes through, where that is not its flow.
    pub enum ProcessType {
        /// Blocks of its own.
        Dynamic = "dynamic",
    }
}

/// What a dynamic process has of its own where others have their flow's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dynamic {
    /// Its blocks up to now; the first is the authorisation.
    pub blocks: Vec<Block>,
    /// Minutes that it has.
    pub time_to_live: u32,
    /// What its client calls it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// How a process is to begin, as far as its flow leaves that open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opening {
    process_type: Option<ProcessType>,
    minutes: Option<u32>,
    label: String,
    first: Option<Block>,
}

/// Why a block is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// The process has ended.
    #[error("the process has ended")]
    Ended,
    /// Its blocks are its flow's.
    #[error("the process is not dynamic")]
    NotDynamic,
    /// All that was to come has been asked for.
    #[error("the process takes no more verifications")]
    Complete,
    /// It waits for somebody of the client.
    #[error("the process is paused")]
    Paused,
}

impl Opening {
    /// Reads how a process is to begin. `verification` is the first block behind those of the flow.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields, verification: &Value, id: BlockId) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let process_type = fields.one_of("process_type", ProcessType::ALL, &mut errors);
        let minutes = fields.get("ttl").map(|text| text.trim().parse().unwrap_or(0));
        if minutes.is_some_and(|minutes| !(1..=LONGEST_TIME_TO_LIVE).contains(&minutes)) {
            let expected = format!("must be a whole number of minutes from 1 to {LONGEST_TIME_TO_LIVE}");
            errors.push("ttl", expected);
        }
        let label = fields.text("label", LONGEST_LABEL, &mut errors);
        let mut first = None;
        if !verification.is_null() {
            match block(verification, "verification.", id) {
                Ok(block) => first = Some(block),
                Err(wrong) => errors.0.extend(wrong.0),
            }
        }
        errors.into_result()?;
        Ok(Self {
            process_type,
            minutes,
            label: label.unwrap_or_default(),
            first,
        })
    }

    /// What a process in a flow has of its own; none in a flow that says it all.
    ///
    /// # Errors
    /// If a dynamic process is asked for in such a flow.
    pub fn dynamic(self, flow: &FlowSpec) -> Result<Option<Dynamic>, FieldErrors> {
        if !flow.dynamic {
            return match self.process_type {
                None => Ok(None),
                Some(ProcessType::Dynamic) => {
                    let expected = "must be left out: the flow of the token is not dynamic";
                    Err(FieldErrors::one("process_type", expected))
                }
            };
        }
        let mut blocks = flow.blocks.clone();
        blocks.extend(self.first.map(|block| block.behind(&flow.blocks)));
        Ok(Some(Dynamic {
            blocks,
            time_to_live: self.minutes.unwrap_or(flow.time_to_live),
            label: self.label,
        }))
    }
}

/// Reads a block that is to be added: `{"type", "config"}`, by itself or as `verification`.
///
/// # Errors
/// Every field that is missing or wrong.
pub fn added(json: &Value, id: BlockId) -> Result<Block, FieldErrors> {
    match &json["verification"] {
        Value::Null => block(json, "", id),
        nested => block(nested, "verification.", id),
    }
}

fn block(json: &Value, at: &str, id: BlockId) -> Result<Block, FieldErrors> {
    let mut errors = FieldErrors::default();
    let kind = json["type"].as_str().and_then(|text| text.parse().ok());
    // Every process has authorised before its first block.
    let known = BlockKind::ALL
        .iter()
        .filter(|kind| **kind != BlockKind::EnterAuthorization);
    let known: Vec<BlockKind> = known.copied().collect();
    let Some(kind) = kind.filter(|kind| known.contains(kind)) else {
        return Err(FieldErrors::one(&format!("{at}type"), must_be_one_of(&known)));
    };
    let config = config_of(&json["config"], &format!("{at}config"), &mut errors);
    let block = Block {
        config,
        ..Block::bare(id, kind)
    };
    block.judge(at, &mut errors);
    errors.into_result()?;
    Ok(block)
}

impl Block {
    /// The same, named as the next one behind others.
    fn behind(self, others: &[Self]) -> Self {
        Self {
            key: key_of(others, self.kind),
            ..self
        }
    }
}

impl Process {
    /// What its flow says, with the blocks and the time that are its own.
    pub fn own(&self, flow: FlowSpec) -> FlowSpec {
        match &self.progress.dynamic {
            None => flow,
            Some(dynamic) => FlowSpec {
                blocks: dynamic.blocks.clone(),
                time_to_live: dynamic.time_to_live,
                ..flow
            },
        }
    }

    /// Whether it waits for its client to say what comes next.
    pub fn waits_for_a_block(&self) -> bool {
        self.progress.dynamic.is_some() && self.state == State::Active && self.progress.current.is_none()
    }

    /// Whether more blocks may come behind those that are known.
    pub(super) fn is_open_ended(&self) -> bool {
        self.progress.dynamic.as_ref().is_some_and(|dynamic| {
            let last = dynamic.blocks.last();
            last.is_none_or(|block| block.kind != BlockKind::GetValidationsResult)
        })
    }

    /// Adds a block behind the others, and has the person come to it if nothing else is left.
    ///
    /// # Errors
    /// If the process has ended, waits, goes through a flow, or has had its last block.
    pub fn add(
        &mut self,
        spec: &mut FlowSpec,
        block: Block,
        mut id: impl FnMut() -> StepId,
        now: Timestamp,
    ) -> Result<(), AddError> {
        match self.state {
            State::Ended => return Err(AddError::Ended),
            State::Paused => return Err(AddError::Paused),
            State::Deciding | State::Review => return Err(AddError::Complete),
            State::Active => {}
        }
        let open = self.is_open_ended() && spec.blocks.len() < MOST_BLOCKS;
        let Some(dynamic) = &mut self.progress.dynamic else {
            return Err(AddError::NotDynamic);
        };
        if !open {
            return Err(AddError::Complete);
        }
        let place = spec.blocks.len();
        let block = block.behind(&spec.blocks);
        let (retries, kinds) = (block.retries(), block.kind.steps());
        dynamic.blocks.push(block.clone());
        spec.blocks.push(block);
        let steps = kinds.iter().map(|kind| Step::new(id(), place, *kind, retries));
        self.progress.steps.extend(steps);
        if self.progress.current.is_none() {
            self.come_to(spec, place, now);
        }
        self.touch(now);
        Ok(())
    }
}
