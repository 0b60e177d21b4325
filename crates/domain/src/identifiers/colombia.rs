//! Colombia: the documents of persons, none of which has a public check digit, and the NIT, which has one.

use super::{
    IdError,
    digits::{number, short_date, thousands, weighted_from_right},
    reading::{Outcome, Reading},
    warnings,
};

const NIT_WEIGHTS: &[u32] = &[3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];

/// The digit for each rest of a NIT.
const NIT_DIGITS: &[u8; 11] = b"01987654321";

/// Three to ten digits. Up to eight they were given out by sex; ten digits are the NUIP.
pub(super) fn cc(text: &str) -> Outcome {
    if text.starts_with('0') {
        return Err(IdError::BAD_FORMAT);
    }
    let reading = Reading::structure(text).printed(thousands(text));
    Ok(match number(text) {
        20_000_000..70_000_000 => reading.fact("series", "women"),
        0..100_000_000 => reading.fact("series", "men"),
        1_000_000_000..2_000_000_000 => reading.fact("series", "nuip"),
        _ => reading.warn(warnings::UNASSIGNED_RANGE),
    })
}

/// The old card starts with the day of birth, the new one is a NUIP.
pub(super) fn ti(text: &str) -> Outcome {
    if text.len() == 10 {
        return cc(text);
    }
    let birth = short_date(&text[..6]).ok_or(IdError::BAD_DATE)?;
    Ok(Reading::structure(text)
        .printed(format!("{}-{}", &text[..6], &text[6..]))
        .fact("birth", birth))
}

/// Six or seven digits as a rule; longer ones are told of and taken.
pub(super) fn ce(text: &str) -> Outcome {
    Ok(Reading::structure(text).warn_if(text.len() > 7, warnings::UNUSUAL_LENGTH))
}

/// Fifteen digits.
pub(super) fn pep(text: &str) -> Outcome {
    Ok(Reading::structure(text))
}

/// Five to eight digits as a rule; some print `PPT` before them, which is no part of the number.
pub(super) fn ppt(text: &str) -> Outcome {
    let text = text.strip_prefix("PPT").unwrap_or(text);
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdError::BAD_CHARACTER);
    }
    match text.len() {
        4 | 9 | 10 => Ok(Reading::structure(text).warn(warnings::UNUSUAL_LENGTH)),
        5..=8 => Ok(Reading::structure(text)),
        _ => Err(IdError::BAD_LENGTH),
    }
}

