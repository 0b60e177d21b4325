//! Persons. Where the given names of a name end is seldom written down, so every cut of both names is tried, and the
//! one that speaks least against them counts.
//!
//! A missing part is silence: it takes a little. A different part is evidence against: where each name has a word
//! that the other lacks, those stand in the same place, and no agreement elsewhere makes up for it.

use super::{
    Features,
    heard::Heard,
    known,
    like::{Likeness, Spelling, closeness, closeness_of_strangers, like},
    name::Name,
    pairs::Pairs,
};

/// One way to cut a name: which of its words are given names, as bits, and where each part begins.
#[derive(Debug, Clone, Copy)]
struct Cut {
    given: u32,
    first_given: Option<usize>,
    first_surname: Option<usize>,
    turned: bool,
}

impl Cut {
    /// `given` words in front are given names, or with `turned` all behind `given` surnames in front.
    fn at(place: usize, words: usize, turned: bool) -> Self {
        let front = (1 << place) - 1;
        let (head, tail) = ((place > 0).then_some(0), (place < words).then_some(place));
        if turned {
            let all = (1 << words) - 1;
            Self {
                given: all & !front,
                first_given: tail,
                first_surname: head,
                turned,
            }
        } else {
            Self {
                given: front,
                first_given: head,
                first_surname: tail,
                turned,
            }
        }
    }
}

/// Every cut that the writing allows.
fn cuts(name: &Name) -> impl Iterator<Item = Cut> {
    let words = name.len();
    // Muhammad before another given name is a blessing that writers leave out: the next one is the first.
    let blessed = move |cut: Cut| match cut.first_given {
        Some(first)
            if known::is_muhammad(name.heard(first).marks.known) && cut.given >> (first + 1) & 1 == 1 =>
        {
            Cut {
                first_given: Some(first + 1),
                ..cut
            }
        }
        _ => cut,
    };
    let known = (name.surnames > 0).then(|| Cut::at(words - name.surnames, words, false));
    let tried = if known.is_some() || words < 2 {
        0..0
    } else {
        1..words
    };
    let single = (words == 1).then(|| Cut::at(1, 1, false));
    let guessed = tried.flat_map(move |place| [Cut::at(place, words, false), Cut::at(place, words, true)]);
    known.into_iter().chain(single).chain(guessed).map(blessed)
}

/// What two cuts come to.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    /// The price that cuts are chosen by.
    price: u32,
    contradictions: u32,
    missing_given: u32,
    missing_surname: u32,
    no_first_given: bool,
    no_first_surname: bool,
    swapped: bool,
    crossed: u32,
    turned: bool,
}

fn account(a: Cut, b: Cut, pairs: &Pairs, a_left: u32, b_left: u32) -> Account {
    let crossed = pairs
        .found
        .iter()
        .filter(|pair| (a.given >> pair.a & 1) != (b.given >> pair.b & 1))
        .count();
    let crossed = u32::try_from(crossed).unwrap_or(u32::MAX);
    let [a_given, b_given] = [(a_left & a.given).count_ones(), (b_left & b.given).count_ones()];
    let [a_sur, b_sur] = [(a_left & !a.given).count_ones(), (b_left & !b.given).count_ones()];
    let contradictions = a_given.min(b_given) + a_sur.min(b_sur);
    let lacks = |one: Option<usize>, other: Option<usize>| match (one, other) {
        (Some(one), Some(other)) => !pairs.are(one, other),
        _ => true,
    };
    let first_given = lacks(a.first_given, b.first_given);
    // The first given name of each is a later one of the other: María José and José María.
    let moved = |a_place: Option<usize>, b_place: Option<usize>| {
        pairs.found.iter().any(|pair| {
            let given = a.given >> pair.a & 1 == 1 && b.given >> pair.b & 1 == 1;
            given && (a_place == Some(pair.a) || b_place == Some(pair.b))
        })
    };
    let account = Account {
        price: 0,
        // A given name too many here and a surname too many there stand in the same place under another cut.
        contradictions: contradictions.max(a_left.count_ones().min(b_left.count_ones())),
        missing_given: a_given.abs_diff(b_given),
        missing_surname: a_sur.abs_diff(b_sur),
        no_first_given: first_given,
        no_first_surname: lacks(a.first_surname, b.first_surname),
        swapped: first_given && moved(a.first_given, None) && moved(None, b.first_given),
        crossed,
        turned: a.turned != b.turned,
    };
    Account {
        price: 10 * account.contradictions
            + 8 * crossed
            + 6 * u32::from(account.no_first_given)
            + 5 * u32::from(account.no_first_surname)
            + account.missing_given
            + 2 * account.missing_surname
            + u32::from(account.turned),
        ..account
    }
}

