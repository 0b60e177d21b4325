//! CSV as people write it: commas, semicolons or tabs, with or without a byte order mark, in UTF-8 or Windows-1252.

use std::{
    fs::File,
    io::{BufReader, Read as _, Seek as _},
    ops::ControlFlow,
};

use cotejo_domain::batches::{EachRow, TableError, TableFormat};
use csv::{ByteRecord, ReaderBuilder, Terminator, Trim};

use super::{CELL_LENGTH, COLUMNS, disk};

/// How much of the file decides its delimiter.
const HEAD: u64 = 64 * 1024;

pub(super) fn read(mut file: File, each: EachRow<'_>) -> Result<(), TableError> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(disk)?;
    if head.contains(&0) {
        return Err(TableError::NotOne(TableFormat::Csv));
    }
    let bom = u64::try_from(if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }).map_err(disk)?;
    file.seek(std::io::SeekFrom::Start(bom)).map_err(disk)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .terminator(Terminator::CRLF)
        .delimiter(delimiter(&head))
        .from_reader(BufReader::new(file));
    let mut record = ByteRecord::new();
    let mut number = 0;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return Err(disk(error)),
        }
        number += 1;
        let cells: Vec<String> = record.iter().take(COLUMNS).map(text).collect();
        if cells.iter().any(|cell| cell.chars().count() > CELL_LENGTH) {
            return Err(TableError::TooLong(number));
        }
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if each(number, cells) == ControlFlow::Break(()) {
            return Ok(());
        }
    }
}

/// The delimiter that stands most often in the first line that has any, outside of quotes.
fn delimiter(head: &[u8]) -> u8 {
    const KNOWN: [u8; 3] = [b',', b';', b'\t'];
    for line in head.split(|byte| *byte == b'\n') {
        let mut quoted = false;
        let mut counts = [0_usize; 3];
        for byte in line {
            quoted ^= *byte == b'"';
            if let Some(place) = KNOWN.iter().position(|known| known == byte && !quoted) {
                counts[place] += 1;
            }
        }
        let most = counts.iter().zip(KNOWN).max_by_key(|(count, _)| **count);
        if let Some((count, known)) = most
            && *count > 0
        {
            return known;
        }
    }
    b','
}

/// The cell's text. What is no UTF-8 was saved by a spreadsheet of an older Windows.
fn text(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => cell.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

/// The characters of 0x80 to 0x9F, in which Windows-1252 differs from Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
