//! What a run changed: found out in the transaction in which its check finishes.

use cotejo_domain::{
    clients::Client,
    continuous::{CheckScores, Watch, changes},
    events::{EventAction, EventType, NewEvent},
    ids::{CheckId, EventId},
    time::Timestamp,
};
use cotejo_store::continuous as store;
use sqlx::PgConnection;

use super::{ContinuousBody, in_version};
use crate::App;

/// A check that has just finished.
pub(crate) struct Ended<'a> {
    pub client: &'a Client,
    pub check: CheckId,
    /// Its body, version 1.
    pub body: &'a str,
    pub at: Timestamp,
}

impl App {
    /// Compares those of the checks that are runs with the runs before them, and tells of what changed.
    pub(crate) async fn compare_runs(
        &self,
        conn: &mut PgConnection,
        ended: &[Ended<'_>],
    ) -> sqlx::Result<()> {
        if ended.is_empty() {
            return Ok(());
        }
        let checks: Vec<_> = ended.iter().map(|ended| (ended.client.id, ended.check)).collect();
        let mut events = Vec::new();
        for run in store::runs_of(&mut *conn, &checks).await? {
            let Some(ended) = ended.iter().find(|ended| ended.check == run.check) else {
                continue;
            };
            let read =
                |body: &str| CheckScores::read(body).map_err(|error| sqlx::Error::Decode(error.into()));
            let old = run
                .previous_body
                .as_deref()
                .map_or(Ok(CheckScores::MISSING), read)?;
            let changes = changes(&old, &read(ended.body)?);
            store::set_changes(&mut *conn, run.client, run.check, &changes).await?;
            let Some(mut watch) = store::find(&mut *conn, run.client, run.continuous, true).await? else {
                continue;
            };
            watch.compared(changes.score_status(), ended.at);
            store::update(&mut *conn, &watch).await?;
            if changes.is_changed() {
                events.push(self.changed(&watch, ended)?);
            }
        }
        cotejo_store::events::insert(conn, &events).await
    }

    fn changed(&self, watch: &Watch, ended: &Ended<'_>) -> sqlx::Result<NewEvent> {
        let encode = |error: serde_json::Error| sqlx::Error::Encode(error.into());
        let check = in_version(watch.key_version, ended.body).map_err(encode)?;
        Ok(NewEvent {
            id: EventId(self.ids().uuid(ended.at)),
            client: watch.client,
            event_type: EventType::ContinuousCheck,
            action: EventAction::Changed,
            resource: watch.id.0,
            resource_version: i32::try_from(watch.runs).unwrap_or(i32::MAX),
            created: ended.at,
            body: serde_json::to_string(&ContinuousBody::of(watch, check)).map_err(encode)?,
        })
    }
}
