//! Whether a file is there to its end. The decoder of JPEG fills what is missing with grey and says nothing.

use image::ImageFormat;

/// Whether the file ends where its format says that it does; anything may follow.
pub fn is_whole(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Jpeg => jpeg_ends(bytes).is_some(),
        ImageFormat::WebP => bytes
            .get(4..8)
            .and_then(|size| size.try_into().ok())
            .map(u32::from_le_bytes)
            .is_some_and(|size| bytes.len() as u64 >= u64::from(size) + 8),
        // The decoder of PNG checks every chunk.
        _ => true,
    }
}

/// Walks over the segments: a picture within the header, such as a thumbnail, has an end of its own.
fn jpeg_ends(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xff {
            at += 1;
        }
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        at += 1;
        match marker {
            0xd9 => return Some(at),
            // Stuffing, restarts, and markers that stand alone.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            // After the header of a scan its data follows, in which a real marker is the next thing to look for.
            _ => {
                let length = bytes.get(at..at + 2)?;
                at += usize::from(u16::from_be_bytes([length[0], length[1]]));
            }
        }
    }
}

/// What the header of a PNG says, before any decoder sees it.
pub fn header_dimensions(bytes: &[u8], format: ImageFormat) -> Option<(u32, u32)> {
    if format != ImageFormat::Png {
        return None;
    }
    let number = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map(u32::from_be_bytes)
    };
    Some((number(16)?, number(20)?))
}
