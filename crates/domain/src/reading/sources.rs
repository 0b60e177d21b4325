//! What the text, the zone and the barcodes of a document say, and what it says in all.

use chrono::NaiveDate;

use super::{
    barcode, dates,
    kinds::{Face, Layout, Recognised},
    printed,
    side::{BarcodeKind, SideReading, Zone},
    zone,
};
use crate::{
    names::{self, NameKind},
    time::parse_date,
    validations::{DocumentFields, Field},
};

/// The same document in up to three tellings.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What is printed for people, on both sides.
    pub printed: DocumentFields,
    /// What the zone says.
    pub zone: DocumentFields,
    /// What the barcodes say.
    pub barcode: DocumentFields,
}

impl Sources {
    /// Everything that the recognised sides say.
    pub fn of(sides: &[(&SideReading, Recognised)], today: NaiveDate) -> Self {
        let mut sources = Self::default();
        for (side, seen) in sides {
            fill(&mut sources.printed, &printed::read(side, *seen));
            if let Some(zone) = &side.zone {
                fill(&mut sources.zone, &zone::fields(zone, seen.layout, today));
            }
            for code in &side.barcodes {
                let said = match (seen.layout, code.kind) {
                    (Layout::CoCedula, BarcodeKind::Pdf417) => barcode::cedula(&code.bytes),
                    (Layout::ClCedula | Layout::ClForeignId, BarcodeKind::Qr) => barcode::chile(&code.bytes),
                    _ => None,
                };
                if let Some(said) = said {
                    fill(&mut sources.barcode, &said);
                }
            }
        }
        sources.issue_by_elimination(sides, today);
        sources
    }

    /// Where the label of the issue was not read: the one day on the front that is neither the birth nor the expiry.
    fn issue_by_elimination(&mut self, sides: &[(&SideReading, Recognised)], today: NaiveDate) {
        let day = |field: Field| {
            let told = [&self.zone, &self.printed]
                .into_iter()
                .find_map(|fields| fields.get(field));
            told.and_then(parse_date)
        };
        let (Some(birth), Some(expiry)) = (day(Field::DateOfBirth), day(Field::ExpirationDate)) else {
            return;
        };
        if day(Field::IssueDate).is_some() {
            return;
        }
        let front = sides.iter().filter(|(_, seen)| seen.face == Face::Front);
        let mut others: Vec<NaiveDate> = front
            .flat_map(|(side, _)| side.lines.iter().flat_map(|line| dates::days(&line.text)))
            .filter(|day| {
                *day > birth && *day < expiry && *day <= today && Some(*day) != registration(&self.printed)
            })
            .collect();
        others.dedup();
        if let [issued] = others.as_slice() {
            self.printed.set_date(Field::IssueDate, *issued);
        }
    }

    /// What the document says: of each field the telling that can least be misread. A barcode is right or is not read
    /// at all; a zone proves its numbers and days, and spells names without their accents; print has them.
    pub fn merged(&self, zone: Option<&Zone>) -> DocumentFields {
        let proved = |field: Field| {
            let checks = zone.map(|zone| zone.checks).unwrap_or_default();
            match field {
                Field::DateOfBirth => checks.birth == Some(true),
                Field::ExpirationDate => checks.expiry == Some(true),
                Field::DocumentNumber | Field::IssueNumber | Field::Cic => checks.number == Some(true),
                _ => false,
            }
        };
        let mut merged = DocumentFields::default();
        for field in Field::ALL {
            let (printed, zone, barcode) = (
                self.printed.get(*field),
                self.zone.get(*field),
                self.barcode.get(*field),
            );
            let value = match field {
                Field::Name | Field::LastName | Field::FirstLastName | Field::SecondLastName => {
                    spelled(printed, barcode, zone)
                }
                Field::Nationality => zone.or(printed),
                _ if proved(*field) => barcode.or(zone).or(printed),
                _ => barcode.or(printed).or(zone),
            };
            if let Some(value) = value {
                merged.set(*field, value);
            }
        }
        merged
    }

    /// Every pair of tellings of a field.
    pub fn pairs(&self, field: Field) -> Vec<(&str, &str)> {
        let all = [&self.printed, &self.zone, &self.barcode].map(|fields| fields.get(field));
        [(0, 1), (0, 2), (1, 2)]
            .into_iter()
            .filter_map(|(a, b)| Some((all[a]?, all[b]?)))
            .collect()
    }
}

fn registration(fields: &DocumentFields) -> Option<NaiveDate> {
    fields.get(Field::RegistrationDate).and_then(parse_date)
}

/// Fields that are not there yet.
fn fill(fields: &mut DocumentFields, more: &DocumentFields) {
    for (field, value) in more.iter() {
        if fields.get(field).is_none() {
            fields.set(field, value);
        }
    }
}

/// The printed name, unless the barcode, which cannot be misread, has other letters. A zone's names have no digits that
/// prove them, and long ones are cut.
fn spelled<'a>(printed: Option<&'a str>, barcode: Option<&'a str>, zone: Option<&'a str>) -> Option<&'a str> {
    match (printed, barcode) {
        (Some(printed), Some(barcode)) if names::fold(printed) == names::fold(barcode) => Some(printed),
        (_, Some(barcode)) => Some(barcode),
        (Some(printed), None) => Some(printed),
        (None, None) => zone,
    }
}

/// Whether two numbers are the same, however they are written.
pub fn same_number(a: &str, b: &str) -> bool {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.collect::<String>()
            .trim_start_matches('0')
            .to_ascii_uppercase()
    };
    plain(a) == plain(b)
}

/// Whether two tellings of names are of one person: a zone cuts what is too long and has no accents, and a reader takes
/// a letter for another now and then.
pub fn same_names(a: &str, b: &str) -> bool {
    let (a, b) = (names::fold(a), names::fold(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    // Fillers of a zone are read as these letters, and these letters as fillers.
    let worn = |text: &str| text.replace(['C', 'K', ' '], "");
    long.starts_with(short.as_str())
        || worn(&a) == worn(&b)
        || strsim::levenshtein(&a.replace(' ', ""), &b.replace(' ', "")) <= 1 + a.len() / 12
        || names::compare_part(&a, &b).soft
}

/// Whether two tellings of a whole name are of one person.
pub fn same_person(a: &str, b: &str) -> bool {
    names::compare(a, b, NameKind::Person).soft
}
