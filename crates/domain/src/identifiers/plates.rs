//! Plates: one table of shapes a country. The first shape that fits names the class.

use super::{
    IdError, chile as run,
    digits::number,
    reading::{Outcome, Reading},
    shapes, warnings,
};

type Series = [(&'static str, &'static str)];

const ARGENTINA: &Series = &[
    ("car_1995", "AAA-999"),
    ("car_2016", "AA-999-AA"),
    ("motorcycle_1995", "999-AAA"),
    ("motorcycle_2016", "A-999-AAA"),
];

const BRAZIL: &Series = &[("old", "AAA-9999"), ("mercosul", "AAA9A99")];

const CHILE: &Series = &[
    ("car_1985", "AA-9999"),
    ("car_2007", "BBBB-99"),
    ("car_2026", "BBBBB-9"),
    ("motorcycle_1985", "AA-999"),
    ("motorcycle", "BBB-99"),
    ("motorcycle", "BBB-999"),
    ("motorcycle_2026", "BBBB-9"),
];

const COLOMBIA: &Series = &[
    ("car", "AAA-999"),
    ("motorcycle", "AAA-99A"),
    ("motorcycle", "AAA-99"),
    ("motor_tricycle", "999-AAA"),
    ("trailer", "r-99999"),
    ("trailer", "s-99999"),
    ("diplomatic", "cc-9999"),
    ("diplomatic", "cd-9999"),
    ("diplomatic", "oi-9999"),
    ("diplomatic", "at-9999"),
    ("temporary", "t-9999"),
];

const ECUADOR: &Series = &[
    ("car", "AAA-999"),
    ("car", "AAA-9999"),
    ("motorcycle", "AA-999-A"),
];

const MEXICO: &Series = &[
    ("car", "LLL-999-L"),
    ("car", "LLL-99-99"),
    ("car", "L99-LLL"),
    ("truck", "LL-99-999"),
    ("truck", "LL-9999-L"),
];

const PERU: &Series = &[("car", "ANN-999"), ("motorcycle", "9999-9A")];

const VENEZUELA: &Series = &[("car", "AA-999-AA"), ("car_before_2008", "AAA-99A")];

fn series(table: &Series, text: &str) -> Option<(&'static str, &'static str)> {
    table.iter().copied().find(|(_, shape)| shapes::fits(shape, text))
}

/// A plate of the table.
fn known(table: &Series, text: &str) -> Outcome {
    let (class, shape) = series(table, text).ok_or(IdError::BAD_FORMAT)?;
    Ok(Reading::structure(text)
        .printed(shapes::print(shape, text))
        .fact("class", class))
}

/// A plate of the table, or any other with a digit where the tables are known to be incomplete.
fn known_or_other(table: &Series, text: &str) -> Outcome {
    known(table, text).or_else(|error| {
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            Ok(Reading::structure(text)
                .fact("class", "other")
                .warn(warnings::UNKNOWN_SERIES))
        } else {
            Err(error)
        }
    })
}

/// Cars and motorcycles of both generations.
pub(super) fn argentina(text: &str) -> Outcome {
    known(ARGENTINA, text)
}

/// Three letters, the first of which names the province, and three or four digits.
pub(super) fn ecuador(text: &str) -> Outcome {
    known(ECUADOR, text)
}

/// Private cars.
pub(super) fn venezuela(text: &str) -> Outcome {
    known(VENEZUELA, text)
}

/// Old plates became Mercosul plates by writing their fifth character as a letter; both name one vehicle.
pub(super) fn brazil(text: &str) -> Outcome {
    let reading = known(BRAZIL, text)?;
    let (head, fifth, tail) = (&text[..4], &text[4..5], &text[5..]);
    let (from, to) = if reading.facts["class"] == "old" {
        ("0123456789", "ABCDEFGHIJ")
    } else {
        ("ABCDEFGHIJ", "0123456789")
    };
    let other = from.find(fifth).map(|at| format!("{head}{}{tail}", &to[at..=at]));
    Ok(match other {
        Some(other) => reading.fact("also", other),
        None => reading,
    })
}

