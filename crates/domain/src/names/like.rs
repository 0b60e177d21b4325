//! Likeness of two folded words.

use std::cmp::Ordering;

use super::{
    heard::Heard,
    known, korean,
    short::stands_for,
    sound::{distance, ear, is_vowelless},
};

/// Why two words are taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Same,
    /// A particle is written into one of them (`DELACRUZ`), or two words are written as one.
    Joined,
    /// They sound alike, or are known for spellings of one name.
    Spelling,
    /// A letter or so differs.
    Typo,
    /// One is a short form of the other by the table.
    ShortForm,
    /// One is the other's first letter.
    Initial,
}

impl Likeness {
    /// The rule's name in answers.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Joined => "joined",
            Self::Spelling => "spelling",
            Self::Typo => "typo",
            Self::ShortForm => "short_form",
            Self::Initial => "initial",
        }
    }
}

/// A likeness and its strength, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Like(pub Likeness, pub f64);

const JOINED_PARTICLES: [&str; 16] = [
    "DELOS", "DELAS", "DELA", "DEL", "DE", "DOS", "DAS", "DA", "DO", "DI", "VANDER", "VANDEN", "VAN", "VON",
    "AL", "EL",
];

/// Whether, and why, two words of a person's name are taken for one. Symmetric.
pub(super) fn like(a: Heard<'_>, b: Heard<'_>, spelling: Spelling) -> Option<Like> {
    let (short, long) = match a.text.len().cmp(&b.text.len()).then_with(|| a.text.cmp(b.text)) {
        Ordering::Equal => return Some(Like(Likeness::Same, 1.0)),
        Ordering::Less => (a, b),
        Ordering::Greater => (b, a),
    };
    if short.text.len() == 1 && (short.marks.known == 0 || short.marks.known != long.marks.known) {
        return long
            .text
            .starts_with(short.text)
            .then_some(Like(Likeness::Initial, 0.4));
    }
    if short.text.len() >= 3 && short.ear == long.ear {
        return Some(Like(Likeness::Spelling, 0.95));
    }
    if short.marks.known != 0 && short.marks.known == long.marks.known {
        return Some(Like(Likeness::Spelling, 0.9));
    }
    if spelling == Spelling::Syllables
        && let Some(same) = korean::may_be(short.text, long.text)
    {
        return same.then_some(Like(Likeness::Spelling, 0.9));
    }
    if is_joined(short, long) || has_article(short, long) {
        return Some(Like(Likeness::Joined, 0.95));
    }
    if let Some(like) = without_article(a, b, spelling) {
        return Some(like);
    }
    // Two known names that differ are two names, unless vowels were never written.
    if (short.marks.known == 0 || long.marks.known == 0 || is_vowelless(short.ear) || is_vowelless(long.ear))
        && let Some(like) = nearly(short, long, spelling)
    {
        return Some(like);
    }
    (stands_for(short, long) || stands_for(long, short)).then_some(Like(Likeness::ShortForm, 0.7))
}

fn is_joined(short: Heard<'_>, long: Heard<'_>) -> bool {
    let particle = long.text.strip_suffix(short.text);
    // Delrío is del Río, but Darío is no da Río.
    let whole = |particle: &str| short.text.len() >= if particle.starts_with("DEL") { 3 } else { 4 };
    particle.is_some_and(|particle| whole(particle) && JOINED_PARTICLES.contains(&particle))
}

/// What is alike once the Arabic article is gone that one writer joins to the name: `Alhuthy` and `Huthi`.
fn without_article(a: Heard<'_>, b: Heard<'_>, spelling: Spelling) -> Option<Like> {
    let rest = |word: Heard<'_>| {
        let rest = word
            .text
            .strip_prefix("AL")
            .or_else(|| word.text.strip_prefix("EL"))?;
        (spelling == Spelling::Free && word.marks.known == 0 && rest.len() >= 4).then(|| rest.to_owned())
    };
    let (rest, other) = match (rest(a), rest(b)) {
        (Some(rest), None) => (rest, b),
        (None, Some(rest)) => (rest, a),
        _ => return None,
    };
    let ear = ear(&rest);
    let Like(_, strength) = like(Heard::new(&rest, &ear), other, spelling)?;
    Some(Like(Likeness::Joined, strength.min(0.95)))
}

