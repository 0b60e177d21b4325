//! OFAC's lists in their oldest form, four comma-separated files: the names, and by their ids the addresses, the
//! aliases and the ends of long remarks.
//!
//! The files have no header. Their null is `-0-`, their last byte is 0x1A, several programmes of an entry are joined
//! by `] [`, and remarks are cut after 1,000 characters and carried on in the comments. Only the remarks hold dates of
//! birth, document numbers and weak aliases. The SDN list and the consolidated non-SDN list are alike in all this.

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed,
    entries::{self, Entries, Gather as _},
    remarks,
    rows::{Row, Rows},
    text,
};

/// Reads a whole list from its names, addresses, aliases and comments, or says which line of which file spoils it.
pub(super) fn parse(files: [&(String, Vec<u8>); 4]) -> Result<Parsed, ParseError> {
    let [primary, addresses, aliases, comments] = files;
    let primary = Table::read(primary, 12)?;
    let addresses = Table::read(addresses, 6)?;
    let aliases = Table::read(aliases, 5)?;
    let comments = Table::read(comments, 2)?;
    // A file that was cut between two lines is whole to look at, but for the mark that ends the others. Not all
    // comments have ever had one.
    let marked = [&primary, &addresses, &aliases].map(|table| table.marked);
    if let Some(cut) = [&primary, &addresses, &aliases]
        .iter()
        .find(|table| marked.contains(&true) && !table.marked)
    {
        return Err(ParseError::at(
            cut.file,
            cut.lines,
            "the mark at the end of the other files is missing: it is cut short",
        ));
    }

    let mut entries = Entries::new();
    for row in &primary.rows {
        let entry = read_entry(row)?;
        entries.insert(entry).map_err(|reason| row.error(reason))?;
    }
    for row in &addresses.rows {
        let entry = named(&mut entries, row)?;
        read_address(row, entry);
        entries::crowded(entry).map_err(|reason| row.error(reason))?;
    }
    for row in &aliases.rows {
        let name = cell(row, 3).ok_or_else(|| row.error("an alias without a name"))?;
        let kind = cell(row, 2).unwrap_or("aka").to_ascii_lowercase();
        let entry = named(&mut entries, row)?;
        entry.add_alias(name, AliasStrength::Strong, &kind);
        entries::check_name(name)
            .and_then(|()| entries::crowded(entry))
            .map_err(|reason| row.error(reason))?;
    }
    for row in &comments.rows {
        named(&mut entries, row)?.remarks.push_str(row.raw(1));
    }
    for (entry, row) in entries.all().iter_mut().zip(&primary.rows) {
        remarks::read(entry);
        entries::check(entry).map_err(|reason| row.error(reason))?;
    }
    entries.finish(primary.file, None)
}

/// The entry that a row of another file is about.
fn named<'a>(entries: &'a mut Entries, row: &Row) -> Result<&'a mut Entry, ParseError> {
    entries
        .get(row.raw(0))
        .ok_or_else(|| row.error("an id that no name has"))
}

/// A cell, unless it is null.
fn cell<'a>(row: &'a Row, column: usize) -> Option<&'a str> {
    Some(row.raw(column).trim()).filter(|cell| !matches!(*cell, "" | "-0-"))
}

fn read_entry(row: &Row) -> Result<Entry, ParseError> {
    let name = cell(row, 1).ok_or_else(|| row.error("an entry without a name"))?;
    let kind = match cell(row, 2) {
        Some("individual") => EntryKind::Person,
        Some("vessel") => EntryKind::Vessel,
        Some("aircraft") => EntryKind::Aircraft,
        None => EntryKind::Org,
        Some(other) => return Err(row.error(format!("an unknown type of entry: {other}"))),
    };
    let mut entry = Entry::new(row.raw(0), kind, name);
    let programs = cell(row, 3)
        .unwrap_or_default()
        .split("] [")
        .map(|program| program.trim_matches(['[', ']', ' ']));
    entry
        .programs
        .extend(programs.filter(|program| !program.is_empty()).map(str::to_owned));
    if let Some(call_sign) = cell(row, 5) {
        entry.add_document(Document {
            kind: "call-sign".to_owned(),
            number: call_sign.to_owned(),
            country: None,
        });
    }
    entry.add_country(cell(row, 9).unwrap_or_default());
    for (column, label) in [(4, ""), (6, "Vessel type "), (10, "Owner ")] {
        if let Some(text) = cell(row, column) {
            entry.remarks.extend([label, text, "; "]);
        }
    }
    match cell(row, 11) {
        // With its blanks: it may go on in the comments.
        Some(_) => entry.remarks.push_str(row.raw(11)),
        None => entry.remarks.truncate(entry.remarks.trim_end_matches("; ").len()),
    }
    Ok(entry)
}

