//! What a machine-readable zone says, field by field.

use chrono::{Datelike as _, NaiveDate};

use super::{kinds::Layout, printed::split_surnames, side::Zone};
use crate::{
    identifiers::{self, Kind},
    time::parse_date,
    validations::{DocumentFields, Field},
};

/// The fields of a zone, in the sense that its country gives them.
pub fn fields(zone: &Zone, layout: Layout, today: NaiveDate) -> DocumentFields {
    let mut fields = DocumentFields::default();
    fields.set(Field::MachineReadable, zone.lines.replace('\n', ""));
    fields.set(Field::LastName, zone.surnames.as_str());
    let (first, second) = split_surnames(&zone.surnames);
    fields.set(Field::FirstLastName, first);
    fields.set(Field::SecondLastName, second);
    fields.set(Field::Name, zone.names.as_str());
    fields.set(Field::Nationality, zone.nationality.as_str());
    if let Some(birth) = birth(zone, today) {
        fields.set_date(Field::DateOfBirth, birth);
    }
    if let Some(expiry) = zone.expiry.as_deref().and_then(parse_date) {
        fields.set_date(Field::ExpirationDate, expiry);
    }
    match (zone.sex, layout) {
        (Some('M'), Layout::MxIne) | (Some('F'), _) => fields.set(Field::Gender, "female"),
        (Some('H' | 'M'), _) => fields.set(Field::Gender, "male"),
        _ => {}
    }
    numbers(&mut fields, zone, layout);
    fields
}

/// Years have two digits there: nobody is born after today.
fn birth(zone: &Zone, today: NaiveDate) -> Option<NaiveDate> {
    let birth = zone.birth.as_deref().and_then(parse_date)?;
    if birth <= today {
        return Some(birth);
    }
    birth.with_year(birth.year() - 100)
}

fn numbers(fields: &mut DocumentFields, zone: &Zone, layout: Layout) {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    match layout {
        Layout::MxIne => {
            fields.set(Field::Cic, zone.number.as_str());
            let ocr = digits(&optional(&zone.optional_1));
            if ocr.len() >= 12 {
                fields.set(Field::CitizenId, &ocr[ocr.len() - 9..]);
                fields.set(Field::Ocr, ocr);
            }
        }
        Layout::ClCedula | Layout::ClForeignId => {
            let run = optional(&zone.optional_2).replace('<', "-");
            if let Some(run) = identifiers::check(Kind::ClRut, &run).canonical {
                fields.set(Field::DocumentNumber, run);
            }
            fields.set(Field::IssueNumber, zone.number.as_str());
        }
        Layout::CoCedulaDigital => {
            fields.set(
                Field::DocumentNumber,
                digits(&optional(&zone.optional_2)).trim_start_matches('0'),
            );
            fields.set(Field::IssueNumber, zone.number.as_str());
        }
        Layout::CoForeignId => {
            fields.set(Field::DocumentNumber, zone.number.trim_start_matches('0'));
        }
        Layout::PeDni => fields.set(Field::DocumentNumber, digits(&zone.number)),
        // What the licence's zone holds besides is not known well enough.
        Layout::BrCnh => {}
        Layout::Passport | Layout::CoCedula => fields.set(Field::DocumentNumber, zone.number.as_str()),
    }
}
