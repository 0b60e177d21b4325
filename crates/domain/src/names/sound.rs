//! How a folded word sounds. Two keys, from fine to coarse:
//!
//! * `ear`: what a Latin American ear cannot tell apart is written alike. Words that share it are spellings of one
//!   name.
//! * `sound`: consonants alone, in classes. It is for finding, not for deciding: spellings of one name share it,
//!   and so do strangers (`alike` tells).

use super::known;

/// The fine key: b/v, s/z/soft c, g/j before e and i, y/i/ll, doubled letters and silent h are one. Digits that a
/// reader of images takes for letters count as those.
pub fn ear(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    ear_into(word, &mut sound);
    sound
}

/// [`ear`], appended to a text that other words may stand in.
pub(super) fn ear_into(word: &str, sound: &mut String) {
    let letters = word.as_bytes();
    let at = |i: usize| letters.get(i).copied().unwrap_or(b' ');
    let (mut i, mut last) = (0, b' ');
    while i < letters.len() {
        let (heard, read) = match (at(i), at(i + 1)) {
            // French writers' `ch` is everybody else's `sh`.
            (b'C' | b'S', b'H') if at(i + 2) != b'C' => (b'X', 2),
            (b'S' | b'T', b'C') if at(i + 2) == b'H' => (b'X', 3),
            (b'T', b'S') if at(i + 2) == b'C' && at(i + 3) == b'H' => (b'X', 4),
            // Russian, French and Turkish writers' ways to one sound.
            (b'Z', b'H') | (b'D', b'J') => (b'J', 2),
            (b'P', b'H') => (b'F', 2),
            (b'L', b'L') => (b'I', 2),
            (b'Q', b'U') if is_front(at(i + 2)) => (b'K', 2),
            (b'G', b'U') if is_front(at(i + 2)) => (b'G', 2),
            (b'G', next) if is_front(next) => (b'J', 1),
            (b'C', next) if is_front(next) => (b'S', 1),
            (b'C' | b'K' | b'Q', _) => (b'K', 1),
            (b'X', _) if i == 0 => (b'J', 1),
            (b'X', _) => {
                if last != b'K' {
                    sound.push('K');
                }
                (b'S', 1)
            }
            // Silent in Spanish and in digraphs; `Ahmad` and `Mhmd` breathe it.
            (b'H', next) if is_vowel(next) || next == b' ' || (i > 0 && is_head(letters[i - 1])) => (b'H', 0),
            // What French and English writers make of u and i.
            (b'O', b'U' | b'O') => (b'U', 2),
            (b'E', b'E') => (b'I', 2),
            (b'V' | b'W' | b'8', _) => (b'B', 1),
            (b'Z' | b'5', _) => (b'S', 1),
            (b'Y' | b'1', _) => (b'I', 1),
            (b'0', _) => (b'O', 1),
            (letter, _) => (letter, 1),
        };
        if read > 0 && heard != last {
            sound.push(char::from(heard));
            last = heard;
        }
        i += read.max(1);
    }
}

/// The coarse key of a folded word: every two spellings of a name that [`alike`](super::alike) takes for one by
/// their sound share it.
///
/// Vowels are gone but for the fact that the word begins with one; consonants that scripts and tongues exchange
/// are one (b/p/f/v, c/k/g/j/q, d/t, s/z/x/ch/sh, m/n).
pub fn sound(word: &str) -> String {
    let own = ear(word);
    // Spellings that no rule of sound connects are found under their name's first one.
    let heard = known::principal(known::known(word, &own)).unwrap_or(&own);
    let mut sound = String::with_capacity(heard.len());
    for (i, letter) in heard.bytes().enumerate() {
        let class = match letter {
            b'A' | b'E' | b'I' | b'O' | b'U' => 'A',
            b'B' | b'P' | b'F' => 'B',
            b'K' | b'G' | b'J' | b'H' => 'K',
            b'D' | b'T' => 'T',
            b'S' | b'X' => 'S',
            b'M' | b'N' => 'N',
            _ => char::from(letter),
        };
        if !sound.ends_with(class) && (class != 'A' || i == 0) {
            sound.push(class);
        }
    }
    sound
}

