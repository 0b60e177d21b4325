//! What is printed on a side, field by field, by the layout of the document.

mod brazil;
mod chile;
mod colombia;
mod mexico;
mod passport;
mod peru;

use chrono::NaiveDate;

use super::{
    dates,
    kinds::{Face, Layout, Recognised},
    page::{Label, Page},
    side::SideReading,
};
use crate::{
    identifiers::{self, Kind},
    names,
    validations::{DocumentFields, Field},
};

/// The fields that are printed on a side.
pub fn read(side: &SideReading, seen: Recognised) -> DocumentFields {
    let page = Page::new(side);
    match (seen.layout, seen.face) {
        (Layout::CoCedula, Face::Front) => colombia::cedula_front(&page),
        (Layout::CoCedula, Face::Back) => colombia::cedula_back(&page),
        (Layout::CoCedulaDigital, Face::Front) => colombia::digital(&page),
        (Layout::CoForeignId, Face::Front) => colombia::foreign_id(&page),
        (Layout::MxIne, Face::Front) => mexico::ine(&page),
        (Layout::PeDni, Face::Front) => peru::dni(&page),
        (Layout::ClCedula | Layout::ClForeignId, Face::Front) => chile::cedula_front(&page),
        (Layout::ClCedula | Layout::ClForeignId, Face::Back) => chile::cedula_back(&page),
        (Layout::BrCnh, Face::Front) => brazil::cnh(&page),
        (Layout::Passport, _) => passport::data_page(&page),
        // These backs are their zones.
        (
            Layout::CoCedulaDigital | Layout::CoForeignId | Layout::MxIne | Layout::PeDni | Layout::BrCnh,
            Face::Back,
        ) => DocumentFields::default(),
    }
}

/// Where a value stands, seen from its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Behind,
    Below,
    Above,
}

/// A page and the labels of its layout, which are no values.
struct Form<'p, 'a> {
    page: &'p Page<'a>,
    labels: &'static [&'static str],
}

impl Form<'_, '_> {
    /// What may be the value of a label, the likeliest first.
    fn candidates(&self, label: &str, place: Place) -> Vec<String> {
        // Behind the next label begins another field.
        let own = |texts: Vec<String>| {
            texts
                .into_iter()
                .take_while(|text| !self.is_label(text))
                .collect()
        };
        let at = |label: Label| -> Vec<String> {
            match place {
                Place::Behind => own(vec![self.page.behind(label)]),
                Place::Below => own(self.page.below(label)),
                Place::Above => own(self.page.above(label)),
            }
        };
        let found = self.page.labels(label).into_iter().flat_map(at);
        found.filter(|text| !text.is_empty()).collect()
    }

    fn is_label(&self, text: &str) -> bool {
        let text = names::fold(text).replace(' ', "");
        self.labels.iter().any(|label| {
            let label = names::fold(label).replace(' ', "");
            let same = text.get(..label.len()).is_some_and(|start| start == label);
            (same && label.len() > 3) || strsim::levenshtein(&text, &label) <= label.len() / 6
        })
    }

    /// The first value of a label that can be read as what is wanted.
    fn find<T>(&self, label: &str, places: &[Place], read: impl Fn(&str) -> Option<T>) -> Option<T> {
        places
            .iter()
            .find_map(|place| self.candidates(label, *place).iter().find_map(|text| read(text)))
    }

    /// The lines under a label up to the next label, at most so many.
    fn block(&self, label: &str, most: usize) -> Vec<String> {
        let Some(label) = self.page.label(label) else {
            return Vec::new();
        };
        let below = self.page.below(label).into_iter();
        below.take_while(|text| !self.is_label(text)).take(most).collect()
    }

    fn date(&self, label: &str, places: &[Place]) -> Option<NaiveDate> {
        self.find(label, places, dates::day)
    }
}

