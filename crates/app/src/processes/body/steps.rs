//! How the wire prints the steps of a process: what is to be entered, where pictures go, how the last try ended.

use cotejo_domain::{
    ids::{BlockId, ProcessId, StepId},
    processes::{
        Block, BlockKind, DeclineReason, FailureStatus, FlowSpec, Process, Step, StepKind, StepState,
        step::{InputType, StepOutput},
    },
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::validations::body::Instructions;

/// What the person is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentStep {
    /// Whether the person goes on while it is being looked at
    async_step: bool,
    /// How its block is configured
    #[schema(value_type = Option<Object>)]
    config: Option<Value>,
    /// What is to be entered
    expected_inputs: Vec<InputBody>,
    /// Why it is to be tried again
    retry_reason: String,
    /// `available` while it may be tried again, else `unavailable`
    retry_status: &'static str,
    /// Its type
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: StepKind,
    /// How the last try ended
    verification_output: Option<OutputBody>,
}

/// A step of a process.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepBody {
    /// Whether the person goes on while it is being looked at
    async_step: bool,
    /// How its block is configured
    #[schema(value_type = Option<Object>)]
    config: Option<Value>,
    /// For people
    description: String,
    /// What is to be entered
    expected_inputs: Vec<InputBody>,
    /// Where pictures go; only of the step that the person is at
    files_upload_urls: Option<Vec<UploadBody>>,
    /// Whether it is the last one
    is_process_final_step: bool,
    /// Whether it is the first one
    is_process_first_step: bool,
    /// Process ID
    #[schema(value_type = String)]
    process_id: ProcessId,
    /// Where the person is sent at the end
    redirect_url: String,
    /// How often it may still be tried again
    remaining_retries: u32,
    /// Step ID
    #[schema(value_type = String)]
    step_id: StepId,
    /// For people
    title: String,
    /// Its type
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: StepKind,
    /// Which of the validations of its block it is
    validation_index: u32,
    /// Block ID
    #[schema(value_type = String)]
    verification_id: Option<BlockId>,
    /// How the last try ended
    verification_output: Option<OutputBody>,
    /// Its block
    #[schema(value_type = String)]
    verification_type: Option<BlockKind>,
}

/// An input of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct InputBody {
    /// For people
    description: String,
    /// Longest value; 0 where there is no limit
    length: u32,
    /// Its name
    name: &'static str,
    /// Whether it may be left out
    optional: bool,
    /// What can be chosen
    options: Vec<String>,
    /// For people
    placeholder: String,
    /// Whether its value is given
    read_only: bool,
    /// What it looks like
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "select")]
    kind: InputType,
    /// Its value
    value: String,
}

/// Where a picture goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadBody {
    /// For people
    description: String,
    /// Its media type
    media_type: &'static str,
    /// Which picture
    name: &'static str,
    /// One PUT
    url: String,
}

/// How a try of a step ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutputBody {
    /// Why it failed
    declined_reason: String,
    /// How it failed
    failure_status: String,
    /// Whether pictures are there
    media_uploaded: bool,
    /// In words
    message: String,
    /// What it found
    #[schema(value_type = Vec<Object>)]
    outputs: Vec<Value>,
    /// `pending`, `success` or `failure`
    status: &'static str,
    /// Whether anything was submitted
    step_data_received: bool,
}

pub(super) fn upload_bodies(links: Instructions) -> Vec<UploadBody> {
    let named = [
        ("document_front", links.front_url),
        ("document_reverse", links.reverse_url),
        ("face_photo", links.file_upload_link),
    ];
    let there = named.into_iter().filter_map(|(name, url)| Some((name, url?)));
    there
        .map(|(name, url)| UploadBody {
            description: String::new(),
            media_type: "image/jpeg",
            name,
            url,
        })
        .collect()
}

fn config(process: &Process, spec: &FlowSpec, step: &Step) -> Option<Value> {
    let config = spec.blocks.get(step.block)?.shown(process.client);
    (!config.is_empty()).then_some(Value::Object(config))
}