/// A plate, and perhaps its digit: after a hyphen, or written on where the plate alone would have no such
/// series. Letters count by a table, the number is then that of a RUN; the two-letter series need a table of
/// their own and the plates of 2026 have no published rule.
pub(super) fn chile(text: &str) -> Outcome {
    let joined = text.replace('-', "");
    let hyphenated = text
        .rsplit_once('-')
        .map(|(plate, digit)| (plate.replace('-', ""), digit))
        .filter(|(plate, digit)| is_run_digit(digit) && series(CHILE, plate).is_some());
    let written_on = || {
        let (plate, digit) = text.split_at_checked(text.len() - 1)?;
        let plate = plate.replace('-', "");
        let provable = series(CHILE, &plate).is_some_and(|(class, _)| has_digit(class));
        (series(CHILE, &joined).is_none() && provable && is_run_digit(digit)).then_some((plate, digit))
    };
    let (plate, printed) = match hyphenated.or_else(written_on) {
        Some((plate, digit)) => (plate, Some(digit)),
        None => (joined, None),
    };
    let (class, shape) = series(CHILE, &plate).ok_or(IdError::BAD_FORMAT)?;
    let digit = has_digit(class).then(|| chile_digit(&plate));
    let reading = match (printed, digit) {
        (None, _) => Reading::structure(plate.as_str()),
        (Some(printed), None) => {
            Reading::structure(format!("{plate}-{printed}")).warn(warnings::CHECK_DIGIT_UNVERIFIED)
        }
        (Some(printed), Some(digit)) => {
            Reading::proved(printed.starts_with(digit), format!("{plate}-{printed}"))?
        }
    };
    let suffix = printed.map(|digit| format!("-{digit}")).unwrap_or_default();
    let reading = reading
        .printed(shapes::print(shape, &plate) + &suffix)
        .fact("class", class)
        .fact("plate", plate.as_str());
    Ok(match digit {
        Some(digit) => reading.fact("digit", digit),
        None => reading,
    })
}

fn has_digit(class: &str) -> bool {
    matches!(class, "car_2007" | "motorcycle")
}

fn is_run_digit(text: &str) -> bool {
    text == "K" || shapes::fits("9", text)
}

fn chile_digit(plate: &str) -> char {
    let (letters, digits) = plate.split_at(plate.find(|c: char| c.is_ascii_digit()).unwrap_or(plate.len()));
    let counts = |letter| {
        "PBCDFGHJKL"
            .find(letter)
            .or_else(|| "..RSTVWXYZ".find(letter))
            .unwrap_or(0)
    };
    let mut base: String = letters.chars().map(|letter| counts(letter).to_string()).collect();
    // Short motorcycle plates are counted as if they had the usual six characters.
    base.push_str(if plate.len() == 5 { "0" } else { "" });
    base.push_str(digits);
    run::digit(&base)
}

/// Every class of the two-wheeled to the diplomatic.
pub(super) fn colombia(text: &str) -> Outcome {
    known(COLOMBIA, text)
}

/// The federal norm has 35 series; those not in the table are taken as they are.
pub(super) fn mexico(text: &str) -> Outcome {
    known_or_other(MEXICO, text)
}

/// The older series are not published in one place.
pub(super) fn peru(text: &str) -> Outcome {
    known_or_other(PERU, text)
}

