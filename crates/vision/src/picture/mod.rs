//! From bytes of an unknown hand to a picture that may be kept, shown and measured.
//!
//! What a file is, its bytes tell, whatever its name or content type says. Everything that can be refused is refused
//! before a pixel is decoded: a picture of a gigapixel is a few kilobytes on the wire. What passes is turned upright,
//! made smaller where it need not be so large, and written anew, so that neither the place where it was taken nor
//! anything hidden behind the last pixel is stored or served.

mod sniff;
#[cfg(test)]
mod tests;
mod whole;

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType,
};

pub use sniff::Found;

use crate::numbers::byte;

/// The longest side that is decoded.
pub const MAX_SIDE: u32 = 12_000;
/// The most pixels that are decoded.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The most memory that a decoder may take: the pixels in four channels of 16 bits, and some.
const MAX_BYTES: u64 = 384 * 1024 * 1024;
/// The longest side that is kept: on a card, 35 pixels a millimetre.
pub const LONG_SIDE: u32 = 3_000;
/// Small text survives it, and a third of the bytes of 100 do.
const JPEG_QUALITY: u8 = 90;

/// Why bytes are not taken as a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// There are none.
    #[error("the file is empty")]
    Empty,
    /// They are something else.
    #[error("the file is {found}, not a JPEG, PNG or WebP picture")]
    NotAPicture {
        /// What they are.
        found: Found,
    },
    /// More pixels than are decoded.
    #[error("the picture has {width} x {height} pixels, which is more than is read")]
    TooLarge {
        /// What its header says.
        width: u32,
        /// What its header says.
        height: u32,
    },
    /// The picture is cut off, or not what its header says.
    #[error("the picture is damaged or cut off")]
    Broken,
}

/// A picture that was read whole, stands upright and is written anew.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl Picture {
    /// Takes the bytes of a JPEG, PNG or WebP file.
    pub fn read(bytes: &[u8]) -> Result<Self, PictureError> {
        let pixels = decode(bytes)?;
        let pixels = bounded(pixels, LONG_SIDE);
        let (width, height) = pixels.dimensions();
        Ok(Self {
            jpeg: encode(&pixels)?,
            width,
            height,
        })
    }

    /// The file to keep.
    pub fn jpeg(&self) -> &[u8] {
        &self.jpeg
    }

    /// The file to keep.
    pub fn into_jpeg(self) -> Vec<u8> {
        self.jpeg
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }
}

/// The upright pixels of a file, within the bounds.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    let format = match sniff::sniff(bytes) {
        Found::Jpeg => ImageFormat::Jpeg,
        Found::Png => ImageFormat::Png,
        Found::Webp => ImageFormat::WebP,
        found => return Err(PictureError::NotAPicture { found }),
    };
    if !whole::is_whole(bytes, format) {
        return Err(PictureError::Broken);
    }
    if let Some((width, height)) = whole::header_dimensions(bytes, format) {
        check_bounds(width, height)?;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureError::Broken)?;
    let (width, height) = decoder.dimensions();
    check_bounds(width, height)?;
    let orientation = decoder.orientation().map_err(|_| PictureError::Broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Broken)?;
    image.apply_orientation(orientation);
    Ok(on_white(image))
}

fn check_bounds(width: u32, height: u32) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Broken);
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}

/// What shines through is white, as on paper; dropped alone, the alpha channel would leave black.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut pixels = RgbImage::new(image.width(), image.height());
    for (from, to) in image.pixels().zip(pixels.pixels_mut()) {
        let [red, green, blue, alpha] = from.0.map(f32::from);
        let share = alpha / 255.0;
        *to = Rgb([red, green, blue].map(|value| byte(255.0f32.mul_add(1.0 - share, value * share))));
    }
    pixels
}

/// The picture with its longest side no longer than that.
pub(crate) fn bounded(pixels: RgbImage, side: u32) -> RgbImage {
    let (width, height) = pixels.dimensions();
    let longest = width.max(height);
    if longest <= side {
        return pixels;
    }
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(side) / u64::from(longest);
        u32::try_from(length).unwrap_or(side).max(1)
    };
    image::imageops::resize(&pixels, scaled(width), scaled(height), FilterType::Triangle)
}

/// A JPEG file of the pixels and of nothing else.
pub(crate) fn encode(pixels: &RgbImage) -> Result<Vec<u8>, PictureError> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)
        .encode_image(pixels)
        .map_err(|_| PictureError::Broken)?;
    Ok(jpeg)
}
