//! Lists read by a [`Mapping`]: separated values and JSON.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed, dates,
    elements::join,
    entries::{self, Entries, Gather as _, MAX_CELL_BYTES, MAX_NAMES},
    json,
    mapping::{Columns, DocumentColumn, KindColumn, Mapping, RepeatedIds, Values},
    rows::{Row, Rows, Sheet},
    text::{self, Encoding, one_line},
};

/// Reads separated values, or says which line or which field of the mapping spoils them.
pub(super) fn parse_csv(file: &str, bytes: &[u8], mapping: &Mapping) -> Result<Parsed, ParseError> {
    let mut list = List::new(file, mapping)?;
    let text = text::decode(file, bytes, mapping.encoding.unwrap_or(Encoding::Utf8))?;
    let delimiter = u8::try_from(mapping.delimiter.unwrap_or(',')).unwrap_or(b',');
    let mut rows = if mapping.open_end == Some(true) {
        Rows::open(file, &text, delimiter)
    } else {
        Rows::new(file, &text, delimiter)?
    };
    rows.skip_lines(mapping.skip_lines.unwrap_or(0));
    let mut sheet = Sheet::new(rows, &[])?;
    for (field, column) in list.columns.all() {
        sheet
            .require(column)
            .map_err(|reason| sheet.refuse(format!("{reason}, which the mapping's `{field}` names")))?;
    }
    while let Some(row) = sheet.next()? {
        list.add(&Cells(&sheet, &row))
            .map_err(|reason| row.error(reason))?;
    }
    list.finish()
}

/// Reads JSON, or says which line or which field of the mapping spoils it.
pub(super) fn parse_json(file: &str, bytes: &[u8], mapping: &Mapping) -> Result<Parsed, ParseError> {
    let mut list = List::new(file, mapping)?;
    let text = text::decode(file, bytes, mapping.encoding.unwrap_or(Encoding::Utf8))?;
    let array = mapping.array.as_deref().unwrap_or("entries");
    json::read(file, &text, array, |record| list.add(record))?;
    list.finish()
}

/// A row or a record.
trait Record {
    /// Hands on what stands in a column.
    fn each(&self, column: &str, take: &mut dyn FnMut(&str));
}

struct Cells<'a, 'b>(&'a Sheet<'b>, &'a Row<'b>);

impl Record for Cells<'_, '_> {
    fn each(&self, column: &str, take: &mut dyn FnMut(&str)) {
        take(self.0.get(self.1, column));
    }
}

impl Record for Value {
    fn each(&self, column: &str, take: &mut dyn FnMut(&str)) {
        match column.strip_prefix('/') {
            Some(pointer) => follow(self, Some(pointer), take),
            None => follow(self.get(column).unwrap_or(&Self::Null), None, take),
        }
    }
}

