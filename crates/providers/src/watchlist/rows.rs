//! Tables of separated values, read strictly.
//!
//! Readers of CSV are made to forgive: a quote that is never closed, text behind a quote that is, a row with fewer
//! cells than the header. That is exactly what a file looks like that was cut off or damaged on its way, so here all
//! of it is an error, with the line in which the row began. Quotes within a cell that does not begin with one are
//! text, as everywhere.

use std::{borrow::Cow, collections::HashMap};

use super::{
    ParseError,
    entries::{self, MAX_CELL_BYTES},
    text,
};

/// The rows of a text, in their order.
pub(super) struct Rows<'a> {
    file: &'a str,
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: u64,
}

/// One row.
pub(super) struct Row<'a> {
    file: &'a str,
    /// The line in which it begins, from 1.
    line: u64,
    cells: Vec<Cow<'a, str>>,
}

impl Row<'_> {
    /// The cell as it is written; nothing where the row has none.
    pub(super) fn raw(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell)
    }

    pub(super) fn cells(&self) -> &[Cow<'_, str>] {
        &self.cells
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> ParseError {
        ParseError::at(self.file, self.line, reason)
    }
}

impl<'a> Rows<'a> {
    /// The rows of a text whose last line is ended, as programs write them: one that is not was cut off.
    pub(super) fn new(file: &'a str, text: &'a str, delimiter: u8) -> Result<Self, ParseError> {
        if !text.is_empty() && !text.ends_with('\n') {
            let line = text::line_at(text.as_bytes(), text.len());
            let reason = "the file ends within a line: it is cut short";
            return Err(ParseError::at(file, line, reason));
        }
        Ok(Self::open(file, text, delimiter))
    }

    /// The rows of a text whose last line may be open, as people write them.
    pub(super) fn open(file: &'a str, text: &'a str, delimiter: u8) -> Self {
        Self {
            file,
            text,
            delimiter,
            at: 0,
            line: 1,
        }
    }

    /// Leaves out lines in front of the table.
    pub(super) fn skip_lines(&mut self, lines: u32) {
        for _ in 0..lines {
            let rest = &self.text[self.at..];
            self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
            self.line += 1;
        }
    }

    /// The next row; lines without anything in them are none.
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, ParseError> {
        loop {
            let (start, line) = (self.at, self.line);
            if start == self.text.len() {
                return Ok(None);
            }
            let cells = self
                .cells()
                .map_err(|reason| ParseError::at(self.file, line, reason))?;
            let read = &self.text.as_bytes()[start..self.at];
            self.line += read.iter().filter(|&&byte| byte == b'\n').count() as u64;
            if cells.len() > 1 || !cells[0].is_empty() {
                return Ok(Some(Row {
                    file: self.file,
                    line,
                    cells,
                }));
            }
        }
    }

    fn cells(&mut self) -> Result<Vec<Cow<'a, str>>, String> {
        let mut cells = Vec::new();
        loop {
            let cell = self.cell()?;
            if cell.len() > MAX_CELL_BYTES {
                return Err("a cell of more than 64 KiB".to_owned());
            }
            if entries::begins_formula(&cell) {
                return Err(format!("the cell {} is a formula", entries::shown(&cell)));
            }
            cells.push(cell);
            let rest = &self.text.as_bytes()[self.at..];
            self.at += match rest {
                [] => return Ok(cells),
                [b'\r', b'\n', ..] => 2,
                _ => 1,
            };
            if rest[0] != self.delimiter {
                return Ok(cells);
            }
        }
    }

    /// Reads one cell, and stops at the delimiter, the line end or the end of the text behind it.
    fn cell(&mut self) -> Result<Cow<'a, str>, String> {
        let rest = &self.text[self.at..];
        if !rest.starts_with('"') {
            let ends = |byte: u8| byte == self.delimiter || byte == b'\n';
            let end = rest.bytes().position(ends).unwrap_or(rest.len());
            let cell = &rest[..end];
            let cell = match rest.as_bytes().get(end) {
                Some(b'\n') => cell.strip_suffix('\r').unwrap_or(cell),
                _ => cell,
            };
            self.at += cell.len();
            return Ok(Cow::Borrowed(cell));
        }
        let (mut from, mut cell) = (1, Cow::Borrowed(""));
        loop {
            let length = rest[from..].find('"').ok_or("a quote that is never closed")?;
            let part = &rest[from..from + length];
            from += length + 1;
            if cell.is_empty() {
                cell = Cow::Borrowed(part);
            } else {
                cell.to_mut().push_str(part);
            }
            match rest.as_bytes().get(from) {
                Some(b'"') => {
                    cell.to_mut().push('"');
                    from += 1;
                }
                None | Some(b'\n') => break,
                Some(&byte) if byte == self.delimiter => break,
                Some(b'\r') if rest[from..].starts_with("\r\n") => break,
                Some(_) => return Err("text behind the quote that closes a cell".to_owned()),
            }
        }
        self.at += from;
        Ok(cell)
    }
}

/// A table with a header; its columns are known by their names and may stand in any order.
pub(super) struct Sheet<'a> {
    rows: Rows<'a>,
    /// The columns by their names in small letters; none where two have the same name.
    columns: HashMap<String, Option<usize>>,
    width: usize,
    header: ParseError,
}

