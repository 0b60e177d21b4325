//! Sentences in three languages, with places to fill and forms for one and for several.

use crate::language::Language;

/// A fixed text in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// In Spanish.
    pub es: &'static str,
    /// In English.
    pub en: &'static str,
    /// In Portuguese.
    pub pt: &'static str,
}

impl Phrase {
    /// A text in Spanish, English and Portuguese.
    pub const fn new(es: &'static str, en: &'static str, pt: &'static str) -> Self {
        Self { es, en, pt }
    }

    /// The text in a language.
    pub const fn text(self, language: Language) -> &'static str {
        language.choose(self.es, self.en, self.pt)
    }

    /// The text with its places `{name}` filled. What is filled in is not read again: a value may hold braces.
    pub fn fill(self, language: Language, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(language);
        while let Some((before, place, behind)) = next_place(rest) {
            filled.push_str(before);
            let value = values.iter().find(|(name, _)| *name == place);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

/// What is before the next place, its name, and what is behind it.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (place, behind) = rest.split_once('}')?;
    Some((before, place, behind))
}

/// A phrase for one and a phrase for any other number; `{n}` is the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Said of one.
    pub one: Phrase,
    /// Said of none and of several.
    pub more: Phrase,
}

impl Counted {
    /// The phrase that fits the number, its other places filled too.
    pub fn fill(self, n: usize, language: Language, values: &[(&str, &str)]) -> String {
        let number = n.to_string();
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        let phrase = if n == 1 { self.one } else { self.more };
        phrase.fill(language, &all)
    }

    /// The phrase that fits the number.
    pub fn of(self, n: usize, language: Language) -> String {
        self.fill(n, language, &[])
    }
}

/// Declares phrases, one a row; behind `=>` is the form for several, which makes the phrase a counted one.
macro_rules! phrases {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $($one:literal),+ $(=> $($more:literal),+)?;)+) => {
        $($crate::wording::phrases!(@ $(#[$meta])* $vis $name ($($one),+) $(($($more),+))?);)+
    };
    (@ $(#[$meta:meta])* $vis:vis $name:ident ($($one:literal),+)) => {
        $(#[$meta])*
        $vis const $name: $crate::wording::Phrase = $crate::wording::Phrase::new($($one),+);
    };
    (@ $(#[$meta:meta])* $vis:vis $name:ident ($($one:literal),+) ($($more:literal),+)) => {
        $(#[$meta])*
        $vis const $name: $crate::wording::Counted = $crate::wording::Counted {
            one: $crate::wording::Phrase::new($($one),+),
            more: $crate::wording::Phrase::new($($more),+),
        };
    };
}
pub(crate) use phrases;

/// `a`, `a and b`, `a, b and c`.
pub fn listed(items: &[String], language: Language) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} {} {last}", before.join(", "), and(last, language)),
    }
}

/// The word between the last two of a list. Spanish `y` is `e` before its own sound, but not before a diphthong.
fn and(next: &str, language: Language) -> &'static str {
    let next = next.to_lowercase();
    let same_sound = next.starts_with(['i', 'í'])
        || next
            .strip_prefix("hi")
            .is_some_and(|rest| !rest.starts_with(['a', 'e']));
    match language {
        Language::Es if same_sound => "e",
        Language::Es => "y",
        Language::En => "and",
        Language::Pt => "e",
    }
}

/// A name as it stands within a sentence: `Antecedentes penales` is `antecedentes penales`, `IMEI` stays.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(_), Some(second)) if second.is_uppercase() => text.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(chars).collect(),
        (None, _) => String::new(),
    }
}

/// A text as it begins a sentence.
pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once() {
        let phrase = Phrase::new("{a} y {b}", "{b} of {a}", "{c}{a");
        for (language, expected) in [
            (Language::Es, "{b} y 2"),
            (Language::En, "2 of {b}"),
            (Language::Pt, "{a"),
        ] {
            assert_eq!(phrase.fill(language, &[("a", "{b}"), ("b", "2")]), expected);
        }
    }

    #[test]
    fn lists_end_with_and() {
        let list = |items: &[&str], language| {
            let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
            listed(&items, language)
        };
        for (items, language, expected) in [
            (&[][..], Language::Es, ""),
            (&["a"], Language::Es, "a"),
            (&["a", "b"], Language::En, "a and b"),
            (&["a", "b", "c"], Language::Pt, "a, b e c"),
            (&["multas", "penas"], Language::Es, "multas y penas"),
            (&["multas", "identidad"], Language::Es, "multas e identidad"),
            (&["multas", "historial"], Language::Es, "multas e historial"),
            (&["agua", "hielo"], Language::Es, "agua y hielo"),
        ] {
            assert_eq!(list(items, language), expected);
        }
    }

    #[test]
    fn first_letters_follow_their_place() {
        for (text, lower, upper) in [
            ("Último pago", "último pago", "Último pago"),
            ("IMEI", "IMEI", "IMEI"),
            ("ñ", "ñ", "Ñ"),
            ("", "", ""),
        ] {
            assert_eq!(lower_first(text), lower);
            assert_eq!(upper_first(text), upper);
        }
    }
}
