//! What looks at documents and faces: the ports behind which our own engines, bought ones and the sandbox's stand.

mod http;

use async_trait::async_trait;
use chrono::NaiveDate;
use cotejo_domain::{
    ids::ClientId,
    reading::PictureFault,
    validations::{Account, DocumentFindings, DocumentKind, Method, Slot},
};

pub use http::{HttpEngine, HttpEngineError};

/// Why an engine did not look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// It may look later.
    #[error("the engine is out of reach: {0}")]
    Unavailable(String),
    /// It will not look at this.
    #[error("the engine cannot be used: {0}")]
    Broken(String),
}

impl EngineError {
    /// Whether asking again can help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// A document that is looked at.
#[derive(Clone, Copy)]
pub struct DocumentQuestion<'a> {
    /// Who asks.
    pub client: ClientId,
    /// Which document it should be.
    pub kind: DocumentKind,
    /// By which methods.
    pub methods: &'a [Method],
    /// Whose it should be.
    pub account: &'a Account,
    /// The client's day.
    pub today: NaiveDate,
    /// Its pictures, ours.
    pub pictures: &'a [(Slot, Vec<u8>)],
}

/// What was seen of a document.
#[derive(Clone, Default, PartialEq)]
pub struct Examined {
    /// What it says, and whether it is in order. What registries say of it is not in there.
    pub findings: DocumentFindings,
    /// The portrait on it, as a picture of its own.
    pub portrait: Option<Vec<u8>>,
}

/// A picture of one side of a document, before it is handed in.
#[derive(Clone, Copy)]
pub struct SideQuestion<'a> {
    /// Who asks.
    pub client: ClientId,
    /// Which document it should be.
    pub kind: DocumentKind,
    /// Which side it should be.
    pub slot: Slot,
    /// The picture, ours.
    pub picture: &'a [u8],
}

/// Something that looks at documents.
#[async_trait]
pub trait DocumentEngine: Send + Sync + 'static {
    /// Looks at a document.
    async fn examine(&self, question: DocumentQuestion<'_>) -> Result<Examined, EngineError>;

    /// Says what is wrong with a picture of one side, if anything is.
    ///
    /// # Errors
    /// Besides those of a look: [`EngineError::Broken`] by an engine that only looks at whole documents.
    async fn glance(&self, _: SideQuestion<'_>) -> Result<Option<PictureFault>, EngineError> {
        let reason = "it looks at whole documents only";
        Err(EngineError::Broken(reason.to_owned()))
    }
}

/// A face that is looked at.
#[derive(Clone, Copy)]
pub struct FaceQuestion<'a> {
    /// Who asks.
    pub client: ClientId,
    /// The name of the account.
    pub account: &'a str,
    /// Whether it matters if the face is of a living person.
    pub liveness: bool,
    /// The picture, ours.
    pub picture: &'a [u8],
}

/// A face that was seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Face {
    /// What it is compared by: a vector of length 1.
    pub vector: Vec<f32>,
    /// How likely it is of a living person, from 0 to 1; none where nothing tells.
    pub alive: Option<f64>,
    /// The person's age as it appears; none where nothing tells.
    pub age_range: Option<(u32, u32)>,
}

/// Something that looks at faces.
#[async_trait]
pub trait FaceEngine: Send + Sync + 'static {
    /// The faces in a picture, the largest first.
    async fn faces(&self, question: FaceQuestion<'_>) -> Result<Vec<Face>, EngineError>;
}

/// How alike two faces are: the cosine of their vectors. Vectors of different engines are not alike at all.
pub fn cosine(one: &[f32], other: &[f32]) -> f64 {
    if one.len() != other.len() {
        return 0.0;
    }
    let product =
        |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum() };
    let length = (product(one, one) * product(other, other)).sqrt();
    if length > 0.0 {
        product(one, other) / length
    } else {
        0.0
    }
}
