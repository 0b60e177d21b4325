//! One strip of text.

use image::RgbImage;

use super::{Characters, Read};
use crate::{
    error::VisionError,
    geometry::{Turned, planes},
    models::TEXT_READER,
    numbers::{pixel, real},
    runtime::{Network, Tensor},
};

/// The height that the network reads.
const HEIGHT: u32 = 48;
/// A zone of 44 characters is about 1,300 wide; longer strips are squeezed.
const MAX_WIDTH: u32 = 2_400;

pub fn recognise(
    network: &dyn Network,
    characters: &Characters,
    picture: &RgbImage,
    strip: &Turned,
) -> Result<Read, VisionError> {
    let wrong = || VisionError::Answer { model: TEXT_READER };
    let width = real(HEIGHT) * strip.width / strip.height.max(1.0);
    // The network halves the width three times; a strip of whole steps loses nothing at its end.
    let width = pixel((width / 8.0).ceil() * 8.0).clamp(16, MAX_WIDTH);
    let cut = strip.cut(picture, width, HEIGHT);
    let input = Tensor::picture(width, HEIGHT, planes(&cut, true, 127.5, 1.0 / 127.5));
    let outputs = network.run(input)?;
    let [output] = outputs.as_slice() else {
        return Err(wrong());
    };
    if output.shape.last() != Some(&characters.classes()) {
        return Err(wrong());
    }
    Ok(characters.decode(&output.data))
}
