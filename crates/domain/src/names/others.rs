//! Organisations and vessels. No word that tells which one it is may be missing: that would be another company, or
//! the sister ship. Words that say what a company does are less; a number that differs decides alone.

use super::{
    Features, NameKind,
    heard::Heard,
    like::{Like, Likeness, Spelling, closeness, closeness_of_strangers, like},
    name::Name,
    pairs::Pairs,
    persons::nearest,
};

/// Words of organisations have no initials and no short forms, and a short one is misspelt less often than meant.
fn like_in_companies(a: Heard<'_>, b: Heard<'_>, spelling: Spelling) -> Option<Like> {
    let found = like(a, b, spelling.of_words(a.text, b.text))
        .or_else(|| of_one_stem(a, b).then_some(Like(Likeness::Spelling, 0.7)));
    found.filter(|found| match found.0 {
        Likeness::Same | Likeness::Joined => true,
        Likeness::Spelling => a.text.len().min(b.text.len()) >= 4,
        Likeness::Typo => a.text.len().max(b.text.len()) >= 5 || (a.marks.known == 0) != (b.marks.known == 0),
        Likeness::ShortForm | Likeness::Initial => false,
    })
}

/// Whether the words differ in their ending alone: `Diamond` and `Diamonds`, `Andina` and `Andino`.
pub(super) fn of_one_stem(a: Heard<'_>, b: Heard<'_>) -> bool {
    const STEM: usize = 5;
    const ENDING: usize = 3;
    let stem = a
        .text
        .bytes()
        .zip(b.text.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let known = a.marks.known != 0 && b.marks.known != 0;
    !known
        && stem >= STEM
        && a.text.len().max(b.text.len()) - stem <= ENDING
        && !is_number(a.text)
        && !is_number(b.text)
}

/// A ship has few words, and each counts: a slip in a short one is more often a slip than another ship.
fn like_in_ships(a: Heard<'_>, b: Heard<'_>, spelling: Spelling) -> Option<Like> {
    let found = like(a, b, spelling.of_words(a.text, b.text));
    found.filter(|found| !matches!(found.0, Likeness::ShortForm | Likeness::Initial))
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
    let pairs = Pairs::new(
        a,
        b,
        compare,
        if a.is_latin() || b.is_latin() {
            Spelling::Fixed
        } else {
            Spelling::Free
        },
    );
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
        if a.describes(pair.a) || b.describes(pair.b) {
            features.describing += 1.0;
        } else {
            features.shared += 1.0;
        }
    }
    let (mut a_left, mut b_left) = (pairs.a_left(a), pairs.b_left(b));
    if let Some((word, run)) = abbreviated(a, a_left, b, b_left) {
        (a_left, b_left) = (a_left & !word, b_left & !run);
        features.acronym = 1.0;
    } else if let Some((word, run)) = abbreviated(b, b_left, a, a_left) {
        (a_left, b_left) = (a_left & !run, b_left & !word);
        features.acronym = 1.0;
    }
    let (mut left, mut describing, mut places, mut bodies) = ([0_u32; 2], [0_u32; 2], [0_u32; 2], [0_u32; 2]);
    for (side, name, bits) in [(0, a, a_left), (1, b, b_left)] {
        for place in (0..name.len()).filter(|place| bits >> place & 1 == 1) {
            if is_number(name.word(place)) {
                features.numbers = 1.0;
            } else if name.is_place(place) {
                places[side] += 1;
            } else if name.describes(place) {
                describing[side] += 1;
                bodies[side] += u32::from(name.is_body(place));
            } else {
                left[side] += 1;
            }
        }
    }
    // Regional for Nacional: a word that tells stands in the place of one that describes.
    let told = left[0].min(left[1]);
    let crossed = (left[0] - told).min(describing[1]) + (left[1] - told).min(describing[0]);
    features.contradictions = f64::from(told + crossed + places[0].min(places[1]));
    features.missing_words = f64::from(left[0].abs_diff(left[1]));
    // A society here and a foundation there is a matter of translation, not another trade.
    let translated = if describing == bodies {
        bodies[0].min(bodies[1])
    } else {
        0
    };
    features.missing_describing =
        f64::from(describing[0].abs_diff(describing[1]) + places[0].abs_diff(places[1]) + translated);
    features.other_describing = f64::from(describing[0].min(describing[1]) - translated);
    let turns = pairs
        .found
        .iter()
        .any(|x| pairs.found.iter().any(|y| x.a < y.a && x.b > y.b));
    features.order = f64::from(u8::from(turns));
    if kind == NameKind::Vessel {
        features.ship = 1.0;
        // A ship's words keep their places.
        features.contradictions += features.order;
    }
    if features.contradictions > 0.0 && !pairs.found.is_empty() {
        features.near = nearest(a, b, a_left, b_left, closeness);
        features.close = nearest(a, b, a_left, b_left, closeness_of_strangers);
    }
    if a_left == 0 && b_left == 0 && a.len() > 0 {
        features.whole = 1.0;
    }
    (features, pairs)
}

/// A word of the one name without a partner and the words of the other, one behind the other, whose first letters
/// make it, as bits. Three letters are anybody's: where the names share nothing else, the whole name has to make it.
fn abbreviated(short: &Name, short_left: u32, long: &Name, long_left: u32) -> Option<(u32, u32)> {
    (0..short.len())
        .filter(|place| short_left >> place & 1 == 1 && (3..=8).contains(&short.word(*place).len()))
        .find_map(|place| {
            let letters = short.word(place).as_bytes();
            let last = long.len().checked_sub(letters.len())?;
            let whole = short.len() == 1 && last == 0 && letters.len() >= 4;
            if !whole && long_left.count_ones() as usize == long.len() {
                return None;
            }
            let begin = (0..=last).find(|&begin| {
                let run = letters.iter().enumerate().map(|(i, letter)| (begin + i, letter));
                run.clone().all(|(at, _)| long_left >> at & 1 == 1)
                    && run
                        .clone()
                        .all(|(at, letter)| long.word(at).as_bytes()[0] == *letter)
            })?;
            Some((1 << place, ((1 << letters.len()) - 1) << begin))
        })
}
