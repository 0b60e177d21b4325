//! Measures reports of different checks, one after the other, as a worker draws them:
//! `cargo run --release -p cotejo-reports --example measure`.

mod made_up;

use std::time::Instant;

use cotejo_domain::{
    language::Language,
    report::{CheckReport, Entry},
};

/// How many reports of each size.
const ROUNDS: usize = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let first = Instant::now();
    cotejo_reports::check_pdf(&made_up::report(Language::Es))?;
    println!(
        "the first of the process: {:.0} ms",
        first.elapsed().as_secs_f64() * 1e3
    );
    for (name, size) in [
        ("short", Size::Short),
        ("whole", Size::Whole),
        ("300 findings", Size::Huge),
    ] {
        let mut times = Vec::new();
        let mut pdf = Vec::new();
        for round in 0..if matches!(size, Size::Huge) { 5 } else { ROUNDS } {
            let report = report(size, round);
            let start = Instant::now();
            pdf = cotejo_reports::check_pdf(&report)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "{name}: {} pages, {} KB, median {median:.1} ms, worst {worst:.1} ms, peak memory {} MiB",
            pages(&pdf),
            pdf.len() / 1000,
            peak()
        );
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Size {
    Short,
    Whole,
    Huge,
}

/// A report of somebody else each round, so that nothing but the templates is remembered from the one before.
fn report(size: Size, round: usize) -> CheckReport {
    let mut report = made_up::report(Language::Es);
    report.check_id = format!("CHK{round:032x}");
    report.cover.subject = format!("{} {round}", report.cover.subject);
    report.digest = format!("{} {round}", report.digest);
    if matches!(size, Size::Short) {
        report.chapters.truncate(2);
        report.silent.truncate(2);
    }
    let other = |entry: &mut Entry| {
        entry.named = format!("{} {round}", entry.named);
        let cells = entry
            .tables
            .iter_mut()
            .flat_map(|sheet| sheet.rows.iter_mut().flatten());
        cells.for_each(|cell| *cell = format!("{cell} {round}"));
    };
    for chapter in &mut report.chapters {
        chapter.entries.iter_mut().for_each(other);
    }
    if matches!(size, Size::Huge) {
        let found = report.chapters[1].entries.clone();
        let more = found.iter().cycle().take(300).cloned().enumerate();
        report.chapters[1].entries = more
            .map(|(i, entry)| Entry {
                source: format!("{} {}", entry.source, i % 60),
                ..entry
            })
            .collect();
    }
    report
}

/// How many pages the file says that it has.
fn pages(pdf: &[u8]) -> String {
    let text = String::from_utf8_lossy(pdf);
    let count = text.split_once("/Type/Pages/Count ").map(|(_, rest)| rest);
    let digits = count.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    digits.unwrap_or_else(|| "?".to_owned())
}

/// The most memory that the process had so far, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: Option<u64> = peak.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok());
    kibibytes.map_or_else(|| "?".to_owned(), |peak| (peak / 1024).to_string())
}
