//! Document numbers: which spellings of a number are one, and what it means that two numbers agree or differ.

use super::{country, entry::Entry, subject::Subject};
use crate::identifiers::{self, Kind};

crate::text_enum! {
    /// What a number identifies, as far as lists and forms tell it.
    pub enum Class {
        /// A person, for life: a cédula, DNI, CURP, CPF, RUN.
        National = "national",
        /// A taxpayer: a NIT, RUC, RFC, CNPJ.
        Tax = "tax",
        /// A passport: one person has several in a life.
        Passport = "passport",
        /// Anything else, or not said.
        Other = "other",
    }
}

crate::text_enum! {
    /// How a subject's documents stand to those of an entry; the strongest relation counts.
    pub enum Numbers {
        /// The same number of the same kind of document.
        Same = "same",
        /// The same digits on another kind of document, or of another country.
        Alike = "alike",
        /// Both have a lifelong number of the same country, and they differ.
        Different = "different",
        /// Nothing to compare.
        Unknown = "unknown",
    }
}

/// Shorter numbers are shared by strangers.
const SHORTEST: usize = 5;

/// What lists call a number, by class; whatever is not here is `Other`.
const WORDS: &[(Class, &[&str])] = &[
    (
        Class::National,
        &[
            "cedula",
            "curp",
            "dni",
            "cpf",
            "run",
            "national-id",
            "cui",
            "ssn",
            "voter-id",
        ],
    ),
    (
        Class::Tax,
        &["nit", "ruc", "rfc", "rif", "cnpj", "cuit", "rut", "rtn", "tax-id"],
    ),
    (Class::Passport, &["passport"]),
];

impl Class {
    /// The class of a number by the word of a list.
    pub fn of_word(word: &str) -> Self {
        WORDS
            .iter()
            .find(|(_, words)| words.contains(&word))
            .map_or(Self::Other, |(class, _)| *class)
    }

    /// Whether numbers of the two classes may be one and the same document. Chile and Brazil tax a person under the
    /// number of the identity card, and a class that was not said is any.
    fn fits(self, other: Self) -> bool {
        let either = |class| self == class || other == class;
        self == other || either(Self::Other) || (either(Self::National) && either(Self::Tax))
    }
}

/// A number without separators, upper case.
pub fn normalize(number: &str) -> String {
    number
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// The spellings under which a number is searched: without separators and leading zeros, and, of taxpayers' numbers that
/// hold another number, that one too. None for a number that is too short to tell people apart.
pub fn spellings(class: Class, country: Option<&str>, printed: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let text = normalize(text).trim_start_matches('0').to_owned();
        if text.len() >= SHORTEST && !found.contains(&text) {
            found.push(text);
        }
    };
    add(printed);
    if class == Class::Tax {
        match country {
            // The NIT of a person is the cédula and a digit, which writers leave out as often as not.
            Some("CO") => {
                let canonical = identifiers::check(Kind::CoNit, printed).canonical;
                if let Some((base, _)) = canonical.as_deref().and_then(|nit| nit.split_once('-')) {
                    add(base);
                }
            }
            // The RUC of a person holds the DNI.
            Some("PE") => {
                let ruc = identifiers::check(Kind::PeRuc, printed).canonical;
                if let Some(dni) = ruc
                    .as_deref()
                    .and_then(|ruc| ruc.strip_prefix("10"))
                    .and_then(|rest| rest.get(..8))
                {
                    add(dni);
                }
            }
            _ => {}
        }
    }
    found
}

/// The spellings of every number of an entry.
pub fn listed_spellings(kind: &str, country: Option<&str>, number: &str) -> Vec<String> {
    spellings(Class::of_word(kind), country.and_then(country::code), number)
}

/// Compares the documents of a subject with those of an entry.
pub(super) fn compare(subject: &Subject, entry: &Entry) -> Numbers {
    let listed: Vec<_> = entry
        .documents
        .iter()
        .map(|document| {
            let class = Class::of_word(&document.kind);
            let country = document.country.as_deref().and_then(country::code);
            (class, country, spellings(class, country, &document.number))
        })
        .collect();
    let mut best = Numbers::Unknown;
    for own in &subject.documents {
        let own_spellings = spellings(own.class, own.country, &own.number);
        for (class, country, spellings) in &listed {
            let same_country = own.country.is_none() || country.is_none() || own.country == *country;
            let shared = own_spellings.iter().any(|spelling| spellings.contains(spelling));
            let relation = match (shared, own.class.fits(*class) && same_country) {
                (true, true) => Numbers::Same,
                (true, false) => Numbers::Alike,
                (false, _)
                    if own.class == Class::National
                        && *class == Class::National
                        && own.country.is_some()
                        && own.country == *country =>
                {
                    Numbers::Different
                }
                (false, _) => Numbers::Unknown,
            };
            best = best.min(relation);
        }
    }
    best
}
