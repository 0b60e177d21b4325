//! Loading lists for screening.

use std::path::Path;

use cotejo_domain::names::{self, NameKind};
use cotejo_providers::{
    screening::normalize,
    watchlist::{Entry, EntryKind, Found, ParseError, Parsed, discover, ofac, un},
};
use cotejo_store::watchlists::{Loaded, NewEntry};
use sha2::{Digest as _, Sha256};

use crate::{App, AppResult};

/// How many entries are written at a time.
const BATCH: usize = 500;

/// What came of loading a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadOutcome {
    /// A new version is in force.
    Loaded,
    /// These very files were in force already.
    Unchanged,
}

/// Why a list was not loaded. The version that was in force stays in force.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{0} cannot be read")]
    Read(String, #[source] std::io::Error),
    /// A file is not what it should be.
    #[error("the list was refused")]
    Parse(#[from] ParseError),
    /// Writing failed.
    #[error("the list was not written")]
    Store(#[from] sqlx::Error),
}

/// A list that was read and can be loaded.
#[derive(Debug)]
pub struct ReadList {
    found: Found,
    parsed: Parsed,
    checksum: [u8; 32],
}

impl ReadList {
    /// How many entries it has.
    pub fn entries(&self) -> usize {
        self.parsed.entries.len()
    }
}

/// The lists that a file or folder holds, recognised by their files' names and contents.
pub fn find_lists(path: &Path) -> Result<Vec<Found>, LoadError> {
    discover(path).map_err(|error| LoadError::Read(path.display().to_string(), error))
}

/// Reads a list whole, or says what is wrong with it.
pub fn read_list(found: Found) -> Result<ReadList, LoadError> {
    let mut files = Vec::with_capacity(found.files.len());
    let mut hash = Sha256::new();
    for path in &found.files {
        let bytes =
            std::fs::read(path).map_err(|error| LoadError::Read(path.display().to_string(), error))?;
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(&bytes);
        files.push(bytes);
    }
    let parsed = match files.as_slice() {
        [primary, addresses, aliases, comments] => ofac::parse(&ofac::OfacFiles {
            primary,
            addresses,
            aliases,
            comments,
        })?,
        [xml] => un::parse(xml)?,
        _ => Parsed {
            entries: Vec::new(),
            published: None,
        },
    };
    Ok(ReadList {
        found,
        parsed,
        checksum: hash.finalize().into(),
    })
}

impl App {
    /// Loads a list: the whole version, or nothing of it. `progress` hears how many entries are written.
    pub async fn load_list(
        &self,
        list: &ReadList,
        progress: impl Fn(usize),
    ) -> Result<LoadOutcome, LoadError> {
        let (key, title) = (list.found.list, list.found.title);
        let entries = i32::try_from(list.entries()).unwrap_or(i32::MAX);
        let published = list.parsed.published.as_deref();
        let mut tx = self.inner.pool.begin().await?;
        // A load is one transaction of many statements, and a big list takes longer than any request may.
        sqlx::query("set local statement_timeout = 0")
            .execute(&mut *tx)
            .await?;
        let version =
            cotejo_store::watchlists::begin(&mut tx, key, title, &list.checksum, published, entries).await?;
        let Some(version) = version else {
            return Ok(LoadOutcome::Unchanged);
        };
        for (index, batch) in list.parsed.entries.chunks(BATCH).enumerate() {
            let rows: Vec<NewEntry> = batch.iter().map(row).collect();
            cotejo_store::watchlists::insert(&mut tx, version, &rows).await?;
            progress(index * BATCH + batch.len());
        }
        cotejo_store::watchlists::switch(&mut tx, key, version).await?;
        tx.commit().await?;
        Ok(LoadOutcome::Loaded)
    }

    /// The lists that are in force.
    pub async fn loaded_lists(&self) -> AppResult<Vec<Loaded>> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(cotejo_store::watchlists::loaded(&mut conn).await?)
    }
}

fn row(entry: &Entry) -> NewEntry {
    let kind = match entry.kind {
        EntryKind::Person => NameKind::Person,
        EntryKind::Org => NameKind::Org,
        EntryKind::Vessel | EntryKind::Aircraft => NameKind::Vessel,
    };
    let primary = (entry.name.as_str(), "primary");
    let aliases = entry
        .aliases
        .iter()
        .map(|alias| (alias.name.as_str(), alias.strength.as_str()));
    NewEntry {
        entry: entry.entry_id.clone(),
        kind: entry.kind.to_string(),
        name: entry.name.clone(),
        details: serde_json::json!({
            "programs": entry.programs,
            "birth_dates": entry.birth_dates,
            "countries": entry.countries,
            "addresses": entry.addresses,
            "remarks": entry.remarks,
            "listed_on": entry.listed_on,
        })
        .to_string(),
        names: std::iter::once(primary)
            .chain(aliases)
            .map(|(name, strength)| (name.to_owned(), strength.to_owned(), names::tokens(name, kind)))
            .collect(),
        documents: entry
            .documents
            .iter()
            .map(|document| {
                (
                    document.kind.clone(),
                    normalize(&document.number),
                    document.country.clone(),
                )
            })
            .filter(|(_, number, _)| !number.is_empty())
            .collect(),
    }
}
