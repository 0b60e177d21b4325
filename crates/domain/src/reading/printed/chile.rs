//! Chile's identity card.

use super::{
    Form,
    Place::{Behind, Below},
    gender, name, number, set, set_date, set_gender,
};
use crate::{
    identifiers::Kind,
    reading::page::Page,
    validations::{DocumentFields, Field},
};

const LABELS: &[&str] = &[
    "REPUBLICA DE CHILE",
    "SERVICIO DE REGISTRO CIVIL E IDENTIFICACION",
    "CEDULA DE IDENTIDAD",
    "APELLIDOS",
    "NOMBRES",
    "NACIONALIDAD",
    "SEXO",
    "FECHA DE NACIMIENTO",
    "NUMERO DOCUMENTO",
    "NUMERO DE DOCUMENTO",
    "FECHA DE EMISION",
    "FECHA DE VENCIMIENTO",
    "FIRMA DEL TITULAR",
    "RUN",
    "NACIO EN",
    "PROFESION",
    "INSCRIPCION",
];

/// Its front. The person's number is the RUN; the card has a number of its own.
pub fn cedula_front(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: LABELS };
    let mut fields = DocumentFields::default();
    set(
        &mut fields,
        Field::DocumentNumber,
        form.find("RUN", &[Behind, Below], |text| number(Kind::ClRut, text)),
    );
    let surnames: Vec<String> = form
        .block("APELLIDOS", 2)
        .iter()
        .filter_map(|text| name(text))
        .collect();
    if let [first, second] = surnames.as_slice() {
        fields.set(Field::LastName, format!("{first} {second}"));
        fields.set(Field::FirstLastName, first.as_str());
        fields.set(Field::SecondLastName, second.as_str());
    } else if let [both] = surnames.as_slice() {
        super::set_surnames(&mut fields, both);
    }
    set(
        &mut fields,
        Field::Name,
        form.find("NOMBRES", &[Below, Behind], name),
    );
    let nationality = form.find("NACIONALIDAD", &[Below, Behind], |text| {
        name(text.split_whitespace().next()?)
    });
    set(&mut fields, Field::Nationality, nationality);
    set_gender(
        &mut fields,
        form.find("SEXO", &[Below, Behind], |text| gender(text, false)),
    );
    set_date(
        &mut fields,
        Field::DateOfBirth,
        form.date("FECHA DE NACIMIENTO", &[Below, Behind]),
    );
    let issue = ["NUMERO DOCUMENTO", "NUMERO DE DOCUMENTO"]
        .iter()
        .find_map(|label| form.find(label, &[Below, Behind], |text| number(Kind::ClIssueNumber, text)));
    set(&mut fields, Field::IssueNumber, issue);
    set_date(
        &mut fields,
        Field::IssueDate,
        form.date("FECHA DE EMISION", &[Below, Behind]),
    );
    set_date(
        &mut fields,
        Field::ExpirationDate,
        form.date("FECHA DE VENCIMIENTO", &[Below, Behind]),
    );
    fields
}

/// Its back, besides the zone.
pub fn cedula_back(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: LABELS };
    let mut fields = DocumentFields::default();
    set(
        &mut fields,
        Field::BirthPlace,
        form.find("NACIO EN", &[Behind, Below], name),
    );
    fields
}
