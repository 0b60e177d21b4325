//! Lists in memory: what a process needs of a version to say whom a question may mean.
//!
//! Built from the database when a version comes into force, and then never changed. Which versions are in force is asked
//! again after a moment ([`CONFIRMED_FOR`]), once for all questions of that moment. While a new version is built the one
//! before it answers, if building takes long; each hit says which version it is of.

use std::{
    collections::{BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cotejo_domain::screening::{
    EntryKind, Subject, WORTH_A_LOOK,
    index::{Builder, Index},
    spellings,
};
use cotejo_store::{watchlist_entries, watchlists};
use sqlx::PgPool;
use tokio::{sync::watch, time::Instant};

/// How long the versions in force are believed.
const CONFIRMED_FOR: Duration = Duration::from_millis(50);

/// How long a question waits for a new version where it could be answered by the one before it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Most entries that are looked at whole for one question, the likest names first.
const CANDIDATES: usize = 200;

/// One version of a list in memory.
pub struct Snapshot {
    key: String,
    version: i64,
    /// The entries' ids, one behind the other, and where each ends.
    ids: String,
    ends: Vec<u32>,
    index: Index,
    /// Hashes of document numbers with the entry of each, sorted.
    numbers: Vec<(u64, u32)>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} version {}", self.key, self.version)
    }
}

