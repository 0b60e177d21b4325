//! The port behind which every source of data stands.

use std::time::Duration;

use cotejo_domain::{
    checks::{CheckType, DataSet, Facts, Finding, Inputs},
    country::Country,
    ids::ClientId,
    names::NameMatching,
    sources::Source,
    time::Timestamp,
};

/// What a source is asked. Borrowed: a check asks dozens of sources about the same subject.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// The tenant who asks.
    pub client: ClientId,
    /// The source that is asked.
    pub source: &'a Source,
    /// What is checked.
    pub check_type: CheckType,
    /// Where.
    pub country: Country,
    /// About whom.
    pub inputs: &'a Inputs,
    /// How names are compared.
    pub names: NameMatching,
    /// When the check was created, in the client's time.
    pub created: Timestamp,
    /// Now, in the client's time.
    pub now: Timestamp,
    /// How often this source was already asked for this check.
    pub attempt: u32,
}

/// What a source answered.
#[expect(
    clippy::large_enum_variant,
    reason = "read as soon as it is made; a box would be an allocation a source"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It knows what it knows.
    Report(Report),
    /// It is still at work: ask again after so long. The check shows nothing of it.
    NotYet(Duration),
    /// It said that it is delayed: ask again after so long. The check becomes `delayed`.
    Delayed(Duration),
    /// Nothing is configured to answer for it here: it is skipped.
    NotConfigured,
}

/// A whole answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Findings of the source's data sets; a data set without one is `not_found`.
    pub findings: Vec<Finding>,
    /// What it knows of the subject besides.
    pub facts: Facts,
    /// Files that it returned: certificates, scans.
    pub attachments: Vec<Attachment>,
}

/// A file that a source returned with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is about; one of the source's data sets.
    pub data_set: DataSet,
    /// Its name, for people.
    pub name: String,
    /// What it is, by its bytes.
    pub kind: AttachmentKind,
    /// Its bytes.
    pub content: Vec<u8>,
}

cotejo_domain::text_enum! {
    /// What a source may return as a file: nothing that runs when it is opened.
    pub enum AttachmentKind {
        /// A document.
        Pdf = "application/pdf",
        /// A picture.
        Png = "image/png",
        /// A picture.
        Jpeg = "image/jpeg",
    }
}

impl AttachmentKind {
    /// What a file is, by how it begins; `None` for anything else.
    pub fn sniff(content: &[u8]) -> Option<Self> {
        const BEGINNINGS: &[(&[u8], AttachmentKind)] = &[
            (b"%PDF-", AttachmentKind::Pdf),
            (b"\x89PNG\r\n\x1a\n", AttachmentKind::Png),
            (b"\xFF\xD8\xFF", AttachmentKind::Jpeg),
        ];
        let known = BEGINNINGS
            .iter()
            .find(|(beginning, _)| content.starts_with(beginning));
        known.map(|(_, kind)| *kind)
    }
}

/// Why a source did not answer. The kind decides whether it is asked again.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It may answer later: time-out, connection, 429, 5xx.
    #[error("the source is out of reach: {0}")]
    Unavailable(String),
    /// It will not answer this: refused credentials, an answer that cannot be read.
    #[error("the source cannot be used: {0}")]
    Broken(String),
    /// Our own database is away; nothing is known about the source.
    #[error("the store did not answer")]
    Store(#[source] sqlx::Error),
}

impl SourceError {
    /// Whether asking again can help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Store(_))
    }
}

/// Something that answers for sources.
#[async_trait::async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// Asks the source. Must return within `query.source.timeout_seconds`; the caller enforces it.
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError>;
}
