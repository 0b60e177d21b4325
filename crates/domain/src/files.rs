//! Files that are kept: what they are, and what they belong to.

use uuid::Uuid;

use crate::{
    ids::{ClientId, FileId},
    time::Timestamp,
};

crate::text_enum! {
    /// What a file is.
    pub enum FileKind {
        /// What a source returned with its answer.
        Attachment = "check.attachment",
        /// A check as a document.
        CheckPdf = "check.pdf",
        /// A process as a document.
        ProcessPdf = "process.pdf",
        /// The rows of a batch, as they were uploaded.
        BatchInput = "batch.input",
        /// What became of the rows of a batch.
        BatchReport = "batch.report",
        /// What was uploaded for a validation, until it was looked at.
        ValidationUpload = "validation.upload",
        /// A picture of a validation, made anew from what was uploaded.
        ValidationPicture = "validation.picture",
        /// What was uploaded for an enrollment, until it was looked at.
        EnrollmentUpload = "enrollment.upload",
        /// The picture of an enrollment.
        EnrollmentPicture = "enrollment.picture",
    }
}

/// A file that is kept. Its bytes are elsewhere, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: FileId,
    /// What it belongs to, and goes with.
    pub resource: Uuid,
    /// What it is.
    pub kind: FileKind,
    /// Which one of its kind the resource has: a language, a format, a number. There is one of each.
    pub variant: String,
    /// Its name, for people.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its length, in bytes.
    pub size: i64,
    /// Its hash.
    pub sha256: [u8; 32],
    /// The master key under which it is sealed.
    pub key_id: String,
    /// When it was made, in the client's time.
    pub created: Timestamp,
}

/// How long a link to a file is good, in seconds.
pub const LINK_SECONDS: i64 = 60 * 60;
