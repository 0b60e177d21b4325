//! Reading the file of a batch into rows.

use std::{
    io::{Seek as _, Write as _},
    ops::ControlFlow,
};

use async_trait::async_trait;
use cotejo_domain::{
    batches::{Batch, BatchStatus, Columns, MOST_ROWS, TableError, TableFormat},
    files::FileKind,
    ids::{BatchId, ClientId},
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::batches as store;
use tokio::sync::mpsc;

use super::{Payload, run};
use crate::{
    App, AppError, AppResult,
    files::Download,
    jobs::{one_by_one, payload},
};

/// Kind of the job.
pub(super) const JOB: &str = "batch.read";

/// Rows that are written at once.
const CHUNK: usize = 1_000;

/// Rows with their numbers in the file.
type Rows = Vec<(i32, Vec<String>)>;

/// Reads the files of batches.
pub struct ReadBatch(pub App);

#[async_trait]
impl Handler for ReadBatch {
    fn kind(&self) -> &'static str {
        JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.read_batch(lease)).await
    }
}

impl App {
    async fn read_batch(&self, lease: &Lease) -> AppResult<Outcome> {
        let asked: Payload = payload(lease)?;
        let (client, id) = (ClientId(asked.client), BatchId(asked.batch));
        let mut conn = self.inner.pool.acquire().await?;
        let batch = store::find(&mut conn, client, id, false).await?;
        let files = cotejo_store::files::page(&mut conn, client, id.0, FileKind::BatchInput, "", 1).await?;
        drop(conn);
        let (Some(batch), Some(file)) = (batch, files.into_iter().next()) else {
            return self.drop_lease(lease).await;
        };
        let format = file.variant.parse::<TableFormat>().map_err(AppError::internal)?;
        let download = self.open(file).await?;
        let read = self.read_rows(&batch, download, format).await?;
        self.end_reading(lease, client, id, read).await
    }

    /// Reads the rows of a file and writes them, some at a time. Returns how many there are, or why it cannot be used.
    async fn read_rows(
        &self,
        batch: &Batch,
        download: Download,
        format: TableFormat,
    ) -> AppResult<Result<i32, TableError>> {
        let file = spool(download).await?;
        let tables = self
            .inner
            .tables
            .clone()
            .ok_or_else(|| AppError::internal("this program reads no tables"))?;
        let columns = batch.asked.columns.clone();
        // Two chunks at most wait: whoever reads is quicker than the database.
        let (sender, mut chunks) = mpsc::channel::<Rows>(2);
        let reading = tokio::task::spawn_blocking(move || {
            let mut chunker = Chunker::new(&columns, sender);
            tables.read(file, format, &mut |number, row| chunker.take(number, row))?;
            chunker.end()
        });
        let mut conn = self.inner.pool.acquire().await?;
        while let Some(rows) = chunks.recv().await {
            store::insert_rows(&mut conn, batch.client, batch.id, &rows).await?;
        }
        reading.await.map_err(AppError::internal)
    }

    async fn end_reading(
        &self,
        lease: &Lease,
        client: ClientId,
        id: BatchId,
        read: Result<i32, TableError>,
    ) -> AppResult<Outcome> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        let owner = cotejo_store::clients::find(&mut tx, client).await?;
        let batch = store::find(&mut tx, client, id, true).await?;
        if let (Some(owner), Some(mut batch)) = (owner, batch) {
            match read {
                Ok(size) => batch.size = Some(size),
                Err(TableError::Disk(reason)) => return Err(AppError::internal(reason)),
                Err(error) => {
                    batch.status = BatchStatus::Failed;
                    batch.failure_reason = error.to_string();
                }
            }
            batch.updated = self.now(&owner);
            store::update(&mut tx, &batch).await?;
            // Its rows say all that it said, and are emptied when their checks are deleted.
            self.delete_files(&mut tx, client, id.0, Some(FileKind::BatchInput))
                .await?;
            if batch.status == BatchStatus::InProgress {
                let job = self.batch_job(&owner, id, run::JOB, None);
                cotejo_queue::wake(&mut tx, &[job]).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// A file on the disk without a name, gone when it is dropped: readers of workbooks go back and forth in it.
async fn spool(mut download: Download) -> AppResult<std::fs::File> {
    let mut file = tempfile::tempfile().map_err(AppError::internal)?;
    while let Some(piece) = download.content.next().await {
        file.write_all(&piece.map_err(AppError::internal)?)
            .map_err(AppError::internal)?;
    }
    file.rewind().map_err(AppError::internal)?;
    Ok(file)
}

/// Gathers rows into chunks, without the header.
struct Chunker<'a> {
    columns: &'a Columns,
    sender: mpsc::Sender<Rows>,
    chunk: Rows,
    seen: usize,
    count: usize,
}

impl<'a> Chunker<'a> {
    fn new(columns: &'a Columns, sender: mpsc::Sender<Rows>) -> Self {
        Self {
            columns,
            sender,
            chunk: Vec::new(),
            seen: 0,
            count: 0,
        }
    }

    fn take(&mut self, number: usize, row: Vec<String>) -> ControlFlow<()> {
        self.seen += 1;
        if self.seen == 1 && self.columns.is_header(&row) {
            return ControlFlow::Continue(());
        }
        self.count += 1;
        if self.count > MOST_ROWS {
            return ControlFlow::Break(());
        }
        self.chunk.push((i32::try_from(number).unwrap_or(i32::MAX), row));
        if self.chunk.len() < CHUNK {
            return ControlFlow::Continue(());
        }
        self.send()
    }

    fn send(&mut self) -> ControlFlow<()> {
        match self.sender.blocking_send(std::mem::take(&mut self.chunk)) {
            Ok(()) => ControlFlow::Continue(()),
            // Nobody writes them any more.
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn end(mut self) -> Result<i32, TableError> {
        if self.count > MOST_ROWS {
            return Err(TableError::TooManyRows(MOST_ROWS));
        }
        if self.count == 0 {
            return Err(TableError::Empty);
        }
        let _ = self.send();
        Ok(i32::try_from(self.count).unwrap_or(i32::MAX))
    }
}
