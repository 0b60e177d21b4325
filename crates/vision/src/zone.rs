//! The machine-readable zone among the lines of text.

use mrz::{Format, MrzData, MrzDate, find_and_parse};

use cotejo_domain::reading::{Area, Line, Zone, ZoneChecks, ZoneFormat};

/// The widths of the lines of a zone.
const WIDTHS: [usize; 3] = [30, 36, 44];
/// A line shorter than that is none of a zone, or too damaged.
const MIN_LENGTH: usize = 22;

/// The zone, if there is one. Its check digits say how well it was read, or whether it was made up.
pub(crate) fn find(lines: &[Line]) -> Option<Zone> {
    let rows: Vec<String> = rows(lines)
        .into_iter()
        .filter(|row| is_like_a_zone(row))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let as_read = find_and_parse(&rows.join("\n")).ok();
    if as_read.as_ref().is_some_and(MrzData::valid) {
        return as_read.map(zone);
    }
    // A run of fillers is easily miscounted, and only its length: everything behind it moves.
    let refilled = WIDTHS.iter().filter_map(|width| {
        let rows: Vec<String> = rows.iter().map(|row| with_width(row, *width)).collect();
        find_and_parse(&rows.join("\n")).ok()
    });
    let agreeing = |data: &MrzData| data.checks.verified();
    as_read.into_iter().chain(refilled).max_by_key(agreeing).map(zone)
}

/// The text of each row, from left to right, in the letters of a zone.
fn rows(lines: &[Line]) -> Vec<String> {
    let mut rows: Vec<(Area, Vec<&Line>)> = Vec::new();
    for line in lines {
        let same = rows.iter_mut().find(|(area, _)| {
            let shared = area.bottom().min(line.area.bottom()) - area.top.max(line.area.top);
            let beside =
                line.area.left >= area.right() - area.height || line.area.right() <= area.left + area.height;
            beside && shared > 0.5 * area.height.min(line.area.height)
        });
        match same {
            Some((area, row)) => {
                let right = area.right().max(line.area.right());
                area.left = area.left.min(line.area.left);
                area.width = right - area.left;
                row.push(line);
            }
            None => rows.push((line.area, vec![line])),
        }
    }
    rows.into_iter()
        .map(|(_, mut row)| {
            row.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
            let text: String = row.iter().map(|line| in_zone_letters(&line.text)).collect();
            upright_i(text)
        })
        .collect()
}

/// A card's first line begins with a letter, and no digit proves that it is not the 1 that an I is read as.
fn upright_i(text: String) -> String {
    match text.strip_prefix(['1', '|', 'L']) {
        Some(rest) if rest.starts_with(|c: char| c == '<' || "DNCPX".contains(c)) && rest.contains('<') => {
            format!("I{rest}")
        }
        _ => text,
    }
}

fn in_zone_letters(text: &str) -> String {
    let mut letters = String::new();
    for c in text.chars() {
        match c {
            '«' => letters.push_str("<<"),
            '‹' | '(' | '{' | '[' => letters.push('<'),
            _ if c.is_whitespace() => {}
            _ => letters.extend(c.to_uppercase()),
        }
    }
    letters
}

fn is_like_a_zone(row: &str) -> bool {
    let length = row.chars().count();
    let fitting = row
        .chars()
        .filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '<')
        .count();
    let digits = row.chars().filter(char::is_ascii_digit).count();
    length >= MIN_LENGTH && fitting * 10 >= length * 9 && (row.contains('<') || digits * 2 >= length)
}

/// The row at that width, its longest run of fillers made longer or shorter; as it is where it is far from it.
fn with_width(row: &str, width: usize) -> String {
    const FAR: usize = 9;
    if row.len() == width || row.len().abs_diff(width) > FAR || !row.is_ascii() {
        return row.to_owned();
    }
    let (mut start, mut longest) = (0, 0);
    let mut from = 0;
    for piece in row.split_inclusive(|c| c != '<') {
        let fillers = piece.bytes().filter(|byte| *byte == b'<').count();
        if fillers > longest {
            (start, longest) = (from, fillers);
        }
        from += piece.len();
    }
    let wanted = (longest + width).checked_sub(row.len());
    match wanted {
        Some(wanted) if longest > 1 && wanted > 0 => {
            let (before, after) = (&row[..start], &row[start + longest..]);
            format!("{before}{}{after}", "<".repeat(wanted))
        }
        _ => row.to_owned(),
    }
}

