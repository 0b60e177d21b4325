//! Reports of batches: what became of each row, as a file.

use std::io::Read as _;

use async_trait::async_trait;
use cotejo_domain::{
    batches::{Batch, TableFormat},
    clients::Client,
    fields::FieldErrors,
    files::FileKind,
    ids::{BatchId, ClientId, FileId},
    permissions::Permission,
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::batches::{self as store, ReportRow};
use tokio::sync::mpsc;

use super::{MISSING, Payload, audited, content_type};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    checks::dossier::unmasked,
    command::{Begun, Command, Done, OutputMessage},
    files::{Download, NewFile},
    jobs::{one_by_one, payload},
};

/// Kind of the job.
const JOB: &str = "batch.report";

/// Rows that are read at once.
const CHUNK: i64 = 500;

/// The columns behind those of the file.
const ADDED: &[&str] = &["row", "check_id", "status", "score", "errors"];

/// Writes the reports of batches.
pub struct ReportBatch(pub App);

#[async_trait]
impl Handler for ReportBatch {
    fn kind(&self) -> &'static str {
        JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.report_batch(lease)).await
    }
}

fn format_of(text: &str) -> Result<TableFormat, FieldErrors> {
    text.parse()
        .map_err(|_| FieldErrors::one("format", "must be xlsx or csv"))
}

impl App {
    /// Has a report of a batch made as it is now; it takes the place of an earlier one of the format.
    pub async fn request_batch_report(&self, command: &Command, id: BatchId) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let fields = command.fields()?;
        let format = fields
            .get("format")
            .ok_or_else(|| FieldErrors::one("format", "is required: xlsx or csv"))?;
        let format = format_of(format)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        store::find(&mut write.tx, client.id, id, false)
            .await?
            .ok_or(MISSING)?;
        let job = self.batch_job(client, id, JOB, Some(format));
        cotejo_queue::enqueue(&mut write.tx, &[job]).await?;
        let message = OutputMessage {
            message: "the report is being made".to_owned(),
        };
        self.end(
            write,
            command,
            audited("batch.report_requested", id),
            200,
            &message,
        )
        .await
    }

    /// The report of a batch that was made last in that format; a workbook where none is said.
    pub async fn batch_report(
        &self,
        caller: &Caller,
        id: BatchId,
        format: Option<&str>,
    ) -> AppResult<Download> {
        caller.require(Permission::ChecksRead)?;
        unmasked(caller)?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        store::find(&mut conn, client, id, false).await?.ok_or(MISSING)?;
        let wanted = match format {
            Some(format) => vec![format_of(format)?],
            None => vec![TableFormat::Xlsx, TableFormat::Csv],
        };
        for format in wanted {
            let kind = FileKind::BatchReport;
            let found =
                cotejo_store::files::of_resource(&mut conn, client, id.0, kind, format.as_str()).await?;
            if let Some(file) = found {
                drop(conn);
                return self.open(file).await;
            }
        }
        Err(AppError::NotFound("The report of the batch"))
    }

    async fn report_batch(&self, lease: &Lease) -> AppResult<Outcome> {
        let asked: Payload = payload(lease)?;
        let (client, id) = (ClientId(asked.client), BatchId(asked.batch));
        let format = asked.format.unwrap_or(TableFormat::Xlsx);
        let mut conn = self.inner.pool.acquire().await?;
        let owner = cotejo_store::clients::find(&mut conn, client).await?;
        let batch = store::find(&mut conn, client, id, false).await?;
        drop(conn);
        let (Some(owner), Some(batch)) = (owner, batch) else {
            return self.drop_lease(lease).await;
        };
        let table = self.write_report(&batch, format).await?;
        let file = self.keep_report(lease, &owner, &batch, format, table).await?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        self.put_files(&mut tx, &[&file]).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Writes the rows into a file on the disk, some at a time.
    async fn write_report(&self, batch: &Batch, format: TableFormat) -> AppResult<std::fs::File> {
        let tables = self
            .inner
            .tables
            .clone()
            .ok_or_else(|| AppError::internal("this program writes no tables"))?;
        let header = header(batch);
        let (sender, mut rows) = mpsc::channel::<Vec<String>>(1_000);
        let writing = tokio::task::spawn_blocking(move || {
            let mut rows = std::iter::from_fn(|| rows.blocking_recv());
            tables.write(format, &header, &mut rows)
        });
        let mut after = 0;
        'pages: loop {
            let mut conn = self.inner.pool.acquire().await?;
            let page = store::report_rows(&mut conn, batch.client, batch.id, after, CHUNK).await?;
            drop(conn);
            let Some(last) = page.last() else { break };
            after = last.row;
            for row in page {
                // Who writes has failed, and says so below.
                if sender.send(cells(batch, row)).await.is_err() {
                    break 'pages;
                }
            }
        }
        drop(sender);
        writing
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)
    }

    async fn keep_report(
        &self,
        lease: &Lease,
        client: &Client,
        batch: &Batch,
        format: TableFormat,
        mut table: std::fs::File,
    ) -> AppResult<cotejo_domain::files::File> {
        let mut keeping = self
            .keep(NewFile {
                client: batch.client,
                // The job's own id: who does it again writes the same object again.
                id: FileId(lease.id),
                resource: batch.id.0,
                kind: FileKind::BatchReport,
                variant: format.to_string(),
                name: format!("{}-report.{format}", batch.id),
                content_type: content_type(format).to_owned(),
                created: self.now(client),
            })
            .await?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = table.read(&mut piece).map_err(AppError::internal)?;
            if read == 0 {
                return keeping.finish().await;
            }
            keeping.write(&piece[..read]).await?;
        }
    }
}

/// The inputs in their columns, then what became of them.
fn header(batch: &Batch) -> Vec<String> {
    let columns = &batch.asked.columns;
    let mut header = vec![String::new(); columns.width()];
    for (place, column) in columns.iter() {
        column.as_str().clone_into(&mut header[place]);
    }
    header.extend(ADDED.iter().map(|name| (*name).to_owned()));
    header
}

fn cells(batch: &Batch, row: ReportRow) -> Vec<String> {
    let mut cells = row.cells;
    cells.resize(batch.asked.columns.width(), String::new());
    let status = match (&row.check, row.status.as_str()) {
        (None, _) if row.errors.is_empty() => "waiting",
        (None, _) => "invalid",
        (Some(_), "") => "deleted",
        (Some(_), status) => status,
    };
    let errors: Vec<String> = row
        .errors
        .iter()
        .map(|error| match error.column.as_str() {
            "" => format!("{} {}", error.field, error.message),
            column => format!("{column} ({}) {}", error.field, error.message),
        })
        .collect();
    cells.extend([
        row.row.to_string(),
        row.check.map(|id| id.to_string()).unwrap_or_default(),
        status.to_owned(),
        row.score,
        errors.join("; "),
    ]);
    cells
}