impl Snapshot {
    /// The list.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its version.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// How many entries it has.
    pub fn entries(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes it takes, about.
    pub fn bytes(&self) -> usize {
        self.ids.len() + 4 * self.ends.len() + 16 * self.numbers.len() + self.index.bytes()
    }

    /// The ids of the entries that a subject may be: those with one of its numbers, then those with a name like its own.
    pub fn candidates(&self, subject: &Subject) -> Vec<&str> {
        let mut entries = BTreeSet::new();
        for document in &subject.documents {
            for number in spellings(document.class, document.country, &document.number) {
                entries.extend(self.with_number(hash(&number)));
            }
        }
        if let Some(name) = &subject.name {
            let found = self.index.search(name, subject.kind, WORTH_A_LOOK);
            let mut left = CANDIDATES;
            for found in found {
                if left > 0 && entries.insert(found.entry) {
                    left -= 1;
                }
            }
        }
        entries.into_iter().map(|entry| self.id(entry)).collect()
    }

    fn with_number(&self, number: u64) -> impl Iterator<Item = u32> {
        let first = self.numbers.partition_point(|(known, _)| *known < number);
        self.numbers[first..]
            .iter()
            .take_while(move |(known, _)| *known == number)
            .map(|(_, entry)| *entry)
    }

    fn id(&self, entry: u32) -> &str {
        let place = entry as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.ids[start as usize..self.ends[place] as usize]
    }

    /// Reads a version of a list.
    async fn read(pool: &PgPool, key: &str, version: i64) -> sqlx::Result<Self> {
        let mut tx = cotejo_store::begin(pool).await?;
        // A list of a million names takes longer than any request may.
        sqlx::query("set local statement_timeout = 0")
            .execute(&mut *tx)
            .await?;
        let (mut builder, mut ids, mut ends, mut numbers) =
            (Builder::new(), String::new(), Vec::new(), Vec::new());
        watchlist_entries::each(&mut tx, key, version, |row| {
            let entry = u32::try_from(ends.len()).unwrap_or(u32::MAX);
            let kind: EntryKind = row.kind.parse().unwrap_or(EntryKind::Org);
            for name in &row.names {
                builder.add(entry, kind.name_kind(), name);
            }
            numbers.extend(row.numbers.iter().map(|number| (hash(number), entry)));
            ids.push_str(&row.entry);
            ends.push(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        })
        .await?;
        tx.commit().await?;
        let index = tokio::task::spawn_blocking(move || {
            numbers.sort_unstable();
            numbers.dedup();
            (builder.build(), numbers)
        });
        let (index, numbers) = index.await.map_err(|error| sqlx::Error::Io(error.into()))?;
        ids.shrink_to_fit();
        Ok(Self {
            key: key.to_owned(),
            version,
            ids,
            ends,
            index,
            numbers,
        })
    }
}

/// The same in every process and at every start.
fn hash(number: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

/// A list as this process keeps it.
#[derive(Default)]
struct Slot {
    ready: Option<Arc<Snapshot>>,
    /// The version that is being built, and who hears of its end: `None` until then, `Some(None)` if it failed.
    coming: Option<(i64, watch::Receiver<Option<Built>>)>,
}

type Built = Result<Arc<Snapshot>, Arc<sqlx::Error>>;

/// The lists of a process.
pub struct Snapshots {
    pool: PgPool,
    slots: Arc<Mutex<HashMap<String, Slot>>>,
    /// The versions in force, and when they were read.
    versions: tokio::sync::Mutex<Option<(Instant, HashMap<String, i64>)>>,
}

impl std::fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshots")
    }
}

impl Snapshots {
    /// None yet; each is built when it is first asked for.
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            slots: Arc::default(),
            versions: tokio::sync::Mutex::new(None),
        }
    }

    /// The version of a list that is in force, or the one before it while that is being built; `None` for a list that
    /// nobody has loaded.
    pub async fn of(&self, key: &str) -> sqlx::Result<Option<Arc<Snapshot>>> {
        let Some(version) = self.version(key).await? else {
            return Ok(None);
        };
        let (ready, mut coming) = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = slots.entry(key.to_owned()).or_default();
            match &slot.ready {
                Some(ready) if ready.version == version => return Ok(Some(Arc::clone(ready))),
                _ => {}
            }
            let coming = match &slot.coming {
                Some((building, coming)) if *building == version => coming.clone(),
                _ => {
                    let coming = self.build(key.to_owned(), version);
                    slot.coming = Some((version, coming.clone()));
                    coming
                }
            };
            (slot.ready.clone(), coming)
        };
        let built = async {
            match coming.wait_for(Option::is_some).await.as_deref() {
                Ok(Some(Ok(built))) => Ok(Arc::clone(built)),
                Ok(Some(Err(error))) => Err(sqlx::Error::Io(std::io::Error::other(Arc::clone(error)))),
                Ok(None) | Err(_) => Err(sqlx::Error::WorkerCrashed),
            }
        };
        match ready {
            None => built.await.map(Some),
            Some(old) => Ok(Some(
                tokio::time::timeout(PATIENCE, built)
                    .await
                    .unwrap_or_else(|_| Ok(old))?,
            )),
        }
    }

    /// A list of at least this version, if it is there and ready by now.
    pub async fn at_least(&self, key: &str, version: i64) -> sqlx::Result<Option<Arc<Snapshot>>> {
        let ready = {
            let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.get(key).and_then(|slot| slot.ready.clone())
        };
        if let Some(list) = ready.filter(|list| list.version >= version) {
            return Ok(Some(list));
        }
        // What was believed a moment ago may be from before the version came into force.
        *self.versions.lock().await = None;
        let list = self.of(key).await?;
        Ok(list.filter(|list| list.version >= version))
    }

    /// Builds what is in force and not yet in memory, one list after the other.
    pub async fn warm(&self) -> sqlx::Result<()> {
        let mut conn = self.pool.acquire().await?;
        let lists = watchlists::in_force(&mut conn).await?;
        drop(conn);
        for (key, _) in lists {
            self.of(&key).await?;
        }
        Ok(())
    }

    async fn version(&self, key: &str) -> sqlx::Result<Option<i64>> {
        let mut versions = self.versions.lock().await;
        if let Some((read, known)) = versions.as_ref()
            && read.elapsed() < CONFIRMED_FOR
        {
            return Ok(known.get(key).copied());
        }
        let mut conn = self.pool.acquire().await?;
        let known: HashMap<_, _> = watchlists::in_force(&mut conn).await?.into_iter().collect();
        let version = known.get(key).copied();
        *versions = Some((Instant::now(), known));
        Ok(version)
    }

    /// Starts to build a version; whoever is told of its end may be gone by then.
    fn build(&self, key: String, version: i64) -> watch::Receiver<Option<Built>> {
        let (told, coming) = watch::channel(None);
        let (pool, slots) = (self.pool.clone(), Arc::clone(&self.slots));
        tokio::spawn(async move {
            let started = Instant::now();
            let built = Snapshot::read(&pool, &key, version).await;
            let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = slots.entry(key.clone()).or_default();
            if slot
                .coming
                .as_ref()
                .is_some_and(|(building, _)| *building == version)
            {
                slot.coming = None;
            }
            let built = match built {
                Ok(built) => {
                    let built = Arc::new(built);
                    tracing::info!(
                        list.key = key,
                        list.version = version,
                        entries = built.entries(),
                        bytes = built.bytes(),
                        elapsed_ms = started.elapsed().as_millis(),
                        "a list is ready to be searched"
                    );
                    // A build that took longer than the one behind it comes too late.
                    if slot.ready.as_ref().is_none_or(|ready| ready.version < version) {
                        slot.ready = Some(Arc::clone(&built));
                    }
                    Ok(built)
                }
                Err(error) => {
                    tracing::warn!(list.key = key, list.version = version, error = %error, "a list was not read");
                    Err(Arc::new(error))
                }
            };
            told.send_replace(Some(built));
        });
        coming
    }
}
