//! Vehicle identification numbers (ISO 3779; the check digit of 49 CFR 565).

use super::{
    IdError,
    reading::{Outcome, Reading},
};

const WEIGHTS: &[u32] = &[8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// What the letters A to Z count; I, O and Q do not occur.
const LETTERS: [u32; 26] = [
    1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9,
];

/// Model years from 1980 on; the letters start over after thirty years.
const YEARS: &str = "ABCDEFGHJKLMNPRSTVWXY123456789";

/// Seventeen characters. North America binds makers to the ninth; elsewhere it may be anything, so that there
/// it advises only.
pub(super) fn vin(text: &str) -> Outcome {
    let region = match text.as_bytes()[0] {
        b'1'..=b'5' => "north_america",
        b'6' | b'7' => "oceania",
        b'8' | b'9' => "south_america",
        b'A'..=b'H' => "africa",
        b'J'..=b'R' => "asia",
        b'S'..=b'Z' => "europe",
        _ => return Err(IdError::BAD_REGION),
    };
    let binding = region == "north_america";
    let agrees = text[8..9].starts_with(digit(text));
    let reading = if binding {
        Reading::proved(agrees, text)?
    } else {
        Reading::advised(agrees, text)
    };
    let reading = reading
        .fact("region", region)
        .fact("wmi", &text[..3])
        .fact("descriptor", &text[3..8])
        .fact("check_digit", digit(text))
        .fact("plant", &text[10..11])
        .fact("serial", &text[11..]);
    let Some(year) = YEARS.find(&text[9..10]).map(|years| 1980 + years) else {
        return Ok(reading);
    };
    // In North America a letter in the seventh place tells the second cycle of a car; elsewhere both remain.
    Ok(reading.fact(
        "model_year",
        match (binding, text.as_bytes()[6].is_ascii_digit()) {
            (true, true) => year.to_string(),
            (true, false) => (year + 30).to_string(),
            (false, _) => format!("{year}/{}", year + 30),
        },
    ))
}

fn digit(text: &str) -> char {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => LETTERS[usize::from(byte - b'A')],
        digit => u32::from(digit.saturating_sub(b'0')),
    };
    let sum: u32 = text
        .bytes()
        .map(value)
        .zip(WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum();
    char::from_digit(sum % 11, 10).unwrap_or('X')
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn vehicle_numbers() {
        table(
            "
            vin 1AAAAA0A8K0000001 => valid 1AAAAA0A8K0000001 check_digit=8 descriptor=AAA0A model_year=1989 plant=0 region=north_america serial=000001 wmi=1AA
            vin 1aaaaaaaxk0000001 => valid 1AAAAAAAXK0000001 check_digit=X descriptor=AAAAA model_year=2019 plant=0 region=north_america serial=000001 wmi=1AA
            vin 1AAAAAAA4K0000001 => bad_check_digit
            vin WAAAA0AAXU0000001 => valid WAAAA0AAXU0000001 check_digit=X descriptor=AA0AA plant=0 region=europe serial=000001 wmi=WAA
            vin WAAAA0AA0F0000001 => structure WAAAA0AA0F0000001 check_digit=6 descriptor=AA0AA model_year=1985/2015 plant=0 region=europe serial=000001 wmi=WAA !check_digit_mismatch
            vin 1IAAAAAAXK0000001 => bad_character
            vin 11111111111111111 => repeated_digits
            vin 0AAAAAAAXK0000001 => bad_region
            ",
        );
    }
}
