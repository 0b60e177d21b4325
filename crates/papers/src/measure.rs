//! Reads made-up papers in every condition and counts what was read rightly.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;
use chrono::NaiveDate;
use cotejo_domain::{
    names,
    reading::{Expected, Judged, SideReading, judge},
    validations::{DeclinedReason, Field},
};
use cotejo_vision::{Vision, face::Embedding, picture::Picture};
use image::{RgbImage, codecs::jpeg::JpegEncoder};
use serde::{Deserialize, Serialize};

use crate::{
    camera::Condition,
    canvas::{Fonts, Style},
    cards::{ALL, Paper, Press},
    chance::Chance,
    faces::Sitter,
    machine,
    people::Person,
};

/// What was counted in one condition.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Fields of all papers.
    pub fields: u32,
    /// Those that were read to the letter.
    pub exact: u32,
    /// Those that were read but for accents and blanks.
    pub loose: u32,
    /// Zones that were photographed.
    pub zones: u32,
    /// Those whose check digits all agree and whose letters are all right.
    pub zones_read: u32,
    /// Those whose check digits all agree.
    pub zones_agree: u32,
    /// Stacked barcodes.
    pub pdf417: u32,
    /// Those all of whose bytes came out.
    pub pdf417_read: u32,
    /// QR codes.
    pub qr: u32,
    /// Those that came out.
    pub qr_read: u32,
    /// Papers.
    pub papers: u32,
    /// Those that the rules let pass.
    pub passed: u32,
    /// Why the others were declined.
    pub declined: BTreeMap<String, u32>,
    /// Faces on the papers that were found.
    pub faces: u32,
    /// Cosines of the face on a paper with other photographs of the same person.
    pub genuine: Vec<f32>,
    /// And of other people.
    pub impostor: Vec<f32>,
    /// Milliseconds of processor for a side, on average.
    pub cpu_ms_a_side: u64,
    /// Sides.
    pub sides: u32,
    /// What was measured of the fronts: sharpness, colour, screen, glare, light.
    pub quality: Vec<[f32; 5]>,
}

/// What was counted in all conditions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Measured {
    /// By the condition's name.
    pub conditions: Vec<(String, Counts)>,
    /// The most memory that was resident, in MiB, made-up papers and all.
    pub peak_mib: u64,
}

/// What is read.
pub struct Series<'a> {
    /// Which letters and places.
    pub style: Style,
    /// Which people: from this number on.
    pub first_seed: u64,
    /// How many papers of each kind.
    pub papers: u64,
    /// Whose faces are on them.
    pub sitters: &'a [Sitter],
    /// Whether each fault is told as it is found.
    pub verbose: bool,
}

/// The day on which the papers are judged: the same whenever it is measured.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default()
}

struct Known {
    person: &'static str,
    portrait: RgbImage,
    embedding: Embedding,
    cut: bool,
}

/// Reads the series in one condition.
pub fn measure(vision: &Vision, series: &Series<'_>, condition: Condition) -> anyhow::Result<Counts> {
    let fonts = Fonts::of(series.style)?;
    let known = series
        .sitters
        .iter()
        .map(|sitter| know(vision, sitter))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut counts = Counts::default();
    let mut cpu = 0;
    for seed in series.first_seed..series.first_seed + series.papers {
        for (at, make) in (0u64..).zip(ALL) {
            let number = seed * 100 + at;
            // Cut faces are no portraits; they are compared with, all the same.
            let portraits: Vec<_> = known.iter().filter(|known| !known.cut).collect();
            let sitter = portraits.get(usize::try_from(number % 97).unwrap_or(0) % portraits.len().max(1));
            let sitter = sitter.copied();
            let press = Press {
                fonts: &fonts,
                style: series.style,
                portrait: sitter.map(|known| &known.portrait),
            };
            let paper = make(&press, Person::new(number));
            let mut chance = Chance::new(number ^ 0x5eed);
            let front = taken(&condition.photograph(&paper.front, &mut chance))?;
            let back = paper
                .back
                .as_ref()
                .map(|back| taken(&condition.photograph(back, &mut chance)))
                .transpose()?;
            let before = machine::cpu_ms();
            let front_read = vision.read_side(front.jpeg())?;
            let back_read = back
                .as_ref()
                .map(|back| vision.read_side(back.jpeg()))
                .transpose()?;
            cpu += machine::cpu_ms() - before;
            counts.sides += 1 + u32::from(back.is_some());
            let expected = Expected {
                kind: paper.kind,
                today: today(),
                account_number: None,
                age_limit: None,
            };
            let judged = judge(&expected, &front_read, back_read.as_ref());
            let told = Told {
                paper: &paper,
                condition,
                verbose: series.verbose,
            };
            count_fields(&mut counts, &told, &judged);
            count_codes(&mut counts, &told, &front_read, back_read.as_ref());
            count_judged(&mut counts, &told, &judged);
            let quality = front_read.quality;
            counts.quality.push([
                quality.sharpness,
                quality.colour,
                quality.screen,
                quality.glare,
                quality.light,
            ]);
            if let Some(sitter) = sitter {
                count_faces(&mut counts, vision, front.jpeg(), sitter, &known)?;
            }
        }
    }
    counts.cpu_ms_a_side = cpu / u64::from(counts.sides.max(1));
    Ok(counts)
}

