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
            let clients = place
                .open()?
                .app()?
                .list_clients()
                .await
                .context("the clients cannot be listed")?;
            let rows: Vec<_> = clients
                .into_iter()
                .map(|client| vec![client.id.to_string(), client.kind.to_string(), client.name])
                .collect();
            print_table(&["ID", "KIND", "NAME"], &rows);
        }
    }
    Ok(())
}
