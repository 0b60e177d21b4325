//! Files of rows: workbooks and CSV, read and written row by row.

mod csv;
mod write;
mod xlsx;

use std::fs::File;

use cotejo_domain::batches::{EachRow, TableError, TableFormat, Tables};

/// Longest cell, in characters: what a workbook's may have.
pub(crate) const CELL_LENGTH: usize = 32_767;

/// Most columns that are read; those behind them are as if they were empty.
pub(crate) const COLUMNS: usize = 512;

/// Workbooks and CSV.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sheets;

impl Tables for Sheets {
    fn read(&self, file: File, format: TableFormat, each: EachRow<'_>) -> Result<(), TableError> {
        match format {
            TableFormat::Xlsx => xlsx::read(file, each),
            TableFormat::Csv => csv::read(file, each),
        }
    }

    fn write(
        &self,
        format: TableFormat,
        header: &[String],
        rows: &mut dyn Iterator<Item = Vec<String>>,
    ) -> Result<File, TableError> {
        match format {
            TableFormat::Xlsx => write::xlsx(header, rows),
            TableFormat::Csv => write::csv(header, rows),
        }
    }
}

pub(crate) fn disk(error: impl std::fmt::Display) -> TableError {
    TableError::Disk(error.to_string())
}

#[cfg(test)]
mod tests;
