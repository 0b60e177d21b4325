//! Clients and what is made with them.

use cotejo_domain::{
    clients::{Client, ClientKind},
    fields::FieldErrors,
    ids::{BlockId, ClientId, FlowId},
    processes::{Flow, FlowSpec, FlowStatus},
};

use crate::{App, AppError, AppResult};

impl App {
    /// Creates a client. Names are unique in any case.
    pub async fn create_client(&self, name: &str, kind: ClientKind) -> AppResult<Client> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(FieldErrors::one("name", "must have 1 to 100 characters").into());
        }
        let now = self.clock().now();
        let client = Client::new(ClientId(self.ids().uuid(now)), name.to_owned(), kind);
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        cotejo_store::clients::insert(&mut tx, &client)
            .await
            .map_err(|error| {
                AppError::taken(error, "clients_name", "a client of this name exists already")
            })?;
        let flow = Flow {
            client: client.id,
            id: FlowId(self.ids().uuid(now)),
            name: "default".to_owned(),
            status: FlowStatus::Enabled,
            version: 1,
            spec: FlowSpec::default_flow(|| BlockId(self.ids().uuid(now))),
            created: now,
            updated: now,
        };
        cotejo_store::flows::insert(&mut tx, &flow, true).await?;
        self.audit_system(&mut tx, &client, "client.created", client.id.0, kind.as_str())
            .await?;
        tx.commit().await?;
        Ok(client)
    }

    /// All clients, oldest first.
    pub async fn list_clients(&self) -> AppResult<Vec<Client>> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(cotejo_store::clients::all(&mut conn).await?)
    }

    /// The client of that id or name.
    pub async fn find_client(&self, id_or_name: &str) -> AppResult<Client> {
        let named = |client: &Client| {
            client.id.to_string() == id_or_name || client.name.eq_ignore_ascii_case(id_or_name)
        };
        self.list_clients()
            .await?
            .into_iter()
            .find(named)
            .ok_or(AppError::NotFound("The client"))
    }

    /// Replaces the settings of a client; seen everywhere within a second.
    pub async fn set_settings(&self, client: &Client) -> AppResult<()> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(cotejo_store::clients::set_settings(&mut conn, client).await?)
    }
}