/// As a telephone hands it in.
fn taken(picture: &RgbImage) -> anyhow::Result<Picture> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 88).encode_image(picture)?;
    Picture::read(&jpeg).context("a picture that was just made is not read")
}

/// The upright pixels of somebody's picture.
pub fn load(file: &Path) -> anyhow::Result<Picture> {
    Picture::read(&std::fs::read(file)?).with_context(|| format!("{} is not read", file.display()))
}

fn know(vision: &Vision, sitter: &Sitter) -> anyhow::Result<Known> {
    let picture = load(&sitter.file)?;
    let faces = vision.faces(picture.jpeg())?;
    let face = faces
        .first()
        .with_context(|| format!("{} has no face", sitter.file.display()))?;
    let portrait = Vision::crop(picture.jpeg(), face.area, face.turned)?;
    Ok(Known {
        person: sitter.person,
        portrait: image::load_from_memory(&portrait)?.into_rgb8(),
        embedding: face.embedding,
        cut: sitter.file.to_string_lossy().contains("partial"),
    })
}

struct Told<'a> {
    paper: &'a Paper,
    condition: Condition,
    verbose: bool,
}

impl Told<'_> {
    fn say(&self, what: &str) {
        if self.verbose {
            eprintln!("{} / {}: {what}", self.paper.name, self.condition.name());
        }
    }
}

fn count_fields(counts: &mut Counts, told: &Told<'_>, judged: &Judged) {
    for (field, expected) in told.paper.truth.iter() {
        let read = judged.fields.get(field);
        counts.fields += 1;
        if read == Some(expected) {
            counts.exact += 1;
        }
        let plain = |text: &str| names::fold(text).replace(' ', "");
        if read.is_some_and(|read| plain(read) == plain(expected)) {
            counts.loose += 1;
        }
        if read != Some(expected) {
            told.say(&format!("{field} is {expected:?}, read {read:?}"));
        }
    }
}

fn count_codes(counts: &mut Counts, told: &Told<'_>, front: &SideReading, back: Option<&SideReading>) {
    let sides = || [Some(front), back].into_iter().flatten();
    if let Some(printed) = &told.paper.zone {
        counts.zones += 1;
        let zone = sides().find_map(|side| side.zone.as_ref());
        let agrees = zone.is_some_and(|zone| {
            let checks = &zone.checks;
            ![checks.number, checks.birth, checks.expiry, checks.composite].contains(&Some(false))
        });
        let same = zone.is_some_and(|zone| zone.lines.trim() == printed.trim());
        counts.zones_agree += u32::from(agrees);
        counts.zones_read += u32::from(same);
        if !same || !agrees {
            told.say(&format!(
                "the zone is\n{printed}\nread\n{}",
                zone.map_or("nothing", |zone| &zone.lines)
            ));
        }
    }
    if let Some(printed) = &told.paper.barcode {
        let read = sides().any(|side| side.barcodes.iter().any(|code| code.bytes == *printed));
        let stacked = !printed.starts_with(b"http");
        let (all, right) = if stacked {
            (&mut counts.pdf417, &mut counts.pdf417_read)
        } else {
            (&mut counts.qr, &mut counts.qr_read)
        };
        *all += 1;
        *right += u32::from(read);
        if !read {
            told.say("the barcode was not read");
        }
    }
}

fn count_judged(counts: &mut Counts, told: &Told<'_>, judged: &Judged) {
    counts.papers += 1;
    match judged.declined_reason() {
        None => counts.passed += 1,
        Some(reason) => {
            *counts.declined.entry(reason.to_string()).or_default() += 1;
            if !(told.condition == Condition::Copied && reason == DeclinedReason::DocumentIsAPhotocopy) {
                let parts = judged.parts.iter().filter(|part| part.reason.is_some());
                let parts: Vec<_> = parts
                    .map(|part| format!("{}: {}", part.kind, part.message))
                    .collect();
                told.say(&format!("declined: {reason}; {}", parts.join(", ")));
            }
        }
    }
    if judged.fields.get(Field::DocumentNumber).is_none() {
        told.say("no number");
    }
}

fn count_faces(
    counts: &mut Counts,
    vision: &Vision,
    jpeg: &[u8],
    sitter: &Known,
    known: &[Known],
) -> anyhow::Result<()> {
    let faces = vision.faces(jpeg)?;
    let Some(face) = faces.first() else {
        return Ok(());
    };
    counts.faces += 1;
    for other in known {
        let cosine = Vision::cosine(&face.embedding, &other.embedding);
        // The photograph that is on the paper proves nothing.
        if std::ptr::eq(other, sitter) {
            continue;
        }
        if other.person == sitter.person {
            counts.genuine.push(cosine);
        } else {
            counts.impostor.push(cosine);
        }
    }
    Ok(())
}
