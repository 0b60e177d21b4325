//! How a list without a format of its own is read: which column or member holds what.
//!
//! A mapping is a TOML or JSON file. It lies beside its data (`ceis.csv`, `ceis.mapping.toml`) or is named by whoever
//! loads the list.
//!
//! ```toml
//! list = "br-ceis"              # the list's key, as a source of the catalogue names it
//! title = "CEIS"                # its name, for people
//! format = "csv"                # csv or json; a publisher's own format takes list, title and topics only
//! topics = ["debarment"]        # why anybody is on it
//!
//! delimiter = ";"               # csv: , unless told
//! encoding = "windows-1252"     # or latin-1; utf-8 unless told
//! skip_lines = 2                # csv: lines in front of the header
//! open_end = true               # csv: the last line may lack its end; what is cut off is not noticed then
//! array = "data"                # json: the member that holds the records; `entries` unless told
//! nothing = ["-", "N/A"]        # what stands for nothing
//! date_formats = ["%d/%m/%Y"]   # as chrono writes them; tried before the forms of the known lists
//! repeated_ids = "unite"        # rows of one id are one entry; refuse unless told
//!
//! [columns]
//! entry_id = "CODE"
//! kind = { column = "TYPE", values = { F = "person" }, otherwise = "org" }   # or: kind = "person"
//! name = "NAME"                 # or: surnames = "LAST", given = ["FIRST", "SECOND"]
//! aliases = { columns = ["TRADE NAME", "FORMER NAME"], separator = ";" }
//! weak_aliases = "NICKNAME"
//! birth_dates = "BORN"
//! countries = { constants = ["BR"] }
//! programs = "RULE"
//! addresses = ["STREET", "TOWN"]
//! remarks = ["OFFICE", "REASON"]
//! listed_on = "SINCE"
//!
//! [[columns.documents]]
//! column = "CPF OR CNPJ"
//! kind = "cpf"
//! country = "BR"                # or: country_column = "COUNTRY"
//! of = "person"                 # only where the entry is one
//! ```
//!
//! A value is a column, several columns, or a table of `columns`, a `separator` between several values of a cell, and
//! `constants`. The columns of `entry_id`, `name`, `given` and `surnames` are joined; those of the others are values
//! of their own, but for `addresses`, whose columns are the parts of one address unless there is a separator. In JSON
//! a column is a member (`name`) or a pointer (`/person/names/0`, `/names/*/full`), and arrays are several values.
//! Capitals and blanks in the names of columns do not matter. Where only the length of a number tells a person from a
//! company, the kind is `{ column = "RFC", lengths = { 12 = "org", 13 = "person" } }`.

use std::{collections::BTreeMap, fmt};

use chrono::format::{Item, StrftimeItems};
use serde::{
    Deserialize, Serialize,
    de::{self, Deserializer, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Encoding, EntryKind, Format, ParseError, text};

cotejo_domain::text_enum! {
    /// What it means that two rows have the same id.
    pub enum RepeatedIds {
        /// The list is spoilt.
        Refuse = "refuse",
        /// They tell of the same entry.
        Unite = "unite",
    }
}

/// A list and how it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The list's key, the one that a source of the catalogue names.
    pub list: String,
    /// Its name, for people.
    pub title: String,
    /// The format of its file.
    pub format: Format,
    /// Why everybody on it is on it: `sanction`, `pep`, `crime`…
    #[serde(default)]
    pub topics: Vec<String>,
    /// What stands between two cells.
    pub delimiter: Option<char>,
    /// How its letters are written.
    pub encoding: Option<Encoding>,
    /// Lines in front of the header.
    pub skip_lines: Option<u32>,
    /// Whether the last line may lack its end.
    pub open_end: Option<bool>,
    /// The member that holds the records.
    pub array: Option<String>,
    /// What stands for nothing.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// How dates are written.
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// What repeated ids mean.
    pub repeated_ids: Option<RepeatedIds>,
    /// Which column holds what.
    pub columns: Option<Columns>,
}

