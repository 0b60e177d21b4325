//! `cotejo keys`

use anyhow::{Context as _, bail};
use cotejo_app::keys::NewKey;
use cotejo_domain::permissions::Permission;

use super::print_table;
use crate::cli::Keys;

/// Runs the command.
pub async fn run(command: Keys) -> anyhow::Result<()> {
    match command {
        Keys::Create {
            name,
            client,
            api_key_version,
            permissions,
            place,
        } => {
            let app = place.open()?.app()?;
            let permissions = read_permissions(&permissions)?;
            let client = app
                .find_client(&client)
                .await
                .context("the client cannot be used")?;
            let key = NewKey {
                client,
                name,
                version: api_key_version,
                permissions,
                billing_hub: None,
            };
            let (_, token) = app.create_key(key).await.context("the key was not created")?;
            eprintln!("this token is shown once and stored nowhere:");
            println!("{}", token.0);
        }
        Keys::List { client, place } => {
            let app = place.open()?.app()?;
            let client = app
                .find_client(&client)
                .await
                .context("the client cannot be used")?;
            let keys = app
                .list_keys(&client)
                .await
                .context("the keys cannot be listed")?;
            let rows: Vec<_> = keys
                .into_iter()
                .map(|key| {
                    let state = if key.revoked.is_some() { "revoked" } else { "live" };
                    let permissions: Vec<String> = key.permissions.iter().map(ToString::to_string).collect();
                    vec![
                        key.name,
                        key.key_type.to_string(),
                        key.version.to_string(),
                        state.to_owned(),
                        key.expires.rfc3339_seconds(),
                        permissions.join(" "),
                    ]
                })
                .collect();
            print_table(
                &["NAME", "TYPE", "VERSION", "STATE", "EXPIRES", "PERMISSIONS"],
                &rows,
            );
        }
        Keys::Revoke { name, client, place } => {
            let app = place.open()?.app()?;
            let client = app
                .find_client(&client)
                .await
                .context("the client cannot be used")?;
            app.revoke_key(&client, &name)
                .await
                .context("the key was not revoked")?;
            println!("revoked {name}");
        }
    }
    Ok(())
}

fn read_permissions(texts: &[String]) -> anyhow::Result<Vec<Permission>> {
    if texts.is_empty() {
        return Ok(vec![Permission::Administrator]);
    }
    let mut permissions = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(permission) => permissions.push(permission),
            Err(_) => {
                let known: Vec<&str> = Permission::ALL
                    .iter()
                    .map(|permission| permission.as_str())
                    .collect();
                bail!("{text} is no permission; there are {}", known.join(", "));
            }
        }
    }
    Ok(permissions)
}
