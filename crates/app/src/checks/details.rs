//! A check's details: everything that its sources said, and which of them said nothing.

use cotejo_domain::{
    checks::{Basis, CheckType, DataSet, ResultKind, RunStatus, Severity, Table},
    country::Country,
    ids::{CheckId, DetailId},
    language::Language,
    permissions::Permission,
    wording::{InWords as _, translate_label_from},
};
use cotejo_store::findings::DetailRow;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    body::{ResultKindSchema, SeveritySchema},
    dossier::language,
};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    cursor::Scope,
    page::{Page, Position},
};

/// Entries on a page.
const PAGE: usize = 100;

/// How many rows are asked for: one more than a page tells whether there is another.
const ROWS: i64 = 101;

/// One entry of a check's details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckDetail)]
pub struct DetailBody {
    /// Background check ID
    check_id: String,
    /// The data set; empty where an input kept the source from being asked
    #[schema(value_type = String)]
    data_set: &'static str,
    /// The source; stable for ever
    database_id: String,
    /// Its name
    database_name: String,
    /// How far the entry is from the subject; 0 is the subject itself
    depth: u8,
    /// Kind of the document that was found
    document_type: &'static str,
    /// Company as the source spells it
    found_company_name: String,
    /// Day of birth as the source knows it
    found_date_of_birth: &'static str,
    /// Given names as the source spells them
    found_first_name: String,
    /// Surnames as the source spells them
    found_last_name: String,
    /// Taxpayer number as the source knows it
    found_rfc: &'static str,
    /// Detail ID
    id: String,
    /// What an identity registry says of the document
    identity_result: &'static str,
    /// Whether the identity is `found`, `not_found` or `dead`
    identity_state: &'static str,
    /// Day on which the document was issued
    issued_at: &'static str,
    /// What the source answered
    #[schema(value_type = ResultKindSchema)]
    result: ResultKind,
    /// The check's type, with `-name` where only the name ties the entry to the subject
    route: String,
    /// Risk of the entry
    #[schema(value_type = SeveritySchema)]
    severity: Severity,
    /// What the source shows; null for nothing
    #[schema(value_type = Option<Vec<TableSchema>>)]
    tables: Option<Box<RawValue>>,
    /// RFC 3339 with nanoseconds
    update_date: String,
}

/// A table that a source shows.
#[derive(ToSchema)]
#[schema(as = DetailTable)]
#[expect(dead_code, reason = "the schema of tables that are stored as text")]
pub struct TableSchema {
    title: String,
    rows: Vec<RowSchema>,
}

/// A row of a table.
#[derive(ToSchema)]
#[schema(as = DetailRow)]
#[expect(dead_code, reason = "the schema of tables that are stored as text")]
pub struct RowSchema {
    cells: Vec<CellSchema>,
}

/// A cell of a row.
#[derive(ToSchema)]
#[schema(as = DetailCell)]
#[expect(dead_code, reason = "the schema of tables that are stored as text")]
pub struct CellSchema {
    label: String,
    value: String,
}

impl App {
    /// A page of a check's details, in the order of the sources; empty before the check starts.
    pub async fn list_details(
        &self,
        caller: &Caller,
        id: CheckId,
        lang: Option<&str>,
        start_key: Option<&str>,
    ) -> AppResult<Page<DetailBody>> {
        caller.require(Permission::ChecksRead)?;
        let lang = lang.map(|lang| language(Some(lang), Language::Es)).transpose()?;
        let client = caller.client().id;
        let filter = id.to_string();
        let scope = Scope {
            client,
            route: "/v1/checks/details",
            filter: &filter,
        };
        let after = self.start_at_place(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let check = cotejo_store::checks::find(&mut conn, client, id, false)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        let rows = cotejo_store::findings::page(&mut conn, client, id, after, ROWS).await?;
        drop(conn);
        self.page(scope, PAGE, rows, |row| Position::Place(row.run, row.seq))
            .try_map(|row| self.detail(id, check.check_type, lang, row))
    }

    fn detail(
        &self,
        check: CheckId,
        check_type: CheckType,
        lang: Option<Language>,
        row: DetailRow,
    ) -> AppResult<DetailBody> {
        let source = self.inner.catalogue.get(&row.source);
        let (basis, result, severity) = match &row.found {
            Some(found) => (found.basis, found.result, found.severity),
            None => {
                let (result, severity) = without_finding(row.status);
                (Basis::Id, result, severity)
            }
        };
        let identity = row.data_set == Some(DataSet::PersonalIdentity) && row.status == RunStatus::Completed;
        let tables = row.found.as_ref().and_then(|found| found.tables.clone());
        let tables = match (tables, lang) {
            (Some(tables), Some(lang)) => {
                Some(translated(&tables, source.map(|source| source.country), lang)?)
            }
            (tables, _) => tables,
        };
        let found = row.found.unwrap_or_else(|| cotejo_store::findings::FoundRow {
            basis,
            result,
            severity,
            first_name: String::new(),
            last_name: String::new(),
            company_name: String::new(),
            tables: None,
        });
        Ok(DetailBody {
            check_id: check.to_string(),
            data_set: row.data_set.map_or("", DataSet::as_str),
            database_id: source
                .map(|source| source.database_id.clone())
                .unwrap_or_default(),
            database_name: source.map_or(row.source, |source| source.name.clone()),
            depth: 0,
            document_type: "",
            found_company_name: found.company_name,
            found_date_of_birth: "",
            found_first_name: found.first_name,
            found_last_name: found.last_name,
            found_rfc: "",
            id: detail_id(check, row.run, row.seq).to_string(),
            identity_result: "",
            identity_state: match (identity, lang) {
                (true, Some(lang)) => result.in_words(lang),
                (true, None) => result.as_str(),
                (false, _) => "",
            },
            issued_at: "",
            result,
            route: match basis {
                Basis::Id => check_type.to_string(),
                Basis::Name => format!("{check_type}-name"),
            },
            severity,
            tables: tables
                .map(RawValue::from_string)
                .transpose()
                .map_err(AppError::internal)?,
            update_date: row.updated.rfc3339_nanos(),
        })
    }
}

/// Tables with their titles and labels in another language; what the source says of its own stays as it is.
fn translated(tables: &str, country: Option<Country>, lang: Language) -> AppResult<String> {
    let mut tables: Vec<Table> = serde_json::from_str(tables).map_err(AppError::internal)?;
    let translate = |text: &mut String| {
        *text = translate_label_from(country.unwrap_or(Country::All), text, lang).into_owned();
    };
    for table in &mut tables {
        translate(&mut table.title);
        for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
            translate(&mut cell.label);
        }
    }
    serde_json::to_string(&tables).map_err(AppError::internal)
}

const fn without_finding(status: RunStatus) -> (ResultKind, Severity) {
    match status {
        RunStatus::NotStarted => (ResultKind::Pending, Severity::Unknown),
        RunStatus::Delayed => (ResultKind::Delayed, Severity::Unknown),
        RunStatus::Completed => (ResultKind::NotFound, Severity::None),
        RunStatus::Error | RunStatus::Expired => (ResultKind::Error, Severity::None),
        RunStatus::Skipped => (ResultKind::Ignored, Severity::None),
    }
}

/// The id of an entry is derived from its place, so that an entry without a row of its own has a lasting one too.
fn detail_id(check: CheckId, run: i16, seq: i16) -> DetailId {
    let mut hash = Sha256::new();
    hash.update(check.0.as_bytes());
    hash.update(run.to_be_bytes());
    hash.update(seq.to_be_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    DetailId(Uuid::from_bytes(id))
}
