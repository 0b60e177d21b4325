//! Archives under a password, as those who make them speak of them.

use std::fs::File;

use crate::secret::Secret;

/// What an archive is made of, in its order.
pub enum Piece {
    /// A file of that name begins.
    File(String),
    /// The next bytes of the file that began last.
    Bytes(Vec<u8>),
}

/// The disk failed, or a name stood twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the archive could not be written: {0}")]
pub struct NotArchived(pub String);

/// Makes archives. Blocks for as long as pieces come, and holds no more than one of them.
pub trait Archiver: Send + Sync + 'static {
    /// Writes a zip whose files are encrypted with AES-256 into an unnamed file that is gone when it is dropped, and
    /// stands at its beginning. Nothing reaches the disk that is not encrypted.
    ///
    /// # Errors
    /// If the disk fails, or a name stands twice.
    fn zip(
        &self,
        password: &Secret<String>,
        pieces: &mut dyn Iterator<Item = Piece>,
    ) -> Result<File, NotArchived>;
}
