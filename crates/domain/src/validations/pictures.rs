//! Pictures as they may be looked at: decoded within limits, upright, and written anew.

use super::DeclinedReason;

/// Largest file of a document, in bytes.
pub const LARGEST_PICTURE: u64 = 20 * 1024 * 1024;

/// Largest file of a face, which may be a video, in bytes.
pub const LARGEST_FACE: u64 = 60 * 1024 * 1024;

/// A picture that may be looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes, a JPEG of our own making: nothing but what is to be seen.
    pub jpeg: Vec<u8>,
}

/// Why a file is no picture that may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPicture {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is something else.
    #[error("the file is no picture")]
    NotAPicture,
    /// It is a moving picture.
    #[error("the file is a video")]
    Video,
    /// It has more pixels than are looked at.
    #[error("the picture is too large")]
    TooLarge,
    /// It begins as a picture and does not end as one.
    #[error("the picture is broken")]
    Broken,
}

impl BadPicture {
    /// Why a document is declined whose file this is.
    pub const fn of_document(self) -> DeclinedReason {
        match self {
            Self::Empty => DeclinedReason::EmptyInputFile,
            Self::NotAPicture | Self::Video => DeclinedReason::InvalidImageFormat,
            Self::TooLarge | Self::Broken => DeclinedReason::InvalidOrCorruptedImageFile,
        }
    }

    /// Why a face is declined whose file this is.
    pub const fn of_face(self) -> DeclinedReason {
        match self {
            Self::Empty | Self::NotAPicture => DeclinedReason::FileFormatNotSupported,
            Self::Video => DeclinedReason::InvalidVideoFile,
            Self::TooLarge | Self::Broken => DeclinedReason::InvalidFileFormat,
        }
    }
}

/// Something that makes pictures of files.
pub trait Pictures: Send + Sync + 'static {
    /// Reads a file. Takes time and memory: not to be called where requests are answered.
    ///
    /// # Errors
    /// If it is no picture that may be looked at.
    fn clean(&self, file: &[u8]) -> Result<Picture, BadPicture>;
}

/// The bytes of a file that may have come as Base64, as the reference asks for, or as a data URL.
pub fn unwrapped(file: Vec<u8>) -> Vec<u8> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = match file.strip_prefix(b"data:") {
        Some(rest) => {
            let comma = rest.iter().position(|byte| *byte == b',');
            comma.map_or(&file[..], |at| &rest[at + 1..])
        }
        None => &file[..],
    };
    // No picture and no video is text from end to end.
    let alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte);
    if text.is_empty() || !text.iter().all(alphabet) {
        return file;
    }
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !b"\r\n".contains(byte))
        .collect();
    STANDARD.decode(text).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_was_before_it_was_written_as_text() {
        let png = b"\x89PNG\r\n\x1a\n....".to_vec();
        for (sent, read) in [
            (png.clone(), png.clone()),
            (b"iVBORw0KGgouLi4u".to_vec(), png.clone()),
            (b"iVBORw0K\r\nGgouLi4u\r\n".to_vec(), png.clone()),
            (b"data:image/png;base64,iVBORw0KGgouLi4u".to_vec(), png),
            (b"<html>".to_vec(), b"<html>".to_vec()),
            (b"abc".to_vec(), b"abc".to_vec()),
            (Vec::new(), Vec::new()),
        ] {
            assert_eq!(unwrapped(sent), read);
        }
    }
}
