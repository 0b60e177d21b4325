//! `cotejo-account`: the account API as a program of its own.

use cotejo_httpkit::program::Program;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Program {
        name: "cotejo-account",
        port: cotejo_account::PORT,
    }
    .serve(cotejo_account::service)
    .await
}
