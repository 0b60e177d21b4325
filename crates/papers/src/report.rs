//! `docs/vision.md`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};
use clap::Args;
use cotejo_papers::{
    camera::Condition,
    canvas::{Fonts, Style},
    cards::{ALL, Press},
    chance::Chance,
    cost::Cost,
    faces::sitters,
    measure::{Counts, Measured},
    people::Person,
};
use cotejo_vision::models::{FILES, Models, Source};
use image::codecs::jpeg::JpegEncoder;
use serde::de::DeserializeOwned;

/// Measures everything and writes the report.
#[derive(Debug, Args)]
pub struct Report {
    /// Folder of the networks
    #[arg(long, env = "COTEJO_MODELS")]
    models: PathBuf,
    /// Folder of the faces, which are brought from PyPI
    #[arg(long)]
    faces: PathBuf,
    /// Library of ONNX Runtime; without it only rten is measured
    #[arg(long, env = "ORT_DYLIB_PATH")]
    library: Option<PathBuf>,
    /// Papers of each kind in each condition
    #[arg(long, default_value_t = 2)]
    papers: u64,
    /// The file
    #[arg(long)]
    out: PathBuf,
}

/// A runtime and what was measured with it.
struct Run {
    name: &'static str,
    measured: Measured,
    cost: Cost,
}

impl Report {
    /// Measures and writes.
    pub fn run(&self) -> anyhow::Result<()> {
        Models::fetch(&self.models, &Source::Registries, false, &mut |step| {
            eprintln!("{step}")
        })?;
        let samples = self.samples()?;
        // They read alike: where both are there, the faster one reads all, and the other enough to see that it is so.
        let mut runs = Vec::new();
        if let Some(library) = &self.library {
            runs.push(self.measure("ONNX Runtime", Some(library), &samples, None)?);
        }
        let some = self.library.as_ref().map(|_| Condition::Perspective.name());
        runs.push(self.measure("rten", None, &samples, some)?);
        fs::remove_dir_all(&samples)?;
        let text = write(&runs, self.papers)?;
        fs::write(&self.out, text).with_context(|| self.out.display().to_string())?;
        println!("{} was written", self.out.display());
        Ok(())
    }

    /// A document and a selfie, as files.
    fn samples(&self) -> anyhow::Result<PathBuf> {
        let folder = self.faces.join("samples");
        fs::create_dir_all(&folder)?;
        let sitters = sitters(&self.faces)?;
        let [_, portrait, selfie, ..] = sitters.as_slice() else {
            bail!("there are too few faces");
        };
        let fonts = Fonts::of(Style::Report)?;
        let portrait = image::open(&portrait.file)?.into_rgb8();
        let press = Press {
            fonts: &fonts,
            style: Style::Report,
            portrait: Some(&portrait),
        };
        let paper = ALL[0](&press, Person::new(4_711));
        let mut chance = Chance::new(4_711);
        for (name, side) in [("front", Some(&paper.front)), ("back", paper.back.as_ref())] {
            let side = side.context("the paper has one side")?;
            let mut jpeg = Vec::new();
            let picture = Condition::Perspective.photograph(side, &mut chance);
            JpegEncoder::new_with_quality(&mut jpeg, 88).encode_image(&picture)?;
            fs::write(folder.join(format!("{name}.jpg")), jpeg)?;
        }
        fs::copy(&selfie.file, folder.join("selfie.jpg"))?;
        Ok(folder)
    }

    fn measure(
        &self,
        name: &'static str,
        library: Option<&Path>,
        samples: &Path,
        only: Option<&str>,
    ) -> anyhow::Result<Run> {
        eprintln!("measuring with {name}");
        let sample = |name: &str| samples.join(name).display().to_string();
        let (front, back, selfie) = (sample("front.jpg"), sample("back.jpg"), sample("selfie.jpg"));
        let cost = self.child(
            library,
            &["cost", "--front", &front, "--back", &back, "--selfie", &selfie],
        )?;
        let (faces, papers) = (self.faces.display().to_string(), self.papers.to_string());
        let mut args = vec![
            "measure",
            "--report",
            "--verbose",
            "--faces",
            &faces,
            "--papers",
            &papers,
        ];
        if let Some(only) = only {
            args.extend(["--condition", only]);
        }
        let measured = self.child(library, &args)?;
        Ok(Run { name, measured, cost })
    }

