//! Ecuador: the identity card, and the RUC that extends it.

use super::{
    IdError,
    digits::{luhn_agrees, named, number, prints, weighted},
    reading::{Outcome, Reading},
};

/// Provinces from 01; 30 and 50 are for those registered abroad.
const PROVINCES: &str = "Azuay,Bolívar,Cañar,Carchi,Cotopaxi,Chimborazo,El Oro,Esmeraldas,Guayas,Imbabura,Loja,\
    Los Ríos,Manabí,Morona Santiago,Napo,Pastaza,Pichincha,Tungurahua,Zamora Chinchipe,Galápagos,Sucumbíos,\
    Orellana,Santo Domingo de los Tsáchilas,Santa Elena";

const PUBLIC_WEIGHTS: &[u32] = &[3, 2, 7, 6, 5, 4, 3, 2];
const PRIVATE_WEIGHTS: &[u32] = &[4, 3, 2, 7, 6, 5, 4, 3, 2];

fn province(text: &str) -> Result<&'static str, IdError> {
    match number(&text[..2]) {
        30 | 50 => Ok("abroad"),
        code => named(PROVINCES, code).ok_or(IdError::BAD_REGION),
    }
}

/// Province, a third digit up to 6, Luhn.
pub(super) fn ci(text: &str) -> Outcome {
    let province = province(text)?;
    if text[2..3] > *"6" {
        return Err(IdError::BAD_FORMAT);
    }
    Ok(Reading::proved(luhn_agrees(text), text)?
        .printed(format!("{}-{}", &text[..9], &text[9..]))
        .fact("province", province))
}

/// A card with its establishment, or a public or private body, as the third digit says. The tax office itself
/// gives out bodies whose mod 11 does not agree, so that digit only advises.
pub(super) fn ruc(text: &str) -> Outcome {
    let province = province(text)?;
    let public = agrees(text, PUBLIC_WEIGHTS);
    let (reading, kind, head) = match &text[2..3] {
        "0" | "1" | "2" | "3" | "4" | "5" => (person(text)?, "person", 10),
        // The sixes of public bodies are now given to persons as well.
        "6" if !public && ci(&text[..10]).is_ok() => (person(text)?, "person", 10),
        "6" => (Reading::advised(public, text), "public", 9),
        "9" => (
            Reading::advised(agrees(text, PRIVATE_WEIGHTS), text),
            "private",
            10,
        ),
        _ => return Err(IdError::BAD_FORMAT),
    };
    if number(&text[head..]) == 0 {
        return Err(IdError::BAD_FORMAT);
    }
    Ok(reading
        .fact("kind", kind)
        .fact("province", province)
        .fact("establishment", &text[head..]))
}

/// The mod-11 digit of a body. A rest of one would need a digit of ten, so such bases are not given out.
fn agrees(text: &str, weights: &[u32]) -> bool {
    prints(text, weights.len(), (11 - weighted(text, weights) % 11) % 11)
}

fn person(text: &str) -> Outcome {
    let card = ci(&text[..10])?.canonical;
    Ok(Reading::valid(text).fact("ci", card))
}

#[cfg(test)]
mod tests {
    use crate::identifiers::tests::table;

    #[test]
    fn numbers_of_ecuador() {
        table(
            "
            ec_ci 170000001-9 => valid 1700000019 (170000001-9) province=Pichincha
            ec_ci 1700000018 => bad_check_digit
            ec_ci 3060000019 => valid 3060000019 (306000001-9) province=abroad
            ec_ci 2570000019 => bad_region
            ec_ci 1770000019 => bad_format
            ec_ruc 1700000019001 => valid 1700000019001 ci=1700000019 establishment=001 kind=person province=Pichincha
            ec_ruc 1700000019000 => bad_format
            ec_ruc 1760000150001 => valid 1760000150001 establishment=0001 kind=public province=Pichincha
            ec_ruc 1760000016001 => valid 1760000016001 ci=1760000016 establishment=001 kind=person province=Pichincha
            ec_ruc 1760000140001 => structure 1760000140001 establishment=0001 kind=public province=Pichincha !check_digit_mismatch
            ec_ruc 1790000017001 => structure 1790000017001 establishment=001 kind=private province=Pichincha !check_digit_mismatch
            ec_ruc 1790000028001 => valid 1790000028001 establishment=001 kind=private province=Pichincha
            ec_ruc 1780000017001 => bad_format
            ec_ruc 1700000018001 => bad_check_digit
            ",
        );
    }
}
