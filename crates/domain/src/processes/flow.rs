//! Flows: what a client draws (`contract/identity-wire.md` §5.7). A running process keeps the version that it began with.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    block::{Block, BlockKind, Branch},
    decider::Decider,
    dynamic::ProcessType,
};
use crate::{
    fields::{FieldErrors, must_be_one_of},
    functions::Function,
    ids::{BlockId, ClientId, FlowId},
    rules::Condition,
    time::Timestamp,
};

crate::text_enum! {
    /// Whether new processes may begin in a flow.
    pub enum FlowStatus {
        /// They may.
        Enabled = "enabled",
        /// They may not; those under way go on.
        Disabled = "disabled",
    }
}

/// Minutes that a process has, unless its flow says otherwise.
pub const TIME_TO_LIVE: u32 = 120;
/// Most minutes that it may have.
pub const LONGEST_TIME_TO_LIVE: u32 = 1440;

/// Longest name of a flow, in characters.
pub const LONGEST_NAME: usize = 100;
pub(super) const MOST_BLOCKS: usize = 30;
const MOST_BRANCHES: usize = 10;
const MOST_FUNCTIONS: usize = 5;

/// What a branch may name besides blocks.
const ENDS: [&str; 3] = ["success", "failure", "review"];

/// What a version of a flow says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowSpec {
    /// Its blocks, in order; the first is the authorisation.
    pub blocks: Vec<Block>,
    /// Minutes that a process has.
    pub time_to_live: u32,
    /// Whether more blocks come while a process is under way ([`dynamic`](super::dynamic)).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dynamic: bool,
    /// What decides at the end; without one a block that fails ends the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decider: Option<Decider>,
    /// Functions that are run before it decides, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
}

/// A flow, with one of its versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// Whether processes may begin.
    pub status: FlowStatus,
    /// The number of the version.
    pub version: i32,
    /// What the version says.
    pub spec: FlowSpec,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// A flow that is asked for, or what one is to become.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFlow {
    /// Its name.
    pub name: String,
    /// Whether processes may begin.
    pub status: FlowStatus,
    /// What it says.
    pub spec: FlowSpec,
}

/// Where a flow goes on behind a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// In the block at this place.
    Block(usize),
    /// Nowhere: all was seen.
    End,
    /// Nowhere: the flow itself says how it ends.
    Decided(super::Verdict),
}

impl FlowSpec {
    /// The flow that every client has from the start: authorisation, then a document with the face on it.
    pub fn default_flow(id: impl FnMut() -> BlockId) -> Self {
        let kinds = [
            BlockKind::EnterAuthorization,
            BlockKind::DocumentVerificationWithFaceRecognition,
        ];
        Self::of(&kinds, id)
    }

    /// A flow of blocks as they come, without branches.
    pub fn of(kinds: &[BlockKind], mut id: impl FnMut() -> BlockId) -> Self {
        let blocks = kinds.iter().map(|kind| Block {
            key: kind.as_str().to_owned(),
            ..Block::bare(id(), *kind)
        });
        Self {
            blocks: blocks.collect(),
            time_to_live: TIME_TO_LIVE,
            dynamic: false,
            decider: None,
            functions: Vec::new(),
        }
    }

    /// Where it goes on behind the block at a place, by what is known by then.
    pub fn next(&self, place: usize, known: &Value) -> Next {
        use super::Verdict;
        let taken = self.blocks.get(place).and_then(|block| {
            let mut branches = block.branches.iter();
            branches.find(|branch| branch.holds(known))
        });
        match taken.map(|branch| branch.go_to.as_str()) {
            Some("success") => Next::Decided(Verdict::Pass),
            Some("failure") => Next::Decided(Verdict::Fail),
            Some("review") => Next::Decided(Verdict::Review),
            Some(key) => self
                .place_of(key)
                .filter(|next| *next > place)
                .map_or(Next::End, Next::Block),
            None if place + 1 < self.blocks.len() => Next::Block(place + 1),
            None => Next::End,
        }
    }

    fn place_of(&self, key: &str) -> Option<usize> {
        self.blocks.iter().position(|block| block.key == key)
    }
}

