//! Lists for screening: read whole, put in force whole, reloaded on time.

mod diff;
mod load;
mod reload;

use std::path::{Path, PathBuf};

use cotejo_domain::hex::hex;
use cotejo_providers::{
    outbound::DownloadError,
    watchlist::{self, Found, MAX_FILE_BYTES, Mapping, ParseError, Parsed},
};
use sha2::{Digest as _, Sha256};

pub use diff::Change;
pub use load::{LoadOutcome, Loaded};
pub use reload::Reloaded;

use crate::App;

/// Why a list was not loaded. The version that was in force stays in force.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{0} cannot be read")]
    Read(String, #[source] std::io::Error),
    /// A URL cannot be fetched.
    #[error("{0} cannot be fetched")]
    Download(String, #[source] DownloadError),
    /// A file is larger than any list.
    #[error("{0} is larger than any list")]
    TooLarge(String),
    /// There is no list in what was given.
    #[error(
        "{0} holds no list that is known: OFAC's CSV or XML files, the UN's or the EU's XML, the UK's CSV, \
         OpenSanctions' targets.simple.csv, or a CSV or JSON file with a mapping"
    )]
    Unknown(String),
    /// What is reloaded became another list.
    #[error("{place} holds the list {found} where {expected} was expected")]
    Other {
        /// Where it was read.
        place: String,
        /// What was found there.
        found: String,
        /// What is reloaded from there.
        expected: String,
    },
    /// A file is not what it should be.
    #[error("the list was refused")]
    Parse(#[from] ParseError),
    /// Too much is gone to be believed.
    #[error(
        "{lost} of the {before} entries in force are missing: it may be cut short; load it with --may-shrink if it is right"
    )]
    Shrinks {
        /// Entries in force that it lacks.
        lost: usize,
        /// Entries in force.
        before: usize,
    },
    /// The database failed.
    #[error("the list was not written")]
    Store(#[from] sqlx::Error),
}

/// A list that was read and can be loaded.
#[derive(Debug)]
pub struct ReadList {
    /// As the catalogue names it.
    pub key: String,
    /// For people.
    pub title: String,
    parsed: Parsed,
    /// SHA-256 of its files.
    checksum: Vec<u8>,
    /// How its columns were read.
    mapping: Option<Mapping>,
}

impl ReadList {
    /// How many entries it has.
    pub fn entries(&self) -> usize {
        self.parsed.entries.len()
    }

    /// SHA-256 of its files, in hex.
    pub fn checksum(&self) -> String {
        hex(&self.checksum)
    }
}

/// The lists that a file or folder holds, recognised by their files' names and contents; with a mapping, the one list
/// of a file that is read by it.
pub fn find_lists(path: &Path, mapping: Option<&Path>) -> Result<Vec<Found>, LoadError> {
    let found = match mapping {
        Some(mapping) => watchlist::discover_mapped(path, mapping),
        None => watchlist::discover(path),
    };
    let found = found.map_err(|error| LoadError::Read(path.display().to_string(), error))?;
    if found.is_empty() {
        return Err(LoadError::Unknown(path.display().to_string()));
    }
    Ok(found)
}

/// Reads a list whole, or says what is wrong with it.
pub fn read_list(found: Found) -> Result<ReadList, LoadError> {
    let mut files = Vec::with_capacity(found.files.len());
    let mut hash = Sha256::new();
    for path in &found.files {
        let unreadable = |error| LoadError::Read(path.display().to_string(), error);
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > MAX_FILE_BYTES {
            return Err(LoadError::TooLarge(path.display().to_string()));
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(&bytes);
        files.push((file_name(path), bytes));
    }
    let parsed = watchlist::parse(found.format, &files, found.mapping.as_ref())?;
    Ok(ReadList {
        key: found.list,
        title: found.title,
        parsed,
        checksum: hash.finalize().to_vec(),
        mapping: found.mapping,
    })
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Files that were fetched for a moment; gone when this is dropped.
#[derive(Debug)]
pub struct Fetched {
    folder: Option<tempfile::TempDir>,
    path: PathBuf,
}

impl Fetched {
    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was fetched from URLs.
    pub fn is_remote(&self) -> bool {
        self.folder.is_some()
    }
}

impl App {
    /// Brings a list's files within reach: a path as it is, URLs by fetching them into a folder of their own.
    pub async fn fetch_list(&self, places: &[String]) -> Result<Fetched, LoadError> {
        let is_url = |place: &String| place.starts_with("https://") || place.starts_with("http://");
        if !places.iter().any(is_url) {
            let path = PathBuf::from(places.first().map_or("", String::as_str));
            return Ok(Fetched { folder: None, path });
        }
        let scratch = |error| LoadError::Read("the folder for temporary files".to_owned(), error);
        let folder = tempfile::tempdir().map_err(scratch)?;
        let mut path = folder.path().to_owned();
        for url in places {
            let bytes = self
                .inner
                .outbound
                .download(url, MAX_FILE_BYTES)
                .await
                .map_err(|error| LoadError::Download(url.clone(), error))?;
            let name = url
                .split(['?', '#'])
                .next()
                .and_then(|path| path.rsplit('/').next());
            let name = name
                .filter(|name| !name.is_empty() && *name != "..")
                .unwrap_or("list");
            let file = folder.path().join(name);
            std::fs::write(&file, bytes).map_err(scratch)?;
            if places.len() == 1 {
                path = file;
            }
        }
        Ok(Fetched {
            folder: Some(folder),
            path,
        })
    }
}
