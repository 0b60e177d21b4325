//! `cotejo-validations`: the validations API as a program of its own.

use cotejo_httpkit::program::Program;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Program {
        name: "cotejo-validations",
        port: cotejo_validations::PORT,
    }
    .serve(cotejo_validations::service)
    .await
}
