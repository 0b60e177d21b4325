//! Logs and metrics of a program.

use std::sync::OnceLock;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::env;

/// Starts logging to standard error: `COTEJO_LOG` is a filter (`info`), `COTEJO_LOG_FORMAT` is `text` or `json`.
pub fn start_logging(default_filter: &str) -> anyhow::Result<()> {
    let filter = env::text("COTEJO_LOG").unwrap_or_else(|| default_filter.to_owned());
    let filter = EnvFilter::try_new(filter).context("COTEJO_LOG cannot be read")?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match env::text("COTEJO_LOG_FORMAT").as_deref() {
        Some("json") => builder.json().init(),
        _ => builder.init(),
    }
    Ok(())
}

/// Starts collecting metrics; the handle renders them. A second start in one process gets the first one's.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets(&[
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
        ])
        .context("the buckets of histograms")?
        .set_buckets_for_metric(
            Matcher::Full("cotejo_gathered".to_owned()),
            &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0],
        )
        .context("the buckets of gathered requests")?
        .install_recorder()
        .context("metrics could not be started")?;
    Ok(HANDLE.get_or_init(|| handle).clone())
}
