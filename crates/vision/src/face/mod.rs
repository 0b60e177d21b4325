//! Faces: where they are, which way they look, and 128 numbers by which two of them are compared.

mod detect;
mod embed;

use image::RgbImage;

use cotejo_domain::reading::Area;

use crate::{
    error::VisionError,
    geometry::{Point, quarter_turns},
    numbers::{pixel, real},
    runtime::Network,
};

/// At this cosine and above two faces are one person's: the first setting to try, from measurements in docs/vision.md.
pub const SAME_PERSON: f32 = 0.45;
/// Below this cosine they are not; between the two a person has to look.
pub const OTHER_PERSON: f32 = 0.36;

/// Faces that stand upright are found with more confidence than that.
const UPRIGHT: f32 = 0.88;

/// The numbers of a face, of length 1 as a vector.
pub type Embedding = [f32; 128];

/// A face in a picture.
#[derive(Clone, PartialEq)]
pub struct Face {
    /// Where it is, in the picture as it was handed in.
    pub area: Area,
    /// How many quarter turns to the right make it upright.
    pub turned: u8,
    /// How sure the detector is, from 0 to 1.
    pub score: f32,
    /// Both eyes, the nose and both corners of the mouth, from the left of the upright picture, in the upright picture.
    pub landmarks: [Point; 5],
    /// What it is compared by.
    pub embedding: Embedding,
    /// Which way it looks: about 0 ahead, below 0 towards the left of the picture, above towards the right. No angle;
    /// it grows with one.
    pub yaw: f32,
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Face")
            .field("area", &self.area)
            .field("turned", &self.turned)
            .field("score", &self.score)
            .field("yaw", &self.yaw)
            .finish_non_exhaustive()
    }
}

/// How alike two faces are, from -1 to 1; of something that is no embedding, 0.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return 0.0;
    }
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let size = (dot(a, a) * dot(b, b)).sqrt();
    if size > 0.0 && size.is_finite() {
        dot(a, b) / size
    } else {
        0.0
    }
}

/// A face that was found and not yet read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub area: Area,
    pub score: f32,
    pub landmarks: [Point; 5],
}

/// The faces of a picture that stands upright, the largest first.
pub(crate) fn find(detector: &dyn Network, upright: &RgbImage) -> Result<Vec<Found>, VisionError> {
    detect::detect(detector, upright)
}

/// A face that was found, with its numbers.
pub(crate) fn read(
    reader: &dyn Network,
    upright: &RgbImage,
    found: &Found,
    turned: u8,
) -> Result<Face, VisionError> {
    Ok(Face {
        area: turned_back(found.area, turned, upright.dimensions()),
        turned,
        score: found.score,
        landmarks: found.landmarks,
        embedding: embed::embed(reader, upright, &found.landmarks)?,
        yaw: yaw(&found.landmarks),
    })
}

/// The faces of a picture however it is held: a detector knows only faces that stand upright.
pub(crate) fn read_all(
    detector: &dyn Network,
    reader: &dyn Network,
    picture: &RgbImage,
) -> Result<Vec<Face>, VisionError> {
    let mut best: Option<(f32, u8, RgbImage, Vec<Found>)> = None;
    for turned in [0, 1, 3, 2] {
        let upright = quarter_turns(picture, turned);
        let found = find(detector, &upright)?;
        let score = found.iter().map(|face| face.score).fold(0.0, f32::max);
        if score > best.as_ref().map_or(0.0, |(best, ..)| *best) {
            best = Some((score, turned, upright, found));
        }
        // A face that lies on its side or stands on its head is found too, now and then, with less confidence.
        if score >= UPRIGHT {
            break;
        }
    }
    let Some((_, turned, upright, found)) = best else {
        return Ok(Vec::new());
    };
    found
        .iter()
        .map(|found| read(reader, &upright, found, turned))
        .collect()
}

