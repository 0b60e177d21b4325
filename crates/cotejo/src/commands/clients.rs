//! `cotejo clients`

use anyhow::Context as _;

use super::print_table;
use crate::cli::Clients;

/// Runs the command.
pub async fn run(command: Clients) -> anyhow::Result<()> {
    match command {
        Clients::Create { name, kind, place } => {
            let client = place
                .open()?
                .app()?
                .create_client(&name, kind)
                .await
                .context("the client was not created")?;
            println!("created {} client {} ({})", client.kind, client.name, client.id);
            println!(
                "make a key for it: cotejo keys create backend --client {:?}",
                client.name
            );
        }
        Clients::List { place } => {
            let app = place.open()?.app()?;
            let mut rows = Vec::new();
            for client in app.list_clients().await.context("the clients cannot be listed")? {
                let flow = app
                    .default_flow(&client)
                    .await
                    .context("the flows cannot be read")?;
                let flow = flow.map(|flow| flow.to_string()).unwrap_or_default();
                rows.push(vec![
                    client.id.to_string(),
                    client.kind.to_string(),
                    flow,
                    client.name,
                ]);
            }
            print_table(&["ID", "KIND", "FLOW", "NAME"], &rows);
        }
    }
    Ok(())
}
