//! `cotejo watchlists`

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use cotejo_app::{
    App, AppError,
    screening::{Hit, ListBody},
    watchlists::{Change, LoadOutcome, find_lists, read_list},
};
use cotejo_domain::{
    names::{NameKind, NameMatching},
    screening::{Class, Subject, SubjectDocument},
    time::parse_duration,
};
use indicatif::{ProgressBar, ProgressStyle};

use super::print_table;
use crate::cli::Place;

/// Load, list, compare and search watchlists.
#[derive(Debug, Subcommand)]
pub enum Watchlists {
    /// Load the lists of a file, a folder or URLs; loading the same files again does nothing
    ///
    /// Known are OFAC's CSV and XML files, the UN's and the EU's XML, the UK's CSV, OpenSanctions' targets.simple.csv,
    /// and any CSV or JSON file with a mapping. A list is put in force whole or refused whole.
    Load {
        /// File or folder, or the URLs of all files of one list
        #[arg(required = true, value_name = "PATH|URL")]
        places: Vec<String>,
        /// How the columns of a CSV or JSON file are read (TOML or JSON; docs/screening.md)
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Load it again from there every so often, such as 24h; 0s ends that
        #[arg(long, value_name = "TIME", value_parser = interval)]
        every: Option<i64>,
        /// Load it although many of the entries in force are missing
        #[arg(long)]
        may_shrink: bool,
        #[command(flatten)]
        place: Place,
    },
    /// List what is loaded, how old it is and whether its reload failed
    List {
        #[command(flatten)]
        place: Place,
    },
    /// List the versions of a list, newest first
    Versions {
        /// The list, such as ofac-sdn
        list: String,
        #[command(flatten)]
        place: Place,
    },
    /// Tell what differs between two versions of a list
    Diff {
        /// The list, such as ofac-sdn
        list: String,
        /// The older version; the one before the newer one where nothing is said
        #[arg(long)]
        from: Option<i64>,
        /// The newer version; the one in force where nothing is said
        #[arg(long)]
        to: Option<i64>,
        /// Print a line of JSON an entry
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Search the lists in force for a name or a document, and explain each hit
    Search {
        /// The name
        name: Option<String>,
        /// person or org
        #[arg(long, default_value = "person", value_parser = kind)]
        kind: NameKind,
        /// Day of birth, YYYY-MM-DD
        #[arg(long)]
        born: Option<String>,
        /// Document number
        #[arg(long)]
        document: Option<String>,
        /// Only this list
        #[arg(long)]
        list: Option<String>,
        /// Print a line of JSON a hit
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
}

fn interval(text: &str) -> Result<i64, String> {
    parse_duration(text)
        .filter(|seconds| *seconds == 0 || *seconds >= 60)
        .ok_or_else(|| "must be a time of at least a minute such as 30m, 24h or 7d, or 0s".to_owned())
}

fn kind(text: &str) -> Result<NameKind, String> {
    text.parse()
        .map_err(|_| "must be person, org or vessel".to_owned())
}

/// Runs the command.
pub async fn run(command: Watchlists) -> anyhow::Result<()> {
    match command {
        Watchlists::Load {
            places,
            mapping,
            every,
            may_shrink,
            place,
        } => {
            let load = Load {
                app: place.open()?.app()?,
                mapping,
                every,
                may_shrink,
            };
            load.run(&places).await
        }
        Watchlists::List { place } => list(&place.open()?.app()?).await,
        Watchlists::Versions { list, place } => versions(&place.open()?.app()?, &list).await,
        Watchlists::Diff {
            list,
            from,
            to,
            json,
            place,
        } => diff(&place.open()?.app()?, &list, (from, to), json).await,
        Watchlists::Search {
            name,
            kind,
            born,
            document,
            list,
            json,
            place,
        } => {
            if name.is_none() && document.is_none() {
                bail!("a name or --document is needed");
            }
            let asked = Asked {
                name,
                kind,
                born,
                document,
            };
            search(&place.open()?.app()?, asked, list.as_deref(), json).await
        }
    }
}

struct Load {
    app: App,
    mapping: Option<PathBuf>,
    every: Option<i64>,
    may_shrink: bool,
}

impl Load {
    async fn run(&self, places: &[String]) -> anyhow::Result<()> {
        let fetched = self.app.fetch_list(places).await?;
        let lists = find_lists(fetched.path(), self.mapping.as_deref())?;
        // What was fetched is one list; a folder may hold several, each with its own files.
        let origins = if fetched.is_remote() && lists.len() > 1 && self.every.is_some() {
            bail!(
                "--every takes the URLs of one list; {} lists were found",
                lists.len()
            )
        } else {
            places
        };
        for found in lists {
            let key = found.list.clone();
            let list = read_list(found).with_context(|| key.clone())?;
            let bar = ProgressBar::new(list.entries() as u64);
            bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}")?);
            bar.set_message(key.clone());
            let progress = |written: usize, all: usize| {
                bar.set_length(all as u64);
                bar.set_position(written as u64);
            };
            let outcome = self.app.load_list(&list, self.may_shrink, progress).await;
            bar.finish_and_clear();
            match outcome.with_context(|| key.clone())? {
                LoadOutcome::Loaded(loaded) => println!(
                    "{key}: version {} in force, {} entries ({} new, {} changed, {} gone; {})",
                    loaded.version, loaded.entries, loaded.added, loaded.changed, loaded.removed, list.title
                ),
                LoadOutcome::Unchanged => println!("{key}: these files are in force already"),
            }
            if let Some(seconds) = self.every {
                let every = (seconds > 0).then_some(seconds);
                let places: Vec<String> = origins.iter().map(|place| absolute(place)).collect();
                self.app.reload_list_from(&list, &places, every).await?;
                match every {
                    Some(_) => println!("{key}: is loaded again every {}", spoken(seconds)),
                    None => println!("{key}: is not loaded again by itself"),
                }
            }
        }
        Ok(())
    }
}

/// A path as the worker, which runs elsewhere, has to be told it.
fn absolute(place: &str) -> String {
    if place.starts_with("http://") || place.starts_with("https://") {
        return place.to_owned();
    }
    std::fs::canonicalize(place).map_or_else(|_| place.to_owned(), |path| path.display().to_string())
}

async fn list(app: &App) -> anyhow::Result<()> {
    let lists = app.loaded_lists().await.context("the lists cannot be read")?;
    let rows: Vec<_> = lists
        .into_iter()
        .map(|list| {
            let published = if list.published.is_empty() {
                "not said".to_owned()
            } else {
                list.published
            };
            let state = match (&list.failure, list.stale) {
                (Some(failure), _) => format!("reload failed: {failure}"),
                (None, true) => "stale".to_owned(),
                (None, false) => "ok".to_owned(),
            };
            vec![
                list.list,
                list.version.to_string(),
                list.entries.to_string(),
                published,
                spoken(list.age_seconds),
                list.reload_seconds.map_or_else(|| "by hand".to_owned(), spoken),
                list.checksum.chars().take(12).collect(),
                state,
            ]
        })
        .collect();
    print_table(
        &[
            "LIST",
            "VERSION",
            "ENTRIES",
            "PUBLISHED",
            "AGE",
            "RELOAD",
            "CHECKSUM",
            "STATE",
        ],
        &rows,
    );
    Ok(())
}

/// A length of time in its largest unit.
fn spoken(seconds: i64) -> String {
    let text = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match seconds {
        ..60 => text(seconds, "second"),
        60..3600 => text(seconds / 60, "minute"),
        3600..172_800 => text(seconds / 3600, "hour"),
        _ => text(seconds / 86_400, "day"),
    }
}

async fn versions(app: &App, list: &str) -> anyhow::Result<()> {
    let rows: Vec<_> = app
        .list_versions(list, 50)
        .await?
        .into_iter()
        .map(|version| {
            vec![
                version.id.to_string(),
                version.entries.to_string(),
                version.added.to_string(),
                version.changed.to_string(),
                version.removed.to_string(),
                version.published.unwrap_or_else(|| "not said".to_owned()),
                version.loaded_at.format("%Y-%m-%d %H:%M UTC").to_string(),
            ]
        })
        .collect();
    if rows.is_empty() {
        bail!("no list {list} was ever loaded");
    }
    print_table(
        &[
            "VERSION",
            "ENTRIES",
            "NEW",
            "CHANGED",
            "GONE",
            "PUBLISHED",
            "LOADED",
        ],
        &rows,
    );
    Ok(())
}

async fn diff(
    app: &App,
    list: &str,
    (from, to): (Option<i64>, Option<i64>),
    json: bool,
) -> anyhow::Result<()> {
    let versions = app.list_versions(list, 1000).await?;
    let Some(newest) = versions.first() else {
        bail!("no list {list} was ever loaded");
    };
    let to = to.unwrap_or(newest.id);
    let before = versions.iter().map(|version| version.id).find(|id| *id < to);
    let Some(from) = from.or(before) else {
        bail!("version {to} of {list} is its first: there is nothing to compare it with");
    };
    for asked in [from, to] {
        if !versions.iter().any(|version| version.id == asked) {
            bail!("{list} has no version {asked}; see cotejo watchlists versions {list}");
        }
    }
    let mut out = io::stdout();
    let mut tell = |change: Change| {
        let told = if json {
            serde_json::to_string(&change)
                .map_err(io::Error::from)
                .and_then(|line| writeln!(out, "{line}"))
        } else {
            print_change(&mut out, &change)
        };
        told.map_err(AppError::internal)
    };
    let told = app.diff_versions(list, (from, to), &mut tell).await?;
    if !json {
        writeln!(
            out,
            "{told} entries differ between versions {from} and {to} of {list}"
        )?;
    }
    Ok(())
}

fn print_change(out: &mut impl Write, change: &Change) -> io::Result<()> {
    writeln!(out, "{:8} {}  {}", change.change, change.entry, change.name)?;
    for (name, before, after) in &change.members {
        writeln!(out, "           {name}: {before} -> {after}")?;
    }
    Ok(())
}

/// What is searched for.
struct Asked {
    name: Option<String>,
    kind: NameKind,
    born: Option<String>,
    document: Option<String>,
}

async fn search(app: &App, asked: Asked, only: Option<&str>, json: bool) -> anyhow::Result<()> {
    let subject = Subject {
        kind: asked.kind,
        name: asked.name,
        documents: asked
            .document
            .into_iter()
            .map(|number| SubjectDocument {
                class: Class::Other,
                country: None,
                number,
            })
            .collect(),
        born: asked.born,
        countries: Vec::new(),
    };
    let lists = app.loaded_lists().await?;
    let lists = lists
        .iter()
        .filter(|list| only.is_none_or(|only| list.list == only));
    let mut out = io::stdout();
    let mut found = 0;
    for list in lists {
        for hit in app.search_list(&list.list, &subject, NameMatching::Soft).await? {
            found += 1;
            if json {
                writeln!(out, "{}", hit_line(list, &hit))?;
            } else {
                print_hit(&mut out, list, &hit)?;
            }
        }
    }
    if !json {
        writeln!(out, "{found} hits")?;
    }
    Ok(())
}

fn hit_line(list: &ListBody, hit: &Hit) -> serde_json::Value {
    let judged = &hit.judged;
    serde_json::json!({
        "list": list.list, "version": list.version, "entry": hit.entry, "score": judged.score, "rule": judged.rule,
        "basis": judged.basis, "matched_name": judged.matched_name, "features": judged.features,
    })
}

fn print_hit(out: &mut impl Write, list: &ListBody, hit: &Hit) -> io::Result<()> {
    let (entry, judged) = (&hit.entry, &hit.judged);
    writeln!(
        out,
        "{:.3}  {} {}  {} ({}, by {})",
        judged.score, list.list, entry.entry_id, judged.matched_name, judged.rule, judged.basis
    )?;
    if judged.matched_name != entry.name {
        writeln!(out, "       listed as {}", entry.name)?;
    }
    let facts = [&entry.birth_dates, &entry.countries, &entry.programs].map(|facts| facts.join(", "));
    let facts: Vec<_> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    if facts.is_empty() {
        return Ok(());
    }
    writeln!(out, "       {}", facts.join(" · "))
}
