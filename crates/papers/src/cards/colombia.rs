//! Colombia.

use cotejo_domain::{
    identifiers::Kind,
    validations::{DocumentCountry, DocumentType, Field},
};
use mrz::{Td1Fields, format_td1};
use rxing::BarcodeFormat;

use super::{CARD, Paper, Press, Sheet, in_zone, kind, truth, zone_sex};
use crate::people::{Person, ascii, dotted, spelled};

/// The citizen's card with the barcode.
pub fn cedula(press: &Press<'_>, mut person: Person) -> Paper {
    let number = person.number(Kind::CoCc, 10);
    let (paper, pattern) = ([244, 232, 176], [214, 190, 120]);
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, paper, pattern);
    front.title(60.0, 30.0, 40.0, "REPÚBLICA DE COLOMBIA");
    front.title(60.0, 78.0, 26.0, "IDENTIFICACIÓN PERSONAL");
    front.title(60.0, 112.0, 32.0, "CÉDULA DE CIUDADANÍA");
    front.label(60.0, 172.0, "NÚMERO");
    front.value(160.0, 164.0, &dotted(&number));
    front.value(60.0, 230.0, &person.surnames());
    front.label(60.0, 266.0, "APELLIDOS");
    front.value(60.0, 320.0, &person.names);
    front.label(60.0, 356.0, "NOMBRES");
    front.label(60.0, 520.0, "FIRMA");
    front.portrait(press, (660, 130), (300, 400));
    let mut back = Sheet::new(press, &mut chance, CARD, paper, pattern);
    back.label(330.0, 30.0, "FECHA DE NACIMIENTO");
    back.value(580.0, 22.0, &spelled(person.born, "-"));
    back.value(330.0, 70.0, person.place.0);
    back.value(330.0, 106.0, &format!("({})", person.place.1));
    back.label(330.0, 142.0, "LUGAR DE NACIMIENTO");
    back.value(330.0, 178.0, &person.height);
    back.label(330.0, 214.0, "ESTATURA");
    back.value(520.0, 178.0, person.rh);
    back.label(520.0, 214.0, "G.S. RH");
    back.value(700.0, 178.0, person.letter());
    back.label(700.0, 214.0, "SEXO");
    back.value(
        330.0,
        252.0,
        &format!("{} BOGOTÁ D.C.", spelled(person.issued, "-")),
    );
    back.label(330.0, 288.0, "FECHA Y LUGAR DE EXPEDICIÓN");
    back.label(60.0, 330.0, "ÍNDICE DERECHO");
    back.label(640.0, 330.0, "REGISTRADOR NACIONAL");
    let bytes = barcode(&person, &number);
    back.code(BarcodeFormat::PDF_417, &bytes, (50, 372), 910);
    let mut truth = truth(&person, &number);
    truth.set(Field::BirthPlace, person.place.0);
    truth.set(Field::Height, person.height.as_str());
    truth.set(Field::Rh, person.rh);
    truth.set_date(Field::IssueDate, person.issued);
    truth.set(Field::ExpeditionPlace, "BOGOTÁ D.C.");
    Paper {
        kind: kind(DocumentCountry::Co, DocumentType::NationalId),
        name: "CO national-id",
        front: front.canvas.picture,
        back: Some(back.canvas.picture),
        truth,
        zone: None,
        barcode: Some(bytes),
    }
}

/// Fields at fixed places, and made-up bytes where a real card has fingerprints.
fn barcode(person: &Person, number: &str) -> Vec<u8> {
    let mut chance = person.chance.clone();
    let mut bytes: Vec<u8> = (0..451)
        .map(|_| u8::try_from(chance.below(256)).unwrap_or(0))
        .collect();
    bytes[..169].fill(0);
    let (one, two) = person.names.split_once(' ').unwrap_or((&person.names, ""));
    let sex = if person.female { 'F' } else { 'M' };
    for (at, text) in [
        (2, "01234567".to_owned()),
        (24, "PubDSK_1".to_owned()),
        (48, format!("{number:0>10}")),
        (58, person.first.clone()),
        (81, person.second.clone()),
        (104, one.to_owned()),
        (127, two.to_owned()),
        (150, format!("0{sex}{}", person.born.format("%Y%m%d"))),
        (160, "76001".to_owned()),
        (166, person.rh.to_owned()),
    ] {
        for (to, c) in bytes[at..].iter_mut().zip(text.chars()) {
            *to = u8::try_from(u32::from(c)).unwrap_or(b'?');
        }
    }
    bytes
}

