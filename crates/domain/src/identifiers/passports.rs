//! Passports. Their proof is the machine readable zone; the number alone has only a length.

use super::{
    IdError,
    reading::{Outcome, Reading},
};

/// Five to nine letters and digits.
pub(super) fn passport(text: &str) -> Outcome {
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        Ok(Reading::structure(text))
    } else {
        Err(IdError::BAD_FORMAT)
    }
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn passports() {
        table(
            "
            passport XX000001 => structure XX000001
            passport xx 000001 => structure XX000001
            passport ABCDE => bad_format
            passport X1 => bad_length
            passport X000000000 => bad_length
            passport 000000 => repeated_digits
            ",
        );
    }
}
