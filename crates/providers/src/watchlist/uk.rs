//! The UK Sanctions List of the Foreign Office, CSV: a line with the date of the report, a header, and one row for
//! each combination of a name, an address, a nationality… of a listed one, united by its `Unique ID`.
//!
//! Columns are found by their names, for they were moved and added before. What a row says of an entry may be said by
//! fifty rows, and is kept once.

use chrono::NaiveDate;

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed, dates, documents,
    elements::join,
    entries::{self, Entries, Gather as _, MAX_NAMES},
    rows::{Row, Rows, Sheet},
    text::{self, one_line},
};

const KINDS: [(&str, EntryKind); 4] = [
    ("individual", EntryKind::Person),
    ("entity", EntryKind::Org),
    ("ship", EntryKind::Vessel),
    ("vessel", EntryKind::Vessel),
];
/// What the column of these was called in several editions.
const KIND_COLUMNS: [&str; 3] = [
    "designation type",
    "individual, entity, ship",
    "entity, vessel or individual",
];
/// Name 6 is the surname, or the whole name of what is no person.
const NAME_COLUMNS: [&str; 6] = ["name 1", "name 2", "name 3", "name 4", "name 5", "name 6"];
const ADDRESS_COLUMNS: [&str; 8] = [
    "address line 1",
    "address line 2",
    "address line 3",
    "address line 4",
    "address line 5",
    "address line 6",
    "address postal code",
    "address country",
];
const COUNTRY_COLUMNS: [&str; 3] = [
    "nationality(/ies)",
    "address country",
    "current believed flag of ship",
];
/// Columns of numbers, what they hold, and the column that tells more.
const DOCUMENT_COLUMNS: [(&str, &str, &str); 5] = [
    ("passport number", "passport", "passport additional information"),
    (
        "national identifier number",
        "national-id",
        "national identifier additional information",
    ),
    ("business registration number (s)", "registration", ""),
    ("imo number", "imo", ""),
    ("hull identification number (hin)", "hull-id", ""),
];
/// Columns of prose, and what is put in front of it.
const REMARK_COLUMNS: [(&str, &str); 9] = [
    ("un reference number", ""),
    ("title", ""),
    ("position", ""),
    ("type of entity", ""),
    ("type of ship", "Vessel type "),
    ("current owner/operator (s)", "Owner "),
    ("parent company", "Parent company "),
    ("other information", ""),
    ("uk statement of reasons", ""),
];

/// Reads the whole list, or says which line spoils it.
pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Parsed, ParseError> {
    let text = text::utf8(file, bytes)?;
    let mut rows = Rows::new(file, text, b',')?;
    let first_line = text.lines().next().unwrap_or_default();
    let report = first_line
        .trim_matches(['"', ',', ' '])
        .strip_prefix("Report Date:");
    let published = report.map(|date| iso(date.trim().trim_matches(['"', ','])));
    if published.is_some() {
        rows.skip_lines(1);
    }
    let mut sheet = Sheet::new(rows, &["unique id", "name 6", "name type"])?;
    let kind_column = KIND_COLUMNS
        .into_iter()
        .find(|column| sheet.require(column).is_ok())
        .ok_or_else(|| sheet.refuse(format!("there is no column {:?}", KIND_COLUMNS[0])))?;
    let mut list = List {
        entries: Entries::new(),
        provisional: Vec::new(),
        first_rows: Vec::new(),
    };
    while let Some(row) = sheet.next()? {
        let name = read_name(&sheet, &row);
        read_row(&sheet, &row, kind_column)
            .and_then(|entry| list.add(entry, name))
            .map_err(|reason| row.error(reason))?;
        if list.first_rows.len() < list.entries.len() {
            list.first_rows.push(row);
        }
    }
    list.finish(file, published)
}

/// The day of `13-Feb-2026`, or the words as they are.
fn iso(date: &str) -> String {
    NaiveDate::parse_from_str(date, "%d-%b-%Y").map_or_else(|_| date.to_owned(), |day| day.to_string())
}

struct List<'a> {
    entries: Entries,
    /// For each entry the name that stands for the main one as long as no row had that.
    provisional: Vec<Option<Name>>,
    first_rows: Vec<Row<'a>>,
}

struct Name {
    text: String,
    main: bool,
    strength: AliasStrength,
}

