//! The shape of a word: the letters of its sound in classes, quick to compare.
//!
//! `names` lets letters pass for each other at a price. Here those that do so at any price are one, so two
//! words that it may take for one are but a few edits of their shapes apart. Counting these takes some tens
//! of nanoseconds.

use crate::names;

/// Longer shapes are cut: a letter is a bit of a number.
const LONGEST: usize = 32;

/// How many letters there are in shapes, and one that stands for all others.
const LETTERS: usize = 32;

/// A word's shape, prepared to be compared with many.
#[derive(Debug)]
pub(super) struct Shape {
    text: String,
    /// At which places each letter stands, as bits.
    places: [u32; LETTERS],
    outline: Outline,
}

/// What a glance at a shape tells: which letters it has and how many. Most words are told apart by that, without a look
/// at the shape itself, which lies somewhere else in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outline(u32);

impl Outline {
    /// Of a shape that may be near any.
    pub(super) const ANY: Self = Self(0);

    /// The letters are bits, and five bits above them say how many there are.
    const LENGTH: u32 = 27;

    pub(super) fn new(shape: &str) -> Self {
        let letters = shape
            .bytes()
            .fold(0, |letters, letter| letters | 1 << (letter % 32));
        let length = u32::try_from(shape.len().min(31)).unwrap_or(31);
        Self(letters & ((1 << Self::LENGTH) - 1) | length << Self::LENGTH)
    }

    const fn length(self) -> usize {
        (self.0 >> Self::LENGTH) as usize
    }

    /// How many letters the other one lacks.
    const fn beyond(self, other: Self) -> usize {
        (self.0 & !other.0 & ((1 << Self::LENGTH) - 1)).count_ones() as usize
    }
}

/// How many edits two shapes may be apart, by the length of the longer one.
const fn allowed(longer: usize) -> usize {
    match longer {
        ..=4 => 1,
        5..=7 => 2,
        8 | 9 => 3,
        _ => 4,
    }
}

impl Shape {
    pub(super) fn new(ear: &str) -> Self {
        let text = text(ear);
        let mut places = [0; LETTERS];
        for (place, letter) in text.bytes().enumerate() {
            places[usize::from(letter) % LETTERS] |= 1 << place;
        }
        let outline = Outline::new(&text);
        Self {
            text,
            places,
            outline,
        }
    }

    /// Whether a shape of that outline may be near; one that may not is not.
    pub(super) fn may_be_near(&self, other: Outline) -> bool {
        let one = self.outline;
        if one.length() == 0 || other.length() == 0 {
            return true;
        }
        let allowed = allowed(one.length().max(other.length()));
        // An edit brings one letter at most, and takes one.
        one.length().abs_diff(other.length()) <= allowed
            && one.beyond(other) <= allowed
            && other.beyond(one) <= allowed
    }

    /// Whether another shape is few enough edits away; every one is from a word that has none.
    pub(super) fn is_near(&self, other: &str) -> bool {
        if self.text.is_empty() || other.is_empty() {
            return true;
        }
        let longer = self.text.len().max(other.len());
        let allowed = allowed(longer);
        longer - self.text.len().min(other.len()) <= allowed && self.edits(other) <= allowed
    }

    /// The distance of edits, a column of its table at once as bits of two numbers: where it rises and where
    /// it falls.
    fn edits(&self, other: &str) -> usize {
        let last = 1_u32 << self.text.len().saturating_sub(1);
        let (mut rises, mut falls, mut edits) = (u32::MAX, 0_u32, self.text.len());
        for letter in other.bytes() {
            let same = self.places[usize::from(letter) % LETTERS];
            let flat = (((same & rises).wrapping_add(rises)) ^ rises) | same | falls;
            let (mut up, mut down) = (falls | !(flat | rises), rises & flat);
            edits += usize::from(up & last != 0);
            edits -= usize::from(down & last != 0);
            up = (up << 1) | 1;
            down <<= 1;
            rises = down | !(flat | up);
            falls = up & flat;
        }
        edits
    }
}

/// The letters of the shape of a word that sounds so. A word without vowels has none, for writers put any between
/// its consonants.
pub(super) fn text(ear: &str) -> String {
    let mut text = String::with_capacity(ear.len());
    if names::is_vowelless(ear) {
        return text;
    }
    for letter in ear.bytes().filter_map(class) {
        if !text.ends_with(char::from(letter)) && text.len() < LONGEST {
            text.push(char::from(letter));
        }
    }
    text
}

/// The class of a letter; none for one that is silent.
const fn class(letter: u8) -> Option<u8> {
    Some(match letter {
        b'H' => return None,
        b'E' | b'I' | b'Y' => b'I',
        b'O' | b'U' => b'U',
        b'B' | b'P' | b'F' | b'V' | b'W' => b'B',
        b'C' | b'K' | b'Q' | b'G' | b'J' => b'K',
        b'D' | b'T' | b'S' | b'Z' | b'X' => b'S',
        b'M' | b'N' => b'N',
        _ => letter,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_have_near_shapes() {
        for (one, other, near) in [
            ("MUHAMMAD", "MOHAMED", true),
            ("GHATHAFI", "QADDAFI", true),
            ("ABDELWADOUD", "ABDELOUDOUD", true),
            ("GARCIA", "GARRIDO", false),
            ("LOPEZ", "PEREZ", false),
            ("XODO", "JADO", true),
            ("HUSOQUIYA", "SOCA", true),
            ("CRUZ", "QUIRASO", false),
            ("DRWYSH", "DARWISH", true),
            ("", "", true),
        ] {
            let [one, other] = [one, other].map(names::ear);
            assert_eq!(Shape::new(&one).is_near(&text(&other)), near, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn edits_are_counted(one in "[A-Z]{0,40}", other in "[A-Z]{0,40}") {
            let (one, other) = (Shape::new(&one), text(&other));
            prop_assume!(!one.text.is_empty());
            prop_assert_eq!(one.edits(&other), strsim::levenshtein(&one.text, &other));
            prop_assert!(one.may_be_near(Outline::new(&other)) || !one.is_near(&other));
        }
    }
}