impl Flow {
    /// A flow of its own that says the same, with blocks of their own.
    pub fn copy(
        &self,
        id: FlowId,
        name: Option<String>,
        now: Timestamp,
        mut block_id: impl FnMut() -> BlockId,
    ) -> Self {
        const MARK: &str = " (copy)";
        let mut copy = Self {
            id,
            name: name.unwrap_or_else(|| {
                let kept = self.name.chars().take(LONGEST_NAME - MARK.len());
                kept.chain(MARK.chars()).collect()
            }),
            version: 1,
            created: now,
            updated: now,
            ..self.clone()
        };
        copy.spec
            .blocks
            .iter_mut()
            .for_each(|block| block.id = block_id());
        copy
    }
}

impl NewFlow {
    /// Reads a flow. `id` makes the ids of blocks that have none.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(json: &Value, mut id: impl FnMut() -> BlockId) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = match json["name"].as_str().map(str::trim) {
            Some(name)
                if (1..=LONGEST_NAME).contains(&name.chars().count())
                    && !name.chars().any(char::is_control) =>
            {
                name.to_owned()
            }
            _ => {
                errors.push(
                    "name",
                    format!("must be a text of 1 to {LONGEST_NAME} characters"),
                );
                String::new()
            }
        };
        let status = match &json["status"] {
            Value::Null => FlowStatus::Enabled,
            value => value
                .as_str()
                .and_then(|text| text.parse().ok())
                .unwrap_or_else(|| {
                    errors.push("status", must_be_one_of(FlowStatus::ALL));
                    FlowStatus::Enabled
                }),
        };
        let time_to_live = match &json["time_to_live"] {
            Value::Null => TIME_TO_LIVE,
            value => {
                let minutes = value.as_u64().and_then(|minutes| u32::try_from(minutes).ok());
                let good = minutes.filter(|minutes| (1..=LONGEST_TIME_TO_LIVE).contains(minutes));
                good.unwrap_or_else(|| {
                    let expected =
                        format!("must be a whole number of minutes from 1 to {LONGEST_TIME_TO_LIVE}");
                    errors.push("time_to_live", expected);
                    TIME_TO_LIVE
                })
            }
        };
        let process_type = &json["process_type"];
        let named = process_type
            .as_str()
            .and_then(|text| text.parse::<ProcessType>().ok());
        if named.is_none() && !process_type.is_null() {
            errors.push("process_type", must_be_one_of(ProcessType::ALL));
        }
        let dynamic = named == Some(ProcessType::Dynamic);
        let blocks = blocks(&json[FIELD], dynamic, &mut id, &mut errors);
        let decider = Decider::parse(&json["decider"], &mut errors);
        let functions = functions(&json["functions"], &mut errors);
        errors.into_result()?;
        Ok(Self {
            name,
            status,
            spec: FlowSpec {
                blocks,
                time_to_live,
                dynamic,
                decider,
                functions,
            },
        })
    }
}

fn functions(json: &Value, errors: &mut FieldErrors) -> Vec<Function> {
    let items = match json {
        Value::Null => return Vec::new(),
        Value::Array(items) if items.len() <= MOST_FUNCTIONS => items,
        _ => {
            errors.push(
                "functions",
                format!("must be a list of at most {MOST_FUNCTIONS} functions"),
            );
            return Vec::new();
        }
    };
    let mut functions = Vec::new();
    for (place, item) in items.iter().enumerate() {
        match Function::parse(item) {
            Ok(function) => functions.push(function),
            Err(wrong) => {
                for error in wrong.0 {
                    errors.push(&format!("functions[{place}].{}", error.field), error.message);
                }
            }
        }
    }
    functions
}

const FIELD: &str = "identity_verifications";

fn blocks(
    json: &Value,
    dynamic: bool,
    id: &mut dyn FnMut() -> BlockId,
    errors: &mut FieldErrors,
) -> Vec<Block> {
    let items = match json {
        // What a dynamic process goes through may come altogether later.
        Value::Null if dynamic => &[],
        Value::Array(items) if items.len() <= MOST_BLOCKS && (dynamic || !items.is_empty()) => &items[..],
        _ => {
            errors.push(FIELD, format!("must be a list of 1 to {MOST_BLOCKS} blocks"));
            return Vec::new();
        }
    };
    let mut blocks = Vec::new();
    for (place, item) in items.iter().enumerate() {
        blocks.extend(block(item, &format!("{FIELD}[{place}]"), id, errors));
    }
    // The data authorisation is mandatory, and comes before anything is asked.
    let begins = blocks
        .first()
        .is_some_and(|block| block.kind == BlockKind::EnterAuthorization);
    if !begins {
        blocks.insert(0, Block::bare(id(), BlockKind::EnterAuthorization));
    }
    let again = |block: &Block| block.kind == BlockKind::EnterAuthorization;
    if blocks.iter().skip(1).any(again) {
        errors.push(FIELD, "must have enter_authorization once, as the first block");
    }
    if errors.0.is_empty() && blocks.len() == 1 && !dynamic {
        errors.push(FIELD, "must have a block besides enter_authorization");
    }
    name_blocks(&mut blocks, errors);
    judge_branches(&blocks, errors);
    blocks
}

