//! A process as its events tell it.

use cotejo_domain::{
    ids::{ClientId, FlowId, ProcessId, StepId},
    key_requests::ProcessCountry,
    processes::{
        CanceledReason, DeclineReason, Ending, FailureStatus, Process, ProcessStatus, Step, StepKind,
        ending::ExpiredReason,
    },
};
use serde::Serialize;

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
