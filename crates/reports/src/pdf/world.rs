//! What the templates may see: themselves, the fonts, and the report.

use std::{path::PathBuf, sync::LazyLock};

use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Dict, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

/// The template of a check's report, and that of a process's.
pub(crate) const CHECK: &str = "report.typ";
pub(crate) const PROCESS: &str = "process.typ";

/// The templates by their paths.
const TEMPLATES: &[(&str, &str)] = &[
    (CHECK, include_str!("../../templates/report.typ")),
    (PROCESS, include_str!("../../templates/process.typ")),
    ("cover.typ", include_str!("../../templates/cover.typ")),
    ("dial.typ", include_str!("../../templates/dial.typ")),
    ("sheets.typ", include_str!("../../templates/sheets.typ")),
    ("theme.typ", include_str!("../../templates/theme.typ")),
];

const FONTS: &[&[u8]] = &[
    include_bytes!("../../fonts/Inter-Regular.otf"),
    include_bytes!("../../fonts/Inter-SemiBold.otf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf"),
];

/// What every report shares, read once.
struct Shelf {
    sources: Vec<Source>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
}

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS
        .iter()
        .filter_map(|data| Font::new(Bytes::new(*data), 0))
        .collect();
    let source = |(path, text): &(&str, &str)| {
        let path = VirtualPath::new(path).ok()?;
        let id = RootedPath::new(VirtualRoot::Project, path).intern();
        Some(Source::new(id, (*text).to_owned()))
    };
    Shelf {
        sources: TEMPLATES.iter().filter_map(source).collect(),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

/// Whether a font has the character.
pub(crate) fn has_glyph(c: char) -> bool {
    let covers = |font: &Font| font.info().coverage.contains(c.into());
    SHELF.fonts.iter().any(covers)
}

/// What one report is laid out on.
pub(crate) struct Desk {
    library: LazyHash<Library>,
    main: FileId,
}

impl Desk {
    /// For a template, with these in `sys.inputs`.
    pub(crate) fn new(template: &'static str, inputs: Dict) -> Self {
        let library = Library::builder().with_inputs(inputs).build();
        let place = TEMPLATES.iter().position(|(path, _)| *path == template);
        Self {
            library: LazyHash::new(library),
            main: SHELF.sources[place.unwrap_or(0)].id(),
        }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHELF.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let source = SHELF.sources.iter().find(|source| source.id() == id);
        source.cloned().ok_or_else(|| missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        Err(missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHELF.fonts.get(index).cloned()
    }

    // There is no clock: a report is dated by its check.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.vpath().get_with_slash()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_built_in_is_readable() {
        assert_eq!(SHELF.fonts.len(), FONTS.len());
        assert_eq!(SHELF.sources.len(), TEMPLATES.len());
    }

    #[test]
    fn fonts_cover_our_languages_and_the_scripts_of_lists() {
        let needed = "ÁÉÍÓÚÜÑáéíóúüñ¿¡ÃÕÂÊÔÀÇãõâêôàç–…·ʿʾĀŠŽğşıẓЖжЀΩωשלוםعربيپژ";
        let missing: String = needed.chars().filter(|c| !has_glyph(*c)).collect();
        assert_eq!(missing, "");
        assert!(!has_glyph('安') && !has_glyph('😀'));
    }
}
