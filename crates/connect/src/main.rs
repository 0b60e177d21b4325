//! `cotejo-connect`: the digital identity API as a program of its own.

use cotejo_httpkit::program::Program;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Program {
        name: "cotejo-connect",
        port: cotejo_connect::PORT,
    }
    .serve(cotejo_connect::service)
    .await
}