impl List<'_> {
    fn add(&mut self, mut row: Entry, name: Name) -> Result<(), String> {
        entries::check_name(&name.text)?;
        let place = match self.entries.place(&row.entry_id) {
            None => {
                row.name.clone_from(&name.text);
                self.provisional.push((!name.main).then_some(name));
                return self.entries.insert(row).map(|_| ());
            }
            Some(place) => place,
        };
        let entry = &mut self.entries.all()[place];
        entries::merge(entry, row)?;
        let better = name.main || entry.name.is_empty();
        match self.provisional[place].take() {
            Some(former) if better => {
                entry.aliases.retain(|alias| alias.name != name.text);
                entry.name.clone_from(&name.text);
                entry.add_alias(&former.text, former.strength, "aka");
                self.provisional[place] = (!name.main).then_some(name);
            }
            provisional => {
                self.provisional[place] = provisional;
                entry.add_alias(&name.text, name.strength, "aka");
            }
        }
        // An entry without a name may get one yet; what is too much is known at once.
        entries::crowded(entry)
    }

    fn finish(mut self, file: &str, published: Option<String>) -> Result<Parsed, ParseError> {
        for (entry, row) in self.entries.all().iter().zip(&self.first_rows) {
            entries::check(entry).map_err(|reason| row.error(reason))?;
        }
        self.entries.finish(file, published)
    }
}

fn read_name(sheet: &Sheet<'_>, row: &Row<'_>) -> Name {
    let parts = NAME_COLUMNS
        .iter()
        .map(|column| one_line(sheet.get(row, column)))
        .filter(|part| !part.is_empty());
    let kind = sheet.get(row, "name type").to_lowercase();
    let weak = sheet.get(row, "alias strength").to_lowercase().starts_with("low");
    let text = join(parts, " ");
    Name {
        main: kind == "primary name" && !text.is_empty(),
        text,
        strength: if weak {
            AliasStrength::Weak
        } else {
            AliasStrength::Strong
        },
    }
}

/// All that a row says, but for the name.
fn read_row(sheet: &Sheet<'_>, row: &Row<'_>, kind_column: &str) -> Result<Entry, String> {
    let id = sheet.get(row, "unique id");
    if id.is_empty() {
        return Err("a row without a unique id".to_owned());
    }
    let kind = sheet.get(row, kind_column).to_lowercase();
    let (_, kind) = *KINDS
        .iter()
        .find(|(name, _)| *name == kind)
        .ok_or_else(|| format!("an unknown type of entry: {kind}"))?;
    let mut entry = Entry::new(id, kind, "");
    let other_script = one_line(sheet.get(row, "name non-latin script"));
    entry.add_alias(&other_script, AliasStrength::Strong, "aka");
    entry.add_program(&one_line(sheet.get(row, "regime name")));
    entry.listed_on = dates::slashed(sheet.get(row, "date designated"));
    for written in several(sheet.get(row, "d.o.b"))? {
        match dates::slashed(&written).or_else(|| dates::read(&written)) {
            Some(date) => entry.add_birth_date(date),
            None => entry.add_remark(&format!("Born: {written}")),
        }
    }
    for column in COUNTRY_COLUMNS {
        several(sheet.get(row, column))?
            .iter()
            .for_each(|country| entry.add_country(country));
    }
    let address = ADDRESS_COLUMNS
        .iter()
        .map(|column| one_line(sheet.get(row, column)))
        .filter(|line| !line.is_empty());
    entry.add_address(join(address, ", "));
    for (column, kind, more) in DOCUMENT_COLUMNS {
        let more = one_line(sheet.get(row, more));
        for number in several(sheet.get(row, column))? {
            if number.bytes().any(|b| b.is_ascii_digit()) {
                let kind = match kind {
                    "national-id" => documents::kind_of([more.as_str()]),
                    kind => kind,
                };
                entry.add_document(Document {
                    kind: kind.to_owned(),
                    number,
                    country: None,
                });
            }
        }
        entry.add_remark(&more);
    }
    for (column, label) in REMARK_COLUMNS {
        let text = one_line(sheet.get(row, column));
        if !text.is_empty() {
            entry.add_remark(&format!("{label}{text}"));
        }
    }
    Ok(entry)
}

