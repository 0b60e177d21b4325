//! The watchlist driver: screens documents and names against the lists that were loaded.
//!
//! Whom a question may mean is looked up in this process's memory ([`Snapshots`]); only for those few what the list says
//! of them is read from the database, and judged whole (`cotejo_domain::screening`). A subject whom no list resembles
//! costs no query but that for the versions in force, which hundreds of questions share.

mod finding;
mod snapshot;

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use cotejo_domain::{
    hex::hex,
    names::NameMatching,
    screening::{Entry, Evidence, Judged, Subject, algorithm, judge},
};
use cotejo_store::{exceptions, watchlist_entries};
use sqlx::PgPool;

use crate::port::{Answer, DataSource, Query, Report, SourceError};
pub use snapshot::{Snapshot, Snapshots};

/// Most hits that are told of one list, the surest ones.
const HITS: usize = 100;

/// Answers for sources of driver `watchlist`.
#[derive(Debug, Clone)]
pub struct Screening {
    pool: PgPool,
    snapshots: Arc<Snapshots>,
}

/// A listed entry that a subject is taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What the list says of it.
    pub entry: Entry,
    /// SHA-256 of that.
    pub digest: Vec<u8>,
    /// Why the subject is taken for it.
    pub judged: Judged,
}

impl Screening {
    /// Screens against the lists in this database.
    pub fn new(pool: PgPool) -> Self {
        Self {
            snapshots: Arc::new(Snapshots::new(pool.clone())),
            pool,
        }
    }

    /// The lists as this process keeps them.
    pub fn snapshots(&self) -> &Arc<Snapshots> {
        &self.snapshots
    }

    /// Whom on this version of a list a subject is taken for, the surest first. The same question on the same version
    /// gives the same answer.
    pub async fn hits(
        &self,
        list: &Snapshot,
        subject: &Subject,
        by: NameMatching,
    ) -> Result<Vec<Hit>, sqlx::Error> {
        let candidates = list.candidates(subject);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let mut conn = self.pool.acquire().await?;
        let stored =
            watchlist_entries::of_version(&mut conn, list.key(), list.version(), &candidates).await?;
        let mut hits: Vec<Hit> = stored
            .into_iter()
            .filter_map(|stored| {
                let judged = judge(subject, &stored.entry, by)?;
                Some(Hit {
                    entry: stored.entry,
                    digest: stored.digest,
                    judged,
                })
            })
            .collect();
        hits.sort_by(|a, b| {
            let surer = b.judged.score.total_cmp(&a.judged.score);
            surer.then_with(|| a.entry.entry_id.cmp(&b.entry.entry_id))
        });
        hits.truncate(HITS);
        Ok(hits)
    }

    /// What each hit rests on, with the exception that keeps it quiet, if there is one.
    async fn evidence(
        &self,
        query: Query<'_>,
        list: &Snapshot,
        subject: &Subject,
        hits: &[Hit],
    ) -> Result<Vec<Evidence>, sqlx::Error> {
        let entries: Vec<&str> = hits.iter().map(|hit| hit.entry.entry_id.as_str()).collect();
        let mut exceptions: HashMap<String, Vec<_>> = HashMap::new();
        if !entries.is_empty() {
            let mut conn = self.pool.acquire().await?;
            for (entry, exception) in
                exceptions::of_entries(&mut conn, query.client, list.key(), &entries).await?
            {
                exceptions.entry(entry).or_default().push(exception);
            }
        }
        let quiet = |hit: &Hit| {
            let of_entry = exceptions.get(&hit.entry.entry_id).into_iter().flatten();
            of_entry
                .filter(|exception| exception.quiets(subject, &hit.digest, query.now))
                .map(|exception| exception.id)
                .next()
        };
        Ok(hits
            .iter()
            .map(|hit| Evidence {
                list: list.key().to_owned(),
                version: list.version(),
                entry: hit.entry.entry_id.clone(),
                entry_digest: hex(&hit.digest),
                entry_name: hit.entry.name.clone(),
                matched_name: hit.judged.matched_name.clone(),
                score: hit.judged.score,
                rule: hit.judged.rule.clone(),
                features: hit.judged.features.clone(),
                algorithm: algorithm(),
                exception: quiet(hit),
            })
            .collect())
    }
}

#[async_trait]
impl DataSource for Screening {
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError> {
        let Some(key) = query.source.list.as_deref() else {
            return Ok(Answer::NotConfigured);
        };
        let Some(list) = self.snapshots.of(key).await.map_err(SourceError::Store)? else {
            return Ok(Answer::NotConfigured);
        };
        let subject = Subject::of(query.check_type, query.country, query.inputs);
        let hits = self
            .hits(&list, &subject, query.names)
            .await
            .map_err(SourceError::Store)?;
        let evidence = self
            .evidence(query, &list, &subject, &hits)
            .await
            .map_err(SourceError::Store)?;
        let findings = query
            .source
            .data_sets
            .iter()
            .flat_map(|data_set| {
                let hits = hits.iter().zip(&evidence);
                hits.map(|(hit, evidence)| finding::of(*data_set, query.check_type, hit, evidence))
            })
            .collect();
        Ok(Answer::Report(Report {
            findings,
            ..Report::default()
        }))
    }
}
