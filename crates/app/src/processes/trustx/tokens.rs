//! Process tokens, and the instances that they begin.

use std::{collections::BTreeMap, fmt::Write as _};

use cotejo_domain::{
    clients::Client,
    fields::{FieldErrors, Fields},
    ids::{AccountId, FlowId, ProcessId},
    key_requests::{
        AdditionalData, Grant, ProcessCountry, SHORT_LIFETIME_SECONDS, TokenData, TokenVariables,
    },
    keys::{KeyRecord, KeyType},
    permissions::Permission,
    processes::{
        Opening, Process, Surroundings, Via,
        trustx::{
            Base32Id, ProcessToken, TokenSpec, dtm,
            token::{TokenKind, TokenStatus},
        },
    },
};
use cotejo_store::{flows, keys, process_tokens as store};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{INSTANCE, TOKEN};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Input},
    processes::{body::ProcessBody, create::Beginning},
};

/// A process token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXProcessToken)]
pub struct TokenBody {
    /// How often it was used
    counter: i32,
    /// Who made it
    #[schema(example = "API Key: server")]
    created_by: String,
    /// When it was made
    created_dtm: String,
    /// What it is for
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// Whether what it begins is simulated
    for_test: bool,
    /// Its id
    #[schema(value_type = String)]
    id: Base32Id,
    /// Who changed it last
    last_updated_by: String,
    /// When it last changed
    last_updated_dtm: String,
    /// Most uses
    #[serde(skip_serializing_if = "Option::is_none")]
    max_count: Option<i32>,
    /// How long an instance has, ISO 8601
    #[serde(skip_serializing_if = "Option::is_none")]
    max_process_duration: Option<String>,
    /// Its name
    name: String,
    /// Not after
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after_dtm: Option<String>,
    /// Not before
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before_dtm: Option<String>,
    /// What every instance begins with
    #[schema(value_type = Object)]
    parameters: BTreeMap<String, String>,
    /// The flow, by name
    process_defn_name: String,
    /// The flow's version; the newest where it is absent
    #[serde(skip_serializing_if = "Option::is_none")]
    process_defn_version: Option<i32>,
    /// Where an instance is begun by it
    start_process_address: String,
    /// `ACTIVE` or `INACTIVE`
    #[schema(value_type = String)]
    status: TokenStatus,
    /// The client
    #[schema(value_type = String)]
    tenant_id: Base32Id,
    /// What limits it
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "UNLIMITED")]
    kind: TokenKind,
    /// The page on which the person goes through an instance
    #[serde(skip_serializing_if = "Option::is_none")]
    ui_url: Option<String>,
}

/// An instance that was begun.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXBegunInstance)]
pub struct BegunBody {
    /// Its id
    process_instance_id: String,
    /// Where the person is sent: the token's page, with `ps`, which answers the process, and `token`, the person's key
    redirect_url: String,
    /// Always empty: there are no themes
    theme_url: String,
}

/// An instance that was begun, as a browser is told.
pub struct Started {
    /// Where the person is sent.
    pub location: String,
    /// Whether that was said before, to the same `Idempotency-Key`.
    pub replayed: bool,
}

impl App {
    /// POST /api/process-manager/processTokens
    pub async fn create_process_token(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let spec = TokenSpec::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let flow = definition(&mut write.tx, client, &spec).await?;
        let now = command.now(self);
        let token = ProcessToken {
            client: client.id,
            id: self.ids().uuid(now),
            spec,
            flow,
            counter: 0,
            created_by: format!("API Key: {}", command.caller.key.name),
            created: now,
            updated: now,
        };
        store::insert(&mut write.tx, &token).await.map_err(|error| {
            AppError::taken(error, store::NAME, "a process token of this name exists already")
        })?;
        let audited = Audited {
            action: "process_token.created",
            resource: token.id,
            ..Audited::default()
        };
        let body = self.token_body(client, token);
        self.end(write, command, audited, 201, &body).await
    }

