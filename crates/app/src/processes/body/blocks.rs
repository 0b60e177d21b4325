//! How the wire prints the blocks of a process, and where each of them stands.

use std::collections::BTreeMap;

use cotejo_domain::{
    ids::{BlockId, StepId},
    processes::{BlockKind, FlowSpec, Process, ProcessStatus, Step, StepKind, StepState, block::Branch},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A block of a process.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcessBlockBody {
    /// How it is configured
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    /// Where the flow goes on: conditions and what they lead to
    #[serde(rename = "if")]
    #[schema(value_type = Vec<Object>)]
    branches: Vec<Branch>,
    /// What it validates
    #[schema(value_type = String, example = "document_verification")]
    name: BlockKind,
    /// Its steps in this process
    steps: Vec<StepLink>,
    /// Block ID
    #[schema(value_type = String)]
    verification_id: BlockId,
}

/// A step by its id.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepLink {
    /// Step ID
    #[schema(value_type = String)]
    step_id: StepId,
    /// Its type
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: StepKind,
}

pub(super) fn blocks(process: &Process, spec: &FlowSpec) -> Vec<ProcessBlockBody> {
    let own = |place: usize| {
        let steps = process
            .progress
            .steps
            .iter()
            .filter(move |step| step.block == place);
        steps.map(|step| StepLink {
            step_id: step.id,
            kind: step.kind,
        })
    };
    let blocks = spec.blocks.iter().enumerate();
    blocks
        .map(|(place, block)| ProcessBlockBody {
            config: block.shown(process.client),
            branches: block.branches.clone(),
            name: block.kind,
            steps: own(place).collect(),
            verification_id: block.id,
        })
        .collect()
}

/// Where each block stands: as its worst step.
pub(crate) fn verifications(process: &Process, spec: &FlowSpec) -> BTreeMap<String, ProcessStatus> {
    let stand = |place: usize| {
        let steps: Vec<&Step> = process
            .progress
            .steps
            .iter()
            .filter(|step| step.block == place)
            .collect();
        let any = |state| steps.iter().any(|step| step.state == state);
        if any(StepState::Failed) {
            ProcessStatus::Failure
        } else if steps.iter().all(|step| step.state == StepState::Passed) {
            ProcessStatus::Success
        } else {
            ProcessStatus::Pending
        }
    };
    let blocks = spec.blocks.iter().enumerate();
    blocks
        .map(|(place, block)| (format!("{}:{}", block.kind, block.id), stand(place)))
        .collect()
}