/// The features of two prepared persons' names; `part` where both are the same part of one, which stands as if the
/// other part were there and agreed.
pub(super) fn features(a: &Name, b: &Name, part: bool) -> (Features, Pairs) {
    let latin = are_latin(a, b);
    let spelling = match latin {
        true => Spelling::Fixed,
        false if holds(a, known::is_korean) && holds(b, known::is_korean) => Spelling::Syllables,
        false => Spelling::Free,
    };
    let pairs = Pairs::new(a, b, like, spelling);
    let mut features = Features {
        latin: f64::from(u8::from(latin)),
        ..Features::default()
    };
    if pairs.found.is_empty() {
        // Strangers, as most that are compared: no cut makes them more alike.
        features.contradictions = f64::from(u8::try_from(a.len().min(b.len())).unwrap_or(u8::MAX));
        features.no_first_given = 1.0;
        features.no_first_surname = 1.0;
        return (features, pairs);
    }
    let (a_left, b_left) = (pairs.a_left(a), pairs.b_left(b));
    let best = if part {
        let [a, b] = [a, b].map(|name| Cut::at(name.len(), name.len(), false));
        Account {
            no_first_surname: false,
            ..account(a, b, &pairs, a_left, b_left)
        }
    } else {
        let every = cuts(a).flat_map(|a| cuts(b).map(move |b| (a, b)));
        let every = every.filter(|(a, b)| !(a.turned && b.turned));
        every
            .map(|(a, b)| account(a, b, &pairs, a_left, b_left))
            .min_by_key(|account| account.price)
            .unwrap_or_default()
    };
    for pair in &pairs.found {
        match pair.like.0 {
            Likeness::Initial => features.initials += 1.0,
            Likeness::ShortForm => features.short_forms += 1.0,
            Likeness::Typo => features.typos += 1.0,
            Likeness::Same | Likeness::Joined | Likeness::Spelling => {}
        }
        if pair.like.0 != Likeness::Initial {
            features.shared += 1.0;
            features.liberties += 1.0 - pair.like.1;
        }
    }
    if part && !pairs.found.is_empty() {
        features.shared += 1.0;
    }
    features.contradictions = f64::from(best.contradictions);
    features.missing_given = f64::from(best.missing_given);
    features.missing_surname = f64::from(best.missing_surname);
    features.no_first_given = f64::from(u8::from(best.no_first_given));
    features.no_first_surname = f64::from(u8::from(best.no_first_surname));
    features.crossed = f64::from(best.crossed);
    features.order = f64::from(u8::from(best.turned) + u8::from(out_of_order(&pairs)));
    features.swapped = f64::from(u8::from(best.swapped));
    let arabic = holds(a, known::is_arabic) && holds(b, known::is_arabic);
    if best.contradictions > 0 && !best.no_first_given && arabic && !latin {
        features.chain = (features.shared - 2.0).max(0.0);
    }
    features.generation = f64::from(u8::from(a.generation != b.generation));
    if best.contradictions > 0 {
        features.near = nearest(a, b, a_left, b_left, closeness);
        // A syllable of Korean is not close to another one: it may be it or not.
        if spelling != Spelling::Syllables {
            features.close = nearest(a, b, a_left, b_left, closeness_of_strangers);
        }
    }
    if pairs.found.len() == a.len() && a.len() == b.len() {
        features.whole = 1.0;
    }
    (features, pairs)
}

/// Whether the rules of Spanish names bind: a word is in common use in Latin America alone, or there, too, and no other
/// word tells that the bearer is from elsewhere.
fn are_latin(a: &Name, b: &Name) -> bool {
    let either = |sort| holds(a, sort) || holds(b, sort);
    let foreign = || {
        let patronymics = |name: &Name| (0..name.len()).any(|place| is_patronymic(name.word(place)));
        either(known::is_foreign) || patronymics(a) || patronymics(b)
    };
    either(known::is_latin_alone) || either(known::is_latin) && !foreign()
}

/// Whether a word is the father's name as Russians and their neighbours put it in the middle: Olegovich, Ivanovna,
/// Stanislavavich, Mikalaeuna.
fn is_patronymic(word: &str) -> bool {
    const ENDINGS: [&str; 9] = [
        "OVICH", "EVICH", "AVICH", "OVYCH", "EVYCH", "OVNA", "EVNA", "IVNA", "UNA",
    ];
    word.len() >= 8 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether a name holds a known one of that sort.
fn holds(name: &Name, sort: fn(u16) -> bool) -> bool {
    (0..name.len()).any(|place| sort(name.heard(place).marks.known))
}

/// Whether the pairs stand in another order, and not just with the surnames turned to the front.
fn out_of_order(pairs: &Pairs) -> bool {
    let mut places: Vec<_> = pairs.found.iter().map(|pair| (pair.a, pair.b)).collect();
    places.sort_unstable();
    let falls = places.windows(2).filter(|pair| pair[0].1 > pair[1].1).count();
    let wraps = places
        .first()
        .zip(places.last())
        .is_some_and(|(first, last)| last.1 > first.1);
    falls > 1 || (falls == 1 && wraps)
}

/// How close the closest words are that have no partner.
pub(super) fn nearest(
    a: &Name,
    b: &Name,
    a_left: u32,
    b_left: u32,
    close: fn(Heard<'_>, Heard<'_>) -> f64,
) -> f64 {
    let mut nearest: f64 = 0.0;
    for i in (0..a.len()).filter(|i| a_left >> i & 1 == 1) {
        for j in (0..b.len()).filter(|j| b_left >> j & 1 == 1) {
            nearest = nearest.max(close(a.heard(i), b.heard(j)));
        }
    }
    nearest
}