/// The values of a cell: mostly one; some cells count them, `(1) Peru (2) Chile`, or part them with a bar.
fn several(cell: &str) -> Result<Vec<String>, String> {
    let mut values = Vec::new();
    if let Some(mut rest) = cell.strip_prefix("(1)") {
        for next in 2.. {
            let Some((value, behind)) = rest.split_once(&format!("({next})")) else {
                break;
            };
            values.push(one_line(value));
            rest = behind;
        }
        values.push(one_line(rest));
    } else {
        values.extend(cell.split('|').map(one_line));
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

    const LIST: &str = "Report Date: 13-Feb-2026\r\n\
        Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name type,Alias strength,Name non-latin script,Regime Name,Designation Type,Other Information,Address Line 1,Address Country,Date Designated,D.O.B,Nationality(/ies),National Identifier number,National Identifier additional information,Passport number,IMO number,Current believed flag of ship,A new column\r\n\
        12/01/2026,RUS1,1,,GATO,Juan,Luis,Alias,Good quality a.k.a,,The Cat Regulations,Individual,,Calle 1,Peru,01/02/2022,dd/mm/1957,(1) Peru (2) Chile,123,Italian Fiscal Code,(1) P1 (2) P2,,,\r\n\
        12/01/2026,RUS1,1,,GATO SOTO,Juan,,Primary Name,,Хуан,The Cat Regulations,Individual,\"Said \"\"meow\"\",\r\ntwice.\",Calle 2,Peru,01/02/2022,04/04/1957,Peru,,,P1,,,\r\n\
        12/01/2026,RUS1,1,,EL GATO,,,Alias,Low quality a.k.a,,The Cat Regulations,Individual,,,,01/02/2021,about 50,,Unknown,,,,,\r\n\
        12/01/2026,RUS1,1,,,,,Primary Name Variation,,,The Cat Regulations,Individual,,Calle 1,Peru,,,,,,,,,\r\n\
        12/01/2026,RUS2,,,ALTA MAR 1,,,Primary Name,,,The Cat Regulations,Ship,,,,,,,,,,9000001,Panama,\r\n";

    #[test]
    fn rows_are_united_and_columns_found() {
        let parsed = parse("f", LIST.as_bytes()).expect("a good list");
        assert_eq!(parsed.published.as_deref(), Some("2026-02-13"));
        let [person, ship] = parsed.entries.as_slice() else {
            panic!("two entries")
        };
        assert_eq!((&*person.entry_id, &*person.name), ("RUS1", "Juan GATO SOTO"));
        let aliases: Vec<_> = person
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.strength.as_str()))
            .collect();
        assert_eq!(
            aliases,
            [
                ("Хуан", "strong"),
                ("Juan Luis GATO", "strong"),
                ("EL GATO", "weak")
            ]
        );
        assert_eq!(person.birth_dates, ["1957", "1957-04-04"]);
        assert_eq!(person.countries, ["Peru", "Chile"]);
        assert_eq!(person.addresses, ["Calle 1, Peru", "Calle 2, Peru"]);
        assert_eq!(person.programs, ["The Cat Regulations"]);
        assert_eq!(person.listed_on.as_deref(), Some("2021-02-01"));
        let documents: Vec<_> = person
            .documents
            .iter()
            .map(|document| (document.kind.as_str(), document.number.as_str()))
            .collect();
        assert_eq!(
            documents,
            [("passport", "P1"), ("passport", "P2"), ("tax-id", "123")]
        );
        assert_eq!(
            person.remarks,
            "Italian Fiscal Code; Said \"meow\", twice.; Born: about 50"
        );
        assert_eq!(
            (ship.kind, &*ship.documents[0].number, &*ship.countries[0]),
            (EntryKind::Vessel, "9000001", "Panama")
        );
    }

    #[test]
    fn cells_of_several_values() {
        for (cell, values) in [
            ("Peru", &["Peru"][..]),
            (
                "(1) Congo (Democratic Republic) (2)  Peru",
                &["Congo (Democratic Republic)", "Peru"],
            ),
            ("(1) Peru", &["Peru"]),
            ("Peru | Chile|", &["Peru", "Chile"]),
            ("", &[]),
        ] {
            let read = several(cell).expect("few values");
            assert_eq!(read, values, "{cell}");
        }
        assert!(several(&"1|".repeat(MAX_NAMES + 1)).is_err());
    }

    #[test]
    fn a_spoilt_file_is_refused_whole_with_its_line() {
        for (good, bad, refused) in [
            (
                "Unique ID",
                "Some ID",
                "f, line 2: there is no column \"unique id\"",
            ),
            (
                "Designation Type",
                "Kind",
                "f, line 2: there is no column \"designation type\"",
            ),
            ("RUS2", "", "f, line 8: a row without a unique id"),
            ("Ship", "Balloon", "f, line 8: an unknown type of entry: balloon"),
            (
                "RUS2",
                "RUS1",
                "f, line 8: the entry RUS1 is person in an earlier row and vessel here",
            ),
            ("ALTA MAR 1", "", "f, line 8: the entry \"RUS2\" has no name"),
            ("ALTA MAR 1", "@SUM(1+9)", "f, line 8: \"@SUM(1+9)\" is a formula"),
            ("Panama,", "Panama", "f, line 8: 23 columns instead of 24"),
            ("\"Said", "Said", "f, line 4: "),
            ("twice.\"", "twice.", "f, line 4: a quote that is never closed"),
        ] {
            let error = parse("f", LIST.replace(good, bad).as_bytes())
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
        let nothing: String = LIST.split_inclusive("\r\n").take(2).collect();
        assert_eq!(
            parse("f", nothing.as_bytes()),
            Err(ParseError::Empty { file: "f".into() })
        );
    }
}
