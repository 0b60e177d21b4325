//! `cotejo`: the whole stack in one process, and the command line.

mod cli;
mod commands;
mod data_dir;

use clap::Parser as _;

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match cli::Cli::parse().run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        // Whoever reads the output has seen enough of it (`cotejo … | head`).
        Err(error) if is_broken_pipe(&error) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cotejo: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
