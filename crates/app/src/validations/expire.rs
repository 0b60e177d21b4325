//! Ending what nothing ended in time.

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    validations::{Outcome as Verdict, ReviewState, Validation},
};
use cotejo_providers::sandbox::validations::{Fate, fate};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{reviews, validation_accounts, validations as store};
use sqlx::PgConnection;

use super::{EXPIRE_JOB, Payload, REVIEW_JOB};
use crate::{
    App, AppResult,
    jobs::{one_by_one, payload},
};

/// Ends validations whose time is over.
pub struct ExpireValidations(pub App);

/// Ends reviews that nobody did.
pub struct ExpireReviews(pub App);

#[async_trait]
impl Handler for ExpireValidations {
    fn kind(&self) -> &'static str {
        EXPIRE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.expire_validation(lease)).await
    }
}

#[async_trait]
impl Handler for ExpireReviews {
    fn kind(&self) -> &'static str {
        REVIEW_JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.expire_review(lease)).await
    }
}

impl App {
    async fn expire_validation(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.validation();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let client = cotejo_store::clients::find(&mut tx, client).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        if let Some(client) = client
            && let Some(mut validation) = store::lock(&mut tx, client.id, id).await?
        {
            if validation.expire(self.now(&client)) {
                self.expire_by_scenario(&mut tx, &client, &mut validation).await?;
                self.conclude(&mut tx, &client, &mut validation).await?;
            } else if !validation.is_final() && validation.review != ReviewState::Pending {
                // The clocks of two machines need not agree; what is rolled back leaves the job as it was.
                return Ok(Outcome::Later(self.until(&client, validation.deadline())));
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// A scenario may say why a sandbox client's validation expired.
    async fn expire_by_scenario(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &mut Validation,
    ) -> AppResult<()> {
        if client.is_sandbox() {
            let account = validation_accounts::find(conn, client.id, &validation.account_name).await?;
            if let Some(Fate::Expired(reason)) = account.and_then(|account| fate(&account)) {
                validation.outcome = Some(Verdict::Expired(reason));
            }
        }
        Ok(())
    }

    async fn expire_review(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.review();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let client = cotejo_store::clients::find(&mut tx, client).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        if let Some(client) = client
            && let Some(review) = reviews::find(&mut tx, client.id, id).await?
            && let Some(mut validation) = store::lock(&mut tx, client.id, review.validation).await?
        {
            let now = self.now(&client);
            if review.decision.is_none() && now < review.until {
                return Ok(Outcome::Later(self.until(&client, review.until)));
            }
            if !validation.expire_review(now) {
                tx.commit().await?;
                return Ok(Outcome::Done);
            }
            reviews::end(&mut tx, client.id, id, None).await?;
            self.conclude(&mut tx, &client, &mut validation).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
