//! What each layout has to have, and what contradicts what.

use chrono::{Datelike as _, NaiveDate};

use super::{
    kinds::Layout,
    side::SideReading,
    sources::{Sources, same_names, same_person},
};
use crate::{
    identifiers::{Check, Kind},
    validations::{DeclinedReason, DocumentFields, Field},
};

type Required = (Field, DeclinedReason);

const NUMBER: Required = (Field::DocumentNumber, DeclinedReason::MissingDocumentNumber);
const NAME: Required = (Field::Name, DeclinedReason::MissingNames);
const SURNAME: Required = (Field::LastName, DeclinedReason::MissingNames);
const BIRTH: Required = (Field::DateOfBirth, DeclinedReason::MissingDateOfBirth);
const GENDER: Required = (Field::Gender, DeclinedReason::MissingGender);
const EXPIRY: Required = (Field::ExpirationDate, DeclinedReason::MissingExpirationDate);
const NATIONALITY: Required = (Field::Nationality, DeclinedReason::MissingNationality);

/// What a document of that layout has to say, and what is wrong where it does not.
pub fn required(layout: Layout, with_back: bool) -> &'static [Required] {
    const POSTAL: Required = (Field::PostalCode, DeclinedReason::MissingPostalCode);
    const ISSUE: Required = (Field::IssueNumber, DeclinedReason::MissingIssueNumber);
    const REGISTRATION: Required = (
        Field::RegistrationNumber,
        DeclinedReason::MissingRegistrationNumber,
    );
    const CPF: Required = (Field::Cpf, DeclinedReason::MissingCpf);
    match (layout, with_back) {
        (Layout::CoCedula, false) => &[NUMBER, SURNAME, NAME],
        (Layout::CoCedula, true) => &[NUMBER, SURNAME, NAME, BIRTH, GENDER],
        (Layout::CoCedulaDigital, _) => &[NUMBER, SURNAME, NAME, BIRTH, GENDER, EXPIRY],
        (Layout::CoForeignId | Layout::Passport, _) => {
            &[NUMBER, SURNAME, NAME, BIRTH, GENDER, NATIONALITY, EXPIRY]
        }
        (Layout::MxIne, _) => &[NUMBER, SURNAME, NAME, BIRTH, GENDER, POSTAL, EXPIRY],
        (Layout::PeDni, _) => &[NUMBER, SURNAME, NAME, BIRTH, GENDER],
        (Layout::ClCedula | Layout::ClForeignId, _) => &[NUMBER, SURNAME, NAME, BIRTH, GENDER, ISSUE, EXPIRY],
        (Layout::BrCnh, _) => &[REGISTRATION, CPF, SURNAME, NAME, BIRTH, EXPIRY],
    }
}

/// Whether a document of that layout has a zone on what was handed in.
pub fn has_zone(layout: Layout, with_back: bool) -> bool {
    match layout {
        Layout::Passport => true,
        Layout::MxIne | Layout::ClCedula | Layout::ClForeignId | Layout::CoCedulaDigital => with_back,
        // Not of every age of these.
        Layout::CoCedula | Layout::CoForeignId | Layout::PeDni | Layout::BrCnh => false,
    }
}

/// Whether there are lines that were a zone once.
pub fn has_remains_of_a_zone(side: &SideReading) -> bool {
    let remains = |text: &str| {
        text.matches('<').count() >= 5 && text.chars().filter(|c| !c.is_whitespace()).count() >= 20
    };
    side.lines.iter().filter(|line| remains(&line.text)).count() >= 2
}

/// What the number of a document of that layout is.
pub fn number_kind(layout: Layout) -> Option<Kind> {
    Some(match layout {
        Layout::CoCedula | Layout::CoCedulaDigital => Kind::CoCc,
        Layout::CoForeignId => Kind::CoCe,
        // The CURP has a part of its own.
        Layout::MxIne => return None,
        Layout::PeDni => Kind::PeDni,
        Layout::ClCedula | Layout::ClForeignId => Kind::ClRut,
        Layout::BrCnh => Kind::BrCnh,
        Layout::Passport => Kind::Passport,
    })
}

/// Whether it is a postal code of Mexico, which has none below 01000.
pub fn is_postal_code(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()) && !code.starts_with("00")
}

/// Full years between two days.
pub fn age(birth: NaiveDate, on: NaiveDate) -> i32 {
    let years = on.year() - birth.year();
    if (on.month(), on.day()) < (birth.month(), birth.day()) {
        years - 1
    } else {
        years
    }
}

/// Whether a CURP tells another birth, sex or first letters than the document.
pub fn curp_contradicts(check: &Check, curp: &str, fields: &DocumentFields) -> bool {
    let birth = fields.get(Field::DateOfBirth).and_then(|date| date.get(2..10));
    let in_curp = curp.get(4..10);
    let other_birth = birth
        .zip(in_curp)
        .is_some_and(|(date, digits)| date.replace('-', "") != digits);
    let sex = match curp.get(10..11) {
        Some("H") => Some("male"),
        Some("M") => Some("female"),
        _ => None,
    };
    let other_sex = sex.zip(fields.get(Field::Gender)).is_some_and(|(a, b)| a != b);
    let initial = fields
        .get(Field::FirstLastName)
        .map(crate::names::fold)
        .filter(|name| !name.contains(' '))
        .and_then(|name| name.chars().next());
    // Letters that would be read wrongly stand as X there.
    let other_initial = initial
        .zip(curp.chars().next())
        .is_some_and(|(a, b)| a != b && b != 'X');
    check.is_acceptable() && (other_birth || other_sex || other_initial)
}

/// Whether print, zone and barcode tell different people.
pub fn names_contradict(sources: &Sources) -> bool {
    let parts = [Field::LastName, Field::Name];
    let apart = parts
        .iter()
        .any(|field| sources.pairs(*field).iter().any(|(a, b)| !same_names(a, b)));
    if !apart {
        return false;
    }
    // A zone may cut the name in another place than the print does: the whole decides.
    let whole = |fields: &DocumentFields| {
        let part = |field| fields.get(field).unwrap_or_default();
        format!("{} {}", part(Field::Name), part(Field::LastName))
            .trim()
            .to_owned()
    };
    let wholes: Vec<String> = [&sources.printed, &sources.zone, &sources.barcode]
        .into_iter()
        .map(whole)
        .filter(|name| !name.is_empty())
        .collect();
    wholes.windows(2).any(|pair| !same_person(&pair[0], &pair[1]))
}