/// Whether an `h` behind the letter makes a digraph of it: Khalid, Ghassan, Sharif, Dhu.
const fn is_head(letter: u8) -> bool {
    matches!(
        letter,
        b'K' | b'G' | b'S' | b'Z' | b'T' | b'D' | b'L' | b'N' | b'R' | b'B' | b'W'
    )
}

const fn is_front(letter: u8) -> bool {
    matches!(letter, b'E' | b'I' | b'Y')
}

pub(super) const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
}

/// What it costs to take one heard letter for another, in hundredths of a letter.
const fn exchange(a: u8, b: u8) -> u32 {
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    if a == b {
        return 0;
    }
    match (a, b) {
        (b'E', b'I') | (b'O', b'U') => 30,
        (b'A', b'E') => 40,
        (b'A', b'O') => 60,
        (b'B', b'U') | (b'I', b'J') => 50,
        (b'G', b'K') | (b'S', b'X') | (b'D', b'T') | (b'B', b'F') | (b'G', b'J') => 50,
        (b'B', b'P') | (b'D', b'S') | (b'S', b'T') | (b'J', b'X') | (b'J', b'K') => 70,
        _ if is_vowel(a) && is_vowel(b) => 80,
        _ => 100,
    }
}

/// [`exchange`] of every two letters by their last five bits, because it is asked for in the innermost loop.
const EXCHANGES: [[u32; 32]; 32] = {
    let mut table = [[100; 32]; 32];
    let mut a = b'A';
    while a <= b'Z' {
        let mut b = b'A';
        while b <= b'Z' {
            table[(a % 32) as usize][(b % 32) as usize] = exchange(a, b);
            b += 1;
        }
        a += 1;
    }
    table
};

/// What it costs to leave a heard letter out behind another one.
const fn omission(letter: u8, vowelless: bool) -> u32 {
    match letter {
        _ if vowelless && is_vowel(letter) => 12,
        b'H' if vowelless => 20,
        b'I' | b'U' => 45,
        b'H' => 80,
        _ if is_vowel(letter) => 55,
        _ => 100,
    }
}

/// Longest ear that is measured; what lies behind it is cut.
const LONGEST: usize = 24;

/// How far two ears are from each other in hundredths of a letter: like a distance of edits, with exchanges that
/// scripts and tongues make at a lower price. Beyond `limit` any larger number.
pub(super) fn distance(a: &str, b: &str, limit: u32) -> u32 {
    let vowelless = is_vowelless(a) || is_vowelless(b);
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    let price = |a: u8, b: u8| match a == b {
        true => 0,
        false => EXCHANGES[usize::from(a % 32)][usize::from(b % 32)],
    };
    let mut rows = [[0u32; LONGEST + 1]; 3];
    for j in 0..b.len() {
        rows[0][j + 1] = rows[0][j] + omission(b[j], vowelless);
    }
    for i in 0..a.len() {
        let (before, now, after) = (i.wrapping_add(2) % 3, i % 3, (i + 1) % 3);
        rows[after][0] = rows[now][0] + omission(a[i], vowelless);
        let mut least = rows[after][0];
        for j in 0..b.len() {
            let mut cost = (rows[now][j] + price(a[i], b[j]))
                .min(rows[now][j + 1] + omission(a[i], vowelless))
                .min(rows[after][j] + omission(b[j], vowelless));
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cost = cost.min(rows[before][j - 1] + 80);
            }
            rows[after][j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return least;
        }
    }
    rows[a.len() % 3][b.len()]
}

/// Whether the word was written in a script without vowels: within it there are none but those that such scripts write as
/// consonants (`MHMD`, `HSYN`). Another one is no sign of that: `MRRSAL` lost a letter, and is not `Mirasol`; and `CRUZ` has
/// all its vowels, as every name of Latin America has.
pub fn is_vowelless(word: &str) -> bool {
    let letters = word.as_bytes();
    let vowels = letters.iter().filter(|letter| is_vowel(**letter)).count();
    let inner = letters
        .get(1..letters.len().saturating_sub(1))
        .unwrap_or_default();
    let spoken = inner.iter().any(|letter| matches!(letter, b'A' | b'E' | b'O'));
    letters.len() >= 3 && 4 * vowels <= letters.len() && !spoken && !known::is_latin_by_sound(word)
}
