//! Korean syllables in Latin letters. Three systems are in use side by side (`Jeong`, `Chŏng`, `Jung`), and a vowel of
//! one is another vowel of the next. So a spelling is read as every syllable that it may stand for, and two spellings
//! are alike where these meet.

/// A syllable as written: how it begins, the vowels that it may have, as bits, and how it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Syllable {
    onset: u8,
    vowels: u32,
    coda: u8,
}

/// Beginnings and the sound that they stand for, longer ones first.
const ONSETS: [(&str, u8); 20] = [
    ("CH", b'J'),
    ("JJ", b'J'),
    ("KK", b'G'),
    ("TT", b'D'),
    ("PP", b'B'),
    ("SS", b'S'),
    ("SH", b'S'),
    ("G", b'G'),
    ("K", b'G'),
    ("N", b'N'),
    ("D", b'D'),
    ("T", b'D'),
    ("R", b'R'),
    ("L", b'R'),
    ("M", b'M'),
    ("B", b'B'),
    ("P", b'B'),
    ("S", b'S'),
    ("J", b'J'),
    ("H", b'H'),
];

/// Endings and the sound that they stand for, longer ones first.
const CODAS: [(&str, u8); 9] = [
    ("NG", b'O'),
    ("K", b'G'),
    ("G", b'G'),
    ("N", b'N'),
    ("T", b'D'),
    ("L", b'R'),
    ("M", b'M'),
    ("P", b'B'),
    ("B", b'B'),
];

/// The vowels of the language.
const A: u32 = 1;
const AE: u32 = 1 << 1;
const YA: u32 = 1 << 2;
const EO: u32 = 1 << 3;
const E: u32 = 1 << 4;
const YEO: u32 = 1 << 5;
const YE: u32 = 1 << 6;
const O: u32 = 1 << 7;
const WA: u32 = 1 << 8;
const OE: u32 = 1 << 9;
const YO: u32 = 1 << 10;
const U: u32 = 1 << 11;
const WO: u32 = 1 << 12;
const WI: u32 = 1 << 13;
const YU: u32 = 1 << 14;
const EU: u32 = 1 << 15;
const I: u32 = 1 << 16;

/// Vowels as written, and which they may be.
const VOWELS: [(&str, u32); 30] = [
    ("A", A),
    ("AE", AE),
    ("AI", AE),
    ("YA", YA),
    ("EO", EO),
    ("E", E | AE),
    ("YEO", YEO),
    ("YE", YE),
    ("O", O | EO),
    ("WA", WA),
    ("WAE", OE),
    ("WE", OE),
    ("OE", OE),
    ("OI", OE),
    ("YO", YO | YEO),
    ("YOU", YEO | YU),
    ("U", U | EU | EO),
    ("OO", U | EU),
    ("OU", EO | U),
    ("WOO", U),
    ("WO", WO),
    ("WEO", WO),
    ("WI", WI),
    ("YU", YU | YEO),
    ("YOO", YU),
    ("EU", EU),
    ("UI", I),
    ("EE", I),
    ("YI", I),
    ("I", I),
];

/// Longer words are no names of two syllables.
const LONGEST: usize = 14;

impl Syllable {
    fn read(text: &str) -> Option<Self> {
        let onset = ONSETS.iter().find(|(begin, _)| text.starts_with(begin));
        let rest = &text[onset.map_or(0, |(begin, _)| begin.len())..];
        let coda = CODAS.iter().find(|(end, _)| rest.ends_with(end));
        let vowel = &rest[..rest.len() - coda.map_or(0, |(end, _)| end.len())];
        let (_, vowels) = VOWELS.iter().find(|(written, _)| *written == vowel)?;
        Some(Self {
            onset: onset.map_or(0, |(_, onset)| *onset),
            vowels: *vowels,
            coda: coda.map_or(0, |(_, coda)| *coda),
        })
    }

    const fn may_be(self, other: Self) -> bool {
        self.onset == other.onset && self.coda == other.coda && self.vowels & other.vowels != 0
    }
}

/// A word as a syllable, or as two in every way to divide it.
fn readings(word: &str) -> Vec<(Syllable, Option<Syllable>)> {
    if word.len() > LONGEST || !word.is_ascii() {
        return Vec::new();
    }
    let whole = Syllable::read(word).map(|syllable| (syllable, None));
    let two = (1..word.len()).filter_map(|middle| {
        let (first, second) = word.split_at(middle);
        Some((Syllable::read(first)?, Some(Syllable::read(second)?)))
    });
    whole.into_iter().chain(two).collect()
}

/// Whether two words may be one name of one or two syllables; nothing where either cannot be any.
pub(super) fn may_be(a: &str, b: &str) -> Option<bool> {
    let (a, b) = (readings(a), readings(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let second = |a: Option<Syllable>, b: Option<Syllable>| match (a, b) {
        (Some(a), Some(b)) => a.may_be(b),
        (None, None) => true,
        _ => false,
    };
    let meet = |a: &(Syllable, Option<Syllable>)| b.iter().any(|b| a.0.may_be(b.0) && second(a.1, b.1));
    Some(a.iter().any(meet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_meet_and_names_do_not() {
        for (a, b, expected) in [
            ("JEONG", "CHONG", Some(true)),
            ("JEONG", "JUNG", Some(true)),
            ("JIHYEON", "CHIHYON", Some(true)),
            ("GEONU", "GUNOO", Some(true)),
            ("YEONGJA", "YONGCHA", Some(true)),
            ("UN", "IL", Some(false)),
            ("JEONGHUI", "JEONG", Some(false)),
            ("JIHU", "JIWON", Some(false)),
            ("GARCIA", "JEONG", None),
        ] {
            assert_eq!(may_be(a, b), expected, "{a} {b}");
            assert_eq!(may_be(b, a), expected, "{b} {a}");
        }
    }
}
