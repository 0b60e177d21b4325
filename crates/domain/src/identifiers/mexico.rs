//! Mexico: CURP, RFC, social security and the numbers of the voter's card.

use super::{
    IdError,
    digits::{day, luhn_agrees, mrz_digit, named, number, prints, short_date},
    reading::{Outcome, Reading},
    shapes, warnings,
};

/// Federal entities in the order of the voters' register, from 01; the spelling is the CURP's.
const STATES: &str =
    "AS,BC,BS,CC,CL,CM,CS,CH,DF,DG,GT,GR,HG,JC,MC,MN,MS,NT,NL,OC,PL,QT,QR,SP,SL,SR,TC,TS,TL,VZ,YN,ZS";

/// Born abroad.
const ABROAD: &str = "NE";

/// Beginnings that the register never gives out: it puts an X for their second letter.
const CURP_WORDS: [&str; 81] = [
    "BACA", "BAKA", "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COGI", "COJA",
    "COJE", "COJI", "COJO", "COLA", "CULO", "FALO", "FETO", "GETA", "GUEI", "GUEY", "JETA", "JOTO", "KACA",
    "KACO", "KAGA", "KAGO", "KAKA", "KAKO", "KOGE", "KOGI", "KOJA", "KOJE", "KOJI", "KOJO", "KOLA", "KULO",
    "LILO", "LOCA", "LOCO", "LOKA", "LOKO", "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MIAR", "MION", "MOCO",
    "MOKO", "MULA", "MULO", "NACA", "NACO", "PEDA", "PEDO", "PENE", "PIPI", "PITO", "POPO", "PUTA", "PUTO",
    "QULO", "RATA", "ROBA", "ROBE", "ROBO", "RUIN", "SENO", "TETA", "VACA", "VAGA", "VAGO", "VAKA", "VUEI",
    "VUEY", "WUEI", "WUEY",
];

/// Beginnings for which the tax office puts an X in the fourth place of a person's number.
const RFC_WORDS: [&str; 41] = [
    "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COJA", "COJE", "COJI", "COJO",
    "CULO", "FETO", "GUEY", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KOGE", "KOJO", "KULO", "MAME",
    "MAMO", "MEAR", "MEAS", "MEON", "MION", "MOCO", "MULA", "PEDA", "PEDO", "PENE", "PUTA", "PUTO", "QULO",
    "RATA", "RUIN",
];

/// The RFC's order of characters; a company's is padded with the blank.
const RFC_ORDER: &str = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";

/// Stand-ins of the tax office for the public at large and for foreigners.
const RFC_GENERIC: [(&str, &str); 2] = [("XAXX010101000", "generic"), ("XEXX010101000", "generic_foreign")];

/// What a character counts in the RFC's order. The CURP's order has Ñ where this one has `&`, and neither
/// occurs in a CURP, so both share it.
fn value(c: char) -> u32 {
    RFC_ORDER
        .chars()
        .zip(0..)
        .find_map(|(known, value)| (known == c).then_some(value))
        .unwrap_or(0)
}

/// H and M stand for Hombre and Mujer: the M is a woman here, unlike in a passport.
fn sex(text: &str) -> Option<&'static str> {
    match text {
        "H" => Some("male"),
        "M" => Some("female"),
        "X" => Some("nonbinary"),
        _ => None,
    }
}

