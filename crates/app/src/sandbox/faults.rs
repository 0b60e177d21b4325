//! Faults: what a sandbox client has go wrong.

use cotejo_domain::{clients::Client, faults::Fault, ids::FaultId, permissions::Permission, time::Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Cleared, sandbox_of};
use crate::{
    App, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// A fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultBody {
    /// Its id
    #[schema(value_type = String)]
    pub fault_id: FaultId,
    /// What goes wrong
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub spec: cotejo_domain::faults::Spec,
    /// How often it still strikes; absent is until it is cleared
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<i32>,
    /// RFC 3339
    pub creation_date: String,
}

impl From<&Fault> for FaultBody {
    fn from(fault: &Fault) -> Self {
        Self {
            fault_id: fault.id,
            spec: fault.spec.clone(),
            remaining: fault.remaining,
            creation_date: Timestamp::from_nanos(fault.created_ns).rfc3339_nanos(),
        }
    }
}

impl App {
    /// POST /v1/sandbox/faults
    pub async fn create_fault(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let now = command.now(self);
        let fault = Fault::parse(&command.fields()?, FaultId(self.ids().uuid(now)), now)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        cotejo_store::faults::insert(&mut write.tx, client, &fault).await?;
        let audited = Audited {
            action: "sandbox.fault_created",
            resource: client.0,
            detail: fault.id.to_string(),
            ..Audited::default()
        };
        let done = self
            .end(write, command, audited, 201, &FaultBody::from(&fault))
            .await?;
        self.forget_keys();
        Ok(done)
    }

    /// GET /v1/sandbox/faults
    pub async fn list_faults(&self, caller: &Caller) -> AppResult<Vec<FaultBody>> {
        let client = sandbox_of(caller, Permission::AccountRead)?.id;
        let mut conn = self.inner.pool.acquire().await?;
        let tenant = cotejo_store::clients::find(&mut conn, client).await?;
        let faults = tenant.map(|tenant| tenant.faults).unwrap_or_default();
        Ok(faults.iter().map(FaultBody::from).collect())
    }

    /// DELETE /v1/sandbox/faults
    pub async fn clear_faults(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let cleared = cotejo_store::faults::clear(&mut write.tx, client).await?;
        let audited = Audited {
            action: "sandbox.faults_cleared",
            resource: client.0,
            ..Audited::default()
        };
        let answer = Cleared {
            message: "no fault is left".to_owned(),
            cleared,
        };
        let done = self.end(write, command, audited, 200, &answer).await?;
        self.forget_keys();
        Ok(done)
    }

    /// Lets the first matching fault of a client strike; used up ones do not. `None` where none does.
    pub async fn strike<'a>(
        &self,
        client: &'a Client,
        matches: impl Fn(&Fault) -> bool,
    ) -> AppResult<Option<&'a Fault>> {
        for fault in client.faults.iter().filter(|fault| matches(fault)) {
            if fault.remaining.is_none() {
                return Ok(Some(fault));
            }
            let mut conn = self.inner.pool.acquire().await?;
            if cotejo_store::faults::strike(&mut conn, client.id, fault.id).await? {
                return Ok(Some(fault));
            }
        }
        Ok(None)
    }
}
