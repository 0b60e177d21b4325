//! Ending processes whose time is over.

use async_trait::async_trait;
use cotejo_domain::processes::{Ending, Expiry, scenario};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::processes as store;

use super::EXPIRE_JOB;
use crate::{
    App, AppResult,
    jobs::{one_by_one, payload},
    validations::Payload,
};

/// Ends processes whose time is over.
pub struct ExpireProcesses(pub App);

#[async_trait]
impl Handler for ExpireProcesses {
    fn kind(&self) -> &'static str {
        EXPIRE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.expire_process(lease)).await
    }
}

impl App {
    async fn expire_process(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.process();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let client = cotejo_store::clients::find(&mut tx, client).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        if let Some(client) = client
            && let Some(before) = store::lock(&mut tx, client.id, id).await?
        {
            let mut process = before.clone();
            match process.expire(self.now(&client)) {
                Expiry::NotYet if !process.is_final() => {
                    // What is rolled back leaves the job as it was.
                    return Ok(Outcome::Later(self.until(&client, process.deadline)));
                }
                Expiry::NotYet => {}
                Expiry::Lengthened => {
                    let after = self.until(&client, process.deadline);
                    self.expire_later(&mut tx, &client, id, after).await?;
                }
                Expiry::Ended => {
                    let scenario = scenario(&process.account_name).filter(|_| client.is_sandbox());
                    if let Some(ending @ Ending::Expired(_)) = scenario {
                        process.ending = Some(ending);
                    }
                }
            }
            self.save_process(&mut tx, &client, &before, &mut process).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