impl<'a> Sheet<'a> {
    /// Reads the header, which must have these columns.
    pub(super) fn new(mut rows: Rows<'a>, required: &[&str]) -> Result<Self, ParseError> {
        let header = rows.next()?.ok_or_else(|| ParseError::Empty {
            file: rows.file.to_owned(),
        })?;
        let mut columns = HashMap::new();
        for (place, cell) in header.cells().iter().enumerate() {
            columns
                .entry(key(cell))
                .and_modify(|known| *known = None)
                .or_insert(Some(place));
        }
        let sheet = Self {
            width: header.cells().len(),
            header: header.error(""),
            rows,
            columns,
        };
        for column in required {
            sheet.require(column).map_err(|reason| sheet.refuse(reason))?;
        }
        Ok(sheet)
    }

    /// Whether the table has one column of that name.
    pub(super) fn require(&self, column: &str) -> Result<(), String> {
        match self.columns.get(&key(column)) {
            Some(Some(_)) => Ok(()),
            Some(None) => Err(format!("there are two columns {}", entries::shown(column))),
            None => Err(format!("there is no column {}", entries::shown(column))),
        }
    }

    /// An error of the header.
    pub(super) fn refuse(&self, reason: String) -> ParseError {
        match &self.header {
            ParseError::Malformed { file, line, .. } => ParseError::at(file, *line, reason),
            other => other.clone(),
        }
    }

    /// The next row, which has as many cells as the header.
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, ParseError> {
        let row = self.rows.next()?;
        match row {
            Some(row) if row.cells().len() != self.width => {
                let (found, expected) = (row.cells().len(), self.width);
                Err(row.error(format!("{found} columns instead of {expected}")))
            }
            row => Ok(row),
        }
    }

    /// A cell by its column's name; nothing where there is no such column.
    pub(super) fn get<'r>(&self, row: &'r Row<'_>, column: &str) -> &'r str {
        let place = match self.columns.get(column) {
            Some(place) => *place,
            None => self.columns.get(&key(column)).copied().flatten(),
        };
        place.map_or("", |place| row.raw(place).trim())
    }
}

/// A column's name as it is looked up: publishers change capitals and blanks from one edition to the next.
fn key(column: &str) -> String {
    text::one_line(column).to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Result<Vec<(u64, Vec<String>)>, ParseError> {
        let (mut rows, mut all) = (Rows::new("f", text, b',')?, Vec::new());
        while let Some(row) = rows.next()? {
            all.push((row.line, row.cells().iter().map(ToString::to_string).collect()));
        }
        Ok(all)
    }

    #[test]
    fn rows_and_their_lines() {
        let text = "a,\"b \"\"c\"\"\",\r\n\r\n\"two\nlines\",,\"\"\n5\" x,\" y \",\"\"\"\"\n";
        let expected = [
            (1, ["a", "b \"c\"", ""]),
            (3, ["two\nlines", "", ""]),
            (5, ["5\" x", " y ", "\""]),
        ];
        let expected: Vec<_> = expected
            .map(|(line, cells)| (line, cells.map(str::to_owned).to_vec()))
            .into();
        assert_eq!(rows(text), Ok(expected));
        assert_eq!(rows(""), Ok(Vec::new()));
    }

    #[test]
    fn what_others_forgive_is_refused() {
        let long = format!("a\n{}\n", "x".repeat(MAX_CELL_BYTES + 1));
        for (text, refused) in [
            ("a\nb,\"c\n", "f, line 2: a quote that is never closed"),
            ("a\nb,\"c\"d\n", "f, line 2: text behind"),
            ("a\n\"b\"\rc\n", "f, line 2: text behind"),
            ("a\nb", "f, line 2: the file ends within a line"),
            ("a\nb\r", "f, line 2: the file ends within a line"),
            (
                "a\n=HYPERLINK(1)\n",
                "f, line 2: the cell \"=HYPERLINK(1)\" is a formula",
            ),
            (&long, "f, line 2: a cell of more than 64 KiB"),
        ] {
            let error = rows(text).expect_err(refused).to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }

    #[test]
    fn sheets_know_their_columns() {
        let open = |text: &'static str| Sheet::new(Rows::open("f", text, b';'), &["name"]);
        let mut sheet = open("ID; Full  NAME ;Name;x;X\n1;a;b;;").expect("a sheet");
        let row = sheet.next().expect("no error").expect("a row");
        assert_eq!(
            ["id", "FULL NAME", "name", "x", "y"].map(|column| sheet.get(&row, column)),
            ["1", "a", "b", "", ""]
        );
        assert!(sheet.require("id").is_ok() && sheet.require("x").is_err() && sheet.require("y").is_err());
        for (text, refused) in [
            ("id\n", "f, line 1: there is no column \"name\""),
            ("", "f: there is no entry in it"),
        ] {
            assert_eq!(
                open(text).err().map(|error| error.to_string()).as_deref(),
                Some(refused)
            );
        }
        let mut short = open("id;name\n1").expect("a sheet");
        assert_eq!(
            short.next().err().map(|error| error.to_string()).as_deref(),
            Some("f, line 2: 1 columns instead of 2")
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(table in prop::collection::vec(
            prop::collection::vec("[a-zñ,\"\n ]{0,6}", 2), 0..6,
        )) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
            let text: String = table.iter().map(line).collect();
            let read: Vec<_> = rows(&text).expect("a table").into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(read, table);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[a\",;=\r\n]{0,40}") {
            let _ = rows(&text);
        }
    }
}
