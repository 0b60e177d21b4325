//! `cotejo-worker`: the job runner as a program of its own, with health and metrics.

use cotejo_httpkit::{program, serve};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let program = program::Program {
        name: "cotejo-worker",
        port: cotejo_worker::PORT,
    };
    program.start()?;
    let app = program::app_from_env(
        12,
        Some(cotejo_worker::papers()),
        None,
        cotejo_worker::eyes::from_env(None)?,
    )?;
    let stop = CancellationToken::new();
    serve::stop_on_signals(stop.clone())?;
    let health = program::health_router(app.clone());
    let (served, ()) = tokio::join!(
        program.listen(health, stop.clone()),
        cotejo_worker::run(app, stop)
    );
    served
}
