//! What every list's entries have to be, whatever file they come from.
//!
//! The bounds are far from what any publisher has (the longest entry that is known has some 500 names) and are there
//! so that a hostile file costs a refusal and not the machine.

use std::collections::HashMap;

use super::{Document, Entry, ParseError, Parsed};

/// How many entries a list may have.
pub const MAX_ENTRIES: usize = 5_000_000;
/// How many names, documents, addresses… an entry may have.
pub(super) const MAX_NAMES: usize = 2_000;
/// How long a cell, an attribute or the text of an element may be.
pub(super) const MAX_CELL_BYTES: usize = 64 << 10;
const MAX_REMARKS_BYTES: usize = 256 << 10;

/// The entries that were read so far, by their ids.
pub(super) struct Entries {
    entries: Vec<Entry>,
    places: HashMap<String, usize>,
    limit: usize,
}

impl Entries {
    pub(super) fn new() -> Self {
        Self {
            entries: Vec::new(),
            places: HashMap::new(),
            limit: MAX_ENTRIES,
        }
    }

    /// Adds an entry of a format whose entries have ids of their own.
    pub(super) fn add(&mut self, entry: Entry) -> Result<(), String> {
        check(&entry)?;
        self.insert(entry).map(|_| ())
    }

    /// Adds what a row says to the entry that earlier rows began, or begins it.
    pub(super) fn unite(&mut self, row: Entry) -> Result<(), String> {
        let Some(entry) = self.get(&row.entry_id) else {
            return self.add(row);
        };
        check(&row)?;
        let name = row.name.clone();
        merge(entry, row)?;
        entry.add_alias(&name, super::AliasStrength::Strong, "aka");
        crowded(entry)
    }

    /// Adds an entry that is not complete yet, and says where.
    pub(super) fn insert(&mut self, entry: Entry) -> Result<usize, String> {
        let place = self.entries.len();
        if place >= self.limit {
            return Err(format!("the list has more than {} entries", self.limit));
        }
        if self.places.insert(entry.entry_id.clone(), place).is_some() {
            return Err(format!("an earlier entry has the id {}", entry.entry_id));
        }
        self.entries.push(entry);
        Ok(place)
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(super) fn get(&mut self, id: &str) -> Option<&mut Entry> {
        self.place(id).map(|place| &mut self.entries[place])
    }

    pub(super) fn all(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The list, unless it is empty.
    pub(super) fn finish(self, file: &str, published: Option<String>) -> Result<Parsed, ParseError> {
        if self.entries.is_empty() {
            return Err(ParseError::Empty {
                file: file.to_owned(),
            });
        }
        Ok(Parsed {
            entries: self.entries,
            published,
        })
    }
}

/// What lists say several times, kept once.
pub(super) trait Gather {
    fn add_birth_date(&mut self, date: String);
    fn add_country(&mut self, country: &str);
    fn add_document(&mut self, document: Document);
    fn add_address(&mut self, address: String);
    fn add_program(&mut self, program: &str);
    fn add_remark(&mut self, remark: &str);
}

impl Gather for Entry {
    fn add_birth_date(&mut self, date: String) {
        push_new(&mut self.birth_dates, date);
    }

    fn add_country(&mut self, country: &str) {
        const UNKNOWN: [&str; 5] = ["", "00", "undetermined", "unknown", "n/a"];
        if !UNKNOWN.contains(&country.to_lowercase().as_str()) {
            push_new(&mut self.countries, country.to_owned());
        }
    }

    fn add_document(&mut self, document: Document) {
        push_new(&mut self.documents, document);
    }

    fn add_address(&mut self, address: String) {
        if !address.is_empty() {
            push_new(&mut self.addresses, address);
        }
    }

    fn add_program(&mut self, program: &str) {
        if !program.is_empty() {
            push_new(&mut self.programs, program.to_owned());
        }
    }

    fn add_remark(&mut self, remark: &str) {
        if remark.is_empty() || self.remarks.contains(remark) {
            return;
        }
        if !self.remarks.is_empty() {
            self.remarks.push_str("; ");
        }
        self.remarks.push_str(remark);
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// Adds to an entry all that a further row says of it, but for the row's main name.
pub(super) fn merge(entry: &mut Entry, row: Entry) -> Result<(), String> {
    if entry.kind != row.kind {
        let (id, kind, other) = (&entry.entry_id, entry.kind, row.kind);
        return Err(format!(
            "the entry {id} is {kind} in an earlier row and {other} here"
        ));
    }
    for alias in row.aliases {
        entry.add_alias(&alias.name, alias.strength, &alias.kind);
    }
    row.birth_dates
        .into_iter()
        .for_each(|date| entry.add_birth_date(date));
    row.documents
        .into_iter()
        .for_each(|document| entry.add_document(document));
    row.addresses
        .into_iter()
        .for_each(|address| entry.add_address(address));
    row.countries
        .iter()
        .for_each(|country| entry.add_country(country));
    row.programs.iter().for_each(|program| entry.add_program(program));
    entry.add_remark(&row.remarks);
    // The first day counts: later ones are further reasons.
    entry.listed_on = match (entry.listed_on.take(), row.listed_on) {
        (Some(earlier), Some(later)) => Some(earlier.min(later)),
        (known, other) => known.or(other),
    };
    Ok(())
}

/// Whether an entry is one that can be screened against.
pub(super) fn check(entry: &Entry) -> Result<(), String> {
    if entry.entry_id.is_empty() {
        return Err("an entry without an id".to_owned());
    }
    if entry.name.is_empty() {
        return Err(format!("the entry {} has no name", shown(&entry.entry_id)));
    }
    crowded(entry)?;
    check_name(&entry.entry_id)?;
    entry.names().try_for_each(|(name, _)| check_name(name))
}

/// Whether an entry stays within the bounds, which rows add to one by one.
pub(super) fn crowded(entry: &Entry) -> Result<(), String> {
    let too_much = |what: String| {
        Err(format!(
            "the entry {} has more than {what}",
            shown(&entry.entry_id)
        ))
    };
    for (count, what) in [
        (entry.aliases.len() + 1, "names"),
        (entry.documents.len(), "documents"),
        (entry.addresses.len(), "addresses"),
        (entry.countries.len(), "countries"),
        (entry.programs.len(), "programmes"),
        (entry.birth_dates.len(), "dates of birth"),
    ] {
        if count > MAX_NAMES {
            return too_much(format!("{MAX_NAMES} {what}"));
        }
    }
    if entry.remarks.len() > MAX_REMARKS_BYTES {
        return too_much("256 KiB of remarks".to_owned());
    }
    Ok(())
}

/// Whether a name is one, and nothing that a spreadsheet would compute.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    if is_formula(name) {
        return Err(format!("{} is a formula and no name", shown(name)));
    }
    Ok(())
}

/// As much of a text as a message may show of it.
pub(super) fn shown(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{more}")
}

/// Whether a spreadsheet would compute this name, which somebody may have put on a list for whoever opens an export
/// of it.
///
/// `=HYPERLINK(…)`, `+cmd|…`, `@SUM(…)` and `-2+3` are computed. A name behind a hyphen, a handle such as `@gato` and
/// OFAC's `-0-` are not.
fn is_formula(text: &str) -> bool {
    let computed = |rest: &str| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '(')
            && rest.contains(['(', '|', '!', '+', '*', '/', '^', '&', '='])
    };
    begins_formula(text) || text.strip_prefix(['+', '-', '@']).is_some_and(computed)
}