/// Initials, birth, sex, state, consonants, a letter or digit that tells the century, a digit.
pub(super) fn curp(text: &str) -> Outcome {
    if !shapes::fits("AAAA999999AAAAAAN9", text) {
        return Err(IdError::BAD_FORMAT);
    }
    if CURP_WORDS.contains(&&text[..4]) {
        return Err(IdError::RESERVED);
    }
    let century = if shapes::fits("9", &text[16..17]) {
        1900
    } else {
        2000
    };
    let year = text[4..6].parse::<i32>().map_err(|_| IdError::BAD_DATE)?;
    let birth = day(century + year, &text[6..10]).ok_or(IdError::BAD_DATE)?;
    let sex = sex(&text[10..11]).ok_or(IdError::BAD_FORMAT)?;
    let state = &text[11..13];
    if state != ABROAD && !STATES.split(',').any(|known| known == state) {
        return Err(IdError::BAD_REGION);
    }
    let sum: u32 = text
        .chars()
        .map(value)
        .zip((2..=18).rev())
        .map(|(value, weight)| value * weight)
        .sum();
    Ok(Reading::proved(prints(text, 17, (10 - sum % 10) % 10), text)?
        .fact("birth_date", birth.format("%Y-%m-%d").to_string())
        .fact("sex", sex)
        .fact("state", state))
}

/// Three letters of a company or four of a person, a day, and the homoclave, which ends in an advisory digit.
pub(super) fn rfc(text: &str) -> Outcome {
    if let Some((_, kind)) = RFC_GENERIC.iter().find(|(generic, _)| *generic == text) {
        return Ok(Reading::structure(text)
            .fact("kind", *kind)
            .warn(warnings::GENERIC_NUMBER));
    }
    let letters = text
        .find(|c: char| c.is_ascii_digit())
        .ok_or(IdError::BAD_FORMAT)?;
    let (name, rest) = text.split_at(letters);
    let kind = match (name.chars().count(), rest.len()) {
        (3, 9) => "company",
        (4, 6 | 9) => "person",
        _ => return Err(IdError::BAD_FORMAT),
    };
    let shape = if rest.len() == 6 { "999999" } else { "999999NNN" };
    if !shapes::fits(shape, rest) {
        return Err(IdError::BAD_FORMAT);
    }
    if RFC_WORDS.contains(&name) {
        return Err(IdError::RESERVED);
    }
    let date = short_date(rest).ok_or(IdError::BAD_DATE)?;
    let reading = if rest.len() == 6 {
        Reading::structure(text).warn(warnings::CHECK_DIGIT_MISSING)
    } else {
        Reading::advised(text.ends_with(rfc_digit(text)), text)
    };
    Ok(reading.fact("kind", kind).fact("date", date))
}

