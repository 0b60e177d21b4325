//! Pictures of what was uploaded: made anew before anybody looks at them.

use std::{sync::Arc, time::Duration};

use cotejo_domain::{
    clients::Client,
    files::{File, FileKind},
    ids::{FileId, derived},
    validations::{
        Slot,
        pictures::{BadPicture, unwrapped},
    },
};
use uuid::Uuid;

use super::upload::largest;
use crate::{App, AppError, AppResult, files::NewFile};

/// How long the bytes of a picture may lie without a file that they are of: longer than any validation lasts, because who
/// works on it again writes the same object.
const FRUITLESS: Duration = Duration::from_secs(7 * 60 * 60);

/// A picture that may be looked at, and the file that it is kept as.
pub(super) struct Kept {
    pub slot: Slot,
    pub jpeg: Vec<u8>,
    pub file: File,
}

/// Whose files they are, and what kinds they have before and after.
#[derive(Clone, Copy)]
pub(super) struct Album<'a> {
    pub client: &'a Client,
    pub resource: Uuid,
    pub upload: FileKind,
    pub picture: FileKind,
}

impl App {
    /// Makes the picture of an uploaded file and writes its bytes.
    ///
    /// The outer error is ours, the inner one the file's.
    pub(super) async fn make_picture(
        &self,
        album: Album<'_>,
        slot: Slot,
    ) -> AppResult<Result<Kept, BadPicture>> {
        let Album {
            client,
            resource,
            upload,
            picture,
        } = album;
        let pictures = self.inner.eyes.pictures.clone();
        let pictures = pictures.ok_or_else(|| AppError::internal("this program makes no pictures"))?;
        let mut conn = self.inner.pool.acquire().await?;
        let file =
            cotejo_store::files::of_resource(&mut conn, client.id, resource, upload, slot.as_str()).await?;
        drop(conn);
        let file = file.ok_or_else(|| AppError::internal("an uploaded file is gone"))?;
        let bytes = unwrapped(self.read_whole(file, largest(slot)).await?);
        let made = self.blocking(move || pictures.clean(&bytes)).await?;
        let jpeg = match made {
            Ok(made) => made.jpeg,
            Err(bad) => return Ok(Err(bad)),
        };
        let new = NewFile {
            client: client.id,
            // Who makes it again writes the same object again.
            id: FileId(derived(&[
                resource.as_bytes(),
                b"picture",
                slot.as_str().as_bytes(),
            ])),
            resource,
            kind: picture,
            variant: slot.to_string(),
            name: format!("{slot}.jpg"),
            content_type: "image/jpeg".to_owned(),
            created: self.now(client),
        };
        let file = self.keep_picture(new, &jpeg).await?;
        Ok(Ok(Kept { slot, jpeg, file }))
    }

    /// Writes the bytes of a picture, and sees to it that they do not outlive a work that comes to nothing.
    pub(super) async fn keep_picture(&self, new: NewFile, jpeg: &[u8]) -> AppResult<File> {
        self.sweep_later(new.client, new.id, FRUITLESS).await?;
        self.keep_whole(new, jpeg).await
    }

    /// Does what takes the processor for long, where it holds nobody up.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> AppResult<T> {
        let looking = Arc::clone(&self.inner.looking);
        let _turn = looking.acquire_owned().await.map_err(AppError::internal)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(AppError::internal)
    }
}
