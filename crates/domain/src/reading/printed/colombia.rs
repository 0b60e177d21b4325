//! Colombia's cards.

use super::{
    Form,
    Place::{Above, Behind, Below},
    blood, gender, height, name, number, set, set_date, set_gender, set_surnames,
};
use crate::{
    identifiers::Kind,
    reading::{dates, page::Page},
    validations::{DocumentFields, Field},
};

const FRONT: &[&str] = &[
    "REPUBLICA DE COLOMBIA",
    "IDENTIFICACION PERSONAL",
    "CEDULA DE CIUDADANIA",
    "NUMERO",
    "APELLIDOS",
    "NOMBRES",
    "FIRMA",
];

/// The older card: values stand above their labels.
pub fn cedula_front(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: FRONT };
    let mut fields = DocumentFields::default();
    let by_label = form.find("NUMERO", &[Behind, Above, Below], |text| number(Kind::CoCc, text));
    // The label is small and often worn; the number with its dots is not.
    let by_form = || {
        let dotted = |text: &str| {
            (text.matches(['.', ',']).count() >= 2)
                .then(|| number(Kind::CoCc, text))
                .flatten()
        };
        page.texts().find_map(dotted)
    };
    set(&mut fields, Field::DocumentNumber, by_label.or_else(by_form));
    // Each is also the neighbour of the other's label, should its own be lost.
    let second_above = || {
        form.candidates("NOMBRES", Above)
            .get(1)
            .and_then(|text| name(text))
    };
    if let Some(surnames) = form.find("APELLIDOS", &[Above], name).or_else(second_above) {
        set_surnames(&mut fields, &surnames);
    }
    let names = form.find("NOMBRES", &[Above], name);
    set(
        &mut fields,
        Field::Name,
        names.or_else(|| form.find("APELLIDOS", &[Below], name)),
    );
    fields
}

const BACK: &[&str] = &[
    "FECHA DE NACIMIENTO",
    "LUGAR DE NACIMIENTO",
    "ESTATURA",
    "G.S. RH",
    "G.S.RH",
    "SEXO",
    "FECHA Y LUGAR DE EXPEDICION",
    "INDICE DERECHO",
    "REGISTRADOR NACIONAL",
];

/// Its back.
pub fn cedula_back(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: BACK };
    let mut fields = DocumentFields::default();
    set_date(
        &mut fields,
        Field::DateOfBirth,
        form.date("FECHA DE NACIMIENTO", &[Behind, Above]),
    );
    // The department stands in brackets between the town and the label.
    let places = form.candidates("LUGAR DE NACIMIENTO", Above);
    let place = places
        .iter()
        .filter(|text| dates::day(text).is_none())
        .find(|text| !text.contains(['(', ')']));
    set(&mut fields, Field::BirthPlace, place.and_then(|text| name(text)));
    set(
        &mut fields,
        Field::Height,
        form.find("ESTATURA", &[Above], height),
    );
    let rh = form
        .find("G.S. RH", &[Above], blood)
        .or_else(|| form.find("ESTATURA", &[Above], blood));
    set(&mut fields, Field::Rh, rh);
    let sex = form.find("SEXO", &[Above], |text| gender(text, false));
    set_gender(
        &mut fields,
        sex.or_else(|| form.find("ESTATURA", &[Above], |text| gender(text, false))),
    );
    if let Some(issued) = form.find("FECHA Y LUGAR DE EXPEDICION", &[Above, Behind], |text| {
        dates::day(text).map(|_| text.to_owned())
    }) {
        issue(&mut fields, &issued);
    }
    by_form(page, &mut fields);
    fields
}

/// What can be told without its label, which is small and the first thing that a bad picture loses.
fn by_form(page: &Page<'_>, fields: &mut DocumentFields) {
    let first = |read: fn(&str) -> Option<String>| page.texts().find_map(read);
    if fields.get(Field::Height).is_none() {
        set(fields, Field::Height, first(height));
    }
    if fields.get(Field::Rh).is_none() {
        set(fields, Field::Rh, first(blood));
    }
    if fields.get(Field::IssueDate).is_none() {
        // Only the issue has a place behind its day.
        let place = |text: &&str| {
            text.chars()
                .rev()
                .take_while(|c| !c.is_ascii_digit())
                .filter(|c| c.is_alphabetic())
                .count()
                > 3
        };
        if let Some(issued) = page.texts().filter(|text| dates::day(text).is_some()).find(place) {
            issue(fields, issued);
        }
    }
    if fields.get(Field::BirthPlace).is_none() {
        let bracketed = |text: &&str| text.ends_with(')') && text.contains(" (");
        set(
            fields,
            Field::BirthPlace,
            page.texts().find(bracketed).and_then(place),
        );
    }
}

/// The day and the place of issue, which stand in one line.
fn issue(fields: &mut DocumentFields, text: &str) {
    set_date(fields, Field::IssueDate, dates::day(text));
    let year = text.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
    let place = text
        .get(year..)
        .unwrap_or_default()
        .trim_matches(|c: char| !c.is_alphabetic() && c != '.');
    let place = place.trim_start_matches(['.', ' ']);
    if place.chars().filter(|c| c.is_alphabetic()).count() > 2 {
        fields.set(Field::ExpeditionPlace, place.to_uppercase());
    }
}

