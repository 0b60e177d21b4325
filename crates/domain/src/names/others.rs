//! Organisations and vessels. No word that tells which one it is may be missing: that would be another company, or
//! the sister ship. Words that say what a company does are less; a number that differs decides alone.

use super::{
    Features, NameKind,
    like::{Heard, Like, Likeness, Spelling, like},
    name::Name,
    pairs::Pairs,
    persons::nearest,
};

/// Words of organisations have no initials and no short forms, and a short one is misspelt less often than meant.
fn like_in_companies(a: Heard<'_>, b: Heard<'_>, spelling: Spelling) -> Option<Like> {
    like(a, b, spelling).filter(|found| match found.0 {
        Likeness::Same | Likeness::Joined => true,
        Likeness::Spelling => a.text.len().min(b.text.len()) >= 4,
        Likeness::Typo => a.text.len().min(b.text.len()) >= 5,
        Likeness::ShortForm | Likeness::Initial => false,
    })
}

/// A ship has few words, and each counts: a slip in a short one is more often a slip than another ship.
fn like_in_ships(a: Heard<'_>, b: Heard<'_>, spelling: Spelling) -> Option<Like> {
    like(a, b, spelling).filter(|found| !matches!(found.0, Likeness::ShortForm | Likeness::Initial))
}

fn is_number(word: &str) -> bool {
    word.bytes().any(|letter| letter.is_ascii_digit())
}

/// The features of two prepared names of organisations, or of vessels.
pub(super) fn features(a: &Name, b: &Name, kind: NameKind) -> (Features, Pairs) {
    let compare = if kind == NameKind::Vessel {
        like_in_ships
    } else {
        like_in_companies
    };
    let pairs = Pairs::new(a, b, compare, Spelling::Fixed);
    let mut features = Features::default();
    if a.is_squeezed(b) {
        features.shared = 1.0;
        features.whole = 1.0;
        return (features, pairs);
    }
    for pair in &pairs.found {
        features.liberties += 1.0 - pair.like.1;
        if pair.like.0 == Likeness::Typo {
            features.typos += 1.0;
        }
        if a.describes(pair.a) && b.describes(pair.b) {
            features.describing += 1.0;
        } else {
            features.shared += 1.0;
        }
    }
    let (a_left, b_left) = (pairs.a_left(a), pairs.b_left(b));
    let (mut left, mut describing) = ([0_u32; 2], [0_u32; 2]);
    for (side, name, bits) in [(0, a, a_left), (1, b, b_left)] {
        for place in (0..name.len()).filter(|place| bits >> place & 1 == 1) {
            if is_number(name.word(place)) {
                features.numbers = 1.0;
            } else if name.describes(place) {
                describing[side] += 1;
            } else {
                left[side] += 1;
            }
        }
    }
    // Regional for Nacional: a word that tells stands in the place of one that describes.
    let told = left[0].min(left[1]);
    let crossed = (left[0] - told).min(describing[1]) + (left[1] - told).min(describing[0]);
    features.contradictions = f64::from(told + crossed);
    features.missing_words = f64::from(left[0].abs_diff(left[1]));
    features.missing_describing = f64::from(describing[0].abs_diff(describing[1]));
    features.other_describing = f64::from(describing[0].min(describing[1]));
    let turns = pairs
        .found
        .iter()
        .any(|x| pairs.found.iter().any(|y| x.a < y.a && x.b > y.b));
    features.order = f64::from(u8::from(turns));
    if kind == NameKind::Vessel {
        // A ship's words keep their places.
        features.contradictions += features.order;
    }
    if features.contradictions > 0.0 && !pairs.found.is_empty() {
        features.near = nearest(a, b, a_left, b_left);
    }
    if a_left == 0 && b_left == 0 && a.len() > 0 {
        features.whole = 1.0;
    }
    if is_acronym(a, b) || is_acronym(b, a) {
        features.acronym = 1.0;
    }
    (features, pairs)
}

/// Whether a name of one word is made of the first letters of the other's.
fn is_acronym(short: &Name, long: &Name) -> bool {
    let word = if short.len() == 1 {
        short.word(0)
    } else {
        return false;
    };
    word.len() >= 4
        && long.len() == word.len()
        && long
            .words()
            .zip(word.bytes())
            .all(|(word, letter)| word.as_bytes()[0] == letter)
}
