//! Billing hubs: parts of an account that are counted apart.

use cotejo_domain::{fields::FieldErrors, ids::BillingHubId, permissions::Permission};
use cotejo_store::billing_hubs::BillingHub;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// A billing hub.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillingHubBody {
    /// Its id
    #[schema(value_type = String)]
    pub billing_hub_id: BillingHubId,
    /// Its name
    pub name: String,
    /// RFC 3339
    pub creation_date: String,
}

impl From<&BillingHub> for BillingHubBody {
    fn from(hub: &BillingHub) -> Self {
        Self {
            billing_hub_id: hub.id,
            name: hub.name.clone(),
            creation_date: hub.created.rfc3339_nanos(),
        }
    }
}

impl App {
    /// POST /v1/billing-hubs
    pub async fn create_billing_hub(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let name = fields.required_text("name", 100, "is required", &mut errors);
        let name = name.unwrap_or_default();
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let now = command.now(self);
        let hub = BillingHub {
            id: BillingHubId(self.ids().uuid(now)),
            name,
            created: now,
        };
        cotejo_store::billing_hubs::insert(&mut write.tx, command.caller.client().id, &hub)
            .await
            .map_err(|error| {
                AppError::taken(
                    error,
                    "billing_hubs_name",
                    "a billing hub of this name exists already",
                )
            })?;
        let audited = Audited {
            action: "billing_hub.created",
            resource: hub.id.0,
            detail: hub.name.clone(),
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &BillingHubBody::from(&hub))
            .await
    }

    /// GET /v1/billing-hubs: a page of hubs, newest first.
    pub async fn list_billing_hubs(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<BillingHubBody>> {
        caller.require(Permission::AccountRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/billing-hubs",
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = cotejo_store::billing_hubs::list(&mut conn, scope.client, after, ROWS).await?;
        Ok(self
            .page(scope, PAGE, rows, |hub| Position::Id(hub.id.0))
            .map(|hub| BillingHubBody::from(&hub)))
    }
}
