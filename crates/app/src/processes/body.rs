//! A process as the wire prints it (seed 001, IdentityProcessResponse; `contract/identity-wire.md` §5.3).

use std::collections::BTreeMap;

use cotejo_domain::{
    ids::{BlockId, ClientId, DocumentId, FlowId, ProcessId, StepId},
    key_requests::ProcessCountry,
    processes::{
        Block, BlockKind, CanceledReason, DeclineReason, Ending, FailureStatus, FlowSpec, Process,
        ProcessStatus, ProcessType, Step, StepKind, StepState,
        block::Branch,
        ending::ExpiredReason,
        step::{InputType, StepOutput},
    },
    validations::Validation,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Underway;
use crate::validations::body::Instructions;

/// A process.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityProcessResponse)]
pub struct ProcessBody {
    /// Account ID
    account_id: String,
    /// Why the person gave up
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    canceled_reason: Option<CanceledReason>,
    /// Phone of the person
    #[serde(skip_serializing_if = "Option::is_none")]
    cell_phone: Option<String>,
    /// ID of the client creating the identity
    #[schema(value_type = String)]
    client_id: ClientId,
    /// ID of the client user creating the identity
    client_user_id: String,
    /// Country of the process
    #[schema(value_type = String)]
    country: ProcessCountry,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Place of the step that the person is at; absent at the first one
    #[serde(skip_serializing_if = "Option::is_none")]
    current_step: Option<usize>,
    /// What the person is asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    current_step_data: Option<CurrentStep>,
    /// Step ID
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    current_step_id: Option<StepId>,
    /// Type of the step
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    current_step_type: Option<StepKind>,
    /// RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
    /// Why the person did not pass
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    declined_reason: Option<DeclineReason>,
    /// Number of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    document_number: Option<String>,
    /// Documents that were validated
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<DocumentLink>,
    /// E-mail address of the person
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// What went wrong
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    /// Why the time was over
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    expired_reason: Option<ExpiredReason>,
    /// How it failed
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    failure_status: Option<FailureStatus>,
    /// Given names
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// Flow ID
    #[schema(value_type = String)]
    flow_id: FlowId,
    /// Version of the flow
    flow_version: i32,
    /// `male` or `female`
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    /// Names of the blocks
    #[schema(value_type = Vec<String>)]
    identity_verification_names: Vec<BlockKind>,
    /// The blocks
    identity_verifications: Vec<ProcessBlockBody>,
    /// What the client calls it
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Surnames
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// What its status counts as, where somebody decided otherwise
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    override_status: Option<ProcessStatus>,
    /// Who decided otherwise, the oldest first
    #[serde(skip_serializing_if = "Option::is_none")]
    override_status_history: Option<Vec<super::overrides::OverrideBody>>,
    /// Process ID
    #[schema(value_type = String)]
    process_id: ProcessId,
    /// `dynamic`, if its blocks come one by one
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    process_type: Option<ProcessType>,
    /// Where the person is sent at the end, with `client_user_id`, `process_id`, `account_id` and `status`
    redirect_url: String,
    /// `pending`, `success` or `failure`
    #[schema(value_type = String)]
    status: ProcessStatus,
    /// The steps
    steps: Vec<StepBody>,
    /// Minutes that it has
    time_to_live: u32,
    /// RFC 3339 with nanoseconds
    update_date: String,
    /// `<block>:<block id>` and where it stands
    #[schema(value_type = Object)]
    verifications: BTreeMap<String, ProcessStatus>,
}

/// A document of a process.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentLink {
    /// Document ID
    #[schema(value_type = String)]
    document_id: DocumentId,
}

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

/// What a body shows besides the process itself.
#[derive(Default)]
pub(super) struct Shown<'a> {
    /// Where the pictures of the current step go.
    pub uploads: Option<Instructions>,
    /// Its validations.
    pub validations: &'a [Validation],
    /// Who decided otherwise.
    pub history: Option<Vec<super::overrides::OverrideBody>>,
}

