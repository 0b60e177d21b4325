//! Taking in the file of a batch, as it comes.

use bytes::Bytes;
use cotejo_domain::{
    batches::{BatchStatus, LARGEST_FILE, TableFormat},
    clients::Client,
    fields::{FieldErrors, Fields},
    files::{File, FileKind},
    ids::{BatchId, FileId},
};
use cotejo_store::batches as store;
use futures_util::{Stream, StreamExt as _, future::ready, stream};

use super::{content_type, read, upload_path};
use crate::{
    App, AppError, AppResult,
    command::OutputMessage,
    files::{NewFile, not_whole},
};

impl App {
    /// Takes the file of a batch. A link is spent by the first file that arrives whole; of two at once one wins.
    pub async fn upload_batch_file<E: std::error::Error>(
        &self,
        id: BatchId,
        query: &Fields,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> AppResult<OutputMessage> {
        let client = self.linked("PUT", &upload_path(id), query).await?;
        let mut conn = self.inner.pool.acquire().await?;
        let batch = store::find(&mut conn, client.id, id, false).await?;
        drop(conn);
        if batch.is_none_or(|batch| batch.status != BatchStatus::Created) {
            return Err(AppError::LinkRefused);
        }
        let file = self.take_in(&client, id, body).await?;
        let now = self.now(&client);
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if !store::take_file(&mut tx, client.id, id, now).await? {
            drop(tx);
            // Another file came first; the bytes of this one are swept.
            return Err(AppError::LinkRefused);
        }
        self.put_files(&mut tx, &[&file]).await?;
        cotejo_queue::enqueue(&mut tx, &[self.batch_job(&client, id, read::JOB, None)]).await?;
        tx.commit().await?;
        Ok(OutputMessage {
            message: "the file was uploaded".to_owned(),
        })
    }

    /// Takes in a file whose first bytes tell what it is.
    async fn take_in<E: std::error::Error>(
        &self,
        client: &Client,
        id: BatchId,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> AppResult<File> {
        let mut body = std::pin::pin!(body.map(|piece| piece.map_err(|_| not_whole())));
        let mut head = Vec::new();
        while head.len() < SNIFFED
            && let Some(piece) = body.next().await
        {
            head.extend_from_slice(&piece?);
        }
        let format = sniff(&head).ok_or_else(not_a_table)?;
        let new = NewFile {
            client: client.id,
            id: FileId(self.ids().uuid(self.now(client))),
            resource: id.0,
            kind: FileKind::BatchInput,
            variant: format.to_string(),
            name: format!("{id}.{format}"),
            content_type: content_type(format).to_owned(),
            created: self.now(client),
        };
        let head = stream::once(ready(Ok(Bytes::from(head))));
        self.receive(new, LARGEST_FILE, head.chain(body)).await
    }
}

fn not_a_table() -> AppError {
    FieldErrors::one("file", "must be an xlsx or a csv file").into()
}

/// How much of a file tells what it is.
const SNIFFED: usize = 4;

/// What a file is by its first bytes: a workbook is an archive, CSV is text.
fn sniff(head: &[u8]) -> Option<TableFormat> {
    const ARCHIVE: &[u8] = b"PK\x03\x04";
    if head.starts_with(ARCHIVE) {
        return Some(TableFormat::Xlsx);
    }
    let text = !head.is_empty() && head.iter().all(|byte| *byte >= b' ' || b"\t\r\n".contains(byte));
    // A PDF and a web page begin as text.
    let other = head.starts_with(b"%PDF") || head.starts_with(b"<");
    (text && !other).then_some(TableFormat::Csv)
}
