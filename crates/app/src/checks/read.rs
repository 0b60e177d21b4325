//! Reading one check, and pages of them.

use std::collections::BTreeMap;

use cotejo_domain::{
    checks::{Check, CheckStatus},
    ids::{CheckId, ClientId, ReportId},
    keys::Permission,
};
use cotejo_store::checks::Stored;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    PAGE,
    body::{self, RENDER_VERSION},
};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    cursor::{Scope, invalid},
};

/// What goes into a batch of reads.
pub(crate) type Wanted = (ClientId, CheckId);

/// A page of checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The bodies, version 1, newest first.
    pub bodies: Vec<String>,
    /// The `start_key` of the next page, if there is one.
    pub next: Option<String>,
}

pub(crate) async fn read_batch(pool: PgPool, wanted: Vec<Wanted>) -> Vec<AppResult<Option<Stored>>> {
    let mut distinct = wanted.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let rows = async {
        let mut conn = pool.acquire().await?;
        cotejo_store::checks::read_many(&mut conn, &distinct).await
    };
    match rows.await {
        Ok(rows) => {
            let found: BTreeMap<Wanted, Stored> =
                rows.into_iter().map(|(client, id, stored)| ((client, id), stored)).collect();
            wanted.iter().map(|key| Ok(found.get(key).cloned())).collect()
        }
        Err(error) => {
            // One error, several callers: each hears of the same outage, the log of the cause once.
            tracing::warn!(error = %error, "a batch of reads failed");
            let outage = cotejo_store::is_outage(&error);
            let text = error.to_string();
            let copy = || sqlx::Error::Protocol(text.clone());
            let copy = || if outage { AppError::Unavailable(copy()) } else { AppError::internal(copy()) };
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
        let stored = self.inner.reader.ask((client, id)).await.map_err(AppError::internal)??;
        match stored.ok_or(AppError::NotFound("The Check"))? {
            Stored::Rendered { body, render_version: RENDER_VERSION, .. } => Ok(body),
            Stored::Rendered { .. } => {
                let mut conn = self.inner.pool.acquire().await?;
                let check = cotejo_store::checks::find(&mut conn, client, id, false).await?;
                drop(conn);
                self.build(client, vec![check.ok_or(AppError::NotFound("The Check"))?])
                    .await?
                    .remove(&id)
                    .ok_or(AppError::NotFound("The Check"))
            }
            Stored::Open(check) => {
                self.build(client, vec![*check]).await?.remove(&id).ok_or(AppError::NotFound("The Check"))
            }
        }
    }

    /// A page of checks, newest first.
    pub async fn list_checks(
        &self,
        caller: &Caller,
        report: Option<&str>,
        start_key: Option<&str>,
    ) -> AppResult<Page> {
        caller.require(Permission::ChecksRead)?;
        let client = caller.client().id;
        let report: Option<ReportId> =
            report.map(str::parse).transpose().map_err(|_| AppError::NotFound("The Report"))?;
        let filter = report.map(|id| id.to_string()).unwrap_or_default();
        let scope = Scope { client, route: "/v1/checks", filter: &filter };
        let before = match start_key {
            None => None,
            Some(key) => Some(self.start_of_page(scope, key).await?),
        };
        let mut conn = self.inner.pool.acquire().await?;
        if let Some(report) = report
            && !cotejo_store::checks::report_exists(&mut conn, client, report).await?
        {
            return Err(AppError::NotFound("The Report"));
        }
        let mut rows = cotejo_store::checks::page(&mut conn, client, report, before, PAGE + 1).await?;
        drop(conn);
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        let next = rows.last().filter(|_| more).map(|(id, _)| self.cursor(scope, id.0.as_bytes()));
        Ok(Page { bodies: self.bodies(client, rows).await?, next })
    }

    /// The check behind which a page starts: our own cursor, or the id of a check of the client's own list.
    async fn start_of_page(&self, scope: Scope<'_>, key: &str) -> AppResult<CheckId> {
        if let Ok(id) = key.parse::<CheckId>() {
            let own = self.inner.reader.ask((scope.client, id)).await.map_err(AppError::internal)??;
            return own.map(|_| id).ok_or_else(|| invalid().into());
        }
        let position = self.position(scope, key)?;
        Ok(Uuid::from_slice(&position).map(CheckId).map_err(|_| invalid())?)
    }

    async fn bodies(&self, client: ClientId, rows: Vec<(CheckId, Stored)>) -> AppResult<Vec<String>> {
        let mut open = Vec::new();
        let mut stale = Vec::new();
        for (id, stored) in &rows {
            match stored {
                Stored::Open(check) => open.push(Check::clone(check)),
                Stored::Rendered { render_version, .. } if *render_version != RENDER_VERSION => stale.push((client, *id)),
                Stored::Rendered { .. } => {}
            }
        }
        if !stale.is_empty() {
            let mut conn = self.inner.pool.acquire().await?;
            open.extend(cotejo_store::checks::load(&mut conn, &stale).await?);
        }
        let mut built = self.build(client, open).await?;
        Ok(rows
            .into_iter()
            .filter_map(|(id, stored)| match stored {
                Stored::Rendered { body, render_version: RENDER_VERSION, .. } => Some(body),
                _ => built.remove(&id),
            })
            .collect())
    }

    /// Renders checks from their rows; those that have started need their runs, which are read at once for all.
    async fn build(&self, client: ClientId, checks: Vec<Check>) -> AppResult<BTreeMap<CheckId, String>> {
        let started: Vec<Uuid> =
            checks.iter().filter(|check| check.status != CheckStatus::NotStarted).map(|check| check.id.0).collect();
        let runs = if started.is_empty() {
            BTreeMap::new()
        } else {
            let mut conn = self.inner.pool.acquire().await?;
            cotejo_store::runs::of_checks(&mut conn, client, &started).await?
        };
        let none = Vec::new();
        Ok(checks
            .iter()
            .map(|check| {
                let runs = runs.get(&check.id).unwrap_or(&none);
                (check.id, body::render(self.inner.catalogue, check, runs))
            })
            .collect())
    }
}
