//! OpenSanctions' simplified table, `targets.simple.csv`: one row an entity, several values of a cell between
//! semicolons, those with a semicolon or a quote in them quoted once more.
//!
//! The table says neither which name is weak nor what a number is; both are left as little as they are. It is united
//! from many lists, and may have a million rows.

use std::borrow::Cow;

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed, dates,
    entries::{Entries, Gather as _, MAX_NAMES},
    rows::{Row, Rows, Sheet},
    text::{self, one_line},
};

/// Schemas that are no organisation. All others are: what has no kind of its own must be found by its words.
const KINDS: [(&str, EntryKind); 3] = [
    ("Person", EntryKind::Person),
    ("Vessel", EntryKind::Vessel),
    ("Airplane", EntryKind::Aircraft),
];

/// Reads the whole table, or says which line spoils it.
pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Parsed, ParseError> {
    let rows = Rows::new(file, text::utf8(file, bytes)?, b',')?;
    let mut sheet = Sheet::new(rows, &["id", "schema", "name"])?;
    let (mut entries, mut published) = (Entries::new(), None);
    while let Some(row) = sheet.next()? {
        read_entry(&sheet, &row)
            .and_then(|entry| entries.add(entry))
            .map_err(|reason| row.error(reason))?;
        // Every row that is still there was seen when the table was made.
        published = published.max(
            Some(sheet.get(&row, "last_seen"))
                .filter(|seen| !seen.is_empty())
                .map(str::to_owned),
        );
    }
    entries.finish(file, published)
}

fn read_entry(sheet: &Sheet<'_>, row: &Row<'_>) -> Result<Entry, String> {
    let schema = sheet.get(row, "schema");
    let kind = KINDS.iter().find(|(name, _)| *name == schema);
    let kind = kind.map_or(EntryKind::Org, |(_, kind)| *kind);
    let mut entry = Entry::new(sheet.get(row, "id"), kind, &one_line(sheet.get(row, "name")));
    for name in values(sheet.get(row, "aliases"))? {
        entry.add_alias(&one_line(&name), AliasStrength::Strong, "aka");
    }
    values(sheet.get(row, "birth_date"))?
        .iter()
        .filter_map(|date| dates::read(date))
        .for_each(|date| entry.add_birth_date(date));
    for country in values(sheet.get(row, "countries"))? {
        entry.add_country(&country);
    }
    for address in values(sheet.get(row, "addresses"))? {
        entry.add_address(one_line(&address));
    }
    for number in values(sheet.get(row, "identifiers"))? {
        entry.add_document(document(&number));
    }
    let sanctions = values(sheet.get(row, "sanctions"))?;
    let programs = values(sheet.get(row, "program_ids"))?;
    for program in if programs.is_empty() {
        &sanctions
    } else {
        &programs
    } {
        entry.add_program(&one_line(program));
    }
    if !(sanctions.is_empty() && programs.is_empty()) {
        entry.topics.push("sanction".to_owned());
    }
    for remark in sanctions.iter().chain(&values(sheet.get(row, "dataset"))?) {
        entry.add_remark(&one_line(remark));
    }
    Ok(entry)
}

/// Only the number of a ship shows what it is: `IMO9000001`.
fn document(number: &str) -> Document {
    let imo = number
        .strip_prefix("IMO")
        .filter(|digits| digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit()));
    Document {
        kind: if imo.is_some() { "imo" } else { "other" }.to_owned(),
        number: imo.unwrap_or(number).to_owned(),
        country: None,
    }
}

