//! Peru.

use cotejo_domain::{
    identifiers::Kind,
    validations::{DocumentCountry, DocumentType, Field},
};
use mrz::{Td1Fields, format_td1};

use super::{CARD, Paper, Press, Sheet, in_zone, kind, truth, zone_sex};
use crate::people::{Person, ascii};

/// The identity card, its zone below the portrait.
pub fn dni(press: &Press<'_>, mut person: Person) -> Paper {
    let digits = person.number(Kind::PeDni, 8);
    let number = digits.get(..8).unwrap_or_default().to_owned();
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, [222, 232, 246], [140, 170, 220]);
    front.title(
        40.0,
        18.0,
        24.0,
        "REPÚBLICA DEL PERÚ   REGISTRO NACIONAL DE IDENTIFICACIÓN Y ESTADO CIVIL",
    );
    front.title(40.0, 52.0, 28.0, "DOCUMENTO NACIONAL DE IDENTIDAD");
    front.label(690.0, 62.0, "DNI");
    front.value(740.0, 52.0, &format!("{number} - 4"));
    front.portrait(press, (40, 100), (250, 320));
    front.field(330.0, 98.0, "Primer Apellido", &person.first);
    front.field(330.0, 166.0, "Segundo Apellido", &person.second);
    front.field(330.0, 234.0, "Pre Nombres", &person.names);
    front.field(
        330.0,
        302.0,
        "Nacimiento: Fecha y Ubigeo",
        &format!("{}  150101", person.born.format("%d %m %Y")),
    );
    front.field(330.0, 370.0, "Sexo", person.letter());
    front.field(420.0, 370.0, "Estado Civil", "S");
    front.field(740.0, 166.0, "Fecha Inscripción", "05 03 2009");
    front.field(
        740.0,
        234.0,
        "Fecha Emisión",
        &person.issued.format("%d %m %Y").to_string(),
    );
    front.field(
        740.0,
        302.0,
        "Fecha Caducidad",
        &person.expires.format("%d %m %Y").to_string(),
    );
    let zone = format_td1(&Td1Fields {
        document_code: "I".to_owned(),
        issuing_country: "PER".to_owned(),
        document_number: number.clone(),
        optional_data_1: None,
        surname: ascii(&person.surnames()),
        given_names: ascii(&person.names),
        nationality: "PER".to_owned(),
        date_of_birth: in_zone(person.born),
        sex: zone_sex(&person),
        date_of_expiry: in_zone(person.expires),
        optional_data_2: None,
    });
    front.zone(&zone, (50.0, 450.0), 910.0, 60.0);
    let mut truth = truth(&person, &number);
    truth.set_date(Field::IssueDate, person.issued);
    truth.set_date(Field::ExpirationDate, person.expires);
    Paper {
        kind: kind(DocumentCountry::Pe, DocumentType::NationalId),
        name: "PE national-id",
        front: front.canvas.picture,
        back: None,
        truth,
        zone: Some(zone),
        barcode: None,
    }
}
