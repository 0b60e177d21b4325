//! The words of a name: which of them carry meaning, and what the writing says of their parts.

use std::borrow::Cow;

use super::{
    fold::spell,
    known,
    sound::ear,
    vocabulary::{CONNECTORS, LEGAL_FORMS, LONG_LEGAL_FORMS, PARTICLES, SHIP_MARKS, TITLES},
};

/// Longer names are cut: nobody's name needs more, and the cost of a comparison stays bounded.
const MAX_CHARS: usize = 200;
pub(super) const MAX_WORDS: usize = 20;

/// The part of a text that is read.
pub(super) fn bounded(text: &str) -> &str {
    text.char_indices()
        .nth(MAX_CHARS)
        .map_or(text, |(end, _)| &text[..end])
}

/// The Arabic article before a letter that swallows its l: `AR RAHMAN`, `AS SADIQ`, `AN NUR`.
fn is_article(word: &str, next: &str) -> bool {
    matches!(word, "AR" | "AS" | "AD" | "AN" | "AT" | "AZ" | "ASH") && next.starts_with(&word[1..])
}

/// What may follow a comma, or end a name, without being one: it tells the son from the father.
fn generation(word: &str) -> Option<u8> {
    match word {
        "JR" | "JUNIOR" | "FILHO" | "HIJO" => Some(2),
        "SR" | "SENIOR" => Some(1),
        "NETO" | "NIETO" => Some(3),
        "SOBRINHO" => Some(9),
        "II" => Some(12),
        "III" => Some(13),
        "IV" => Some(14),
        _ => None,
    }
}

/// Spellings of Abd, the servant, who is none without the name that follows.
fn is_servant(word: &str) -> bool {
    matches!(
        word,
        "ABD"
            | "ABDUL"
            | "ABDEL"
            | "ABDAL"
            | "ABDOUL"
            | "ABDU"
            | "ABDOL"
            | "ABDYL"
            | "ABDIL"
            | "ABDUR"
            | "ABDUS"
    )
}

/// Spellings of Abu, the father of whoever follows.
fn is_father(word: &str) -> bool {
    matches!(word, "ABU" | "ABOU" | "ABI" | "ABO")
}

/// How a word is written into the one behind it that is no name without it.
pub fn prefix_of(word: &str) -> Option<&'static str> {
    if is_servant(word) {
        Some("ABD")
    } else if is_father(word) {
        Some("ABU")
    } else {
        None
    }
}

/// A person's name in words, the given names first where the writing tells.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub words: Vec<String>,
    /// How many words at the end are surnames, where a comma says so; 0 where nothing is known.
    pub surnames: usize,
}

/// Splits a person's name. `GARCÍA LÓPEZ, Juan` says which words are surnames; `Juan García, Jr.` does not.
pub(super) fn person(text: &str) -> Person {
    let spelled = spell(text);
    if let Some((before, after)) = spelled.split_once(',') {
        let (mut surnames, mut words) = (person_words(before), person_words(after));
        if !surnames.is_empty() && !words.iter().all(|word| generation(word).is_some()) {
            surnames.truncate(MAX_WORDS / 2);
            words.truncate(MAX_WORDS / 2);
            let count = surnames.len();
            words.append(&mut surnames);
            return Person {
                words,
                surnames: count,
            };
        }
    }
    let mut words = person_words(&spelled);
    words.truncate(MAX_WORDS);
    Person { words, surnames: 0 }
}

fn person_words(spelled: &str) -> Vec<String> {
    let pieces = || {
        spelled
            .split([' ', ','])
            .flat_map(|piece| piece.split('.').map(move |word| (piece, word)))
            .filter(|(_, word)| !word.is_empty())
    };
    let mut meaning = Vec::with_capacity(6);
    let mut words = pieces().enumerate().peekable();
    while let Some((place, (piece, word))) = words.next() {
        // `E. García` and `García E.` abbreviate a name; `Costa e Silva` does not.
        let initial = word.len() == 1 && (piece.contains('.') || place == 0);
        let next = words.peek().map_or("", |(_, (_, next))| next);
        if initial || !(PARTICLES.has(word) || is_article(word, next)) {
            meaning.push(word.to_owned());
        }
    }
    if meaning.is_empty() {
        return pieces().map(|(_, word)| word.to_owned()).collect();
    }
    meaning
}

/// Takes the liberties that only the soft comparison takes: titles go, what tells the son from the father is set
/// apart, Abd and Abu are written into the word behind them, and figures among letters are the letters that a reader
/// of images took for them. Never leaves a name without words.
pub(super) fn soften(person: &mut Person) -> Option<u8> {
    person.words.iter_mut().for_each(misread);
    let mut told = None;
    let surnames_begin = person.words.len() - person.surnames;
    let ends = [surnames_begin, person.words.len()];
    for end in ends.into_iter().rev().filter(|&end| end > 0) {
        // `Neto` alone is a surname; behind two other words it is the grandson.
        if told.is_none() && person.words.len() > 2 {
            told = generation(&person.words[end - 1]);
            if told.is_some() {
                person.remove(end - 1);
            }
        }
    }
    let mut i = 0;
    while i < person.words.len() {
        let boundary = person.surnames > 0 && i + 1 == person.words.len() - person.surnames;
        let followed = i + 1 < person.words.len() && !boundary;
        without_following_article(&mut person.words[i]);
        let word = person.words[i].as_str();
        if TITLES.has(word) && person.words.len() > 2 {
            person.remove(i);
            continue;
        }
        let prefix = if followed { prefix_of(word) } else { None };
        if let Some(prefix) = prefix {
            person.words[i + 1].insert_str(0, prefix);
            person.remove(i);
        }
        i += 1;
    }
    told
}

