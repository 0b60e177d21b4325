//! `cargo xtask vision`: measures the reading of documents and faces, and writes `docs/vision.md`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::run;

/// Measure the reading of made-up papers, and write docs/vision.md
#[derive(Debug, Args)]
pub struct Vision {
    /// Folder of the networks, outside the checkout [default: ~/.cache/cotejo/models]
    #[arg(long, env = "COTEJO_MODELS", value_name = "DIR")]
    models: Option<PathBuf>,
    /// Library of ONNX Runtime; without it only rten is measured
    #[arg(long, env = "ORT_DYLIB_PATH", value_name = "FILE")]
    library: Option<PathBuf>,
    /// Home of the default folder
    #[arg(long, env = "HOME", hide = true)]
    home: Option<PathBuf>,
    /// Papers of each kind in each condition
    #[arg(long, default_value_t = 2)]
    papers: u64,
}

/// Runs it, optimized: it is about time, too.
pub fn run(task: &Vision) -> anyhow::Result<()> {
    let models = match (&task.models, &task.home) {
        (Some(models), _) => models.clone(),
        (None, home) => home
            .as_ref()
            .context("there is no HOME to put the networks into: use --models")?
            .join(".cache/cotejo/models"),
    };
    // Faces of people are never in the checkout either.
    let faces = models.parent().unwrap_or(Path::new(".")).join("faces");
    let (models, faces) = (models.display().to_string(), faces.display().to_string());
    let papers = task.papers.to_string();
    let mut args = vec!["run", "--release", "--bin", "cotejo-papers", "--", "report"];
    args.extend([
        "--models",
        &models,
        "--faces",
        &faces,
        "--papers",
        &papers,
        "--out",
        "docs/vision.md",
    ]);
    let library = task.library.as_ref().map(|library| library.display().to_string());
    if let Some(library) = &library {
        args.extend(["--library", library]);
    }
    run::cargo(&args, &[])
}
