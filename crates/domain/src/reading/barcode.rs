//! What barcodes of documents hold.

use chrono::NaiveDate;

use crate::{
    identifiers::{self, Kind},
    validations::{DocumentFields, Field},
};

/// Where the marker of Colombia's card stands among its bytes.
const MARKER: (usize, &[u8]) = (24, b"PubDSK_");

/// Whether the bytes are those of the barcode of Colombia's citizen's card.
pub fn is_cedula(bytes: &[u8]) -> bool {
    let (at, marker) = MARKER;
    bytes.get(at..at + marker.len()) == Some(marker)
}

/// What the barcode of Colombia's citizen's card says. Its fields have fixed places, in Latin-1, filled up with NULs;
/// behind them are fingerprints, which are not looked at.
pub fn cedula(bytes: &[u8]) -> Option<DocumentFields> {
    if !is_cedula(bytes) {
        return None;
    }
    let text = |from: usize, to: usize| -> String {
        let piece = bytes.get(from..to).unwrap_or_default();
        let letters = piece
            .iter()
            .take_while(|byte| **byte != 0)
            .map(|byte| char::from(*byte));
        letters.collect::<String>().trim().to_owned()
    };
    let mut fields = DocumentFields::default();
    let number = text(48, 58);
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        fields.set(Field::DocumentNumber, number.trim_start_matches('0'));
    }
    let (first, second) = (text(58, 81), text(81, 104));
    let joined = |a: &str, b: &str| format!("{a} {b}").trim().to_owned();
    fields.set(Field::LastName, joined(&first, &second));
    fields.set(Field::FirstLastName, first);
    fields.set(Field::SecondLastName, second);
    fields.set(Field::Name, joined(&text(104, 127), &text(127, 150)));
    match text(151, 152).as_str() {
        "F" => fields.set(Field::Gender, "female"),
        "M" => fields.set(Field::Gender, "male"),
        _ => {}
    }
    if let Ok(birth) = NaiveDate::parse_from_str(&text(152, 160), "%Y%m%d") {
        fields.set_date(Field::DateOfBirth, birth);
    }
    let blood = text(166, 168);
    if blood.ends_with(['+', '-']) {
        fields.set(Field::Rh, blood);
    }
    Some(fields)
}

/// What the QR code of Chile's card says: an address of the civil registry with the RUN and the number of the card.
/// Such codes are used for phishing, so one that leads elsewhere says nothing.
pub fn chile(bytes: &[u8]) -> Option<DocumentFields> {
    const HOSTS: [&str; 2] = [
        "https://portal.sidiv.registrocivil.cl/",
        "https://portal.nuevosidiv.registrocivil.cl/",
    ];
    let address = std::str::from_utf8(bytes).ok()?;
    if !HOSTS.iter().any(|host| address.starts_with(host)) {
        return None;
    }
    let (_, query) = address.split_once('?')?;
    let mut fields = DocumentFields::default();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name.to_ascii_lowercase().as_str() {
            "run" => {
                if let Some(run) = identifiers::check(Kind::ClRut, value).canonical {
                    fields.set(Field::DocumentNumber, run);
                }
            }
            "serial" => fields.set(Field::IssueNumber, value),
            _ => {}
        }
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up card.
    fn bytes() -> Vec<u8> {
        let mut bytes = vec![0; 531];
        for (at, text) in [
            (24, "PubDSK_1"),
            (48, "0012345678"),
            (58, "MUÑOZ"),
            (81, "DE LA CRUZ"),
            (104, "ANA"),
            (127, "MARIA"),
            (150, "0F19900131"),
            (166, "O+"),
        ] {
            let text: Vec<u8> = text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect();
            bytes[at..at + text.len()].copy_from_slice(&text);
        }
        bytes
    }

    #[test]
    fn every_field_has_its_place() {
        let fields = cedula(&bytes()).unwrap();
        for (field, value) in [
            (Field::DocumentNumber, "12345678"),
            (Field::FirstLastName, "MUÑOZ"),
            (Field::LastName, "MUÑOZ DE LA CRUZ"),
            (Field::Name, "ANA MARIA"),
            (Field::Gender, "female"),
            (Field::DateOfBirth, "1990-01-31T00:00:00Z"),
            (Field::Rh, "O+"),
        ] {
            assert_eq!(fields.get(field), Some(value), "{field}");
        }
    }

    #[test]
    fn other_bytes_say_nothing() {
        for length in 0..160 {
            let _ = cedula(&bytes()[..length]);
        }
        assert!(cedula(b"").is_none() && cedula(&[0xff; 600]).is_none());
    }

    #[test]
    fn only_the_registry_is_believed() {
        let fields = chile(
            b"https://portal.sidiv.registrocivil.cl/docstatus?RUN=11111111-1&type=CEDULA&serial=123456789",
        );
        assert_eq!(fields.unwrap().get(Field::DocumentNumber), Some("111111111"));
        assert!(chile(b"https://portal.sidiv.registrocivil.cl.example/docstatus?RUN=11111111-1").is_none());
        assert!(chile(b"\xff\xfe").is_none());
    }
}
