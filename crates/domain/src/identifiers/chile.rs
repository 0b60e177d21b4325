//! Chile: RUN and RUT, and the number of the identity card itself.

use super::{
    IdError,
    digits::{number, thousands, weighted_from_right},
    reading::{Outcome, Reading},
    shapes, warnings,
};

/// The digit of a RUN: 11 is written 0, 10 is written K.
pub(super) fn digit(base: &str) -> char {
    match 11 - weighted_from_right(base, &[2, 3, 4, 5, 6, 7]) % 11 {
        11 => '0',
        10 => 'K',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

/// One to eight digits and the digit. Leading zeros are padding and fall away.
pub(super) fn rut(text: &str) -> Outcome {
    let text = text.trim_start_matches('0');
    let (base, printed) = text
        .split_at_checked(text.len().saturating_sub(1))
        .unwrap_or_default();
    if base.contains('K') {
        return Err(IdError::BAD_FORMAT);
    }
    if base.is_empty() || base.len() > 8 {
        return Err(IdError::BAD_LENGTH);
    }
    // Persons have reached some 28 million; companies start at 50.
    let kind = if number(base) < 50_000_000 {
        "person"
    } else {
        "company"
    };
    Ok(Reading::proved(printed.starts_with(digit(base)), text)?
        .printed(format!("{}-{printed}", thousands(base)))
        .fact("kind", kind)
        .fact("number", base)
        .fact("digit", printed))
}

/// What the card prints as its document number. Three generations of cards have three looks; others are
/// taken, because the newest is known from few cards only.
pub(super) fn issue_number(text: &str) -> Outcome {
    const CARDS: [(&str, &str, &str); 3] = [
        ("before_2013", "a999999999", "a999999999"),
        ("2013", "999999999", "999.999.999"),
        ("2024", "A9A999999", "A9A999999"),
    ];
    let card = CARDS.iter().find(|(_, shape, _)| shapes::fits(shape, text));
    let reading = Reading::structure(text);
    Ok(match card {
        Some((card, _, print)) => reading.printed(shapes::print(print, text)).fact("card", *card),
        None => reading.warn(warnings::UNKNOWN_SERIES),
    })
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_chile() {
        table(
            "
            cl_rut 44.555.666-1 => valid 445556661 (44.555.666-1) digit=1 kind=person number=44555666
            cl_rut 44555666-2 => bad_check_digit
            cl_rut 010.000.013-k => valid 10000013K (10.000.013-K) digit=K kind=person number=10000013
            cl_rut 10000013K => valid 10000013K (10.000.013-K) digit=K kind=person number=10000013
            cl_rut 1234567-4 => valid 12345674 (1.234.567-4) digit=4 kind=person number=1234567
            cl_rut 1-9 => valid 19 (1-9) digit=9 kind=person number=1
            cl_rut 0-0 => repeated_digits
            cl_rut 1K345678-5 => bad_format
            cl_rut 44.555.666/1 => valid 445556661 (44.555.666-1) digit=1 kind=person number=44555666
            cl_rut 123456789-2 => bad_length
            cl_rut +44555666 => bad_character
            cl_rut 44.555.666—1 => bad_character
            cl_rut ٤٤555666-1 => bad_character
            cl_rut 11.111.111-1 => valid 111111111 (11.111.111-1) digit=1 kind=person number=11111111 !repeated_digits
            cl_rut 76.543.210-3 => valid 765432103 (76.543.210-3) digit=3 kind=company number=76543210
            cl_issue_number A012345678 => structure A012345678 card=before_2013
            cl_issue_number 123.456.789 => structure 123456789 (123.456.789) card=2013
            cl_issue_number b1c234567 => structure B1C234567 card=2024
            cl_issue_number ABC123456 => structure ABC123456 !unknown_series
            cl_issue_number 12345678 => bad_length
            ",
        );
    }
}
