//! Making, listing and revoking keys.

use cotejo_domain::{
    clients::Client,
    fields::FieldErrors,
    ids::{AccountId, BillingHubId, ClientId, FlowId, ProcessId},
    key_requests::{
        AdditionalData, KeyRequest, LONG_LIFETIME_SECONDS, ProcessRequest, SHORT_LIFETIME_SECONDS,
        StartVariables,
    },
    keys::{Claims, KeyRecord, KeyType},
    permissions::{NotHeld, Permission, inherited},
    secret::Secret,
    time::Timestamp,
};
use cotejo_store::keys::Listing;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, OutputMessage},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
    terms,
};

/// What a key of the command line is to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Whose it is.
    pub client: Client,
    /// Its name, unique among the client's live backend keys.
    pub name: String,
    /// 0 or 1.
    pub version: u8,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// The billing hub it belongs to.
    pub billing_hub: Option<BillingHubId>,
}

/// The answer to POST /v1/api-keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreateAPIKeyOutput {
    /// The token; shown once and stored nowhere
    pub api_key: String,
    /// What was done
    pub message: String,
}

/// A key's record, as it is listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct APIKey {
    /// The token's `jti`
    pub api_key_id: Uuid,
    /// The client
    #[schema(value_type = String)]
    pub client_id: ClientId,
    /// Its name
    pub key_name: String,
    /// What it is for
    #[schema(value_type = String, example = "backend")]
    pub key_type: KeyType,
    /// The product of a browser's or app's key
    pub grant: String,
    /// 0 or 1
    pub api_key_version: u8,
    /// The version before it was changed
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_previous_version: Option<u8>,
    /// The billing hub
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub billing_hub: Option<BillingHubId>,
    /// What it may do
    #[schema(value_type = Vec<String>)]
    pub permissions: Vec<Permission>,
    /// `active`, `expired` or `revoked`
    pub status: &'static str,
    /// RFC 3339
    pub creation_date: String,
    /// RFC 3339
    pub expiration_date: String,
}

impl APIKey {
    fn of(key: KeyRecord, now: Timestamp) -> Self {
        let status = match key.revoked {
            Some(_) => "revoked",
            None if key.expires <= now => "expired",
            None => "active",
        };
        Self {
            api_key_id: key.id,
            client_id: key.client.id,
            key_name: key.name,
            key_type: key.key_type,
            grant: key.grant,
            api_key_version: key.version,
            api_key_previous_version: key.previous_version,
            billing_hub: key.billing_hub,
            permissions: key.permissions,
            status,
            creation_date: key.created.rfc3339_nanos(),
            expiration_date: key.expires.rfc3339_seconds(),
        }
    }
}

const ROUTE: &str = "/v1/api-keys";

impl App {
    /// POST /v1/api-keys: makes a key for servers, a browser or an app.
    pub async fn make_key(&self, command: &Command) -> AppResult<Done> {
        let request = KeyRequest::parse(&command.fields()?)?;
        let permissions = carried(&command.caller, &request)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        if permissions.contains(&Permission::OverrideStatus) {
            terms::require(&mut write.tx, client.id, terms::OVERRIDE).await?;
        }
        let billing_hub = match &request.billing_hub {
            None => command.caller.key.billing_hub,
            Some(named) => Some(own_hub(&mut write.tx, client.id, named).await?),
        };
        if let Some(process) = &request.process
            && !cotejo_store::flows::is_enabled(&mut write.tx, client.id, process.flow).await?
        {
            return Err(AppError::NotFound("The flow"));
        }
        let now = command.now(self);
        let short = matches!(request.key_type, KeyType::Web | KeyType::Sdk);
        let lifetime = if short {
            SHORT_LIFETIME_SECONDS
        } else {
            LONG_LIFETIME_SECONDS
        };
        let record = KeyRecord {
            id: self.ids().uuid(now),
            name: request.name,
            key_type: request.key_type,
            version: request.version,
            grant: request.grant.map(|grant| grant.to_string()).unwrap_or_default(),
            permissions,
            billing_hub,
            created: now,
            previous_version: None,
            expires: now.plus_seconds(lifetime),
            revoked: None,
            client: client.clone(),
        };
        let mut claims = self.claims(&record);
        claims.application_id = request.application_id;
        if let Some(process) = &request.process {
            let generated = AccountId(self.ids().uuid(now)).to_string();
            claims.account_id = process.account_id.clone().unwrap_or(generated);
            claims.additional_data = self.additional_data(process, &claims.account_id, now)?;
        }
        let token = self.sign(&claims)?;
        insert(&mut write.tx, &record).await?;
        let audited = Audited {
            action: "key.created",
            resource: record.id,
            detail: format!("{} {}", record.key_type, record.name),
            ..Audited::default()
        };
        let answer = CreateAPIKeyOutput {
            api_key: token,
            message: "API key created successfully".to_owned(),
        };
        self.end(write, command, audited, 201, &answer).await
    }

