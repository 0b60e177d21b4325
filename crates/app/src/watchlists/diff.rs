//! What differs between two versions of a list.

use cotejo_domain::screening::Entry;
use cotejo_store::watchlists::{self, Difference, Version};
use serde::Serialize;
use serde_json::Value;

use crate::{App, AppError, AppResult};

/// How many differences are read at a time.
const BATCH: i64 = 500;

/// An entry that differs between two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The list's own id of the entry.
    pub entry: String,
    /// `added`, `changed` or `removed`.
    pub change: &'static str,
    /// Its name, after the change where there is one.
    pub name: String,
    /// The members that differ, each with what it was and what it is.
    pub members: Vec<(String, Value, Value)>,
}

impl Change {
    fn of(difference: Difference) -> AppResult<Self> {
        let (before, after) = (&difference.body_before, &difference.body_after);
        let read = |body: &Option<String>| -> AppResult<Option<Value>> {
            body.as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(AppError::internal)
        };
        let (change, members) = match (read(before)?, read(after)?) {
            (None, _) => ("added", Vec::new()),
            (_, None) => ("removed", Vec::new()),
            (Some(before), Some(after)) => ("changed", members(&before, &after)),
        };
        Ok(Self {
            entry: difference.entry,
            change,
            name: difference.after.or(difference.before).unwrap_or_default(),
            members,
        })
    }
}

fn members(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        return Vec::new();
    };
    after
        .iter()
        .filter_map(|(name, value)| {
            let old = before.get(name).cloned().unwrap_or_default();
            (old != *value).then(|| (name.clone(), old, value.clone()))
        })
        .collect()
}

impl App {
    /// The newest versions of a list, newest first.
    pub async fn list_versions(&self, list: &str, limit: i64) -> AppResult<Vec<Version>> {
        let mut conn = self.inner.pool.acquire().await?;
        Ok(watchlists::versions(&mut conn, list, limit).await?)
    }

    /// Tells each entry that differs between two versions of a list, in the order of their ids; says how many.
    pub async fn diff_versions(
        &self,
        list: &str,
        between: (i64, i64),
        mut tell: impl FnMut(Change) -> AppResult<()>,
    ) -> AppResult<usize> {
        let mut conn = self.inner.pool.acquire().await?;
        let (mut after, mut told) = (String::new(), 0);
        loop {
            let page = watchlists::differences(&mut conn, list, between, &after, BATCH).await?;
            let Some(last) = page.last() else { return Ok(told) };
            after.clone_from(&last.entry);
            told += page.len();
            for difference in page {
                tell(Change::of(difference)?)?;
            }
        }
    }

    /// What a version says of these entries.
    pub async fn list_entries(&self, list: &str, version: i64, entries: &[&str]) -> AppResult<Vec<Entry>> {
        let mut conn = self.inner.pool.acquire().await?;
        let found = cotejo_store::watchlist_entries::of_version(&mut conn, list, version, entries).await?;
        Ok(found.into_iter().map(|stored| stored.entry).collect())
    }
}
