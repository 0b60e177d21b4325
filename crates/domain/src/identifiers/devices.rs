//! Mobile devices.

use super::{
    digits::luhn_agrees,
    reading::{Outcome, Reading},
    shapes, warnings,
};

/// Fifteen digits end in a Luhn digit; fourteen left it out; sixteen end in a software version instead.
pub(super) fn imei(text: &str) -> Outcome {
    let reading = match text.len() {
        15 => Reading::proved(luhn_agrees(text), text)?.printed(shapes::print("99-999999-999999-9", text)),
        14 => Reading::structure(text)
            .printed(shapes::print("99-999999-999999", text))
            .warn(warnings::CHECK_DIGIT_MISSING),
        _ => Reading::structure(text)
            .printed(shapes::print("99-999999-999999-99", text))
            .fact("software_version", &text[14..]),
    };
    Ok(reading.fact("tac", &text[..8]).fact("serial", &text[8..14]))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_devices() {
        table(
            "
            imei 35-000000-123456-2 => valid 350000001234562 (35-000000-123456-2) serial=123456 tac=35000000
            imei 350000001234563 => bad_check_digit
            imei 35000000123456 => structure 35000000123456 (35-000000-123456) serial=123456 tac=35000000 !check_digit_missing
            imei 3500000012345601 => structure 3500000012345601 (35-000000-123456-01) serial=123456 software_version=01 tac=35000000
            imei 000000000000000 => repeated_digits
            ",
        );
    }
}
