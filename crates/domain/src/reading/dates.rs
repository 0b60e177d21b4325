//! Days as documents print them.

use chrono::NaiveDate;

/// The months as documents abbreviate them, in Spanish, Portuguese and English.
const MONTHS: [&[&str]; 12] = [
    &["ENE", "JAN"],
    &["FEB", "FEV"],
    &["MAR"],
    &["ABR", "APR"],
    &["MAY", "MAI"],
    &["JUN"],
    &["JUL"],
    &["AGO", "AUG"],
    &["SEP", "SET"],
    &["OCT", "OUT"],
    &["NOV"],
    &["DIC", "DEZ", "DEC"],
];

/// The days in a text, in the order in which they stand there.
pub fn days(text: &str) -> Vec<NaiveDate> {
    let parts = parts(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        match day_at(&parts[at..]) {
            Some((day, used)) => {
                found.push(day);
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

/// The first day in a text.
pub fn day(text: &str) -> Option<NaiveDate> {
    days(text).first().copied()
}

enum Part {
    Number(u32, usize),
    Month(u32),
    Other,
}

/// Runs of digits and of letters.
fn parts(text: &str) -> Vec<Part> {
    let mut runs: Vec<String> = Vec::new();
    let mut before = None;
    for c in crate::names::fold(text).chars() {
        let class = (c.is_ascii_digit(), c.is_ascii_alphabetic());
        match runs.last_mut() {
            Some(run) if before == Some(class) && class != (false, false) => run.push(c),
            _ if class != (false, false) => runs.push(c.to_string()),
            _ => {}
        }
        before = Some(class);
    }
    let mut parts: Vec<Part> = Vec::new();
    for run in runs {
        let part = match run.parse::<u32>() {
            Ok(number) => Part::Number(number, run.len()),
            Err(_) => month(&run).map_or(Part::Other, Part::Month),
        };
        // `ENE/JAN`, and `15 DE FEBRERO DE 2008`.
        let said_twice = matches!((parts.last(), &part), (Some(Part::Month(a)), Part::Month(b)) if a == b);
        if !said_twice && run != "DE" {
            parts.push(part);
        }
    }
    parts
}

fn month(word: &str) -> Option<u32> {
    let short = word.get(..3)?;
    let at = MONTHS.iter().position(|names| names.contains(&short))?;
    u32::try_from(at + 1).ok()
}

fn day_at(parts: &[Part]) -> Option<(NaiveDate, usize)> {
    let (year, month, day, used) = match parts {
        [
            Part::Number(day, 1 | 2),
            Part::Month(month),
            Part::Number(year, 4),
            ..,
        ]
        | [
            Part::Number(day, 1 | 2),
            Part::Number(month, 1 | 2),
            Part::Number(year, 4),
            ..,
        ] => (*year, *month, *day, 3),
        [
            Part::Number(year, 4),
            Part::Month(month),
            Part::Number(day, 1 | 2),
            ..,
        ]
        | [
            Part::Number(year, 4),
            Part::Number(month, 1 | 2),
            Part::Number(day, 1 | 2),
            ..,
        ] => (*year, *month, *day, 3),
        // Two numbers that the reader took for one.
        [Part::Number(both, 4), Part::Number(year, 4), ..] => (*year, both % 100, both / 100, 2),
        [Part::Number(all, 8), ..] => (all % 10_000, all / 10_000 % 100, all / 1_000_000, 1),
        _ => return None,
    };
    if !(1900..2100).contains(&year) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some((day, used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_they_are_printed() {
        let table: &[(&str, &[(i32, u32, u32)])] = &[
            ("01-ENE-1990", &[(1990, 1, 1)]),
            ("15 FEB 2008, BOGOTÁ D.C.", &[(2008, 2, 15)]),
            ("15-FEB-2008 BOGOTA D.C.", &[(2008, 2, 15)]),
            ("01/02/1990", &[(1990, 2, 1)]),
            ("1990/02/01", &[(1990, 2, 1)]),
            ("01 01 1990 150101", &[(1990, 1, 1)]),
            ("01 ENE/JAN 1990", &[(1990, 1, 1)]),
            ("01ENE1990", &[(1990, 1, 1)]),
            ("01011990", &[(1990, 1, 1)]),
            ("3 de setembro de 2020", &[(2020, 9, 3)]),
            ("01/01/1990 02/01/2020", &[(1990, 1, 1), (2020, 1, 2)]),
            ("31/02/1990", &[]),
            ("99/99/9999", &[]),
            ("", &[]),
            ("CALI", &[]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected
                .iter()
                .map(|(year, month, day)| NaiveDate::from_ymd_opt(*year, *month, *day).unwrap())
                .collect();
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