/// The values of a cell.
fn values(cell: &str) -> Result<Vec<Cow<'_, str>>, String> {
    let mut values = Vec::new();
    if cell.contains('"') {
        // Exports of other years did not quote: what is no row of values is parted at the semicolons.
        if let Ok(Some(row)) = Rows::open("", cell, b';').next() {
            values = row
                .cells()
                .iter()
                .map(|value| Cow::Owned(value.trim().to_owned()))
                .collect();
        }
    }
    if values.is_empty() {
        values = cell.split(';').map(|value| Cow::Borrowed(value.trim())).collect();
    }
    values.retain(|value| !value.is_empty());
    if values.len() > MAX_NAMES {
        return Err(format!("a cell of more than {MAX_NAMES} values"));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#""id","schema","name","aliases","birth_date","countries","addresses","identifiers","sanctions","phones","emails","program_ids","dataset","first_seen","last_seen","last_change"
"NK-1","Person","Juan Gato","Хуан Гато;""Gato; """"El Gato"""""";J. Gato","1957-04-04;1957","pe;cl","Calle 1, Lima;Quito","100200;","Cat Regulations","+51 1","","","Cats;More Cats","2020-01-01","2026-01-02T03:04:05","2021-01-01"
"NK-2","Vessel","ALTA MAR 1","","","pa","","IMO9000001;IMO12","","","","EU-MAR","Ships","","2026-01-01",""
"NK-3","LegalEntity","Gato Trading","","","","","","","","","","Cats","","",""
"#;

    #[test]
    fn cells_of_several_values() {
        let parsed = parse("f", LIST.as_bytes()).expect("a good list");
        assert_eq!(parsed.published.as_deref(), Some("2026-01-02T03:04:05"));
        let [person, ship, org] = parsed.entries.as_slice() else {
            panic!("three entries")
        };
        let names: Vec<_> = person.names().map(|(name, _)| name).collect();
        assert_eq!(names, ["Juan Gato", "Хуан Гато", "Gato; \"El Gato\"", "J. Gato"]);
        assert_eq!(person.birth_dates, ["1957-04-04", "1957"]);
        assert_eq!(person.countries, ["pe", "cl"]);
        assert_eq!(person.addresses, ["Calle 1, Lima", "Quito"]);
        assert_eq!(
            (&*person.documents[0].kind, &*person.documents[0].number),
            ("other", "100200")
        );
        assert_eq!(person.programs, ["Cat Regulations"]);
        assert_eq!(person.remarks, "Cat Regulations; Cats; More Cats");
        assert_eq!(person.topics, ["sanction"]);
        let numbers: Vec<_> = ship
            .documents
            .iter()
            .map(|document| (document.kind.as_str(), document.number.as_str()))
            .collect();
        assert_eq!(numbers, [("imo", "9000001"), ("other", "IMO12")]);
        assert_eq!(
            (ship.kind, ship.programs.as_slice()),
            (EntryKind::Vessel, &["EU-MAR".to_owned()][..])
        );
        assert_eq!((org.kind, org.topics.len()), (EntryKind::Org, 0));
    }

    #[test]
    fn a_spoilt_file_is_refused_whole_with_its_line() {
        let many = format!("\"{}\",\"1957-04-04", "A;".repeat(MAX_NAMES + 1));
        for (good, bad, refused) in [
            (
                "\"schema\"",
                "\"kind\"",
                "f, line 1: there is no column \"schema\"",
            ),
            ("NK-3", "NK-1", "f, line 4: an earlier entry has the id NK-1"),
            ("Gato Trading", " ", "f, line 4: the entry \"NK-3\" has no name"),
            (
                "Gato Trading",
                "+cmd|' /C x'!A0",
                "f, line 4: \"+cmd|' /C x'!A0\" is a formula",
            ),
            (
                "\"ALTA MAR 1\"",
                "\"ALTA MAR 1",
                "f, line 3: text behind the quote",
            ),
            ("\"Cats\",\"\"", "\"Cats\"", "f, line 4: 15 columns instead of 16"),
            ("\"1957-04-04", &many, "f, line 2: "),
            ("\"Ships\",\"\",\"2026-01-01\",\"\"\n", "\"Ships\"", "f, line 3: "),
        ] {
            let error = parse("f", LIST.replace(good, bad).as_bytes())
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }
}
