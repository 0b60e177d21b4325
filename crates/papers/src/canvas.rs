//! Drawing on a card.

use std::path::{Path, PathBuf};

use ab_glyph::{Font as _, FontVec, PxScale, ScaleFont as _, point};
use anyhow::{Context as _, bail};
use image::{Rgb, RgbImage, imageops};
use num_traits::AsPrimitive as _;

/// The letters of a style.
pub struct Fonts {
    /// Of labels.
    pub plain: FontVec,
    /// Of values.
    pub bold: FontVec,
    /// Of zones.
    pub zone: FontVec,
}

/// Which letters and places are used: one style to tune by, another to report on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Liberation Sans, and places as they were first drawn.
    Tuning,
    /// DejaVu Sans Condensed, and places that are moved by chance.
    Report,
}

const FOLDERS: &[&str] = &["/usr/share/fonts", "/usr/local/share/fonts"];

impl Fonts {
    /// The letters of a style, from the fonts that are installed.
    pub fn of(style: Style) -> anyhow::Result<Self> {
        let (plain, bold) = match style {
            Style::Tuning => ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
            Style::Report => ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
        };
        Ok(Self {
            plain: load(plain)?,
            bold: load(bold)?,
            zone: load("OCRB.otf")?,
        })
    }
}

fn load(name: &str) -> anyhow::Result<FontVec> {
    let file = FOLDERS.iter().find_map(|folder| find(Path::new(folder), name, 4));
    let Some(file) = file else {
        bail!(
            "the font {name} is not installed; on Debian: apt-get install fonts-liberation fonts-dejavu fonts-ocr-b"
        );
    };
    let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    FontVec::try_from_vec(bytes).with_context(|| format!("{} is no font", file.display()))
}

fn find(folder: &Path, name: &str, depth: u32) -> Option<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    entries.into_iter().find_map(|path| {
        if path.is_dir() && depth > 0 {
            find(&path, name, depth - 1)
        } else {
            (path.file_name()?.to_str()? == name).then_some(path)
        }
    })
}

/// A picture to draw on.
pub struct Canvas {
    /// What was drawn.
    pub picture: RgbImage,
}

/// Almost black.
pub const INK: Rgb<u8> = Rgb([24, 24, 34]);
/// Of labels.
pub const PALE: Rgb<u8> = Rgb([70, 80, 110]);

impl Canvas {
    /// Paper with a pattern of fine lines in two colours.
    pub fn new(width: u32, height: u32, paper: [u8; 3], pattern: [u8; 3]) -> Self {
        let mix = |share: f32| {
            let mut colour = [0; 3];
            for ((to, from), other) in colour.iter_mut().zip(paper).zip(pattern) {
                *to = (f32::from(other) - f32::from(from))
                    .mul_add(share, f32::from(from))
                    .as_();
            }
            Rgb(colour)
        };
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let (x, y): (f32, f32) = (x.as_(), y.as_());
            let wave =
                ((y / 9.0 + (x / 37.0).sin() * 2.5).sin() + (x / 13.0 + (y / 29.0).cos() * 2.0).sin()) / 2.0;
            let tone = x / 1_500.0;
            mix(wave.powi(4).mul_add(0.35, 0.25 * tone).clamp(0.0, 1.0))
        });
        Self { picture }
    }

    /// Writes a line whose letters are that high, its top left corner there. Gives its width.
    pub fn text(
        &mut self,
        font: &FontVec,
        size: f32,
        (x, y): (f32, f32),
        colour: Rgb<u8>,
        text: &str,
    ) -> f32 {
        let scaled = font.as_scaled(PxScale::from(size));
        let mut at = x;
        let mut before = None;
        for c in text.chars() {
            let glyph = font.glyph_id(c);
            if let Some(before) = before {
                at += scaled.kern(before, glyph);
            }
            before = Some(glyph);
            let placed = glyph.with_scale_and_position(size, point(at, y + scaled.ascent()));
            at += scaled.h_advance(glyph);
            let Some(outline) = font.outline_glyph(placed) else {
                continue;
            };
            let bounds = outline.px_bounds();
            outline.draw(|dx, dy, cover| {
                let (dx, dy): (f32, f32) = (dx.as_(), dy.as_());
                let (px, py) = (bounds.min.x + dx, bounds.min.y + dy);
                if px < 0.0 || py < 0.0 {
                    return;
                }
                if let Some(pixel) = self.picture.get_pixel_mut_checked(px.as_(), py.as_()) {
                    for (to, ink) in pixel.0.iter_mut().zip(colour.0) {
                        let under = f32::from(*to);
                        *to = (f32::from(ink) - under).mul_add(cover.min(1.0), under).as_();
                    }
                }
            });
        }
        at - x
    }

    /// Letters of a width that fits.
    pub fn fitted(&mut self, font: &FontVec, width: f32, (x, y): (f32, f32), text: &str) {
        let scaled = font.as_scaled(PxScale::from(100.0));
        let wide: f32 = text.chars().map(|c| scaled.h_advance(font.glyph_id(c))).sum();
        self.text(font, 100.0 * width / wide.max(1.0), (x, y), INK, text);
    }

    /// Lays a picture on it, in that rectangle.
    pub fn paste(&mut self, other: &RgbImage, (x, y): (u32, u32), (width, height): (u32, u32)) {
        let fitted = imageops::resize(other, width, height, imageops::FilterType::Triangle);
        imageops::replace(&mut self.picture, &fitted, x.into(), y.into());
    }

    /// A plain rectangle.
    pub fn fill(&mut self, (x, y): (u32, u32), (width, height): (u32, u32), colour: Rgb<u8>) {
        let piece = RgbImage::from_pixel(width, height, colour);
        imageops::replace(&mut self.picture, &piece, x.into(), y.into());
    }
}
