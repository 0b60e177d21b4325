//! A process as the wire prints it (seed 001, IdentityProcessResponse; `contract/identity-wire.md` §5.3).

mod blocks;
mod steps;

use std::collections::BTreeMap;

use cotejo_domain::{
    ids::{ClientId, DocumentId, FlowId, ProcessId, StepId},
    key_requests::ProcessCountry,
    processes::{
        BlockKind, CanceledReason, DeclineReason, Ending, FailureStatus, ProcessStatus, ProcessType,
        StepKind, ending::ExpiredReason,
    },
    validations::Validation,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Underway;
use crate::validations::body::Instructions;

use blocks::{ProcessBlockBody, blocks};
use steps::{CurrentStep, StepBody, upload_bodies};

pub(super) use blocks::verifications;

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
