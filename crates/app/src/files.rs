//! Files: sealed under the client's key, kept with what they belong to, given out by links that end.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use cotejo_blob::{BlobError, Blobs, Reader, Writer};
use cotejo_domain::{
    clients::Client,
    fields::{FieldErrors, Fields},
    files::{File, FileKind},
    ids::{ClientId, FileId},
    time::Timestamp,
};
use cotejo_queue::{Handler, Lane, Lease, NewJob, Outcome};
use futures_util::{Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    jobs::{one_by_one, payload},
    secrets::{Purpose, hmac_sha256, is_hmac_sha256},
};

/// Kind of the job that deletes the bytes of files.
const DELETE_JOB: &str = "files.delete";

/// How long the bytes of an upload may lie without a file that they are of.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A file to keep.
pub(crate) struct NewFile {
    pub client: ClientId,
    pub id: FileId,
    pub resource: Uuid,
    pub kind: FileKind,
    pub variant: String,
    pub name: String,
    pub content_type: String,
    pub created: Timestamp,
}

/// A file that is given out.
pub struct Download {
    /// What it is.
    pub file: File,
    /// Its bytes.
    pub content: Reader,
}

/// A file whose bytes are being written. Dropped, it never was.
pub(crate) struct Keeping {
    new: NewFile,
    writer: Writer,
    hash: Sha256,
    size: i64,
    key_id: String,
}

impl Keeping {
    pub async fn write(&mut self, piece: &[u8]) -> AppResult<()> {
        self.hash.update(piece);
        self.size += i64::try_from(piece.len()).map_err(AppError::internal)?;
        self.writer.write(piece).await.map_err(AppError::internal)
    }

    /// Ends the bytes; the file is kept once it is written to the store, too.
    pub async fn finish(self) -> AppResult<File> {
        self.writer.finish().await.map_err(AppError::internal)?;
        let new = self.new;
        Ok(File {
            client: new.client,
            id: new.id,
            resource: new.resource,
            kind: new.kind,
            variant: new.variant,
            name: new.name,
            content_type: new.content_type,
            size: self.size,
            sha256: self.hash.finalize().into(),
            key_id: self.key_id,
            created: new.created,
        })
    }

    pub async fn abort(self) {
        self.writer.abort().await;
    }
}

/// The name of a file's object.
fn object(client: ClientId, id: FileId) -> String {
    format!("{}/{}", client.0.simple(), id.0.simple())
}

impl App {
    fn blobs(&self) -> AppResult<&Blobs> {
        self.inner
            .blobs
            .as_ref()
            .ok_or(AppError::NotConfigured("a place for files (COTEJO_FILES)"))
    }

    /// Begins to write the bytes of a file.
    pub(crate) async fn keep(&self, new: NewFile) -> AppResult<Keeping> {
        let (key_id, _) = self.inner.secrets.active(Purpose::Files);
        let key_id = key_id.to_owned();
        let key = self.file_key(&key_id, new.client, new.id)?;
        let name = object(new.client, new.id);
        let writer = self.blobs()?.write(&name, &key, &self.ids().secret()).await;
        Ok(Keeping {
            writer: writer.map_err(AppError::internal)?,
            new,
            hash: Sha256::new(),
            size: 0,
            key_id,
        })
    }

    /// Writes the bytes of a file that is there whole.
    pub(crate) async fn keep_whole(&self, new: NewFile, content: &[u8]) -> AppResult<File> {
        let mut keeping = self.keep(new).await?;
        keeping.write(content).await?;
        keeping.finish().await
    }

    /// Writes the bytes of a file as they come, or leaves nothing of them.
    pub(crate) async fn receive(
        &self,
        new: NewFile,
        largest: u64,
        body: impl Stream<Item = AppResult<Bytes>> + Send,
    ) -> AppResult<File> {
        self.sweep_later(new.client, new.id, ABANDONED).await?;
        let mut keeping = self.keep(new).await?;
        match receive_pieces(&mut keeping, largest, body).await {
            Ok(()) => keeping.finish().await,
            Err(error) => {
                keeping.abort().await;
                Err(error)
            }
        }
    }

