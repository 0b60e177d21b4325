//! Brazil: CPF, CNPJ, CNH, RENAVAM, PIS, voter's title, the states' identity cards and the foreigner's.

use super::{
    IdError,
    digits::{eleven_less, named, number, prints, weighted},
    reading::{Outcome, Reading},
    shapes, warnings,
};

/// Where a CPF was first registered, by its ninth digit from 0: a hint about the place, not about birth.
const CPF_REGIONS: &str = "RS,DF GO MS MT TO,AC AM AP PA RO RR,CE MA PI,AL PB PE RN,BA SE,MG,ES RJ,SP,PR SC";

/// States in the voters' register's own order, from 01; the last are voters abroad.
const TITULO_STATES: &str =
    "SP,MG,RJ,RS,BA,PR,CE,PE,SC,GO,MA,PB,PA,ES,PI,RN,AL,MT,MS,DF,SE,AM,RO,AC,AP,RR,TO,ZZ";

const CPF_WEIGHTS: &[u32] = &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
const CNPJ_WEIGHTS: &[u32] = &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const TEN_DIGIT_WEIGHTS: &[u32] = &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const RISING: &[u32] = &[1, 2, 3, 4, 5, 6, 7, 8, 9];
const RISING_FROM_TWO: &[u32] = &[2, 3, 4, 5, 6, 7, 8, 9];
const FALLING: &[u32] = &[9, 8, 7, 6, 5, 4, 3, 2, 1];

/// Whether the last two digits are the mod-11 digits of what is before them; the first digit takes the weights
/// without their head, the second counts the first in.
fn two_digits_agree(text: &str, weights: &[u32]) -> bool {
    let first = weights.len() - 1;
    prints(text, first, eleven_less(weighted(text, &weights[1..])))
        && prints(text, first + 1, eleven_less(weighted(text, weights)))
}

/// Nine digits and two; the ninth tells the region.
pub(super) fn cpf(text: &str) -> Outcome {
    let region = named(CPF_REGIONS, number(&text[8..9]) + 1).unwrap_or_default();
    Ok(Reading::proved(two_digits_agree(text, CPF_WEIGHTS), text)?
        .printed(shapes::print("999.999.999-99", text))
        .fact("region", region))
}

/// Root, order of the establishment and two digits. Letters are allowed in the first twelve places
/// (IN RFB 2.229/2024), never in the digits.
pub(super) fn cnpj(text: &str) -> Outcome {
    if !shapes::fits("NNNNNNNNNNNN99", text) {
        return Err(IdError::BAD_FORMAT);
    }
    let numeric = text.bytes().all(|byte| byte.is_ascii_digit());
    Ok(Reading::proved(two_digits_agree(text, CNPJ_WEIGHTS), text)?
        .printed(shapes::print("NN.NNN.NNN/NNNN-99", text))
        .fact("kind", if numeric { "numeric" } else { "alphanumeric" })
        .fact("root", &text[..8])
        .fact("order", &text[8..12])
        .fact(
            "establishment",
            if &text[8..12] == "0001" {
                "head_office"
            } else {
                "branch"
            },
        ))
}

/// Nine digits and two. When the first rest is ten, the first digit is 0 and the second is less two.
pub(super) fn cnh(text: &str) -> Outcome {
    let (first, second) = (weighted(text, FALLING) % 11, weighted(text, RISING) % 11);
    let discount = if first == 10 { 2 } else { 0 };
    // Ten is written 0.
    let agrees = prints(text, 9, first % 10) && prints(text, 10, (second + 11 - discount) % 11 % 10);
    // Some programs forget the discount when both rests are ten; their holders are not turned away.
    if first == 10 && second == 10 && text.ends_with("00") {
        return Ok(Reading::advised(agrees, text));
    }
    Reading::proved(agrees, text)
}

/// Eleven digits; older ones had nine and are padded.
pub(super) fn renavam(text: &str) -> Outcome {
    if text.len() == 10 {
        return Err(IdError::BAD_LENGTH);
    }
    let text = format!("{text:0>11}");
    let agrees = prints(&text, 10, weighted(&text, TEN_DIGIT_WEIGHTS) * 10 % 11 % 10);
    Ok(Reading::proved(agrees, text.as_str())?.printed(shapes::print("9999999999-9", &text)))
}

/// Ten digits and one.
pub(super) fn pis(text: &str) -> Outcome {
    let agrees = prints(text, 10, eleven_less(weighted(text, TEN_DIGIT_WEIGHTS)));
    Ok(Reading::proved(agrees, text)?.printed(shapes::print("999.99999.99-9", text)))
}

