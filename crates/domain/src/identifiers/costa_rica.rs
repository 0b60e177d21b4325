//! Costa Rica: no number has a check digit; provinces, classes and lengths are all there is.

use super::{
    IdError,
    digits::{named, number},
    reading::{Outcome, Reading},
    shapes, warnings,
};

const PROVINCES: &str =
    "San José,Alajuela,Cartago,Heredia,Guanacaste,Puntarenas,Limón,naturalised,special register";

/// Province, volume and entry: nine digits. Groups written with hyphens may be short of their zeros, and some
/// systems put a zero before the province.
pub(super) fn fisica(text: &str) -> Outcome {
    let digits = match text.split('-').collect::<Vec<_>>()[..] {
        [province, volume, entry] if !volume.is_empty() && !entry.is_empty() => {
            format!("{province}{volume:0>4}{entry:0>4}")
        }
        _ => text.replace('-', ""),
    };
    let digits = if digits.len() == 10 {
        digits.trim_start_matches('0')
    } else {
        digits.as_str()
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdError::BAD_CHARACTER);
    }
    if digits.len() != 9 {
        return Err(IdError::BAD_LENGTH);
    }
    let province = named(PROVINCES, number(&digits[..1])).ok_or(IdError::BAD_REGION)?;
    Ok(Reading::structure(digits)
        .printed(shapes::print("9-9999-9999", digits))
        .fact("province", province)
        .fact("volume", &digits[1..5])
        .fact("entry", &digits[5..]))
}

/// Class, type and number. New types appear, so an unknown one is only told of.
pub(super) fn juridica(text: &str) -> Outcome {
    let class = match &text[..1] {
        "2" => "government",
        "3" => "company",
        "4" => "autonomous_body",
        "5" => "public_body",
        _ => return Err(IdError::BAD_PREFIX),
    };
    let known = match (class, number(&text[1..4])) {
        ("government", kind) => matches!(kind, 100 | 200 | 300 | 400),
        ("company", kind) => matches!(kind, 2..=14 | 101..=110),
        ("autonomous_body", kind) => kind == 0,
        (_, kind) => kind == 1,
    };
    Ok(Reading::structure(text)
        .printed(shapes::print("9-999-999999", text))
        .fact("class", class)
        .fact("type", &text[1..4])
        .warn_if(!known, warnings::UNKNOWN_SERIES))
}

/// Eleven or twelve digits: a 1, the migration office's code of the country of origin, two sequences.
pub(super) fn dimex(text: &str) -> Outcome {
    if text.starts_with('1') {
        Ok(Reading::structure(text).fact("country_code", &text[1..4]))
    } else {
        Err(IdError::BAD_PREFIX)
    }
}

/// Ten digits.
pub(super) fn nite(text: &str) -> Outcome {
    Ok(Reading::structure(text))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_costa_rica() {
        table(
            "
            cr_fisica 9-0000-0012 => structure 900000012 (9-0000-0012) entry=0012 province=special register volume=0000
            cr_fisica 0900000012 => structure 900000012 (9-0000-0012) entry=0012 province=special register volume=0000
            cr_fisica 9-12-34 => structure 900120034 (9-0012-0034) entry=0034 province=special register volume=0012
            cr_fisica 0-1234-5678 => bad_region
            cr_fisica 12345678 => bad_length
            cr_fisica 9- => bad_format
            cr_fisica 9-A000-0012 => bad_character
            cr_juridica 3-101-999999 => structure 3101999999 (3-101-999999) class=company type=101
            cr_juridica 3-999-999999 => structure 3999999999 (3-999-999999) class=company type=999 !unknown_series
            cr_juridica 9-101-999999 => bad_prefix
            cr_juridica 2100999999 => structure 2100999999 (2-100-999999) class=government type=100
            cr_juridica 4000999999 => structure 4000999999 (4-000-999999) class=autonomous_body type=000
            cr_juridica 5001999999 => structure 5001999999 (5-001-999999) class=public_body type=001
            cr_dimex 100000000012 => structure 100000000012 country_code=000
            cr_dimex 10000000001 => structure 10000000001 country_code=000
            cr_dimex 20000000001 => bad_prefix
            cr_nite 3120999999 => structure 3120999999
            cr_nite 0000000000 => repeated_digits
            ",
        );
    }
}
