//! A small language for the looks of a number: one text both recognises it and prints it.
//!
//! `9` is a digit, `A` a letter, `N` either, `B` a consonant of Chilean plates, `L` a letter of Mexican ones, a
//! small letter stands for itself. Punctuation is only printed; it is never part of what is recognised.

/// Consonants of Chilean plates since 2007.
const CHILE: &str = "BCDFGHJKLPRSTVWXYZ";

/// Whether compact text has the shape.
pub(super) fn fits(shape: &str, text: &str) -> bool {
    let mut text = text.chars();
    shape
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .all(|place| text.next().is_some_and(|c| takes(place, c)))
        && text.next().is_none()
}

/// Compact text with the punctuation of the shape; characters beyond the shape are kept at the end.
pub(super) fn print(shape: &str, text: &str) -> String {
    let mut rest = text.chars();
    let mut printed = String::with_capacity(shape.len());
    for place in shape.chars() {
        if place.is_ascii_alphanumeric() {
            printed.extend(rest.next())
        } else {
            printed.push(place)
        }
    }
    printed.extend(rest);
    printed
}

fn takes(place: char, c: char) -> bool {
    match place {
        '9' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        'N' => c.is_ascii_uppercase() || c.is_ascii_digit(),
        'B' => CHILE.contains(c),
        'L' => c.is_ascii_uppercase() && !matches!(c, 'I' | 'O' | 'Q'),
        literal => literal.to_ascii_uppercase() == c,
    }
}
