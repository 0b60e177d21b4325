//! Pictures that are looked at before they are handed in. Whoever asks waits; a worker looks, because a look takes a
//! processor for a second.

use std::time::Duration;

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    ids::ClientId,
    validations::{DocumentKind, Slot, pictures::unwrapped},
};
use cotejo_providers::engines::{EngineError, SideQuestion};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::looks::{self as store, Look, Seen};
use uuid::Uuid;

use super::{GLANCE_JOB, Payload};
use crate::{
    App, AppError, AppResult,
    jobs::{one_by_one, payload},
    secrets::Place,
};

/// How long somebody waits; the vendor's client gives up later.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often it is looked whether somebody has looked.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks at pictures before they are handed in.
pub struct Glance(pub App);

#[async_trait]
impl Handler for Glance {
    fn kind(&self) -> &'static str {
        GLANCE_JOB
    }

    fn concurrency(&self) -> usize {
        2
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.glance(lease)).await
    }
}

const fn place(client: ClientId, id: &Uuid) -> Place<'_> {
    Place {
        client,
        what: "look.picture",
        of: id.as_bytes(),
    }
}

impl App {
    /// Has a worker look at a picture and waits for what it says.
    ///
    /// # Errors
    /// If nothing in this deployment looks at documents, or nobody does in time.
    pub(super) async fn seen_by_worker(
        &self,
        client: &Client,
        kind: DocumentKind,
        slot: Slot,
        file: &[u8],
    ) -> AppResult<Seen> {
        let nobody = || AppError::NotConfigured("the evaluation of pictures before their upload");
        if !self.inner.eyes.documents.is_configured() {
            return Err(nobody());
        }
        let now = self.clock().now();
        let id = self.ids().uuid(now);
        let sealed = self
            .inner
            .secrets
            .seal(place(client.id, &id), self.ids().secret(), file);
        let look = Look {
            client: client.id,
            id,
            picture: sealed,
            kind,
            slot,
            created: now,
        };
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        store::insert(&mut tx, &look, now.plus_seconds(-60)).await?;
        let job = self.job_of(client, GLANCE_JOB, id, Duration::ZERO);
        cotejo_queue::wake(&mut tx, &[job]).await?;
        tx.commit().await?;
        let seen = tokio::time::timeout(PATIENCE, self.wait_for_look(client.id, id)).await;
        let mut conn = self.inner.pool.acquire().await?;
        cotejo_queue::discard(&mut conn, id).await?;
        store::delete(&mut conn, client.id, id).await?;
        match seen {
            Ok(Ok(Seen::Nothing)) | Err(_) => Err(nobody()),
            Ok(seen) => seen,
        }
    }

    async fn wait_for_look(&self, client: ClientId, id: Uuid) -> AppResult<Seen> {
        loop {
            tokio::time::sleep(PAUSE).await;
            let mut conn = self.inner.pool.acquire().await?;
            if let Some(seen) = store::seen(&mut conn, client, id).await? {
                return Ok(seen);
            }
        }
    }

    async fn glance(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = (ClientId(payload.client), payload.id);
        let mut conn = self.inner.pool.acquire().await?;
        let look = store::find(&mut conn, client, id).await?;
        drop(conn);
        // Whoever asked has given up.
        let Some(look) = look else {
            return self.drop_lease(lease).await;
        };
        let seen = match self.look_at(&look).await {
            Ok(seen) => seen,
            Err(error) => {
                tracing::warn!(error = %error, "a picture was not looked at");
                Seen::Nothing
            }
        };
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if !cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            store::note(&mut tx, client, id, seen).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }

    async fn look_at(&self, look: &Look) -> Result<Seen, EngineError> {
        let broken = |reason: &str| EngineError::Broken(reason.to_owned());
        let engine = self.inner.eyes.documents.here()?;
        let pictures = self.inner.eyes.pictures.clone();
        let pictures = pictures.ok_or_else(|| broken("this program makes no pictures"))?;
        let opened = self
            .inner
            .secrets
            .open(place(look.client, &look.id), &look.picture);
        let file = unwrapped(opened.map_err(|error| broken(&error.to_string()))?);
        let made = self.blocking(move || pictures.clean(&file)).await;
        let Ok(made) = made.map_err(|_| broken("it broke off"))? else {
            return Ok(Seen::NoPicture);
        };
        let question = SideQuestion {
            client: look.client,
            kind: look.kind,
            slot: look.slot,
            picture: &made.jpeg,
        };
        let fault = engine.glance(question).await?;
        Ok(fault.map_or(Seen::Good, Seen::Bad))
    }
}
