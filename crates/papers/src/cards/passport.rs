//! A passport's data page.

use cotejo_domain::validations::{DocumentCountry, DocumentType, Field};
use mrz::{Td3Fields, format_td3};

use super::{Paper, Press, Sheet, in_zone, kind, truth, zone_sex};
use crate::people::{Person, ascii, spelled};

/// Peru's.
pub fn passport(press: &Press<'_>, mut person: Person) -> Paper {
    let number = person.chance.digits(9);
    let mut chance = person.chance.clone();
    let mut page = Sheet::new(press, &mut chance, (1240, 870), [240, 232, 222], [210, 160, 150]);
    page.title(60.0, 24.0, 32.0, "REPÚBLICA DEL PERÚ");
    page.title(820.0, 24.0, 32.0, "PASAPORTE");
    page.portrait(press, (60, 120), (320, 420));
    page.field(430.0, 100.0, "Tipo", "P");
    page.field(560.0, 100.0, "Código del país", "PER");
    page.field(860.0, 100.0, "Pasaporte N°", &number);
    page.field(430.0, 176.0, "Apellidos", &person.surnames());
    page.field(430.0, 252.0, "Nombres", &person.names);
    page.field(430.0, 328.0, "Nacionalidad", "PERUANA");
    page.field(430.0, 404.0, "Fecha de nacimiento", &spelled(person.born, " "));
    page.field(860.0, 404.0, "Sexo", person.letter());
    page.field(430.0, 480.0, "Lugar de nacimiento", "LIMA");
    page.field(430.0, 556.0, "Fecha de emisión", &spelled(person.issued, " "));
    page.field(
        860.0,
        556.0,
        "Fecha de vencimiento",
        &spelled(person.expires, " "),
    );
    let zone = format_td3(&Td3Fields {
        document_code: "P".to_owned(),
        issuing_country: "PER".to_owned(),
        document_number: number.clone(),
        surname: ascii(&person.surnames()),
        given_names: ascii(&person.names),
        nationality: "PER".to_owned(),
        date_of_birth: in_zone(person.born),
        sex: zone_sex(&person),
        date_of_expiry: in_zone(person.expires),
        personal_number: None,
    });
    page.zone(&zone, (50.0, 700.0), 1140.0, 74.0);
    let mut truth = truth(&person, &number);
    truth.set(Field::Nationality, "PER");
    truth.set(Field::BirthPlace, "LIMA");
    truth.set_date(Field::IssueDate, person.issued);
    truth.set_date(Field::ExpirationDate, person.expires);
    Paper {
        kind: kind(DocumentCountry::All, DocumentType::Passport),
        name: "PE passport",
        front: page.canvas.picture,
        back: None,
        truth,
        zone: Some(zone),
        barcode: None,
    }
}
