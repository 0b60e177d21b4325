//! The data page of a passport: the zone says it all but for two things, and the rest is there to be compared.

use super::{
    Form,
    Place::{Behind, Below},
    name, number, set, set_date, set_surnames,
};
use crate::{
    identifiers::Kind,
    reading::page::Page,
    validations::{DocumentFields, Field},
};

const LABELS: &[&str] = &[
    "PASAPORTE",
    "PASSPORT",
    "PASSAPORTE",
    "TIPO",
    "TYPE",
    "APELLIDOS",
    "SURNAME",
    "NOMBRES",
    "GIVEN NAMES",
    "NACIONALIDAD",
    "NATIONALITY",
    "FECHA DE NACIMIENTO",
    "DATE OF BIRTH",
    "SEXO",
    "SEX",
    "LUGAR DE NACIMIENTO",
    "PLACE OF BIRTH",
    "FECHA DE EMISION",
    "FECHA DE EXPEDICION",
    "DATE OF ISSUE",
    "FECHA DE CADUCIDAD",
    "FECHA DE VENCIMIENTO",
    "DATE OF EXPIRY",
    "PASAPORTE N",
    "PASSPORT NO",
    "AUTORIDAD",
    "AUTHORITY",
    "CODIGO DEL PAIS",
];

/// The page.
pub fn data_page(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: LABELS };
    let mut fields = DocumentFields::default();
    let day = |labels: &[&str]| labels.iter().find_map(|label| form.date(label, &[Below, Behind]));
    set_date(
        &mut fields,
        Field::IssueDate,
        day(&[
            "FECHA DE EMISION",
            "FECHA DE EXPEDICION",
            "DATE OF ISSUE",
            "DATA DE EXPEDICAO",
        ]),
    );
    set_date(
        &mut fields,
        Field::DateOfBirth,
        day(&["FECHA DE NACIMIENTO", "DATE OF BIRTH", "DATA DE NASCIMENTO"]),
    );
    set_date(
        &mut fields,
        Field::ExpirationDate,
        day(&[
            "FECHA DE CADUCIDAD",
            "FECHA DE VENCIMIENTO",
            "DATE OF EXPIRY",
            "VALIDO ATE",
        ]),
    );
    let first = |labels: &[&str], read: fn(&str) -> Option<String>| {
        labels.iter().find_map(|label| form.find(label, &[Below], read))
    };
    set(
        &mut fields,
        Field::BirthPlace,
        first(&["LUGAR DE NACIMIENTO", "PLACE OF BIRTH", "NATURALIDADE"], name),
    );
    if let Some(surnames) = first(&["APELLIDOS", "SURNAME", "SOBRENOME"], name) {
        set_surnames(&mut fields, &surnames);
    }
    set(
        &mut fields,
        Field::Name,
        first(&["NOMBRES", "GIVEN NAMES", "NOME"], name),
    );
    let passport = |text: &str| {
        number(Kind::Passport, text).filter(|number| number.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let numbers: [&str; 4] = [
        "PASAPORTE N",
        "PASSPORT NO",
        "NUMERO DE PASAPORTE",
        "PASSAPORTE N",
    ];
    set(
        &mut fields,
        Field::DocumentNumber,
        numbers
            .iter()
            .find_map(|label| form.find(label, &[Below, Behind], passport)),
    );
    fields
}