/// Eight digits, state, two digits. Nine digits occur in the two largest states, without an agreed arithmetic.
pub(super) fn titulo(text: &str) -> Outcome {
    let sequence = text.len() - 4;
    let state = number(&text[sequence..sequence + 2]);
    let largest = state == 1 || state == 2;
    let name = named(TITULO_STATES, state).ok_or(IdError::BAD_REGION)?;
    if text.len() == 13 {
        let long = Reading::structure(text)
            .printed(shapes::print("9999 9999 9 99 99", text))
            .fact("state", name);
        return if largest {
            Ok(long.warn(warnings::CHECK_DIGIT_UNVERIFIED))
        } else {
            Err(IdError::BAD_LENGTH)
        };
    }
    let first = weighted(text, RISING_FROM_TWO) % 11;
    let second = weighted(text, &[0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9]) % 11;
    let agrees = |index, rest| prints(text, index, rest % 10);
    // In the two largest states some write 1 for a rest of zero: nobody is turned away for either.
    let tolerated = |index, rest| agrees(index, rest) || (largest && rest == 0 && prints(text, index, 1));
    let proved = agrees(10, first) && agrees(11, second);
    let reading = if tolerated(10, first) && tolerated(11, second) {
        Reading::advised(proved, text)
    } else {
        Reading::proved(proved, text)?
    };
    Ok(reading
        .printed(shapes::print("9999 9999 99 99", text))
        .fact("state", name))
}

/// A state's card: no national rule, but in São Paulo a digit, which advises where the state is told and
/// hints at the state where it is not.
pub(super) fn rg(text: &str) -> Outcome {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(IdError::BAD_FORMAT);
    }
    let (state, number) = rg_parts(text);
    if !(3..=14).contains(&number.len()) {
        return Err(IdError::BAD_LENGTH);
    }
    let with_digit = shapes::fits("99999999N", number);
    let sao_paulo = with_digit && sao_paulo_agrees(number);
    let Some(state) = state else {
        return Ok(stateless_rg(number, with_digit, sao_paulo));
    };
    let canonical = format!("{state}{number}");
    let shape = match number.len() {
        9 if with_digit => "AA-99.999.999-N",
        8 if shapes::fits("99999999", number) => "AA-99.999.999",
        _ => "AA-",
    };
    let printed = shapes::print(shape, &canonical);
    let reading = if with_digit && state == "SP" {
        Reading::advised(sao_paulo, canonical)
    } else {
        Reading::structure(canonical)
    };
    Ok(reading.printed(printed).fact("state", state))
}

/// State and number. The state is before the number, or after it behind whoever issued the card: `SSP/SP`. An
/// X is the number's own, because no issuer's name starts with one.
fn rg_parts(text: &str) -> (Option<&str>, &str) {
    let is_state = |text: &str| text != "ZZ" && TITULO_STATES.split(',').any(|known| known == text);
    let (before, number) = text.split_at(2);
    if is_state(before) {
        return (Some(before), number);
    }
    let (number, behind) = text.split_at(text.len() - 2);
    if is_state(behind) {
        let issuer = |c: char| c.is_ascii_uppercase() && c != 'X';
        return (Some(behind), number.trim_end_matches(issuer));
    }
    (None, text)
}

fn sao_paulo_agrees(number: &str) -> bool {
    match 11 - weighted(number, RISING_FROM_TWO) % 11 {
        10 => number.ends_with('X'),
        digit => prints(number, 8, digit % 11),
    }
}

fn stateless_rg(number: &str, with_digit: bool, sao_paulo: bool) -> Reading {
    let reading = Reading::structure(number);
    if with_digit {
        let reading = reading.printed(shapes::print("99.999.999-N", number));
        return if sao_paulo {
            reading.fact("digit_fits", "SP")
        } else {
            reading
        };
    }
    if shapes::fits("99999999999", number) && cpf(number).is_ok() {
        return reading
            .printed(shapes::print("999.999.999-99", number))
            .fact("kind", "cin");
    }
    reading
}

