//! Lists of processes.

use std::collections::{BTreeMap, btree_map::Entry};

use cotejo_domain::{
    fields::Fields,
    ids::ProcessId,
    permissions::Permission,
    processes::{Decision, FlowSpec, Process, search::Search},
};
use cotejo_store::{decisions, flows, processes as store};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Underway,
    body::{ProcessBody, Shown},
    overrides::history,
};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

impl App {
    /// GET /v1/processes: newest first, by every filter.
    pub async fn list_processes(&self, caller: &Caller, query: &Fields) -> AppResult<Page<ProcessBody>> {
        caller.require(Permission::IdentityRead)?;
        let search = Search::parse(query)?;
        let filter = search.canonical();
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/processes",
            filter: &filter,
        };
        let after = self.start_after(scope, query.get("start_key"))?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::list(&mut conn, scope.client, &search, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |process| Position::Id(process.id.0));
        let next = page.next;
        let items = self.with_flows(&mut conn, page.items).await?;
        let histories = self.histories(&mut conn, &items).await?;
        let items = items.iter().map(|underway| {
            let shown = Shown {
                history: histories.get(&underway.process.id).map(|ledger| history(ledger)),
                ..Shown::default()
            };
            ProcessBody::of(underway, shown)
        });
        Ok(Page {
            items: items.collect(),
            next,
        })
    }

    /// Processes with what their flows say; each version is read once.
    pub(super) async fn with_flows(
        &self,
        conn: &mut PgConnection,
        processes: Vec<Process>,
    ) -> AppResult<Vec<Underway>> {
        let mut known: BTreeMap<(Uuid, i32), (String, FlowSpec)> = BTreeMap::new();
        let mut all = Vec::with_capacity(processes.len());
        for process in processes {
            let key = (process.flow.0, process.flow_version);
            let (flow_name, spec) = match known.entry(key) {
                Entry::Occupied(read) => read.get().clone(),
                Entry::Vacant(place) => {
                    let version = flows::version(&mut *conn, process.client, process.flow, key.1).await?;
                    let version = version
                        .ok_or_else(|| AppError::internal("the version of a process's flow is gone"))?;
                    place.insert(version).clone()
                }
            };
            all.push(Underway::new(process, flow_name, spec));
        }
        Ok(all)
    }

    /// The decisions about those processes whose status somebody decided otherwise.
    async fn histories(
        &self,
        conn: &mut PgConnection,
        all: &[Underway],
    ) -> AppResult<BTreeMap<ProcessId, Vec<Decision>>> {
        let overridden = all.iter().map(|underway| &underway.process);
        let overridden: Vec<&Process> = overridden
            .filter(|process| process.overridden.is_some())
            .collect();
        let Some(first) = overridden.first() else {
            return Ok(BTreeMap::new());
        };
        let ids: Vec<Uuid> = overridden.iter().map(|process| process.id.0).collect();
        let mut by_process: BTreeMap<ProcessId, Vec<Decision>> = BTreeMap::new();
        for decision in decisions::of_processes(conn, first.client, &ids).await? {
            by_process.entry(decision.process).or_default().push(decision);
        }
        Ok(by_process)
    }
}
