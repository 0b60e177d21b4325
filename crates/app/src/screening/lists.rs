//! The lists that are screened against, and how old they are.

use cotejo_domain::{
    hex::hex, names::NameMatching, permissions::Permission, screening::Subject, time::Timestamp,
};
use cotejo_providers::screening::Hit;
use cotejo_store::watchlists::List;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, AppResult, access::Caller, page::Page};

/// A list that is screened against.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ScreeningList)]
pub struct ListBody {
    /// As the catalogue names it
    #[schema(example = "ofac-sdn")]
    pub list: String,
    /// Its title
    pub title: String,
    /// The version in force
    pub version: i64,
    /// When it was published, as it says itself; empty where it does not
    pub published: String,
    /// SHA-256 of its files, in hex
    pub checksum: String,
    /// How many entries it has
    pub entries: i32,
    /// When this version was loaded, RFC 3339
    pub load_date: String,
    /// When its origin was last found to say nothing else, RFC 3339
    pub confirmation_date: String,
    /// Seconds since then
    pub age_seconds: i64,
    /// Seconds between two reloads; absent where it is loaded by hand
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reload_seconds: Option<i64>,
    /// Whether it missed two reloads in a row
    pub stale: bool,
    /// Why the last reload failed; absent where it did not
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl ListBody {
    fn of(list: List, now: Timestamp) -> Self {
        let confirmed = Timestamp::from(list.confirmed_at);
        let age_seconds = (now.seconds() - confirmed.seconds()).max(0);
        Self {
            version: list.version,
            published: list.published.unwrap_or_default(),
            checksum: hex(&list.checksum),
            entries: list.entries,
            load_date: Timestamp::from(list.loaded_at).rfc3339_seconds(),
            confirmation_date: confirmed.rfc3339_seconds(),
            age_seconds,
            stale: list.every_seconds.is_some_and(|every| age_seconds > 2 * every),
            reload_seconds: list.every_seconds,
            failure: list.failure,
            list: list.key,
            title: list.title,
        }
    }
}

impl ListBody {
    /// The list as clients see it: why a reload failed names places that are the operator's.
    pub(crate) fn for_clients(mut self) -> Self {
        if let Some(failure) = &mut self.failure {
            *failure = "the last reload failed".to_owned();
        }
        self
    }
}

impl App {
    /// The lists in force and their age, in real time.
    pub async fn loaded_lists(&self) -> AppResult<Vec<ListBody>> {
        let mut conn = self.inner.pool.acquire().await?;
        let now = self.clock().now();
        let lists = cotejo_store::watchlists::all(&mut conn).await?;
        Ok(lists.into_iter().map(|list| ListBody::of(list, now)).collect())
    }

    /// GET /v1/screening/lists
    pub async fn list_lists(&self, caller: &Caller) -> AppResult<Page<ListBody>> {
        caller.require(Permission::ChecksRead)?;
        let lists = self.loaded_lists().await?;
        Ok(Page::whole(
            lists.into_iter().map(ListBody::for_clients).collect(),
        ))
    }
}

impl App {
    /// Whom on a list in force a subject is taken for, the surest first; nobody on a list that is not loaded.
    pub async fn search_list(&self, list: &str, subject: &Subject, by: NameMatching) -> AppResult<Vec<Hit>> {
        let screening = &self.inner.sources.watchlist;
        match screening.snapshots().of(list).await? {
            Some(snapshot) => Ok(screening.hits(&snapshot, subject, by).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Brings the lists in force into this process's memory, so that the first check does not wait for them.
    pub async fn warm_lists(&self) -> AppResult<()> {
        self.inner.sources.watchlist.snapshots().warm().await?;
        for list in self.loaded_lists().await? {
            #[expect(clippy::cast_precision_loss, reason = "a gauge of seconds")]
            let age = list.age_seconds as f64;
            metrics::gauge!("cotejo_watchlist_age_seconds", "list" => list.list).set(age);
        }
        Ok(())
    }
}