/// The Arabic article at the end of a word that another one follows: `Saiful Islam`, `Nurul Haq`.
fn has_article(short: Heard<'_>, long: Heard<'_>) -> bool {
    let article = long.ear.strip_prefix(short.ear);
    known::is_arabic(short.marks.known)
        && article.is_some_and(|article| matches!(article, "UL" | "EL" | "AL"))
}

/// How freely words are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Spanish and Portuguese: what is written is what is heard.
    Fixed,
    /// From other scripts: every writer hears other vowels.
    Free,
    /// Korean names, whose syllables are too short for letters to be missing.
    Syllables,
}

/// How far the ears of two words of that many sounds may be from each other, in hundredths of a letter.
const fn allowance(sounds: usize, spelling: Spelling) -> u32 {
    let (fixed, free) = match sounds {
        0..=2 => (0, 0),
        3 => (35, 45),
        4 => (50, 80),
        5 => (75, 100),
        6 | 7 => (100, 130),
        8 | 9 => (130, 170),
        _ => (160, 210),
    };
    match spelling {
        Spelling::Fixed => fixed,
        Spelling::Free | Spelling::Syllables => free,
    }
}

impl Spelling {
    /// How freely two words of an organisation are spelt that may stand alone in its name: a short one may become any
    /// other one.
    pub(super) fn of_words(self, a: &str, b: &str) -> Self {
        match a.len().min(b.len()) {
            ..=5 => Self::Fixed,
            _ => self,
        }
    }
}

fn nearly(short: Heard<'_>, long: Heard<'_>, spelling: Spelling) -> Option<Like> {
    // More than one consonant of another class is another word: most pairs end here, before anything is measured.
    if (short.marks.consonants ^ long.marks.consonants).count_ones() > 2
        || long.text.len() - short.text.len() > 5
    {
        return None;
    }
    let digits = |word: &str| word.bytes().any(|letter| letter.is_ascii_digit());
    if digits(short.text) || digits(long.text) {
        return None;
    }
    let slip = is_slip(short, long);
    let turned = slip && is_turned(short.text, long.text);
    // Letters that were turned say nothing of the sex: `Sofai` is Sofia.
    if !turned && differ_in_sex(short.ear, long.ear, spelling) {
        return None;
    }
    let sounds = short.ear.len().max(long.ear.len());
    let allowed = allowance(sounds, spelling);
    let far = distance(short.ear, long.ear, allowed.max(100));
    if far > allowed && !slip {
        return None;
    }
    let far = if slip { far.min(100) } else { far };
    let kind = if far <= 60 && !slip {
        Likeness::Spelling
    } else {
        Likeness::Typo
    };
    let parts = f64::from(far) / 100.0 / f64::from(u32::try_from(sounds).unwrap_or(u32::MAX));
    Some(Like(kind, (0.95 - 1.5 * parts).max(0.5)))
}

/// Whether a letter was left out, added, exchanged or turned. In a word of three or four letters that makes another
/// word, unless one of the two is a name in common use and the other is none.
fn is_slip(short: Heard<'_>, long: Heard<'_>) -> bool {
    let shortest = if (short.marks.known == 0) == (long.marks.known == 0) {
        5
    } else {
        4
    };
    long.text.len() >= shortest && is_one_edit(short.text.as_bytes(), long.text.as_bytes())
}