/// Where the nose stands between the eyes, measured along the line through them.
fn yaw(landmarks: &[Point; 5]) -> f32 {
    let [left, right, nose, ..] = *landmarks;
    let eyes = right.minus(left);
    let size = eyes.along(eyes);
    if size <= f32::EPSILON {
        return 0.0;
    }
    let middle = left.plus(right).times(0.5);
    nose.minus(middle).along(eyes) / size
}

/// An area of the picture that was turned to the right by quarters, in the picture before.
pub(crate) fn turned_back(area: Area, turned: u8, (width, height): (u32, u32)) -> Area {
    let (width, height) = (real(width), real(height));
    match turned % 4 {
        1 => Area {
            left: area.top,
            top: width - area.right(),
            width: area.height,
            height: area.width,
        },
        2 => Area {
            left: width - area.right(),
            top: height - area.bottom(),
            ..area
        },
        3 => Area {
            left: height - area.bottom(),
            top: area.left,
            width: area.height,
            height: area.width,
        },
        _ => area,
    }
}

/// The face and some of what is around it, upright.
pub(crate) fn portrait(picture: &RgbImage, area: Area, turned: u8) -> RgbImage {
    const MARGIN: f32 = 0.35;
    let (across, down) = (area.width * MARGIN, area.height * MARGIN);
    let (width, height) = picture.dimensions();
    let left = pixel(area.left - across).min(width - 1);
    let top = pixel(area.top - down).min(height - 1);
    let right = pixel(area.right() + across).clamp(left + 1, width);
    let bottom = pixel(area.bottom() + down).clamp(top + 1, height);
    let piece = image::imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image();
    quarter_turns(&piece, turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: f32, top: f32, width: f32, height: f32) -> Area {
        Area {
            left,
            top,
            width,
            height,
        }
    }

    #[test]
    fn cosines() {
        let table: &[(&[f32], &[f32], f32)] = &[
            (&[1.0, 0.0], &[2.0, 0.0], 1.0),
            (&[1.0, 0.0], &[0.0, 3.0], 0.0),
            (&[1.0, 0.0], &[-1.0, 0.0], -1.0),
            (&[0.0, 0.0], &[1.0, 0.0], 0.0),
            (&[1.0], &[1.0, 0.0], 0.0),
            (&[f32::NAN], &[1.0], 0.0),
            (&[], &[], 0.0),
        ];
        for (a, b, expected) in table {
            assert!((cosine(a, b) - expected).abs() < 1e-6, "{a:?} {b:?}");
        }
    }

    #[test]
    fn areas_turn_back() {
        // A point at the upper left of a picture of 100 x 60.
        let before = area(10.0, 20.0, 5.0, 8.0);
        assert_eq!(turned_back(before, 0, (100, 60)), before);
        // Turned to the right, the picture is 60 x 100.
        assert_eq!(turned_back(area(32.0, 10.0, 8.0, 5.0), 1, (60, 100)), before);
        assert_eq!(turned_back(area(85.0, 32.0, 5.0, 8.0), 2, (100, 60)), before);
        assert_eq!(turned_back(area(20.0, 85.0, 8.0, 5.0), 3, (60, 100)), before);
    }

    #[test]
    fn the_nose_tells_which_way_a_face_looks() {
        let face = |nose: f32| {
            [(0.0, 0.0), (10.0, 0.0), (nose, 5.0), (2.0, 10.0), (8.0, 10.0)].map(|(x, y)| Point::new(x, y))
        };
        assert!(yaw(&face(5.0)).abs() < 1e-6);
        assert!(yaw(&face(7.0)) > 0.1 && yaw(&face(3.0)) < -0.1);
        assert_eq!(yaw(&[Point::new(0.0, 0.0); 5]), 0.0);
    }

    #[test]
    fn portraits_stay_in_the_picture() {
        let picture = RgbImage::new(50, 40);
        for area in [
            area(-20.0, -20.0, 500.0, 500.0),
            area(49.0, 39.0, 1.0, 1.0),
            area(400.0, 400.0, 2.0, 2.0),
        ] {
            let (width, height) = portrait(&picture, area, 1).dimensions();
            assert!(width >= 1 && height >= 1 && width <= 50 && height <= 50);
        }
    }
}
