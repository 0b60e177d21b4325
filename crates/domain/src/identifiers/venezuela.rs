//! Venezuela: the identity card and the RIF.

use super::{
    IdError,
    digits::{eleven_less, prints, thousands, weighted},
    reading::{Outcome, Reading},
    shapes, warnings,
};

const RIF_WEIGHTS: &[u32] = &[0, 3, 2, 7, 6, 5, 4, 3, 2];

/// V for citizens, E for foreigners, and six to nine digits. The letter is often left out.
pub(super) fn ci(text: &str) -> Outcome {
    let (letter, digits) = text.split_at(usize::from(text.starts_with(['V', 'E'])));
    let digits = digits.trim_start_matches('0');
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdError::BAD_FORMAT);
    }
    if digits.len() < 6 || digits.len() > 9 {
        return Err(IdError::BAD_LENGTH);
    }
    let reading = Reading::structure(format!("{letter}{digits}"));
    Ok(match letter {
        "" => reading
            .printed(thousands(digits))
            .warn(warnings::NATIONALITY_MISSING),
        letter => reading
            .printed(format!("{letter}-{}", thousands(digits)))
            .fact("kind", if letter == "V" { "citizen" } else { "foreigner" }),
    })
}

/// A letter that counts as a digit does, eight digits and the digit.
pub(super) fn rif(text: &str) -> Outcome {
    if !shapes::fits("A999999999", text) {
        return Err(IdError::BAD_FORMAT);
    }
    let (kind, letter) = match &text[..1] {
        "V" => ("citizen", 4),
        "E" => ("foreigner", 8),
        "J" => ("company", 12),
        // Communal councils; that they count as companies do is not published.
        "C" => ("communal", 12),
        "P" => ("passport", 16),
        "G" => ("government", 20),
        _ => return Err(IdError::BAD_PREFIX),
    };
    let agrees = prints(text, 9, eleven_less(letter + weighted(text, RIF_WEIGHTS)));
    let reading = if kind == "communal" {
        Reading::advised(agrees, text)
    } else {
        Reading::proved(agrees, text)?
    };
    Ok(reading
        .printed(shapes::print("A-99999999-9", text))
        .fact("kind", kind))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_venezuela() {
        table(
            "
            ve_ci V-12.345.678 => structure V12345678 (V-12.345.678) kind=citizen
            ve_ci E84123456 => structure E84123456 (E-84.123.456) kind=foreigner
            ve_ci 12345678 => structure 12345678 (12.345.678) !nationality_missing
            ve_ci V12345 => bad_length
            ve_ci 1V234567 => bad_format
            ve_ci V01234567 => structure V1234567 (V-1.234.567) kind=citizen
            ve_rif J-12345678-4 => valid J123456784 (J-12345678-4) kind=company
            ve_rif V-01234567-0 => valid V012345670 (V-01234567-0) kind=citizen
            ve_rif J123456785 => bad_check_digit
            ve_rif C123456785 => structure C123456785 (C-12345678-5) kind=communal !check_digit_mismatch
            ve_rif C123456784 => valid C123456784 (C-12345678-4) kind=communal
            ve_rif X123456784 => bad_prefix
            ",
        );
    }
}
