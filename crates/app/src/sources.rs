//! What answers for a source: the one place where a sandbox client differs from a live one.

use std::{collections::HashMap, sync::Arc, time::Duration};

use cotejo_domain::{
    clients::ClientKind,
    sources::{Driver, Source},
};
use cotejo_providers::{
    port::{Answer, DataSource, Query, SourceError},
    screening::Screening,
};

/// The drivers of a deployment.
#[derive(Clone)]
pub struct Sources {
    /// Simulated registries.
    pub sandbox: Arc<dyn DataSource>,
    /// Check digits and structure.
    pub identifier: Arc<dyn DataSource>,
    /// Loaded lists.
    pub watchlist: Arc<Screening>,
    /// Registries behind HTTP, by the key of their source.
    pub http: HashMap<String, Arc<dyn DataSource>>,
}

/// What answers for a source.
pub enum Answerer<'a> {
    /// Asked within the check's own job.
    Now(&'a dyn DataSource),
    /// Asked in a job of its own.
    Later(&'a dyn DataSource),
    /// Nothing.
    Nobody,
}

impl Sources {
    /// What answers for a source when a client of this kind asks.
    pub fn answerer(&self, kind: ClientKind, source: &Source) -> Answerer<'_> {
        match (source.driver, kind) {
            (Driver::Identifier, _) => Answerer::Now(self.identifier.as_ref()),
            (Driver::Watchlist, _) => Answerer::Now(self.watchlist.as_ref()),
            (Driver::Registry, ClientKind::Sandbox) => Answerer::Now(self.sandbox.as_ref()),
            (Driver::Registry, ClientKind::Live) => match self.http.get(&source.key) {
                Some(http) => Answerer::Later(http.as_ref()),
                None => Answerer::Nobody,
            },
        }
    }

    /// Asks a source, for no longer than its time-out.
    pub async fn ask(&self, kind: ClientKind, query: Query<'_>) -> Result<Answer, SourceError> {
        let driver = match self.answerer(kind, query.source) {
            Answerer::Now(driver) | Answerer::Later(driver) => driver,
            Answerer::Nobody => return Ok(Answer::NotConfigured),
        };
        let limit = Duration::from_secs(query.source.timeout_seconds.into());
        let answer = match tokio::time::timeout(limit, driver.ask(query)).await {
            Ok(answer) => answer?,
            Err(_) => return Err(SourceError::Unavailable("it took too long".to_owned())),
        };
        // A list that nobody has loaded is simulated for a sandbox client like any other registry.
        if answer == Answer::NotConfigured && kind == ClientKind::Sandbox {
            return self.sandbox.ask(query).await;
        }
        Ok(answer)
    }
}