    /// PUT /v1/api-keys: changes the version that a key speaks.
    pub async fn change_key(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::Keys)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let name = fields.get("key_name").unwrap_or_default();
        if name.is_empty() {
            errors.push("key_name", "is required");
        }
        let version = match fields.get("api_key_version") {
            Some("0") => 0,
            Some("1") => 1,
            _ => {
                errors.push("api_key_version", "must be 0 or 1");
                0
            }
        };
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, self.clock().now());
        let id = cotejo_store::keys::set_version(&mut write.tx, client, name, version, now)
            .await?
            .ok_or(AppError::NotFound("The key"))?;
        let audited = Audited {
            action: "key.changed",
            resource: id,
            detail: format!("version {version}"),
            ..Audited::default()
        };
        let answer = OutputMessage {
            message: "API key updated successfully".to_owned(),
        };
        let done = self.end(write, command, audited, 200, &answer).await?;
        self.forget_key(client, id).await;
        Ok(done)
    }

    /// DELETE /v1/api-keys: revokes a key; it stops working within a second on every process.
    pub async fn delete_key(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::Keys)?;
        let fields = command.fields()?;
        let name = fields
            .get("key_name")
            .ok_or_else(|| FieldErrors::one("key_name", "is required"))?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, self.clock().now());
        let id = cotejo_store::keys::revoke(&mut write.tx, client, name, now)
            .await?
            .ok_or(AppError::NotFound("The key"))?;
        let audited = Audited {
            action: "key.revoked",
            resource: id,
            detail: name.to_owned(),
            ..Audited::default()
        };
        let answer = OutputMessage {
            message: "API key deleted successfully".to_owned(),
        };
        let done = self.end(write, command, audited, 200, &answer).await?;
        self.forget_key(client, id).await;
        Ok(done)
    }

    /// GET /v1/api-keys: a page of keys, revoked ones too, newest first.
    pub async fn page_of_keys(
        &self,
        caller: &Caller,
        key_type: Option<&str>,
        start_key: Option<&str>,
    ) -> AppResult<Page<APIKey>> {
        caller.require(Permission::Keys)?;
        let kind: Option<KeyType> = key_type
            .map(str::parse)
            .transpose()
            .map_err(|_| FieldErrors::one("key_type", cotejo_domain::fields::must_be_one_of(KeyType::ALL)))?;
        let client = caller.client();
        let scope = Scope {
            client: client.id,
            route: ROUTE,
            filter: kind.map_or("", KeyType::as_str),
        };
        let listing = Listing {
            key_type: kind,
            after: self.start_after(scope, start_key)?,
            limit: ROWS,
        };
        let mut conn = self.inner.pool.acquire().await?;
        let rows = cotejo_store::keys::of_client(&mut conn, client, listing).await?;
        let now = self.now(client);
        Ok(self
            .page(scope, PAGE, rows, |key| Position::Id(key.id))
            .map(|key| APIKey::of(key, now)))
    }

    /// Makes a backend key for the command line. The token is returned once and stored nowhere.
    pub async fn create_key(&self, new: NewKey) -> AppResult<(KeyRecord, Secret<String>)> {
        let now = self.now(&new.client);
        let record = KeyRecord {
            id: self.ids().uuid(now),
            name: new.name,
            key_type: KeyType::Backend,
            version: new.version,
            grant: String::new(),
            permissions: new.permissions,
            billing_hub: new.billing_hub,
            created: now,
            previous_version: None,
            expires: now.plus_seconds(LONG_LIFETIME_SECONDS),
            revoked: None,
            client: new.client,
        };
        let token = self.sign(&self.claims(&record))?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        insert(&mut tx, &record).await?;
        self.audit_system(&mut tx, &record.client, "key.created", record.id, &record.name)
            .await?;
        tx.commit().await?;
        Ok((record, Secret(token)))
    }

    /// Revokes the live key of that name, for the command line.
    pub async fn revoke_key(&self, client: &Client, name: &str) -> AppResult<()> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let now = self.clock().now();
        let id = cotejo_store::keys::revoke(&mut tx, client.id, name, now)
            .await?
            .ok_or(AppError::NotFound("The key"))?;
        self.audit_system(&mut tx, client, "key.revoked", id, name)
            .await?;
        tx.commit().await?;
        self.forget_key(client.id, id).await;
        Ok(())
    }

    /// The newest keys of a client, revoked ones too, for the command line.
    pub async fn list_keys(&self, client: &Client) -> AppResult<Vec<KeyRecord>> {
        let listing = Listing {
            limit: 1000,
            ..Listing::default()
        };
        let mut conn = self.inner.pool.acquire().await?;
        Ok(cotejo_store::keys::of_client(&mut conn, client, listing).await?)
    }

    pub(crate) fn claims(&self, record: &KeyRecord) -> Claims {
        Claims {
            account_id: String::new(),
            additional_data: "{}".to_owned(),
            client_id: record.client.id.to_string(),
            exp: record.expires.seconds(),
            grant: record.grant.clone(),
            iat: record.created.seconds(),
            iss: self.inner.issuer.clone(),
            jti: record.id,
            key_name: record.name.clone(),
            key_type: record.key_type.to_string(),
            username: format!("{}-{}", record.client.id, record.name),
            application_id: None,
        }
    }

    /// What a web token carries besides, with the process that it will create.
    fn additional_data(&self, process: &ProcessRequest, account: &str, now: Timestamp) -> AppResult<String> {
        let data = AdditionalData {
            account_id: account,
            country: process.country,
            flow_id: process.flow,
            process_id: ProcessId(self.ids().uuid(now)),
            redirect_url: &process.redirect_url,
            document_type: process.document_type,
            emails: &process.emails,
            phones: &process.phones,
            start_variables: (!process.metadata.is_empty()).then_some(StartVariables {
                metadata: &process.metadata,
            }),
        };
        serde_json::to_string(&data).map_err(AppError::internal)
    }

    /// The flow that a client has from the start, for the command line.
    pub async fn default_flow(&self, client: &Client) -> AppResult<Option<FlowId>> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(cotejo_store::flows::default_of(&mut conn, client.id).await?)
    }
}