/// Up to six digits, three consonants and three digits, or the letters of a class and digits.
pub(super) fn costa_rica(text: &str) -> Outcome {
    let (letters, digits) = text.split_at(text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len()));
    if letters.len() > 3
        || digits.len() > 6
        || number(digits) == 0
        || digits.contains(|c: char| c.is_ascii_uppercase())
    {
        return Err(IdError::BAD_FORMAT);
    }
    let consonants = letters.bytes().all(|letter| !b"AEIOU".contains(&letter));
    let class = match letters {
        "" => "car",
        "CL" => "light_cargo",
        "MOT" => "motorcycle",
        "TP" => "taxi",
        letters if letters.len() == 3 && digits.len() == 3 && consonants => "car",
        _ => "other",
    };
    let printed = if letters.is_empty() {
        text.to_owned()
    } else {
        format!("{letters}-{digits}")
    };
    Ok(Reading::structure(text)
        .printed(printed)
        .fact("class", class)
        .warn_if(class == "other", warnings::UNKNOWN_SERIES))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn plates_of_nine_countries() {
        table(
            "
            br_plate abc-1234 => structure ABC1234 (ABC-1234) also=ABC1C34 class=old
            br_plate ABC1C34 => structure ABC1C34 also=ABC1234 class=mercosul
            br_plate ABC1Z34 => structure ABC1Z34 class=mercosul
            br_plate AB12345 => bad_format
            cl_plate BB-1234 => structure BB1234 (BB-1234) class=car_1985 plate=BB1234
            cl_plate BBBB-12 => structure BBBB12 (BBBB-12) class=car_2007 digit=4 plate=BBBB12
            cl_plate BBBB12-4 => valid BBBB12-4 (BBBB-12-4) class=car_2007 digit=4 plate=BBBB12
            cl_plate bbbb.12-4 => valid BBBB12-4 (BBBB-12-4) class=car_2007 digit=4 plate=BBBB12
            cl_plate BB-BB-12-5 => bad_check_digit
            cl_plate BBBB124 => valid BBBB12-4 (BBBB-12-4) class=car_2007 digit=4 plate=BBBB12
            cl_plate BBBB-124 => valid BBBB12-4 (BBBB-12-4) class=car_2007 digit=4 plate=BBBB12
            cl_plate BBBB125 => bad_check_digit
            cl_plate bbb123k => valid BBB123-K (BBB-123-K) class=motorcycle digit=K plate=BBB123
            cl_plate AA12345 => bad_format
            cl_plate BBBBB12 => bad_format
            cl_plate BBB-12 => structure BBB12 (BBB-12) class=motorcycle digit=8 plate=BBB12
            cl_plate BBB12-8 => valid BBB12-8 (BBB-12-8) class=motorcycle digit=8 plate=BBB12
            cl_plate BBB12-9 => bad_check_digit
            cl_plate BBB-123 => structure BBB123 (BBB-123) class=motorcycle digit=K plate=BBB123
            cl_plate BBB123-k => valid BBB123-K (BBB-123-K) class=motorcycle digit=K plate=BBB123
            cl_plate AA123 => structure AA123 (AA-123) class=motorcycle_1985 plate=AA123
            cl_plate AA1234-5 => structure AA1234-5 (AA-1234-5) class=car_1985 plate=AA1234 !check_digit_unverified
            cl_plate BBBBB0 => structure BBBBB0 (BBBBB-0) class=car_2026 plate=BBBBB0
            cl_plate BBBB-0 => structure BBBB0 (BBBB-0) class=motorcycle_2026 plate=BBBB0
            cl_plate BBAB12 => bad_format
            cl_plate BBBB12- => bad_format
            cl_plate BBB-B => bad_format
            co_plate ABC 123 => structure ABC123 (ABC-123) class=car
            co_plate abc12d => structure ABC12D (ABC-12D) class=motorcycle
            co_plate ABC12 => structure ABC12 (ABC-12) class=motorcycle
            co_plate 123ABC => structure 123ABC (123-ABC) class=motor_tricycle
            co_plate R12345 => structure R12345 (R-12345) class=trailer
            co_plate CD1234 => structure CD1234 (CD-1234) class=diplomatic
            co_plate T1234 => structure T1234 (T-1234) class=temporary
            co_plate A12345 => bad_format
            co_plate ABC1234 => bad_length
            mx_plate ABC-123-D => structure ABC123D (ABC-123-D) class=car
            mx_plate ABC1234 => structure ABC1234 (ABC-12-34) class=car
            mx_plate A12-BCD => structure A12BCD (A12-BCD) class=car
            mx_plate AB12345 => structure AB12345 (AB-12-345) class=truck
            mx_plate AB1234C => structure AB1234C (AB-1234-C) class=truck
            mx_plate IBC123 => structure IBC123 class=other !unknown_series
            mx_plate ABCDEF => bad_format
            pe_plate A1B-234 => structure A1B234 (A1B-234) class=car
            pe_plate 1234-5A => structure 12345A (1234-5A) class=motorcycle
            pe_plate AB1234 => structure AB1234 (AB1-234) class=car
            pe_plate ABCDE => bad_format
            cr_plate 123456 => structure 123456 class=car
            cr_plate BCD-123 => structure BCD123 (BCD-123) class=car
            cr_plate CL 123 => structure CL123 (CL-123) class=light_cargo
            cr_plate MOT-123 => structure MOT123 (MOT-123) class=motorcycle
            cr_plate ABC123 => structure ABC123 (ABC-123) class=other !unknown_series
            cr_plate 0 => bad_format
            cr_plate BCDE123 => bad_format
            ar_plate abc 123 => structure ABC123 (ABC-123) class=car_1995
            ar_plate AB123CD => structure AB123CD (AB-123-CD) class=car_2016
            ar_plate 123ABC => structure 123ABC (123-ABC) class=motorcycle_1995
            ar_plate A123BCD => structure A123BCD (A-123-BCD) class=motorcycle_2016
            ar_plate ABCD12 => bad_format
            ec_plate PBA-1234 => structure PBA1234 (PBA-1234) class=car
            ec_plate PBA123 => structure PBA123 (PBA-123) class=car
            ec_plate HA123B => structure HA123B (HA-123-B) class=motorcycle
            ec_plate P1A1234 => bad_format
            ve_plate AB123CD => structure AB123CD (AB-123-CD) class=car
            ve_plate ABC12D => structure ABC12D (ABC-12D) class=car_before_2008
            ve_plate AB1234D => bad_format
            ",
        );
    }
}
