//! Argentina: DNI, CUIT and CBU.

use super::{
    IdError,
    digits::{number, prints, thousands, weighted},
    reading::{Outcome, Reading},
    shapes,
};

const CUIT_WEIGHTS: &[u32] = &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const CBU_BANK_WEIGHTS: &[u32] = &[7, 1, 3, 9, 7, 1, 3];
const CBU_ACCOUNT_WEIGHTS: &[u32] = &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3];

/// Seven or eight digits, no check digit. Seven may be padded to eight; the oldest are below a million and
/// padded to seven, as which they are kept.
pub(super) fn dni(text: &str) -> Outcome {
    let text = format!("{:0>7}", text.trim_start_matches('0'));
    Ok(Reading::structure(text.as_str()).printed(thousands(&text)))
}

/// A type, eight digits (of a person: the DNI) and a digit.
pub(super) fn cuit(text: &str) -> Outcome {
    let (prefix, body) = text.split_at(2);
    let kind = match prefix {
        "20" | "23" | "24" | "25" | "26" | "27" => "person",
        "30" | "33" | "34" => "company",
        "50" | "51" | "55" => "abroad",
        _ => return Err(IdError::BAD_PREFIX),
    };
    let digit = match 11 - weighted(text, CUIT_WEIGHTS) % 11 {
        11 => 0,
        // The registry rather changes the prefix; where it does not, programs print 9.
        10 => 9,
        digit => digit,
    };
    let reading = Reading::proved(prints(text, 10, digit), text)?
        .printed(shapes::print("99-99999999-9", text))
        .fact("kind", kind);
    Ok(if kind == "person" {
        reading.fact("dni", number(&body[..8]).to_string())
    } else {
        reading
    })
}

/// Bank and branch with a digit, account with a digit.
pub(super) fn cbu(text: &str) -> Outcome {
    let (bank, account) = text.split_at(8);
    let agrees = |block: &str, weights: &[u32]| {
        prints(block, weights.len(), (10 - weighted(block, weights) % 10) % 10)
    };
    Ok(Reading::proved(
        agrees(bank, CBU_BANK_WEIGHTS) && agrees(account, CBU_ACCOUNT_WEIGHTS),
        text,
    )?
    .printed(shapes::print("99999999 99999999999999", text))
    .fact("bank", &bank[..3])
    .fact("branch", &bank[3..7])
    .fact("account", &account[..13]))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_argentina() {
        table(
            "
            ar_dni 91.234.567 => structure 91234567 (91.234.567)
            ar_dni 9123456 => structure 9123456 (9.123.456)
            ar_dni 09123456 => structure 9123456 (9.123.456)
            ar_dni 00123456 => structure 0123456 (0.123.456)
            ar_dni 0.123.456 => structure 0123456 (0.123.456)
            ar_dni 123456 => bad_length
            ar_dni 00000000 => repeated_digits
            ar_dni 12345678901 => bad_length
            ar_dni 9123A567 => bad_character
            ar_cuit 20-12345678-6 => valid 20123456786 (20-12345678-6) dni=12345678 kind=person
            ar_cuit 20123456787 => bad_check_digit
            ar_cuit 30-12345678-1 => valid 30123456781 (30-12345678-1) kind=company
            ar_cuit 25-12345678-8 => valid 25123456788 (25-12345678-8) dni=12345678 kind=person
            ar_cuit 26-01234567-3 => valid 26012345673 (26-01234567-3) dni=1234567 kind=person
            ar_cuit 50123456782 => valid 50123456782 (50-12345678-2) kind=abroad
            ar_cuit 21123456786 => bad_prefix
            ar_cbu 0000001700000000000123 => valid 0000001700000000000123 (00000017 00000000000123) account=0000000000012 bank=000 branch=0001
            ar_cbu 00000017 00000000000123 => valid 0000001700000000000123 (00000017 00000000000123) account=0000000000012 bank=000 branch=0001
            ar_cbu 0000001600000000000123 => bad_check_digit
            ar_cbu 0000001700000000000124 => bad_check_digit
            ",
        );
    }
}