    /// Reads a file whole, if it is no longer than that.
    pub(crate) async fn read_whole(&self, file: File, largest: u64) -> AppResult<Vec<u8>> {
        let mut content = self.open(file).await?.content;
        let mut whole = Vec::new();
        while let Some(piece) = content.next().await {
            whole.extend_from_slice(&piece.map_err(AppError::internal)?);
            if whole.len() as u64 > largest {
                return Err(AppError::TooLarge);
            }
        }
        Ok(whole)
    }

    /// Opens a file.
    pub(crate) async fn open(&self, file: File) -> AppResult<Download> {
        let key = self.file_key(&file.key_id, file.client, file.id)?;
        match self.blobs()?.read(&object(file.client, file.id), &key).await {
            Ok(content) => Ok(Download { file, content }),
            Err(BlobError::Missing) => Err(AppError::NotFound("The file")),
            Err(error) => Err(AppError::internal(error)),
        }
    }

    /// Keeps files whose bytes were written, and has the bytes of those that they replace deleted.
    pub(crate) async fn put_files(&self, conn: &mut PgConnection, files: &[&File]) -> sqlx::Result<()> {
        let replaced = cotejo_store::files::put(&mut *conn, files).await?;
        let mut by_client: BTreeMap<ClientId, Vec<FileId>> = BTreeMap::new();
        for (client, id) in replaced {
            by_client.entry(client).or_default().push(id);
        }
        for (client, ids) in by_client {
            self.delete_bytes(&mut *conn, client, &ids, Duration::ZERO)
                .await?;
        }
        Ok(())
    }

    /// Deletes the files of a resource, of one kind if it is named; their bytes follow.
    pub(crate) async fn delete_files(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        resource: Uuid,
        kind: Option<FileKind>,
    ) -> sqlx::Result<()> {
        let ids = cotejo_store::files::take(&mut *conn, client, resource, kind).await?;
        self.delete_bytes(conn, client, &ids, Duration::ZERO).await
    }

    /// Has the bytes of an upload deleted, if by then there is no file that they are of: whoever uploads may vanish at
    /// any moment, and so may we.
    pub(crate) async fn sweep_later(&self, client: ClientId, id: FileId, after: Duration) -> AppResult<()> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(self.delete_bytes(&mut conn, client, &[id], after).await?)
    }

    /// Has the bytes of files deleted that were written and are not kept after all.
    pub(crate) async fn forget_bytes(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        ids: &[FileId],
    ) -> sqlx::Result<()> {
        self.delete_bytes(conn, client, ids, Duration::ZERO).await
    }

    async fn delete_bytes(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        ids: &[FileId],
        after: Duration,
    ) -> sqlx::Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let files: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let job = NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind: DELETE_JOB,
            payload: serde_json::json!(Doomed {
                client: client.0,
                files
            })
            .to_string(),
            lane: Lane::of(client.0, 2),
            after,
            key: None,
            clock: None,
        };
        cotejo_queue::enqueue(conn, &[job]).await
    }

    fn file_key(&self, key_id: &str, client: ClientId, id: FileId) -> AppResult<[u8; 32]> {
        let purpose = self
            .inner
            .secrets
            .by_id(key_id, Purpose::Files)
            .ok_or_else(|| AppError::internal(format!("the master key {key_id} of a file is gone")))?;
        let own = hmac_sha256(&purpose, &[client.0.as_bytes()]);
        Ok(hmac_sha256(&own, &[id.0.as_bytes()]))
    }

    /// A link that needs no key: good for one method and path of one client, until an instant of the client's time.
    pub(crate) fn link(
        &self,
        base: &str,
        method: &str,
        path: &str,
        client: ClientId,
        until: Timestamp,
    ) -> String {
        let expires = until.seconds();
        let link = Link {
            method,
            path,
            client,
            expires,
        };
        let signature = link.sign(&self.inner.secrets.active(Purpose::Links).1);
        let base = base.trim_end_matches('/');
        format!("{base}{path}?Client={client}&Expires={expires}&Signature={signature}")
    }

    /// The client whose link this is.
    ///
    /// # Errors
    /// If it is none of ours, or is over.
    pub(crate) async fn linked(&self, method: &str, path: &str, query: &Fields) -> AppResult<Client> {
        let refused = || AppError::LinkRefused;
        let client: ClientId = query
            .get("Client")
            .and_then(|text| text.parse().ok())
            .ok_or_else(refused)?;
        let expires: i64 = query
            .get("Expires")
            .and_then(|text| text.parse().ok())
            .ok_or_else(refused)?;
        let given = query
            .get("Signature")
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .ok_or_else(refused)?;
        let link = Link {
            method,
            path,
            client,
            expires,
        };
        let genuine = self
            .inner
            .secrets
            .all(Purpose::Links)
            .any(|key| link.is_signed(&key, &given));
        if !genuine {
            return Err(refused());
        }
        let mut conn = self.inner.pool.acquire().await?;
        let client = cotejo_store::clients::find(&mut conn, client)
            .await?
            .ok_or_else(refused)?;
        if self.now(&client).seconds() > expires {
            return Err(refused());
        }
        Ok(client)
    }

    /// The file that a link gives out.
    pub async fn download(&self, id: FileId, query: &Fields) -> AppResult<Download> {
        let client = self.linked("GET", &path(id), query).await?;
        let mut conn = self.inner.pool.acquire().await?;
        let file = cotejo_store::files::find(&mut conn, client.id, id).await?;
        drop(conn);
        self.open(file.ok_or(AppError::LinkRefused)?).await
    }
}

