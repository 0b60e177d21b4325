//! Text: where it stands and what it says.
//!
//! `PP-OCRv6` in its small form: one network marks the pixels of text, another reads the strips cut out along the
//! marks. A picture may be held any way round. The direction of the longest strips gives the axis; which end is the
//! beginning, the reader tells, for text that is read upside down comes out with little confidence.

mod characters;
mod detect;
mod recognise;

use std::sync::Arc;

use image::RgbImage;

use cotejo_domain::reading::{Area, Line};

pub(crate) use characters::Characters;

use crate::{
    error::VisionError,
    geometry::{Point, Turned},
    numbers::{pixel, real},
    picture::bounded,
    runtime::Network,
};

/// The longest side of what strips are cut from: text 15 pixels high there is still read.
const WORKING_SIDE: u32 = 2_000;
/// Strips that are lower on average, in the detector's pixels, are looked at again from closer,
const LOW: f32 = 19.0;
/// where they take a smaller share of the picture than that: else closer is not possible.
const CLOSE: f32 = 0.8;
/// Strips that decide which way round the text is.
const JUDGES: usize = 5;
/// Text that is read the right way round has more confidence than that.
const SURE: f32 = 0.9;
/// Below it, what was read is no text.
const MIN_CONFIDENCE: f32 = 0.5;

/// The two networks and their alphabet.
pub(crate) struct Ocr {
    detector: Arc<dyn Network>,
    reader: Arc<dyn Network>,
    characters: Characters,
}

/// The text of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// From top to bottom, in the frame in which it is upright.
    pub lines: Vec<Line>,
    /// The direction of reading, in the picture.
    pub right: Point,
    /// Where it stands, in the picture: an upright rectangle; the whole picture where there is no text.
    pub bounds: Area,
}

impl Text {
    /// How many quarter turns to the right make it upright.
    pub fn turned(&self) -> u8 {
        let (across, down) = (self.right.x, self.right.y);
        match (across.abs() >= down.abs(), across >= 0.0, down >= 0.0) {
            (true, true, _) => 0,
            (true, false, _) => 2,
            (false, _, true) => 3,
            (false, _, false) => 1,
        }
    }

    /// How far from upright it is once quarter turns are made, in degrees to the right.
    pub fn skew(&self) -> f32 {
        let degrees = self.right.y.atan2(self.right.x).to_degrees();
        let quarter = (degrees / 90.0).round() * 90.0;
        degrees - quarter
    }
}

impl Ocr {
    /// Over two networks; the reader's file holds its alphabet.
    pub fn new(detector: Arc<dyn Network>, reader: Arc<dyn Network>, characters: Characters) -> Self {
        Self {
            detector,
            reader,
            characters,
        }
    }

    /// What is written in the picture.
    pub fn read(&self, picture: &RgbImage) -> Result<Text, VisionError> {
        let working = bounded(picture.clone(), WORKING_SIDE);
        let factor = real(picture.width()) / real(working.width().max(1));
        let strips = self.strips(&working)?;
        let all = around(&strips).unwrap_or_else(|| whole(&working));
        let (right, judged) = self.direction(&working, &strips)?;
        let mut lines = Vec::new();
        for (at, strip) in strips.iter().enumerate() {
            let strip = strip.facing(right);
            let known = judged.iter().find(|(judge, _)| *judge == at);
            let read = match known {
                Some((_, read)) => read.clone(),
                None => self.strip(&working, &strip)?,
            };
            if let Some((text, confidence)) = read.filter(|(_, confidence)| *confidence >= MIN_CONFIDENCE) {
                let area = upright(&strip.scaled(factor), right);
                lines.push(Line {
                    text,
                    confidence,
                    area,
                });
            }
        }
        Ok(Text {
            lines: from_the_corner(lines),
            right,
            bounds: Area {
                left: all.left * factor,
                top: all.top * factor,
                width: all.width * factor,
                height: all.height * factor,
            },
        })
    }

