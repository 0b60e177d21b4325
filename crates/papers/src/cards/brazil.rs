//! Brazil.

use cotejo_domain::{
    identifiers::{self, Kind},
    validations::{DocumentCountry, DocumentType, Field},
};

use super::{CARD, Paper, Press, Sheet, kind, without_sex};
use crate::people::Person;

/// The driving licence.
pub fn cnh(press: &Press<'_>, mut person: Person) -> Paper {
    // Its name is printed as one: with one given name it is clear where the surnames begin, with two it is the usual.
    let (cpf, licence) = (person.number(Kind::BrCpf, 9), person.number(Kind::BrCnh, 9));
    let formatted = identifiers::check(Kind::BrCpf, &cpf)
        .formatted
        .unwrap_or_default();
    let mut chance = person.chance.clone();
    let mut front = Sheet::new(press, &mut chance, CARD, [228, 240, 230], [150, 200, 160]);
    front.title(60.0, 18.0, 26.0, "REPÚBLICA FEDERATIVA DO BRASIL");
    front.title(60.0, 52.0, 28.0, "CARTEIRA NACIONAL DE HABILITAÇÃO");
    front.field(
        60.0,
        98.0,
        "NOME",
        &format!("{} {}", person.names, person.surnames()),
    );
    front.portrait(press, (60, 180), (250, 320));
    front.field(
        350.0,
        176.0,
        "DOC. IDENTIDADE / ÓRG. EMISSOR / UF",
        "301234567 SSP SP",
    );
    front.field(350.0, 246.0, "CPF", &formatted);
    front.field(
        680.0,
        246.0,
        "DATA NASCIMENTO",
        &person.born.format("%d/%m/%Y").to_string(),
    );
    front.field(350.0, 316.0, "FILIAÇÃO", "JOÃO DA SILVA");
    front.field(680.0, 316.0, "CAT. HAB.", "AB");
    front.field(350.0, 400.0, "Nº REGISTRO", &licence);
    front.field(
        620.0,
        400.0,
        "VALIDADE",
        &person.expires.format("%d/%m/%Y").to_string(),
    );
    front.field(820.0, 400.0, "1ª HABILITAÇÃO", "10/05/2019");
    front.field(350.0, 500.0, "LOCAL", "SAO PAULO, SP");
    front.field(
        680.0,
        500.0,
        "DATA EMISSÃO",
        &person.issued.format("%d/%m/%Y").to_string(),
    );
    let mut truth = without_sex(&person, &licence);
    truth.set(Field::RegistrationNumber, licence);
    truth.set(Field::Cpf, cpf);
    truth.set(Field::Category, "AB");
    truth.set_date(Field::IssueDate, person.issued);
    truth.set_date(Field::ExpirationDate, person.expires);
    Paper {
        kind: kind(DocumentCountry::Br, DocumentType::Cnh),
        name: "BR cnh",
        front: front.canvas.picture,
        back: None,
        truth,
        zone: None,
        barcode: None,
    }
}