/// Whether any cell, and not only a name, that begins like this is a formula.
pub(super) fn begins_formula(cell: &str) -> bool {
    cell.strip_prefix('=')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || "(\"'+-@".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watchlist::{AliasStrength, EntryKind};

    fn entry(id: &str, name: &str) -> Entry {
        Entry::new(id, EntryKind::Person, name)
    }

    #[test]
    fn formulas_are_no_names() {
        for (name, formula) in [
            ("=HYPERLINK(\"http://example.org\")", true),
            ("=1+1", true),
            ("=\"0012\"", true),
            ("+cmd|' /C calc'!A0", true),
            ("-2+3+cmd|' /C calc'!A0", true),
            ("@SUM(1+1)", true),
            ("-(1)", true),
            ("'ABD AL-GATO", false),
            ("-0-", false),
            ("- GATO", false),
            ("-GATO", false),
            ("@gato", false),
            ("+57 Records", false),
            ("= GATO =", false),
            ("-ñ", false),
            ("غاتو", false),
            ("", false),
        ] {
            assert_eq!(is_formula(name), formula, "{name}");
        }
    }

    #[test]
    fn bounds() {
        let mut entries = Entries::new();
        entries.limit = 2;
        entries.add(entry("1", "A")).expect("the first");
        assert_eq!(
            entries.add(entry("1", "B")),
            Err("an earlier entry has the id 1".into())
        );
        for bad in [
            entry("", "A"),
            entry("2", ""),
            entry("2", "=A(1)"),
            entry("=1(", "A"),
        ] {
            assert!(entries.add(bad.clone()).is_err(), "{bad:?}");
        }
        entries.add(entry("2", "A")).expect("the second");
        assert_eq!(
            entries.add(entry("3", "A")),
            Err("the list has more than 2 entries".into())
        );
        assert_eq!(entries.finish("f", None).expect("a list").entries.len(), 2);
        assert!(Entries::new().finish("f", None).is_err());

        let mut crowded = entry("1", "A");
        for number in 0..MAX_NAMES {
            crowded.add_alias(&format!("A {number}"), AliasStrength::Strong, "aka");
        }
        assert_eq!(
            check(&crowded),
            Err("the entry \"1\" has more than 2000 names".into())
        );
        crowded.aliases.pop();
        assert_eq!(check(&crowded), Ok(()));
    }

    #[test]
    fn rows_of_one_entry_are_united() {
        let mut entries = Entries::new();
        let mut first = entry("1", "Ana Gato");
        first.listed_on = Some("2020-02-01".into());
        first.remarks = "Wanted".into();
        entries.add(first.clone()).expect("the first");
        first.name = "Ana Gata".into();
        first.listed_on = Some("2019-12-01".into());
        first.add_country("PE");
        first.add_country("Unknown");
        entries.unite(first.clone()).expect("the second");
        first.kind = EntryKind::Org;
        assert!(entries.unite(first).is_err());
        let united = &entries.all()[0];
        assert_eq!(united.aliases[0].name, "Ana Gata");
        assert_eq!(united.countries, ["PE"]);
        assert_eq!(
            (united.remarks.as_str(), united.listed_on.as_deref()),
            ("Wanted", Some("2019-12-01"))
        );
    }
}
