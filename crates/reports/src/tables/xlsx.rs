//! Workbooks: the first sheet, cell by cell.

use std::{
    fs::File,
    io::{BufReader, Read as _, Seek as _},
    ops::ControlFlow,
};

use calamine::{Data, DataRef, Reader as _, Xlsx, XlsxCellReader};
use cotejo_domain::batches::{EachRow, TableError, TableFormat};
use zip::ZipArchive;

use super::{CELL_LENGTH, COLUMNS, disk};

/// To how much a workbook may unpack. Sheets are read piece by piece, but texts that cells share are held.
const UNPACKED: u64 = 512 * 1024 * 1024;
const SHARED_TEXTS: u64 = 64 * 1024 * 1024;

/// Files of a workbook; a real one has a few dozen.
const FILES: usize = 10_000;

const NO_WORKBOOK: TableError = TableError::NotOne(TableFormat::Xlsx);

pub(super) fn read(mut file: File, each: EachRow<'_>) -> Result<(), TableError> {
    measure(&file)?;
    file.rewind().map_err(disk)?;
    let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|_| NO_WORKBOOK)?;
    let first = workbook.sheet_names().first().cloned().ok_or(NO_WORKBOOK)?;
    let cells = workbook.worksheet_cells_reader(&first).map_err(|_| NO_WORKBOOK)?;
    rows(cells, each)
}

/// Unpacks everything once and throws it away: what an archive says of its sizes may be a lie.
fn measure(file: &File) -> Result<(), TableError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| NO_WORKBOOK)?;
    if archive.len() > FILES {
        return Err(TableError::TooLarge);
    }
    let mut left = UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|_| NO_WORKBOOK)?;
        let shared = entry.name().is_ok_and(|name| name.ends_with("sharedStrings.xml"));
        let most = if shared { SHARED_TEXTS.min(left) } else { left };
        let unpacked =
            std::io::copy(&mut entry.take(most + 1), &mut std::io::sink()).map_err(|_| NO_WORKBOOK)?;
        if unpacked > most {
            return Err(TableError::TooLarge);
        }
        left -= unpacked;
    }
    Ok(())
}

/// Gathers cells, which come row by row, into rows.
fn rows<R: std::io::Read + std::io::Seek>(
    mut cells: XlsxCellReader<'_, R>,
    each: EachRow<'_>,
) -> Result<(), TableError> {
    let mut row: Vec<String> = Vec::new();
    let mut number = 0;
    let mut give = |number: usize, row: &mut Vec<String>| {
        if row.iter().all(String::is_empty) {
            row.clear();
            return ControlFlow::Continue(());
        }
        each(number, std::mem::take(row))
    };
    while let Some(cell) = cells.next_cell().map_err(|_| NO_WORKBOOK)? {
        let (at, column) = cell.get_position();
        let at = at as usize + 1;
        if at != number {
            if give(number, &mut row) == ControlFlow::Break(()) {
                return Ok(());
            }
            number = at;
        }
        let column = column as usize;
        if column >= COLUMNS {
            continue;
        }
        let text = text(cell.get_value());
        if text.chars().count() > CELL_LENGTH {
            return Err(TableError::TooLong(number));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    // Nothing follows the last row: whether more is wanted does not matter.
    let _ = give(number, &mut row);
    Ok(())
}

/// A cell as people see it. A document that was entered as a number has lost its leading zeros before it comes to us.
fn text(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        Data::Bool(flag) => flag.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => plain(number),
        Data::DateTime(moment) => moment.as_datetime().map_or_else(
            || plain(moment.as_f64()),
            |at| at.date().format("%Y-%m-%d").to_string(),
        ),
    }
}

/// A number without an exponent, a whole one without a fraction.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e18 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}
