//! Titles and labels of tables can be read in every language.

use cotejo_domain::{language::Language, wording::translate_label_from};

use super::*;
use crate::sandbox::words::phrases::{HEADINGS, LABELS};

/// What the tables of list hits are headed and labelled with (`screening::finding`).
#[rustfmt::skip]
const HITS: &[&str] = &[
    "Listed", "Entry", "Kind", "Name", "Aliases", "Programs", "Topics", "Birth dates", "Documents", "Countries",
    "Listed on", "Remarks", "Match", "List", "Matched name", "Score", "Rule", "Names", "Dates of birth",
    "Document numbers", "Same country", "Basis", "Algorithm", "Set aside by",
];

/// One that the table of translations knows comes out in the table's spelling, one that it does not as it went in.
fn assert_known(country: Country, text: &str, language: Language) {
    let lower = text.to_lowercase();
    // In lower case it would be the name of an input, which heads the tables of the identifier driver.
    let input = lower.parse::<InputField>().is_ok();
    let asked = if input { text } else { &lower };
    assert_eq!(translate_label_from(country, asked, language), text);
}

#[test]
fn every_title_and_label_is_in_the_table_of_translations() {
    for phrase in HEADINGS.iter().chain(LABELS) {
        assert_known(Country::Co, phrase.0, Language::Es);
        assert_known(Country::Br, phrase.1, Language::Pt);
        assert_known(Country::All, phrase.2, Language::En);
    }
    for text in HITS {
        assert_known(Country::All, text, Language::En);
    }
}