/// A name, if the text can be one.
fn name(text: &str) -> Option<String> {
    let kept: String = text
        .chars()
        .filter(|c| c.is_alphabetic() || c.is_whitespace() || "'’-".contains(*c))
        .collect();
    let kept = kept
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_uppercase();
    let letters = kept.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (letters >= 2 && digits <= 1).then_some(kept)
}

/// A number of that kind in its canonical form, if the text holds one; digits that were read as letters are forgiven. A
/// number with a digit that does not agree is one, too: it is for the rules to say so.
fn number(kind: Kind, text: &str) -> Option<String> {
    let words = text.split_whitespace();
    let whole = std::iter::once(text.replace(' ', "")).chain(words.map(str::to_owned));
    let mut wrong = None;
    for text in whole.flat_map(|text| [text.clone(), as_digits(&text)]) {
        let text = text.trim_matches([':', '.', ',', '-', '°', 'º']);
        let check = identifiers::check(kind, text);
        if check.canonical.is_some() {
            return check.canonical;
        }
        let code = check.error.map_or("", |error| error.code);
        if wrong.is_none() && matches!(code, "bad_check_digit" | "bad_date" | "bad_region") {
            let kept = text.chars().filter(char::is_ascii_alphanumeric);
            wrong = Some(kept.collect::<String>().to_ascii_uppercase());
        }
    }
    wrong
}

/// Letters that look like digits, as digits.
fn as_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'O' | 'o' | 'Q' | 'D' => '0',
            'I' | 'l' | 'i' | '|' => '1',
            'Z' => '2',
            'S' => '5',
            'B' => '8',
            'G' => '6',
            c => c,
        })
        .collect()
}

/// A sex by its letter or word. In Mexico M is a woman (mujer).
fn gender(text: &str, mexico: bool) -> Option<&'static str> {
    names::fold(text)
        .split(' ')
        .find_map(|word| match (word, mexico) {
            ("M", true) | ("F" | "MUJER" | "FEMENINO" | "FEMININO" | "FEMALE", _) => Some("female"),
            ("M", false) | ("H" | "HOMBRE" | "MASCULINO" | "MALE", _) => Some("male"),
            _ => None,
        })
}

/// A blood group with its sign.
fn blood(text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let word = word.to_uppercase().replace('0', "O").replace(['—', '–'], "-");
        let group = word.strip_suffix(['+', '-'])?;
        matches!(group, "A" | "B" | "AB" | "O").then_some(word)
    })
}

/// A height in metres.
fn height(text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let word = word.replace(',', ".");
        let (metres, rest) = word.split_once('.')?;
        let fits =
            matches!(metres, "0" | "1" | "2") && rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(word)
    })
}

/// Notes surnames that were read as one, and each of them.
fn set_surnames(fields: &mut DocumentFields, surnames: &str) {
    let (first, second) = split_surnames(surnames);
    fields.set(Field::LastName, surnames);
    fields.set(Field::FirstLastName, first);
    fields.set(Field::SecondLastName, second);
}

/// The two surnames in a text; particles belong to what follows them.
pub fn split_surnames(text: &str) -> (String, String) {
    const PARTICLES: [&str; 11] = [
        "DE", "DEL", "LA", "LAS", "LOS", "DA", "DO", "DAS", "DOS", "SAN", "VON",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let particle = |word: &&str| PARTICLES.contains(&names::fold(word).as_str());
    let first = words
        .iter()
        .position(|word| !particle(word))
        .map_or(words.len(), |at| at + 1);
    (words[..first].join(" "), words[first..].join(" "))
}

/// Notes a value that was found.
fn set(fields: &mut DocumentFields, field: Field, value: Option<String>) {
    if let Some(value) = value {
        fields.set(field, value);
    }
}

fn set_date(fields: &mut DocumentFields, field: Field, value: Option<NaiveDate>) {
    if let Some(value) = value {
        fields.set_date(field, value);
    }
}

fn set_gender(fields: &mut DocumentFields, value: Option<&'static str>) {
    if let Some(value) = value {
        fields.set(Field::Gender, value);
    }
}
