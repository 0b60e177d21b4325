//! Measures what is read of made-up papers.

use std::path::PathBuf;

use clap::Parser;
use cotejo_papers::{
    camera::Condition,
    canvas::Style,
    faces::sitters,
    machine,
    measure::{Series, measure},
};
use cotejo_vision::{Vision, models::Models, runtime::Engine};

#[derive(Debug, Parser)]
struct Args {
    #[arg(long)]
    models: PathBuf,
    #[arg(long)]
    faces: Option<PathBuf>,
    #[arg(long)]
    library: Option<PathBuf>,
    #[arg(long)]
    report: bool,
    #[arg(long, default_value_t = 1)]
    papers: u64,
    #[arg(long)]
    condition: Option<String>,
    #[arg(long)]
    verbose: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let vision = Vision::open(&Models::open(&args.models)?, &Engine::choose(args.library, 1))?;
    let sitters = args
        .faces
        .map(|faces| sitters(&faces))
        .transpose()?
        .unwrap_or_default();
    let (style, first_seed) = if args.report {
        (Style::Report, 1_000)
    } else {
        (Style::Tuning, 1)
    };
    for condition in Condition::ALL {
        if args
            .condition
            .as_ref()
            .is_some_and(|wanted| !condition.name().starts_with(wanted.as_str()))
        {
            continue;
        }
        let series = Series {
            style,
            first_seed,
            papers: args.papers,
            sitters: &sitters,
            verbose: args.verbose,
        };
        let c = measure(&vision, &series, condition)?;
        let low = |v: &[f32]| v.iter().copied().fold(f32::MAX, f32::min);
        let high = |v: &[f32]| v.iter().copied().fold(-9.0, f32::max);
        println!(
            "{:24} fields {}/{} loose {} zones {}/{}/{} pdf {}/{} qr {}/{} passed {}/{} {:?} faces {} g {:.3} i {:.3} cpu {} rss {}",
            condition.name(),
            c.exact,
            c.fields,
            c.loose,
            c.zones_read,
            c.zones_agree,
            c.zones,
            c.pdf417_read,
            c.pdf417,
            c.qr_read,
            c.qr,
            c.passed,
            c.papers,
            c.declined,
            c.faces,
            low(&c.genuine),
            high(&c.impostor),
            c.cpu_ms_a_side,
            machine::peak_mib()
        );
        let q: Vec<String> = (0..5)
            .map(|at| {
                let v: Vec<f32> = c.quality.iter().map(|q| q[at]).collect();
                format!("{:.2}..{:.2}", low(&v), high(&v))
            })
            .collect();
        println!("      quality {q:?}");
    }
    Ok(())
}
