//! Words for those who look for a name among many: which of them may be taken for each other in some name.

use super::{
    NameKind,
    known::known,
    like::{Heard, Spelling, consonants, like},
    others::of_one_stem,
    short::is_short,
    sound::{distance, ear},
};

/// How alike words are that differ in their ending.
const OF_ONE_STEM: f64 = 0.7;

/// How far words that are not alike may be from each other, in hundredths of a letter for each of their sounds:
/// beyond that no name carries such a difference, where they are all that it has besides one word.
const CLOSE: u32 = 20;

/// What a comparison needs to know of a folded word besides how it sounds, found out once.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    known: u16,
    consonants: u32,
    short: bool,
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

/// A folded word with what a comparison needs to hear of it, for those who compare it with many others.
#[derive(Debug, Clone, Copy)]
pub struct Sounded<'a> {
    /// The word.
    pub text: &'a str,
    /// How it sounds, by [`Sounded::ear`].
    pub ear: &'a str,
    /// What else is known of it.
    pub marks: Marks,
}

impl Sounded<'_> {
    /// How a folded word sounds.
    pub fn ear(text: &str) -> String {
        ear(text)
    }

    /// How alike the words are at best in names of that kind, 0 to 1; `None` where they are different words in
    /// every name. Words that are not alike count where they are so close that names forgive it.
    pub fn alike(self, other: Self, kind: NameKind) -> Option<f64> {
        let heard = |word: Self| Heard {
            text: word.text,
            ear: word.ear,
            known: word.marks.known,
            consonants: word.marks.consonants,
            short: word.marks.short,
        };
        let (a, b) = (heard(self), heard(other));
        like(a, b, Spelling::Free)
            .map(|like| like.1)
            .or_else(|| (kind == NameKind::Org && of_one_stem(a, b)).then_some(OF_ONE_STEM))
            .or_else(|| close(a, b))
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
    if a.known != 0 && b.known != 0 || (a.consonants ^ b.consonants).count_ones() > 2 {
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
            let [one, other] = [&a, &b].map(|(text, ear)| Sounded {
                text,
                ear,
                marks: Marks::new(text, ear),
            });
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
