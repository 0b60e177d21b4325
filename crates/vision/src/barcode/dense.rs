//! Blocks of a picture that change from dark to light as often as only a code does.

use image::{GrayImage, RgbImage, imageops::grayscale};

use cotejo_domain::reading::Area;

use crate::{
    numbers::{length, real},
    picture::bounded,
    quality::at_share,
};

/// The longest side that is looked at.
const SIDE: u32 = 1_024;
/// Pixels a tile has on each side.
const TILE: u32 = 12;
/// A tile is busy when its steps are that share of the picture's whole contrast on average.
const BUSY: f32 = 0.09;
/// A code is at least so many tiles high and wide; two lines of text are not.
const MIN_TILES: u32 = 5;
/// The share of its rectangle that a code fills.
const FILLED: f32 = 0.6;
/// The share of a code that is dark; of text, less is.
const DARK: std::ops::RangeInclusive<f32> = 0.3..=0.75;
/// Blocks that are worth trying.
const MAX_BLOCKS: usize = 3;

/// The blocks, the largest first.
pub fn blocks(picture: &RgbImage) -> Vec<Area> {
    let small = grayscale(&bounded(picture.clone(), SIDE));
    let factor = real(picture.width()) / real(small.width().max(1));
    let (columns, rows) = (small.width() / TILE, small.height() / TILE);
    let contrast = contrast(&small);
    if columns == 0 || rows == 0 || contrast < 8.0 {
        return Vec::new();
    }
    let busy: Vec<bool> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (column, row)))
        .map(|(column, row)| steps(&small, column * TILE, row * TILE) > BUSY * contrast)
        .collect();
    let mut found = groups(&busy, columns as usize);
    found.retain(|group| DARK.contains(&dark_share(&small, group)));
    found.sort_by_key(|group| std::cmp::Reverse(group.tiles));
    found.truncate(MAX_BLOCKS);
    let side = real(TILE) * factor;
    found
        .iter()
        .map(|group| Area {
            left: real(group.left) * side,
            top: real(group.top) * side,
            width: real(group.right - group.left + 1) * side,
            height: real(group.bottom - group.top + 1) * side,
        })
        .collect()
}

/// The distance from the darkest twentieth to the lightest.
fn contrast(luma: &GrayImage) -> f32 {
    let levels: Vec<f32> = luma.pixels().map(|pixel| f32::from(pixel[0])).collect();
    at_share(levels.clone(), 0.95) - at_share(levels, 0.05)
}

/// The share of a group's pixels that are darker than the middle between its darkest and its lightest.
fn dark_share(luma: &GrayImage, group: &Group) -> f32 {
    let (width, height) = (group.right - group.left + 1, group.bottom - group.top + 1);
    let piece = image::imageops::crop_imm(
        luma,
        group.left * TILE,
        group.top * TILE,
        width * TILE,
        height * TILE,
    )
    .to_image();
    let levels: Vec<f32> = piece.pixels().map(|pixel| f32::from(pixel[0])).collect();
    let middle = (at_share(levels.clone(), 0.05) + at_share(levels.clone(), 0.95)) / 2.0;
    let dark = levels.iter().filter(|level| **level < middle).count();
    real(length(dark)) / real(length(levels.len())).max(1.0)
}

/// The mean step between neighbours in the direction in which they are larger.
fn steps(luma: &GrayImage, left: u32, top: u32) -> f32 {
    let level = |x: u32, y: u32| f32::from(luma.get_pixel(x, y)[0]);
    let (mut across, mut down) = (0.0, 0.0);
    let end = |from: u32, size: u32| (from + TILE).min(size.saturating_sub(1));
    for y in top..end(top, luma.height()) {
        for x in left..end(left, luma.width()) {
            across += (level(x + 1, y) - level(x, y)).abs();
            down += (level(x, y + 1) - level(x, y)).abs();
        }
    }
    across.max(down) / real(TILE * TILE)
}

struct Group {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
    tiles: u32,
}

/// Busy tiles that touch by a side and fill a rectangle.
fn groups(busy: &[bool], columns: usize) -> Vec<Group> {
    let mut seen = vec![false; busy.len()];
    let mut found = Vec::new();
    for start in 0..busy.len() {
        if seen[start] || !busy[start] {
            continue;
        }
        seen[start] = true;
        let mut open = vec![start];
        let mut group = Group {
            left: u32::MAX,
            top: u32::MAX,
            right: 0,
            bottom: 0,
            tiles: 0,
        };
        while let Some(at) = open.pop() {
            let (x, y) = (length(at % columns), length(at / columns));
            group.left = group.left.min(x);
            group.right = group.right.max(x);
            group.top = group.top.min(y);
            group.bottom = group.bottom.max(y);
            group.tiles += 1;
            let column = at % columns;
            let near = [
                (column > 0).then(|| at - 1),
                (column + 1 < columns).then_some(at + 1),
                at.checked_sub(columns),
                Some(at + columns),
            ];
            for near in near.into_iter().flatten() {
                if near < busy.len() && busy[near] && !seen[near] {
                    seen[near] = true;
                    open.push(near);
                }
            }
        }
        let (width, height) = (group.right - group.left + 1, group.bottom - group.top + 1);
        let filled = real(group.tiles) / (real(width) * real(height));
        if width >= MIN_TILES && height >= MIN_TILES && filled >= FILLED {
            found.push(group);
        }
    }
    found
}
