//! Batches: many checks from one file (reference, Batch).
//!
//! The file is taken in as it comes (`upload.rs`) and read by a worker (`read.rs`), row by row, into rows of the
//! database. Started, the batch has one job (`run.rs`) that makes the next checks while the ones before them are carried
//! out, so that neither memory nor the queue grows with the file; a row and its check are written together, so that no
//! row is done twice whoever dies. Reports are files, made by a worker on request (`report.rs`).

mod read;
mod report;
mod run;
mod upload;

use std::time::Duration;

use cotejo_domain::{
    batches::{Batch, BatchStatus, LINK_SECONDS, NewBatch, TableFormat},
    checks::new_check::asked_custom_type,
    clients::Client,
    fields::FieldErrors,
    files::FileKind,
    ids::BatchId,
    permissions::Permission,
};
use cotejo_queue::{Lane, NewJob};
use cotejo_store::batches as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    checks::create::queue_priority,
    command::{Audited, Begun, Command, Done, OutputMessage},
};

pub use read::ReadBatch;
pub use report::ReportBatch;
pub use run::RunBatch;

const MISSING: AppError = AppError::NotFound("The batch");

/// A batch of checks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Batch)]
pub struct BatchBody {
    /// Batch ID
    #[schema(value_type = String)]
    batch_id: BatchId,
    /// The inputs that the columns of the file hold, from left to right
    columns: Vec<&'static str>,
    /// Country of its checks
    #[schema(example = "CO")]
    country: &'static str,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// The last day of its continuous checks
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    /// Rows of which no check was made, or whose check ended in `error`
    failed: i32,
    /// Why its file cannot be used; empty where it can
    failure_reason: String,
    /// Where its file goes, by one PUT within 30 minutes; empty once it is there
    file_upload_link: String,
    /// How often its checks are carried out again
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency: Option<String>,
    /// Rows that have come to their end
    processed: i32,
    /// The folder that its checks go into; empty for none
    report_id: String,
    /// Always `checks`
    service: &'static str,
    /// Rows of its file; 0 until it was read
    size: i32,
    /// `created`, `uploaded`, `in_progress`, `completed`, `stopped` or `failed`
    #[schema(value_type = String, example = "created")]
    status: BatchStatus,
    /// What is checked
    #[serde(rename = "type")]
    #[schema(example = "person")]
    batch_type: String,
    /// RFC 3339 to the second
    update_date: String,
}

/// What the jobs of a batch carry.
#[derive(Serialize, Deserialize)]
struct Payload {
    client: Uuid,
    batch: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<TableFormat>,
}

fn upload_path(id: BatchId) -> String {
    format!("/v1/batches/{id}/file")
}

impl App {
    fn batch_body(&self, batch: &Batch) -> BatchBody {
        let asked = &batch.asked;
        let link = if batch.status == BatchStatus::Created {
            let until = batch.created.plus_seconds(LINK_SECONDS);
            self.link(
                &self.inner.issuer,
                "PUT",
                &upload_path(batch.id),
                batch.client,
                until,
            )
        } else {
            String::new()
        };
        BatchBody {
            batch_id: batch.id,
            columns: asked.columns.names(),
            country: asked.country.as_str(),
            creation_date: batch.created.rfc3339_nanos(),
            end_date: asked.end_date.map(cotejo_domain::time::date_on_the_wire),
            failed: batch.failed,
            failure_reason: batch.failure_reason.clone(),
            file_upload_link: link,
            frequency: asked.frequency.map(|frequency| frequency.to_string()),
            processed: batch.processed,
            report_id: asked.report.map(|report| report.to_string()).unwrap_or_default(),
            service: "checks",
            size: batch.size.unwrap_or(0),
            status: batch.status,
            batch_type: asked.type_name.clone(),
            update_date: batch.updated.rfc3339_seconds(),
        }
    }

