//! The result of a process (seed 001, Get Result; `contract/identity-wire.md` §5.5).

use cotejo_domain::{
    ids::{CheckId, ClientId, FlowId, ProcessId},
    key_requests::ProcessCountry,
    permissions::Permission,
    processes::{
        CanceledReason, DeclineReason, Ending, FailureStatus, Process, ProcessStatus, Step, Via,
        ending::ExpiredReason, surroundings::Device,
    },
};
use cotejo_store::{decisions, validations};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    Underway, may,
    overrides::{OverrideBody, history},
};
use crate::{App, AppResult, access::Caller, validations::body::ValidationBody};

/// What a process came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = resultOutput)]
pub struct ResultBody {
    /// Account ID
    account_id: String,
    /// Why the person gave up
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    canceled_reason: Option<CanceledReason>,
    /// Background check ID
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    check_id: Option<CheckId>,
    /// The client
    #[schema(value_type = String)]
    client_id: ClientId,
    /// Client User ID
    client_user_id: String,
    /// Country of the process
    #[schema(value_type = String)]
    country: ProcessCountry,
    /// How it was begun
    #[schema(value_type = String, example = "web")]
    created_via: Via,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// The city that the person is in
    #[serde(skip_serializing_if = "String::is_empty")]
    city: String,
    /// How many steps are behind the person
    current_step_index: usize,
    /// Why the person did not pass
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    declined_reason: Option<DeclineReason>,
    /// The device of the person
    #[schema(value_type = Vec<Object>)]
    devices_info: Vec<Device>,
    /// Number of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    document_number: Option<String>,
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
    /// Latitude and longitude that the device told, or `denied`
    #[serde(skip_serializing_if = "String::is_empty")]
    geolocation_device: String,
    /// Latitude and longitude that the address leads to
    #[serde(skip_serializing_if = "String::is_empty")]
    geolocation_ip: String,
    /// The address that it was begun from
    #[serde(skip_serializing_if = "String::is_empty")]
    ip_address: String,
    /// The last step that ended
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    last_finished_step: Option<Value>,
    /// Surnames
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// The client's own variables
    #[schema(value_type = Object)]
    metadata: std::collections::BTreeMap<String, String>,
    /// What its status counts as, where somebody decided otherwise
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    override_status: Option<ProcessStatus>,
    /// Who decided otherwise, the oldest first
    #[serde(skip_serializing_if = "Option::is_none")]
    override_status_history: Option<Vec<OverrideBody>>,
    /// Process ID
    #[schema(value_type = String)]
    process_id: ProcessId,
    /// `pending`, `success` or `failure`
    #[schema(value_type = String)]
    status: ProcessStatus,
    /// Minutes that it has
    time_to_live: u32,
    /// RFC 3339 with nanoseconds
    update_date: String,
    /// Its validations
    validations: Vec<ValidationBody>,
}

impl App {
    /// GET /v1/processes/{id}/result
    pub async fn get_process_result(&self, caller: &Caller, id: ProcessId) -> AppResult<ResultBody> {
        may(caller, id, Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let underway = self.see_process(&mut conn, caller.client().id, id).await?;
        self.result_body(&mut conn, caller, &underway).await
    }

    pub(super) async fn result_body(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        underway: &Underway,
    ) -> AppResult<ResultBody> {
        let Underway { process, spec, .. } = underway;
        let made = validations::of_process(&mut *conn, process.client, process.id).await?;
        let mut bodies = Vec::with_capacity(made.len());
        for validation in &made {
            bodies.push(self.validation_body(&mut *conn, caller, validation, true).await?);
        }
        let history = match process.overridden {
            None => None,
            Some(_) => Some(history(
                &decisions::of_process(conn, process.client, process.id).await?,
            )),
        };
        let ending = process.ending;
        let person = &process.applicant;
        let steps = &process.progress.steps;
        let around = &process.start.surroundings;
        Ok(ResultBody {
            account_id: process.account_name.to_string(),
            canceled_reason: ending.and_then(Ending::canceled),
            check_id: steps.iter().find_map(|step| step.check),
            client_id: process.client,
            client_user_id: process.account_name.to_string(),
            city: around.city.clone(),
            country: process.country,
            created_via: process.via,
            creation_date: process.created.rfc3339_nanos(),
            current_step_index: steps.iter().filter(|step| step.is_over()).count(),
            declined_reason: ending.and_then(Ending::declined),
            devices_info: around.device.clone().into_iter().collect(),
            document_number: person.document_number.clone(),
            expired_reason: ending.and_then(Ending::expired),
            failure_status: ending.and_then(Ending::failure),
            first_name: person.first_name.clone(),
            flow_id: process.flow,
            flow_version: process.flow_version,
            geolocation_device: around.geolocation_device.clone(),
            geolocation_ip: around.geolocation_ip.clone(),
            ip_address: process.ip_address.clone(),
            last_finished_step: last_finished(process),
            last_name: person.last_name.clone(),
            metadata: process.start.metadata.clone(),
            override_status: process.overridden,
            override_status_history: history,
            process_id: process.id,
            status: process.status(),
            time_to_live: spec.time_to_live,
            update_date: process.updated.rfc3339_nanos(),
            validations: bodies,
        })
    }
}

/// The step that ended last.
fn last_finished(process: &Process) -> Option<Value> {
    let over = process.progress.steps.iter().filter(|step| step.output.is_some());
    let last: &Step = over.max_by_key(|step| step.finished)?;
    let mut told = Map::new();
    told.insert("step_id".to_owned(), json!(last.id));
    told.insert("type".to_owned(), json!(last.kind));
    told.insert("finish_date".to_owned(), json!(last.finished?.rfc3339_seconds()));
    Some(Value::Object(told))
}
