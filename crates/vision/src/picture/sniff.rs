//! What a file is by its first bytes.

use std::fmt;

use infer::MatcherType;

/// What bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A WebP picture.
    Webp,
    /// A picture in a format that is not read here.
    OtherPicture,
    /// A web page.
    Html,
    /// A vector drawing, which may hold scripts.
    Svg,
    /// A PDF document.
    Pdf,
    /// A video.
    Video,
    /// A recording.
    Audio,
    /// An archive, or a document of an office suite.
    Archive,
    /// A program.
    Program,
    /// Text.
    Text,
    /// Nothing that is known.
    Unknown,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "a JPEG picture",
            Self::Png => "a PNG picture",
            Self::Webp => "a WebP picture",
            Self::OtherPicture => "a picture in another format",
            Self::Html => "a web page",
            Self::Svg => "an SVG drawing",
            Self::Pdf => "a PDF document",
            Self::Video => "a video",
            Self::Audio => "a recording",
            Self::Archive => "an archive",
            Self::Program => "a program",
            Self::Text => "text",
            Self::Unknown => "of an unknown kind",
        })
    }
}

/// How much of a file may be read to tell text.
const HEAD: usize = 1024;

/// What the bytes are.
pub fn sniff(bytes: &[u8]) -> Found {
    let Some(kind) = infer::get(bytes) else {
        return text(bytes);
    };
    match (kind.mime_type(), kind.matcher_type()) {
        ("image/jpeg", _) => Found::Jpeg,
        ("image/png", _) => Found::Png,
        ("image/webp", _) => Found::Webp,
        ("application/pdf", _) => Found::Pdf,
        ("text/html", _) => Found::Html,
        ("text/xml", _) => text(bytes),
        (_, MatcherType::Image) => Found::OtherPicture,
        (_, MatcherType::Video) => Found::Video,
        (_, MatcherType::Audio) => Found::Audio,
        (_, MatcherType::Archive | MatcherType::Doc | MatcherType::Book) => Found::Archive,
        (_, MatcherType::App) => Found::Program,
        (_, MatcherType::Text) => Found::Text,
        _ => Found::Unknown,
    }
}

fn text(bytes: &[u8]) -> Found {
    let head = &bytes[..bytes.len().min(HEAD)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    if head.contains("<svg") {
        return Found::Svg;
    }
    if head.contains("<html") || head.contains("<!doctype html") || head.contains("<script") {
        return Found::Html;
    }
    let odd = |c: char| (c.is_control() && !c.is_whitespace()) || c == char::REPLACEMENT_CHARACTER;
    // The last character may be cut in two.
    let cut = head.trim_end_matches(char::REPLACEMENT_CHARACTER);
    if !cut.is_empty() && !cut.contains(odd) {
        return Found::Text;
    }
    Found::Unknown
}