/// A foreigner's registration: a letter, six digits, a letter or digit that no public rule explains.
pub(super) fn rnm(text: &str) -> Outcome {
    if !shapes::fits("A999999N", text) {
        return Err(IdError::BAD_FORMAT);
    }
    Ok(Reading::structure(text).printed(shapes::print("A999999-N", text)))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_brazil() {
        table(
            "
            br_cpf 123.456.789-09 => valid 12345678909 (123.456.789-09) region=PR SC
            br_cpf 12345678062 => valid 12345678062 (123.456.780-62) region=RS
            br_cpf 12345678908 => bad_check_digit
            br_cpf 111.111.111-11 => repeated_digits
            br_cpf 1234567890 => bad_length
            br_cpf 1234567890O => bad_character
            br_cpf 123.456.789-0９ => bad_character
            br_cpf -12345678909 => bad_format
            br_cnpj 12.ABC.345/01DE-35 => valid 12ABC34501DE35 (12.ABC.345/01DE-35) establishment=branch kind=alphanumeric order=01DE root=12ABC345
            br_cnpj 12abc34501de35 => valid 12ABC34501DE35 (12.ABC.345/01DE-35) establishment=branch kind=alphanumeric order=01DE root=12ABC345
            br_cnpj 12.345.678/0001-95 => valid 12345678000195 (12.345.678/0001-95) establishment=head_office kind=numeric order=0001 root=12345678
            br_cnpj 12ABC34501DE36 => bad_check_digit
            br_cnpj 12ABC34501DEA5 => bad_format
            br_cnpj 00000000000000 => repeated_digits
            br_cnpj 12345678000195 1 => bad_length
            br_cnh 10000001225 => valid 10000001225
            br_cnh 10000001235 => bad_check_digit
            br_cnh 10000000108 => valid 10000000108
            br_cnh 10000000100 => structure 10000000100 !check_digit_mismatch
            br_cnh 10000002800 => valid 10000002800
            br_cnh 12345678900 => valid 12345678900
            br_renavam 1234567890-0 => valid 12345678900 (1234567890-0)
            br_renavam 123456789 => valid 00123456789 (0012345678-9)
            br_renavam 12345678901 => bad_check_digit
            br_renavam 12345678 => bad_length
            br_renavam 0123456789 => bad_length
            br_pis 123.45678.90-0 => valid 12345678900 (123.45678.90-0)
            br_pis 12345678901 => bad_check_digit
            br_titulo 1234 5678 05 90 => valid 123456780590 (1234 5678 05 90) state=BA
            br_titulo 123456782895 => valid 123456782895 (1234 5678 28 95) state=ZZ
            br_titulo 123456782995 => bad_region
            br_titulo 100000010108 => valid 100000010108 (1000 0001 01 08) state=SP
            br_titulo 100000010116 => structure 100000010116 (1000 0001 01 16) state=SP !check_digit_mismatch
            br_titulo 1000000101 => bad_length
            br_titulo 1000000010108 => structure 1000000010108 (1000 0000 1 01 08) state=SP !check_digit_unverified
            br_titulo 1000000010308 => bad_length
            br_rg 12.345.678-2 => structure 123456782 (12.345.678-2) digit_fits=SP
            br_rg MG-12.345.678 => structure MG12345678 (MG-12.345.678) state=MG
            br_rg 123456789 => structure 123456789 (12.345.678-9)
            br_rg 12345678909 => structure 12345678909 (123.456.789-09) kind=cin
            br_rg AB12 => bad_length
            br_rg PARAIBA => bad_format
            br_rg RJ 123 => structure RJ123 (RJ-123) state=RJ
            br_rg SP 12.345.678-2 => valid SP123456782 (SP-12.345.678-2) state=SP
            br_rg 12.345.678-2 SSP/SP => valid SP123456782 (SP-12.345.678-2) state=SP
            br_rg SP-12.345.678-3 => structure SP123456783 (SP-12.345.678-3) state=SP !check_digit_mismatch
            br_rg 10.000.006-x ssp sp => valid SP10000006X (SP-10.000.006-X) state=SP
            br_rg 10.000.006-X => structure 10000006X (10.000.006-X) digit_fits=SP
            br_rg 12.345.678-9 DETRAN/RJ => structure RJ123456789 (RJ-12.345.678-9) state=RJ
            br_rg MG-12.345.678 SSP => structure MG12345678SSP (MG-12345678SSP) state=MG
            br_rg 1 SSP SP => bad_length
            br_rg 123456789012345 => bad_length
            br_rg 99345678A54 => structure 99345678A54
            br_rnm V123456-7 => structure V1234567 (V123456-7)
            br_rnm g000012a => structure G000012A (G000012-A)
            br_rnm 12345678 => bad_format
            br_rnm V12345 => bad_length
            ",
        );
    }
}
