//! Measures what is read of made-up papers, and writes `docs/vision.md` (`cargo xtask vision`).

mod report;

use std::path::PathBuf;

use clap::{Args, Parser};
use cotejo_papers::{
    camera::Condition,
    canvas::Style,
    cost,
    faces::sitters,
    machine,
    measure::{Measured, Series, measure},
};
use cotejo_vision::{
    Vision,
    models::{Models, Source},
    runtime::Engine,
};

#[derive(Debug, Parser)]
enum Task {
    /// Fetch what is missing, measure everything, and write the report
    Report(report::Report),
    /// Read a series of papers and print what was counted
    Measure(Measure),
    /// Read one document and one selfie in a process of their own, and print what that took
    Cost(Cost),
}

/// What every task needs.
#[derive(Debug, Clone, Args)]
struct Means {
    /// Folder of the networks
    #[arg(long, env = "COTEJO_MODELS")]
    models: PathBuf,
    /// Library of ONNX Runtime; rten where none is named
    #[arg(long)]
    library: Option<PathBuf>,
}

impl Means {
    fn vision(&self) -> anyhow::Result<Vision> {
        Models::fetch(&self.models, &Source::Registries, false, &mut |step| {
            eprintln!("{step}")
        })?;
        let models = Models::open(&self.models)?;
        // One thread, so that what it takes of a processor can be compared.
        Ok(Vision::open(&models, &Engine::choose(self.library.clone(), 1))?)
    }
}

#[derive(Debug, Args)]
struct Measure {
    #[command(flatten)]
    means: Means,
    /// Folder of the faces; no portraits where none is named
    #[arg(long)]
    faces: Option<PathBuf>,
    /// Papers of each kind in each condition
    #[arg(long, default_value_t = 1)]
    papers: u64,
    /// The letters, places and people that are reported on, rather than those that were tuned by
    #[arg(long)]
    report: bool,
    /// Only conditions whose name begins so
    #[arg(long)]
    condition: Option<String>,
    /// Tell each fault
    #[arg(long)]
    verbose: bool,
}

#[derive(Debug, Args)]
struct Cost {
    #[command(flatten)]
    means: Means,
    /// Front of a document
    #[arg(long)]
    front: PathBuf,
    /// Its back
    #[arg(long)]
    back: PathBuf,
    /// Somebody's face
    #[arg(long)]
    selfie: PathBuf,
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Report(report) => report.run(),
        Task::Measure(task) => {
            println!("{}", serde_json::to_string(&task.run()?)?);
            Ok(())
        }
        Task::Cost(task) => {
            let cost = cost::of(|| task.means.vision(), &task.front, &task.back, &task.selfie)?;
            println!("{}", serde_json::to_string(&cost)?);
            Ok(())
        }
    }
}

impl Measure {
    fn run(&self) -> anyhow::Result<Measured> {
        let vision = self.means.vision()?;
        let sitters = self
            .faces
            .as_deref()
            .map(sitters)
            .transpose()?
            .unwrap_or_default();
        let (style, first_seed) = if self.report {
            (Style::Report, 1_000)
        } else {
            (Style::Tuning, 1)
        };
        let series = Series {
            style,
            first_seed,
            papers: self.papers,
            sitters: &sitters,
            verbose: self.verbose,
        };
        let wanted = |condition: &Condition| {
            let name = condition.name();
            self.condition
                .as_ref()
                .is_none_or(|wanted| name.starts_with(wanted.as_str()))
        };
        let mut measured = Measured::default();
        for condition in Condition::ALL.into_iter().filter(wanted) {
            let counts = measure(&vision, &series, condition)?;
            eprintln!(
                "{}: {}/{} fields ({} loosely), zones {}/{}, PDF417 {}/{}, QR {}/{}, passed {}/{} {:?}, {} ms a side",
                condition.name(),
                counts.exact,
                counts.fields,
                counts.loose,
                counts.zones_agree,
                counts.zones,
                counts.pdf417_read,
                counts.pdf417,
                counts.qr_read,
                counts.qr,
                counts.passed,
                counts.papers,
                counts.declined,
                counts.cpu_ms_a_side
            );
            measured.conditions.push((condition.name().to_owned(), counts));
        }
        measured.peak_mib = machine::peak_mib();
        Ok(measured)
    }
}
