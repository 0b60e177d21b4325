use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder, codecs::webp::WebPEncoder};

use super::*;

fn drawing(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 {
            Rgb([220, 30, 30])
        } else {
            Rgb([240, 240, 230])
        }
    })
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(&drawing(width, height)).unwrap()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&drawing(width, height), width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .encode(&drawing(width, height), width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// A picture whose EXIF says how the camera was held.
fn held(orientation: u8) -> Vec<u8> {
    let mut exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut bytes = jpeg(60, 40);
    bytes.splice(2..2, exif);
    bytes
}

#[test]
fn the_three_formats_are_read() {
    for bytes in [jpeg(60, 40), png(60, 40), webp(60, 40)] {
        let picture = Picture::read(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (60, 40));
        assert!(picture.jpeg().starts_with(&[0xff, 0xd8, 0xff]));
    }
}

#[test]
fn other_things_are_named() {
    let table: &[(&[u8], Found)] = &[
        (b"<!DOCTYPE html><html><body>photo.jpg</body></html>", Found::Html),
        (b"  <html><script>alert(1)</script></html>", Found::Html),
        (
            b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            Found::Svg,
        ),
        (b"%PDF-1.7\n1 0 obj", Found::Pdf),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Found::Video),
        (b"GIF89a\x01\0\x01\0", Found::OtherPicture),
        (b"PK\x03\x04\x14\0\0\0", Found::Archive),
        (b"just words", Found::Text),
        (b"\x01\x02\x03\x04\x05", Found::Unknown),
    ];
    for (bytes, found) in table {
        assert_eq!(
            Picture::read(bytes),
            Err(PictureError::NotAPicture { found: *found }),
            "{found}"
        );
    }
    assert_eq!(Picture::read(b""), Err(PictureError::Empty));
}

#[test]
fn bombs_are_refused_by_their_header() {
    let mut bomb = png(8, 8);
    for (side, at) in [(20_000u32, 16), (20_000, 20)] {
        bomb[at..at + 4].copy_from_slice(&side.to_be_bytes());
    }
    assert_eq!(
        Picture::read(&bomb),
        Err(PictureError::TooLarge {
            width: 20_000,
            height: 20_000
        })
    );
    bomb[16..20].copy_from_slice(&7_900u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&7_900u32.to_be_bytes());
    assert!(matches!(Picture::read(&bomb), Err(PictureError::TooLarge { .. })));
}

#[test]
fn what_is_cut_off_is_refused() {
    for whole in [jpeg(200, 100), png(200, 100), webp(200, 100)] {
        for share in [2, 3, 10] {
            let cut = &whole[..whole.len() - whole.len() / share];
            let error = Picture::read(cut).unwrap_err();
            assert!(
                matches!(error, PictureError::Broken | PictureError::NotAPicture { .. }),
                "{error}"
            );
        }
        for length in 0..whole.len().min(300) {
            assert!(Picture::read(&whole[..length]).is_err());
        }
    }
}

#[test]
fn it_stands_upright() {
    for (orientation, size, red) in [
        (1, (60, 40), (5, 5)),
        (3, (60, 40), (55, 35)),
        (6, (40, 60), (35, 5)),
        (8, (40, 60), (5, 55)),
    ] {
        let pixels = decode(&held(orientation)).unwrap();
        assert_eq!(pixels.dimensions(), size, "{orientation}");
        let pixel = pixels.get_pixel(red.0, red.1);
        assert!(pixel[0] > 180 && pixel[1] < 90, "{orientation}: {pixel:?}");
    }
}

#[test]
fn nothing_is_carried_over() {
    let mut bytes = held(6);
    bytes.extend(b"a secret behind the last pixel");
    let picture = Picture::read(&bytes).unwrap();
    let has = |needle: &[u8]| picture.jpeg().windows(needle.len()).any(|part| part == needle);
    assert!(!has(b"Exif") && !has(b"secret"));
}

#[test]
fn large_ones_become_smaller() {
    let picture = Picture::read(&jpeg(4000, 1000)).unwrap();
    assert_eq!((picture.width(), picture.height()), (3000, 750));
}

#[test]
fn what_shines_through_is_white() {
    let clear = image::RgbaImage::from_pixel(10, 10, image::Rgba([0, 0, 0, 0]));
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&clear, 10, 10, ExtendedColorType::Rgba8)
        .unwrap();
    assert_eq!(decode(&bytes).unwrap().get_pixel(5, 5), &Rgb([255, 255, 255]));
}

#[test]
fn changed_bytes_never_panic() {
    let whole = [jpeg(40, 30), png(40, 30), webp(40, 30)];
    for bytes in &whole {
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0xff;
            let _ = Picture::read(&changed);
        }
    }
}
