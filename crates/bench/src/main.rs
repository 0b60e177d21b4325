//! Our services and their yardsticks, measured in one run on one Postgres.
//!
//! Machines are noisy: read the ratios, not the rates. Ours and the yardstick alternate, medians are printed, and CPU
//! microseconds stand beside the rates. The yardstick of an operation is `pgbench -M prepared` doing the same work
//! with the same rows, bytes and indexes, and a bare axum server that answers a constant of the same size.

mod batches;
mod data;
mod deliveries;
mod identity;
mod load;
mod pgbench;
mod rounds;
mod screening;
mod stack;
mod validations;

use std::time::Duration;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask bench",
    about = "Measure our services and their yardsticks in one run"
)]
struct Bench {
    #[command(subcommand)]
    command: Option<Command>,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How often ours and the yardstick alternate
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Checks that are there before anything is measured
    #[arg(long, default_value_t = 1000)]
    checks: u32,
    /// Also measure with a million checks, to see that nothing grows with the table
    #[arg(long)]
    million: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the search of listed names: questions a second, recall against a comparison with all, bytes a name
    Screening,
    /// Measure work in bulk: a batch from upload to report, documents, continuous checks that fall due
    Batches {
        /// Rows of the batch
        #[arg(long, default_value_t = 50_000)]
        rows: u32,
    },
    /// Measure digital identity: processes through a flow, lists, searches and exports of few and many
    Identity {
        /// Processes that there are at last
        #[arg(long, default_value_t = 100_000)]
        processes: u32,
    },
    /// Serve a constant answer (the bare axum yardstick)
    #[command(hide = true)]
    Bare {
        /// Size of the answer in bytes
        bytes: usize,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let bench = Bench::parse();
    if let Some(Command::Screening) = bench.command {
        screening::measure();
        return Ok(());
    }
    cotejo_httpkit::program::install_tls();
    if let Some(Command::Bare { bytes }) = bench.command {
        return load::serve_bare(bytes).await;
    }
    if let Some(Command::Identity { processes }) = bench.command {
        return identity::measure(Duration::from_secs(bench.seconds), processes).await;
    }
    if let Some(Command::Batches { rows }) = bench.command {
        return batches::measure(rows, 16_000).await;
    }
    let measure = rounds::Measure {
        time: Duration::from_secs(bench.seconds),
        rounds: bench.rounds,
    };
    rounds::run(measure, bench.checks, bench.million).await
}
