//! Folding: one spelling in ASCII capitals for whatever a registry, a form or a list may write.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Folds a text to ASCII capitals, digits and single blanks.
///
/// Marks are dropped (`Ñ` is `N`), other scripts are transliterated, punctuation becomes blanks. Apostrophes join
/// (`D'Angelo`, `Nu'man`), because writers leave them out rather than put a blank. A broken `ñ` is repaired.
pub fn fold(text: &str) -> String {
    let spelled = spell(&repair(text)).replace([',', '.'], " ");
    spelled.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Folds all but commas and dots, which still have something to say: the comma form, and initials.
pub(super) fn spell(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len() + 8);
    if text.is_ascii() {
        text.chars().for_each(|c| spell_one(c, &mut spelled));
        return spelled;
    }
    // Composed first, so that a syllable of Hangul is one character however it was written.
    let mut behind = [' ', ' '];
    let text = if text.contains("الله") {
        Cow::Owned(text.replace("الله", "Allah"))
    } else {
        Cow::Borrowed(text)
    };
    for c in text.nfc() {
        match c {
            // Registries put the syllables of a Korean name apart, and so does everybody who spells one in Latin.
            '\u{AC00}'..='\u{D7A3}' => {
                let begin = spelled.len();
                transliterate(c, &mut spelled);
                // The table writes letters; everybody else writes what is heard.
                let heard = spelled.split_off(begin).replace('C', "CH").replace("YI", "UI");
                spelled.extend([" ", &heard, " "]);
            }
            '\u{600}'..='\u{6FF}' => spell_arabic(c, &mut spelled),
            _ => std::iter::once(c)
                .nfkd()
                .filter(|&c| !is_combining_mark(c))
                .for_each(|c| spell_one(c, &mut spelled)),
        }
        // The article is written into the word; in Latin script it stands apart.
        if c == 'ل' && behind[1] == 'ا' && !behind[0].is_alphanumeric() {
            spelled.push(' ');
        }
        behind = [behind[1], c];
    }
    spelled
}

fn spell_one(c: char, spelled: &mut String) {
    match c {
        ',' | '.' => spelled.push(c),
        '\'' | '`' | '\u{2BB}'..='\u{2BF}' | '\u{2018}' | '\u{2019}' => {}
        // Soft hyphens and zero-width characters are invisible: a word with one inside is one word.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => {}
        _ if c.is_ascii_alphanumeric() => spelled.push(c.to_ascii_uppercase()),
        _ if c.is_alphanumeric() => transliterate(c, spelled),
        _ => spelled.push(' '),
    }
}

fn transliterate(c: char, spelled: &mut String) {
    // Its output may hold quotes for letters without a Latin counterpart; those join like apostrophes.
    for ascii in deunicode::deunicode_char(c).unwrap_or(" ").chars() {
        match ascii {
            ' ' => spelled.push(' '),
            _ if ascii.is_ascii_alphanumeric() => spelled.push(ascii.to_ascii_uppercase()),
            _ => {}
        }
    }
}

/// Letters of Arabic and Persian as lists in Latin script spell them. Short vowels are not written: `MHMD` is what
/// stands there for Muhammad, and the likeness of words forgives such a word its vowels.
const ARABIC: &str = "اA أA إI آA ٱA بB تT ثTH جJ حH خKH دD ذDH رR زZ سS شSH صS ضD طT ظZ عA غGH فF قQ كK لL مM نN هH وU \
    يI ىA ةA ؤU ئI پP چCH ژZH گG کK یI ہH ےE";

fn spell_arabic(c: char, spelled: &mut String) {
    if c == '،' {
        return spelled.push(',');
    }
    let entry = ARABIC.split(' ').find_map(|entry| entry.strip_prefix(c));
    match entry {
        Some(latin) => spelled.push_str(latin),
        None if is_combining_mark(c) || matches!(c, 'ء' | 'ـ') => {}
        None if c.is_alphanumeric() => transliterate(c, spelled),
        None => spelled.push(' '),
    }
}

/// What Windows-1252 shows for the bytes 0x80 to 0x9F; `~` for the five that show nothing.
const WINDOWS_1252: &str = "€~‚ƒ„…†‡ˆ‰Š‹Œ~Ž~~‘’“”•–—˜™š›œ~žŸ";

/// What stands where a letter was lost: `NU?EZ`, and what old exports put there.
const LOST: [char; 3] = ['?', '#', '\u{FFFD}'];

/// Repairs letters that were broken on their way: UTF-8 read as Windows-1252 (`NUÃ‘EZ`), code page 850 read as
/// Latin-1 (`NU¥EZ`), and a lost letter. Between two vowels that was an `ñ`; elsewhere it is left out, and the
/// comparison treats the word as one with a typo.
pub(super) fn repair(text: &str) -> Cow<'_, str> {
    if text.contains("tilde;") {
        return Cow::Owned(text.replace("&ntilde;", "ñ").replace("&Ntilde;", "Ñ"));
    }
    if !text.contains(|c| matches!(c, 'Ã' | 'ã' | '¥' | '¤') || LOST.contains(&c)) {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let beside = repaired
            .chars()
            .next_back()
            .into_iter()
            .chain(next)
            .any(|c| c.is_ascii_alphabetic());
        let lost = LOST.contains(&c) && repaired.ends_with(char::is_alphabetic);
        match (c, next.and_then(misread)) {
            ('Ã' | 'ã', Some(letter)) => {
                repaired.push(letter);
                rest.next();
            }
            ('¥' | '¤', _) if beside => repaired.push('Ñ'),
            _ if lost && repaired.ends_with(is_vowel) && next.is_some_and(is_vowel) => repaired.push('Ñ'),
            _ if lost => {}
            _ => repaired.push(c),
        }
    }
    Cow::Owned(repaired)
}

/// The letter whose second UTF-8 byte is shown as this character behind an `Ã`.
fn misread(shown: char) -> Option<char> {
    let byte = match WINDOWS_1252.chars().position(|c| c == shown && c != '~') {
        Some(place) => 0x80 + u32::try_from(place).ok()?,
        // 0xA0 is left out: a real `Ã` may well end a word before a hard blank.
        None => Some(u32::from(shown)).filter(|byte| (0x80..=0xBF).contains(byte) && *byte != 0xA0)?,
    };
    char::from_u32(0xC0 + byte - 0x80)
}

fn is_vowel(c: char) -> bool {
    matches!(c.to_ascii_uppercase(), 'A' | 'E' | 'I' | 'O' | 'U')
}
