//! OFAC's lists in their oldest form, four comma-separated files: the names, and by their ids the addresses, the
//! aliases and the ends of long remarks.
//!
//! The files have no header. Their null is `-0-`, their last byte is 0x1A, several programmes of an entry are joined
//! by `] [`, and remarks are cut after 1,000 characters and carried on in the comments. Only the remarks hold dates of
//! birth, document numbers and weak aliases. The SDN list and the consolidated non-SDN list are alike in all this.

use std::collections::HashMap;

use super::{AliasStrength, Document, Entry, EntryKind, ParseError, Parsed, line_at, remarks, utf8};

/// The four files of one publication.
#[derive(Debug, Clone, Copy)]
pub struct OfacFiles<'a> {
    /// `sdn.csv`, `cons_prim.csv`.
    pub primary: &'a [u8],
    /// `add.csv`, `cons_add.csv`.
    pub addresses: &'a [u8],
    /// `alt.csv`, `cons_alt.csv`.
    pub aliases: &'a [u8],
    /// `sdn_comments.csv`, `cons_comments.csv`.
    pub comments: &'a [u8],
}

/// Reads a whole list, or says which line of which file spoils it.
pub fn parse(files: &OfacFiles<'_>) -> Result<Parsed, ParseError> {
    let primary = Table::read("names", files.primary, 12)?;
    let addresses = Table::read("addresses", files.addresses, 6)?;
    let aliases = Table::read("aliases", files.aliases, 5)?;
    let comments = Table::read("comments", files.comments, 2)?;
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
    if primary.rows.is_empty() {
        return Err(ParseError::Empty { file: primary.file });
    }

    let mut entries = Vec::with_capacity(primary.rows.len());
    let mut places = HashMap::with_capacity(primary.rows.len());
    for row in &primary.rows {
        if places.insert(row.id(), entries.len()).is_some() {
            return Err(row.error("an id that an earlier line has"));
        }
        entries.push(read_entry(row)?);
    }
    let place = |row: &Row| {
        places
            .get(row.id())
            .copied()
            .ok_or_else(|| row.error("an id that no name has"))
    };
    for row in &addresses.rows {
        read_address(row, &mut entries[place(row)?]);
    }
    for row in &aliases.rows {
        let name = row.cell(3).ok_or_else(|| row.error("an alias without a name"))?;
        let kind = row.cell(2).unwrap_or("aka").to_ascii_lowercase();
        entries[place(row)?].add_alias(name, AliasStrength::Strong, &kind);
    }
    for row in &comments.rows {
        entries[place(row)?].remarks.push_str(row.raw(1));
    }
    entries.iter_mut().for_each(remarks::read);
    Ok(Parsed {
        entries,
        published: None,
    })
}

fn read_entry(row: &Row) -> Result<Entry, ParseError> {
    let name = row.cell(1).ok_or_else(|| row.error("an entry without a name"))?;
    let kind = match row.cell(2) {
        Some("individual") => EntryKind::Person,
        Some("vessel") => EntryKind::Vessel,
        Some("aircraft") => EntryKind::Aircraft,
        None => EntryKind::Org,
        Some(other) => return Err(row.error(format!("an unknown type of entry: {other}"))),
    };
    let mut entry = Entry::new(row.id(), kind, name);
    let programs = row
        .cell(3)
        .unwrap_or_default()
        .split("] [")
        .map(|program| program.trim_matches(['[', ']', ' ']));
    entry
        .programs
        .extend(programs.filter(|program| !program.is_empty()).map(str::to_owned));
    if let Some(call_sign) = row.cell(5) {
        entry.add_document(Document {
            kind: "call-sign".to_owned(),
            number: call_sign.to_owned(),
            country: None,
        });
    }
    entry.add_country(row.cell(9).unwrap_or_default());
    for (column, label) in [(4, ""), (6, "Vessel type "), (10, "Owner ")] {
        if let Some(text) = row.cell(column) {
            entry.remarks.extend([label, text, "; "]);
        }
    }
    match row.cell(11) {
        // With its blanks: it may go on in the comments.
        Some(_) => entry.remarks.push_str(row.raw(11)),
        None => entry.remarks.truncate(entry.remarks.trim_end_matches("; ").len()),
    }
    Ok(entry)
}

fn read_address(row: &Row, entry: &mut Entry) {
    let lines: Vec<&str> = (2..=4).filter_map(|column| row.cell(column)).collect();
    if !lines.is_empty() {
        super::push_new(&mut entry.addresses, lines.join(", "));
    }
    let country = row.cell(4).unwrap_or_default();
    entry.add_country(country.strip_prefix("Region: ").unwrap_or(country));
}

/// One file, read whole.
struct Table {
    file: &'static str,
    rows: Vec<Row>,
    lines: u64,
    /// Whether it ends with 0x1A.
    marked: bool,
}

struct Row {
    file: &'static str,
    line: u64,
    cells: csv::StringRecord,
}

impl Row {
    fn id(&self) -> &str {
        &self.cells[0]
    }

    /// The cell with its blanks, which matter where a text goes on in another file.
    fn raw(&self, column: usize) -> &str {
        &self.cells[column]
    }

    /// The cell, unless it is null.
    fn cell(&self, column: usize) -> Option<&str> {
        Some(self.raw(column).trim()).filter(|cell| !matches!(*cell, "" | "-0-"))
    }

    fn error(&self, reason: impl Into<String>) -> ParseError {
        ParseError::at(self.file, self.line, reason)
    }
}

impl Table {
    fn read(file: &'static str, bytes: &[u8], columns: usize) -> Result<Self, ParseError> {
        let text = utf8(file, bytes)?;
        let (text, marked) = text
            .strip_suffix('\u{1A}')
            .map_or((text, false), |text| (text, true));
        let lines = line_at(bytes, bytes.len());
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(ParseError::at(file, lines, "the file ends within a line"));
        }
        let (mut rows, mut line, mut counted) = (Vec::new(), 1, 0);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        for record in reader.records() {
            let cells = record.map_err(|error| ParseError::at(file, line, error.to_string()))?;
            // The reader's own count lags behind by one after a CRLF, whose second byte belongs to the next record.
            let start = cells.position().map_or(0, csv::Position::byte);
            let start = usize::try_from(start)
                .unwrap_or(text.len())
                .saturating_add(1)
                .min(text.len());
            line += line_at(&text.as_bytes()[counted..start], start) - 1;
            counted = start;
            let row = Row { file, line, cells };
            let found = row.cells.len();
            // The format has no line breaks in cells: one is a quote that was never closed.
            if row.cells.iter().any(|cell| cell.contains(['\n', '\u{1A}'])) {
                return Err(row.error("a cell runs over the end of its line"));
            }
            if found != columns {
                return Err(row.error(format!("{found} columns instead of {columns}")));
            }
            if row.id().is_empty() || !row.id().bytes().all(|b| b.is_ascii_digit()) {
                return Err(row.error("the first column is not an id"));
            }
            rows.push(row);
        }
        Ok(Self {
            file,
            rows,
            lines,
            marked,
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
        parse(&OfacFiles {
            primary: primary.as_bytes(),
            addresses: addresses.as_bytes(),
            aliases: aliases.as_bytes(),
            comments: comments.as_bytes(),
        })
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
                "earlier line",
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
            Err(ParseError::Empty { file: "names" })
        );
        let latin = parse(&OfacFiles {
            primary: b"7,\xD1",
            addresses: b"",
            aliases: b"",
            comments: b"",
        });
        assert_eq!(latin, Err(ParseError::at("names", 1, "a byte that is not UTF-8")));
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
