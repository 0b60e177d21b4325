//! Validations: accounts, enrollments, validations, their files, codes, reviews and config.
//!
//! A validation that wants files has a link for each (`upload.rs`); the last one that arrives wakes its job (`work.rs`),
//! which makes pictures of them (`picture.rs`), has them looked at (`document.rs`, `face.rs`) and writes what was found in
//! one transaction. One that sends a code is performed with it (`codes.rs`). Whatever ends a validation, `conclude.rs`
//! does what follows from it; when nothing does in time, `expire.rs` does.

mod accounts;
pub mod body;
mod codes;
mod conclude;
pub mod config;
pub(crate) mod create;
mod document;
mod enroll;
mod expire;
mod face;
mod glance;
mod picture;
mod read;
pub mod review;
pub mod sdk;
pub mod selection;
mod upload;
mod work;

use std::{sync::Arc, time::Duration};

use cotejo_domain::{
    clients::Client,
    ids::{ClientId, EnrollmentId, ReviewId, ValidationId},
    time::Timestamp,
    validations::pictures::Pictures,
};
use cotejo_providers::engines::{DocumentEngine, EngineError, FaceEngine};
use cotejo_queue::{Lane, NewJob};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{App, AppError};

pub(crate) use document::PORTRAIT;
pub use enroll::{Deleted, RunEnrollments};
pub use expire::{ExpireReviews, ExpireValidations};
pub use glance::Glance;
pub use work::RunValidations;

const VALIDATION: AppError = AppError::NotFound("The validation");
const ENROLLMENT: AppError = AppError::NotFound("The enrollment");
const ACCOUNT: AppError = AppError::NotFound("The account");

/// Kind of the job that works on a validation.
const RUN_JOB: &str = "validation.run";
/// Kind of the job that ends one whose time is over.
const EXPIRE_JOB: &str = "validation.expire";
/// Kind of the job that looks at an enrolled face.
const ENROLL_JOB: &str = "enrollment.run";
/// Kind of the job that looks at a picture before it is handed in.
const GLANCE_JOB: &str = "picture.glance";
/// Kind of the job that ends a review that nobody did.
const REVIEW_JOB: &str = "review.expire";

/// What looks at something.
pub enum Engine<E: ?Sized> {
    /// Nothing in this deployment does.
    None,
    /// Another program's does.
    Elsewhere,
    /// This one does.
    Here(Arc<E>),
}

impl<E: ?Sized> Engine<E> {
    const fn is_configured(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// The engine of this program.
    fn here(&self) -> Result<Arc<E>, EngineError> {
        match self {
            Self::Here(engine) => Ok(Arc::clone(engine)),
            Self::None | Self::Elsewhere => Err(EngineError::Unavailable("this worker has none".to_owned())),
        }
    }
}

/// What looks at the files of validations. Clones of it are cheap.
#[derive(Clone)]
pub struct Eyes {
    /// Makes pictures of files; only programs that run jobs do.
    pub pictures: Option<Arc<dyn Pictures>>,
    /// Looks at the documents of live clients.
    pub documents: Engine<dyn DocumentEngine>,
    /// Looks at the faces of live clients.
    pub faces: Engine<dyn FaceEngine>,
}

impl<E: ?Sized> Clone for Engine<E> {
    fn clone(&self) -> Self {
        match self {
            Self::None => Self::None,
            Self::Elsewhere => Self::Elsewhere,
            Self::Here(engine) => Self::Here(Arc::clone(engine)),
        }
    }
}

impl Eyes {
    /// None at all.
    pub const fn none() -> Self {
        Self {
            pictures: None,
            documents: Engine::None,
            faces: Engine::None,
        }
    }
}

/// What jobs about one resource carry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub client: Uuid,
    pub id: Uuid,
}

impl Payload {
    const fn validation(&self) -> (ClientId, ValidationId) {
        (ClientId(self.client), ValidationId(self.id))
    }

    const fn enrollment(&self) -> (ClientId, EnrollmentId) {
        (ClientId(self.client), EnrollmentId(self.id))
    }

    const fn review(&self) -> (ClientId, ReviewId) {
        (ClientId(self.client), ReviewId(self.id))
    }
}

impl App {
    /// A job about a resource, of which there is one a kind.
    pub(crate) fn job_of(&self, client: &Client, kind: &'static str, id: Uuid, after: Duration) -> NewJob {
        NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind,
            payload: serde_json::json!(Payload {
                client: client.id.0,
                id
            })
            .to_string(),
            // People wait for it.
            lane: Lane::of(client.id.0, 0),
            after,
            key: Some(id),
            clock: client.is_sandbox().then_some(client.id.0),
        }
    }

    /// How long it is until an instant of the client's time, and a moment more: at that very instant nothing is over.
    pub(crate) fn until(&self, client: &Client, instant: Timestamp) -> Duration {
        let left = instant.nanos() - self.now(client).nanos();
        Duration::from_nanos(u64::try_from(left).unwrap_or(0)) + Duration::from_millis(1)
    }
}
