//! The passive hint: whether a face is a print or a screen. Optional, and off unless its network is fetched.

use std::sync::Arc;

use image::{RgbImage, imageops::FilterType};

use crate::{
    error::VisionError,
    face::Face,
    geometry::{planes, quarter_turns},
    models::LIVENESS,
    numbers::{pixel, real},
    runtime::{Network, Tensor},
};

const SIDE: u32 = 128;
/// How many times its box the network sees around a face: prints and screens have edges.
const SURROUNDINGS: f32 = 2.7;

pub(crate) struct Liveness(Arc<dyn Network>);

impl Liveness {
    pub fn new(network: Arc<dyn Network>) -> Self {
        Self(network)
    }

    /// From 0 to 1.
    pub fn of(&self, picture: &RgbImage, face: &Face) -> Result<f32, VisionError> {
        let crop = quarter_turns(&surroundings(picture, face), face.turned);
        let crop = image::imageops::resize(&crop, SIDE, SIDE, FilterType::Triangle);
        let outputs = self
            .0
            .run(Tensor::picture(SIDE, SIDE, planes(&crop, true, 0.0, 1.0)))?;
        outputs
            .first()
            .and_then(|output| first_share(&output.data))
            .ok_or(VisionError::Answer { model: LIVENESS })
    }
}

/// A square around the face, moved rather than cut where it would reach over an edge.
fn surroundings(picture: &RgbImage, face: &Face) -> RgbImage {
    let (width, height) = (real(picture.width()), real(picture.height()));
    let area = face.area;
    let side = (area.width.max(area.height) * SURROUNDINGS).clamp(1.0, width.min(height));
    let left = (area.left + (area.width - side) / 2.0).clamp(0.0, width - side);
    let top = (area.top + (area.height - side) / 2.0).clamp(0.0, height - side);
    let side = pixel(side).max(1);
    image::imageops::crop_imm(picture, pixel(left), pixel(top), side, side).to_image()
}

/// The first class of a softmax.
fn first_share(scores: &[f32]) -> Option<f32> {
    let first = *scores.first()?;
    let sum: f32 = scores.iter().map(|score| (score - first).exp()).sum();
    (scores.len() > 1 && sum > 0.0).then(|| 1.0 / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_class_is_a_share() {
        assert!((first_share(&[0.0, 0.0]).unwrap() - 0.5).abs() < 1e-6);
        assert!(first_share(&[9.0, 0.0, 0.0]).unwrap() > 0.99);
        assert_eq!(first_share(&[-500.0, 500.0]), Some(0.0));
        assert_eq!(first_share(&[1.0]), None);
        assert_eq!(first_share(&[]), None);
    }
}
