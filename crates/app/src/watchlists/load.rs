//! Putting a version of a list in force: the whole version, or nothing of it.

use std::collections::HashMap;

use cotejo_domain::screening::{Entry, listed_spellings};
use cotejo_store::{
    watchlist_entries::{self, NewEntry},
    watchlists::{self, NewVersion},
};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::{LoadError, ReadList};
use crate::{App, continuous::list_changed};

/// How many entries are written at a time.
const BATCH: usize = 1000;

/// A new version may lack this part of the entries in force. A download that broke off between two lines is whole to
/// look at, and would clear whom it lost.
const MAY_LOSE: f64 = 0.2;

/// So few entries may be lost whatever part they are.
const MAY_LOSE_ENTRIES: usize = 10;

/// What came of loading a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadOutcome {
    /// A new version is in force.
    Loaded(Loaded),
    /// These very files were in force already.
    Unchanged,
}

/// A version that came into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Its number.
    pub version: i64,
    /// How many entries it has.
    pub entries: usize,
    /// Entries that the version before it lacked.
    pub added: usize,
    /// Entries of which the version before it said something else.
    pub changed: usize,
    /// Entries of the version before it that it lacks.
    pub removed: usize,
}

/// What a version changes in the one that is in force.
struct Changes<'a> {
    /// Entries to write, new and changed ones, each with its digest and body.
    write: Vec<(&'a Entry, [u8; 32], String)>,
    /// Entries whose row in force ends: changed and removed ones.
    end: Vec<String>,
    added: usize,
    changed: usize,
    removed: usize,
}

impl App {
    /// Loads a list. `may_shrink` lets a version lack much of what is in force; `progress` hears how many of how many
    /// entries are written.
    pub async fn load_list(
        &self,
        list: &ReadList,
        may_shrink: bool,
        progress: impl Fn(usize, usize),
    ) -> Result<LoadOutcome, LoadError> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        // A load is one transaction of many statements, and a big list takes longer than any request may.
        sqlx::query("set local statement_timeout = 0")
            .execute(&mut *tx)
            .await?;
        let in_force = watchlists::lock(&mut tx, &list.key, &list.title).await?;
        if in_force.is_some_and(|checksum| checksum == list.checksum) {
            watchlists::checked(&mut tx, &list.key, None).await?;
            tx.commit().await?;
            return Ok(LoadOutcome::Unchanged);
        }
        let known = watchlist_entries::digests(&mut tx, &list.key).await?;
        let before = known.len();
        let changes = changes(&list.parsed.entries, known)?;
        let lost = changes.removed;
        if !may_shrink && lost > MAY_LOSE_ENTRIES && as_part(lost, before) > MAY_LOSE {
            return Err(LoadError::Shrinks { lost, before });
        }
        let loaded = write(&mut tx, list, &changes, progress).await?;
        cotejo_queue::enqueue(&mut tx, &[list_changed(self, &list.key, loaded.version)]).await?;
        tx.commit().await?;
        tracing::info!(
            list.key = list.key,
            list.version = loaded.version,
            entries = loaded.entries,
            added = loaded.added,
            changed = loaded.changed,
            removed = loaded.removed,
            "a list came into force"
        );
        Ok(LoadOutcome::Loaded(loaded))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a part of a list, of which no digit matters"
)]
fn as_part(lost: usize, before: usize) -> f64 {
    lost as f64 / before.max(1) as f64
}

/// Compares what was read with what is in force.
fn changes(entries: &[Entry], mut known: HashMap<String, Vec<u8>>) -> Result<Changes<'_>, LoadError> {
    let mut changes = Changes {
        write: Vec::new(),
        end: Vec::new(),
        added: 0,
        changed: 0,
        removed: 0,
    };
    for entry in entries {
        let body = serde_json::to_string(entry).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let digest: [u8; 32] = Sha256::digest(&body).into();
        match known.remove(&entry.entry_id) {
            Some(same) if same == digest => continue,
            Some(_) => {
                changes.changed += 1;
                changes.end.push(entry.entry_id.clone());
            }
            None => changes.added += 1,
        }
        changes.write.push((entry, digest, body));
    }
    changes.removed = known.len();
    changes.end.extend(known.into_keys());
    Ok(changes)
}

async fn write(
    conn: &mut PgConnection,
    list: &ReadList,
    changes: &Changes<'_>,
    progress: impl Fn(usize, usize),
) -> Result<Loaded, LoadError> {
    let key = list.key.as_str();
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let entries = list.parsed.entries.len();
    let new = NewVersion {
        list: key,
        checksum: &list.checksum,
        published: list.parsed.published.as_deref(),
        counts: [entries, changes.added, changes.changed, changes.removed].map(count),
    };
    let version = watchlists::begin(&mut *conn, new).await?;
    watchlist_entries::end(&mut *conn, key, version, &changes.end).await?;
    let mut written = 0;
    for batch in changes.write.chunks(BATCH) {
        let rows: Vec<NewEntry> = batch.iter().map(row).collect();
        watchlist_entries::insert(&mut *conn, key, version, &rows).await?;
        written += batch.len();
        progress(written, changes.write.len());
    }
    watchlists::switch(&mut *conn, key, version).await?;
    Ok(Loaded {
        version,
        entries,
        added: changes.added,
        changed: changes.changed,
        removed: changes.removed,
    })
}

fn row((entry, digest, body): &(&Entry, [u8; 32], String)) -> NewEntry {
    NewEntry {
        entry: entry.entry_id.clone(),
        kind: entry.kind.to_string(),
        name: entry.name.clone(),
        digest: *digest,
        body: body.clone(),
        names: entry
            .names()
            .map(|(name, strength)| {
                let strength = strength.map_or("primary", |strength| strength.as_str());
                (name.to_owned(), strength.to_owned())
            })
            .collect(),
        documents: entry
            .documents
            .iter()
            .flat_map(|document| {
                let country = document.country.as_deref();
                listed_spellings(&document.kind, country, &document.number)
                    .into_iter()
                    .map(|number| (document.kind.clone(), number, document.country.clone()))
            })
            .collect(),
    }
}
