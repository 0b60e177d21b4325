//! The commands.

pub mod audit;
pub mod clients;
pub mod demo;
pub mod doctor;
pub mod id;
pub mod jobs;
pub mod keys;
pub mod models;
pub mod names;
pub mod up;
pub mod watchlists;

use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::cli::Place;

/// `cotejo migrate`
pub async fn migrate(place: &Place) -> anyhow::Result<()> {
    place
        .open()?
        .app()?
        .migrate()
        .await
        .context("the schema was not brought up to date")?;
    println!("the schema is up to date");
    Ok(())
}

/// `cotejo health`
pub async fn health(url: &str) -> anyhow::Result<()> {
    cotejo_httpkit::program::install_tls();
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()?;
    let status = client
        .get(url)
        .send()
        .await
        .with_context(|| format!("{url} does not answer"))?
        .status();
    if !status.is_success() {
        bail!("{url} answers {status}");
    }
    Ok(())
}

/// `cotejo openapi`
pub fn openapi(service: &str) -> anyhow::Result<()> {
    println!("{}", spec(service)?);
    Ok(())
}

fn spec(service: &str) -> anyhow::Result<String> {
    match service {
        "checks" => Ok(cotejo_checks::spec().to_pretty_json()?),
        "account" => Ok(cotejo_account::spec().to_pretty_json()?),
        "validations" => Ok(cotejo_validations::spec().to_pretty_json()?),
        "connect" => Ok(cotejo_connect::spec().to_pretty_json()?),
        other => bail!("there is no API {other}"),
    }
}

/// Prints rows with aligned columns.
pub fn print_table(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells.chain([head[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    };
    line(head.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}
