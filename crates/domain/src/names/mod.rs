//! Names of people, organisations and vessels: how they are folded and when two of them are one.
//!
//! Whole-string scores fail on Spanish and Portuguese names, where sisters differ in one word of four and one
//! person writes two, three or all four. So a name is compared part by part, and two rules decide: a missing part
//! is silence, a different part is evidence against. Where a name was cut into given names and surnames is seldom
//! written down, therefore every cut is tried (`compare.rs`), and the answer names the weakest rule
//! that was needed, so that a person can follow it.
//!
//! What has to match is told in `contract/latam-facts.md` §3.1; the tables of that section are this module's tests.

mod compare;
mod fold;
mod like;
mod words;

pub use fold::fold;
pub use like::{alike, sound};
pub use words::tokens;

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
pub const VERSION: &str = "names-1";

/// What a comparison of two names came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameMatch {
    /// 1 for the same name, less for every liberty taken, 0 where the names do not match.
    pub score: f64,
    /// Whether the names match softly; always where they match exactly.
    pub soft: bool,
    /// Whether the names match exactly.
    pub exact: bool,
    /// The rule with the weakest evidence among those that were needed; `different` where nothing matched.
    pub rule: &'static str,
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
    match kind {
        NameKind::Person => compare::persons(a, b, true),
        NameKind::Org | NameKind::Vessel => compare::organisations(a, b, kind),
    }
}

/// Compares one part of a person's name with the same part: given names alone, or surnames alone.
///
/// Unlike in whole names one word may answer for two here, because which part it is needs no guess.
pub fn compare_part(a: &str, b: &str) -> NameMatch {
    compare::persons(a, b, false)
}

#[cfg(test)]
mod tests;