fn block(json: &Value, at: &str, id: &mut dyn FnMut() -> BlockId, errors: &mut FieldErrors) -> Option<Block> {
    let kind = json["name"].as_str().and_then(|text| text.parse().ok());
    let Some(kind) = kind else {
        errors.push(&format!("{at}.name"), must_be_one_of(BlockKind::ALL));
        return None;
    };
    let config = config_of(&json["config"], &format!("{at}.config"), errors);
    let key = match &json["key"] {
        Value::Null => String::new(),
        Value::String(key) if is_key(key) => key.clone(),
        _ => {
            errors.push(
                &format!("{at}.key"),
                "must have 1 to 40 of the characters a-z 0-9 _",
            );
            String::new()
        }
    };
    let given = json["verification_id"].as_str().unwrap_or_default();
    let block = Block {
        id: given.parse().unwrap_or_else(|_| id()),
        key,
        kind,
        config,
        branches: branches(&json["if"], &format!("{at}.if"), errors),
    };
    block.judge(&format!("{at}."), errors);
    Some(block)
}

pub(super) fn config_of(json: &Value, at: &str, errors: &mut FieldErrors) -> Map<String, Value> {
    match json {
        Value::Null => Map::new(),
        Value::Object(config) => config.clone(),
        _ => {
            errors.push(at, "must be an object");
            Map::new()
        }
    }
}

fn is_key(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn branches(json: &Value, at: &str, errors: &mut FieldErrors) -> Vec<Branch> {
    let items = match json {
        Value::Null => return Vec::new(),
        Value::Array(items) if items.len() <= MOST_BRANCHES => items,
        _ => {
            errors.push(at, format!("must be a list of at most {MOST_BRANCHES} branches"));
            return Vec::new();
        }
    };
    let mut branches = Vec::new();
    for (place, item) in items.iter().enumerate() {
        if let Err(wrong) = Condition::parse(&item["condition"]) {
            for error in wrong.0 {
                let field = error.field.replacen("conditions", "condition", 1);
                errors.push(&format!("{at}[{place}].{field}"), error.message);
            }
        }
        branches.push(Branch {
            condition: item["condition"].clone(),
            go_to: item["go_to"].as_str().unwrap_or_default().to_owned(),
        });
    }
    branches
}

/// Gives every block a key of its own: the one that was sent, else its name, numbered where it stands again.
fn name_blocks(blocks: &mut [Block], errors: &mut FieldErrors) {
    for place in 0..blocks.len() {
        let (before, rest) = blocks.split_at_mut(place);
        let Some(block) = rest.first_mut() else { break };
        if block.key.is_empty() {
            block.key = key_of(before, block.kind);
        }
        let taken = before.iter().any(|earlier| earlier.key == block.key);
        if taken || ENDS.contains(&block.key.as_str()) {
            errors.push(&format!("{FIELD}[{place}].key"), "must be another one");
        }
    }
}

/// The key of a block that has none of its own, behind the others.
pub(super) fn key_of(before: &[Block], kind: BlockKind) -> String {
    match before.iter().filter(|block| block.kind == kind).count() {
        0 => kind.as_str().to_owned(),
        earlier => format!("{kind}_{}", earlier + 1),
    }
}

/// A flow that goes back might never end: branches lead forward.
fn judge_branches(blocks: &[Block], errors: &mut FieldErrors) {
    for (place, block) in blocks.iter().enumerate() {
        for (nth, branch) in block.branches.iter().enumerate() {
            let target = blocks.iter().position(|block| block.key == branch.go_to);
            let forward = target.is_some_and(|target| target > place);
            if !forward && !ENDS.contains(&branch.go_to.as_str()) {
                errors.push(
                    &format!("{}.if[{nth}].go_to", block.key),
                    "must be success, failure, review or the key of a later block: a flow that goes back might never end",
                );
            }
        }
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
