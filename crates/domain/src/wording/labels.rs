//! Titles and labels of registries in other languages, from `data/labels.tsv`.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use super::{InWords as _, Phrase, rows};
use crate::{checks::InputField, country::Country, language::Language, names::fold};

/// The columns of the table, in the order in which a text of unknown language is looked for.
const LANGUAGES: [Language; 3] = [Language::Es, Language::En, Language::Pt];

/// For each column, the rows by the folded text that they have there.
static LABELS: LazyLock<[BTreeMap<String, Phrase>; 3]> = LazyLock::new(|| {
    LANGUAGES.map(|language| {
        phrases()
            .map(|phrase| (fold(phrase.text(language)), phrase))
            .collect()
    })
});

fn phrases() -> impl Iterator<Item = Phrase> {
    rows(include_str!("../../data/labels.tsv")).map(|[es, en, pt]| Phrase::new(es, en, pt))
}

/// A title or label in another language; one that the table does not know stays as it is.
///
/// Case and accents do not matter, and what is in capitals stays in capitals. A few words are one label in one
/// language and another in the next (`Modelo` is the year in Spanish, the model in Portuguese): where the registry is
/// known, [`translate_label_from`] tells them apart.
pub fn translate_label(text: &str, language: Language) -> Cow<'_, str> {
    translate(text, &LANGUAGES, language)
}

/// The same for a label of a registry of this country, which is looked for in its own language first.
pub fn translate_label_from(country: Country, text: &str, language: Language) -> Cow<'_, str> {
    let order = match country {
        Country::All => [Language::En, Language::Es, Language::Pt],
        Country::Br => [Language::Pt, Language::Es, Language::En],
        Country::Co | Country::Cl | Country::Mx | Country::Pe | Country::Cr => LANGUAGES,
    };
    translate(text, &order, language)
}

fn translate<'a>(text: &'a str, order: &[Language], language: Language) -> Cow<'a, str> {
    // The identifier driver's tables are headed by the input that they are about.
    if let Some(field) = InputField::ALL.iter().find(|field| field.as_str() == text) {
        return Cow::Borrowed(field.in_words(language));
    }
    let folded = fold(text);
    let column = |of: &Language| LABELS.iter().zip(LANGUAGES).find(|(_, known)| known == of);
    let known = order
        .iter()
        .filter_map(column)
        .find_map(|(labels, _)| labels.get(&folded));
    let Some(known) = known.map(|phrase| phrase.text(language)) else {
        return Cow::Borrowed(text);
    };
    let lower = !text.contains(char::is_uppercase);
    let upper = !text.contains(char::is_lowercase);
    match fold(known) == folded {
        true if !lower => Cow::Borrowed(text),
        false if upper => Cow::Owned(known.to_uppercase()),
        _ => Cow::Borrowed(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_has_two_translations() {
        for (language, labels) in LANGUAGES.iter().zip(LABELS.iter()) {
            for phrase in phrases() {
                assert_eq!(labels[&fold(phrase.text(*language))], phrase, "{language}");
            }
        }
    }

    #[test]
    fn the_table_is_sorted() {
        let keys: Vec<String> = phrases().map(|phrase| fold(phrase.es)).collect();
        assert!(
            keys.is_sorted(),
            "{:?}",
            keys.windows(2).find(|pair| pair[0] > pair[1])
        );
    }

    #[test]
    fn labels_keep_their_style_and_unknown_ones_stay() {
        use Language::{En, Es, Pt};
        for (text, language, expected) in [
            ("Número de documento", En, "Document number"),
            ("NUMERO DE DOCUMENTO", En, "DOCUMENT NUMBER"),
            ("numero de documento", Pt, "Número do documento"),
            ("Data de nascimento", Es, "Fecha de nacimiento"),
            ("Listed on", Es, "Fecha de inclusión"),
            ("birth_date", Es, "Nacimiento"),
            ("national_id", Pt, "Documento nacional"),
            ("kind", En, "Kind"),
            ("Apellidos", Es, "Apellidos"),
            ("NÚMERO DE DOCUMENTO", Es, "NÚMERO DE DOCUMENTO"),
            ("Cosa del otro mundo", En, "Cosa del otro mundo"),
            ("", En, ""),
            ("国籍", En, "国籍"),
        ] {
            assert_eq!(translate_label(text, language), expected, "{text}");
        }
    }

    #[test]
    fn the_registrys_own_language_decides() {
        for (country, text, language, expected) in [
            (Country::Co, "Modelo", Language::En, "Model year"),
            (Country::Br, "Modelo", Language::En, "Model"),
            (Country::Br, "Modelo", Language::Es, "Línea"),
            (Country::All, "Date of birth", Language::Pt, "Data de nascimento"),
        ] {
            assert_eq!(translate_label_from(country, text, language), expected);
        }
    }
}
