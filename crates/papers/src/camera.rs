//! How a paper looks when it is photographed.

use image::{
    Rgb, RgbImage,
    imageops::{self, FilterType},
};
use num_traits::AsPrimitive as _;

use crate::chance::Chance;

/// A way in which a picture is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Scanned.
    Clean,
    /// Scanned, 480 pixels wide.
    Small,
    /// By hand, from the side.
    Perspective,
    /// By hand, from a distance: half as wide as the picture.
    Far,
    /// Lying on its side, and a little askew.
    Rotated,
    /// Upside down.
    UpsideDown,
    /// Out of focus.
    Blurred,
    /// With a third of the light.
    Dark,
    /// With a lamp in it.
    Glare,
    /// Copied without colour.
    Copied,
    /// From a screen.
    Screen,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Clean,
        Self::Small,
        Self::Perspective,
        Self::Far,
        Self::Rotated,
        Self::UpsideDown,
        Self::Blurred,
        Self::Dark,
        Self::Glare,
        Self::Copied,
        Self::Screen,
    ];

    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Small => "small (480 px)",
            Self::Perspective => "perspective",
            Self::Far => "far (half the width)",
            Self::Rotated => "rotated 90° and askew",
            Self::UpsideDown => "upside down",
            Self::Blurred => "blurred (sigma 2.2 px)",
            Self::Dark => "dark (35 %)",
            Self::Glare => "glare",
            Self::Copied => "black and white copy",
            Self::Screen => "photographed screen",
        }
    }

    /// The paper as it looks then.
    pub fn photograph(self, paper: &RgbImage, chance: &mut Chance) -> RgbImage {
        match self {
            Self::Clean => framed(paper, 40),
            Self::Small => {
                let height = 480 * paper.height() / paper.width().max(1);
                imageops::resize(paper, 480, height, FilterType::Triangle)
            }
            Self::Perspective => by_hand(paper, chance, 0.82, 0.05),
            Self::Far => by_hand(paper, chance, 0.52, 0.02),
            Self::Rotated => imageops::rotate90(&by_hand(paper, chance, 0.85, 0.03)),
            Self::UpsideDown => imageops::rotate180(&by_hand(paper, chance, 0.85, 0.02)),
            Self::Blurred => imageops::blur(&framed(paper, 40), 2.2),
            Self::Dark => noisy(&each(&framed(paper, 40), |value, _| value * 0.35), chance, 5.0),
            Self::Glare => glare(&by_hand(paper, chance, 0.85, 0.02), chance),
            Self::Copied => copied(&by_hand(paper, chance, 0.85, 0.02)),
            Self::Screen => screen(paper, chance),
        }
    }
}

fn framed(paper: &RgbImage, margin: u32) -> RgbImage {
    let mut picture = desk(paper.width() + 2 * margin, paper.height() + 2 * margin);
    imageops::replace(&mut picture, paper, margin.into(), margin.into());
    picture
}

/// A wooden table.
fn desk(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y): (f32, f32) = (x.as_(), y.as_());
        let grain = ((y / 7.0 + (x / 90.0).sin() * 3.0).sin()).mul_add(9.0, (x / 301.0).sin() * 6.0);
        Rgb([(112.0 + grain).as_(), (82.0 + grain).as_(), (58.0 + grain).as_()])
    })
}

/// The paper on a table, its corners moved by chance.
fn by_hand(paper: &RgbImage, chance: &mut Chance, share: f32, off: f32) -> RgbImage {
    let (width, height) = (1_600u32, 1_200u32);
    let (wide, high): (f32, f32) = (width.as_(), height.as_());
    let (paper_wide, paper_high): (f32, f32) = (paper.width().as_(), paper.height().as_());
    let (across, down) = (wide * share, wide * share * paper_high / paper_wide);
    let (left, top) = ((wide - across) / 2.0, (high - down) / 2.0);
    let mut corner = |x: f32, y: f32| {
        (
            x + chance.between(-off, off) * across,
            y + chance.between(-off, off) * across,
        )
    };
    let corners = [
        corner(left, top),
        corner(left + across, top),
        corner(left + across, top + down),
        corner(left, top + down),
    ];
    // First to about its size there, so that nothing is skipped between two samples.
    let paper = imageops::resize(paper, across.as_(), down.as_(), FilterType::Triangle);
    let mut picture = desk(width, height);
    let Some(map) = projection(&corners, (across, down)) else {
        return picture;
    };
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (px, py): (f32, f32) = (x.as_(), y.as_());
        let depth = map[6].mul_add(px, map[7].mul_add(py, 1.0));
        let at = (
            map[0].mul_add(px, map[1].mul_add(py, map[2])) / depth,
            map[3].mul_add(px, map[4].mul_add(py, map[5])) / depth,
        );
        if let Some(colour) = imageops::interpolate_bilinear(&paper, at.0, at.1) {
            *pixel = colour;
        }
    }
    noisy(&picture, chance, 3.0)
}