/// Follows a pointer without its first slash, where `*` is every value of an array.
fn follow(value: &Value, pointer: Option<&str>, take: &mut dyn FnMut(&str)) {
    let Some(pointer) = pointer else {
        return match value {
            Value::Null | Value::Object(_) => {}
            Value::Bool(_) | Value::Number(_) => take(&value.to_string()),
            Value::String(text) => take(text),
            Value::Array(values) => values.iter().for_each(|value| follow(value, None, take)),
        };
    };
    let (step, rest) = match pointer.split_once('/') {
        Some((step, rest)) => (step, Some(rest)),
        None => (pointer, None),
    };
    let step = step.replace("~1", "/").replace("~0", "~");
    match value {
        Value::Array(values) if step == "*" => values.iter().for_each(|value| follow(value, rest, take)),
        Value::Array(values) => {
            let value = step.parse().ok().and_then(|place: usize| values.get(place));
            value.into_iter().for_each(|value| follow(value, rest, take));
        }
        Value::Object(members) => {
            members
                .get(&step)
                .into_iter()
                .for_each(|value| follow(value, rest, take));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

struct List<'a> {
    file: &'a str,
    mapping: &'a Mapping,
    columns: &'a Columns,
    entries: Entries,
    births: Dates,
    listings: Dates,
}

/// How many dates were read and how many were none.
///
/// A date that cannot be read is no reason to refuse a list, since an entry without one is found all the more. If
/// none can be read, it is the mapping that is wrong.
#[derive(Default)]
struct Dates {
    read: u64,
    unread: u64,
}

impl Dates {
    fn read(&mut self, text: &str, mapping: &Mapping) -> Option<String> {
        let date = mapping
            .date_formats
            .iter()
            .find_map(|format| dates::formatted(text, format))
            .or_else(|| dates::read(text));
        *(if date.is_some() {
            &mut self.read
        } else {
            &mut self.unread
        }) += 1;
        date
    }

    fn check(&self, field: &str) -> Result<(), String> {
        match self {
            Self { read: 0, unread } if *unread > 0 => Err(format!(
                "the mapping's `{field}`: none of {unread} dates has one of `date_formats`"
            )),
            _ => Ok(()),
        }
    }
}

impl<'a> List<'a> {
    fn new(file: &'a str, mapping: &'a Mapping) -> Result<Self, ParseError> {
        let columns = mapping.columns.as_ref();
        Ok(Self {
            file,
            mapping,
            columns: columns.ok_or_else(|| ParseError::refused(file, "the mapping has no `columns`"))?,
            entries: Entries::new(),
            births: Dates::default(),
            listings: Dates::default(),
        })
    }

    fn add(&mut self, record: &impl Record) -> Result<(), String> {
        let columns = self.columns;
        let id = join(self.values(record, &columns.entry_id)?.into_iter(), " ");
        let mut entry = Entry::new(&id, kind(record, columns)?, &self.name(record)?);
        for (values, strength) in [
            (&columns.aliases, AliasStrength::Strong),
            (&columns.weak_aliases, AliasStrength::Weak),
        ] {
            for name in self.values(record, values)? {
                entry.add_alias(&name, strength, "aka");
            }
        }
        for written in self.values(record, &columns.birth_dates)? {
            match self.births.read(&written, self.mapping) {
                Some(date) => entry.add_birth_date(date),
                None => entry.add_remark(&format!("Born: {written}")),
            }
        }
        for country in self.values(record, &columns.countries)? {
            entry.add_country(&country);
        }
        for program in self.values(record, &columns.programs)? {
            entry.add_program(&program);
        }
        let addresses = self.values(record, &columns.addresses)?;
        if columns.addresses.separator.is_some() {
            addresses
                .into_iter()
                .for_each(|address| entry.add_address(address));
        } else {
            entry.add_address(join(addresses.into_iter(), ", "));
        }
        for document in &columns.documents {
            self.add_documents(record, document, &mut entry)?;
        }
        for remark in self.values(record, &columns.remarks)? {
            entry.add_remark(&remark);
        }
        for written in self.values(record, &columns.listed_on)? {
            let date = self.listings.read(&written, self.mapping);
            entry.listed_on = entry.listed_on.or(date);
        }
        match self.mapping.repeated_ids {
            Some(RepeatedIds::Unite) => self.entries.unite(entry),
            Some(RepeatedIds::Refuse) | None => self.entries.add(entry),
        }
    }

    /// The name; of a person's parts it is made as OFAC makes it, so that nobody has to guess which are which.
    fn name(&self, record: &impl Record) -> Result<String, String> {
        let part = |values| {
            self.values(record, values)
                .map(|parts| join(parts.into_iter(), " "))
        };
        let parts = [&self.columns.surnames, &self.columns.given].map(part);
        let [surnames, given] = parts;
        let parts = [surnames?, given?].into_iter().filter(|part| !part.is_empty());
        Ok(if self.columns.name.is_empty() {
            join(parts, ", ")
        } else {
            part(&self.columns.name)?
        })
    }

    fn add_documents(
        &self,
        record: &impl Record,
        column: &DocumentColumn,
        entry: &mut Entry,
    ) -> Result<(), String> {
        if column.of.is_some_and(|kind| kind != entry.kind) {
            return Ok(());
        }
        let single = |column: &String, separator: &Option<String>| Values {
            columns: vec![column.clone()],
            separator: separator.clone(),
            constants: Vec::new(),
        };
        let told = match &column.country_column {
            Some(country) => self.values(record, &single(country, &None))?.into_iter().next(),
            None => None,
        };
        let country = told.or_else(|| column.country.clone());
        for number in self.values(record, &single(&column.column, &column.separator))? {
            // `***.123.456-**`: a number that was made unreadable identifies nobody.
            if !number.contains('*') {
                entry.add_document(Document {
                    kind: column.kind.clone(),
                    number,
                    country: country.clone(),
                });
            }
        }
        Ok(())
    }

    /// What a record has of a field, without what stands for nothing.
    fn values(&self, record: &impl Record, values: &Values) -> Result<Vec<String>, String> {
        let (mut found, mut long) = (Vec::new(), false);
        let is_something = |value: &String| !value.is_empty() && !self.mapping.nothing.contains(value);
        for column in &values.columns {
            record.each(column, &mut |cell| {
                long |= cell.len() > MAX_CELL_BYTES || cell.contains(is_hidden);
                let parts: Vec<&str> = match &values.separator {
                    Some(separator) => cell.split(separator.as_str()).collect(),
                    None => vec![cell],
                };
                found.extend(parts.into_iter().map(one_line).filter(is_something));
            });
        }
        found.extend(values.constants.iter().cloned());
        if long || found.len() > MAX_NAMES {
            let column = values.columns.first().map_or("", |column| column);
            return Err(format!(
                "{} holds more than 64 KiB, more than {MAX_NAMES} values or control characters",
                entries::shown(column)
            ));
        }
        Ok(found)
    }

    fn finish(self) -> Result<Parsed, ParseError> {
        self.births
            .check("birth_dates")
            .and_then(|()| self.listings.check("listed_on"))
            .map_err(|reason| ParseError::refused(self.file, reason))?;
        self.entries.finish(self.file, None)
    }
}

/// JSON can spell what a text cannot hold.
fn is_hidden(c: char) -> bool {
    c.is_ascii_control() && !c.is_ascii_whitespace()
}

fn kind(record: &impl Record, columns: &Columns) -> Result<EntryKind, String> {
    let told = match &columns.kind {
        KindColumn::Always(kind) => return Ok(*kind),
        KindColumn::Told(told) => told,
    };
    let mut value = Cow::Borrowed("");
    record.each(&told.column, &mut |cell| value = Cow::Owned(one_line(cell)));
    let length = value.chars().filter(|c| c.is_alphanumeric()).count().to_string();
    let known = told.values.get(&*value).or_else(|| told.lengths.get(&length));
    known
        .copied()
        .or(told.otherwise)
        .ok_or_else(|| format!("the mapping's `kind` does not know {}", entries::shown(&value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(text: &str) -> Mapping {
        Mapping::read("m.toml", text.as_bytes()).expect("a good mapping")
    }

    /// As the registers of Brazil are: semicolons, windows-1252, two kinds of persons, masked numbers.
    const REGISTER: &str = r#"
        list = "x"
        title = "X"
        format = "csv"
        delimiter = ";"
        encoding = "windows-1252"
        skip_lines = 1
        nothing = ["Sem Informação"]
        date_formats = ["%d/%m/%Y"]
        [columns]
        entry_id = ["CÓDIGO", "ANO"]
        kind = { column = "TIPO", values = { F = "person", J = "org" } }
        name = "NOME"
        aliases = { columns = ["FANTASIA"], separator = "," }
        birth_dates = "NASCIMENTO"
        addresses = ["RUA", "CIDADE"]
        countries = { constants = ["BR"] }
        listed_on = "INÍCIO"
        [[columns.documents]]
        column = "CPF OU CNPJ"
        kind = "cpf"
        country = "BR"
        of = "person"
        [[columns.documents]]
        column = "CPF OU CNPJ"
        kind = "cnpj"
        of = "org"
    "#;
    const ROWS: &str = "Cadastro\r\nCódigo;Ano;Tipo;Nome;Fantasia;Nascimento;Rua;Cidade;Início;CPF ou CNPJ\r\n\
        1;2020;F;JOÃO GATO;GATÃO, GATINHO;31/12/1957;Rua 1;Lima;01/02/2020;111.222.333-44\r\n\
        1;2021;J;\"GATO \"\"SUR\"\" LTDA\";Sem Informação;;;Lima;;11.222.333/0001-44\r\n\
        2;2021;F;JOSÉ – GATO;;desconhecido;;;Sem Informação;***.222.333-**\r\n";

    fn windows_1252(text: &str) -> Vec<u8> {
        text.chars()
            .map(|c| {
                if c == '–' {
                    0x96
                } else {
                    u8::try_from(c).expect("a letter of latin-1")
                }
            })
            .collect()
    }

    #[test]
    fn a_register_of_separated_values() {
        let entries = parse_csv("f", &windows_1252(ROWS), &mapping(REGISTER))
            .expect("a good list")
            .entries;
        let [person, org, other] = entries.as_slice() else {
            panic!("three entries")
        };
        let names: Vec<_> = person.names().map(|(name, _)| name).collect();
        assert_eq!(
            (&*person.entry_id, names),
            ("1 2020", vec!["JOÃO GATO", "GATÃO", "GATINHO"])
        );
        assert_eq!(person.birth_dates, ["1957-12-31"]);
        assert_eq!(
            (&person.addresses, &person.countries),
            (&vec!["Rua 1, Lima".into()], &vec!["BR".into()])
        );
        assert_eq!(person.listed_on.as_deref(), Some("2020-02-01"));
        let [cpf] = person.documents.as_slice() else {
            panic!("one document")
        };
        assert_eq!((&*cpf.kind, cpf.country.as_deref()), ("cpf", Some("BR")));
        assert_eq!(
            (org.kind, &*org.name, org.aliases.len()),
            (EntryKind::Org, "GATO \"SUR\" LTDA", 0)
        );
        assert_eq!(org.documents[0].kind, "cnpj");
        assert_eq!((&*other.name, other.documents.len()), ("JOSÉ – GATO", 0));
        assert_eq!(other.remarks, "Born: desconhecido");
    }

    #[test]
    fn what_is_wrong_names_the_line_or_the_field() {
        let bytes = windows_1252(ROWS);
        for (good, bad, refused) in [
            (
                "\"FANTASIA\"",
                "\"APELIDO\"",
                "f, line 2: there is no column \"APELIDO\", which the mapping's `aliases` names",
            ),
            (
                "column = \"CPF OU CNPJ\"",
                "column = \"CPF\"",
                "f, line 2: there is no column \"CPF\", which the mapping's `documents` names",
            ),
            (
                ", J = \"org\"",
                "",
                "f, line 4: the mapping's `kind` does not know \"J\"",
            ),
            ("windows-1252", "utf-8", "f, line 2: a byte that is not UTF-8"),
            (
                "windows-1252",
                "latin-1",
                "f, line 5: the byte 0x96 is no character of latin-1",
            ),
            (", \"ANO\"]", "]", "f, line 4: an earlier entry has the id 1"),
            ("\";\"", "\",\"", "f, line 2: there is no column"),
            (
                "%d/%m/%Y",
                "%Y/%m/%d",
                "f: the mapping's `birth_dates`: none of 2 dates has one of `date_formats`",
            ),
            ("skip_lines = 1", "", "f, line 1: there is no column"),
            ("skip_lines = 1", "skip_lines = 9", "f: there is no entry in it"),
        ] {
            let error = parse_csv("f", &bytes, &mapping(&REGISTER.replace(good, bad)))
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
        let open = &bytes[..bytes.len() - 2];
        assert!(parse_csv("f", open, &mapping(REGISTER)).is_err());
        let allowed = mapping(&REGISTER.replace("skip_lines", "open_end = true\nskip_lines"));
        assert_eq!(parse_csv("f", open, &allowed), parse_csv("f", &bytes, &allowed));
    }

    #[test]
    fn json_by_members_and_pointers() {
        let mapping = mapping(
            r#"
            list = "x"
            title = "X"
            format = "json"
            repeated_ids = "unite"
            [columns]
            entry_id = "id"
            kind = { column = "rfc", lengths = { 12 = "org" }, otherwise = "person" }
            surnames = "/name/last"
            given = ["/name/first/0", "/name/first/1"]
            aliases = "/other/*/name"
            countries = "countries"
            documents = [{ column = "rfc", kind = "rfc", country_column = "issuer", country = "MX" }]
            "#,
        );
        let text = r#"{"id": 7, "rfc": "GASJ570404AB1", "name": {"last": "GATO", "first": ["Ana", "Eva"]},
                "other": [{"name": "La Gata"}, {"nick": "x"}], "countries": ["MX", "PE", null], "issuer": "PE"}
            {"id": 7, "rfc": "GASJ570404AB1", "name": {"last": "GATA", "first": []}, "countries": "CL"}
            {"id": 8, "rfc": "GTS-570404-AB1", "name": {"last": "GATO SUR"}}"#;
        let entries = parse_json("f", text.as_bytes(), &mapping)
            .expect("a good list")
            .entries;
        let [person, org] = entries.as_slice() else {
            panic!("two entries")
        };
        let names: Vec<_> = person.names().map(|(name, _)| name).collect();
        assert_eq!(names, ["GATO, Ana Eva", "La Gata", "GATA"]);
        assert_eq!(person.countries, ["MX", "PE", "CL"]);
        let countries: Vec<_> = person
            .documents
            .iter()
            .map(|document| document.country.as_deref())
            .collect();
        assert_eq!(countries, [Some("PE"), Some("MX")]);
        assert_eq!((org.kind, &*org.name), (EntryKind::Org, "GATO SUR"));
        for (good, bad, refused) in [
            ("\"GATO SUR\"", "\"\"", "f, line 4: the entry \"8\" has no name"),
            ("\"GATO SUR\"", "\"=A(1)\"", "f, line 4: \"=A(1)\" is a formula"),
            ("\"GATO SUR\"", "\"\\u0007\"", "f, line 4: \"/name/last\" holds"),
            ("\"id\": 8", "\"no\": 8", "f, line 4: an entry without an id"),
        ] {
            let error = parse_json("f", text.replace(good, bad).as_bytes(), &mapping)
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }
}
