//! The distinct words of all listed names, and which of them a word of a question may stand for.
//!
//! Trying `names` on each of a hundred thousand words would take milliseconds. So a word is known under a few
//! variants: itself, its sound, both of them with one letter left out, without a particle that was written
//! into it, and without an ending that its short form has not. Words that share one are few (one edit of
//! either is one letter left out of both). A sound is coarse, though: it has no vowels, and fits many
//! strangers. Those are put to a cheap test of their shape first, and `Heard::alike` has the last word. What
//! no edit connects is found by its beginning or by the table of short forms.

use std::ops::Range;

use super::{
    rows::Texts,
    shape::{self, Outline, Shape},
};
use crate::names::{self, Heard, Marks, NameKind};

/// Shorter words are not known with a letter left out: what remains would be anything.
const SHORTEST_CUT: usize = 4;

/// Shorter sounds may lack a letter of the other or have one more, but not have another one instead.
const SHORTEST_EXCHANGE: usize = 3;

/// Words that begin with so many letters alike may be one but for their ending.
const STEM: usize = 4;

/// What writers join to the word behind it, and what must at least remain.
const PARTICLES: [&str; 13] = [
    "DELOS", "DELAS", "DELA", "DEL", "DE", "DOS", "DAS", "DA", "DO", "VAN", "VON", "AL", "EL",
];
const SHORTEST_REST: usize = 4;

/// The Arabic article where a writer joins it to a name, and its shapes.
const ARTICLES: [&str; 2] = ["AL", "EL"];
const ARTICLE_SHAPES: [&str; 2] = ["AL", "IL"];

/// Letters that no name ends in, and that sound as they are written.
const UNKNOWN: &str = "LRL";

/// The words in the order of their letters: a word's number is its place.
#[derive(Debug)]
pub(super) struct Words {
    kind: NameKind,
    texts: Texts,
    shapes: Texts,
    /// How the words sound, and what else a comparison asks of them: listening is what costs most.
    ears: Texts,
    marks: Vec<Marks>,
    /// A hash and the number of a word, in order: of the word and its variants, of its sound, and of its
    /// sound with a letter left out.
    variants: Vec<(u32, u32)>,
    sounds: Vec<(u32, Echo)>,
    far: Vec<(u32, Echo)>,
}

/// A word that is found by its sound, with what most are refused by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Echo {
    number: u32,
    outline: Outline,
}