impl CurrentStep {
    pub(super) fn of(process: &Process, spec: &FlowSpec, step: &Step) -> Self {
        let reason = step.output.as_ref().and_then(|output| output.reason);
        Self {
            async_step: false,
            config: config(process, spec, step),
            expected_inputs: inputs(process, spec, step),
            retry_reason: reason.map(|reason| reason.to_string()).unwrap_or_default(),
            retry_status: if step.remaining_retries > 0 {
                "available"
            } else {
                "unavailable"
            },
            kind: step.kind,
            verification_output: OutputBody::of(step),
        }
    }
}

impl StepBody {
    pub(super) fn of(
        process: &Process,
        spec: &FlowSpec,
        place: usize,
        step: &Step,
        urls: Option<Vec<UploadBody>>,
    ) -> Self {
        let block = spec.blocks.get(step.block);
        Self {
            async_step: false,
            config: config(process, spec, step),
            description: String::new(),
            expected_inputs: inputs(process, spec, step),
            files_upload_urls: urls.filter(|urls| !urls.is_empty()),
            is_process_final_step: place + 1 == process.progress.steps.len(),
            is_process_first_step: place == 0,
            process_id: process.id,
            redirect_url: String::new(),
            remaining_retries: step.remaining_retries,
            step_id: step.id,
            title: match (step.kind, block) {
                (StepKind::EnterResponse, Some(block)) => block.question().text,
                _ => String::new(),
            },
            kind: step.kind,
            validation_index: 0,
            verification_id: block.map(|block| block.id),
            verification_output: OutputBody::of(step),
            verification_type: block.map(|block| block.kind),
        }
    }
}

fn inputs(process: &Process, spec: &FlowSpec, step: &Step) -> Vec<InputBody> {
    let block = spec.blocks.get(step.block);
    let body = |(name, kind): &(&'static str, InputType)| {
        let given = process.given(spec, step, name);
        let entered = step.entered.get(*name).map(String::as_str);
        let question = (step.kind == StepKind::EnterResponse)
            .then(|| block.map(Block::question))
            .flatten()
            .unwrap_or_default();
        let kind = step.shown(*kind, spec);
        InputBody {
            description: question.text,
            length: if step.kind.wants_code() { 6 } else { 0 },
            name,
            optional: question.optional,
            options: options(step.kind, name, block, question.options),
            placeholder: String::new(),
            read_only: given.is_some(),
            kind,
            value: given.or(entered).unwrap_or_default().to_owned(),
        }
    };
    step.kind.inputs().iter().map(body).collect()
}

fn options(kind: StepKind, name: &str, block: Option<&Block>, of_question: Vec<String>) -> Vec<String> {
    let documents = || block.map(Block::documents).unwrap_or_default();
    let mut options: Vec<String> = match (kind, name) {
        (StepKind::EnterDocumentType, "country") => {
            documents().iter().map(|kind| kind.country.to_string()).collect()
        }
        (StepKind::EnterDocumentType, "document_type") => documents()
            .iter()
            .map(|kind| kind.document_type.to_string())
            .collect(),
        (StepKind::EnterResponse, _) => return of_question,
        _ => Vec::new(),
    };
    options.sort_unstable();
    options.dedup();
    options
}

impl OutputBody {
    fn of(step: &Step) -> Option<Self> {
        let processing = step.state == StepState::Processing;
        let status = match (&step.output, processing) {
            (_, true) => "pending",
            (Some(StepOutput { success: true, .. }), _) => "success",
            (Some(_), _) => "failure",
            (None, _) => return None,
        };
        let output = step.output.as_ref().filter(|_| !processing);
        let reason = output.and_then(|output| output.reason);
        let failure = output.and_then(|output| output.failure);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Some(Self {
            declined_reason: text(reason.map(DeclineReason::as_str)),
            failure_status: text(failure.map(FailureStatus::as_str)),
            media_uploaded: step.kind.wants_pictures() && (processing || step.is_over()),
            message: text(reason.map(DeclineReason::as_str)).replace('_', " "),
            outputs: Vec::new(),
            status,
            step_data_received: true,
        })
    }
}
