//! Reading one check, and pages of them.

use std::collections::BTreeMap;

use cotejo_domain::{
    checks::{Check, CheckStatus},
    ids::{CheckId, ClientId, ReportId},
    permissions::Permission,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::body::{self, RENDER_VERSION};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    cursor::{Scope, invalid},
    page::{PAGE, Page, Position, ROWS},
};

/// What goes into a batch of reads.
pub(crate) type Wanted = (ClientId, CheckId);

/// What comes of it: no check, or its body if that is stored.
pub(crate) type Read = Option<Option<String>>;

pub(crate) async fn read_batch(pool: PgPool, wanted: Vec<Wanted>) -> Vec<AppResult<Read>> {
    let mut distinct = wanted.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let rows = async {
        let mut conn = pool.acquire().await?;
        cotejo_store::checks::bodies(&mut conn, &distinct, RENDER_VERSION).await
    };
    match rows.await {
        Ok(rows) => {
            let mut found: BTreeMap<Wanted, Option<String>> = rows
                .into_iter()
                .map(|(client, id, body)| ((client, id), body))
                .collect();
            let once = distinct.len() == wanted.len();
            wanted
                .iter()
                .map(|key| {
                    Ok(if once {
                        found.remove(key)
                    } else {
                        found.get(key).cloned()
                    })
                })
                .collect()
        }
        Err(error) => {
            // One error, several callers: each hears of the same outage, the log of the cause once.
            tracing::warn!(error = %error, "a batch of reads failed");
            let outage = cotejo_store::is_outage(&error);
            let text = error.to_string();
            let copy = || sqlx::Error::Protocol(text.clone());
            let copy = || {
                if outage {
                    AppError::Unavailable(copy())
                } else {
                    AppError::internal(copy())
                }
            };
            wanted.iter().map(|_| Err(copy())).collect()
        }
    }
}

impl App {
    /// The body of a check, version 1.
    pub async fn get_check(&self, caller: &Caller, id: CheckId) -> AppResult<String> {
        caller.require(Permission::ChecksRead)?;
        self.check_body(caller.client().id, id).await
    }

    pub(crate) async fn check_body(&self, client: ClientId, id: CheckId) -> AppResult<String> {
        let missing = || AppError::NotFound("The Check");
        let read = self
            .inner
            .reader
            .ask((client, id))
            .await
            .map_err(AppError::internal)??;
        match read.ok_or_else(missing)? {
            Some(body) => Ok(body),
            None => self.build(client, &[id]).await?.remove(&id).ok_or_else(missing),
        }
    }

    /// A page of checks as bodies, version 1, newest first.
    pub async fn list_checks(
        &self,
        caller: &Caller,
        report: Option<&str>,
        start_key: Option<&str>,
    ) -> AppResult<Page<String>> {
        caller.require(Permission::ChecksRead)?;
        let client = caller.client().id;
        let report: Option<ReportId> = report
            .map(str::parse)
            .transpose()
            .map_err(|_| AppError::NotFound("The Report"))?;
        let filter = report.map(|id| id.to_string()).unwrap_or_default();
        let scope = Scope {
            client,
            route: "/v1/checks",
            filter: &filter,
        };
        let before = match start_key {
            None => None,
            Some(key) => Some(self.start_of_page(scope, key).await?),
        };
        let mut conn = self.inner.pool.acquire().await?;
        if let Some(report) = report
            && cotejo_store::reports::find(&mut conn, client, report)
                .await?
                .is_none()
        {
            return Err(AppError::NotFound("The Report"));
        }
        let rows =
            cotejo_store::checks::page(&mut conn, client, report, before, ROWS, RENDER_VERSION).await?;
        drop(conn);
        let page = self.page(scope, PAGE, rows, |(id, _)| Position::Id(id.0));
        Ok(Page {
            items: self.bodies(client, page.items).await?,
            next: page.next,
        })
    }

    /// The check behind which a page starts: our own cursor, or the id of a check of the client's own list.
    async fn start_of_page(&self, scope: Scope<'_>, key: &str) -> AppResult<CheckId> {
        if let Ok(id) = key.parse::<CheckId>() {
            let own = self
                .inner
                .reader
                .ask((scope.client, id))
                .await
                .map_err(AppError::internal)??;
            return own.map(|_| id).ok_or_else(|| invalid().into());
        }
        let position = self.position(scope, key)?;
        Ok(Uuid::from_slice(&position).map(CheckId).map_err(|_| invalid())?)
    }

    async fn bodies(&self, client: ClientId, rows: Vec<(CheckId, Option<String>)>) -> AppResult<Vec<String>> {
        let order: Vec<CheckId> = rows.iter().map(|(id, _)| *id).collect();
        let mut bodies = self.bodies_by_id(client, rows).await?;
        Ok(order.iter().filter_map(|id| bodies.remove(id)).collect())
    }

    /// The bodies of checks: the stored ones, the others built from their rows.
    pub(crate) async fn bodies_by_id(
        &self,
        client: ClientId,
        rows: Vec<(CheckId, Option<String>)>,
    ) -> AppResult<BTreeMap<CheckId, String>> {
        let open: Vec<CheckId> = rows
            .iter()
            .filter(|(_, body)| body.is_none())
            .map(|(id, _)| *id)
            .collect();
        let mut bodies = self.build(client, &open).await?;
        bodies.extend(rows.into_iter().filter_map(|(id, body)| Some((id, body?))));
        Ok(bodies)
    }

    /// Renders checks from their rows; those that have started need their runs, which are read at once for all.
    async fn build(&self, client: ClientId, ids: &[CheckId]) -> AppResult<BTreeMap<CheckId, String>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let wanted: Vec<Wanted> = ids.iter().map(|id| (client, *id)).collect();
        let mut conn = self.inner.pool.acquire().await?;
        let checks = cotejo_store::checks::load(&mut conn, &wanted).await?;
        let started = checks
            .iter()
            .filter(|check| check.status != CheckStatus::NotStarted);
        let started: Vec<Uuid> = started.map(|check| check.id.0).collect();
        let runs = if started.is_empty() {
            BTreeMap::new()
        } else {
            cotejo_store::runs::of_checks(&mut conn, client, &started).await?
        };
        drop(conn);
        let none = Vec::new();
        let render = |check: &Check| {
            (
                check.id,
                body::render(self.inner.catalogue, check, runs.get(&check.id).unwrap_or(&none)),
            )
        };
        Ok(checks.iter().map(render).collect())
    }
}
