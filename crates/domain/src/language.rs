//! Languages of texts that people read.

crate::text_enum! {
    /// A language.
    pub enum Language {
        /// Spanish.
        Es = "es",
        /// English.
        En = "en",
        /// Portuguese.
        Pt = "pt",
    }
}

impl Language {
    /// Chooses one of three texts.
    pub const fn choose<'a>(self, es: &'a str, en: &'a str, pt: &'a str) -> &'a str {
        match self {
            Self::Es => es,
            Self::En => en,
            Self::Pt => pt,
        }
    }
}