    /// Each runtime gets a process of its own: what was resident stays counted, and a library once loaded stays loaded.
    fn child<T: DeserializeOwned>(&self, library: Option<&Path>, args: &[&str]) -> anyhow::Result<T> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(args)
            .arg("--models")
            .arg(&self.models)
            .stderr(Stdio::inherit());
        if let Some(library) = library {
            command.arg("--library").arg(library);
        }
        let output = command.output().context("a measurement did not start")?;
        if !output.status.success() {
            bail!("a measurement failed");
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

const HEAD: &str = include_str!("report_head.md");
const TAIL: &str = include_str!("report_tail.md");

fn write(runs: &[Run], papers: u64) -> anyhow::Result<String> {
    let mut text = HEAD.replace("{papers}", &papers.to_string());
    for run in runs {
        writeln!(text, "\n## What was read, with {}\n", run.name)?;
        text.push_str(&reading(&run.measured)?);
        writeln!(text, "\n### Faces on the papers\n")?;
        text.push_str(&faces(&run.measured)?);
    }
    writeln!(text, "\n## What it takes\n")?;
    text.push_str(&costs(runs)?);
    writeln!(
        text,
        "\n## Networks\n\n| network | what it does | package | licence |\n| --- | --- | --- | --- |"
    )?;
    for file in FILES {
        writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            file.name,
            file.purpose,
            file.origin(),
            file.licence
        )?;
    }
    text.push_str(TAIL);
    Ok(text)
}

fn share(part: u32, all: u32) -> String {
    if all == 0 {
        return "–".to_owned();
    }
    format!("{:.1} %", 100.0 * f64::from(part) / f64::from(all))
}

fn reading(measured: &Measured) -> anyhow::Result<String> {
    let mut text = String::from(
        "| condition | fields | exact | but for accents and blanks | zones: digits agree | zones: every letter | PDF417 | QR | passed | declined for |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut row = |name: &str, counts: &Counts| {
        let declined: Vec<_> = counts
            .declined
            .iter()
            .map(|(reason, count)| format!("{reason} {count}"))
            .collect();
        writeln!(
            text,
            "| {name} | {} | {} | {} | {}/{} | {}/{} | {}/{} | {}/{} | {}/{} | {} |",
            counts.fields,
            share(counts.exact, counts.fields),
            share(counts.loose, counts.fields),
            counts.zones_agree,
            counts.zones,
            counts.zones_read,
            counts.zones,
            counts.pdf417_read,
            counts.pdf417,
            counts.qr_read,
            counts.qr,
            counts.passed,
            counts.papers,
            declined.join(", "),
        )
    };
    let mut all = Counts::default();
    for (name, counts) in &measured.conditions {
        row(name, counts)?;
        all.fields += counts.fields;
        all.exact += counts.exact;
        all.loose += counts.loose;
        all.zones += counts.zones;
        all.zones_read += counts.zones_read;
        all.zones_agree += counts.zones_agree;
        all.pdf417 += counts.pdf417;
        all.pdf417_read += counts.pdf417_read;
        all.qr += counts.qr;
        all.qr_read += counts.qr_read;
        all.papers += counts.papers;
        all.passed += counts.passed;
    }
    row("**all**", &all)?;
    Ok(text)
}

fn faces(measured: &Measured) -> anyhow::Result<String> {
    let mut text = String::from(
        "| condition | found | same person: pairs, least, median | others: pairs, most, median | refused at 0.45 | let through at 0.45 | refused at 0.36 | let through at 0.36 |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut all = Counts::default();
    let mut row = |name: &str, counts: &Counts| {
        let (mut same, mut other) = (counts.genuine.clone(), counts.impostor.clone());
        same.sort_by(f32::total_cmp);
        other.sort_by(f32::total_cmp);
        let at = |values: &[f32], at: usize| values.get(at).copied().unwrap_or(f32::NAN);
        let below = |limit: f32| same.iter().filter(|cosine| **cosine < limit).count();
        let above = |limit: f32| other.iter().filter(|cosine| **cosine >= limit).count();
        writeln!(
            text,
            "| {name} | {}/{} | {}, {:.3}, {:.3} | {}, {:.3}, {:.3} | {} | {} | {} | {} |",
            counts.faces,
            counts.papers,
            same.len(),
            at(&same, 0),
            at(&same, same.len() / 2),
            other.len(),
            at(&other, other.len().saturating_sub(1)),
            at(&other, other.len() / 2),
            below(0.45),
            above(0.45),
            below(0.36),
            above(0.36),
        )
    };
    for (name, counts) in &measured.conditions {
        row(name, counts)?;
        all.faces += counts.faces;
        all.papers += counts.papers;
        all.genuine.extend(&counts.genuine);
        all.impostor.extend(&counts.impostor);
    }
    row("**all**", &all)?;
    Ok(text)
}

fn costs(runs: &[Run]) -> anyhow::Result<String> {
    let mut text = String::from(
        "Milliseconds of processor on one thread; a front and a back of Colombia's card by hand (1,600 x 1,200), and a selfie.\n\n| runtime | loading | three pictures checked | front | back | face on the card | face in the selfie | document and selfie | most memory |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for run in runs {
        let cost = &run.cost;
        let all = cost.pictures_ms + cost.front_ms + cost.back_ms + cost.portrait_ms + cost.selfie_ms;
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} MiB |",
            run.name,
            cost.open_ms,
            cost.pictures_ms,
            cost.front_ms,
            cost.back_ms,
            cost.portrait_ms,
            cost.selfie_ms,
            all,
            cost.peak_mib
        )?;
    }
    writeln!(
        text,
        "\nA side of all papers and conditions, on average:\n\n| runtime | a side | most memory, papers made in the same process |\n| --- | --- | --- |"
    )?;
    for run in runs {
        let (mut sum, mut sides) = (0, 0);
        for (_, counts) in &run.measured.conditions {
            sum += counts.cpu_ms_a_side * u64::from(counts.sides);
            sides += u64::from(counts.sides);
        }
        writeln!(
            text,
            "| {} | {} ms | {} MiB |",
            run.name,
            sum / sides.max(1),
            run.measured.peak_mib
        )?;
    }
    Ok(text)
}