/// The eight numbers of the map from four corners to a rectangle.
fn projection(corners: &[(f32, f32); 4], (width, height): (f32, f32)) -> Option<[f32; 8]> {
    let targets = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let mut rows = Vec::with_capacity(8);
    for ((x, y), (u, v)) in corners.iter().zip(targets) {
        rows.push([*x, *y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u].map(f64::from));
        rows.push([0.0, 0.0, 0.0, *x, *y, 1.0, -v * x, -v * y, v].map(f64::from));
    }
    for at in 0..8 {
        let pivot = (at..8).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, pivot);
        let row = rows[at];
        if row[at].abs() < 1e-9 {
            return None;
        }
        for (other, values) in rows.iter_mut().enumerate() {
            if other != at {
                let factor = values[at] / row[at];
                for (value, of) in values.iter_mut().zip(row) {
                    *value -= factor * of;
                }
            }
        }
    }
    let mut map = [0.0; 8];
    for (at, value) in map.iter_mut().enumerate() {
        *value = (rows[at][8] / rows[at][at]).as_();
    }
    Some(map)
}

fn each(picture: &RgbImage, change: impl Fn(f32, (f32, f32)) -> f32) -> RgbImage {
    let mut changed = picture.clone();
    for (x, y, pixel) in changed.enumerate_pixels_mut() {
        for value in &mut pixel.0 {
            *value = change(f32::from(*value), (x.as_(), y.as_())).as_();
        }
    }
    changed
}

fn noisy(picture: &RgbImage, chance: &mut Chance, most: f32) -> RgbImage {
    let mut changed = picture.clone();
    for pixel in changed.pixels_mut() {
        let off = chance.between(-most, most);
        for value in &mut pixel.0 {
            *value = (f32::from(*value) + off).as_();
        }
    }
    changed
}

fn glare(picture: &RgbImage, chance: &mut Chance) -> RgbImage {
    let (width, height): (f32, f32) = (picture.width().as_(), picture.height().as_());
    let middle = (
        width * chance.between(0.3, 0.7),
        height * chance.between(0.3, 0.7),
    );
    let radius = width * 0.16;
    each(picture, |value, (x, y)| {
        let far = (x - middle.0).hypot((y - middle.1) * 1.6) / radius;
        (-far * far).exp().mul_add(150.0, value)
    })
}

/// Under a warm lamp: what has no colour of its own takes the light's.
fn copied(picture: &RgbImage) -> RgbImage {
    let mut changed = picture.clone();
    for pixel in changed.pixels_mut() {
        let level = pixel.0.map(f32::from).iter().sum::<f32>() / 3.0;
        let level = (level - 128.0).mul_add(1.15, 132.0);
        pixel.0 = [1.0, 0.96, 0.88].map(|tint| (level * tint).as_());
    }
    changed
}

/// Three stripes a pixel, and a camera that is not in step with them.
fn screen(paper: &RgbImage, chance: &mut Chance) -> RgbImage {
    let picture = by_hand(paper, chance, 0.9, 0.02);
    let pitch = chance.between(3.2, 4.6);
    let (sin, cos) = chance.between(0.03, 0.12).sin_cos();
    let mut changed = picture.clone();
    for (x, y, pixel) in changed.enumerate_pixels_mut() {
        let (x, y): (f32, f32) = (x.as_(), y.as_());
        let (u, v) = (x.mul_add(cos, y * sin), y.mul_add(cos, -(x * sin)));
        for (channel, value) in [0.0f32, 1.0, 2.0].into_iter().zip(&mut pixel.0) {
            let stripe = (std::f32::consts::TAU * (u / pitch + channel / 3.0)).cos();
            let row = (std::f32::consts::TAU * v / pitch).cos();
            let shade = stripe.mul_add(0.14, row.mul_add(0.08, 0.94));
            *value = (f32::from(*value) * shade).as_();
        }
    }
    changed
}
