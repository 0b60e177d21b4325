//! Flows: made, changed, read and deleted by clients. A change is a new version; processes keep theirs.

use cotejo_domain::{
    clients::Client,
    events::{EventAction, EventType, NewEvent},
    fields::FieldErrors,
    functions::{Code, Function, FunctionError},
    ids::{BlockId, ClientId, EventId, FlowId},
    permissions::Permission,
    processes::{
        Block, Decider, Flow, FlowStatus, ProcessType, StepKind,
        block::Branch,
        flow::{LONGEST_NAME, NewFlow},
        step::InputType,
    },
};
use cotejo_store::flows as store;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::FLOW;
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, OutputMessage, Write},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// A flow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Flow)]
pub struct FlowBody {
    /// The client
    #[schema(value_type = String)]
    client_id: ClientId,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// What decides at the end; absent where a block that fails ends the process
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    decider: Option<Decider>,
    /// Flow ID
    #[schema(value_type = String)]
    flow_id: FlowId,
    /// Functions that are run before it decides
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    functions: Vec<Function>,
    /// Its blocks, in order
    identity_verifications: Vec<BlockBody>,
    /// Its name
    name: String,
    /// `dynamic`, if more blocks come while a process is under way
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    process_type: Option<ProcessType>,
    /// `enabled` or `disabled`
    #[schema(value_type = String)]
    status: FlowStatus,
    /// Minutes that a process has
    time_to_live: u32,
    /// RFC 3339 with nanoseconds
    update_date: String,
    /// How often it was changed, counted from 1
    version: i32,
}

/// A block of a flow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockBody {
    /// How it is configured
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    /// Where the flow goes on: conditions and what they lead to
    #[serde(rename = "if")]
    #[schema(value_type = Vec<Object>)]
    branches: Vec<Branch>,
    /// What branches call it
    key: String,
    /// What it validates
    #[schema(value_type = String, example = "document_verification")]
    name: cotejo_domain::processes::BlockKind,
    /// Its steps
    steps: Vec<FlowStepBody>,
    /// Block ID
    #[schema(value_type = String)]
    verification_id: BlockId,
}

/// A step of a block.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowStepBody {
    /// What it asks for
    expected_inputs: Vec<FlowInputBody>,
    /// Which step it is
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "enter_document_type")]
    kind: StepKind,
}

/// An input of a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowInputBody {
    /// Its name
    name: &'static str,
    /// What it looks like
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "select")]
    kind: InputType,
}

impl From<&Block> for BlockBody {
    fn from(block: &Block) -> Self {
        let input = |(name, kind): &(&'static str, InputType)| FlowInputBody { name, kind: *kind };
        let step = |kind: &StepKind| FlowStepBody {
            expected_inputs: kind.inputs().iter().map(input).collect(),
            kind: *kind,
        };
        Self {
            config: block.config.clone(),
            branches: block.branches.clone(),
            key: block.key.clone(),
            name: block.kind,
            steps: block.kind.steps().iter().map(step).collect(),
            verification_id: block.id,
        }
    }
}

impl From<&Flow> for FlowBody {
    fn from(flow: &Flow) -> Self {
        Self {
            client_id: flow.client,
            creation_date: flow.created.rfc3339_nanos(),
            decider: flow.spec.decider,
            flow_id: flow.id,
            functions: flow.spec.functions.clone(),
            identity_verifications: flow.spec.blocks.iter().map(BlockBody::from).collect(),
            name: flow.name.clone(),
            process_type: flow.spec.dynamic.then_some(ProcessType::Dynamic),
            status: flow.status,
            time_to_live: flow.spec.time_to_live,
            update_date: flow.updated.rfc3339_nanos(),
            version: flow.version,
        }
    }
}

impl App {
    /// POST /v1/flows
    pub async fn create_flow(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let now = command.now(self);
        let new = NewFlow::parse(command.document()?, || BlockId(self.ids().uuid(now)))?;
        self.check_functions(&new.spec.functions).await?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let flow = Flow {
            client: client.id,
            id: FlowId(self.ids().uuid(now)),
            name: new.name,
            status: new.status,
            version: 1,
            spec: new.spec,
            created: now,
            updated: now,
        };
        store::insert(&mut write.tx, &flow, false).await?;
        self.end_flow(write, command, &flow, EventAction::Created, 201)
            .await
    }

    /// POST /v1/flows/{id}/clone: a flow of its own that says the same, under another name.
    pub async fn clone_flow(&self, command: &Command, id: FlowId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let mut errors = FieldErrors::default();
        let name = command.fields()?.text("name", LONGEST_NAME, &mut errors);
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let original = store::find(&mut write.tx, client.id, id).await?.ok_or(FLOW)?;
        let now = command.now(self);
        let flow = original.copy(FlowId(self.ids().uuid(now)), name, now, || {
            BlockId(self.ids().uuid(now))
        });
        store::insert(&mut write.tx, &flow, false).await?;
        self.end_flow(write, command, &flow, EventAction::Cloned, 201)
            .await
    }

