//! Chile.

use cotejo_domain::{
    identifiers::{self, Kind},
    validations::{DocumentCountry, DocumentType, Field},
};
use mrz::{Td1Fields, format_td1};
use rxing::BarcodeFormat;

use super::{CARD, Paper, Press, Sheet, in_zone, kind, truth, zone_sex};
use crate::people::{Person, ascii, dotted, spelled};

/// The identity card.
pub fn cedula(press: &Press<'_>, mut person: Person) -> Paper {
    let run = person.number(Kind::ClRut, 8);
    let formatted = identifiers::check(Kind::ClRut, &run)
        .formatted
        .unwrap_or_default();
    let plain = formatted.replace('.', "");
    let issue = person.chance.digits(9);
    let (paper, pattern) = ([236, 238, 232], [160, 180, 190]);
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, paper, pattern);
    front.title(300.0, 20.0, 24.0, "SERVICIO DE REGISTRO CIVIL E IDENTIFICACIÓN");
    front.title(40.0, 20.0, 26.0, "CÉDULA DE");
    front.title(40.0, 50.0, 26.0, "IDENTIDAD");
    front.title(300.0, 50.0, 24.0, "REPÚBLICA DE CHILE");
    front.portrait(press, (40, 110), (260, 340));
    front.label(340.0, 96.0, "APELLIDOS");
    front.value(340.0, 120.0, &person.first);
    front.value(340.0, 156.0, &person.second);
    front.field(340.0, 200.0, "NOMBRES", &person.names);
    front.field(340.0, 272.0, "NACIONALIDAD", "CHILENA");
    front.field(680.0, 272.0, "SEXO", person.letter());
    front.field(340.0, 344.0, "FECHA DE NACIMIENTO", &spelled(person.born, " "));
    front.field(680.0, 344.0, "NÚMERO DOCUMENTO", &dotted(&issue));
    front.field(340.0, 416.0, "FECHA DE EMISIÓN", &spelled(person.issued, " "));
    front.field(
        680.0,
        416.0,
        "FECHA DE VENCIMIENTO",
        &spelled(person.expires, " "),
    );
    front.label(340.0, 500.0, "FIRMA DEL TITULAR");
    front.title(40.0, 560.0, 34.0, &format!("RUN {formatted}"));
    let zone = format_td1(&Td1Fields {
        document_code: "IN".to_owned(),
        issuing_country: "CHL".to_owned(),
        document_number: issue.clone(),
        optional_data_1: None,
        surname: ascii(&person.surnames()),
        given_names: ascii(&person.names),
        nationality: "CHL".to_owned(),
        date_of_birth: in_zone(person.born),
        sex: zone_sex(&person),
        date_of_expiry: in_zone(person.expires),
        optional_data_2: Some(plain.replace('-', "<")),
    });
    let code =
        format!("https://portal.sidiv.registrocivil.cl/docstatus?RUN={plain}&type=CEDULA&serial={issue}");
    let mut back = Sheet::new(press, &mut chance, CARD, paper, pattern);
    back.label(340.0, 60.0, "Nació en:");
    back.value(460.0, 52.0, "SANTIAGO");
    back.label(340.0, 110.0, "Profesión:");
    back.value(460.0, 102.0, "NO INFORMADA");
    back.code(BarcodeFormat::QR_CODE, code.as_bytes(), (50, 60), 240);
    back.zone(&zone, (50.0, 410.0), 910.0, 70.0);
    let mut truth = truth(&person, &run);
    truth.set(Field::IssueNumber, issue);
    truth.set(Field::BirthPlace, "SANTIAGO");
    truth.set_date(Field::IssueDate, person.issued);
    truth.set_date(Field::ExpirationDate, person.expires);
    Paper {
        kind: kind(DocumentCountry::Cl, DocumentType::NationalId),
        name: "CL national-id",
        front: front.canvas.picture,
        back: Some(back.canvas.picture),
        truth,
        zone: Some(zone),
        barcode: Some(code.into_bytes()),
    }
}
