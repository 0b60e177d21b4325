//! Barcodes: the stacked PDF417 of cards and licences, and QR codes.
//!
//! The decoder wants its code straight and large enough. What looks like a code, a block as dense as no text is, is
//! cut out first, and then tried at the angle of the text and a few others, and at some sizes. A side without such a
//! block costs a few milliseconds. What is not read so may be too small or too soft, and is tried once more, polished.

mod dense;
mod polish;

use image::{RgbImage, imageops::grayscale};
use rxing::{BarcodeFormat, DecodeHints, helpers::detect_in_luma_slice_with_hints};

use cotejo_domain::reading::{Area, Barcode, BarcodeKind};

use crate::{
    geometry::{Point, Turned},
    numbers::pixel,
};

/// Turns that are tried besides that of the text, in degrees, the likeliest first.
const TURNS: [f32; 8] = [0.0, 2.0, -2.0, 4.0, -4.0, 6.0, -6.0, 90.0];
/// Sizes that are tried.
const SIZES: [f32; 3] = [1.0, 1.5, 0.7];
/// A code is not made larger than that.
const MAX_SIDE: f32 = 2_600.0;
/// Text that is turned by less is upright.
const UPRIGHT: f32 = 1.0;
/// A block is cut out with a margin of this share: codes need quiet around them.
const MARGIN: f32 = 0.06;

/// The barcodes of a picture whose text is turned by that many degrees.
pub(crate) fn read(picture: &RgbImage, degrees: f32) -> Vec<Barcode> {
    let mut found: Vec<Barcode> = Vec::new();
    for area in dense::blocks(picture) {
        if let Some(barcode) = read_block(picture, &area, degrees)
            && !found.contains(&barcode)
        {
            found.push(barcode);
        }
    }
    found
}

fn read_block(picture: &RgbImage, area: &Area, degrees: f32) -> Option<Barcode> {
    let (long, short) = (area.width.max(area.height), area.width.min(area.height));
    let is_long = long > 1.6 * short;
    let kinds = if is_long {
        [
            (BarcodeFormat::PDF_417, BarcodeKind::Pdf417),
            (BarcodeFormat::QR_CODE, BarcodeKind::Qr),
        ]
    } else {
        [
            (BarcodeFormat::QR_CODE, BarcodeKind::Qr),
            (BarcodeFormat::PDF_417, BarcodeKind::Pdf417),
        ]
    };
    // QR codes are found at any angle, and a block that is not long is hardly a stacked one.
    let plain = kinds.into_iter().find_map(|(format, kind)| {
        let turns = if kind == BarcodeKind::Pdf417 && is_long {
            &TURNS[..]
        } else {
            &TURNS[..1]
        };
        SIZES.iter().find_map(|size| {
            turns.iter().find_map(|turn| {
                let piece = cut(picture, area, degrees + turn, *size)?;
                decode(&piece, format).map(|bytes| Barcode { kind, bytes })
            })
        })
    });
    plain.or_else(|| is_long.then(|| polished(picture, area, degrees)).flatten())
}

/// The stacked code of a block that has to be polished before.
fn polished(picture: &RgbImage, area: &Area, degrees: f32) -> Option<Barcode> {
    let piece = if degrees.abs() < UPRIGHT {
        polish::upright(picture, area, MARGIN * area.width.max(area.height))
    } else {
        cut(picture, area, degrees, 1.0)?
    };
    let mut fitting = polish::POLISHES
        .iter()
        .filter(|polish| polish.longest(&piece) <= MAX_SIDE);
    let bytes = fitting.find_map(|polish| decode(&polish.of(&piece), BarcodeFormat::PDF_417))?;
    Some(Barcode {
        kind: BarcodeKind::Pdf417,
        bytes,
    })
}

/// The block at another angle and size, with some margin.
fn cut(picture: &RgbImage, area: &Area, degrees: f32, size: f32) -> Option<image::GrayImage> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let margin = MARGIN * area.width.max(area.height);
    // What an upright rectangle covers once it is turned.
    let (sin_part, cos_part) = (sin.abs(), cos.abs());
    let (width, height) = (margin.mul_add(2.0, area.width), margin.mul_add(2.0, area.height));
    let block = Turned {
        middle: Point::new(area.left + area.width / 2.0, area.middle()),
        right: Point::new(cos, sin),
        width: width.mul_add(cos_part, height * sin_part),
        height: width.mul_add(sin_part, height * cos_part),
    };
    let longest = block.width.max(block.height) * size;
    if longest > MAX_SIDE && size > 1.0 {
        return None;
    }
    let (across, down) = (
        pixel(block.width * size).max(1),
        pixel(block.height * size).max(1),
    );
    Some(grayscale(&block.cut(picture, across, down)))
}