/// Which column holds what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The list's own id, or columns that together are one.
    pub entry_id: Values,
    /// What is listed.
    pub kind: KindColumn,
    /// The main name.
    #[serde(default)]
    pub name: Values,
    /// Instead of the name: given names.
    #[serde(default)]
    pub given: Values,
    /// Instead of the name: surnames.
    #[serde(default)]
    pub surnames: Values,
    /// Names as good as the main one.
    #[serde(default)]
    pub aliases: Values,
    /// Nicknames and other thin hints.
    #[serde(default)]
    pub weak_aliases: Values,
    /// Dates of birth.
    #[serde(default)]
    pub birth_dates: Values,
    /// Nationality, residence, flag.
    #[serde(default)]
    pub countries: Values,
    /// Programmes, laws, regimes.
    #[serde(default)]
    pub programs: Values,
    /// Addresses.
    #[serde(default)]
    pub addresses: Values,
    /// What people should read.
    #[serde(default)]
    pub remarks: Values,
    /// The day on which it was listed.
    #[serde(default)]
    pub listed_on: Values,
    /// Numbers that identify it.
    #[serde(default)]
    pub documents: Vec<DocumentColumn>,
}

/// Where values come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Values {
    /// Columns, in this order.
    pub columns: Vec<String>,
    /// What stands between several values of a cell.
    pub separator: Option<String>,
    /// Values that every entry has.
    pub constants: Vec<String>,
}

/// What is listed: always the same, or as a column says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum KindColumn {
    /// All entries are of this kind.
    Always(EntryKind),
    /// The kind is told by a column.
    Told(ToldKind),
}

/// A column that tells what is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldKind {
    /// The column.
    pub column: String,
    /// What its values mean.
    #[serde(default)]
    pub values: BTreeMap<String, EntryKind>,
    /// What the number of letters and digits of any other value means: an RFC has 13 of a person and 12 of a company.
    #[serde(default)]
    pub lengths: BTreeMap<String, EntryKind>,
    /// What any other value means; without it such a value is an error.
    pub otherwise: Option<EntryKind>,
}

/// A column of numbers that identify an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentColumn {
    /// The column.
    pub column: String,
    /// What stands between several numbers of a cell.
    pub separator: Option<String>,
    /// Our name for the kind of number.
    pub kind: String,
    /// The issuing country of all of them.
    pub country: Option<String>,
    /// The column that tells the issuing country.
    pub country_column: Option<String>,
    /// The kind of entry that has such a number.
    pub of: Option<EntryKind>,
}

impl Columns {
    /// The values of each field, by its name.
    pub(super) fn fields(&self) -> [(&'static str, &Values); 12] {
        [
            ("entry_id", &self.entry_id),
            ("name", &self.name),
            ("given", &self.given),
            ("surnames", &self.surnames),
            ("aliases", &self.aliases),
            ("weak_aliases", &self.weak_aliases),
            ("birth_dates", &self.birth_dates),
            ("countries", &self.countries),
            ("programs", &self.programs),
            ("addresses", &self.addresses),
            ("remarks", &self.remarks),
            ("listed_on", &self.listed_on),
        ]
    }
}

impl Columns {
    /// Every column that is named anywhere, with the field that names it.
    pub(super) fn all(&self) -> Vec<(&'static str, &str)> {
        let values = self
            .fields()
            .into_iter()
            .flat_map(|(field, values)| values.columns.iter().map(move |column| (field, column.as_str())));
        let kind = match &self.kind {
            KindColumn::Always(_) => None,
            KindColumn::Told(told) => Some(("kind", told.column.as_str())),
        };
        let documents = self.documents.iter().flat_map(|document| {
            [Some(&document.column), document.country_column.as_ref()]
                .into_iter()
                .flatten()
                .map(|column| ("documents", column.as_str()))
        });
        values.chain(kind).chain(documents).collect()
    }
}

impl Values {
    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.constants.is_empty()
    }
}

