//! A word as comparisons hear it, and, for those who look for a name among many, which words may be taken for each
//! other in some name.

use super::{
    NameKind,
    known::known,
    like::{Spelling, like},
    others::of_one_stem,
    short::is_short,
    sound::distance,
};

/// How alike words are that differ in their ending.
const OF_ONE_STEM: f64 = 0.7;

/// How far words that are not alike may be from each other, in hundredths of a letter for each of their sounds:
/// beyond that no name carries such a difference, where they are all that it has besides one word.
const CLOSE: u32 = 20;

/// What a comparison needs to know of a folded word besides how it sounds, found out once.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// Number of the name in the table of known ones; 0 for an unknown one.
    pub(super) known: u16,
    /// Which classes of consonants occur in it.
    pub(super) consonants: u32,
    /// Whether it is a short form of names.
    pub(super) short: bool,
}

impl Marks {
    /// Of a word that sounds so.
    pub fn new(text: &str, ear: &str) -> Self {
        Self {
            known: known(text, ear),
            consonants: consonants(ear),
            short: is_short(text),
        }
    }
}

/// A bit for each consonant of an ear; those that are exchanged easily have one together.
pub(super) fn consonants(ear: &str) -> u32 {
    ear.bytes().fold(0, |bits, letter| {
        bits | match letter {
            b'A' | b'E' | b'I' | b'O' | b'U' | b'H' => 0,
            b'B' | b'F' | b'P' => 1 << 1,
            b'K' | b'G' | b'J' => 1 << 2,
            b'D' | b'T' => 1 << 3,
            b'S' | b'X' => 1 << 4,
            letter => 1 << (letter % 32),
        }
    })
}

/// A folded word with what a comparison needs to hear of it.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// The word.
    pub text: &'a str,
    /// How it sounds, by [`ear`](super::ear).
    pub ear: &'a str,
    /// What else is known of it.
    pub marks: Marks,
}

impl<'a> Heard<'a> {
    /// A word that sounds so.
    pub fn new(text: &'a str, ear: &'a str) -> Self {
        let marks = Marks::new(text, ear);
        Self { text, ear, marks }
    }

    /// How alike the words are at best in names of that kind, 0 to 1; `None` where they are different words in
    /// every name. Words that are not alike count where they are so close that names forgive it.
    pub fn alike(self, other: Self, kind: NameKind) -> Option<f64> {
        like(self, other, Spelling::Free)
            .map(|like| like.1)
            .or_else(|| (kind == NameKind::Org && of_one_stem(self, other)).then_some(OF_ONE_STEM))
            .or_else(|| close(self, other))
    }
}

/// How close two words are, if they are and not both names in common use.
fn close(a: Heard<'_>, b: Heard<'_>) -> Option<f64> {
    // A number is another one or the same.
    let digits = |word: &str| word.bytes().any(|letter| letter.is_ascii_digit());
    if digits(a.text) || digits(b.text) {
        return None;
    }
    // Most pairs end here: more than one consonant of another class is farther than that.
    if a.marks.known != 0 && b.marks.known != 0 || (a.marks.consonants ^ b.marks.consonants).count_ones() > 2
    {
        return None;
    }
    let sounds = u32::try_from(a.ear.len().max(b.ear.len())).unwrap_or(u32::MAX);
    let allowed = CLOSE.saturating_mul(sounds);
    let far = distance(a.ear, b.ear, allowed);
    (far <= allowed).then(|| 1.0 - f64::from(far) / (100.0 * f64::from(sounds.max(1))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::ear;

    #[test]
    fn a_kind_has_its_own_likeness() {
        for (a, b, person, organisation) in [
            ("GARCIA", "GARZIA", true, true),
            ("VALENCIA", "VALENBER", false, true),
            ("DIAMOND", "DIAMONDS", true, true),
            ("TRIIN", "TRINA", true, true),
            ("MARIO", "MARIA", false, false),
            ("GOMEZ", "PEREZ", false, false),
            ("ROSA6", "ROSA", false, false),
        ] {
            let [a, b] = [a, b].map(|text| (text, ear(text)));
            let [one, other] = [&a, &b].map(|(text, ear)| Heard::new(text, ear));
            for (kind, alike) in [(NameKind::Person, person), (NameKind::Org, organisation)] {
                assert_eq!(
                    one.alike(other, kind).is_some(),
                    alike,
                    "{} {} {kind:?}",
                    a.0,
                    b.0
                );
                assert_eq!(one.alike(other, kind), other.alike(one, kind));
            }
        }
    }
}
