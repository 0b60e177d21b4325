//! How good a picture is, without a model: sharpness, colour, light, glare, and whether it shows a screen.
//!
//! These are numbers. What follows from them is decided in `cotejo_domain::reading`, where the limits stand.

mod screen;

use image::{
    GrayImage, RgbImage,
    imageops::{self, FilterType, grayscale},
};

use cotejo_domain::reading::{Area, Quality};

use crate::{
    numbers::{index, pixel, real},
    picture::bounded,
};

/// The longest side on which sharpness and colour are measured.
const SIDE: u32 = 800;
/// A level from which on a pixel is burnt out.
const BURNT: u8 = 250;
/// The level to which the light of a picture is brought before its sharpness is measured: a dark picture has small
/// steps and need not be blurred.
const FULL_LIGHT: f32 = 220.0;

/// Measures a picture: its card, where it is known where that lies, for a table has a sharpness and a colour of its own.
pub fn measure(picture: &RgbImage, card: Option<Area>) -> Quality {
    let piece = card.map_or_else(|| picture.clone(), |card| cut(picture, card));
    let small = bounded(piece, SIDE);
    let luma = grayscale(&small);
    let light = light(&luma);
    Quality {
        sharpness: sharpness(&luma, light),
        colour: colour(&small) * (FULL_LIGHT / light.max(1.0)).clamp(1.0, 3.0),
        screen: screen::peak(&grayscale(picture)),
        glare: glare(&luma),
        light,
    }
}

fn cut(picture: &RgbImage, area: Area) -> RgbImage {
    let (width, height) = picture.dimensions();
    let left = pixel(area.left).min(width.saturating_sub(1));
    let top = pixel(area.top).min(height.saturating_sub(1));
    let right = pixel(area.right()).clamp(left + 1, width.max(left + 1));
    let bottom = pixel(area.bottom()).clamp(top + 1, height.max(top + 1));
    imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image()
}

/// The level below which nine tenths lie.
fn light(luma: &GrayImage) -> f32 {
    let levels = luma.pixels().map(|pixel| f32::from(pixel[0])).collect();
    at_share(levels, 0.9)
}

fn glare(luma: &GrayImage) -> f32 {
    let burnt = luma.pixels().filter(|pixel| pixel[0] >= BURNT).count();
    real(u32::try_from(burnt).unwrap_or(u32::MAX)) / (real(luma.width()) * real(luma.height())).max(1.0)
}

/// The variance of the Laplacian in the sharpest tenth of 10 x 10 tiles over the middle: an empty margin is not
/// blurred, and one sharp edge of a table does not make a card sharp.
fn sharpness(luma: &GrayImage, light: f32) -> f32 {
    const TILES: u32 = 10;
    let (width, height) = luma.dimensions();
    let (left, top) = (width / 10, height / 10);
    let (across, down) = ((width - 2 * left) / TILES, (height - 2 * top) / TILES);
    if across < 4 || down < 4 {
        return 0.0;
    }
    let level = |x: u32, y: u32| f32::from(luma.get_pixel(x, y)[0]);
    let mut variances = Vec::new();
    for tile in 0..TILES * TILES {
        let (x0, y0) = (left + tile % TILES * across, top + tile / TILES * down);
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
        for y in y0.max(1)..(y0 + down).min(height - 1) {
            for x in x0.max(1)..(x0 + across).min(width - 1) {
                let around = level(x - 1, y) + level(x + 1, y) + level(x, y - 1) + level(x, y + 1);
                let value = 4.0f32.mul_add(-level(x, y), around);
                sum += value;
                squares += value * value;
                count += 1.0;
            }
        }
        let mean: f32 = sum / f32::max(count, 1.0);
        variances.push(squares / f32::max(count, 1.0) - mean * mean);
    }
    let gain = (FULL_LIGHT / light.max(1.0)).clamp(1.0, 4.0);
    at_share(variances, 0.9) * gain * gain
}

/// How far red and blue are from what green says of them. A light tints a grey copy, and the tint is a smooth function
/// of the level; the colours of a document are not.
fn colour(picture: &RgbImage) -> f32 {
    let (width, height) = ((picture.width() / 8).max(1), (picture.height() / 8).max(1));
    let means = imageops::resize(picture, width, height, FilterType::Triangle);
    let channel = |at: usize| -> Vec<f32> { means.pixels().map(|pixel| f32::from(pixel[at])).collect() };
    let (red, green, blue) = (channel(0), channel(1), channel(2));
    let off = |values: &[f32]| {
        let [a, b, c] = quadratic(&green, values);
        let rests = green.iter().zip(values);
        rests
            .map(move |(g, value)| (value - c.mul_add(g * g, b.mul_add(*g, a))).abs())
            .collect::<Vec<_>>()
    };
    let far = off(&red)
        .into_iter()
        .zip(off(&blue))
        .map(|(red, blue)| red.max(blue));
    at_share(far.collect(), 0.9)
}

