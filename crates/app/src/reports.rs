//! Reports: folders of checks, which `report_id` names (`contract/checks-wire.md` §8).

use cotejo_domain::{fields::FieldErrors, ids::ReportId, permissions::Permission};
use cotejo_store::reports::{self, Report};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// Longest name of a report, in characters.
const NAME_LENGTH: usize = 200;

/// A report with its links.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportOutput)]
pub struct ReportOutput {
    /// Path of its checks
    checks: String,
    report: ReportBody,
    /// Path of the report
    #[serde(rename = "self")]
    own: String,
}

/// A folder of checks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportBody {
    /// Who made it: account and key
    created_by: String,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Whether there is a check in it
    has_data: bool,
    /// Report ID
    #[schema(value_type = String)]
    id: ReportId,
    /// Its name
    name: String,
    /// RFC 3339 to the second
    update_date: String,
}

impl From<Report> for ReportBody {
    fn from(report: Report) -> Self {
        Self {
            created_by: report.created_by,
            creation_date: report.created.rfc3339_nanos(),
            has_data: report.has_data,
            id: report.id,
            name: report.name,
            update_date: report.updated.rfc3339_seconds(),
        }
    }
}

impl From<Report> for ReportOutput {
    fn from(report: Report) -> Self {
        Self {
            checks: format!("/v1/checks?report_id={}", report.id),
            own: format!("/v1/reports/{}", report.id),
            report: report.into(),
        }
    }
}

impl App {
    /// Makes a report.
    pub async fn create_report(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let mut errors = FieldErrors::default();
        let name = command
            .fields()?
            .required_text("name", NAME_LENGTH, "is required", &mut errors);
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let now = command.now(self);
        let report = Report {
            id: ReportId(self.ids().uuid(now)),
            name: name.unwrap_or_default(),
            created_by: maker(&command.caller),
            created: now,
            updated: now,
            has_data: false,
        };
        reports::insert(&mut write.tx, command.caller.client().id, &report).await?;
        let audited = Audited {
            action: "report.created",
            resource: report.id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &ReportOutput::from(report))
            .await
    }

    /// A report.
    pub async fn get_report(&self, caller: &Caller, id: ReportId) -> AppResult<ReportOutput> {
        caller.require(Permission::ChecksRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let report = reports::find(&mut conn, caller.client().id, id).await?;
        Ok(report.ok_or(AppError::NotFound("The Report"))?.into())
    }

    /// A page of reports, newest first; of one maker if `username` names him.
    pub async fn list_reports(
        &self,
        caller: &Caller,
        username: Option<&str>,
        start_key: Option<&str>,
    ) -> AppResult<Page<ReportBody>> {
        caller.require(Permission::ChecksRead)?;
        let client = caller.client().id;
        let scope = Scope {
            client,
            route: "/v1/reports",
            filter: username.unwrap_or_default(),
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = reports::list(&mut conn, client, username, after, ROWS).await?;
        Ok(self
            .page(scope, PAGE, rows, |report| Position::Id(report.id.0))
            .map(ReportBody::from))
    }
}

/// Who makes something, as the vendor spells it: the account's name and the key's.
fn maker(caller: &Caller) -> String {
    format!("{}-{}", caller.client().name, caller.key.name)
}
