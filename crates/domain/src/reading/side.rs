//! One side of a document as the machine read it, before anything is made of it.
//!
//! These types are kept beside the validation, so that a rule that changes can be asked again without the picture.
//! Their `Debug` leaves out what was read: it may end up in a log.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits;

/// A rectangle in pixels, from the upper left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// How wide it is.
    pub width: f32,
    /// How high it is.
    pub height: f32,
}

impl Area {
    /// Its right edge.
    pub fn right(&self) -> f32 {
        self.left + self.width
    }

    /// Its lower edge.
    pub fn bottom(&self) -> f32 {
        self.top + self.height
    }

    /// The height of its middle.
    pub fn middle(&self) -> f32 {
        self.height.mul_add(0.5, self.top)
    }
}

/// A run of text. Areas are in the frame in which the text is upright, whichever way the picture was taken.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// How sure the reader is of its characters, from 0 to 1.
    pub confidence: f32,
    /// Where it stands.
    pub area: Area,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("confidence", &self.confidence)
            .field("area", &self.area)
            .finish_non_exhaustive()
    }
}

crate::text_enum! {
    /// The form of a machine-readable zone.
    pub enum ZoneFormat {
        /// Cards: three lines of 30.
        Td1 = "td1",
        /// Older cards: two lines of 36.
        Td2 = "td2",
        /// Passports: two lines of 44.
        Td3 = "td3",
        /// Visas.
        Visa = "visa",
    }
}

/// Which check digits of a zone agree; none where the form has no such digit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneChecks {
    /// The document's number.
    pub number: Option<bool>,
    /// The day of birth.
    pub birth: Option<bool>,
    /// The day of expiry.
    pub expiry: Option<bool>,
    /// The personal number.
    pub personal: Option<bool>,
    /// All of them together.
    pub composite: Option<bool>,
}

/// A machine-readable zone, taken apart.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its form.
    pub format: ZoneFormat,
    /// What kind of document it says it is, such as `P`, `ID` or `IN`.
    pub document_code: String,
    /// Who issued it, three letters.
    pub issuer: String,
    /// The document's number.
    pub number: String,
    /// The surnames, without diacritics.
    pub surnames: String,
    /// The given names, without diacritics.
    pub names: String,
    /// The nationality, three letters.
    pub nationality: String,
    /// The day of birth as `YYYY-MM-DD`, where it is a day.
    pub birth: Option<String>,
    /// The day of expiry as `YYYY-MM-DD`, where it is a day.
    pub expiry: Option<String>,
    /// The letter of the sex, as it stands there.
    pub sex: Option<char>,
    /// The first optional field, on passports the personal number.
    pub optional_1: Option<String>,
    /// The second optional field of cards.
    pub optional_2: Option<String>,
    /// Its check digits.
    pub checks: ZoneChecks,
    /// Whether characters were put right because a check digit proved them.
    pub repaired: bool,
    /// Its lines.
    pub lines: String,
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zone")
            .field("format", &self.format)
            .field("issuer", &self.issuer)
            .field("checks", &self.checks)
            .finish_non_exhaustive()
    }
}

crate::text_enum! {
    /// What a barcode is.
    pub enum BarcodeKind {
        /// The stacked one of cards and licences.
        Pdf417 = "pdf417",
        /// The square one.
        Qr = "qr",
    }
}

/// A barcode and the bytes in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barcode {
    /// What it is.
    pub kind: BarcodeKind,
    /// What it holds.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Barcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barcode")
            .field("kind", &self.kind)
            .field("length", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}

/// A face found on a side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Portrait {
    /// Where it is in the picture as it was handed in.
    pub area: Area,
    /// How many quarter turns to the right make it upright.
    pub turned: u8,
    /// How sure the detector is, from 0 to 1.
    pub score: f32,
}

/// How good a picture is, measured without a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Variance of the Laplacian in the sharpest tenth of the picture.
    pub sharpness: f32,
    /// What is left of colour once a tint of the light is taken away.
    pub colour: f32,
    /// How far the strongest peak of the spectrum stands out of its surroundings.
    pub screen: f32,
    /// The share of pixels that are burnt out.
    pub glare: f32,
    /// The level below which nine tenths of the pixels lie, 0 to 255.
    pub light: f32,
}

/// One side of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SideReading {
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// How many quarter turns to the right make its text upright.
    pub turned: u8,
    /// How good the picture is.
    pub quality: Quality,
    /// Its text, from top to bottom.
    pub lines: Vec<Line>,
    /// Its machine-readable zone.
    pub zone: Option<Zone>,
    /// Its barcodes.
    pub barcodes: Vec<Barcode>,
    /// Its faces, the largest first.
    pub faces: Vec<Portrait>,
}

impl SideReading {
    /// Whether it has no text to speak of. A back may have a barcode or a zone and little else.
    pub fn is_bare(&self, front: bool) -> bool {
        let nothing = self.lines.is_empty() && self.barcodes.is_empty();
        self.lines.len() < limits::FEW_LINES && (front || nothing)
    }

    /// Whether its text is hardly legible.
    pub fn is_doubtful(&self) -> bool {
        let sum: f32 = self.lines.iter().map(|line| line.confidence).sum();
        let count = u16::try_from(self.lines.len()).unwrap_or(u16::MAX);
        count > 0 && sum / f32::from(count) < limits::LEGIBLE
    }
}