/// The quadratic function that fits best, in the sense of least squares.
fn quadratic(xs: &[f32], ys: &[f32]) -> [f32; 3] {
    let mut rows = [[0f64; 4]; 3];
    for (x, y) in xs.iter().zip(ys) {
        // Levels of 0 to 255 have fourth powers in which the rest would be lost.
        let x = f64::from(*x) / 255.0;
        let powers = [1.0, x, x * x];
        for (row, factor) in rows.iter_mut().zip(powers) {
            for (cell, power) in row.iter_mut().zip(powers) {
                *cell += factor * power;
            }
            row[3] += factor * f64::from(*y);
        }
    }
    // A picture of one level leaves the others open; a whiff of preference for zero closes them.
    for (at, row) in rows.iter_mut().enumerate() {
        row[at] += 1e-6;
    }
    for at in 0..3 {
        let pivot = rows[at];
        for (other, row) in rows.iter_mut().enumerate() {
            if other != at {
                let factor = row[at] / pivot[at];
                for (cell, value) in row.iter_mut().zip(pivot) {
                    *cell -= factor * value;
                }
            }
        }
    }
    let solved = |at: usize| num_traits::AsPrimitive::<f32>::as_(rows[at][3] / rows[at][at]);
    [solved(0), solved(1) / 255.0, solved(2) / (255.0 * 255.0)]
}

/// The value below which that share of them lies.
pub(crate) fn at_share(mut values: Vec<f32>, share: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = index(share * real(u32::try_from(values.len()).unwrap_or(u32::MAX))).min(values.len() - 1);
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn card(ink: Rgb<u8>, paper: Rgb<u8>) -> RgbImage {
        RgbImage::from_fn(640, 400, |x, y| {
            let text = y % 40 < 16 && (x / 5 + y / 7) % 3 == 0;
            if text {
                ink
            } else if x < 200 && y > 100 {
                Rgb([190, 120, 90])
            } else {
                paper
            }
        })
    }

    fn grey(picture: &RgbImage, tint: [f32; 3]) -> RgbImage {
        let mut copy = picture.clone();
        for pixel in copy.pixels_mut() {
            let level = pixel.0.map(f32::from).iter().sum::<f32>() / 3.0;
            pixel.0 = tint.map(|tint| crate::numbers::byte(level * tint));
        }
        copy
    }

    #[test]
    fn sharpness_falls_with_blur_and_not_with_light() {
        let sharp = card(Rgb([20, 20, 60]), Rgb([225, 230, 240]));
        let blurred = imageops::blur(&sharp, 3.0);
        let dark = RgbImage::from_fn(640, 400, |x, y| {
            Rgb(sharp.get_pixel(x, y).0.map(|value| value / 3))
        });
        let [sharp, blurred, dark] = [sharp, blurred, dark].map(|picture| measure(&picture, None));
        assert!(sharp.sharpness > 5.0 * blurred.sharpness, "{sharp:?} {blurred:?}");
        assert!(
            dark.sharpness > 0.5 * sharp.sharpness && dark.light < 100.0,
            "{dark:?}"
        );
    }

    #[test]
    fn a_grey_copy_has_no_colour_under_any_light() {
        let original = card(Rgb([20, 20, 60]), Rgb([225, 235, 200]));
        assert!(measure(&original, None).colour > 15.0);
        for tint in [[1.0, 1.0, 1.0], [1.0, 0.93, 0.82], [0.88, 0.95, 1.0]] {
            let copy = measure(&grey(&original, tint), None);
            assert!(copy.colour < 4.0, "{copy:?}");
        }
    }

    #[test]
    fn glare_is_the_share_of_white() {
        let mut picture = card(Rgb([20, 20, 60]), Rgb([225, 230, 240]));
        for y in 0..100 {
            for x in 0..640 {
                picture.put_pixel(x, y, Rgb([255, 255, 255]));
            }
        }
        let share = measure(&picture, None).glare;
        assert!((share - 0.25).abs() < 0.02, "{share}");
    }

    #[test]
    fn tiny_and_uniform_pictures_are_measured_too() {
        for picture in [
            RgbImage::new(1, 1),
            RgbImage::from_pixel(700, 3, Rgb([255, 255, 255])),
            RgbImage::new(900, 900),
        ] {
            let quality = measure(&picture, None);
            let all = [
                quality.sharpness,
                quality.colour,
                quality.screen,
                quality.glare,
                quality.light,
            ];
            assert!(all.iter().all(|value| value.is_finite()), "{quality:?}");
        }
    }
}