impl Mapping {
    /// Reads a mapping file; one whose name ends in `.json` is JSON, any other TOML.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, ParseError> {
        let text = text::utf8(file, bytes)?;
        let mapping: Self = if file.to_lowercase().ends_with(".json") {
            serde_json::from_str(text).map_err(|error| {
                let reason = error.to_string();
                let reason = reason.split(" at line ").next().unwrap_or_default();
                ParseError::at(file, error.line() as u64, reason)
            })?
        } else {
            toml::from_str(text).map_err(|error| {
                let at = error.span().map_or(0, |span| span.start);
                ParseError::at(file, text::line_at(text.as_bytes(), at), error.message())
            })?
        };
        mapping
            .check()
            .map_err(|(field, reason)| ParseError::refused(file, format!("`{field}` {reason}")))?;
        Ok(mapping)
    }

    /// The field that makes no sense, and why.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let delimiter = self.delimiter.unwrap_or(',');
        let bad_format = |format: &&String| StrftimeItems::new(format).any(|item| item == Item::Error);
        let own = !matches!(self.format, Format::Csv | Format::Json);
        let of_csv = [
            ("delimiter", self.delimiter.is_some()),
            ("skip_lines", self.skip_lines.is_some()),
            ("open_end", self.open_end.is_some()),
        ];
        let of_mappings = [
            ("encoding", self.encoding.is_some()),
            ("nothing", !self.nothing.is_empty()),
            ("date_formats", !self.date_formats.is_empty()),
            ("repeated_ids", self.repeated_ids.is_some()),
            ("columns", self.columns.is_some()),
        ];
        let of_json = [("array", self.array.is_some())];
        let idle =
            |fields: &[(&'static str, bool)], format: &str| match fields.iter().find(|(_, given)| *given) {
                Some((field, _)) => Err((*field, format!("is for {format} only"))),
                None => Ok(()),
            };
        if self.format != Format::Csv {
            idle(&of_csv, "csv")?;
        }
        if self.format != Format::Json {
            idle(&of_json, "json")?;
        }
        if own {
            idle(&of_mappings, "csv and json")?;
        }
        if self.list.is_empty() || !self.list.chars().all(word) {
            return Err(("list", "has to be small letters, digits and hyphens".into()));
        }
        if self.title.trim().is_empty() {
            return Err(("title", "is empty".into()));
        }
        if !delimiter.is_ascii() || delimiter == '"' || (delimiter.is_ascii_control() && delimiter != '\t') {
            return Err(("delimiter", format!("cannot be {delimiter:?}")));
        }
        if let Some(format) = self.date_formats.iter().find(bad_format) {
            return Err((
                "date_formats",
                format!("has {format:?}, which is no format: see chrono's strftime"),
            ));
        }
        match &self.columns {
            Some(columns) => columns.check(),
            None if own => Ok(()),
            None => Err(("columns", "are missing".into())),
        }
    }
}

impl Columns {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.entry_id.columns.is_empty() {
            return Err(("entry_id", "has no column".into()));
        }
        let parts = !(self.given.is_empty() && self.surnames.is_empty());
        if self.name.is_empty() != parts {
            return Err((
                "name",
                "has to be told, or `given` and `surnames`, and not both".into(),
            ));
        }
        let empty = |values: &Values| values.separator.as_deref() == Some("");
        match self.fields().iter().find(|(_, values)| empty(values)) {
            Some((field, _)) => Err((*field, "has an empty separator".into())),
            None if self
                .documents
                .iter()
                .any(|document| document.separator.as_deref() == Some("")) =>
            {
                Err(("documents", "has an empty separator".into()))
            }
            None => Ok(()),
        }
    }
}

/// The table that [`Values`] may be written as.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValuesTable {
    #[serde(default)]
    columns: Vec<String>,
    separator: Option<String>,
    #[serde(default)]
    constants: Vec<String>,
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column, a list of columns, or a table of columns, separator and constants")
            }

            fn visit_str<E: de::Error>(self, column: &str) -> Result<Values, E> {
                Ok(Values {
                    columns: vec![column.to_owned()],
                    ..Values::default()
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut columns: A) -> Result<Values, A::Error> {
                let mut values = Values::default();
                while let Some(column) = columns.next_element()? {
                    values.columns.push(column);
                }
                Ok(values)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Values, A::Error> {
                let table = ValuesTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Values {
                    columns: table.columns,
                    separator: table.separator,
                    constants: table.constants,
                })
            }
        }

        deserializer.deserialize_any(Any)
    }
}