    /// Where text stands. A card that was taken from afar is looked at twice, the second time closer.
    fn strips(&self, picture: &RgbImage) -> Result<Vec<Turned>, VisionError> {
        let strips = detect::detect(&*self.detector, picture)?;
        let Some(all) = around(&strips) else {
            return Ok(strips);
        };
        let longest = real(picture.width().max(picture.height()));
        let mut heights: Vec<f32> = strips.iter().map(|strip| strip.width.min(strip.height)).collect();
        heights.sort_by(f32::total_cmp);
        let middle = heights[heights.len() / 2] * (detect::SIDE / longest);
        if middle >= LOW || all.width.max(all.height) > CLOSE * longest {
            return Ok(strips);
        }
        let margin = 0.12 * all.width.max(all.height);
        let left = pixel(all.left - margin).min(picture.width() - 1);
        let top = pixel(all.top - margin).min(picture.height() - 1);
        let right = pixel(all.right() + margin).clamp(left + 1, picture.width());
        let bottom = pixel(all.bottom() + margin).clamp(top + 1, picture.height());
        let piece = image::imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image();
        let corner = Point::new(real(left), real(top));
        let closer = detect::detect(&*self.detector, &piece)?;
        Ok(closer
            .into_iter()
            .map(|strip| Turned {
                middle: strip.middle.plus(corner),
                ..strip
            })
            .collect())
    }

    fn strip(&self, picture: &RgbImage, strip: &Turned) -> Result<Read, VisionError> {
        recognise::recognise(&*self.reader, &self.characters, picture, strip)
    }

    /// The direction of reading, and what the strips that told it say.
    fn direction(
        &self,
        picture: &RgbImage,
        strips: &[Turned],
    ) -> Result<(Point, Vec<(usize, Read)>), VisionError> {
        let axis = axis(strips);
        let judges = longest(strips, axis);
        let mut best: Option<(f32, Point, Vec<(usize, Read)>)> = None;
        for right in [axis, axis.times(-1.0)] {
            let (mut sum, mut said) = (0.0, Vec::new());
            for at in &judges {
                let read = self.strip(picture, &strips[*at].facing(right))?;
                sum += read.as_ref().map_or(0.0, |(_, confidence)| *confidence);
                said.push((*at, read));
            }
            let mean = sum / real(u32::try_from(judges.len().max(1)).unwrap_or(1));
            if best.as_ref().is_none_or(|(other, ..)| mean > *other) {
                best = Some((mean, right, said));
            }
            // Upright pictures, which most are, need no second opinion.
            if mean >= SURE || judges.is_empty() {
                break;
            }
        }
        Ok(best.map_or((axis, Vec::new()), |(_, right, said)| (right, said)))
    }
}

/// The upright rectangle around all strips.
fn around(strips: &[Turned]) -> Option<Area> {
    let corners: Vec<Point> = strips.iter().flat_map(Turned::corners).collect();
    let first = corners.first()?;
    let (mut low, mut high) = (*first, *first);
    for corner in &corners {
        low = Point::new(low.x.min(corner.x), low.y.min(corner.y));
        high = Point::new(high.x.max(corner.x), high.y.max(corner.y));
    }
    Some(Area {
        left: low.x,
        top: low.y,
        width: high.x - low.x,
        height: high.y - low.y,
    })
}

fn whole(picture: &RgbImage) -> Area {
    Area {
        left: 0.0,
        top: 0.0,
        width: real(picture.width()),
        height: real(picture.height()),
    }
}

/// What a strip says and how sure that is; none where it says nothing.
type Read = Option<(String, f32)>;