fn read_address(row: &Row, entry: &mut Entry) {
    let lines: Vec<&str> = (2..=4).filter_map(|column| cell(row, column)).collect();
    entry.add_address(lines.join(", "));
    let country = cell(row, 4).unwrap_or_default();
    entry.add_country(country.strip_prefix("Region: ").unwrap_or(country));
}

/// One file, read whole.
struct Table<'a> {
    file: &'a str,
    rows: Vec<Row<'a>>,
    lines: u64,
    /// Whether it ends with 0x1A.
    marked: bool,
}

impl<'a> Table<'a> {
    fn read((file, bytes): &'a (String, Vec<u8>), columns: usize) -> Result<Self, ParseError> {
        let unmarked = bytes.strip_suffix(b"\x1A");
        let text = text::utf8(file, unmarked.unwrap_or(bytes))?;
        let (mut reader, mut rows) = (Rows::new(file, text, b',')?, Vec::new());
        while let Some(row) = reader.next()? {
            let found = row.cells().len();
            // The format has no line breaks in cells: one is a quote that was closed by a later one.
            if row.cells().iter().any(|cell| cell.contains('\n')) {
                return Err(row.error("a cell runs over the end of its line"));
            }
            if found != columns {
                return Err(row.error(format!("{found} columns instead of {columns}")));
            }
            if row.raw(0).is_empty() || !row.raw(0).bytes().all(|b| b.is_ascii_digit()) {
                return Err(row.error("the first column is not an id"));
            }
            rows.push(row);
        }
        Ok(Self {
            file,
            rows,
            lines: text::line_at(bytes, bytes.len()),
            marked: unmarked.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIMARY: &str = "7,\"GATO SOTO, Juan\",\"individual\",\"SDGT] [IFSR\",\"Captain\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1957; Cedula No. 1002\"\r\n\
        8,\"ALTA \"\"MAR\"\" 1\",\"vessel\",\"CUBA\",-0- ,\"HQ2\",\"Tug\",-0- ,-0- ,\"Panama\",-0- ,-0- \r\n\
        9,\"ACEROS DEL SUR, S.A.\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\u{1A}";
    const ADDRESSES: &str = "7,1,\"Calle 1\",\"Lima 15\",\"Peru\",-0- \r\n8,2,-0- ,-0- ,-0- ,-0- \r\n9,3,-0- ,-0- ,\"Region: Gaza\",-0- \r\n\u{1A}";
    const ALIASES: &str =
        "7,1,\"aka\",\"GATO, Juanito\",-0- \r\n9,2,\"fka\",\"HIERROS DEL SUR\",-0- \r\n\u{1A}";
    const COMMENTS: &str = "7,\"003 (Colombia); a.k.a. 'EL GATO'.\"\r\n";

    fn read(primary: &str, addresses: &str, aliases: &str, comments: &str) -> Result<Parsed, ParseError> {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        parse([
            &file("names", primary),
            &file("addresses", addresses),
            &file("aliases", aliases),
            &file("comments", comments),
        ])
    }

    #[test]
    fn the_four_files_make_one_list() {
        let entries = read(PRIMARY, ADDRESSES, ALIASES, COMMENTS)
            .expect("a good list")
            .entries;
        let [person, vessel, org] = entries.as_slice() else {
            panic!("three entries")
        };
        assert_eq!(
            (person.entry_id.as_str(), person.kind, person.name.as_str()),
            ("7", EntryKind::Person, "GATO SOTO, Juan")
        );
        assert_eq!(person.programs, ["SDGT", "IFSR"]);
        assert_eq!(person.birth_dates, ["1957"]);
        assert_eq!(person.documents[0].number, "1002003");
        assert_eq!(person.documents[0].country.as_deref(), Some("Colombia"));
        assert_eq!(
            (person.addresses.as_slice(), person.countries.as_slice()),
            (
                &["Calle 1, Lima 15, Peru".to_owned()][..],
                &["Peru".to_owned()][..]
            )
        );
        let strengths: Vec<_> = person
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.strength))
            .collect();
        assert_eq!(
            strengths,
            [
                ("GATO, Juanito", AliasStrength::Strong),
                ("EL GATO", AliasStrength::Weak)
            ]
        );
        assert_eq!(
            (vessel.kind, vessel.name.as_str(), vessel.remarks.as_str()),
            (EntryKind::Vessel, "ALTA \"MAR\" 1", "Vessel type Tug")
        );
        assert_eq!(
            (vessel.documents[0].kind.as_str(), vessel.countries.as_slice()),
            ("call-sign", &["Panama".to_owned()][..])
        );
        assert_eq!(
            (org.kind, org.aliases[0].kind.as_str(), org.countries[0].as_str()),
            (EntryKind::Org, "fka", "Gaza")
        );
    }

    #[test]
    fn a_spoilt_file_is_refused_whole_with_its_line() {
        let cases = [
            (
                PRIMARY.replace(",\"Tug\"", ""),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                2,
                "11 columns instead of 12",
            ),
            (
                PRIMARY.replace("1\",\"vessel", "1,\"vessel"),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                2,
                "",
            ),
            (
                PRIMARY.replace("vessel", "submarine"),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                2,
                "unknown type",
            ),
            (
                PRIMARY.replace("8,\"ALTA", "7,\"ALTA"),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                2,
                "an earlier entry has the id 7",
            ),
            (
                format!("id{PRIMARY}"),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                1,
                "not an id",
            ),
            (
                PRIMARY.replace('\u{1A}', ""),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                4,
                "cut short",
            ),
            (
                PRIMARY.into(),
                ADDRESSES.replace("9,3", "10,3"),
                ALIASES.into(),
                "addresses",
                3,
                "no name has",
            ),
            (
                PRIMARY.into(),
                ADDRESSES.into(),
                ALIASES[..60].to_owned(),
                "aliases",
                2,
                "within a line",
            ),
            (
                PRIMARY.replace("ACEROS DEL SUR", "=HYPERLINK(1)"),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                3,
                "is a formula",
            ),
            (
                PRIMARY.replace("ACEROS", "ACE\u{1A}ROS"),
                ADDRESSES.into(),
                ALIASES.into(),
                "names",
                3,
                "control character 0x1A",
            ),
            (
                PRIMARY.into(),
                ADDRESSES.into(),
                ALIASES.replace("\"HIERROS DEL SUR\"", "-0- "),
                "aliases",
                2,
                "without a name",
            ),
        ];
        for (primary, addresses, aliases, file, line, reason) in cases {
            let refused = read(&primary, &addresses, &aliases, COMMENTS)
                .expect_err(reason)
                .to_string();
            assert!(
                refused.starts_with(&format!("{file}, line {line}: ")) && refused.contains(reason),
                "{refused}"
            );
        }
        assert_eq!(
            read("\u{1A}", "\u{1A}", "\u{1A}", ""),
            Err(ParseError::Empty { file: "names".into() })
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        for end in 0..PRIMARY.len() {
            assert!(
                read(&PRIMARY[..end], ADDRESSES, ALIASES, COMMENTS).is_err(),
                "{end}"
            );
        }
        for end in 0..ALIASES.len() {
            assert!(
                read(PRIMARY, ADDRESSES, &ALIASES[..end], COMMENTS).is_err(),
                "{end}"
            );
        }
    }
}
