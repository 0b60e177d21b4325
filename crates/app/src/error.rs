//! What can go wrong with a use case, in words that the outside may hear.
//!
//! Each variant is an outcome that a caller can act on. What lies behind [`AppError::Internal`] and
//! [`AppError::Unavailable`] is for the log alone, which the edge writes once.

use std::time::Duration;

use cotejo_domain::fields::FieldErrors;

/// The outcome of a use case.
pub type AppResult<T> = Result<T, AppError>;

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The input is wrong; every wrong field is named.
    #[error("the input is wrong")]
    Invalid(FieldErrors),
    /// No valid key came with the request.
    #[error("no valid key")]
    Unauthenticated,
    /// The key was good and is over.
    #[error("the key has expired")]
    Expired,
    /// The key may not do this.
    #[error("the key may not do this")]
    Forbidden,
    /// The key may, and something else says no.
    #[error("{0}")]
    Denied(String),
    /// There is no such thing, or it is another client's.
    #[error("{0} was not found")]
    NotFound(&'static str),
    /// What was asked to be made is not there yet.
    #[error("Resource not found")]
    NotMade,
    /// A link that needs no key is none of ours, spent, or over.
    #[error("the link may not be used")]
    LinkRefused,
    /// A file is larger than it may be.
    #[error("the file is too large")]
    TooLarge,
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// It is over, and nothing more can be done with it.
    #[error("{0}")]
    Gone(String),
    /// It cannot be taken, for a reason that is no field's.
    #[error("{0}")]
    Refused(String),
    /// It contradicts what is being done this very moment.
    #[error("{0}")]
    Busy(String),
    /// Too much at once.
    #[error("{message}")]
    TooMany {
        /// What there is too much of.
        message: String,
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// The deployment does not have what this takes.
    #[error("{0} is not configured")]
    NotConfigured(&'static str),
    /// The database is away.
    #[error("the service is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A mistake of ours.
    #[error("an internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// A mistake of ours.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl AppError {
    /// What a violated constraint means: that something of the name is there already.
    pub(crate) fn taken(error: sqlx::Error, constraint: &str, message: &str) -> Self {
        match &error {
            sqlx::Error::Database(db) if db.constraint() == Some(constraint) => {
                Self::Conflict(message.to_owned())
            }
            _ => error.into(),
        }
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        if cotejo_store::is_outage(&error) {
            Self::Unavailable(error)
        } else {
            Self::Internal(error.into())
        }
    }
}

impl From<FieldErrors> for AppError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}