impl ProcessBody {
    pub(super) fn of(underway: &Underway, shown: Shown<'_>) -> Self {
        let Underway { process, spec, .. } = underway;
        let person = &process.applicant;
        let ending = process.ending;
        let dynamic = process.progress.dynamic.as_ref();
        let current = process.current();
        let documents = shown
            .validations
            .iter()
            .filter_map(|validation| validation.document);
        let mut uploads = shown.uploads.map(upload_bodies);
        let mut steps = Vec::new();
        for (place, step) in process.progress.steps.iter().enumerate() {
            let here = process.progress.current == Some(place);
            let urls = if here { uploads.take() } else { None };
            steps.push(StepBody::of(process, spec, place, step, urls));
        }
        Self {
            account_id: process.account_name.to_string(),
            canceled_reason: ending.and_then(Ending::canceled),
            cell_phone: person.phone.clone(),
            client_id: process.client,
            client_user_id: process.account_name.to_string(),
            country: process.country,
            creation_date: process.created.rfc3339_nanos(),
            current_step: process.progress.current.filter(|place| *place > 0),
            current_step_data: current.map(|step| CurrentStep::of(process, spec, step)),
            current_step_id: current.map(|step| step.id),
            current_step_type: current.map(|step| step.kind),
            date_of_birth: person.date_of_birth.map(cotejo_domain::time::date_on_the_wire),
            declined_reason: ending.and_then(Ending::declined),
            document_number: person.document_number.clone(),
            documents: documents
                .map(|document_id| DocumentLink { document_id })
                .collect(),
            email: person.email.clone(),
            error_message: process.progress.errors.last().cloned(),
            expired_reason: ending.and_then(Ending::expired),
            failure_status: ending.and_then(Ending::failure),
            first_name: person.first_name.clone(),
            flow_id: process.flow,
            flow_version: process.flow_version,
            gender: person.gender.clone(),
            identity_verification_names: spec.blocks.iter().map(|block| block.kind).collect(),
            identity_verifications: blocks(process, spec),
            label: dynamic
                .map(|own| own.label.clone())
                .filter(|label| !label.is_empty()),
            last_name: person.last_name.clone(),
            override_status: process.overridden,
            override_status_history: shown.history.filter(|_| process.overridden.is_some()),
            process_id: process.id,
            process_type: dynamic.map(|_| ProcessType::Dynamic),
            redirect_url: process.redirect_url.clone(),
            status: process.status(),
            steps,
            time_to_live: spec.time_to_live,
            update_date: process.updated.rfc3339_nanos(),
            verifications: verifications(process, spec),
        }
    }
}

fn blocks(process: &Process, spec: &FlowSpec) -> Vec<ProcessBlockBody> {
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
pub(super) fn verifications(process: &Process, spec: &FlowSpec) -> BTreeMap<String, ProcessStatus> {
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

fn upload_bodies(links: Instructions) -> Vec<UploadBody> {
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
    fn of(process: &Process, spec: &FlowSpec, step: &Step) -> Self {
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
    fn of(
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

/// A process as its events tell it.
#[derive(Debug, Serialize)]
pub(super) struct EventBody<'a> {
    account_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_reason: Option<CanceledReason>,
    client_id: ClientId,
    client_user_id: &'a str,
    country: ProcessCountry,
    creation_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    declined_reason: Option<DeclineReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_reason: Option<ExpiredReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_status: Option<FailureStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    flow_id: FlowId,
    flow_version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    override_status: Option<ProcessStatus>,
    process_id: ProcessId,
    status: ProcessStatus,
    /// The step that the event is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    step_id: Option<StepId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_type: Option<StepKind>,
    update_date: String,
}

impl<'a> EventBody<'a> {
    pub(super) fn of(process: &'a Process, step: Option<&Step>) -> Self {
        let person = &process.applicant;
        let ending = process.ending;
        Self {
            account_id: process.account_name.as_str(),
            canceled_reason: ending.and_then(Ending::canceled),
            client_id: process.client,
            client_user_id: process.account_name.as_str(),
            country: process.country,
            creation_date: process.created.rfc3339_nanos(),
            declined_reason: ending.and_then(Ending::declined),
            document_country: person.document_country.as_deref(),
            document_number: person.document_number.as_deref(),
            document_type: person.document_type.as_deref(),
            expired_reason: ending.and_then(Ending::expired),
            failure_status: ending.and_then(Ending::failure),
            first_name: person.first_name.as_deref(),
            flow_id: process.flow,
            flow_version: process.flow_version,
            last_name: person.last_name.as_deref(),
            override_status: process.overridden,
            process_id: process.id,
            status: process.status(),
            step_id: step.map(|step| step.id),
            step_type: step.map(|step| step.kind),
            update_date: process.updated.rfc3339_nanos(),
        }
    }
}
