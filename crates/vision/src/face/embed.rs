//! `SFace`: a face that is laid on five fixed points becomes 128 numbers.

use image::RgbImage;

use super::Embedding;
use crate::{
    error::VisionError,
    geometry::{Point, Similarity, planes},
    models::FACE_READER,
    runtime::{Network, Tensor},
};

const SIDE: u32 = 112;

/// Where the landmarks of a face lie in the pictures that the network was trained on.
const PLACES: [Point; 5] = [
    Point::new(38.2946, 51.6963),
    Point::new(73.5318, 51.5014),
    Point::new(56.0252, 71.7366),
    Point::new(41.5493, 92.3655),
    Point::new(70.7299, 92.2041),
];

pub fn embed(
    network: &dyn Network,
    upright: &RgbImage,
    landmarks: &[Point; 5],
) -> Result<Embedding, VisionError> {
    let wrong = || VisionError::Answer { model: FACE_READER };
    let map = Similarity::fit(landmarks, &PLACES).ok_or_else(wrong)?;
    let face = map.warp(upright, SIDE, SIDE);
    let input = Tensor::picture(SIDE, SIDE, planes(&face, false, 0.0, 1.0));
    let outputs = network.run(input)?;
    let [output] = outputs.as_slice() else {
        return Err(wrong());
    };
    normal(&output.data).ok_or_else(wrong)
}

fn normal(values: &[f32]) -> Option<Embedding> {
    let mut embedding: Embedding = values.try_into().ok()?;
    let size = embedding.iter().map(|value| value * value).sum::<f32>().sqrt();
    if size <= f32::EPSILON || !size.is_finite() {
        return None;
    }
    for value in &mut embedding {
        *value /= size;
    }
    Some(embedding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embeddings_have_length_one() {
        let embedding = normal(&[2.0; 128]).unwrap();
        assert!((embedding.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
        assert_eq!(normal(&[0.0; 128]), None);
        assert_eq!(normal(&[f32::NAN; 128]), None);
        assert_eq!(normal(&[1.0; 127]), None);
    }
}
