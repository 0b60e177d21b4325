//! Beginning a process.

use cotejo_domain::{
    clients::Client,
    events::EventAction,
    ids::{BillingHubId, BlockId, StepId},
    key_requests::TokenData,
    processes::{Applicant, Opening, Process, Progress, Start, State, Surroundings, Via},
};
use cotejo_store::{flows as flow_store, processes as store};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{FLOW, PROCESS, Underway, body::ProcessBody, token_data};
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done, Input},
};

/// A process that is to be begun.
pub(super) struct Beginning<'a> {
    pub data: TokenData,
    pub applicant: Applicant,
    pub via: Via,
    pub token: Option<Uuid>,
    pub origin: &'a str,
    /// The billing hub of whoever begins it.
    pub billing_hub: Option<BillingHubId>,
    /// The version of the flow; the newest where none is named.
    pub version: Option<i32>,
    /// Seconds that it has; as long as the flow says where nothing is said.
    pub seconds: Option<i64>,
    /// How, as far as its flow leaves that open.
    pub opening: Opening,
    /// Where and on what it is begun.
    pub surroundings: Surroundings,
}

impl App {
    /// POST /v1/processes: begins the process that a web token is for, once; then it is the same one (200).
    pub async fn create_process(&self, command: &Command) -> AppResult<Done> {
        let data = token_data(&command.caller)?.ok_or(AppError::Forbidden)?;
        let fields = command.fields()?;
        // A form has no place for a block.
        let verification = match &command.input {
            Input::Document(document) => &document["verification"],
            Input::Fields(_) => &Value::Null,
        };
        let block_id = BlockId(self.ids().uuid(command.now(self)));
        let opening = Opening::parse(&fields, verification, block_id);
        let (opening, surroundings) = match (opening, Surroundings::parse(&fields)) {
            (Ok(opening), Ok(surroundings)) => (opening, surroundings),
            (opening, surroundings) => {
                let mut errors = opening.err().unwrap_or_default();
                errors.0.extend(surroundings.err().unwrap_or_default().0);
                return Err(errors.into());
            }
        };
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let id = data.process_id;
        let beginning = Beginning {
            applicant: Applicant {
                email: data.emails.first().cloned(),
                phone: data.phones.first().cloned(),
                ..Applicant::default()
            },
            data,
            via: Via::Web,
            token: None,
            origin: &command.origin,
            billing_hub: command.caller.key.billing_hub,
            version: None,
            seconds: None,
            opening,
            surroundings,
        };
        let begun = self.begin_process(&mut write.tx, client, beginning).await?;
        let status = if begun.is_some() { 201 } else { 200 };
        let underway = match begun {
            Some(underway) => underway,
            None => self.see_process(&mut write.tx, client.id, id).await?,
        };
        let body = self.process_body(&mut write.tx, &underway).await?;
        let audited = Audited {
            action: "process.created",
            resource: id.0,
            ..Audited::default()
        };
        self.end::<ProcessBody>(write, command, audited, status, &body)
            .await
    }

    /// Begins a process in a version of its flow; none where it was begun before.
    pub(super) async fn begin_process(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        beginning: Beginning<'_>,
    ) -> AppResult<Option<Underway>> {
        let Beginning {
            data,
            applicant,
            via,
            token,
            origin,
            billing_hub,
            version,
            seconds,
            opening,
            surroundings,
        } = beginning;
        if store::exists(&mut *conn, client.id, data.process_id).await? {
            return Ok(None);
        }
        let flow = flow_store::find(&mut *conn, client.id, data.flow_id).await?;
        let mut flow = flow
            .filter(|flow| flow.status == cotejo_domain::processes::FlowStatus::Enabled)
            .ok_or(FLOW)?;
        if let Some(version) = version {
            let said = flow_store::version(&mut *conn, client.id, flow.id, version).await?;
            (flow.version, flow.spec) = (version, said.ok_or(FLOW)?.1);
        }
        let name = data.account_id.parse().map_err(|_| PROCESS)?;
        let (account, account_name) = self.ensure_account(&mut *conn, client, Some(name)).await?;
        let now = self.now(client);
        let told = surroundings.ip_address.map(|ip| ip.to_string());
        let ip_address = told.unwrap_or_else(|| origin.to_owned());
        let mut process = Process {
            client: client.id,
            id: data.process_id,
            account,
            account_name,
            flow: flow.id,
            flow_version: flow.version,
            country: data.country,
            redirect_url: data.redirect_url,
            start: Start {
                document_type: data.document_type,
                emails: data.emails,
                phones: data.phones,
                billing_hub,
                surroundings,
                metadata: data.start_variables.metadata,
            },
            via,
            token,
            ip_address,
            applicant,
            state: State::Active,
            progress: Progress {
                dynamic: opening.dynamic(&flow.spec)?,
                ..Progress::default()
            },
            ending: None,
            overridden: None,
            deadline: now,
            created: now,
            updated: now,
            finished: None,
            version: 1,
        };
        let spec = process.own(flow.spec);
        process.deadline = now.plus_seconds(seconds.unwrap_or(i64::from(spec.time_to_live) * 60));
        process.begin(&spec, || StepId(self.ids().uuid(now)), now);
        // Of two at once the later one finds the earlier one's.
        if !store::insert(&mut *conn, &process).await? {
            return Ok(None);
        }
        let after = self.until(client, process.deadline);
        self.expire_later(&mut *conn, client, process.id, after).await?;
        self.tell_process(conn, client, &process, EventAction::Created, None)
            .await?;
        Ok(Some(Underway {
            process,
            flow_name: flow.name,
            spec,
        }))
    }
}
