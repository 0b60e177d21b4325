//! What is written is read; what is wrong is refused.

use std::{
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    ops::ControlFlow,
};

use cotejo_domain::batches::{TableError, TableFormat, Tables as _};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::Sheets;

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn read(file: File, format: TableFormat) -> Result<Vec<(usize, Vec<String>)>, TableError> {
    let mut rows = Vec::new();
    Sheets.read(file, format, &mut |number, row| {
        rows.push((number, row));
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

fn cells(row: &[&str]) -> Vec<String> {
    row.iter().map(|cell| (*cell).to_owned()).collect()
}

const HOSTILE: &[&str] = &[
    "0012345678",
    "=HYPERLINK(\"http://x\")",
    "+1",
    "-2",
    "@SUM(A1)",
    "ñandú, \"x\"\nz",
    "1e5",
];

#[test]
fn a_workbook_that_was_written_is_read_and_keeps_zeros_and_holds_no_formula() {
    let rows = [cells(HOSTILE), cells(&[]), cells(&["", "b"])];
    let made = Sheets
        .write(
            TableFormat::Xlsx,
            &cells(&["id", "name"]),
            &mut rows.clone().into_iter(),
        )
        .unwrap();
    let mut sheet = String::new();
    let mut archive = zip::ZipArchive::new(made.try_clone().unwrap()).unwrap();
    archive
        .by_name("xl/worksheets/sheet1.xml")
        .unwrap()
        .read_to_string(&mut sheet)
        .unwrap();
    assert!(!sheet.contains("<f>"));
    let mut made = made;
    made.rewind().unwrap();
    let found = read(made, TableFormat::Xlsx).unwrap();
    assert_eq!(
        found,
        [
            (1, cells(&["id", "name"])),
            (2, cells(HOSTILE)),
            (4, cells(&["", "b"]))
        ]
    );
}

/// `tests/data` holds workbooks that were written by others.
#[test]
fn workbooks_of_others_are_read() {
    let openpyxl = read(
        file(include_bytes!("../../tests/data/openpyxl.xlsx")),
        TableFormat::Xlsx,
    )
    .unwrap();
    let header = [
        "national_id",
        "first_name",
        "date_of_birth",
        "user_authorized",
        "tax_id",
    ];
    assert_eq!(openpyxl[0], (1, cells(&header)));
    let first = ["0012345678", "María José", "1990-01-31", "true", "9001234567"];
    assert_eq!(openpyxl[1], (2, cells(&first)));
    // A formula that was never calculated has no value.
    assert_eq!(
        openpyxl[2].1[..4],
        cells(&["1000000001", "Núñez, Ana", "1985-12-01", "false"])
    );
    assert_eq!(openpyxl[2].1.get(4).map_or("", String::as_str), "");
    assert_eq!(
        openpyxl[3],
        (5, cells(&["1000000002", "", "31/01/1990", "", "1.5"])),
        "row 4 is empty"
    );
    assert_eq!(openpyxl.len(), 4, "the second sheet is another matter");
    let libreoffice = read(
        file(include_bytes!("../../tests/data/libreoffice.xlsx")),
        TableFormat::Xlsx,
    )
    .unwrap();
    assert_eq!(libreoffice[0], (1, cells(&header[..4])));
    assert_eq!(libreoffice[1], (2, cells(&first[..4])));
    assert_eq!(
        libreoffice[2],
        (3, cells(&["1000000001", "Núñez, Ana", "1985-12-01", "false"]))
    );
}

#[test]
fn csv_that_was_written_has_no_formula() {
    let mut made = Sheets
        .write(
            TableFormat::Csv,
            &cells(&["id"]),
            &mut [cells(HOSTILE)].into_iter(),
        )
        .unwrap();
    let mut text = String::new();
    made.read_to_string(&mut text).unwrap();
    made.rewind().unwrap();
    let found = read(made, TableFormat::Csv).unwrap();
    assert_eq!(
        found[1].1[..5],
        cells(&[
            "0012345678",
            "'=HYPERLINK(\"http://x\")",
            "'+1",
            "'-2",
            "'@SUM(A1)"
        ])
    );
    assert!(text.starts_with('\u{FEFF}'));
}

#[test]
fn csv_is_read_as_people_write_it() {
    for (bytes, expected) in [
        (
            &b"id,name\n0012,Ana\n"[..],
            &[(1, &["id", "name"][..]), (2, &["0012", "Ana"])][..],
        ),
        (
            b"\xEF\xBB\xBFid;name\r\n12;Ana\r\n",
            &[(1, &["id", "name"]), (2, &["12", "Ana"])],
        ),
        (
            b"id\tname\n\n1\tAna, la de\n",
            &[(1, &["id", "name"]), (2, &["1", "Ana, la de"])],
        ),
        (b"\"a,b\";c\n", &[(1, &["a,b", "c"])]),
        (b"Mu\xF1oz;\x80\n", &[(1, &["Muñoz", "€"])]),
        (b"only\n", &[(1, &["only"])]),
        (b"", &[]),
    ] {
        let found = read(file(bytes), TableFormat::Csv).unwrap();
        let expected: Vec<_> = expected.iter().map(|(n, row)| (*n, cells(row))).collect();
        assert_eq!(
            found.iter().map(|(_, row)| row).collect::<Vec<_>>(),
            expected.iter().map(|(_, row)| row).collect::<Vec<_>>()
        );
    }
    assert_eq!(
        read(file(b"a\0b"), TableFormat::Csv),
        Err(TableError::NotOne(TableFormat::Csv))
    );
}

/// An archive of so many megabytes of zeros in one file.
fn bomb(name: &str, megabytes: usize) -> File {
    let mut archive = ZipWriter::new(tempfile::tempfile().unwrap());
    archive.start_file(name, SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1024 * 1024];
    for _ in 0..megabytes {
        archive.write_all(&zeros).unwrap();
    }
    let mut file = archive.finish().unwrap();
    file.rewind().unwrap();
    file
}

#[test]
fn what_is_no_workbook_is_refused() {
    let no_workbook = Err(TableError::NotOne(TableFormat::Xlsx));
    for bytes in [
        &b""[..],
        b"PK\x03\x04",
        b"id,name\n",
        b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        assert_eq!(read(file(bytes), TableFormat::Xlsx), no_workbook);
    }
    assert_eq!(read(bomb("readme.txt", 1), TableFormat::Xlsx), no_workbook);
    assert_eq!(
        read(bomb("xl/sharedStrings.xml", 65), TableFormat::Xlsx),
        Err(TableError::TooLarge)
    );
    assert_eq!(
        read(bomb("xl/worksheets/sheet1.xml", 513), TableFormat::Xlsx),
        Err(TableError::TooLarge)
    );
}

#[test]
fn reading_ends_where_nothing_more_is_wanted() {
    let rows = (0..1_000).map(|n| cells(&[&n.to_string()]));
    let made = Sheets
        .write(TableFormat::Xlsx, &cells(&["n"]), &mut rows.into_iter())
        .unwrap();
    let mut seen = 0;
    Sheets
        .read(made, TableFormat::Xlsx, &mut |_, _| {
            seen += 1;
            if seen == 10 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(seen, 10);
}
