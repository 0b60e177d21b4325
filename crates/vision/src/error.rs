//! What can go wrong.

use std::path::PathBuf;

use crate::picture::PictureError;

/// Why a picture was not read, or the models are not there.
#[derive(Debug, thiserror::Error)]
pub enum VisionError {
    /// The bytes are no picture that is read here.
    #[error("the picture cannot be read")]
    Picture(#[from] PictureError),
    /// A model is not where it should be.
    #[error("the model {name} is not in {}: run `cotejo models fetch`", dir.display())]
    ModelMissing {
        /// Which one.
        name: &'static str,
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// A model is not the one that was measured.
    #[error("the model {name} is not the pinned one: run `cotejo models fetch`")]
    ModelChanged {
        /// Which one.
        name: &'static str,
    },
    /// A file of a model cannot be read or written.
    #[error("{what}")]
    File {
        /// What was tried.
        what: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A package could not be brought.
    #[error("{0}")]
    Fetch(String),
    /// A model is not in the form that the conversion knows.
    #[error("the model {name} cannot be prepared: {why}")]
    Prepare {
        /// Which one.
        name: &'static str,
        /// What is unexpected about it.
        why: String,
    },
    /// The runtime refused a model or failed at it.
    #[error("the runtime failed at {model}: {why}")]
    Runtime {
        /// Which model.
        model: &'static str,
        /// What it said.
        why: String,
    },
    /// A model answered in a form that it does not have.
    #[error("the model {model} answered in an unknown form")]
    Answer {
        /// Which model.
        model: &'static str,
    },
}

impl VisionError {
    pub(crate) fn file(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::File { what, source }
    }

    pub(crate) fn runtime(model: &'static str, why: impl std::fmt::Display) -> Self {
        Self::Runtime {
            model,
            why: why.to_string(),
        }
    }
}