/// The direction along which most of the text runs, to the right or downwards.
fn axis(strips: &[Turned]) -> Point {
    let mut upright = Point::new(1.0, 0.0);
    let mut runs: Vec<(f32, f32)> = strips
        .iter()
        .map(|strip| {
            let long = if strip.width >= strip.height {
                strip.right
            } else {
                strip.right.turned()
            };
            let mut degrees = long.y.atan2(long.x).to_degrees();
            // As an axis it has no sign: from -45 (exclusive) to 135.
            while degrees <= -45.0 {
                degrees += 180.0;
            }
            while degrees > 135.0 {
                degrees -= 180.0;
            }
            let (long, short) = (strip.width.max(strip.height), strip.width.min(strip.height));
            // Short strips have a direction by chance alone.
            (degrees, if long > 3.0 * short { long } else { 0.0 })
        })
        .collect();
    let across: f32 = runs.iter().filter(|run| run.0 <= 45.0).map(|run| run.1).sum();
    let down: f32 = runs.iter().filter(|run| run.0 > 45.0).map(|run| run.1).sum();
    runs.retain(|run| (run.0 <= 45.0) == (across >= down));
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = runs.iter().map(|run| run.1).sum::<f32>() / 2.0;
    let mut passed = 0.0;
    for (degrees, length) in runs {
        passed += length;
        if length > 0.0 && passed >= half {
            upright = Point::new(degrees.to_radians().cos(), degrees.to_radians().sin());
            break;
        }
    }
    upright
}

/// The strips that run along the axis for longest.
fn longest(strips: &[Turned], axis: Point) -> Vec<usize> {
    let mut order: Vec<usize> = (0..strips.len()).collect();
    let length = |at: usize| {
        let strip = strips[at].facing(axis);
        // A barcode that was taken for text is long and says nothing.
        if strip.width > 2.0 * strip.height && strip.width < 25.0 * strip.height {
            strip.width
        } else {
            0.0
        }
    };
    order.sort_by(|a, b| length(*b).total_cmp(&length(*a)));
    order.truncate(JUDGES);
    order
}

/// The area of a strip in the frame whose axis to the right is that direction.
fn upright(strip: &Turned, right: Point) -> Area {
    let down = right.turned();
    Area {
        left: strip.middle.along(right) - strip.width / 2.0,
        top: strip.middle.along(down) - strip.height / 2.0,
        width: strip.width,
        height: strip.height,
    }
}

/// Lines counted from the upper left corner of all text, from top to bottom and left to right.
fn from_the_corner(mut lines: Vec<Line>) -> Vec<Line> {
    let least = |of: fn(&Area) -> f32| lines.iter().map(|line| of(&line.area)).fold(f32::MAX, f32::min);
    let (left, top) = (least(|area| area.left), least(|area| area.top));
    for line in &mut lines {
        line.area.left -= left;
        line.area.top -= top;
    }
    lines.sort_by(|a, b| {
        let row = |line: &Line| pixel(line.area.middle());
        row(a).cmp(&row(b)).then(a.area.left.total_cmp(&b.area.left))
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(degrees: f32, width: f32, height: f32) -> Turned {
        Turned {
            middle: Point::new(100.0, 100.0),
            right: Point::new(degrees.to_radians().cos(), degrees.to_radians().sin()),
            width,
            height,
        }
    }

    #[test]
    fn the_axis_is_that_of_the_long_strips() {
        for (strips, expected) in [
            (vec![], 0.0f32),
            (vec![strip(0.0, 200.0, 20.0), strip(90.0, 30.0, 20.0)], 0.0),
            (
                vec![
                    strip(-7.0, 200.0, 20.0),
                    strip(-6.0, 150.0, 20.0),
                    strip(-6.5, 100.0, 20.0),
                ],
                -6.5,
            ),
            (vec![strip(0.0, 20.0, 200.0), strip(90.0, 150.0, 20.0)], 90.0),
            (vec![strip(180.0, 200.0, 20.0)], 0.0),
        ] {
            let found = axis(&strips);
            let degrees = found.y.atan2(found.x).to_degrees();
            assert!((degrees - expected).abs() < 0.6, "{degrees} {expected}");
        }
    }

    #[test]
    fn quarter_turns_and_what_is_left() {
        for (degrees, turned, skew) in [
            (0.0f32, 0, 0.0),
            (5.0, 0, 5.0),
            (90.0, 3, 0.0),
            (-88.0, 1, 2.0),
            (178.0, 2, -2.0),
        ] {
            let text = Text {
                lines: Vec::new(),
                right: Point::new(degrees.to_radians().cos(), degrees.to_radians().sin()),
                bounds: Area::default(),
            };
            assert_eq!(text.turned(), turned, "{degrees}");
            assert!((text.skew() - skew).abs() < 1e-3, "{degrees}");
        }
    }
}
