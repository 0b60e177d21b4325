//! Mexico's voter's card.

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
    "INSTITUTO NACIONAL ELECTORAL",
    "CREDENCIAL PARA VOTAR",
    "MEXICO",
    "NOMBRE",
    "FECHA DE NACIMIENTO",
    "SEXO",
    "DOMICILIO",
    "CLAVE DE ELECTOR",
    "CURP",
    "AÑO DE REGISTRO",
    "ESTADO",
    "MUNICIPIO",
    "SECCION",
    "LOCALIDAD",
    "EMISION",
    "VIGENCIA",
];

/// Its front. The person's number is the CURP.
pub fn ine(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: LABELS };
    let mut fields = DocumentFields::default();
    let lines: Vec<String> = form
        .block("NOMBRE", 3)
        .iter()
        .filter_map(|text| name(text))
        .collect();
    if let [first, second, given] = lines.as_slice() {
        fields.set(Field::LastName, format!("{first} {second}"));
        fields.set(Field::FirstLastName, first.as_str());
        fields.set(Field::SecondLastName, second.as_str());
        fields.set(Field::Name, given.as_str());
    } else if let [only, given] = lines.as_slice() {
        fields.set(Field::LastName, only.as_str());
        fields.set(Field::FirstLastName, only.as_str());
        fields.set(Field::Name, given.as_str());
    }
    set_date(
        &mut fields,
        Field::DateOfBirth,
        form.date("FECHA DE NACIMIENTO", &[Below, Behind]),
    );
    set_gender(
        &mut fields,
        form.find("SEXO", &[Behind, Below], |text| gender(text, true)),
    );
    address(&mut fields, &form.block("DOMICILIO", 3));
    if fields.get(Field::PostalCode).is_none() {
        set(&mut fields, Field::PostalCode, page.texts().find_map(postal_code));
    }
    set(
        &mut fields,
        Field::VoterId,
        form.find("CLAVE DE ELECTOR", &[Behind, Below], |text| {
            number(Kind::MxClaveElector, text)
        }),
    );
    let curp = form.find("CURP", &[Behind, Below], |text| number(Kind::MxCurp, text));
    set(&mut fields, Field::Curp, curp.clone());
    set(&mut fields, Field::DocumentNumber, curp);
    set(
        &mut fields,
        Field::State,
        form.find("ESTADO", &[Behind, Below], |text| digits(text, 2)),
    );
    set(
        &mut fields,
        Field::Municipality,
        form.find("MUNICIPIO", &[Behind, Below], |text| digits(text, 3)),
    );
    set(
        &mut fields,
        Field::Section,
        form.find("SECCION", &[Behind, Below], |text| digits(text, 4)),
    );
    // The card is valid to the end of a year; what it was issued in is a year, too.
    let year = |label: &str, last: bool| form.find(label, &[Behind, Below], |text| year(text, last));
    set(
        &mut fields,
        Field::RegistrationDate,
        year("AÑO DE REGISTRO", false).map(|year| format!("{year}-01-01T00:00:00Z")),
    );
    set(
        &mut fields,
        Field::IssueDate,
        year("EMISION", false).map(|year| format!("{year}-01-01T00:00:00Z")),
    );
    set(
        &mut fields,
        Field::ExpirationDate,
        year("VIGENCIA", true).map(|year| format!("{year}-12-31T00:00:00Z")),
    );
    fields
}

/// Street, neighbourhood with the postal code, town.
fn address(fields: &mut DocumentFields, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    fields.set(Field::ResidenceAddress, lines.join(", "));
    if let [street, neighbourhood, ..] = lines {
        fields.set(Field::Street, street.as_str());
        let code = postal_code(neighbourhood);
        if let Some(code) = &code {
            fields.set(Field::PostalCode, code.as_str());
        }
        fields.set(
            Field::Neighborhood,
            neighbourhood
                .replace(code.as_deref().unwrap_or_default(), "")
                .trim(),
        );
    }
}

fn postal_code(text: &str) -> Option<String> {
    let code = |word: &&str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace().find(code).map(str::to_owned)
}

fn digits(text: &str, length: usize) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let word = super::as_digits(word);
    (word.len() == length && word.bytes().all(|byte| byte.is_ascii_digit())).then_some(word)
}

/// The first year in a text, or the last: `2018 - 2028` is a term.
fn year(text: &str, last: bool) -> Option<u32> {
    let words = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|word| word.len() == 4);
    let mut years = words
        .filter_map(|word| word.parse().ok())
        .filter(|year| (1980..2100).contains(year));
    if last { years.next_back() } else { years.next() }
}
