//! Lines of CSV (RFC 4180), which no spreadsheet runs.

use std::borrow::Cow;

/// What a file in UTF-8 begins with, because spreadsheets guess otherwise.
pub const MARK: &str = "\u{FEFF}";

/// Adds a line of cells, with its end.
pub fn push_line<S: AsRef<str>>(lines: &mut String, cells: impl IntoIterator<Item = S>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            lines.push(',');
        }
        let cell = inert(cell.as_ref());
        if cell.contains([',', '"', '\r', '\n']) {
            lines.push('"');
            lines.push_str(&cell.replace('"', "\"\""));
            lines.push('"');
        } else {
            lines.push_str(&cell);
        }
    }
    lines.push_str("\r\n");
}

/// A cell that no spreadsheet runs: an apostrophe before what would begin a formula. What was written by strangers may.
pub fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
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
            let mut line = String::new();
            push_line(&mut line, cells);
            assert_eq!(line, expected, "{cells:?}");
        }
    }
}
