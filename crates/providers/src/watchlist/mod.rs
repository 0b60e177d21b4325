//! Watchlists: lists of sanctioned persons, organisations, ships and aircraft, as their publishers' files.
//!
//! This part reads. It is pure: bytes in, entries or one error out. A file that cannot be read to its end is refused
//! whole with the line and the reason, because a list that was loaded by half is worse than yesterday's: it clears
//! people. What a publisher hides in free text (OFAC's remarks) is taken apart here, so that nothing behind this
//! module knows one list from another.

mod dates;
mod discover;
mod documents;
mod elements;
pub mod ofac;
mod remarks;
pub mod un;

pub use discover::{Found, discover};

cotejo_domain::text_enum! {
    /// What is listed.
    pub enum EntryKind {
        /// A natural person.
        Person = "person",
        /// A company, a band, a ministry: whatever is no person and no vehicle.
        Org = "org",
        /// A ship.
        Vessel = "vessel",
        /// An aircraft.
        Aircraft = "aircraft",
    }
}

cotejo_domain::text_enum! {
    /// How far a publisher trusts an alias to point to the entry, the strongest first.
    pub enum AliasStrength {
        /// As good as the name.
        Strong = "strong",
        /// A nickname or another thin hint (`EL CHAPO`): never enough alone.
        Weak = "weak",
    }
}

/// Another name of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// As published.
    pub name: String,
    /// How far to trust it.
    pub strength: AliasStrength,
    /// `aka`, `fka` (formerly) or `nka` (now).
    pub kind: String,
}

/// A number that identifies an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Our name for the kind of number, the same in all lists: `passport`, `cedula`, `nit`, `national-id`, `imo`…
    pub kind: String,
    /// As published, with its separators.
    pub number: String,
    /// The issuing country as the list spells it.
    pub country: Option<String>,
}

/// One listed person, organisation, vessel or aircraft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The list's own id, unique within the list.
    pub entry_id: String,
    /// What is listed.
    pub kind: EntryKind,
    /// The main name as published: OFAC writes persons as `SURNAMES, Given`.
    pub name: String,
    /// Its other names, in the order of the list.
    pub aliases: Vec<Alias>,
    /// The sanctions programmes or regimes under which it is listed.
    pub programs: Vec<String>,
    /// Dates of birth in ISO 8601: `1957-04-04`, `1957-04` or `1957`, with `~` behind what is approximate and `/`
    /// between the ends of a span (`1955/1958~`).
    pub birth_dates: Vec<String>,
    /// Its documents and registrations.
    pub documents: Vec<Document>,
    /// Countries that the list ties it to by nationality, residence or flag, as the list spells them.
    pub countries: Vec<String>,
    /// Its addresses, each in one line.
    pub addresses: Vec<String>,
    /// What the list says in free text, whole: what was taken out of it for the fields above stands in it too.
    pub remarks: String,
    /// The day on which it was listed, where the list tells.
    pub listed_on: Option<String>,
}

impl Entry {
    fn new(entry_id: &str, kind: EntryKind, name: &str) -> Self {
        Self {
            entry_id: entry_id.to_owned(),
            kind,
            name: name.to_owned(),
            aliases: Vec::new(),
            programs: Vec::new(),
            birth_dates: Vec::new(),
            documents: Vec::new(),
            countries: Vec::new(),
            addresses: Vec::new(),
            remarks: String::new(),
            listed_on: None,
        }
    }

    /// Lists repeat themselves; what is said twice is kept once, and as strong as it was said at best.
    fn add_alias(&mut self, name: &str, strength: AliasStrength, kind: &str) {
        if name.is_empty() || name == self.name {
            return;
        }
        match self.aliases.iter_mut().find(|alias| alias.name == name) {
            Some(known) => known.strength = known.strength.min(strength),
            None => self.aliases.push(Alias {
                name: name.to_owned(),
                strength,
                kind: kind.to_owned(),
            }),
        }
    }

    fn add_birth_date(&mut self, date: String) {
        push_new(&mut self.birth_dates, date);
    }

    fn add_country(&mut self, country: &str) {
        if !country.is_empty() && country != "undetermined" {
            push_new(&mut self.countries, country.to_owned());
        }
    }

    fn add_document(&mut self, document: Document) {
        push_new(&mut self.documents, document);
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// A whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Everything that is listed, in the order of the list.
    pub entries: Vec<Entry>,
    /// When the publisher made the list, as the file says; OFAC's do not.
    pub published: Option<String>,
}

/// Why a list was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A line that cannot be what the format says, or that contradicts the list's other files.
    #[error("{file}, line {line}: {reason}")]
    Malformed {
        /// Which of the list's files.
        file: &'static str,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A list without an entry: an empty download, never a publication.
    #[error("{file}: there is no entry in it")]
    Empty {
        /// Which of the list's files.
        file: &'static str,
    },
}

impl ParseError {
    fn at(file: &'static str, line: u64, reason: impl Into<String>) -> Self {
        Self::Malformed {
            file,
            line,
            reason: reason.into(),
        }
    }
}

/// The text of a file; both formats are UTF-8 (OFAC's are ASCII).
fn utf8<'a>(file: &'static str, bytes: &'a [u8]) -> Result<&'a str, ParseError> {
    std::str::from_utf8(bytes).map_err(|error| {
        ParseError::at(
            file,
            line_at(bytes, error.valid_up_to()),
            "a byte that is not UTF-8",
        )
    })
}

/// The line, from 1, that holds the byte at this offset.
fn line_at(bytes: &[u8], offset: usize) -> u64 {
    bytes
        .iter()
        .take(offset)
        .fold(1, |line, &byte| line + u64::from(byte == b'\n'))
}
