//! The vocabulary of the synthetic registries.
//!
//! Registries answer in the language of their country, so every fixed text is one row of three spellings. Names of
//! people are kept as a registry prints them: upper case, without accents.

pub(super) mod business;
pub(super) mod courts;
pub(super) mod es;
pub(super) mod phrases;
pub(super) mod pt;
pub(super) mod traffic;

use cotejo_domain::country::Country;

/// The language in which a registry answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
    /// English: the international lists.
    En,
}

impl Language {
    /// The language of the registries that belong to this country.
    pub(super) const fn of(country: Country) -> Self {
        match country {
            Country::All => Self::En,
            Country::Br => Self::Pt,
            Country::Co | Country::Cl | Country::Mx | Country::Pe | Country::Cr => Self::Es,
        }
    }
}

/// A fixed text: Spanish, Portuguese, English.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

impl Phrase {
    /// The text in a language.
    pub(super) const fn text(self, language: Language) -> &'static str {
        match language {
            Language::Es => self.0,
            Language::Pt => self.1,
            Language::En => self.2,
        }
    }
}

/// The names that people of a country bear.
#[derive(Debug)]
pub(super) struct Names {
    /// Given names of men.
    pub(super) male: &'static [&'static str],
    /// Given names of women.
    pub(super) female: &'static [&'static str],
    /// Surnames.
    pub(super) surnames: &'static [&'static str],
}

/// The names of a country; on international lists people are called as in most of our countries.
pub(super) const fn names(country: Country) -> &'static Names {
    match Language::of(country) {
        Language::Pt => &pt::NAMES,
        Language::Es | Language::En => &es::NAMES,
    }
}