async fn insert(conn: &mut PgConnection, record: &KeyRecord) -> AppResult<()> {
    cotejo_store::keys::insert(conn, record)
        .await
        .map_err(|error| AppError::taken(error, "api_keys_live_name", "a key of this name exists already"))
}

/// What a requested key carries, if its maker may make it.
///
/// Browsers' and apps' keys carry no permission of their own but the validations of an app: what they may do is their
/// grant. Any key that may write the product makes them; keys for servers take the permission to make keys.
fn carried(caller: &Caller, request: &KeyRequest) -> AppResult<Vec<Permission>> {
    let by_servers = caller.key.key_type == KeyType::Backend;
    let by_generator = caller.key.key_type == KeyType::Generator;
    match request.key_type {
        KeyType::Backend if by_servers => {
            caller.require(Permission::Keys)?;
            inherited(&caller.key.permissions, &request.permissions).map_err(|NotHeld(_)| AppError::Forbidden)
        }
        KeyType::Generator if by_servers => {
            caller.require(Permission::Keys)?;
            Ok(Vec::new())
        }
        KeyType::Web if by_servers => {
            caller.require(match request.grant {
                Some(cotejo_domain::key_requests::Grant::Validations) => Permission::ValidationsWrite,
                _ => Permission::IdentityWrite,
            })?;
            Ok(Vec::new())
        }
        KeyType::Sdk if by_servers || by_generator => {
            if by_servers {
                caller.require(Permission::ValidationsWrite)?;
            }
            Ok(vec![Permission::ValidationsRead, Permission::ValidationsWrite])
        }
        KeyType::Backend | KeyType::Generator | KeyType::Web | KeyType::Sdk => Err(AppError::Forbidden),
    }
}

async fn own_hub(conn: &mut PgConnection, client: ClientId, named: &str) -> AppResult<BillingHubId> {
    cotejo_store::billing_hubs::find(conn, client, named)
        .await?
        .ok_or_else(|| FieldErrors::one("billing_hub", "is not a billing hub of this account").into())
}
