//! Writing rows. What was written by strangers may begin as a formula does; nobody's spreadsheet is to run it.

use std::{
    fs::File,
    io::{BufWriter, Seek as _, Write as _},
};

use cotejo_domain::{batches::TableError, csv::inert};
use rust_xlsxwriter::{Format, Workbook};

use super::{CELL_LENGTH, disk};

/// Rows of a sheet, its header among them.
const SHEET_ROWS: u32 = 1_048_576;

/// A workbook. Every cell is a text, which no spreadsheet takes for a formula, a number or a date.
pub(super) fn xlsx(
    header: &[String],
    rows: &mut dyn Iterator<Item = Vec<String>>,
) -> Result<File, TableError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(disk)?;
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0).map_err(disk)?;
    for (column, title) in (0..).zip(header) {
        sheet
            .write_string_with_format(0, column, title, &bold)
            .map_err(disk)?;
    }
    for (number, row) in (1..SHEET_ROWS).zip(rows) {
        for (column, cell) in (0..).zip(&row).filter(|(_, cell)| !cell.is_empty()) {
            sheet
                .write_string(number, column, shortened(cell))
                .map_err(disk)?;
        }
    }
    let mut file = tempfile::tempfile().map_err(disk)?;
    workbook.save_to_writer(&file).map_err(disk)?;
    file.rewind().map_err(disk)?;
    Ok(file)
}

/// CSV in UTF-8, with a byte order mark, because spreadsheets guess otherwise.
pub(super) fn csv(
    header: &[String],
    rows: &mut dyn Iterator<Item = Vec<String>>,
) -> Result<File, TableError> {
    let file = tempfile::tempfile().map_err(disk)?;
    let mut out = BufWriter::new(file);
    out.write_all("\u{FEFF}".as_bytes()).map_err(disk)?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
    writer
        .write_record(header.iter().map(|cell| inert(cell).into_owned()))
        .map_err(disk)?;
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| inert(cell).into_owned()))
            .map_err(disk)?;
    }
    let mut file = writer.into_inner().map_err(disk)?.into_inner().map_err(disk)?;
    file.rewind().map_err(disk)?;
    Ok(file)
}

fn shortened(cell: &str) -> &str {
    cell.char_indices()
        .nth(CELL_LENGTH)
        .map_or(cell, |(end, _)| &cell[..end])
}
