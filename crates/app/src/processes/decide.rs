//! Deciding how a process ends whose flow has functions: they run outside of any transaction, in a child process or at the
//! client's own server, and what they leave is written with the decision.

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    functions::{Map, Output},
    processes::{Process, State, Verdict},
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::processes as store;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{DECIDE_JOB, Underway};
use crate::{
    App, AppError, AppResult,
    jobs::{outcome, payload},
    validations::Payload,
};

/// Decides how processes end.
pub struct DecideProcesses(pub App);

#[async_trait]
impl Handler for DecideProcesses {
    fn kind(&self) -> &'static str {
        DECIDE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        // One whose server is slow holds nobody else up.
        let decided = leases
            .iter()
            .map(|lease| async move { outcome(self.0.decide_by_functions(lease).await) });
        join_all(decided).await
    }
}

impl App {
    async fn decide_by_functions(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.process();
        let mut conn = self.inner.pool.acquire().await?;
        let Some(client) = cotejo_store::clients::find(&mut conn, client).await? else {
            return self.drop_lease(lease).await;
        };
        let seen = match self.see_process(&mut conn, client.id, id).await {
            Ok(underway) if underway.process.state == State::Deciding => underway,
            Ok(_) | Err(AppError::NotFound(_)) => return self.drop_lease(lease).await,
            Err(error) => return Err(error),
        };
        let table = self.checks_table(&mut conn, &seen.process).await?;
        drop(conn);
        let said = self.run_functions(&seen, &table.to_json()).await?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        if let Some(before) = store::lock(&mut tx, client.id, id).await? {
            let mut process = before.clone();
            self.take_said(&mut tx, &client, &mut process, &seen, said)
                .await?;
            self.save_process(&mut tx, &client, &before, &mut process).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// What the functions of a flow say, one after the other: each sees what those before it have set. The first that fails
    /// is the last that runs.
    async fn run_functions(&self, seen: &Underway, checks: &Value) -> AppResult<Result<Vec<Output>, String>> {
        let mut known = seen.process.known(&seen.spec);
        let mut vars = known["object"].take();
        let mut said = Vec::new();
        for function in &seen.spec.functions {
            let mut params = Map::new();
            params.insert("vars".to_owned(), vars.clone());
            params.insert("_checks".to_owned(), checks.clone());
            params.insert("secrets".to_owned(), json!({}));
            match self.inner.functions.run(function, params).await {
                Ok(output) => {
                    for (name, value) in &output.variables {
                        vars[name.as_str()] = value.clone();
                    }
                    said.push(output);
                }
                Err(error) => {
                    tracing::warn!(process.id = %seen.process.id, error = error.kind(), "a function failed");
                    return Ok(Err(format!("{}: {error}", function.name)));
                }
            }
        }
        Ok(Ok(said))
    }

    async fn take_said(
        &self,
        conn: &mut sqlx::PgConnection,
        client: &Client,
        process: &mut Process,
        seen: &Underway,
        said: Result<Vec<Output>, String>,
    ) -> AppResult<()> {
        let now = self.now(client);
        // Its time was over meanwhile, or somebody gave it up.
        if process.state != State::Deciding {
            return Ok(());
        }
        let outputs = match said {
            Ok(outputs) => outputs,
            Err(error) => {
                process.break_down(error, now);
                return Ok(());
            }
        };
        let mut overall = None;
        for output in outputs {
            overall = output.outcome.map(Verdict::from).or(overall);
            process.hear(output, now);
        }
        let table = self.checks_table(conn, process).await?;
        process.decide(&seen.spec, &table, overall, now);
        Ok(())
    }
}