fn rfc_digit(text: &str) -> char {
    let padding = if text.chars().count() == 12 { " " } else { "" };
    let sum: u32 = padding
        .chars()
        .chain(text.chars())
        .map(value)
        .zip((2..=13).rev())
        .map(|(value, weight)| value * weight)
        .sum();
    match (11 - sum % 11) % 11 {
        10 => 'A',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

/// Consonants of the names, birth, entity, sex, three digits; no public check digit.
pub(super) fn clave_elector(text: &str) -> Outcome {
    if !shapes::fits("AAAAAA99999999A999", text) {
        return Err(IdError::BAD_FORMAT);
    }
    let birth = short_date(&text[6..12]).ok_or(IdError::BAD_DATE)?;
    let entity = match number(&text[12..14]) {
        87 | 88 => ABROAD,
        code => named(STATES, code).ok_or(IdError::BAD_REGION)?,
    };
    let sex = sex(&text[14..15]).ok_or(IdError::BAD_FORMAT)?;
    Ok(Reading::structure(text)
        .fact("birth", birth)
        .fact("entity", entity)
        .fact("sex", sex)
        .fact("consonants", &text[..6])
        .fact("serial", &text[15..]))
}

/// Nine digits on the face; the machine readable zone adds their digit.
pub(super) fn cic(text: &str) -> Outcome {
    if text.len() == 9 {
        return Ok(Reading::structure(text));
    }
    let (cic, _) = text.split_at(9);
    Ok(Reading::proved(prints(text, 9, mrz_digit(cic)), text)?.fact("cic", cic))
}

/// Electoral section and sequence; on newer cards the last nine digits identify the citizen.
pub(super) fn ocr(text: &str) -> Outcome {
    let reading = Reading::structure(text).fact("section", &text[..4]);
    Ok(if text.len() == 13 {
        reading.fact("citizen_id", &text[4..])
    } else {
        reading
    })
}

/// Office, year of entry, year of birth, sequence, Luhn.
pub(super) fn nss(text: &str) -> Outcome {
    Ok(Reading::proved(luhn_agrees(text), text)?
        .printed(shapes::print("99-99-99-9999-9", text))
        .fact("birth_year", &text[4..6])
        .fact("entry_year", &text[2..4])
        .fact("office", &text[..2])
        .fact("serial", &text[6..10]))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_mexico() {
        table(
            "
            mx_curp ABXC850228HDFBCD09 => valid ABXC850228HDFBCD09 birth_date=1985-02-28 sex=male state=DF
            mx_curp abxc040229mnebcda1 => valid ABXC040229MNEBCDA1 birth_date=2004-02-29 sex=female state=NE
            mx_curp ABXC990101XJCBCD07 => valid ABXC990101XJCBCD07 birth_date=1999-01-01 sex=nonbinary state=JC
            mx_curp ABXC850228HDFBCD08 => bad_check_digit
            mx_curp ABXC850231HDFBCD09 => bad_date
            mx_curp ABXC850228HXXBCD09 => bad_region
            mx_curp ABXC850228ADFBCD09 => bad_format
            mx_curp PUTA990101MJCBCD00 => reserved
            mx_curp ÑBXC850228HDFBCD09 => bad_character
            mx_rfc ABC010203AB9 => valid ABC010203AB9 date=01-02-03 kind=company
            mx_rfc ABCD-850228-AB6 => valid ABCD850228AB6 date=85-02-28 kind=person
            mx_rfc ABCD850228AB7 => structure ABCD850228AB7 date=85-02-28 kind=person !check_digit_mismatch
            mx_rfc a&ñ010203ab2 => valid A&Ñ010203AB2 date=01-02-03 kind=company
            mx_rfc ABCD850228 => structure ABCD850228 date=85-02-28 kind=person !check_digit_missing
            mx_rfc ABCD850231AB6 => bad_date
            mx_rfc XAXX010101000 => structure XAXX010101000 kind=generic !generic_number
            mx_rfc XEXX010101000 => structure XEXX010101000 kind=generic_foreign !generic_number
            mx_rfc ABCDE85022811 => bad_format
            mx_rfc PUTA850228AB6 => reserved
            mx_rfc PUTX850228 => structure PUTX850228 date=85-02-28 kind=person !check_digit_missing
            mx_rfc PED850228AB6 => structure PED850228AB6 date=85-02-28 kind=company !check_digit_mismatch
            mx_rfc ABC010203 => bad_length
            mx_rfc ABCß850228AB6 => bad_character
            mx_clave_elector BCDFGH85022809H100 => structure BCDFGH85022809H100 birth=85-02-28 consonants=BCDFGH entity=DF serial=100 sex=male
            mx_clave_elector BCDFGH85022833H100 => bad_region
            mx_clave_elector BCDFGH85023009H100 => bad_date
            mx_clave_elector BCDFGH85022887M100 => structure BCDFGH85022887M100 birth=85-02-28 consonants=BCDFGH entity=NE serial=100 sex=female
            mx_clave_elector BCDFGH85022809Z100 => bad_format
            mx_clave_elector BCDF12850228091100 => bad_format
            mx_cic 123456789 => structure 123456789
            mx_cic 1234567897 => valid 1234567897 cic=123456789
            mx_cic 1234567890 => bad_check_digit
            mx_ocr 1234000000012 => structure 1234000000012 citizen_id=000000012 section=1234
            mx_ocr 123400000001 => structure 123400000001 section=1234
            mx_ocr 12340000000 => bad_length
            mx_nss 12-34-56-7890-3 => valid 12345678903 (12-34-56-7890-3) birth_year=56 entry_year=34 office=12 serial=7890
            mx_nss 12345678904 => bad_check_digit
            ",
        );
    }
}
