//! Lines of CSV (RFC 4180), which no spreadsheet runs.

/// What a file in UTF-8 begins with, because spreadsheets guess otherwise.
pub const MARK: &str = "\u{FEFF}";

/// A line of cells, with its end.
pub fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let mut line = String::new();
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let cell = inert(cell.as_ref());
        if cell.contains([',', '"', '\r', '\n']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&cell);
        }
    }
    line.push_str("\r\n");
    line
}

/// A cell that no spreadsheet runs: an apostrophe before what would begin a formula. What was written by strangers may.
pub fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_cell_is_quoted_and_what_would_run_is_not_run() {
        for (cells, expected) in [
            (&["a", "", "b c"][..], "a,,b c\r\n"),
            (
                &["a,b", "say \"hi\"", "two\nlines"],
                "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n",
            ),
            (
                &["=1+1", "+57300", "-1", "@x", "\tx"],
                "'=1+1,'+57300,'-1,'@x,'\tx\r\n",
            ),
            (
                &["=HYPERLINK(\"x\",\"y\")"],
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n",
            ),
        ] {
            assert_eq!(line(cells), expected, "{cells:?}");
        }
    }
}
