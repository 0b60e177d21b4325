//! Names of people, organisations and vessels: how they are folded and when two of them are one.
//!
//! Whole-string scores fail on Spanish and Portuguese names, where sisters differ in one word of four and one
//! person writes two, three or all four. So names are compared word by word, in four rooms:
//!
//! * a text becomes words (`fold.rs`, `words.rs`), each with how it sounds (`sound.rs`) and, where it is a name in
//!   common use, which (`known.rs`; `trades.rs` for those of organisations): that is a [`Name`], prepared once;
//! * the words of two names are paired (`like.rs` with `short.rs` and `korean.rs`, `pairs.rs`; `heard.rs` for those
//!   who look a word up among many);
//! * what the pairs and the words without a partner say becomes [`Features`] (`persons.rs`, `others.rs`): a missing
//!   part is silence, a different part is evidence against;
//! * a weighted sum of the features is the score (`weights.rs`), and [`THRESHOLD`] decides.
//!
//! What has to match is told in `contract/latam-facts.md` §3.1; the tables of that section are this module's tests.

mod fold;
mod heard;
mod known;
mod korean;
mod like;
mod name;
mod others;
mod pairs;
mod persons;
mod short;
mod sound;
mod trades;
mod verdict;
mod vocabulary;
mod weights;
mod words;

pub use fold::fold;
pub use heard::{Heard, Marks};
pub use like::alike;
pub use name::{Name, tokens};
pub use short::{short_forms, stems};
pub use sound::{ear, is_vowelless, sound};
pub use verdict::{Explanation, Taken};
pub use weights::{Evidence, evidence};
pub use words::prefix_of;

crate::text_enum! {
    /// How strictly a found name is compared with the subject's (`names_matching_type`).
    pub enum NameMatching {
        /// Spellings, missing parts, initials and orders are forgiven.
        Soft = "soft",
        /// The same words in the same order; only case, accents, punctuation and particles are forgiven.
        Exact = "exact",
    }
}

crate::text_enum! {
    /// What bears the name: it decides which words carry meaning.
    pub enum NameKind {
        /// A natural person.
        Person = "person",
        /// A company or any other organisation.
        Org = "org",
        /// A ship; aircraft are compared alike.
        Vessel = "vessel",
    }
}

/// Version of the rules, stored with every score: it changes whenever one of them does.
pub const VERSION: &str = "names-5";

/// Names with this score or a higher one match softly.
pub const THRESHOLD: f64 = 0.5;

/// What two names have in common and what parts them: counts, unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Features {
    /// Words of one that are taken for a word of the other; of an organisation those that tell which one it is.
    pub shared: f64,
    /// Liberties taken with them: nothing for the same word, more the less alike they are.
    pub liberties: f64,
    /// Pairs that differ in a letter or so.
    pub typos: f64,
    /// Pairs of a word and its first letter; they are not shared words.
    pub initials: f64,
    /// Pairs of a word and a short form of it.
    pub short_forms: f64,
    /// 1 where no word of either is without a partner.
    pub whole: f64,
    /// Words of one in whose place the other has another word.
    pub contradictions: f64,
    /// How close the closest contradicting words are, 0 to 1.
    pub near: f64,
    /// How close the closest of them are that are not both names in common use: other scripts are spelt more freely
    /// than any table of letters foresees.
    pub close: f64,
    /// Given names that only one has.
    pub missing_given: f64,
    /// Surnames that only one has.
    pub missing_surname: f64,
    /// 1 where the first given names are no pair.
    pub no_first_given: f64,
    /// 1 where the first surnames are no pair.
    pub no_first_surname: f64,
    /// 1 where the first given name of each is a later given name of the other: María José and José María.
    pub swapped: f64,
    /// 1 where a word of either is a name in common use in Latin America.
    pub latin: f64,
    /// Shared words beyond the first two in spite of a contradiction, of Arabic names: each writer picks other
    /// links of a chain of fathers, places and tribes.
    pub chain: f64,
    /// Pairs of a given name and a surname.
    pub crossed: f64,
    /// 1 where surnames stand in front on one side, or words are in another order; 2 where both.
    pub order: f64,
    /// 1 where Junior, Filho, II… differ.
    pub generation: f64,
    /// Pairs of words that only say what an organisation does.
    pub describing: f64,
    /// Words that tell which organisation it is, and that only one has.
    pub missing_words: f64,
    /// Words that say what it does, and that only one has.
    pub missing_describing: f64,
    /// Words that say what it does, in whose place the other has another one.
    pub other_describing: f64,
    /// 1 where a number differs or is missing.
    pub numbers: f64,
    /// 1 of ships, each of whose few words counts.
    pub ship: f64,
    /// 1 where one is made of the first letters of the other's words.
    pub acronym: f64,
}

/// What a comparison of two names came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameMatch {
    /// How sure it is that both are one's, 0 to 1: 1 for the same name, less for every liberty taken. It orders names
    /// that do not match, too.
    pub score: f64,
    /// Whether the names match softly: whether the score reaches [`THRESHOLD`].
    pub soft: bool,
    /// Whether the names match exactly; then they match softly, too.
    pub exact: bool,
    /// Where they match the weakest rule among those that were needed: `exact`, `same`, `generation`, `legal_form`,
    /// `word_order`, `joined`, `spelling`, `typo`, `missing_given`, `missing_surname`, `missing_parts`, `missing_words`,
    /// `other_word`, `acronym`, `short_form` or `initial`. Else what speaks most against them: `too_little`,
    /// `missing_words`, `no_first_surname`, `no_first_given`, `other_word`, `other_number` or `different`.
    pub rule: &'static str,
    /// What made the score.
    pub features: Features,
}

impl NameMatch {
    /// Whether the names are the same under that setting.
    pub const fn accepted(&self, by: NameMatching) -> bool {
        match by {
            NameMatching::Soft => self.soft,
            NameMatching::Exact => self.exact,
        }
    }
}

/// Compares two whole names. Symmetric, never panics, and bounded in time whatever it is given.
pub fn compare(a: &str, b: &str, kind: NameKind) -> NameMatch {
    Name::new(a, kind).compare(&Name::new(b, kind))
}

/// Compares one part of a person's name with the same part: given names alone, or surnames alone.
///
/// Unlike in whole names one word may answer for two here, because which part it is needs no guess.
pub fn compare_part(a: &str, b: &str) -> NameMatch {
    Name::part(a).compare_as_part(&Name::part(b))
}

#[cfg(test)]
mod tests;