/// Whether two different words are a letter or a turn of two apart: what is left of them between a common beginning and a
/// common end says so. Nothing is asked more often of words that are no names in common use.
fn is_one_edit(short: &[u8], long: &[u8]) -> bool {
    if long.len() - short.len() > 1 {
        return false;
    }
    let begin = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[begin..], &long[begin..]);
    let end = short.iter().rev().zip(long.iter().rev());
    let end = end.take_while(|(a, b)| a == b).count();
    match (&short[..short.len() - end], &long[..long.len() - end]) {
        ([], [_]) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Whether two words a slip apart have the same letters.
fn is_turned(a: &str, b: &str) -> bool {
    let letters = |word: &str| word.bytes().map(u32::from).sum::<u32>();
    a.len() == b.len() && letters(a) == letters(b)
}

/// An `A` at the end is the sex: Mario and María, Luis and Luisa, Andrés and Andrea. An `E` there may be a spelling
/// of the `A`, and so may an `O` where it was heard in another script: Lukashenka.
fn differ_in_sex(a: &str, b: &str, spelling: Spelling) -> bool {
    let ends = |word: &str, letter| word.as_bytes().last() == Some(&letter);
    let may_be = |word| ends(word, b'E') || spelling != Spelling::Fixed && ends(word, b'O');
    ends(a, b'A') != ends(b, b'A') && !may_be(a) && !may_be(b)
}

/// How alike two folded words of a person's name are at best, 0 to 1; `None` where they are different words in every
/// name. Symmetric.
pub fn alike(a: &str, b: &str) -> Option<f64> {
    let ears = [ear(a), ear(b)];
    like(Heard::new(a, &ears[0]), Heard::new(b, &ears[1]), Spelling::Free).map(|like| like.1)
}

/// How close two words are that are not alike, 0 to 1: for the order of refused candidates.
pub(super) fn closeness(a: Heard<'_>, b: Heard<'_>) -> f64 {
    let (a, b) = if a.ear <= b.ear {
        (a.ear, b.ear)
    } else {
        (b.ear, a.ear)
    };
    let sounds = u32::try_from(a.len().max(b.len()).clamp(1, 24)).unwrap_or(24);
    (1.0 - f64::from(distance(a, b, 100 * sounds)) / (100.0 * f64::from(sounds))).max(0.0)
}

/// [`closeness`], of words that are not both names in common use.
pub(super) fn closeness_of_strangers(a: Heard<'_>, b: Heard<'_>) -> f64 {
    if a.marks.known != 0 && b.marks.known != 0 {
        return 0.0;
    }
    closeness(a, b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_one_sound_or_one_origin_are_alike_and_others_are_not() {
        const ALIKE: &[(&str, &str)] = &[
            ("MUHAMMAD", "MOHAMED"),
            ("HUSSEIN", "HUSAYN"),
            ("ABDRAHMAN", "ABDURRAHMAN"),
            ("YEVGENIY", "EVGENY"),
            ("KARMUSH", "KHARMOUSH"),
            ("MUTAYRI", "MUTAIRI"),
            ("GADDAFI", "QADHAFI"),
            ("MUAMMAR", "MOAMER"),
            ("ZAWAHIRI", "ZAWAHRI"),
            ("PETROVICH", "PETROVIC"),
            ("MHMD", "MUHAMMAD"),
            ("RODRIGEUZ", "RODRIGUEZ"),
            ("XIMENA", "JIMENA"),
            ("JONG", "CHONG"),
        ];
        const DIFFERENT: &[(&str, &str)] = &[
            ("FERNANDES", "HERNANDEZ"),
            ("MARIA", "MARIO"),
            ("LUIS", "LUISA"),
            ("HASAN", "HUSAYN"),
            ("AHMAD", "HAMID"),
            ("MUAMMAR", "MUHAMMAD"),
            ("JAMAL", "KAMAL"),
            ("MARTA", "MARIA"),
            ("PETROV", "PETROVA"),
            ("SALIM", "SALMAN"),
            ("GOMEZ", "GAMEZ"),
        ];
        for (a, b) in ALIKE {
            assert!(alike(a, b).is_some(), "{a} {b}");
            assert_eq!(alike(a, b), alike(b, a));
        }
        for (a, b) in DIFFERENT {
            assert_eq!(alike(a, b), None, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn one_edit_is_one_by_the_book(a in "[A-C]{0,6}", b in "[A-C]{0,6}") {
            let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
            let found = is_one_edit(short.as_bytes(), long.as_bytes());
            prop_assert_eq!(found, strsim::osa_distance(&a, &b) == 1, "{} {}", a, b);
        }
    }
}
