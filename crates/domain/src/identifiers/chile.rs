//! Chile: RUN and RUT.

use super::{
    IdError,
    digits::{number, thousands, weighted_from_right},
    reading::{Outcome, Reading},
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
        .fact("kind", kind))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_chile() {
        table(
            "
            cl_rut 44.555.666-1 => valid 445556661 (44.555.666-1) kind=person
            cl_rut 44555666-2 => bad_check_digit
            cl_rut 010.000.013-k => valid 10000013K (10.000.013-K) kind=person
            cl_rut 10000013K => valid 10000013K (10.000.013-K) kind=person
            cl_rut 1234567-4 => valid 12345674 (1.234.567-4) kind=person
            cl_rut 1-9 => valid 19 (1-9) kind=person
            cl_rut 0-0 => repeated_digits
            cl_rut 1K345678-5 => bad_format
            cl_rut 44.555.666/1 => valid 445556661 (44.555.666-1) kind=person
            cl_rut 123456789-2 => bad_length
            cl_rut +44555666 => bad_character
            cl_rut 44.555.666—1 => bad_character
            cl_rut ٤٤555666-1 => bad_character
            cl_rut 11.111.111-1 => valid 111111111 (11.111.111-1) kind=person !repeated_digits
            cl_rut 76.543.210-3 => valid 765432103 (76.543.210-3) kind=company
            ",
        );
    }
}
