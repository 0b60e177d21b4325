//! Continuous checks: a finished check that is carried out again and again, and what that changed.

pub(crate) mod compare;
mod lists;
mod run;

use cotejo_domain::{
    continuous::{NewWatch, Watch, WatchChange},
    fields::FieldErrors,
    hooks::Enabled,
    ids::{CheckId, ClientId, ContinuousCheckId},
    keys::KeyRecord,
    permissions::{Permission, hide},
    time::date_on_the_wire,
};
use cotejo_store::continuous::{self as store, RunRow};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;

pub use lists::ScreenAgain;
pub(crate) use lists::list_changed;
pub use run::RunContinuous;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    checks::body::{RENDER_VERSION, for_version_0},
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

const ROUTE: &str = "/v1/continuous-checks";
const MISSING: AppError = AppError::NotFound("The continuous check");

/// A continuous check (contract/checks-wire.md §6).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContinuousCheck)]
pub struct ContinuousBody {
    /// The newest run; the check that is watched before there is one
    #[schema(value_type = Object)]
    check: Value,
    /// Its id
    #[schema(value_type = String)]
    continuous_check_id: ContinuousCheckId,
    /// How many runs there were
    counter: u32,
    /// RFC 3339
    creation_date: String,
    /// The last day on which a run may begin; absent for none
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    /// Time between two runs
    #[schema(example = "monthly")]
    frequency: String,
    /// The newest run
    #[schema(value_type = String)]
    last_check_id: CheckId,
    /// Day of the next run; absent where there is none
    #[serde(skip_serializing_if = "Option::is_none")]
    next_run_date: Option<String>,
    /// The check that is watched
    #[schema(value_type = String)]
    original_check_id: CheckId,
    /// How the score of the newest run compares with the one before: `new`, `up`, `down` or `same`
    score_status: &'static str,
    /// `enabled` or `disabled`
    status: &'static str,
    /// RFC 3339
    update_date: String,
    /// Version of the API key in which its hooks print checks
    #[schema(example = "1")]
    version: String,
}

impl ContinuousBody {
    fn of(watch: &Watch, check: Value) -> Self {
        Self {
            check,
            continuous_check_id: watch.id,
            counter: watch.runs,
            creation_date: watch.created.rfc3339_nanos(),
            end_date: watch.end_date.map(date_on_the_wire),
            frequency: watch.frequency.to_string(),
            last_check_id: watch.last,
            next_run_date: watch.next_run.map(|run| date_on_the_wire(run.date())),
            original_check_id: watch.original,
            score_status: watch.score_status.as_str(),
            status: watch.status.as_str(),
            update_date: watch.updated.rfc3339_seconds(),
            version: watch.key_version.to_string(),
        }
    }
}

/// One run of a continuous check, and what it changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContinuousCheckRun)]
pub struct RunBody {
    /// The check that carried it out
    #[schema(value_type = String)]
    check_id: CheckId,
    /// The check before it
    #[schema(value_type = String)]
    previous_check_id: CheckId,
    /// The continuous check
    #[schema(value_type = String)]
    continuous_check_id: ContinuousCheckId,
    /// When it began, RFC 3339
    creation_date: String,
    /// Old and new scores; empty until the run has finished
    #[schema(value_type = Vec<Object>)]
    changes: Vec<Box<RawValue>>,
}

impl RunBody {
    fn of(id: ContinuousCheckId, row: RunRow) -> AppResult<Self> {
        let changes = row.changes.map(RawValue::from_string).transpose();
        Ok(Self {
            check_id: row.check,
            previous_check_id: row.previous,
            continuous_check_id: id,
            creation_date: row.created.rfc3339_nanos(),
            changes: changes.map_err(AppError::internal)?.into_iter().collect(),
        })
    }
}

/// A check's body in the words of a version.
fn in_version(version: u8, body: &str) -> serde_json::Result<Value> {
    if version == 0 {
        serde_json::from_str(&for_version_0(body))
    } else {
        serde_json::from_str(body)
    }
}

/// A check's body as a key sees it: its version speaks, its masks hide.
fn seen_by(key: &KeyRecord, body: &str) -> AppResult<Value> {
    let mut body = in_version(key.version, body).map_err(AppError::internal)?;
    hide(&mut body, &key.masks());
    Ok(body)
}

/// An answer that was given before: whoever asked first may have seen more than this key may.
fn seen_again(key: &KeyRecord, done: Done) -> AppResult<Done> {
    let masks = key.masks();
    if masks.is_empty() {
        return Ok(done);
    }
    let mut body: Value = serde_json::from_str(&done.body).map_err(AppError::internal)?;
    hide(&mut body, &masks);
    Ok(Done {
        body: body.to_string(),
        ..done
    })
}

