//! A name, prepared once for any number of comparisons.

use std::{borrow::Cow, ops::Range};

use super::{
    NameKind,
    fold::{repair, spell},
    heard::{Heard, Marks},
    known::{is_body, is_latin, is_place, is_trade},
    sound::ear_into,
    words::{Person, bounded, organisation, person, ship, soften, without_abbreviation, without_legal_form},
};

/// A name, prepared once for any number of comparisons.
#[derive(Debug, Clone)]
pub struct Name {
    pub(super) kind: NameKind,
    /// What the exact comparison compares.
    pub(super) exact: String,
    /// The words of the soft comparison, each followed by how it sounds.
    letters: String,
    words: Vec<Word>,
    /// The letters and figures of an organisation or a ship without any blank; a person has none.
    squeezed: String,
    /// How many words at the end are surnames, where the writing tells; 0 where it does not.
    pub(super) surnames: usize,
    /// What tells the son from the father, where that was written.
    pub(super) generation: Option<u8>,
}

#[derive(Debug, Clone)]
struct Word {
    text: Range<usize>,
    ear: Range<usize>,
    marks: Marks,
    describing: bool,
    place: bool,
}

impl Name {
    /// Prepares a name. Only its first 200 characters and 20 words count.
    pub fn new(text: &str, kind: NameKind) -> Self {
        let text = bounded(text);
        // Repairs and the like are liberties: the exact comparison does not take them.
        let repaired = repair(text);
        if kind == NameKind::Person {
            let mut name = person(&repaired);
            let exact = match repaired {
                Cow::Borrowed(_) => name.words.join(" "),
                Cow::Owned(_) => person(text).words.join(" "),
            };
            let generation = soften(&mut name);
            return Self {
                generation,
                ..Self::of_words(kind, exact, &name)
            };
        }
        let words = soft_organisation(&organisation(&without_abbreviation(&repaired)), kind);
        let exact = organisation(text).join(" ");
        let squeezed = spell(&repaired).replace([' ', ',', '.'], "");
        Self {
            squeezed,
            ..Self::of_words(kind, exact, &Person { words, surnames: 0 })
        }
    }

    /// A part of a person's name. A comma in it says nothing.
    pub(super) fn part(text: &str) -> Self {
        Self::new(&bounded(text).replace(',', " "), NameKind::Person)
    }

    fn of_words(kind: NameKind, exact: String, name: &Person) -> Self {
        let length: usize = name.words.iter().map(String::len).sum();
        let mut letters = String::with_capacity(2 * length);
        let mut words = Vec::with_capacity(name.words.len());
        for word in &name.words {
            let begin = letters.len();
            letters.push_str(word);
            let middle = letters.len();
            ear_into(word, &mut letters);
            let ear = &letters[middle..];
            let marks = Marks::new(word, ear);
            let known = marks.known;
            words.push(Word {
                text: begin..middle,
                marks,
                ear: middle..letters.len(),
                describing: kind == NameKind::Org && (is_trade(known) || is_place(known)),
                place: kind == NameKind::Org && is_place(known),
            });
        }
        // A name that only describes has nothing else to go by than where it is, or what it does.
        for telling in [|word: &Word| word.place, |_: &Word| true] {
            if words.iter().all(|word| word.describing) {
                let words = words.iter_mut().filter(|word| telling(word));
                words.for_each(|word| word.describing = false);
            }
        }
        Self {
            kind,
            exact,
            letters,
            words,
            squeezed: String::new(),
            surnames: name.surnames,
            generation: None,
        }
    }

    /// How many words count.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn heard(&self, place: usize) -> Heard<'_> {
        let word = &self.words[place];
        Heard {
            text: &self.letters[word.text.clone()],
            ear: &self.letters[word.ear.clone()],
            marks: word.marks,
        }
    }

    pub(super) fn word(&self, place: usize) -> &str {
        &self.letters[self.words[place].text.clone()]
    }

    /// Whether the word says what the organisation does rather than which one it is.
    pub(super) fn describes(&self, place: usize) -> bool {
        self.words[place].describing
    }

    /// Whether the word says where the organisation is.
    pub(super) fn is_place(&self, place: usize) -> bool {
        self.words[place].place
    }

    /// Whether the word says what sort of body the organisation is.
    pub(super) fn is_body(&self, place: usize) -> bool {
        is_body(self.words[place].marks.known)
    }

    /// Whether a word is a name in common use in Latin America.
    pub(super) fn is_latin(&self) -> bool {
        self.words.iter().any(|word| is_latin(word.marks.known))
    }

    /// Whether the names are the same but for blanks.
    pub(super) fn is_squeezed(&self, other: &Self) -> bool {
        !self.squeezed.is_empty() && self.squeezed == other.squeezed
    }

    /// Any order that does not depend on which name is compared with which: two equally good accounts of the
    /// differences must not make the comparison depend on it.
    pub(super) fn rank(&self) -> (&str, &str, usize, Option<u8>) {
        (&self.letters, &self.exact, self.surnames, self.generation)
    }

    /// The words of the soft comparison.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|place| self.word(place))
    }
}

fn soft_organisation(words: &[String], kind: NameKind) -> Vec<String> {
    match kind {
        NameKind::Vessel => ship(words),
        NameKind::Person | NameKind::Org => without_legal_form(words),
    }
}

/// The folded words of a name that carry meaning: a person's without particles and titles, the given names first
/// where a comma tells, an organisation's without its legal form. At most 20, from the first 200 characters; never
/// none where the name has any.
pub fn tokens(text: &str, kind: NameKind) -> Vec<String> {
    Name::new(text, kind).words().map(str::to_owned).collect()
}
