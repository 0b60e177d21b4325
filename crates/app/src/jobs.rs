//! What the handlers of jobs share.

use cotejo_queue::{Lease, Outcome};
use serde::Deserialize;

use crate::{App, AppError, AppResult};

impl App {
    /// Ends a job that there is nothing to do for: what it is about has ended, or is gone.
    pub(crate) async fn drop_lease(&self, lease: &Lease) -> AppResult<Outcome> {
        let mut conn = self.inner.pool.acquire().await?;
        cotejo_queue::finish(&mut conn, &[lease]).await?;
        Ok(Outcome::Done)
    }
}

/// Reads what a job carries.
pub(crate) fn payload<'a, T: Deserialize<'a>>(lease: &'a Lease) -> AppResult<T> {
    serde_json::from_str(&lease.payload).map_err(AppError::internal)
}

/// What became of a job: an error is a failure, with everything that lies behind it.
pub(crate) fn outcome(result: AppResult<Outcome>) -> Outcome {
    result.unwrap_or_else(|error| Outcome::Failed(chain(&error)))
}

/// Works on jobs one after the other.
pub(crate) async fn one_by_one<'a, F>(leases: &'a [Lease], work: impl Fn(&'a Lease) -> F) -> Vec<Outcome>
where
    F: Future<Output = AppResult<Outcome>>,
{
    let mut outcomes = Vec::with_capacity(leases.len());
    for lease in leases {
        outcomes.push(outcome(work(lease).await));
    }
    outcomes
}

/// An error with everything that lies behind it, for the log and for the dead letter.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
