//! Peru: DNI, RUC and the foreigner's card.

use super::{
    IdError,
    digits::{prints, weighted},
    reading::{Outcome, Reading},
    shapes, warnings,
};

const DNI_WEIGHTS: &[u32] = &[3, 2, 7, 6, 5, 4, 3, 2];
const RUC_WEIGHTS: &[u32] = &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// The ninth character for each rest: of cards today, and of old ones.
const DNI_DIGITS: &[u8; 11] = b"65432110987";
const DNI_LETTERS: &[u8; 11] = b"KJIHGFEDCBA";

/// Eight digits, whose zeros count, and perhaps the ninth character of the card.
pub(super) fn dni(text: &str) -> Outcome {
    let (dni, ninth) = text.split_at(8);
    if !shapes::fits("99999999", dni) {
        return Err(IdError::BAD_CHARACTER);
    }
    let rest = weighted(dni, DNI_WEIGHTS) as usize % 11;
    let reading = match ninth.bytes().next() {
        None => Reading::structure(dni),
        Some(ninth) => Reading::proved([DNI_DIGITS[rest], DNI_LETTERS[rest]].contains(&ninth), text)?
            .printed(shapes::print("99999999-N", text)),
    };
    Ok(reading
        .fact("dni", dni)
        .fact("digit", char::from(DNI_DIGITS[rest])))
}

/// A type, eight digits (of type 10: the DNI) and a digit.
pub(super) fn ruc(text: &str) -> Outcome {
    let kind = match &text[..2] {
        "10" => "person",
        "15" | "16" | "17" => "person_without_dni",
        "20" => "company",
        _ => return Err(IdError::BAD_PREFIX),
    };
    let digit = (11 - weighted(text, RUC_WEIGHTS) % 11) % 10;
    let reading = Reading::proved(prints(text, 10, digit), text)?.fact("kind", kind);
    Ok(if kind == "person" {
        reading.fact("dni", &text[2..10])
    } else {
        reading
    })
}

/// Nine digits as a rule; the tax office's forms take up to twelve letters and digits.
pub(super) fn ce(text: &str) -> Outcome {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(IdError::BAD_FORMAT);
    }
    Ok(Reading::structure(text).warn_if(!shapes::fits("999999999", text), warnings::UNUSUAL_LENGTH))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_peru() {
        table(
            "
            pe_dni 00000012 => structure 00000012 digit=0 dni=00000012
            pe_dni 00000012-0 => valid 000000120 (00000012-0) digit=0 dni=00000012
            pe_dni 00000012d => valid 00000012D (00000012-D) digit=0 dni=00000012
            pe_dni 00000012-4 => bad_check_digit
            pe_dni A0000012 => bad_character
            pe_ruc 10012345670 => valid 10012345670 dni=01234567 kind=person
            pe_ruc 10012345671 => bad_check_digit
            pe_ruc 20123456786 => valid 20123456786 kind=company
            pe_ruc 17123456785 => valid 17123456785 kind=person_without_dni
            pe_ruc 11123456786 => bad_prefix
            pe_ce 000000012 => structure 000000012
            pe_ce AB0000000012 => structure AB0000000012 !unusual_length
            pe_ce ABCDEFGHI => bad_format
            pe_ce 00000012 => bad_length
            ",
        );
    }
}