impl App {
    /// POST /v1/continuous-checks: has a finished check carried out again and again.
    pub async fn create_continuous_check(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let client = command.caller.client();
        let now = command.now(self);
        let new = NewWatch::parse(&command.fields()?, now, command.caller.key.version)?;
        // Before the transaction: who holds a connection and waits for another one may wait for ever.
        let body = self.check_body(client.id, new.check).await?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return seen_again(&command.caller.key, done),
        };
        let check = cotejo_store::checks::find(&mut write.tx, client.id, new.check, true)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        if !check.status.is_final() {
            return Err(FieldErrors::one("check_id", "must be of a check that has finished").into());
        }
        let watch = Watch::new(client.id, ContinuousCheckId(self.ids().uuid(now)), &new, now);
        store::insert(&mut write.tx, &watch).await.map_err(|error| {
            AppError::taken(
                error,
                "continuous_checks_original",
                "there is a continuous check of this check already",
            )
        })?;
        self.plan_run(&mut write.tx, client, &watch).await?;
        let answer = ContinuousBody::of(&watch, seen_by(&command.caller.key, &body)?);
        let audited = Audited {
            action: "continuous_check.created",
            resource: watch.id.0,
            detail: format!("{} {}", watch.original, watch.frequency),
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &answer).await
    }

    /// PUT /v1/continuous-checks/{continuous_check_id}: changes frequency, status and version.
    pub async fn update_continuous_check(&self, command: &Command, id: ContinuousCheckId) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let client = command.caller.client();
        let change = WatchChange::parse(&command.fields()?, command.caller.key.version)?;
        let (_, body) = self.watch_with_body(client.id, id).await?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return seen_again(&command.caller.key, done),
        };
        let mut watch = store::find(&mut write.tx, client.id, id, true)
            .await?
            .ok_or(MISSING)?;
        watch.change(&change, command.now(self));
        store::update(&mut write.tx, &watch).await?;
        self.plan_run(&mut write.tx, client, &watch).await?;
        let answer = ContinuousBody::of(&watch, seen_by(&command.caller.key, &body)?);
        let status = if watch.status == Enabled::Enabled {
            "enabled"
        } else {
            "disabled"
        };
        let audited = Audited {
            action: "continuous_check.updated",
            resource: watch.id.0,
            detail: format!("{} {status}", watch.frequency),
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &answer).await
    }

    /// GET /v1/continuous-checks/{continuous_check_id}
    pub async fn get_continuous_check(
        &self,
        caller: &Caller,
        id: ContinuousCheckId,
    ) -> AppResult<ContinuousBody> {
        caller.require(Permission::ChecksRead)?;
        let (watch, body) = self.watch_with_body(caller.client().id, id).await?;
        Ok(ContinuousBody::of(&watch, seen_by(&caller.key, &body)?))
    }

    /// GET /v1/continuous-checks: newest first.
    pub async fn list_continuous_checks(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<ContinuousBody>> {
        caller.require(Permission::ChecksRead)?;
        let client = caller.client().id;
        let scope = Scope {
            client,
            route: ROUTE,
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let watches = store::list(&mut conn, client, after, ROWS).await?;
        let wanted: Vec<_> = watches.iter().map(|watch| (client, watch.last)).collect();
        let stored = cotejo_store::checks::bodies(&mut conn, &wanted, RENDER_VERSION).await?;
        drop(conn);
        let rows = stored.into_iter().map(|(_, id, body)| (id, body)).collect();
        let mut bodies = self.bodies_by_id(client, rows).await?;
        self.page(scope, PAGE, watches, |watch| Position::Id(watch.id.0))
            .try_map(|watch| {
                let check = match bodies.remove(&watch.last) {
                    Some(body) => seen_by(&caller.key, &body)?,
                    None => Value::Null,
                };
                Ok(ContinuousBody::of(&watch, check))
            })
    }

    /// GET /v1/continuous-checks/{continuous_check_id}/history: the runs, newest first.
    pub async fn list_continuous_check_history(
        &self,
        caller: &Caller,
        id: ContinuousCheckId,
        start_key: Option<&str>,
    ) -> AppResult<Page<RunBody>> {
        caller.require(Permission::ChecksRead)?;
        let client = caller.client().id;
        let filter = id.to_string();
        let scope = Scope {
            client,
            route: "/v1/continuous-checks/history",
            filter: &filter,
        };
        let before = self.start_behind(scope, start_key)?.unwrap_or(i64::MAX);
        let mut conn = self.inner.pool.acquire().await?;
        if store::find(&mut conn, client, id, false).await?.is_none() {
            return Err(MISSING);
        }
        let rows = store::runs(&mut conn, client, id, before, ROWS).await?;
        self.page(scope, PAGE, rows, |run| Position::Number(run.seq.into()))
            .try_map(|row| RunBody::of(id, row))
    }

    /// A continuous check with the body of its newest run, as they stand.
    async fn watch_with_body(&self, client: ClientId, id: ContinuousCheckId) -> AppResult<(Watch, String)> {
        let mut conn = self.inner.pool.acquire().await?;
        let watch = store::find(&mut conn, client, id, false).await?.ok_or(MISSING)?;
        drop(conn);
        match self.check_body(client, watch.last).await {
            // Runs but the first may be deleted.
            Err(AppError::NotFound(_)) => Ok((watch, "null".to_owned())),
            other => Ok((watch, other?)),
        }
    }
}
