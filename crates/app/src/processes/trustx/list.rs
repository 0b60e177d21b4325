//! Lists and searches of instances, and one of them.

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    permissions::Permission,
    processes::trustx::{Base32Id, InstanceSearch, Paging, search::COUNTED},
};
use cotejo_store::{instances::Finder, processes};

use super::{
    INSTANCE,
    body::{InstanceBody, InstanceWithParametersBody, InstancesBody},
    process_of,
};
use crate::{App, AppResult, access::Caller};

impl App {
    /// GET /api/process-manager/processInstances, …/search: by every filter, page by page.
    pub async fn search_instances(&self, caller: &Caller, query: &Fields) -> AppResult<InstancesBody> {
        caller.require(Permission::IdentityRead)?;
        let mut errors = FieldErrors::default();
        let search = InstanceSearch::read(query, &mut errors);
        let paging = Paging::read(query, &mut errors);
        errors.into_result()?;
        let client = caller.client();
        let mut conn = self.inner.pool.acquire().await?;
        let finder = Finder::new(&mut conn, client.id, search).await?;
        let (found, more) = finder.page(&mut conn, paging).await?;
        let counted = finder.count(&mut conn, COUNTED + 1).await?;
        let now = self.now(client);
        let content = found.iter().map(|instance| InstanceBody::of(instance, now));
        Ok(InstancesBody::of(paging, content.collect(), more, counted))
    }

    /// GET /api/process-manager/processInstances/{id}
    pub async fn get_instance(&self, caller: &Caller, id: Base32Id) -> AppResult<InstanceBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        self.instance_body(&mut conn, caller, process_of(id)).await
    }

    /// GET …/{id}/withParameters
    pub async fn get_instance_parameters(
        &self,
        caller: &Caller,
        id: Base32Id,
    ) -> AppResult<InstanceWithParametersBody> {
        caller.require(Permission::IdentityRead)?;
        let id = process_of(id);
        let mut conn = self.inner.pool.acquire().await?;
        let process = processes::find(&mut conn, caller.client().id, id).await?;
        let process = process.ok_or(INSTANCE)?;
        Ok(InstanceWithParametersBody {
            instance: self.instance_body(&mut conn, caller, id).await?,
            process_token_parameters: process.start.metadata,
        })
    }
}