impl Words {
    /// Takes sorted, distinct words.
    pub(super) fn new(kind: NameKind, texts: Texts) -> Self {
        let (mut own, mut sounds, mut far) = (Vec::new(), Vec::new(), Vec::new());
        let (mut shapes, mut ears, mut marks) = (Texts::new(), Texts::new(), Vec::new());
        for (number, word) in texts.iter() {
            let ear = names::ear(word);
            let shape = shape::text(&ear);
            let has_article = ARTICLE_SHAPES.iter().any(|article| shape.starts_with(article));
            // Without its article it is of another shape.
            let outline = if has_article {
                Outline::ANY
            } else {
                Outline::new(&shape)
            };
            let echo = Echo { number, outline };
            shapes.push(&shape);
            marks.push(Marks::new(word, &ear));
            ears.push(&ear);
            for form in forms(word) {
                let sound = names::sound(form);
                variants(form, |hash| own.push((hash, number)));
                if is_renamed(form, &sound) {
                    own.push((hash(sound.bytes()), number));
                }
                sounds.push((hash(sound.bytes()), echo));
                sound_cuts(&sound, |hash| far.push((hash, echo)));
            }
        }
        marks.shrink_to_fit();
        ears.shrink();
        shapes.shrink();
        settle(&mut own);
        settle(&mut sounds);
        settle(&mut far);
        Self {
            kind,
            texts,
            shapes,
            ears,
            marks,
            variants: own,
            sounds,
            far,
        }
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.texts.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// The number of exactly that word.
    pub(super) fn find(&self, word: &str) -> Option<u32> {
        let place = self.first_from(word);
        (place < self.len() && self.texts.get(place) == word).then_some(place)
    }

    /// The words with that first letter.
    pub(super) fn beginning_with(&self, letter: u8) -> Range<u32> {
        let at = |letter: u8| self.first_from(char::from(letter).encode_utf8(&mut [0; 4]));
        at(letter)..at(letter + 1)
    }

    fn first_from(&self, word: &str) -> u32 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.texts.get(middle) < word {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The words that are alike, each once, with how alike they are.
    pub(super) fn alike(&self, word: &str) -> Vec<(u32, f64)> {
        let mut found = self.sounding(word, SHORTEST_EXCHANGE);
        found.extend(self.beginning_like(word));
        found.extend(names::short_forms(word).filter_map(|form| self.find(form)));
        self.judged(word, found)
    }

    /// Like [`Words::alike`], of two words written as one: these have no short forms, and a slip of the pen besides
    /// that makes another consonant of one is not worth the search.
    pub(super) fn joined(&self, pair: &[String]) -> Vec<(u32, f64)> {
        let word = pair.concat();
        self.judged(&word, self.sounding(&word, usize::MAX))
    }

    /// Finds the words that share a variant, or whose sound is near and whose shape is, too. A consonant may be another
    /// one in sounds of so many.
    fn sounding(&self, word: &str, shortest_exchange: usize) -> Vec<u32> {
        let mut found = Vec::new();
        for form in forms(word) {
            let (sound, shape) = (names::sound(form), Shape::new(&names::ear(form)));
            let whole = hash(sound.bytes());
            let renamed = is_renamed(form, &sound);
            let near = |echo: &Echo| shape.may_be_near(echo.outline) && self.is_near(&shape, echo.number);
            let mut hear = |sounds: &[(u32, Echo)], hash, certain: bool| {
                let echoes = under(sounds, hash).filter(|echo| certain || near(echo));
                found.extend(echoes.map(|echo| echo.number));
            };
            hear(&self.sounds, whole, renamed);
            hear(&self.far, whole, false);
            sound_cuts(&sound, |hash| {
                hear(&self.sounds, hash, false);
                if sound.len() >= shortest_exchange {
                    hear(&self.far, hash, false);
                }
            });
            found.extend(under(&self.variants, whole));
            variants(form, |hash| found.extend(under(&self.variants, hash)));
        }
        found
    }

    /// The words with the same stem: some are the same but for their ending (`ANDINA`, `ANDINO`), or are cut
    /// behind it (`SEBAS`).
    fn beginning_like(&self, word: &str) -> Range<u32> {
        let Some(stem) = word.get(..STEM) else {
            return 0..0;
        };
        let first = self.first_from(stem);
        let after = [stem, "\u{10FFFF}"].concat();
        first..self.first_from(&after)
    }

    /// Whether a word is of a near shape, as it is or without the article that is joined to it.
    fn is_near(&self, shape: &Shape, number: u32) -> bool {
        let other = self.shapes.get(number);
        shape.is_near(other)
            || ARTICLE_SHAPES.iter().any(|article| {
                other
                    .strip_prefix(article)
                    .is_some_and(|rest| shape.is_near(rest))
            })
    }

    fn judged(&self, word: &str, mut found: Vec<u32>) -> Vec<(u32, f64)> {
        found.sort_unstable();
        found.dedup();
        let ear = names::ear(word);
        let asked = Heard::new(word, &ear);
        let listed = |number: u32| Heard {
            text: self.texts.get(number),
            ear: self.ears.get(number),
            marks: self.marks[number as usize],
        };
        let likeness = |number| Some((number, asked.alike(listed(number), self.kind)?));
        found.into_iter().filter_map(likeness).collect()
    }

    pub(super) fn bytes(&self) -> usize {
        let echoes = self.sounds.capacity() + self.far.capacity();
        self.texts.bytes()
            + self.shapes.bytes()
            + self.ears.bytes()
            + self.marks.capacity() * size_of::<Marks>()
            + self.variants.capacity() * size_of::<(u32, u32)>()
            + echoes * size_of::<(u32, Echo)>()
    }
}

/// Brings hashes in order, each with what it stands for once.
fn settle<T: Ord>(hashes: &mut Vec<(u32, T)>) {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.shrink_to_fit();
}

/// A word as it is, and without an article.
fn forms(word: &str) -> impl Iterator<Item = &str> {
    let rests = ARTICLES.iter().filter_map(|article| word.strip_prefix(article));
    std::iter::once(word).chain(rests.filter(|rest| rest.len() >= SHORTEST_REST))
}

/// What stands under a hash, of pairs in order.
pub(super) fn under<T: Copy>(pairs: &[(u32, T)], hash: u32) -> impl Iterator<Item = T> {
    let first = pairs.partition_point(|pair| pair.0 < hash);
    let same = pairs[first..].iter().take_while(move |pair| pair.0 == hash);
    same.map(|pair| pair.1)
}

/// Tells the hash of the word, and of the word with something left out; some more than once.
fn variants(word: &str, mut tell: impl FnMut(u32)) {
    tell(hash(word.bytes()));
    if word.len() >= SHORTEST_CUT {
        cuts(word, &mut tell);
    }
    let rests = PARTICLES
        .iter()
        .filter_map(|particle| word.strip_prefix(particle));
    let rests = rests.filter(|rest| rest.len() >= SHORTEST_REST);
    let parts = rests.chain(names::stems(word));
    parts.for_each(|part| tell(hash(part.bytes())));
}

/// Whether a word has the sound of another one, whose spelling it is known for: then its shape tells nothing.
/// Letters behind it, which make it a word that nobody knows, bring its own sound to light.
fn is_renamed(word: &str, sound: &str) -> bool {
    let unknown = names::sound(&[word, UNKNOWN].concat());
    unknown.strip_suffix(UNKNOWN) != Some(sound)
}

/// Tells the hash of the sound with a letter left out; like letters that meet then are one.
fn sound_cuts(sound: &str, mut tell: impl FnMut(u32)) {
    cuts(sound, &mut tell);
    for (place, around) in sound.as_bytes().windows(3).enumerate() {
        if around[0] == around[2] {
            tell(hash(
                sound.bytes().take(place).chain(sound.bytes().skip(place + 2)),
            ));
        }
    }
}

fn cuts(word: &str, tell: &mut impl FnMut(u32)) {
    for out in 0..word.len() {
        tell(hash(word.bytes().take(out).chain(word.bytes().skip(out + 1))));
    }
}

/// FNV-1a: short, and the same on every machine, so that an index is too.
pub(super) fn hash(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811C_9DC5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(listed: &[&str]) -> Words {
        let mut texts = Texts::new();
        listed.iter().for_each(|word| texts.push(word));
        Words::new(NameKind::Person, texts)
    }

    #[test]
    fn alike_words_are_found() {
        let listed = [
            "CRUZ",
            "DELACRUZ",
            "GARCIA",
            "JIMENEZ",
            "MARTINEZ",
            "RODRIGUEZ",
            "XIMENES",
        ];
        let words = words(&listed);
        for (asked, expected) in [
            ("GARCIA", vec!["GARCIA"]),
            ("GARICA", vec!["GARCIA"]),
            ("CRUZ", vec!["CRUZ", "DELACRUZ"]),
            ("DELACRUZ", vec!["CRUZ", "DELACRUZ"]),
            ("GIMENES", vec!["JIMENEZ", "XIMENES"]),
            ("RODRIGUES", vec!["RODRIGUEZ"]),
            ("ZZZ", vec![]),
            ("", vec![]),
        ] {
            let found = words.alike(asked);
            let found: Vec<_> = found.iter().map(|&(number, _)| words.texts.get(number)).collect();
            assert_eq!(found, expected, "{asked}");
        }
    }

    #[test]
    fn words_are_looked_up() {
        let words = words(&["ANA", "BLAS", "BO", "CID"]);
        assert_eq!(words.find("BO"), Some(2));
        assert_eq!((words.find("B"), words.find("ZOE")), (None, None));
        assert_eq!(words.beginning_with(b'B'), 1..3);
        assert_eq!(words.beginning_with(b'Z'), 4..4);
    }
}
