//! Files that sources returned with their answers.

use cotejo_domain::{
    checks::{Check, DataSet},
    files::{File, FileKind, LINK_SECONDS},
    ids::{CheckId, FileId, derived},
    permissions::Permission,
    sources::Source,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{body::DataSetSchema, dossier::unmasked, engine::Heard};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    cursor::Scope,
    files::{self, NewFile},
    page::{PAGE, Page, Position, ROWS},
};

/// A file that a source returned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentBody {
    /// Its name
    name: String,
    /// What it is about
    #[schema(value_type = DataSetSchema)]
    data_set: DataSet,
    /// The source
    database_id: String,
    /// Its media type
    content_type: String,
    /// Its length in bytes
    size: i64,
    /// Where it is downloaded, without a key
    url: String,
    /// When the link ends, RFC 3339
    expires_at: String,
}

impl App {
    /// Takes what a source returned as files out of its answer and writes their bytes. They are the check's once its
    /// answers are written. Without a place for files there are none, and the check goes on.
    pub(super) async fn keep_attachments(
        &self,
        check: &Check,
        source: &Source,
        heard: &mut Heard,
    ) -> AppResult<Vec<File>> {
        let Heard::Report(report) = heard else {
            return Ok(Vec::new());
        };
        let attached = std::mem::take(&mut report.attachments);
        let mut files = Vec::with_capacity(attached.len());
        for (number, attachment) in attached.into_iter().enumerate() {
            let variant = format!("{} {} {number:03}", attachment.data_set, source.key);
            let new = NewFile {
                client: check.client,
                // Who does the work again writes the same object again.
                id: FileId(derived(&[check.id.0.as_bytes(), variant.as_bytes()])),
                resource: check.id.0,
                kind: FileKind::Attachment,
                name: attachment.name,
                content_type: attachment.kind.to_string(),
                created: check.updated,
                variant,
            };
            match self.keep_whole(new, &attachment.content).await {
                Ok(file) => files.push(file),
                Err(AppError::NotConfigured(what)) => {
                    tracing::warn!(check.id = %check.id, "a source returned a file, and {what} is not configured");
                    return Ok(Vec::new());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(files)
    }

    /// A page of the files of a check, with links.
    pub async fn list_attachments(
        &self,
        caller: &Caller,
        id: CheckId,
        start_key: Option<&str>,
    ) -> AppResult<Page<AttachmentBody>> {
        caller.require(Permission::ChecksRead)?;
        unmasked(caller)?;
        let client = caller.client();
        let filter = id.to_string();
        let scope = Scope {
            client: client.id,
            route: "/v1/checks/attachments",
            filter: &filter,
        };
        let after = self.start_behind_text(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        cotejo_store::checks::find(&mut conn, client.id, id, false)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        let kind = FileKind::Attachment;
        let rows = cotejo_store::files::page(&mut conn, client.id, id.0, kind, &after, ROWS).await?;
        drop(conn);
        let until = self.now(client).plus_seconds(LINK_SECONDS);
        self.page(scope, PAGE, rows, |file| Position::Text(file.variant.clone()))
            .try_map(|file| {
                let mut parts = file.variant.split(' ');
                let data_set = parts.next().and_then(|text| text.parse().ok());
                let source = parts.next().and_then(|key| self.inner.catalogue.get(key));
                let path = files::path(file.id);
                Ok(AttachmentBody {
                    data_set: data_set
                        .ok_or_else(|| AppError::internal("an attachment without a data set"))?,
                    database_id: source
                        .map(|source| source.database_id.clone())
                        .unwrap_or_default(),
                    url: self.link(&self.inner.checks_url, "GET", &path, client.id, until),
                    expires_at: until.rfc3339_seconds(),
                    name: file.name,
                    content_type: file.content_type,
                    size: file.size,
                })
            })
    }
}
