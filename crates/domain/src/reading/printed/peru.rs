//! Peru's identity card.

use super::{
    Form,
    Place::{Above, Behind, Below},
    gender, name, number, set, set_date, set_gender,
};
use crate::{
    identifiers::Kind,
    reading::page::Page,
    validations::{DocumentFields, Field},
};

const LABELS: &[&str] = &[
    "REPUBLICA DEL PERU",
    "REGISTRO NACIONAL DE IDENTIFICACION Y ESTADO CIVIL",
    "DOCUMENTO NACIONAL DE IDENTIDAD",
    "DNI",
    "PRIMER APELLIDO",
    "SEGUNDO APELLIDO",
    "PRE NOMBRES",
    "NACIMIENTO",
    "FECHA DE NACIMIENTO",
    "UBIGEO",
    "SEXO",
    "ESTADO CIVIL",
    "FECHA INSCRIPCION",
    "FECHA EMISION",
    "FECHA CADUCIDAD",
    "FECHA DE EMISION",
    "FECHA DE CADUCIDAD",
];

/// Its front.
pub fn dni(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: LABELS };
    let mut fields = DocumentFields::default();
    // Behind the number stands its own check digit, which is no part of it.
    let dni = |text: &str| {
        let digits: String = super::as_digits(text)
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        number(Kind::PeDni, digits.get(..8)?)
    };
    let found = form.find("DNI", &[Behind, Below], dni);
    set(
        &mut fields,
        Field::DocumentNumber,
        found.or_else(|| form.find("DOCUMENTO NACIONAL DE IDENTIDAD", &[Behind, Below], dni)),
    );
    let first = form.find("PRIMER APELLIDO", &[Below, Behind], name);
    let second = form.find("SEGUNDO APELLIDO", &[Below, Behind], name);
    let both: Vec<String> = first.iter().chain(&second).cloned().collect();
    fields.set(Field::LastName, both.join(" "));
    set(&mut fields, Field::FirstLastName, first);
    set(&mut fields, Field::SecondLastName, second);
    let given = ["PRE NOMBRES", "PRENOMBRES", "NOMBRES"]
        .iter()
        .find_map(|label| form.find(label, &[Below, Behind], name));
    set(&mut fields, Field::Name, given);
    let born = ["FECHA DE NACIMIENTO", "NACIMIENTO"]
        .iter()
        .find_map(|label| form.date(label, &[Behind, Below]));
    set_date(&mut fields, Field::DateOfBirth, born);
    set_gender(
        &mut fields,
        form.find("SEXO", &[Below, Behind, Above], |text| gender(text, false)),
    );
    let day = |labels: [&str; 2]| labels.iter().find_map(|label| form.date(label, &[Below, Behind]));
    set_date(
        &mut fields,
        Field::IssueDate,
        day(["FECHA EMISION", "FECHA DE EMISION"]),
    );
    set_date(
        &mut fields,
        Field::ExpirationDate,
        day(["FECHA CADUCIDAD", "FECHA DE CADUCIDAD"]),
    );
    set_date(
        &mut fields,
        Field::RegistrationDate,
        day(["FECHA INSCRIPCION", "FECHA DE INSCRIPCION"]),
    );
    fields
}