impl<'de> Deserialize<'de> for KindColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = KindColumn;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("person, org, vessel, aircraft, or a table of column and values")
            }

            fn visit_str<E: de::Error>(self, kind: &str) -> Result<KindColumn, E> {
                kind.parse()
                    .map(KindColumn::Always)
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(kind), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<KindColumn, A::Error> {
                ToldKind::deserialize(MapAccessDeserializer::new(map)).map(KindColumn::Told)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: &str = "list = \"x\"\ntitle = \"X\"\nformat = \"csv\"\n[columns]\nentry_id = \"id\"\nkind = \"person\"\nname = \"name\"\n";

    #[test]
    fn the_mapping_of_the_documentation() {
        let text: String = include_str!("mapping.rs")
            .split("//! ```")
            .nth(1)
            .expect("an example")
            .lines()
            .skip(1)
            .map(|line| format!("{}\n", line.trim_start_matches("//!")))
            .filter(|line| !line.contains("array = "))
            .collect();
        let mapping = Mapping::read("m.toml", text.as_bytes()).expect("a good mapping");
        let columns = mapping.columns.as_ref().expect("columns");
        assert_eq!(columns.aliases.columns, ["TRADE NAME", "FORMER NAME"]);
        assert_eq!(columns.documents[0].of, Some(EntryKind::Person));
        // It is kept as JSON beside the list.
        let json = serde_json::to_vec(&mapping).expect("JSON");
        assert_eq!(Mapping::read("m.json", &json), Ok(mapping));
    }

    #[test]
    fn errors_name_the_field() {
        for (good, bad, refused) in [
            (
                "kind =",
                "kin =",
                "m.toml, line 6: unknown field `kin`, expected one of",
            ),
            (
                "\"person\"",
                "\"dog\"",
                "m.toml, line 6: invalid value: string \"dog\", expected person",
            ),
            (
                "\"name\"\n",
                "{ column = \"n\" }\n",
                "m.toml, line 7: unknown field `column`",
            ),
            (
                "name = \"name\"",
                "name = 3",
                "m.toml, line 7: invalid type: integer `3`, expected a column",
            ),
            ("title = \"X\"\n", "", "m.toml, line 1: missing field `title`"),
            ("\"csv\"", "\"xls\"", "m.toml, line 3: unknown variant `xls`"),
            (
                "\"csv\"",
                "\"csv\"\ndelimiter = \";;\"",
                "m.toml, line 4: invalid value",
            ),
            (
                "\"csv\"",
                "\"csv\"\ndelimiter = \"\\\"\"",
                "m.toml: `delimiter` cannot be",
            ),
            (
                "\"csv\"",
                "\"csv\"\ndate_formats = [\"%d/%Q\"]",
                "m.toml: `date_formats` has \"%d/%Q\"",
            ),
            (
                "\"csv\"",
                "\"csv\"\narray = \"a\"",
                "m.toml: `array` is for json only",
            ),
            (
                "\"csv\"",
                "\"json\"\nskip_lines = 1",
                "m.toml: `skip_lines` is for csv only",
            ),
            (
                "\"csv\"",
                "\"opensanctions\"",
                "m.toml: `columns` is for csv and json only",
            ),
            (
                "list = \"x\"",
                "list = \"X y\"",
                "m.toml: `list` has to be small letters",
            ),
            (
                "entry_id = \"id\"",
                "entry_id = []",
                "m.toml: `entry_id` has no column",
            ),
            ("name = \"name\"\n", "", "m.toml: `name` has to be told"),
            (
                "name = \"name\"\n",
                "name = \"a\"\ngiven = \"b\"\n",
                "m.toml: `name` has to be told",
            ),
            (
                "name = \"name\"\n",
                "name = \"a\"\naliases = { columns = [\"b\"], separator = \"\" }\n",
                "m.toml: `aliases` has an empty separator",
            ),
        ] {
            let error = Mapping::read("m.toml", SHORT.replace(good, bad).as_bytes())
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
        let bare = "list = \"x\"\ntitle = \"X\"\nformat = ";
        assert!(
            Mapping::read(
                "m.toml",
                format!("{bare}\"opensanctions\"\ntopics = [\"pep\"]").as_bytes()
            )
            .is_ok()
        );
        assert_eq!(
            Mapping::read("m.toml", format!("{bare}\"json\"").as_bytes()),
            Err(ParseError::refused("m.toml", "`columns` are missing"))
        );
        assert_eq!(
            Mapping::read("m.json", b"{\n\"list\": 3}"),
            Err(ParseError::at(
                "m.json",
                2,
                "invalid type: integer `3`, expected a string"
            ))
        );
    }
}
