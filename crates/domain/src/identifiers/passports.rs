//! Passports. Their proof is the machine readable zone; the number alone has only a length.

use super::{
    reading::{Outcome, Reading},
    warnings,
};

/// Five to nine letters and digits. One German number in forty happens to be without a digit.
pub(super) fn passport(text: &str) -> Outcome {
    let letters_alone = !text.bytes().any(|byte| byte.is_ascii_digit());
    Ok(Reading::structure(text).warn_if(letters_alone, warnings::NO_DIGIT))
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
            passport ABCDE => structure ABCDE !no_digit
            passport X1 => bad_length
            passport X000000000 => bad_length
            passport 000000 => repeated_digits
            ",
        );
    }
}
