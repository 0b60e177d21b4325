//! `cotejo audit`

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use cotejo_app::App;
use cotejo_domain::{
    audit::{Checkpoint, Line, Report, Verifier},
    clients::Client,
    ids::{Ids as _, SystemIds},
};
use cotejo_httpkit::program;

use crate::cli::{Audit, Place};

/// Longest line of an export; a longer one is none of ours.
const LONGEST_LINE: u64 = 64 * 1024;

/// Runs the command.
pub async fn run(command: Audit) -> anyhow::Result<()> {
    match command {
        Audit::Verify {
            what,
            keys,
            known,
            client,
            json,
            place,
        } => {
            let known = known.as_deref().map(read_checkpoint).transpose()?;
            let reports = match what.as_deref() {
                Some(path) if !is_database(path) => vec![verify_file(Path::new(path), keys, known)?],
                database => verify_database(database, &place, keys, known, client.as_deref()).await?,
            };
            tell(&reports, json)
        }
        Audit::Export {
            client,
            output,
            place,
        } => {
            let app = place.open()?.app()?;
            let client = app
                .find_client(&client)
                .await
                .context("the client cannot be used")?;
            export(&app, &client, output).await
        }
        Audit::Key { place } => {
            for key in place
                .open()?
                .app()?
                .audit_keys()
                .context("the keys cannot be made")?
            {
                println!("{key}");
            }
            Ok(())
        }
    }
}

fn is_database(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

/// The last checkpoint of a file: an earlier export, or a checkpoint that was kept alone.
fn read_checkpoint(path: &Path) -> anyhow::Result<Checkpoint> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let checkpoints = text.lines().rev().filter_map(|line| match line.parse() {
        Ok(Line::Checkpoint(checkpoint)) => Some(checkpoint),
        _ => None,
    });
    let mut checkpoints = checkpoints;
    checkpoints
        .next()
        .with_context(|| format!("{} holds no checkpoint", path.display()))
}

fn verify_file(path: &Path, keys: Vec<String>, known: Option<Checkpoint>) -> anyhow::Result<Report> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut reader = BufReader::new(file);
    let mut verifier = Verifier::new(keys, known);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut reader, LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        if read == 0 {
            return Ok(verifier.finish());
        }
        let text = String::from_utf8_lossy(&line);
        // What is wrong with a line is in the report.
        let _ = verifier.push(text.trim_end_matches('\n'));
    }
}

/// Verifies the trails of a database: of one client, or of all.
async fn verify_database(
    url: Option<&str>,
    place: &Place,
    keys: Vec<String>,
    known: Option<Checkpoint>,
    client: Option<&str>,
) -> anyhow::Result<Vec<Report>> {
    let app = match url {
        None => place.open()?.app()?,
        // Nothing is signed or opened here, so that any keys will do.
        Some(url) => {
            program::install_tls();
            App::reading(url, SystemIds.secret()).context("the database cannot be used")?
        }
    };
    let keys = if keys.is_empty() && url.is_none() {
        app.audit_keys().context("the keys cannot be made")?
    } else {
        keys
    };
    let clients = match (client, &known) {
        (Some(client), _) => vec![
            app.find_client(client)
                .await
                .context("the client cannot be used")?,
        ],
        (None, Some(known)) => vec![
            app.find_client(&known.client.to_string())
                .await
                .context("the client of the known checkpoint cannot be used")?,
        ],
        (None, None) => app.list_clients().await.context("the clients cannot be read")?,
    };
    let mut reports = Vec::with_capacity(clients.len());
    for client in clients {
        let mut verifier = Verifier::new(keys.clone(), known.clone());
        let mut trail = app.audit_trail(&client);
        while let Some(lines) = app
            .audit_lines(&mut trail)
            .await
            .context("the trail cannot be read")?
        {
            for line in lines.lines() {
                let _ = verifier.push(line);
            }
        }
        reports.push(Report {
            client: Some(client.id),
            ..verifier.finish()
        });
    }
    Ok(reports)
}

fn tell(reports: &[Report], json: bool) -> anyhow::Result<()> {
    for report in reports {
        if json {
            println!("{}", serde_json::to_string(report)?);
            continue;
        }
        let client = report
            .client
            .map_or_else(|| "nobody".to_owned(), |client| client.to_string());
        let vouched = report.vouched_until.unwrap_or(0);
        println!(
            "{client}: {} entries, {} checkpoints, vouched for until entry {vouched}, {} behind it",
            report.entries, report.checkpoints, report.tail
        );
        for fault in &report.faults {
            println!("  {fault}");
        }
    }
    if reports.iter().any(|report| !report.faults.is_empty()) {
        bail!("the trail is not as it was written");
    }
    Ok(())
}

async fn export(app: &App, client: &Client, output: Option<PathBuf>) -> anyhow::Result<()> {
    let mut out: Box<dyn std::io::Write> = match &output {
        None => Box::new(std::io::stdout().lock()),
        Some(path) => {
            Box::new(File::create_new(path).with_context(|| format!("{} cannot be made", path.display()))?)
        }
    };
    let mut trail = app
        .export_audit(client)
        .await
        .context("the trail cannot be read")?;
    while let Some(lines) = app
        .audit_lines(&mut trail)
        .await
        .context("the trail cannot be read")?
    {
        out.write_all(lines.as_bytes())
            .context("the export cannot be written")?;
    }
    out.flush().context("the export cannot be written")
}
