//! `cotejo`: the whole stack in one process, and the command line.

mod cli;
mod commands;
mod data_dir;

use clap::Parser as _;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match cli::Cli::parse().run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cotejo: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