fn zone(data: MrzData) -> Zone {
    let day = |date: MrzDate| matches!(date, MrzDate::Calendar(_)).then(|| date.to_string());
    let kept = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Zone {
        format: match data.format {
            Format::Td1 => ZoneFormat::Td1,
            Format::Td2 => ZoneFormat::Td2,
            Format::Td3 => ZoneFormat::Td3,
            _ => ZoneFormat::Visa,
        },
        document_code: data.document_type.clone(),
        issuer: data.issuing_country.clone(),
        number: data.full_document_number().to_owned(),
        surnames: data.surname.clone(),
        names: data.given_names.clone(),
        nationality: data.nationality.clone(),
        birth: day(data.date_of_birth),
        expiry: day(data.date_of_expiry),
        sex: Some(data.sex.zone_char()).filter(char::is_ascii_alphabetic),
        optional_1: kept(&data.optional_data_1),
        optional_2: kept(&data.optional_data_2),
        checks: ZoneChecks {
            number: data.checks.document_number,
            birth: data.checks.date_of_birth,
            expiry: data.checks.date_of_expiry,
            personal: data.checks.personal_number,
            composite: data.checks.composite,
        },
        repaired: data.damaged_recovery,
        lines: data.mrz_lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specimens of Doc 9303.
    const PASSPORT: [&str; 2] = [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ];
    const CARD: [&str; 3] = [
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ];

    fn line(text: &str, left: f32, top: f32) -> Line {
        Line {
            text: text.to_owned(),
            confidence: 0.9,
            area: Area {
                left,
                top,
                width: 290.0,
                height: 20.0,
            },
        }
    }

    fn read(texts: &[&str]) -> Option<Zone> {
        let lines: Vec<_> = (0..)
            .zip(texts)
            .map(|(at, text)| line(text, 0.0, 30.0 * (at as f32)))
            .collect();
        find(&lines)
    }

    #[test]
    fn passports_and_cards() {
        let passport = read(&["PASAPORTE", PASSPORT[0], PASSPORT[1]]).unwrap();
        assert_eq!(
            (passport.format, passport.number.as_str()),
            (ZoneFormat::Td3, "L898902C3")
        );
        assert_eq!(passport.birth.as_deref(), Some("1974-08-12"));
        assert_eq!((passport.sex, passport.checks.composite), (Some('F'), Some(true)));
        let card = read(&CARD).unwrap();
        assert_eq!(
            (card.format, card.surnames.as_str(), card.names.as_str()),
            (ZoneFormat::Td1, "ERIKSSON", "ANNA MARIA")
        );
    }

    #[test]
    fn fillers_that_were_miscounted_are_counted_anew() {
        for change in [0usize, 1, 4] {
            let names = CARD[2].trim_end_matches('<');
            let names = format!("{names}{}", "<".repeat(10 - change));
            let middle = CARD[1].replace("<<<<<<<<<<<", &"<".repeat(11 - change));
            let card = read(&[CARD[0], &middle, &names]).unwrap();
            assert_eq!(card.checks.composite, Some(true), "{change}");
        }
    }

    #[test]
    fn a_row_in_two_pieces_is_one() {
        let (left, right) = PASSPORT[1].split_at(20);
        let lines = [
            line(PASSPORT[0], 0.0, 0.0),
            line(right, 300.0, 31.0),
            line(left, 0.0, 30.0),
        ];
        assert!(find(&lines).unwrap().checks.composite.unwrap());
    }

    #[test]
    fn an_i_that_was_read_as_a_digit_is_one() {
        let first = CARD[0].replacen('I', "1", 1);
        assert_eq!(read(&[&first, CARD[1], CARD[2]]).unwrap().document_code, "I");
    }

    #[test]
    fn a_changed_digit_is_told() {
        let changed = PASSPORT[1].replace("7408122", "7508122");
        let zone = read(&[PASSPORT[0], &changed]).unwrap();
        assert_eq!(zone.checks.birth, Some(false));
        assert_eq!(read(&["REPUBLICA DE COLOMBIA", "APELLIDOS"]), None);
        assert_eq!(read(&[]), None);
    }
}
