//! `cotejo-connect`: the digital identity API as a program of its own.

use std::sync::Arc;

use cotejo_httpkit::program::Program;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Program {
        name: "cotejo-connect",
        port: cotejo_connect::PORT,
    }
    .serve_with(Some(Arc::new(cotejo_reports::Zips)), cotejo_connect::service)
    .await
}
