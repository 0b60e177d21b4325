//! `cotejo jobs`

use anyhow::{Context as _, bail};
use cotejo_queue::admin;

use super::print_table;
use crate::cli::Jobs;

/// Most dead jobs that are shown.
const SHOWN: i64 = 50;

/// Runs the command.
pub async fn run(command: Jobs) -> anyhow::Result<()> {
    match command {
        Jobs::List { place } => {
            let app = place.open()?.app()?;
            let mut conn = app
                .pool()
                .acquire()
                .await
                .context("the database does not answer")?;
            let counts = admin::counts(&mut conn).await?;
            let rows: Vec<_> = counts
                .into_iter()
                .map(|count| vec![count.kind, count.state, count.jobs.to_string()])
                .collect();
            print_table(&["KIND", "STATE", "JOBS"], &rows);
            let dead = admin::dead(&mut conn, SHOWN).await?;
            if !dead.is_empty() {
                println!();
                let rows: Vec<_> = dead
                    .into_iter()
                    .map(|job| {
                        let error = job.last_error.unwrap_or_default();
                        vec![job.id.to_string(), job.kind, job.attempts.to_string(), error]
                    })
                    .collect();
                print_table(&["DEAD JOB", "KIND", "ATTEMPTS", "LAST ERROR"], &rows);
            }
        }
        Jobs::Revive { id, place } => {
            let app = place.open()?.app()?;
            let mut conn = app
                .pool()
                .acquire()
                .await
                .context("the database does not answer")?;
            let id = id.parse().context("that is no id of a job")?;
            if !admin::revive(&mut conn, id).await? {
                bail!("there is no dead job {id}");
            }
            println!("revived {id}");
        }
    }
    Ok(())
}