    /// POST /v1/flows/{id}/restore: takes a deletion back.
    pub async fn restore_flow(&self, command: &Command, id: FlowId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let restored = store::restore(&mut write.tx, client.id, id, command.now(self)).await?;
        let flow = store::find(&mut write.tx, client.id, id).await?.ok_or(FLOW)?;
        if !restored {
            return Err(AppError::Conflict("the flow is not deleted".to_owned()));
        }
        self.end_flow(write, command, &flow, EventAction::Restored, 200)
            .await
    }

    /// Ends what was done to a flow: with its event, its audit entry, and the flow as the answer.
    async fn end_flow(
        &self,
        mut write: Write,
        command: &Command,
        flow: &Flow,
        action: EventAction,
        status: u16,
    ) -> AppResult<Done> {
        self.tell_flow(&mut write.tx, command.caller.client(), flow, action)
            .await?;
        let audited = Audited {
            action: match action {
                EventAction::Cloned => "flow.cloned",
                EventAction::Restored => "flow.restored",
                EventAction::Updated => "flow.updated",
                _ => "flow.created",
            },
            resource: flow.id.0,
            detail: match action {
                EventAction::Updated => format!("version {}", flow.version),
                _ => String::new(),
            },
            ..Audited::default()
        };
        self.end(write, command, audited, status, &FlowBody::from(flow))
            .await
    }

    /// PUT /v1/flows/{id}: a new version. What the document leaves out is as in a new flow.
    pub async fn update_flow(&self, command: &Command, id: FlowId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let now = command.now(self);
        let new = NewFlow::parse(command.document()?, || BlockId(self.ids().uuid(now)))?;
        self.check_functions(&new.spec.functions).await?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let before = store::lock(&mut write.tx, client.id, id).await?.ok_or(FLOW)?;
        let flow = Flow {
            name: new.name,
            status: new.status,
            version: before.version + 1,
            spec: new.spec,
            updated: now,
            ..before
        };
        store::update(&mut write.tx, &flow).await?;
        self.end_flow(write, command, &flow, EventAction::Updated, 200)
            .await
    }

    /// DELETE /v1/flows/{id}: nobody begins in it any more; who is on the way goes on.
    pub async fn delete_flow(&self, command: &Command, id: FlowId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let flow = store::find(&mut write.tx, client.id, id).await?.ok_or(FLOW)?;
        if !store::delete(&mut write.tx, client.id, id, command.now(self)).await? {
            return Err(FLOW);
        }
        self.tell_flow(&mut write.tx, client, &flow, EventAction::Deleted)
            .await?;
        let audited = Audited {
            action: "flow.deleted",
            resource: id.0,
            ..Audited::default()
        };
        let message = OutputMessage {
            message: "flow deleted successfully".to_owned(),
        };
        self.end(write, command, audited, 200, &message).await
    }

    /// GET /v1/flows/{id}
    pub async fn get_flow(&self, caller: &Caller, id: FlowId) -> AppResult<FlowBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let flow = store::find(&mut conn, caller.client().id, id).await?;
        Ok(FlowBody::from(&flow.ok_or(FLOW)?))
    }

    /// GET /v1/flows: newest first.
    pub async fn list_flows(&self, caller: &Caller, start_key: Option<&str>) -> AppResult<Page<FlowBody>> {
        caller.require(Permission::IdentityRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/flows",
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::list(&mut conn, scope.client, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |flow| Position::Id(flow.id.0));
        Ok(page.map(|flow| FlowBody::from(&flow)))
    }

    /// Names the functions that would fail every process: scripts that cannot be read, servers that we never call.
    async fn check_functions(&self, functions: &[Function]) -> AppResult<()> {
        let mut errors = FieldErrors::default();
        for (place, function) in functions.iter().enumerate() {
            match &function.code {
                Code::Http { url } => {
                    if let Err(error) = self.inner.guard.check_url(url) {
                        errors.push(&format!("functions[{place}].url"), error.to_string());
                    }
                }
                // Whatever else keeps a script from being read is no fault of its own.
                Code::Script { .. } => {
                    if let Err(error @ FunctionError::Failed { .. }) =
                        self.inner.functions.check(function).await
                    {
                        errors.push(&format!("functions[{place}].script"), error.to_string());
                    }
                }
            }
        }
        Ok(errors.into_result()?)
    }

    async fn tell_flow(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        flow: &Flow,
        action: EventAction,
    ) -> AppResult<()> {
        let now = self.now(client);
        let event = NewEvent {
            id: EventId(self.ids().uuid(now)),
            client: client.id,
            event_type: EventType::IdentityFlow,
            action,
            resource: flow.id.0,
            resource_version: flow.version,
            created: now,
            body: serde_json::to_string(&FlowBody::from(flow)).map_err(AppError::internal)?,
        };
        Ok(cotejo_store::events::insert(conn, &[event]).await?)
    }
}
