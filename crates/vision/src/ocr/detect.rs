//! Where text stands: the network marks pixels, and each patch of marks becomes a strip.

use image::{RgbImage, imageops::FilterType};

use crate::{
    error::VisionError,
    geometry::{Point, Turned, in_steps, planes},
    models::TEXT_DETECTOR,
    numbers::real,
    runtime::{Network, Tensor},
};

/// The longest side that the network is given.
pub const SIDE: f32 = 736.0;
/// Pictures smaller than that are made larger, so far.
const MAX_GROWTH: f32 = 1.5;
/// A pixel above it belongs to text.
const MARK: f32 = 0.3;
/// A patch whose marks are below it on average is none.
const MIN_SCORE: f32 = 0.5;
/// Marks are narrower than text by about this share of area to circumference.
const GROWTH: f32 = 1.6;
/// A patch smaller than that on a side is noise.
const MIN_SIDE: f32 = 3.0;
/// A picture of noise is not read for minutes.
const MAX_STRIPS: usize = 150;

pub fn detect(network: &dyn Network, picture: &RgbImage) -> Result<Vec<Turned>, VisionError> {
    let wrong = || VisionError::Answer { model: TEXT_DETECTOR };
    let (width, height) = picture.dimensions();
    let factor = (SIDE / real(width.max(height).max(1))).min(MAX_GROWTH);
    let (across, down) = (in_steps(real(width) * factor), in_steps(real(height) * factor));
    let small = image::imageops::resize(picture, across, down, FilterType::Triangle);
    let input = Tensor::picture(across, down, planes(&small, true, 127.5, 1.0 / 127.5));
    let outputs = network.run(input)?;
    let [marks] = outputs.as_slice() else {
        return Err(wrong());
    };
    if marks.data.len() != across as usize * down as usize {
        return Err(wrong());
    }
    let scale = (real(width) / real(across), real(height) / real(down));
    Ok(strips(&marks.data, across as usize, scale))
}

/// The strips around the patches of marks, in the picture's pixels.
fn strips(marks: &[f32], width: usize, scale: (f32, f32)) -> Vec<Turned> {
    let mut found: Vec<Turned> = patches(marks, width)
        .iter()
        .filter(|patch| patch.score >= MIN_SCORE)
        .filter_map(|patch| {
            let strip = Turned::around(&patch.outline)?;
            if strip.width.min(strip.height) < MIN_SIDE {
                return None;
            }
            let margin = strip.width * strip.height * GROWTH / (2.0 * (strip.width + strip.height));
            let corners = strip
                .grown(margin)
                .corners()
                .map(|corner| Point::new(corner.x * scale.0, corner.y * scale.1));
            Turned::around(&corners)
        })
        .collect();
    found.sort_by(|a, b| (b.width * b.height).total_cmp(&(a.width * a.height)));
    found.truncate(MAX_STRIPS);
    found
}

struct Patch {
    /// The ends of its rows: all that its hull needs.
    outline: Vec<Point>,
    score: f32,
}

/// Marks that touch each other, corners included.
fn patches(marks: &[f32], width: usize) -> Vec<Patch> {
    if width == 0 {
        return Vec::new();
    }
    let height = marks.len() / width;
    let mut seen = vec![false; marks.len()];
    let mut found = Vec::new();
    let mut open = Vec::new();
    for start in 0..marks.len() {
        if seen[start] || marks[start] <= MARK {
            continue;
        }
        seen[start] = true;
        open.push(start);
        let (mut sum, mut count) = (0.0, 0.0);
        let mut rows = std::collections::BTreeMap::<usize, (usize, usize)>::new();
        while let Some(at) = open.pop() {
            sum += marks[at];
            count += 1.0;
            let (x, y) = (at % width, at / width);
            let row = rows.entry(y).or_insert((x, x));
            *row = (row.0.min(x), row.1.max(x));
            for near_y in y.saturating_sub(1)..=(y + 1).min(height.saturating_sub(1)) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = near_y * width + near_x;
                    if !seen[near] && marks[near] > MARK {
                        seen[near] = true;
                        open.push(near);
                    }
                }
            }
        }
        let place = |value: usize| real(u32::try_from(value).unwrap_or(0));
        let outline = rows.iter().flat_map(|(y, (left, right))| {
            [(*left, *y), (right + 1, *y), (*left, y + 1), (right + 1, y + 1)]
                .map(|(x, y)| Point::new(place(x), place(y)))
        });
        found.push(Patch {
            outline: outline.collect(),
            score: sum / count,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_patch_of_marks_is_a_strip() {
        let (width, height) = (64, 32);
        let mut marks = vec![0.0; width * height];
        for y in 5..11 {
            for x in 4..40 {
                marks[y * width + x] = 0.9;
            }
        }
        for y in 20..24 {
            for x in 50..60 {
                marks[y * width + x] = 0.8;
            }
        }
        // Noise, and a patch that is too faint.
        marks[0] = 0.9;
        for x in 0..30 {
            for y in 26..31 {
                marks[y * width + x] = 0.35;
            }
        }
        let found = strips(&marks, width, (2.0, 2.0));
        assert_eq!(found.len(), 2);
        let margin = 36.0 * 6.0 * GROWTH / (2.0 * 42.0);
        assert!(
            (found[0].width - 2.0 * (36.0 + 2.0 * margin)).abs() < 0.5,
            "{:?}",
            found[0]
        );
        assert!((found[0].middle.x - 44.0).abs() < 0.5 && (found[0].middle.y - 16.0).abs() < 0.5);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(strips(&[], 0, (1.0, 1.0)).is_empty());
        assert!(strips(&[0.0; 100], 10, (1.0, 1.0)).is_empty());
    }
}