async fn receive_pieces(
    keeping: &mut Keeping,
    largest: u64,
    body: impl Stream<Item = AppResult<Bytes>> + Send,
) -> AppResult<()> {
    let mut body = std::pin::pin!(body);
    let mut size = 0_u64;
    while let Some(piece) = body.next().await {
        let piece = piece?;
        size += piece.len() as u64;
        if size > largest {
            return Err(AppError::TooLarge);
        }
        keeping.write(&piece).await?;
    }
    Ok(())
}

/// What is said of a file of which only a part arrived.
pub(crate) fn not_whole() -> AppError {
    FieldErrors::one("file", "did not arrive whole").into()
}

/// The path of a file behind a link.
pub(crate) fn path(id: FileId) -> String {
    format!("/v1/files/{id}")
}

/// What a link is for.
struct Link<'a> {
    method: &'a str,
    path: &'a str,
    client: ClientId,
    expires: i64,
}

impl Link<'_> {
    fn sign(&self, key: &[u8; 32]) -> String {
        URL_SAFE_NO_PAD.encode(self.with_parts(|parts| hmac_sha256(key, parts)))
    }

    fn is_signed(&self, key: &[u8; 32], signature: &[u8]) -> bool {
        self.with_parts(|parts| is_hmac_sha256(key, parts, signature))
    }

    fn with_parts<T>(&self, of: impl FnOnce(&[&[u8]]) -> T) -> T {
        of(&[
            self.method.as_bytes(),
            self.path.as_bytes(),
            self.client.0.as_bytes(),
            &self.expires.to_be_bytes(),
        ])
    }
}

/// Files whose bytes are to be deleted.
#[derive(Serialize, Deserialize)]
struct Doomed {
    client: Uuid,
    files: Vec<Uuid>,
}

/// Deletes the bytes of files that are no more, and what killed writers left of any.
pub struct DeleteFiles(pub App);

#[async_trait]
impl Handler for DeleteFiles {
    fn kind(&self) -> &'static str {
        DELETE_JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.delete_doomed(lease)).await
    }
}

impl App {
    async fn delete_doomed(&self, lease: &Lease) -> AppResult<Outcome> {
        let doomed: Doomed = payload(lease)?;
        let client = ClientId(doomed.client);
        let mut conn = self.inner.pool.acquire().await?;
        let known = cotejo_store::files::known(&mut conn, client, &doomed.files).await?;
        drop(conn);
        let blobs = self.blobs()?;
        for id in &doomed.files {
            let name = object(client, FileId(*id));
            blobs.sweep(&name).await.map_err(AppError::internal)?;
            if !known.contains(id) {
                blobs.delete(&name).await.map_err(AppError::internal)?;
            }
        }
        let mut conn = self.inner.pool.acquire().await?;
        cotejo_queue::finish(&mut conn, &[lease]).await?;
        Ok(Outcome::Done)
    }
}
