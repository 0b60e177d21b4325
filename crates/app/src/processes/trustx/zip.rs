//! Archives that are written while their pieces come, so that none is held whole.

use std::fs::File;

use cotejo_domain::{
    archive::{NotArchived, Piece},
    fields::{FieldErrors, Fields},
    secret::Secret,
};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{App, AppError, AppResult};

/// Pieces that wait to be written.
const WAITING: usize = 16;

/// Characters of a password.
const SHORTEST: usize = 6;
const LONGEST: usize = 128;

/// An archive that is given out.
pub struct Archive {
    /// Its name.
    pub name: String,
    /// Its length, in bytes.
    pub size: u64,
    /// Its bytes; gone when it is dropped.
    pub content: File,
}

/// An archive that is being written. Dropped, it never was.
pub(super) struct Zipping {
    pieces: mpsc::Sender<Piece>,
    writing: JoinHandle<Result<File, NotArchived>>,
}

impl Zipping {
    /// Begins a file.
    pub async fn file(&self, name: impl Into<String>) {
        self.piece(Piece::File(name.into())).await;
    }

    /// Writes to the file that began last.
    pub async fn write(&self, bytes: Vec<u8>) {
        self.piece(Piece::Bytes(bytes)).await;
    }

    async fn piece(&self, piece: Piece) {
        // Who writes may have failed, and says so at the end.
        drop(self.pieces.send(piece).await);
    }

    /// Ends the archive.
    pub async fn finish(self, name: String) -> AppResult<Archive> {
        drop(self.pieces);
        let written = self.writing.await.map_err(AppError::internal)?;
        let content = written.map_err(AppError::internal)?;
        let size = content.metadata().map_err(AppError::internal)?.len();
        Ok(Archive { name, size, content })
    }
}

impl App {
    /// Begins an archive under a password.
    pub(super) fn begin_zip(&self, password: Secret<String>) -> AppResult<Zipping> {
        let archiver = self.inner.archiver.clone();
        let archiver = archiver.ok_or(AppError::NotConfigured("what makes archives"))?;
        let (sender, mut pieces) = mpsc::channel(WAITING);
        let writing = tokio::task::spawn_blocking(move || {
            let mut pieces = std::iter::from_fn(|| pieces.blocking_recv());
            archiver.zip(&password, &mut pieces)
        });
        Ok(Zipping {
            pieces: sender,
            writing,
        })
    }
}

/// Reads the password of an archive, which stands in the body or in a header of its own.
pub(super) fn password(fields: &Fields, header: Option<&str>, errors: &mut FieldErrors) -> Secret<String> {
    let text = header.or_else(|| fields.get("password")).unwrap_or_default();
    // Programs that open archives do not agree on how other letters become bytes.
    let good =
        (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !good {
        errors.push(
            "password",
            format!("must have {SHORTEST} to {LONGEST} printable ASCII characters"),
        );
    }
    Secret(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stands_in_the_body_or_in_a_header() {
        let long = "x".repeat(LONGEST + 1);
        for (body, header, good) in [
            (Some("s3cret!"), None, true),
            (None, Some("s3cret!"), true),
            (Some("short"), None, false),
            (Some("short"), Some("s3cret!"), true),
            (None, None, false),
            (Some("contraseña"), None, false),
            (Some(long.as_str()), None, false),
        ] {
            let mut fields = Fields::default();
            fields.add("password", body.unwrap_or_default().to_owned());
            let mut errors = FieldErrors::default();
            password(&fields, header, &mut errors);
            assert_eq!(errors.into_result().is_ok(), good, "{body:?} {header:?}");
        }
    }
}
