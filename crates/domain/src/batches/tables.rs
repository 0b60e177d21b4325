//! Files of rows, as those who read and write them speak of them.

use std::{fs::File, ops::ControlFlow};

use super::TableFormat;

/// Why a file of rows cannot be used, in words for whoever uploaded it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// It is not what it should be.
    #[error("the file is no {0} file, or is damaged")]
    NotOne(TableFormat),
    /// It unpacks to too much.
    #[error("the file unpacks to too much")]
    TooLarge,
    /// It has too many rows.
    #[error("the file has more than {0} rows")]
    TooManyRows(usize),
    /// A row has too many columns or too long a cell.
    #[error("row {0} is too long")]
    TooLong(usize),
    /// A row is not text.
    #[error("row {0} is not UTF-8 text")]
    NotText(usize),
    /// There is nothing in it.
    #[error("the file has no rows")]
    Empty,
    /// The disk failed.
    #[error("the file could not be read or written")]
    Disk(String),
}

/// Takes rows one by one, with their numbers in the file from 1; breaks where it wants no more.
pub type EachRow<'a> = &'a mut dyn FnMut(usize, Vec<String>) -> ControlFlow<()>;

/// Reads and writes files of rows. Blocks, for as long as the file is long.
pub trait Tables: Send + Sync + 'static {
    /// Reads the first sheet of a file, without rows that are empty.
    ///
    /// # Errors
    /// What is wrong with the file; rows before it may have been given already.
    fn read(&self, file: File, format: TableFormat, each: EachRow<'_>) -> Result<(), TableError>;

    /// Writes a header and rows into an unnamed file that is gone when it is dropped, and stands at its beginning. No
    /// cell is a formula to whoever opens it.
    ///
    /// # Errors
    /// If the disk fails.
    fn write(
        &self,
        format: TableFormat,
        header: &[String],
        rows: &mut dyn Iterator<Item = Vec<String>>,
    ) -> Result<File, TableError>;
}
