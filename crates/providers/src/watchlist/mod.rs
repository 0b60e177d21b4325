//! Watchlists: lists of sanctioned persons, organisations, ships and aircraft, as their publishers' files.
//!
//! This part reads. It is pure: bytes in, entries or one error out. A file that cannot be read to its end is refused
//! whole with the line and the reason, because a list that was loaded by half is worse than yesterday's: it clears
//! people. What a publisher hides in free text (OFAC's remarks) is taken apart here, so that nothing behind this
//! module knows one list from another.
//!
//! [`parse`] is the one door; [`Format`] says what lies behind it, [`discover`] which format a file has. Lists that
//! have no format of their own are described by a [`Mapping`].
//!
//! What cannot be seen is a table that was cut exactly between two rows: only OFAC's files tell where they end or how
//! many they are. Whoever replaces a list should wonder at one that shrank.

mod dates;
mod discover;
mod documents;
mod elements;
mod entries;
mod eu;
mod json;
mod mapped;
pub mod mapping;
mod ofac;
mod ofac_xml;
mod opensanctions;
mod remarks;
mod rows;
#[cfg(test)]
mod tests;
mod text;
mod uk;
mod un;

pub use cotejo_domain::screening::{Alias, AliasStrength, Document, Entry, EntryKind};
pub use discover::{Found, discover, discover_mapped};
pub use entries::MAX_ENTRIES;
pub use mapping::{Columns, DocumentColumn, KindColumn, Mapping, RepeatedIds, ToldKind, Values};
pub use text::{Encoding, MAX_FILE_BYTES};

cotejo_domain::text_enum! {
    /// The formats that can be read.
    pub enum Format {
        /// OFAC's oldest, four files: names, addresses, aliases, comments.
        OfacCsv = "ofac_csv",
        /// OFAC's flat XML, `SDN.XML` and `CONS_PRIM.XML`.
        OfacXml = "ofac_xml",
        /// The UN Security Council's consolidated list.
        UnXml = "un_xml",
        /// The EU's financial sanctions files, XML 1.1.
        EuXml = "eu_xml",
        /// The UK Sanctions List of the Foreign Office.
        UkCsv = "uk_csv",
        /// OpenSanctions' `targets.simple.csv`.
        Opensanctions = "opensanctions",
        /// Any separated values, by a mapping.
        Csv = "csv",
        /// Any JSON array, `{"entries": […]}` or JSON lines, by a mapping.
        Json = "json",
    }
}

/// A whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Everything that is listed, in the order of the list.
    pub entries: Vec<Entry>,
    /// When the publisher made the list, where the file says it.
    pub published: Option<String>,
}

/// Why a list was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A line that cannot be what the format says, or that contradicts the list's other files.
    #[error("{file}, line {line}: {reason}")]
    Malformed {
        /// Which of the list's files.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A list without an entry: an empty download, never a publication.
    #[error("{file}: there is no entry in it")]
    Empty {
        /// Which of the list's files.
        file: String,
    },
    /// A file that is not worth reading at all, such as an archive.
    #[error("{file}: {reason}")]
    Refused {
        /// Which of the list's files.
        file: String,
        /// What is wrong.
        reason: String,
    },
}

impl ParseError {
    fn at(file: &str, line: u64, reason: impl Into<String>) -> Self {
        Self::Malformed {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        }
    }

    fn refused(file: &str, reason: impl Into<String>) -> Self {
        Self::Refused {
            file: file.to_owned(),
            reason: reason.into(),
        }
    }
}

/// Reads a whole list from its files, given as (name, bytes), or says what spoils it.
///
/// OFAC's CSV takes its four files in the order names, addresses, aliases, comments, everything else one file. A
/// mapping is needed for `csv` and `json`; for a publisher's own format it adds its topics.
pub fn parse(
    format: Format,
    files: &[(String, Vec<u8>)],
    mapping: Option<&Mapping>,
) -> Result<Parsed, ParseError> {
    let mut parsed = match (format, files, mapping) {
        (Format::OfacCsv, [names, addresses, aliases, comments], _) => {
            ofac::parse([names, addresses, aliases, comments])
        }
        (Format::OfacXml, [(file, bytes)], _) => ofac_xml::parse(file, bytes),
        (Format::UnXml, [(file, bytes)], _) => un::parse(file, bytes),
        (Format::EuXml, [(file, bytes)], _) => eu::parse(file, bytes),
        (Format::UkCsv, [(file, bytes)], _) => uk::parse(file, bytes),
        (Format::Opensanctions, [(file, bytes)], _) => opensanctions::parse(file, bytes),
        (Format::Csv, [(file, bytes)], Some(mapping)) => mapped::parse_csv(file, bytes, mapping),
        (Format::Json, [(file, bytes)], Some(mapping)) => mapped::parse_json(file, bytes, mapping),
        (Format::Csv | Format::Json, [(file, _)], None) => Err(ParseError::refused(
            file,
            format!("{format} is read by a mapping only"),
        )),
        (_, files, _) => {
            let first = files.first().map_or("the list", |(file, _)| file);
            let takes = match format {
                Format::OfacCsv => "four files: names, addresses, aliases, comments",
                _ => "one file",
            };
            Err(ParseError::refused(
                first,
                format!("{format} is read from {takes}"),
            ))
        }
    }?;
    let topics = mapping.map_or(&[][..], |mapping| &mapping.topics);
    // These publish sanctions and nothing else.
    let sanctions = match format {
        Format::OfacCsv | Format::OfacXml | Format::UnXml | Format::EuXml | Format::UkCsv => {
            &["sanction"][..]
        }
        Format::Opensanctions | Format::Csv | Format::Json => &[],
    };
    for entry in &mut parsed.entries {
        for topic in sanctions.iter().copied().chain(topics.iter().map(String::as_str)) {
            if !entry.topics.iter().any(|known| known == topic) {
                entry.topics.push(topic.to_owned());
            }
        }
    }
    Ok(parsed)
}
