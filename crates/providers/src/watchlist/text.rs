//! A file's bytes as text, or why they are none.
//!
//! What is refused here is refused for every format: archives, other encodings, control characters, files of a size
//! that no list has. An editor that saved a list wrongly is found before its damage can look like data.

use std::borrow::Cow;

use super::ParseError;

/// The largest file that is read. The largest lists there are have a few hundred megabytes.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

cotejo_domain::text_enum! {
    /// How the letters of a file are written.
    pub enum Encoding {
        /// What nearly everybody uses.
        Utf8 = "utf-8",
        /// What spreadsheets in Latin America save, with its dashes and curly quotes.
        Windows1252 = "windows-1252",
        /// ISO 8859-1. Files that say so are mostly windows-1252; then this refuses them.
        Latin1 = "latin-1",
    }
}

/// First bytes of what is no text, and what to do about it.
const OTHERS: &[(&[u8], &str)] = &[
    (
        b"PK\x03\x04",
        "it is a ZIP archive or a workbook: unpack it, or save it as text",
    ),
    (b"PK\x05\x06", "it is an empty ZIP archive"),
    (b"\x1F\x8B", "it is a gzip file: unpack it"),
    (b"BZh91AY&SY", "it is a bzip2 file: unpack it"),
    (b"\xFD7zXZ", "it is an xz file: unpack it"),
    (b"\x28\xB5\x2F\xFD", "it is a zstd file: unpack it"),
    (b"7z\xBC\xAF", "it is a 7-Zip archive: unpack it"),
    (b"%PDF", "it is a PDF document"),
    (b"\xD0\xCF\x11\xE0", "it is an Office document: save it as text"),
    (b"\xFF\xFE", "it is UTF-16: save it as UTF-8"),
    (b"\xFE\xFF", "it is UTF-16: save it as UTF-8"),
];

/// The characters of windows-1252 from 0x80 to 0x9F; five of them it does not define.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', //
    '\0', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Why these first bytes are no text.
pub(super) fn other(head: &[u8]) -> Option<&'static str> {
    OTHERS
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, reason)| *reason)
}

/// A UTF-8 file's text, without a byte order mark.
pub(super) fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, ParseError> {
    refuse_others(file, bytes)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_at(bytes, error.valid_up_to());
        ParseError::at(file, line, "a byte that is not UTF-8")
    })?;
    match bytes.iter().position(|&byte| is_control(byte)) {
        None => Ok(text),
        Some(at) => {
            let reason = format!("the control character 0x{:02X}", bytes[at]);
            Err(ParseError::at(file, line_at(bytes, at), reason))
        }
    }
}

/// A file's text in the encoding that its mapping tells.
pub(super) fn decode<'a>(
    file: &str,
    bytes: &'a [u8],
    encoding: Encoding,
) -> Result<Cow<'a, str>, ParseError> {
    if encoding == Encoding::Utf8 {
        return utf8(file, bytes).map(Cow::Borrowed);
    }
    refuse_others(file, bytes)?;
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    for (at, &byte) in bytes.iter().enumerate() {
        let character = match byte {
            0x80..0xA0 if encoding == Encoding::Windows1252 => WINDOWS_1252[usize::from(byte - 0x80)],
            0x80..0xA0 => '\0',
            _ => char::from(byte),
        };
        if character == '\0' || is_control(byte) {
            let reason = format!("the byte 0x{byte:02X} is no character of {encoding}");
            return Err(ParseError::at(file, line_at(bytes, at), reason));
        }
        text.push(character);
    }
    Ok(Cow::Owned(text))
}

fn refuse_others(file: &str, bytes: &[u8]) -> Result<(), ParseError> {
    let reason = if exceeds(bytes.len()) {
        Some("it has more than 1 GiB")
    } else {
        other(bytes)
    };
    reason.map_or(Ok(()), |reason| Err(ParseError::refused(file, reason)))
}

fn exceeds(bytes: usize) -> bool {
    bytes as u64 > MAX_FILE_BYTES
}

/// Tabs and line ends are text. So are the controls beyond ASCII, which publishers' editors leave in their prose.
fn is_control(byte: u8) -> bool {
    byte == 0x7F || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// The line, from 1, that holds the byte at this offset.
pub(super) fn line_at(bytes: &[u8], offset: usize) -> u64 {
    bytes
        .iter()
        .take(offset)
        .fold(1, |line, &byte| line + u64::from(byte == b'\n'))
}

/// A text with single blanks and without any at its ends; lists break lines anywhere.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_refused() {
        for (bytes, refused) in [
            (&b"PK\x03\x04..."[..], "f: it is a ZIP archive"),
            (b"\x1F\x8B\x08", "f: it is a gzip file"),
            (b"\xFF\xFEn\0", "f: it is UTF-16"),
            (b"n\0a\0", "f, line 1: the control character 0x00"),
            (b"a\nb\x1Ac", "f, line 2: the control character 0x1A"),
            (b"a\n\n\x7F", "f, line 3: the control character 0x7F"),
            (b"\xEF\xBB\xBFa\nPE\xD1A", "f, line 2: a byte that is not UTF-8"),
        ] {
            let error = utf8("f", bytes).expect_err(refused).to_string();
            assert!(error.starts_with(refused), "{error}");
        }
        assert_eq!(utf8("f", "\u{FEFF}a\tñ\r\n".as_bytes()), Ok("a\tñ\r\n"));
        assert!(exceeds((1 << 30) + 1) && !exceeds(1 << 30));
    }

    #[test]
    fn encodings_of_one_byte() {
        let peña = b"PE\xD1A \x96 \x80";
        assert_eq!(
            decode("f", peña, Encoding::Windows1252).as_deref(),
            Ok("PEÑA – €")
        );
        assert_eq!(decode("f", &peña[..4], Encoding::Latin1).as_deref(), Ok("PEÑA"));
        for (bytes, encoding) in [
            (&peña[..], Encoding::Latin1),
            (b"\x81", Encoding::Windows1252),
            (b"\0", Encoding::Windows1252),
            (b"\x07", Encoding::Latin1),
            (b"PK\x03\x04", Encoding::Latin1),
        ] {
            assert!(decode("f", bytes, encoding).is_err(), "{bytes:?}");
        }
    }
}
