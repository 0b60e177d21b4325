//! Mexico.

use chrono::{Datelike as _, NaiveDate};
use cotejo_domain::validations::{DocumentCountry, DocumentType, Field};
use mrz::{Td1Fields, format_td1};

use super::{CARD, Paper, Press, Sheet, in_zone, kind, truth};
use crate::people::{Person, ascii};

/// The voter's card.
pub fn ine(press: &Press<'_>, mut person: Person) -> Paper {
    let curp = person.curp();
    let (cic, ocr) = (person.chance.digits(9), person.chance.digits(13));
    let last_day = NaiveDate::from_ymd_opt(person.issued.year() + 10, 12, 31).unwrap_or(person.expires);
    let sex = if person.female { "M" } else { "H" };
    let elector = format!(
        "{}{}09{sex}{}",
        consonants(&[&person.first, &person.second, &person.names]),
        person.born.format("%y%m%d"),
        person.chance.digits(3)
    );
    let (paper, pattern) = ([238, 232, 236], [216, 150, 180]);
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, paper, pattern);
    front.title(330.0, 22.0, 32.0, "INSTITUTO NACIONAL ELECTORAL");
    front.title(330.0, 62.0, 28.0, "CREDENCIAL PARA VOTAR");
    front.portrait(press, (36, 130), (260, 340));
    front.label(330.0, 112.0, "NOMBRE");
    front.value(330.0, 136.0, &person.first);
    front.value(330.0, 172.0, &person.second);
    front.value(330.0, 208.0, &person.names);
    front.field(
        760.0,
        112.0,
        "FECHA DE NACIMIENTO",
        &person.born.format("%d/%m/%Y").to_string(),
    );
    front.label(760.0, 176.0, "SEXO");
    front.value(830.0, 168.0, sex);
    front.label(330.0, 252.0, "DOMICILIO");
    front.value(330.0, 276.0, "C FALSA 123");
    front.value(330.0, 312.0, "COL CENTRO 06000");
    front.value(330.0, 348.0, "CUAUHTEMOC, CDMX");
    front.label(330.0, 402.0, "CLAVE DE ELECTOR");
    front.value(540.0, 394.0, &elector);
    front.label(330.0, 446.0, "CURP");
    front.value(400.0, 438.0, &curp);
    front.label(730.0, 490.0, "AÑO DE REGISTRO");
    front.value(910.0, 482.0, "2008");
    front.label(330.0, 490.0, "ESTADO");
    front.value(420.0, 482.0, "09");
    front.label(490.0, 490.0, "MUNICIPIO");
    front.value(610.0, 482.0, "015");
    front.label(330.0, 534.0, "SECCIÓN");
    front.value(430.0, 526.0, "1234");
    front.label(560.0, 534.0, "LOCALIDAD");
    front.value(690.0, 526.0, "0001");
    front.label(330.0, 578.0, "EMISIÓN");
    front.value(430.0, 570.0, &person.issued.year().to_string());
    front.label(560.0, 578.0, "VIGENCIA");
    front.value(690.0, 570.0, &last_day.year().to_string());
    let zone = zone(&person, &cic, &ocr, last_day);
    let mut back = Sheet::new(press, &mut chance, CARD, paper, pattern);
    back.label(60.0, 60.0, "INSTITUTO NACIONAL ELECTORAL");
    back.zone(&zone, (50.0, 400.0), 910.0, 70.0);
    let mut truth = truth(&person, &curp);
    for (field, value) in [
        (Field::Curp, curp.as_str()),
        (Field::VoterId, &elector),
        (Field::Cic, &cic),
        (Field::Ocr, &ocr),
        (Field::CitizenId, &ocr[4..]),
        (Field::PostalCode, "06000"),
        (Field::Section, "1234"),
        (Field::State, "09"),
        (Field::Municipality, "015"),
        (Field::Street, "C FALSA 123"),
    ] {
        truth.set(field, value);
    }
    truth.set_date(Field::ExpirationDate, last_day);
    Paper {
        kind: kind(DocumentCountry::Mx, DocumentType::NationalId),
        name: "MX national-id",
        front: front.canvas.picture,
        back: Some(back.canvas.picture),
        truth,
        zone: Some(zone),
        barcode: None,
    }
}

/// The institute writes H and M for the sexes, which the crate does not: the letter is put in afterwards. No digit
/// covers it.
fn zone(person: &Person, cic: &str, ocr: &str, expires: NaiveDate) -> String {
    let zone = format_td1(&Td1Fields {
        document_code: "ID".to_owned(),
        issuing_country: "MEX".to_owned(),
        document_number: cic.to_owned(),
        optional_data_1: Some(format!("<<{ocr}")),
        surname: ascii(&person.surnames()),
        given_names: ascii(&person.names),
        nationality: "MEX".to_owned(),
        date_of_birth: in_zone(person.born),
        sex: mrz::Sex::Unspecified,
        date_of_expiry: in_zone(expires),
        optional_data_2: None,
    });
    let mut lines: Vec<String> = zone.lines().map(str::to_owned).collect();
    if let Some(line) = lines.get_mut(1) {
        line.replace_range(7..8, if person.female { "M" } else { "H" });
    }
    lines.join("\n")
}

/// Two consonants of each.
fn consonants(names: &[&str; 3]) -> String {
    let two = |name: &str| -> String {
        let plain = ascii(name);
        let letters = plain
            .chars()
            .filter(|c| c.is_ascii_alphabetic() && !"AEIOU".contains(*c));
        letters.chain("XX".chars()).take(2).collect()
    };
    names.map(two).concat()
}