    /// Makes a batch, which waits for its file.
    pub async fn create_batch(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let client = command.caller.client().id;
        let fields = command.fields()?;
        let now = command.now(self);
        let custom = self.custom_type(client, asked_custom_type(&fields)).await?;
        let asked = NewBatch::parse(&fields, custom, now)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        if let Some(report) = asked.report
            && cotejo_store::reports::find(&mut write.tx, client, report)
                .await?
                .is_none()
        {
            return Err(AppError::NotFound("The Report"));
        }
        let batch = Batch {
            client,
            id: BatchId(self.ids().uuid(now)),
            asked,
            status: BatchStatus::Created,
            size: None,
            processed: 0,
            failed: 0,
            failure_reason: String::new(),
            billing_hub: command.caller.key.billing_hub,
            key_version: command.caller.key.version,
            created: now,
            updated: now,
        };
        store::insert(&mut write.tx, &batch).await?;
        let audited = audited("batch.created", batch.id);
        self.end(write, command, audited, 201, &self.batch_body(&batch))
            .await
    }

    /// A batch.
    pub async fn get_batch(&self, caller: &Caller, id: BatchId) -> AppResult<BatchBody> {
        caller.require(Permission::ChecksRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let batch = store::find(&mut conn, caller.client().id, id, false).await?;
        Ok(self.batch_body(&batch.ok_or(MISSING)?))
    }

    /// Has the checks of a batch made, or goes on with one that was stopped.
    pub async fn start_batch(&self, command: &Command, id: BatchId) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let mut batch = store::find(&mut write.tx, client.id, id, true)
            .await?
            .ok_or(MISSING)?;
        match batch.status {
            BatchStatus::Created => return Err(FieldErrors::one("batch", "file was not uploaded").into()),
            BatchStatus::Completed | BatchStatus::Failed => {
                return Err(AppError::Conflict(format!("the batch is {}", batch.status)));
            }
            BatchStatus::Stopped
                if batch.size.is_none() && !self.has_input(&mut write.tx, &batch).await? =>
            {
                return Err(FieldErrors::one("batch", "file was not uploaded").into());
            }
            BatchStatus::Uploaded | BatchStatus::Stopped | BatchStatus::InProgress => {}
        }
        batch.status = BatchStatus::InProgress;
        batch.updated = command.now(self);
        store::update(&mut write.tx, &batch).await?;
        // One whose file is still being read is begun by its reader.
        if batch.size.is_some() {
            cotejo_queue::wake(&mut write.tx, &[self.batch_job(client, id, run::JOB, None)]).await?;
        }
        let message = OutputMessage {
            message: "the batch was started".to_owned(),
        };
        self.end(write, command, audited("batch.started", id), 200, &message)
            .await
    }

    async fn has_input(&self, conn: &mut sqlx::PgConnection, batch: &Batch) -> AppResult<bool> {
        let kind = FileKind::BatchInput;
        let found = cotejo_store::files::page(conn, batch.client, batch.id.0, kind, "", 1).await?;
        Ok(!found.is_empty())
    }

    /// Stops a batch: no further checks are made. Those that were made come to their end.
    pub async fn stop_batch(&self, command: &Command, id: BatchId) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let mut batch = store::find(&mut write.tx, client.id, id, true)
            .await?
            .ok_or(MISSING)?;
        if !batch.status.can_stop() {
            return Err(AppError::Conflict(format!("the batch is {}", batch.status)));
        }
        batch.status = BatchStatus::Stopped;
        batch.updated = command.now(self);
        store::update(&mut write.tx, &batch).await?;
        let message = OutputMessage {
            message: "the batch was stopped".to_owned(),
        };
        self.end(write, command, audited("batch.stopped", id), 200, &message)
            .await
    }

    fn batch_job(
        &self,
        client: &Client,
        id: BatchId,
        kind: &'static str,
        format: Option<TableFormat>,
    ) -> NewJob {
        let payload = Payload {
            client: client.id.0,
            batch: id.0,
            format,
        };
        NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind,
            payload: serde_json::json!(payload).to_string(),
            // What somebody waits for, not what its checks wait for.
            lane: Lane::of(
                client.id.0,
                queue_priority(cotejo_domain::checks::Priority::Medium),
            ),
            after: Duration::ZERO,
            key: (kind == run::JOB).then_some(id.0),
            clock: None,
        }
    }
}

const fn content_type(format: TableFormat) -> &'static str {
    match format {
        TableFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        TableFormat::Csv => "text/csv; charset=utf-8",
    }
}

fn audited(action: &'static str, id: BatchId) -> Audited<'static> {
    Audited {
        action,
        resource: id.0,
        ..Audited::default()
    }
}