/// A base and its digit: with a hyphen what follows it, without one the last of at least eight digits. Zeros
/// before the base are padding.
///
/// One form without digit is taken: the nine digits of a company, which real lists print so now and then. It
/// cannot be wrong, only unproved, and its digit is told among the facts. A man's card of eighty million with
/// its digit written on looks the same and is rarer. Any other number whose last digit disagrees is refused:
/// in real lists none does.
pub(super) fn nit(text: &str) -> Outcome {
    let joined = text.replace('-', "");
    let hyphenated = text.rsplit_once('-').is_some_and(|(_, tail)| tail.len() == 1);
    let company_alone = !hyphenated && joined.len() == 9 && joined.starts_with(['8', '9']);
    if !hyphenated && joined.len() < 8 {
        return Err(IdError::BAD_LENGTH);
    }
    let (base, printed) = joined.split_at(joined.len() - usize::from(!company_alone));
    let base = base.trim_start_matches('0');
    if base.len() < 3 || base.len() > NIT_WEIGHTS.len() {
        return Err(IdError::BAD_LENGTH);
    }
    let digit = char::from(NIT_DIGITS[weighted_from_right(base, NIT_WEIGHTS) as usize % 11]);
    let reading = if company_alone {
        Reading::structure(base)
            .printed(thousands(base))
            .warn(warnings::CHECK_DIGIT_MISSING)
    } else {
        Reading::proved(printed.starts_with(digit), format!("{base}-{printed}"))?
            .printed(format!("{}-{printed}", thousands(base)))
            .warn_if(base.len() > 10, warnings::UNUSUAL_LENGTH)
    };
    let reading = reading.fact("base", base).fact("digit", digit);
    Ok(match number(base) {
        800_000_000..1_000_000_000 => reading.fact("kind", "company"),
        0..100_000_000 | 1_000_000_000..2_000_000_000 => reading.fact("kind", "person"),
        // Foreign companies, trusts and other rare series.
        _ => reading,
    })
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_colombia() {
        table(
            "
            co_cc 1.999.999.990 => structure 1999999990 (1.999.999.990) series=nuip
            co_cc 19999990 => structure 19999990 (19.999.990) series=men
            co_cc 45.678.901 => structure 45678901 (45.678.901) series=women
            co_cc 123456789 => structure 123456789 (123.456.789) !unassigned_range
            co_cc 099999999 => bad_format
            co_cc 12 => bad_length
            co_cc 1999999999O => bad_character
            co_ti 990228-12345 => structure 99022812345 (990228-12345) birth=99-02-28
            co_ti 990230-12345 => bad_date
            co_ti 00022912345 => structure 00022912345 (000229-12345) birth=00-02-29
            co_ti 1999999990 => structure 1999999990 (1.999.999.990) series=nuip
            co_ce 999999 => structure 999999 !repeated_digits
            co_ce 9999999999 => structure 9999999999 !unusual_length !repeated_digits
            co_ce 00 => bad_length
            co_pep 999999999999999 => structure 999999999999999 !repeated_digits
            co_pep 99999 => bad_length
            co_ppt PPT 1234567 => structure 1234567
            co_ppt 1234567 => structure 1234567
            co_ppt ABC1234 => bad_character
            co_ppt 123456789 => structure 123456789 !unusual_length
            co_ppt PPT => bad_length
            co_nit 900.123.456-8 => valid 900123456-8 (900.123.456-8) base=900123456 digit=8 kind=company
            co_nit 9001234568 => valid 900123456-8 (900.123.456-8) base=900123456 digit=8 kind=company
            co_nit 900123456 => structure 900123456 (900.123.456) base=900123456 digit=8 kind=company !check_digit_missing
            co_nit 900.123.456-7 => bad_check_digit
            co_nit 9001234567 => bad_check_digit
            co_nit 12345678-8 => valid 12345678-8 (12.345.678-8) base=12345678 digit=8 kind=person
            co_nit 123456788 => valid 12345678-8 (12.345.678-8) base=12345678 digit=8 kind=person
            co_nit 1234567890 => bad_check_digit
            co_nit 12345678 => bad_check_digit
            co_nit 1234567890-2 => valid 1234567890-2 (1.234.567.890-2) base=1234567890 digit=2 kind=person
            co_nit 12345678902 => valid 1234567890-2 (1.234.567.890-2) base=1234567890 digit=2 kind=person
            co_nit 0900123456-8 => valid 900123456-8 (900.123.456-8) base=900123456 digit=8 kind=company
            co_nit 900,123,456-8 => valid 900123456-8 (900.123.456-8) base=900123456 digit=8 kind=company
            co_nit 900-123-456-8 => valid 900123456-8 (900.123.456-8) base=900123456 digit=8 kind=company
            co_nit 123456789012345-2 => valid 123456789012345-2 (123.456.789.012.345-2) base=123456789012345 digit=2 !unusual_length
            co_nit 1234567890123456-8 => bad_length
            co_nit 1234567 => bad_length
            co_nit 12345-9 => bad_check_digit
            co_nit 12345-8 => valid 12345-8 (12.345-8) base=12345 digit=8 kind=person
            co_nit 900123456- => bad_format
            co_nit 12-3 => bad_length
            co_nit 900A23456-8 => bad_character
            ",
        );
    }
}