/// The bytes of a code; a code's text is its bytes in Latin-1.
fn decode(luma: &image::GrayImage, format: BarcodeFormat) -> Option<Vec<u8>> {
    let mut hints = DecodeHints {
        TryHarder: Some(true),
        CharacterSet: (format == BarcodeFormat::PDF_417).then(|| "ISO-8859-1".to_owned()),
        ..DecodeHints::default()
    };
    let (width, height) = luma.dimensions();
    let result =
        detect_in_luma_slice_with_hints(luma.as_raw(), width, height, Some(format), &mut hints).ok()?;
    let text = result.getText();
    let latin: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    Some(
        latin
            .filter(|_| format == BarcodeFormat::PDF_417)
            .unwrap_or_else(|| text.as_bytes().to_vec()),
    )
}

#[cfg(test)]
mod tests {
    use image::{Rgb, imageops};
    use rxing::{EncodeHints, MultiFormatWriter, Writer as _};

    use super::*;
    use crate::numbers::real;

    fn share(picture: &RgbImage, area: &Area) -> f32 {
        area.width * area.height / (real(picture.width()) * real(picture.height()))
    }

    fn card(format: BarcodeFormat, text: &str) -> RgbImage {
        let hints = EncodeHints {
            CharacterSet: Some("ISO-8859-1".to_owned()),
            ErrorCorrection: (format == BarcodeFormat::PDF_417).then(|| "5".to_owned()),
            ..EncodeHints::default()
        };
        let code = MultiFormatWriter
            .encode_with_hints(text, &format, 0, 0, &hints)
            .unwrap();
        let dots = if format == BarcodeFormat::QR_CODE { 6 } else { 3 };
        let code = RgbImage::from_fn(code.width() * dots, code.height() * dots, |x, y| {
            Rgb([if code.get(x / dots, y / dots) { 20 } else { 240 }; 3])
        });
        let mut card = RgbImage::from_pixel(code.width() + 240, code.height() + 300, Rgb([225, 225, 215]));
        imageops::replace(&mut card, &code, 120, 150);
        card
    }

    #[test]
    fn all_bytes_of_a_stacked_code_come_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let found = read(&card(BarcodeFormat::PDF_417, &text), 0.0);
        assert_eq!(found.len(), 1);
        assert!(found[0].bytes == bytes && found[0].kind == BarcodeKind::Pdf417);
    }

    #[test]
    fn small_and_soft_codes_are_read() {
        let mut bytes: Vec<u8> = (0..451_u32)
            .map(|n| u8::try_from(n * n % 251).unwrap_or_default())
            .collect();
        bytes[..169].fill(0);
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let card = card(BarcodeFormat::PDF_417, &text);
        let scaled = |width: u32| {
            let height = card.height() * width / card.width();
            imageops::resize(&card, width, height, imageops::FilterType::Triangle)
        };
        for (what, picture) in [
            ("560 pixels", scaled(560)),
            ("640 pixels", scaled(640)),
            ("out of focus", imageops::blur(&scaled(1_100), 1.2)),
        ] {
            let found = read(&picture, 0.2);
            assert!(found.len() == 1 && found[0].bytes == bytes, "{what}");
        }
    }

    #[test]
    fn codes_that_are_turned_are_read() {
        for (format, kind) in [
            (BarcodeFormat::PDF_417, BarcodeKind::Pdf417),
            (BarcodeFormat::QR_CODE, BarcodeKind::Qr),
        ] {
            let card = card(format, "A made-up payload of some length, 0123456789");
            for turned in [
                card.clone(),
                imageops::rotate90(&card),
                imageops::rotate180(&card),
            ] {
                let found = read(&turned, 0.0);
                assert_eq!(found.first().map(|code| code.kind), Some(kind));
            }
        }
    }

    #[test]
    fn a_side_without_a_code_has_none() {
        let plain = RgbImage::from_fn(800, 500, |x, y| {
            let text = y % 60 < 18 && (x / 3) % 3 == 0 && x < 600;
            Rgb([if text { 40 } else { 230 }; 3])
        });
        assert!(
            dense::blocks(&plain)
                .iter()
                .all(|area| share(&plain, area) < 0.01)
        );
        assert!(read(&plain, 0.0).is_empty());
        assert!(read(&RgbImage::new(1, 1), 0.0).is_empty());
    }
}
