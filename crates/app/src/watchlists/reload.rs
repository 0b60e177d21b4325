//! Reloading lists on time, from where they came.

use std::io::Write as _;

use cotejo_store::watchlists::{self, Origin};

use super::{Fetched, LoadError, LoadOutcome, ReadList, find_lists, read_list};
use crate::{App, AppResult, jobs::chain};

/// How a reload ended.
#[derive(Debug)]
pub struct Reloaded {
    /// The list.
    pub list: String,
    /// What came of it.
    pub outcome: Result<LoadOutcome, LoadError>,
}

impl App {
    /// Has a list reloaded every so many seconds from these places; from nowhere where no interval is given.
    pub async fn reload_list_from(
        &self,
        list: &ReadList,
        places: &[String],
        every_seconds: Option<i64>,
    ) -> AppResult<()> {
        let mapping = list.mapping.as_ref().map(serde_json::to_string).transpose();
        let mapping = mapping.map_err(crate::AppError::internal)?;
        let mut conn = self.inner.pool.acquire().await?;
        watchlists::reload_from(&mut conn, &list.key, places, mapping.as_deref(), every_seconds).await?;
        Ok(())
    }

    /// Reloads one list that is due; `None` if none is. A failure is noted with the list, and the version in force stays.
    pub async fn reload_due_list(&self) -> AppResult<Option<Reloaded>> {
        let mut conn = self.inner.pool.acquire().await?;
        let Some(origin) = watchlists::take_due(&mut conn).await? else {
            return Ok(None);
        };
        drop(conn);
        let list = origin.list.clone();
        let outcome = self.reload(origin).await;
        if let Err(error) = &outcome {
            let text = chain(error);
            tracing::warn!(list.key = list, error = text, "a list was not reloaded");
            let mut conn = self.inner.pool.acquire().await?;
            watchlists::checked(&mut conn, &list, Some(&text)).await?;
        }
        Ok(Some(Reloaded { list, outcome }))
    }

    async fn reload(&self, origin: Origin) -> Result<LoadOutcome, LoadError> {
        let place = origin.places.join(" ");
        let fetched = self.fetch_list(&origin.places).await?;
        let read = tokio::task::spawn_blocking(move || read_again(&fetched, &origin));
        let read = read
            .await
            .map_err(|error| LoadError::Read(place, std::io::Error::other(error)))??;
        self.load_list(&read, false, |_, _| {}).await
    }
}

/// Reads the list that is reloaded out of what was fetched.
fn read_again(fetched: &Fetched, origin: &Origin) -> Result<ReadList, LoadError> {
    let scratch = |error| LoadError::Read("the folder for temporary files".to_owned(), error);
    let mapping = match &origin.mapping {
        None => None,
        Some(mapping) => {
            let mut file = tempfile::Builder::new()
                .suffix(".mapping.json")
                .tempfile()
                .map_err(scratch)?;
            file.write_all(mapping.as_bytes()).map_err(scratch)?;
            Some(file)
        }
    };
    let mapping = mapping.as_ref().map(tempfile::NamedTempFile::path);
    let found = find_lists(fetched.path(), mapping)?;
    let names: Vec<String> = found.iter().map(|found| found.list.clone()).collect();
    match found.into_iter().find(|found| found.list == origin.list) {
        Some(found) => read_list(found),
        None => Err(LoadError::Other {
            place: origin.places.join(" "),
            found: names.join(", "),
            expected: origin.list.clone(),
        }),
    }
}
