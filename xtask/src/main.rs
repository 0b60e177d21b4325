//! `cargo xtask`: regenerates and checks what is generated; runs tests and benchmarks.

mod arrows;
mod catalogue;
mod database;
mod names;
mod newman;
mod openapi;
mod postman;
mod run;
mod sqlx_cache;
mod test;
mod vision;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    about = "Regenerates and checks what is generated; runs tests and benchmarks"
)]
enum Task {
    /// Run the tests on a throw-away Postgres; what follows goes to nextest, or to `cargo test` without it
    Test {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Renew .sqlx/ after a query or migration changed
    Sqlx {
        /// Change nothing; fail if it is out of date
        #[arg(long)]
        check: bool,
    },
    /// Renew openapi/ after an endpoint changed
    Openapi {
        /// Change nothing; fail if it is out of date
        #[arg(long)]
        check: bool,
    },
    /// Check that no crate reaches one that it may not
    Arrows,
    /// Check the catalogue of sources against the ids that were given once and for ever
    Catalogue {
        /// Note the ids of new sources
        #[arg(long)]
        write: bool,
    },
    /// Measure the comparison of names on pairs that it was not fitted on
    Names(names::Names),
    /// Measure the reading of made-up papers, and write docs/vision.md
    Vision(vision::Vision),
    /// Run the Postman collection against a stack that is started for it
    Newman,
    /// Measure our services and their yardsticks in one run
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Test { args } => test::run(&args).await,
        Task::Sqlx { check } => sqlx_cache::run(check).await,
        Task::Openapi { check } => openapi::run(check),
        Task::Arrows => arrows::run(),
        Task::Catalogue { write } => catalogue::run(write),
        Task::Names(names) => names::run(&names),
        Task::Vision(vision) => vision::run(&vision),
        Task::Newman => newman::run(),
        Task::Bench { args } => {
            let mut command = vec!["run", "--release", "--bin", "cotejo-bench", "--"];
            command.extend(args.iter().map(String::as_str));
            run::cargo(&command, &[])
        }
    }
}
