//! Names of the values that people are told of, from `data/words.tsv`.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{Phrase, rows};
use crate::{
    checks::{
        Basis, CheckStatus, CheckType, DataSet, InputField, ResultKind, RunStatus, Severity,
        facts::CompanyStatus, summary::IdentityStatus,
    },
    country::Country,
    language::Language,
};

static WORDS: LazyLock<BTreeMap<(&str, &str), Phrase>> = LazyLock::new(|| {
    rows(include_str!("../../data/words.tsv"))
        .map(|[group, word, es, en, pt]| ((group, word), Phrase::new(es, en, pt)))
        .collect()
});

/// What people call a word of ours: of the group `input`, the word `tax_id`. `None` where the table lacks it.
pub fn word(group: &str, word: &str, language: Language) -> Option<&'static str> {
    WORDS.get(&(group, word)).map(|phrase| phrase.text(language))
}

/// A value that has a name for people.
pub trait InWords {
    /// The group of its names in `data/words.tsv`.
    const GROUP: &'static str;

    /// Its name, as it begins a sentence or fills a cell.
    fn in_words(self, language: Language) -> &'static str;
}

macro_rules! in_words {
    ($($of:ty = $group:literal;)+) => {
        $(impl InWords for $of {
            const GROUP: &'static str = $group;

            fn in_words(self, language: Language) -> &'static str {
                word(Self::GROUP, self.as_str(), language).unwrap_or(self.as_str())
            }
        })+

        /// Each group that belongs to an enum, and the words that it must have.
        #[cfg(test)]
        fn expected() -> Vec<(&'static str, Vec<&'static str>)> {
            vec![$(($group, <$of>::ALL.iter().map(|value| value.as_str()).collect())),+]
        }
    };
}

in_words! {
    Basis = "basis";
    CheckStatus = "check_status";
    CheckType = "check_type";
    CompanyStatus = "company_status";
    Country = "country";
    DataSet = "data_set";
    IdentityStatus = "identity_status";
    InputField = "input";
    ResultKind = "result";
    RunStatus = "run_status";
    Severity = "severity";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_name() {
        let mut expected = expected();
        let severities = Severity::ALL.iter().map(|severity| severity.as_str());
        let countries = Country::ALL.iter().map(|country| country.as_str()).collect();
        expected.extend([
            ("risk", severities.chain(["incomplete", "provisional"]).collect()),
            ("in_country", countries),
            ("gender", vec!["male", "female"]),
        ]);
        for (group, words) in expected {
            for known in &words {
                assert!(WORDS.contains_key(&(group, *known)), "{group} {known}");
            }
            let unknown = WORDS
                .keys()
                .filter(|(of, known)| *of == group && !words.contains(known));
            // The one wrong input that is no input by that name.
            let unknown: Vec<_> = unknown
                .filter(|(_, known)| *known != "document_expedition_date")
                .collect();
            assert!(unknown.is_empty(), "{unknown:?}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_has_each_word_once() {
        let keys: Vec<[&str; 5]> = rows(include_str!("../../data/words.tsv")).collect();
        assert!(keys.is_sorted_by(|a, b| a[..2] < b[..2]));
    }

    #[test]
    fn names_by_language() {
        assert_eq!(DataSet::TrafficFines.in_words(Language::Pt), "Multas de trânsito");
        assert_eq!(Country::Mx.in_words(Language::En), "Mexico");
        assert_eq!(word("risk", "very_low", Language::Es), Some("riesgo muy bajo"));
        assert_eq!(word("risk", "none of these", Language::Es), None);
    }
}
