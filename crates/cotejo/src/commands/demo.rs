//! `cotejo demo`: one check, as a client would make it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

use crate::{cli::Place, data_dir::Running};

/// Create one check and wait for its result.
#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
}

/// What the demo asks for: a person of the sandbox.
pub const FORM: &[(&str, &str)] = &[
    ("type", "person"),
    ("country", "CO"),
    ("national_id", "1000000001"),
    ("user_authorized", "true"),
];

/// How long the result is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

impl Demo {
    /// Runs the demo against the running stack.
    pub async fn run(self) -> anyhow::Result<()> {
        cotejo_httpkit::program::install_tls();
        let running = self.place.open()?.running()?;
        println!("{}", run(&running).await?);
        Ok(())
    }
}

/// Makes a check over HTTP and tells how it went, in one line.
pub async fn run(running: &Running) -> anyhow::Result<String> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .build()?;
    let begun = Instant::now();
    let url = format!("{}/v1/checks", running.checks);
    let created = client
        .post(&url)
        .header("Truora-API-Key", &running.api_key)
        .form(&[FORM, &[("force_creation", "true")]].concat())
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .context("the check was not created")?;
    let created: Value = created.json().await.context("the answer is not JSON")?;
    let path = created["self"]
        .as_str()
        .context("the answer has no path")?
        .to_owned();
    loop {
        let answer = client
            .get(format!("{}{path}", running.checks))
            .header("Truora-API-Key", &running.api_key);
        let answer: Value = answer.send().await?.error_for_status()?.json().await?;
        let check = &answer["check"];
        let status = check["status"].as_str().unwrap_or_default();
        if matches!(status, "completed" | "error") {
            let id = check["check_id"].as_str().unwrap_or_default();
            let name = &check["summary"]["names_found"][0];
            let (first, last) = (name["first_name"].as_str(), name["last_name"].as_str());
            let sources = check["statuses"].as_array().map_or(0, Vec::len);
            return Ok(format!(
                "{id} {status}, score {}, {} {}, {sources} source runs, {} ms",
                check["score"],
                first.unwrap_or_default(),
                last.unwrap_or_default(),
                begun.elapsed().as_millis(),
            ));
        }
        if begun.elapsed() > PATIENCE {
            bail!(
                "the check is still {status} after {} s: is a worker running?",
                PATIENCE.as_secs()
            );
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
