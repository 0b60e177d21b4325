//! Certificates: what a registry says, as a PDF of a page.
//!
//! A page of text in a font that every viewer has is a few hundred bytes of a simple format, so that they are written here;
//! documents for people are laid out elsewhere.

use std::fmt::Write as _;

use cotejo_domain::checks::{Basis, DataSet, Finding, ResultKind};

use super::world::World;
use crate::port::{Attachment, AttachmentKind};

/// What registries certify.
const CERTIFIED: &[DataSet] = &[DataSet::CriminalRecord, DataSet::LegalBackground];

/// Lines of a page.
const LINES: usize = 48;

/// The certificates of a source: one for each data set about which it knows the subject by document.
pub(super) fn certificates(world: &World<'_>, findings: &[Finding]) -> Vec<Attachment> {
    let certified = findings.iter().filter(|finding| {
        CERTIFIED.contains(&finding.data_set)
            && finding.basis == Basis::Id
            && finding.result == ResultKind::Found
    });
    certified
        .map(|finding| Attachment {
            data_set: finding.data_set,
            name: format!("{}-{}.pdf", world.query.source.key, finding.data_set),
            kind: AttachmentKind::Pdf,
            content: page(&lines(world, finding)),
        })
        .collect()
}

fn lines(world: &World<'_>, finding: &Finding) -> Vec<String> {
    let mut lines = vec![world.query.source.name.clone(), String::new()];
    for table in &finding.tables {
        lines.push(table.title.clone());
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            lines.push(format!("    {}: {}", cell.label, cell.value));
        }
        lines.push(String::new());
    }
    lines.truncate(LINES);
    lines
}

/// A PDF of one page of A4 with these lines, in Helvetica.
fn page(lines: &[String]) -> Vec<u8> {
    let mut text = b"BT /F1 11 Tf 56 780 Td 15 TL\n".to_vec();
    for line in lines {
        text.push(b'(');
        text.extend(line.chars().flat_map(shown));
        text.extend_from_slice(b") Tj T*\n");
    }
    text.extend_from_slice(b"ET");
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        [
            format!("<< /Length {} >>\nstream\n", text.len()).as_bytes(),
            &text,
            b"\nendstream",
        ]
        .concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    file.extend_from_slice(table.as_bytes());
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// A character of a string: Latin-1 is what the font's encoding has in common with Unicode.
fn shown(c: char) -> Vec<u8> {
    match u8::try_from(u32::from(c)) {
        Ok(byte) if b"()\\".contains(&byte) => vec![b'\\', byte],
        Ok(byte @ (b' '..=b'~' | 0xA0..)) => vec![byte],
        Ok(_) | Err(_) => vec![b'?'],
    }
}
