//! `cotejo-checks`: the checks API as a program of its own.

use cotejo_httpkit::program::Program;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Program {
        name: "cotejo-checks",
        port: cotejo_checks::PORT,
    }
    .serve(cotejo_checks::service)
    .await
}
