//! The papers: what they look like, and what they say.
//!
//! They have the words and the order of real ones and none of their art: no coat of arms, no hologram, no photograph of
//! anybody who did not lend his to a package of test images.

mod brazil;
mod chile;
mod colombia;
mod mexico;
mod passport;
mod peru;

use chrono::{Datelike as _, NaiveDate};
use cotejo_domain::validations::{DocumentCountry, DocumentFields, DocumentKind, DocumentType, Field};
use image::{Rgb, RgbImage};
use mrz::{Date, MrzDate};
use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer as _};

use crate::{
    canvas::{Canvas, Fonts, INK, PALE, Style},
    chance::Chance,
    people::Person,
};

/// A made-up paper.
pub struct Paper {
    /// Which document it is.
    pub kind: DocumentKind,
    /// Its name in the report.
    pub name: &'static str,
    /// Its front.
    pub front: RgbImage,
    /// Its back, if it has one.
    pub back: Option<RgbImage>,
    /// What it says.
    pub truth: DocumentFields,
    /// Its zone, as it is printed.
    pub zone: Option<String>,
    /// What its barcode holds.
    pub barcode: Option<Vec<u8>>,
}

/// What a paper is made with.
pub struct Press<'a> {
    /// Its letters.
    pub fonts: &'a Fonts,
    /// Its places.
    pub style: Style,
    /// The portrait; a grey silhouette where there is none.
    pub portrait: Option<&'a RgbImage>,
}

type Make = fn(&Press<'_>, Person) -> Paper;

/// Every paper that can be made.
pub const ALL: &[Make] = &[
    colombia::cedula,
    colombia::digital,
    colombia::foreign_id,
    mexico::ine,
    peru::dni,
    chile::cedula,
    brazil::cnh,
    passport::passport,
];

/// A card in the size in which it is scanned at 300 dots an inch.
struct Sheet<'a> {
    canvas: Canvas,
    fonts: &'a Fonts,
    moved: (f32, f32),
    scale: f32,
}

impl<'a> Sheet<'a> {
    fn new(
        press: &Press<'a>,
        chance: &mut Chance,
        size: (u32, u32),
        paper: [u8; 3],
        pattern: [u8; 3],
    ) -> Self {
        let (moved, scale) = match press.style {
            Style::Tuning => ((0.0, 0.0), 1.0),
            Style::Report => (
                (chance.between(-10.0, 10.0), chance.between(-8.0, 8.0)),
                chance.between(0.93, 1.02),
            ),
        };
        Self {
            canvas: Canvas::new(size.0, size.1, paper, pattern),
            fonts: press.fonts,
            moved,
            scale,
        }
    }

    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (x + self.moved.0, y + self.moved.1)
    }

    /// A label, in small pale letters.
    fn label(&mut self, x: f32, y: f32, text: &str) {
        let at = self.at(x, y);
        self.canvas
            .text(&self.fonts.plain, 20.0 * self.scale, at, PALE, text);
    }

    /// A value.
    fn value(&mut self, x: f32, y: f32, text: &str) {
        let at = self.at(x, y);
        self.canvas
            .text(&self.fonts.bold, 30.0 * self.scale, at, INK, text);
    }

    /// A label and its value below.
    fn field(&mut self, x: f32, y: f32, label: &str, value: &str) {
        self.label(x, y, label);
        self.value(x, y + 24.0, value);
    }

    /// A headline.
    fn title(&mut self, x: f32, y: f32, size: f32, text: &str) {
        let at = self.at(x, y);
        self.canvas
            .text(&self.fonts.bold, size * self.scale, at, Rgb([30, 50, 110]), text);
    }

    fn portrait(&mut self, press: &Press<'_>, at: (u32, u32), size: (u32, u32)) {
        match press.portrait {
            Some(portrait) => self.canvas.paste(portrait, at, size),
            None => self.canvas.fill(at, size, Rgb([170, 165, 160])),
        }
    }

    fn zone(&mut self, zone: &str, (x, y): (f32, f32), width: f32, step: f32) {
        let mut top = y;
        for line in zone.lines() {
            self.canvas.fitted(&self.fonts.zone, width, (x, top), line);
            top += step;
        }
    }

    /// A barcode whose dots are as large as fits.
    fn code(&mut self, format: BarcodeFormat, bytes: &[u8], (x, y): (u32, u32), width: u32) {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let stacked = format == BarcodeFormat::PDF_417;
        let hints = EncodeHints {
            CharacterSet: stacked.then(|| "ISO-8859-1".to_owned()),
            ErrorCorrection: stacked.then(|| "4".to_owned()),
            Margin: Some("4".to_owned()),
            ..EncodeHints::default()
        };
        let Ok(code) = MultiFormatWriter.encode_with_hints(&text, &format, 0, 0, &hints) else {
            return;
        };
        let height = width * code.height() / code.width().max(1);
        let drawn = RgbImage::from_fn(width, height, |x, y| {
            let dark = code.get(x * code.width() / width, y * code.height() / height.max(1));
            if dark { INK } else { Rgb([246, 246, 242]) }
        });
        image::imageops::replace(&mut self.canvas.picture, &drawn, x.into(), y.into());
    }
}

/// A card's size.
const CARD: (u32, u32) = (1012, 638);

fn kind(country: DocumentCountry, document_type: DocumentType) -> DocumentKind {
    DocumentKind {
        country,
        document_type,
    }
}

/// What papers say of a person.
fn truth(person: &Person, number: &str) -> DocumentFields {
    let mut truth = without_sex(person, number);
    truth.set(Field::Gender, person.gender());
    truth
}

fn without_sex(person: &Person, number: &str) -> DocumentFields {
    let mut truth = DocumentFields::default();
    truth.set(Field::DocumentNumber, number);
    truth.set(Field::Name, person.names.as_str());
    truth.set(Field::LastName, person.surnames());
    truth.set(Field::FirstLastName, person.first.as_str());
    truth.set(Field::SecondLastName, person.second.as_str());
    truth.set_date(Field::DateOfBirth, person.born);
    truth
}

fn in_zone(date: NaiveDate) -> MrzDate {
    MrzDate::Calendar(Date::new(date.year(), date.month(), date.day()))
}

fn zone_sex(person: &Person) -> mrz::Sex {
    mrz::Sex::from_zone(if person.female { 'F' } else { 'M' })
}