const DIGITAL: &[&str] = &[
    "REPUBLICA DE COLOMBIA",
    "CEDULA DE CIUDADANIA",
    "NUIP",
    "APELLIDOS",
    "NOMBRES",
    "NACIONALIDAD",
    "ESTATURA",
    "SEXO",
    "FECHA DE NACIMIENTO",
    "G.S.",
    "LUGAR DE NACIMIENTO",
    "FECHA Y LUGAR DE EXPEDICION",
    "FECHA DE EXPIRACION",
    "FIRMA",
];

/// The card since 2020: values stand below their labels.
pub fn digital(page: &Page<'_>) -> DocumentFields {
    let form = Form {
        page,
        labels: DIGITAL,
    };
    let mut fields = DocumentFields::default();
    set(
        &mut fields,
        Field::DocumentNumber,
        form.find("NUIP", &[Behind, Below], |text| number(Kind::CoCc, text)),
    );
    if let Some(surnames) = form.find("APELLIDOS", &[Below], name) {
        set_surnames(&mut fields, &surnames);
    }
    set(&mut fields, Field::Name, form.find("NOMBRES", &[Below], name));
    set(
        &mut fields,
        Field::Height,
        form.find("ESTATURA", &[Below], height),
    );
    set_gender(
        &mut fields,
        form.find("SEXO", &[Below], |text| gender(text, false)),
    );
    set_date(
        &mut fields,
        Field::DateOfBirth,
        form.date("FECHA DE NACIMIENTO", &[Below, Behind]),
    );
    let rh = form
        .find("G.S.", &[Below], blood)
        .or_else(|| form.find("FECHA DE NACIMIENTO", &[Below], blood));
    set(&mut fields, Field::Rh, rh);
    set(
        &mut fields,
        Field::BirthPlace,
        form.find("LUGAR DE NACIMIENTO", &[Below], place),
    );
    if let Some(issued) = form.find("FECHA Y LUGAR DE EXPEDICION", &[Below], |text| {
        dates::day(text).map(|_| text.to_owned())
    }) {
        issue(&mut fields, &issued);
    }
    by_form(page, &mut fields);
    set_date(
        &mut fields,
        Field::ExpirationDate,
        form.date("FECHA DE EXPIRACION", &[Below, Behind]),
    );
    let nationality = form.find("NACIONALIDAD", &[Below], |text| {
        text.split_whitespace()
            .find(|word| word.len() == 3)
            .map(str::to_owned)
    });
    set(&mut fields, Field::Nationality, nationality);
    fields
}

/// A place as it is printed, its department in brackets.
fn place(text: &str) -> Option<String> {
    name(text)?;
    Some(text.trim().to_uppercase())
}

const FOREIGN: &[&str] = &[
    "REPUBLICA DE COLOMBIA",
    "CEDULA DE EXTRANJERIA",
    "MIGRACION COLOMBIA",
    "RESIDENTE",
    "MIGRANTE",
    "APELLIDOS",
    "NOMBRES",
    "NACIONALIDAD",
    "FECHA DE NACIMIENTO",
    "SEXO",
    "RH",
    "F. EXPEDICION",
    "FECHA DE EXPEDICION",
    "VENCE",
    "FECHA DE VENCIMIENTO",
];

/// The foreigner's card: values stand behind their labels.
pub fn foreign_id(page: &Page<'_>) -> DocumentFields {
    let form = Form {
        page,
        labels: FOREIGN,
    };
    let mut fields = DocumentFields::default();
    let by_label = ["CEDULA DE EXTRANJERIA", "NO", "NUMERO"]
        .iter()
        .find_map(|label| {
            form.find(label, &[Behind, Below], |text| {
                number(Kind::CoCe, text.trim_start_matches(['N', 'o', 'º', '.', ' ']))
            })
        });
    set(&mut fields, Field::DocumentNumber, by_label);
    if let Some(surnames) = form.find("APELLIDOS", &[Behind, Below], name) {
        set_surnames(&mut fields, &surnames);
    }
    set(
        &mut fields,
        Field::Name,
        form.find("NOMBRES", &[Behind, Below], name),
    );
    set(
        &mut fields,
        Field::Nationality,
        form.find("NACIONALIDAD", &[Behind, Below], name),
    );
    set_date(
        &mut fields,
        Field::DateOfBirth,
        form.date("FECHA DE NACIMIENTO", &[Behind, Below]),
    );
    set_gender(
        &mut fields,
        form.find("SEXO", &[Behind, Below], |text| gender(text, false)),
    );
    set(&mut fields, Field::Rh, form.find("RH", &[Behind, Below], blood));
    let issued = ["F. EXPEDICION", "FECHA DE EXPEDICION"]
        .iter()
        .find_map(|label| form.date(label, &[Behind, Below]));
    set_date(&mut fields, Field::IssueDate, issued);
    let expires = ["VENCE", "FECHA DE VENCIMIENTO"]
        .iter()
        .find_map(|label| form.date(label, &[Behind, Below]));
    set_date(&mut fields, Field::ExpirationDate, expires);
    fields
}
