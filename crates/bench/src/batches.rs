//! Work in bulk, on a stack of its own: a batch from upload to report, documents, and continuous checks that fall due.

use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use cotejo_domain::batches::{TableFormat, Tables as _};
use cotejo_reports::Sheets;
use reqwest::Client;
use serde_json::Value;

use crate::stack::{Running, peak_mib};

/// Checks that are watched while the clock is moved.
const WATCHED: u32 = 2_000;

/// Documents that are made.
const DOCUMENTS: usize = 40;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// A stack and who calls it.
struct Stack {
    running: Running,
    http: Client,
    checks: String,
    account: String,
    key: String,
}

/// Measures a batch of so many rows, then the rest, on a fresh stack.
pub async fn measure(rows: u32, port_base: u16) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("cotejo-bench-batches-{}", std::process::id()));
    let stack = Stack::start(port_base, &folder).await?;
    let measured = measure_on(&stack, rows).await;
    drop(stack);
    drop(std::fs::remove_dir_all(&folder));
    measured
}

async fn measure_on(stack: &Stack, rows: u32) -> anyhow::Result<()> {
    let begun = Instant::now();
    let batch = stack.batch(rows, 100_000, &[]).await?;
    let carried_out = begun.elapsed();
    let report = stack.report(&batch).await?;
    let whole = begun.elapsed();
    println!(
        "batch    {rows} rows: {:.0} checks/s from upload to the last check (target 150), {:.0}/s with its report of {} kB; \
         peak of the whole stack without Postgres {:.0} MiB (target 200)",
        f64::from(rows) / carried_out.as_secs_f64(),
        f64::from(rows) / whole.as_secs_f64(),
        report / 1024,
        peak_mib(stack.running.pid())
    );
    stack.documents().await?;
    stack.due().await
}

impl Stack {
    async fn start(port_base: u16, folder: &std::path::Path) -> anyhow::Result<Self> {
        let (base, folder) = (port_base.to_string(), folder.display().to_string());
        let args = ["up", "--json", "--port-base", &base, "--data-dir", &folder];
        let mut running = Running::start("cotejo", &args, &[])?;
        let told: Value =
            serde_json::from_str(&running.first_line()?).context("cotejo did not become ready")?;
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            running,
            http: Client::builder().build()?,
            checks: text("checks"),
            account: text("account"),
            key: text("api_key"),
        })
    }

    async fn post(&self, url: &str, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        let request = self.http.post(url).header("Truora-API-Key", &self.key).form(form);
        let answer = request.send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}{path}", self.checks));
        let answer = request.header("Truora-API-Key", &self.key).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Carries out a batch; returns its path.
    async fn batch(&self, rows: u32, from: u64, more: &[(&str, &str)]) -> anyhow::Result<String> {
        let mut form = vec![
            ("service", "checks"),
            ("type", "person"),
            ("country", "CO"),
            ("user_authorized", "true"),
            ("columns_mapping.national_id", "0"),
        ];
        form.extend_from_slice(more);
        let made = self.post(&format!("{}/v1/batches", self.checks), &form).await?;
        let link = made["file_upload_link"].as_str().context("no link")?;
        // The last four digits stay: some of them choose a scenario of the sandbox.
        let people = (from..from + u64::from(rows)).map(|n| vec![(n * 10_000 + 7).to_string()]);
        let mut file = Sheets.write(
            TableFormat::Xlsx,
            &["national_id".to_owned()],
            &mut people.into_iter(),
        )?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        self.http.put(link).body(bytes).send().await?.error_for_status()?;
        let path = format!("/v1/batches/{}", made["batch_id"].as_str().unwrap_or_default());
        self.post(&format!("{}{path}/start", self.checks), &[]).await?;
        let begun = Instant::now();
        loop {
            let now = self.get(&path).await?;
            match now["status"].as_str() {
                Some("completed") if now["failed"] == 0 => return Ok(path),
                Some("in_progress") if begun.elapsed() < PATIENCE => {}
                _ => bail!("the batch came to {now}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Has a report made; returns its length in bytes.
    async fn report(&self, batch: &str) -> anyhow::Result<usize> {
        let url = format!("{}{batch}/report", self.checks);
        self.post(&url, &[("format", "xlsx")]).await?;
        self.wait_for(&url).await
    }

    /// Waits for a file; returns its length in bytes.
    async fn wait_for(&self, url: &str) -> anyhow::Result<usize> {
        let begun = Instant::now();
        loop {
            let answer = self
                .http
                .get(url)
                .header("Truora-API-Key", &self.key)
                .send()
                .await?;
            if answer.status().is_success() {
                return Ok(answer.bytes().await?.len());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{url} is not there");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Documents of checks, one after the other: each is three, in three languages.
    async fn documents(&self) -> anyhow::Result<()> {
        let page = self.get("/v1/checks").await?;
        let checks: Vec<&str> = page["checks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|check| check["check_id"].as_str())
            .collect();
        let mut waits = Vec::new();
        for check in checks.iter().take(DOCUMENTS) {
            let url = format!("{}/v1/checks/{check}/pdf", self.checks);
            let begun = Instant::now();
            self.post(&url, &[]).await?;
            self.wait_for(&url).await?;
            waits.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        waits.sort_by(f64::total_cmp);
        println!(
            "pdf      {} checks: {:.0} ms (median), {:.0} ms (slowest) from POST to three documents",
            waits.len(),
            waits[waits.len() / 2],
            waits[waits.len() - 1]
        );
        Ok(())
    }

    /// Continuous checks that all fall due on the same day.
    async fn due(&self) -> anyhow::Result<()> {
        self.batch(WATCHED, 900_000, &[("frequency", "daily")]).await?;
        let clock = format!("{}/v1/sandbox/clock", self.account);
        let begun = Instant::now();
        self.post(&clock, &[("advance", "1d")]).await?;
        loop {
            let request = self.http.get(&clock).header("Truora-API-Key", &self.key);
            let now: Value = request.send().await?.error_for_status()?.json().await?;
            if now["status"] == "done" {
                break;
            }
            if begun.elapsed() > PATIENCE {
                bail!("the clock does not arrive: {now}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        println!(
            "due      {WATCHED} continuous checks of one day: {:.0} runs/s, finished and compared",
            f64::from(WATCHED) / begun.elapsed().as_secs_f64()
        );
        Ok(())
    }
}
