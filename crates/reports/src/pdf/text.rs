//! Texts of others, made fit to be printed.
//!
//! What they wrote stays as it is as far as it can be seen and the fonts have it. Characters that nobody sees and that
//! can turn the text around them are left out, and what no font has is spelled in Latin letters, between brackets, so
//! that nobody takes that for the source's own spelling.

use std::borrow::Cow;

use serde_json::Value;

use super::world::has_glyph;

/// Stands for what cannot be spelled either.
const LOST: &str = "?";

/// Makes every text within a value fit to be printed.
pub(crate) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(printable) = printable(text) {
                *text = printable;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::Object(members) => members.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a character is printed as.
#[derive(Debug, PartialEq, Eq)]
enum Print {
    AsIs,
    Blank,
    Nothing,
    Spelled,
}

fn print(c: char) -> Print {
    match c {
        '\n' | ' '..='~' => Print::AsIs,
        // Each ends a line already, alone or with the other.
        '\r' => Print::Nothing,
        _ if c.is_control() => Print::Blank,
        // They set the direction of what follows: harmless in a letter, a disguise in a report.
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            Print::Nothing
        }
        // Marks without a form of their own: variants, tags, the byte order.
        '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}' => Print::Nothing,
        '\u{200B}'..='\u{200D}' | '\u{2060}' if !has_glyph(c) => Print::Nothing,
        _ if has_glyph(c) => Print::AsIs,
        _ => Print::Spelled,
    }
}

fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| print(c) == Print::AsIs) {
        return Cow::Borrowed(text);
    }
    let mut printed = String::with_capacity(text.len());
    let mut foreign = String::new();
    for c in text.chars() {
        let print = print(c);
        if print == Print::Spelled {
            foreign.push(c);
            continue;
        }
        spell(&mut foreign, &mut printed);
        match print {
            Print::AsIs => printed.push(c),
            Print::Blank => printed.push(' '),
            Print::Nothing | Print::Spelled => {}
        }
    }
    spell(&mut foreign, &mut printed);
    Cow::Owned(printed)
}

/// Spells a run of characters that no font has, and empties it.
fn spell(foreign: &mut String, printed: &mut String) {
    if foreign.is_empty() {
        return;
    }
    let spelled = deunicode::deunicode_with_tofu(foreign, LOST);
    printed.extend(["[", spelled.trim(), "]"]);
    foreign.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_can_be_printed_stays() {
        for text in [
            "",
            "Ñandú, ação; #panic() *a* $x$ `y` \\ <b> @c",
            "Анна عربي שלום",
            "a\nb  c",
        ] {
            assert!(matches!(printable(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn the_rest_is_spelled_or_left_out() {
        for (text, expected) in [
            ("安娜 Ana", "[An Nuo] Ana"),
            ("a😀b", "a[grinning]b"),
            ("a\u{202E}cba", "acba"),
            ("a\u{0}\tb\r\nc", "a  b\nc"),
            ("\u{E000}", "[?]"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn every_text_of_a_value_is_cleaned() {
        let mut value = json!({"a": ["安", 1, null], "b": {"c": "d"}});
        clean(&mut value);
        assert_eq!(value, json!({"a": ["[An]", 1, null], "b": {"c": "d"}}));
    }
}
