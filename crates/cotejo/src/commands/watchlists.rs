//! `cotejo watchlists`

use std::path::Path;

use anyhow::{Context as _, bail};
use cotejo_app::{
    App,
    watchlists::{LoadOutcome, find_lists, read_list},
};
use indicatif::{ProgressBar, ProgressStyle};

use super::print_table;
use crate::cli::Watchlists;

/// Runs the command.
pub async fn run(command: Watchlists) -> anyhow::Result<()> {
    match command {
        Watchlists::Load { path, place } => load(&place.open()?.app()?, &path).await,
        Watchlists::List { place } => {
            let app = place.open()?.app()?;
            let lists = app.loaded_lists().await.context("the lists cannot be read")?;
            let rows: Vec<_> = lists
                .into_iter()
                .map(|list| {
                    let loaded = list.loaded_at.format("%Y-%m-%d %H:%M UTC").to_string();
                    let published = list.published.unwrap_or_else(|| "not said".to_owned());
                    vec![list.list, list.entries.to_string(), published, loaded, list.title]
                })
                .collect();
            print_table(&["LIST", "ENTRIES", "PUBLISHED", "LOADED", "TITLE"], &rows);
            Ok(())
        }
    }
}

async fn load(app: &App, path: &Path) -> anyhow::Result<()> {
    let lists = find_lists(path)?;
    if lists.is_empty() {
        bail!(
            "{} holds no list that is known: OFAC's CSV files or the UN's XML",
            path.display()
        );
    }
    for found in lists {
        let (key, title) = (found.list, found.title);
        let list = read_list(found).with_context(|| key.to_owned())?;
        let bar = ProgressBar::new(list.entries() as u64);
        bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}")?);
        bar.set_message(key);
        let outcome = app
            .load_list(&list, |written| bar.set_position(written as u64))
            .await;
        bar.finish_and_clear();
        match outcome.with_context(|| key.to_owned())? {
            LoadOutcome::Loaded => println!("{key}: loaded {} entries ({title})", list.entries()),
            LoadOutcome::Unchanged => println!("{key}: these files are in force already"),
        }
    }
    Ok(())
}