/// The citizen's card since 2020.
pub fn digital(press: &Press<'_>, mut person: Person) -> Paper {
    let number = person.number(Kind::CoCc, 10);
    let serial = person.chance.digits(9);
    let (paper, pattern) = ([232, 240, 246], [150, 190, 214]);
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, paper, pattern);
    front.title(40.0, 24.0, 36.0, "REPÚBLICA DE COLOMBIA");
    front.title(40.0, 66.0, 26.0, "Cédula de Ciudadanía");
    front.label(560.0, 76.0, "NUIP");
    front.value(630.0, 68.0, &dotted(&number));
    front.portrait(press, (40, 120), (270, 350));
    front.field(350.0, 122.0, "Apellidos", &person.surnames());
    front.field(350.0, 196.0, "Nombres", &person.names);
    front.field(350.0, 270.0, "Nacionalidad", "COL");
    front.field(560.0, 270.0, "Estatura", &person.height);
    front.field(730.0, 270.0, "Sexo", person.letter());
    front.field(350.0, 344.0, "Fecha de nacimiento", &spelled(person.born, " "));
    front.field(730.0, 344.0, "G.S.", person.rh);
    front.field(
        350.0,
        418.0,
        "Lugar de nacimiento",
        &format!("{} ({})", person.place.0, person.place.1),
    );
    front.field(
        350.0,
        492.0,
        "Fecha y lugar de expedición",
        &format!("{}, BOGOTÁ D.C.", spelled(person.issued, " ")),
    );
    front.field(350.0, 566.0, "Fecha de expiración", &spelled(person.expires, " "));
    let zone = format_td1(&Td1Fields {
        document_code: "IC".to_owned(),
        issuing_country: "COL".to_owned(),
        document_number: serial.clone(),
        optional_data_1: Some("76001".to_owned()),
        surname: ascii(&person.surnames()),
        given_names: ascii(&person.names),
        nationality: "COL".to_owned(),
        date_of_birth: in_zone(person.born),
        sex: zone_sex(&person),
        date_of_expiry: in_zone(person.expires),
        optional_data_2: Some(number.clone()),
    });
    let mut back = Sheet::new(press, &mut chance, CARD, paper, pattern);
    back.label(60.0, 60.0, "REGISTRADURÍA NACIONAL DEL ESTADO CIVIL");
    back.zone(&zone, (50.0, 400.0), 910.0, 70.0);
    let mut truth = truth(&person, &number);
    truth.set(Field::Height, person.height.as_str());
    truth.set(Field::Rh, person.rh);
    truth.set(Field::IssueNumber, serial);
    truth.set_date(Field::IssueDate, person.issued);
    truth.set_date(Field::ExpirationDate, person.expires);
    truth.set(Field::ExpeditionPlace, "BOGOTÁ D.C.");
    truth.set(
        Field::BirthPlace,
        format!("{} ({})", person.place.0, person.place.1),
    );
    Paper {
        kind: kind(DocumentCountry::Co, DocumentType::NationalId),
        name: "CO national-id 2020",
        front: front.canvas.picture,
        back: Some(back.canvas.picture),
        truth,
        zone: Some(zone),
        barcode: None,
    }
}

/// The foreigner's card.
pub fn foreign_id(press: &Press<'_>, mut person: Person) -> Paper {
    let number = person.number(Kind::CoCe, 6);
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, [226, 236, 222], [150, 190, 150]);
    front.title(60.0, 24.0, 34.0, "REPÚBLICA DE COLOMBIA");
    front.title(60.0, 68.0, 26.0, "MIGRACIÓN COLOMBIA");
    front.title(60.0, 110.0, 30.0, &format!("CÉDULA DE EXTRANJERÍA  No. {number}"));
    let rows = [
        ("APELLIDOS:", person.surnames()),
        ("NOMBRES:", person.names.clone()),
        ("NACIONALIDAD:", "VENEZOLANA".to_owned()),
        ("FECHA DE NACIMIENTO:", person.born.format("%Y/%m/%d").to_string()),
        ("SEXO:", person.letter().to_owned()),
        ("RH:", person.rh.to_owned()),
        ("F. EXPEDICIÓN:", person.issued.format("%Y/%m/%d").to_string()),
        ("VENCE:", person.expires.format("%Y/%m/%d").to_string()),
    ];
    let mut y = 180.0;
    for (label, value) in &rows {
        front.label(340.0, y + 8.0, label);
        front.value(600.0, y, value);
        y += 52.0;
    }
    front.portrait(press, (50, 190), (260, 340));
    let mut truth = truth(&person, &number);
    truth.set(Field::Rh, person.rh);
    truth.set(Field::Nationality, "VENEZOLANA");
    truth.set_date(Field::IssueDate, person.issued);
    truth.set_date(Field::ExpirationDate, person.expires);
    Paper {
        kind: kind(DocumentCountry::Co, DocumentType::ForeignId),
        name: "CO foreign-id",
        front: front.canvas.picture,
        back: None,
        truth,
        zone: None,
        barcode: None,
    }
}