/// Takes the article of the next word off a name from Arabic: `Saiful Islam`, `Nurul Haq`.
fn without_following_article(word: &mut String) {
    if let Some(name) = word.strip_suffix("UL")
        && (name.len() >= 4 || name == "NUR")
        && known::is_arabic(known::known(name, &ear(name)))
    {
        word.truncate(name.len());
    }
}

/// Figures in a word of letters.
fn misread(word: &mut String) {
    let figures = word.bytes().filter(u8::is_ascii_digit).count();
    if figures > 0 && 2 * figures <= word.len() {
        *word = word
            .chars()
            .map(|c| match c {
                '0' => 'O',
                '1' => 'I',
                '5' => 'S',
                '8' => 'B',
                c => c,
            })
            .collect();
    }
}

impl Person {
    fn remove(&mut self, place: usize) {
        if place >= self.words.len() - self.surnames {
            // The comma has said so much; a name whose only surname was a title is one without a comma.
            self.surnames -= 1;
        }
        self.words.remove(place);
        if self.surnames == self.words.len() {
            self.surnames = 0;
        }
    }
}

/// The name without abbreviations of itself in brackets: `Rajah Solaiman Movement (RSM)`.
pub(super) fn without_abbreviation(text: &str) -> Cow<'_, str> {
    let Some((before, (inside, after))) = text
        .split_once('(')
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?)))
    else {
        return Cow::Borrowed(text);
    };
    let short = inside.len() <= 8 && !inside.contains(' ') && inside.chars().any(char::is_uppercase);
    if short && !inside.chars().any(|c| c.is_lowercase() || c.is_ascii_digit()) && before.contains(' ') {
        Cow::Owned([before, after].concat())
    } else {
        Cow::Borrowed(text)
    }
}

/// Splits an organisation's or a ship's name: single letters in a row are one word (`S. A.`, `M/V`), connectors go.
pub(super) fn organisation(text: &str) -> Vec<String> {
    let spelled = spell(text);
    let mut words: Vec<String> = Vec::with_capacity(8);
    let mut letters = false;
    for word in spelled.split([' ', ',', '.']).filter(|word| !word.is_empty()) {
        // `J & M`, `J and M`, `J y M`.
        if letters && matches!(word, "AND" | "Y") {
            continue;
        }
        let letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
        match words.last_mut() {
            Some(last) if letters && letter => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
        letters = letter;
    }
    if !words.iter().all(|word| CONNECTORS.has(word)) {
        words.retain(|word| !CONNECTORS.has(word));
    }
    words.truncate(MAX_WORDS);
    words
}

/// The name without its legal form, unless it is nothing else.
pub(super) fn without_legal_form(words: &[String]) -> Vec<String> {
    let mut kept = Vec::with_capacity(words.len());
    let mut rest = words;
    while let Some(word) = rest.first() {
        let long = LONG_LEGAL_FORMS.iter().find(|form| {
            rest.len() >= form.len() && rest.iter().zip(**form).all(|(word, form)| word == form)
        });
        let form = long.map_or(usize::from(LEGAL_FORMS.has(word)), |form| form.len());
        if form == 0 {
            kept.push(word.clone());
        }
        rest = &rest[form.max(1)..];
    }
    if kept.is_empty() { words.to_vec() } else { kept }
}

/// A ship's name without the mark of its kind; numbers behind it are written in figures.
pub(super) fn ship(words: &[String]) -> Vec<String> {
    let mut kept = words.to_vec();
    if kept.len() > 1 && SHIP_MARKS.has(&kept[0]) {
        kept.remove(0);
    }
    let numbered = kept
        .windows(2)
        .position(|pair| NUMBER_MARKS.contains(&pair[0].as_str()) && number(&pair[1]).is_some());
    if let Some(mark) = numbered.filter(|&mark| mark > 0) {
        kept.remove(mark);
    }
    for word in kept.iter_mut().skip(1) {
        if let Some(figures) = number(word) {
            *word = figures;
        }
    }
    kept
}

/// What stands before a number: `Nº 5`.
const NUMBER_MARKS: [&str; 4] = ["NO", "NRO", "NUM", "N"];

/// A number in figures without zeros in front, whether it was written so, in words or in Roman ones.
fn number(word: &str) -> Option<String> {
    const NUMBERS: [[&str; 3]; 12] = [
        ["I", "ONE", "UNO"],
        ["II", "TWO", "DOS"],
        ["III", "THREE", "TRES"],
        ["IV", "FOUR", "CUATRO"],
        ["V", "FIVE", "CINCO"],
        ["VI", "SIX", "SEIS"],
        ["VII", "SEVEN", "SIETE"],
        ["VIII", "EIGHT", "OCHO"],
        ["IX", "NINE", "NUEVE"],
        ["X", "TEN", "DIEZ"],
        ["XI", "ELEVEN", "ONCE"],
        ["XII", "TWELVE", "DOCE"],
    ];
    if word.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(word.trim_start_matches('0').to_owned()).filter(|figures| !figures.is_empty());
    }
    let place = NUMBERS.iter().position(|names| names.contains(&word))?;
    Some((place + 1).to_string())
}