    /// POST /api/process-manager/processInstances/create: begins an instance by a token (`pt`).
    pub async fn create_instance(&self, command: &Command, pt: Option<&str>) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let id = pt.ok_or_else(|| FieldErrors::one("pt", "is required: the id of a process token"))?;
        let Ok(Base32Id(id)) = id.parse() else {
            return Err(TOKEN);
        };
        // The token is the whole request, wherever it stands: another token under the same key is another request.
        let mut input = Fields::default();
        input.add("pt", Base32Id(id).to_string());
        let command = &Command {
            input: Input::Fields(input),
            ..command.clone()
        };
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let now = command.now(self);
        // Under the row's lock: of two at once one may be the last.
        let mut token = store::lock(&mut write.tx, client.id, id).await?.ok_or(TOKEN)?;
        token.take(now)?;
        let underway = self
            .begin_process(&mut write.tx, client, self.beginning(command, &token))
            .await?;
        let process = underway
            .ok_or_else(|| AppError::internal("a new process was there already"))?
            .process;
        store::note_use(&mut write.tx, &token, process.id).await?;
        let body = BegunBody {
            process_instance_id: Base32Id(process.id.0).to_string(),
            redirect_url: self
                .redirect_url(&mut write.tx, command, &process, &token.spec)
                .await?,
            theme_url: String::new(),
        };
        let audited = Audited {
            action: "process.created",
            resource: process.id.0,
            detail: format!("process token {}", Base32Id(token.id)),
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &body).await
    }

    /// POST /api/process-manager/processInstances: the same for a browser, which is sent on.
    pub async fn start_instance(&self, command: &Command, pt: Option<&str>) -> AppResult<Started> {
        let done = self.create_instance(command, pt).await?;
        let body: BegunBody = serde_json::from_str(&done.body).map_err(AppError::internal)?;
        Ok(Started {
            location: body.redirect_url,
            replayed: done.replayed,
        })
    }

    /// GET /api/process-server/startProcess: what the page to which a person was sent asks first.
    pub async fn start_process(&self, caller: &Caller, pi: Option<&str>) -> AppResult<ProcessBody> {
        let id = pi.ok_or_else(|| FieldErrors::one("pi", "is required: the id of a process instance"))?;
        let Base32Id(id) = id.parse().map_err(|_| INSTANCE)?;
        self.get_process(caller, ProcessId(id)).await
    }

    fn token_body(&self, client: &Client, token: ProcessToken) -> TokenBody {
        let id = Base32Id(token.id);
        let spec = token.spec;
        let base = self.connect_url();
        TokenBody {
            counter: token.counter,
            created_by: token.created_by.clone(),
            created_dtm: dtm(token.created),
            description: spec.description,
            for_test: client.is_sandbox(),
            id,
            last_updated_by: token.created_by,
            last_updated_dtm: dtm(token.updated),
            max_count: spec.max_count,
            max_process_duration: spec.max_duration,
            name: spec.name,
            not_after_dtm: spec.not_after.map(dtm),
            not_before_dtm: spec.not_before.map(dtm),
            parameters: spec.parameters,
            process_defn_name: spec.definition,
            process_defn_version: spec.definition_version,
            start_process_address: format!("{base}/api/process-manager/processInstances?pt={id}"),
            status: spec.status,
            tenant_id: Base32Id(client.id.0),
            kind: spec.kind,
            ui_url: spec.ui_url,
        }
    }

    /// What a token begins.
    fn beginning<'a>(&self, command: &'a Command, token: &ProcessToken) -> Beginning<'a> {
        let spec = &token.spec;
        let now = command.now(self);
        Beginning {
            data: TokenData {
                account_id: AccountId(self.ids().uuid(now)).to_string(),
                country: ProcessCountry::All,
                flow_id: token.flow,
                process_id: ProcessId(self.ids().uuid(now)),
                redirect_url: spec.ui_url.clone().unwrap_or_default(),
                document_type: None,
                emails: spec.email().into_iter().collect(),
                phones: spec.phone().into_iter().collect(),
                start_variables: TokenVariables {
                    metadata: spec.parameters.clone(),
                },
            },
            applicant: spec.applicant(),
            via: Via::Token,
            token: Some(token.id),
            origin: &command.origin,
            billing_hub: command.caller.key.billing_hub,
            version: spec.definition_version,
            seconds: spec.seconds(),
            opening: Opening::default(),
            surroundings: Surroundings::default(),
        }
    }

    /// Makes the key by which the person's browser goes through the instance, and nothing else.
    async fn admit_person(
        &self,
        conn: &mut PgConnection,
        command: &Command,
        process: &Process,
        spec: &TokenSpec,
    ) -> AppResult<String> {
        let client = command.caller.client();
        let now = command.now(self);
        let lifetime = spec.seconds().unwrap_or(0).max(SHORT_LIFETIME_SECONDS);
        let record = KeyRecord {
            id: self.ids().uuid(now),
            name: "process-token".to_owned(),
            key_type: KeyType::Web,
            version: 1,
            grant: Grant::DigitalIdentity.to_string(),
            permissions: Vec::new(),
            billing_hub: command.caller.key.billing_hub,
            created: now,
            previous_version: None,
            expires: now.plus_seconds(lifetime),
            revoked: None,
            client: client.clone(),
        };
        let account = process.account_name.to_string();
        let start = &process.start;
        let data = AdditionalData {
            account_id: &account,
            country: process.country,
            flow_id: process.flow,
            process_id: process.id,
            redirect_url: &process.redirect_url,
            document_type: None,
            emails: &start.emails,
            phones: &start.phones,
            // The process has them; a browser need not carry them about.
            start_variables: None,
        };
        let mut claims = self.claims(&record);
        claims.additional_data = serde_json::to_string(&data).map_err(AppError::internal)?;
        claims.account_id = account;
        keys::insert(conn, &record).await?;
        self.sign(&claims)
    }

    /// Where the person is sent: to the token's page, with a key; where there is none, whoever asked goes on by its own.
    async fn redirect_url(
        &self,
        conn: &mut PgConnection,
        command: &Command,
        process: &Process,
        spec: &TokenSpec,
    ) -> AppResult<String> {
        let id = Base32Id(process.id.0);
        let start = format!("{}/api/process-server/startProcess?pi={id}", self.connect_url());
        let Some(page) = &spec.ui_url else {
            return Ok(start);
        };
        let key = self.admit_person(conn, command, process, spec).await?;
        // Behind the page's own query, and before its fragment.
        let (page, fragment) = match page.split_once('#') {
            Some((page, fragment)) => (page, format!("#{fragment}")),
            None => (page.as_str(), String::new()),
        };
        let joint = if page.contains('?') { '&' } else { '?' };
        Ok(format!(
            "{page}{joint}ps={}&token={key}{fragment}",
            escaped(&start)
        ))
    }

    fn connect_url(&self) -> &str {
        self.inner.connect_url.trim_end_matches('/')
    }
}

/// The flow that a token's definition is.
async fn definition(conn: &mut PgConnection, client: &Client, spec: &TokenSpec) -> AppResult<FlowId> {
    let flow = flows::by_name(&mut *conn, client.id, &spec.definition).await?;
    let flow =
        flow.ok_or_else(|| FieldErrors::one("processDefnName", "is no enabled flow of this account"))?;
    if let Some(version) = spec.definition_version
        && flows::version(conn, client.id, flow, version).await?.is_none()
    {
        return Err(FieldErrors::one("processDefnVersion", "is no version of this flow").into());
    }
    Ok(flow)
}

/// A text as a value of a query.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 32);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
