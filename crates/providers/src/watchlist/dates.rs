//! Dates of birth as the lists write them, turned into ISO 8601.

use chrono::{
    NaiveDate,
    format::{Parsed, StrftimeItems, parse},
};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads `04 Apr 1957`, `Apr 1957`, `April 1957`, `1957`, `1957-04-04`, `circa 1957`, `1955 to 1958` and `1955-1958`.
///
/// Approximate dates get the `~` of ISO 8601-2, spans are written with `/`. Anything else, such as an age or a day of
/// another calendar, is `None`.
pub(super) fn read(text: &str) -> Option<String> {
    let text = text.trim();
    let (text, approximate) = text
        .strip_prefix("circa ")
        .map_or((text, false), |rest| (rest, true));
    let span = text
        .split_once(" to ")
        .or_else(|| text.split_once('-').filter(|_| text.len() == "1955-1958".len()));
    let dates = match span {
        Some((from, to)) => format!("{}/{}", read_one(from)?, read_one(to)?),
        None => read_one(text)?,
    };
    Some(if approximate { approximately(&dates) } else { dates })
}

/// Marks a date, or both ends of a span, as approximate.
pub(super) fn approximately(dates: &str) -> String {
    dates
        .split('/')
        .map(|date| format!("{date}~"))
        .collect::<Vec<_>>()
        .join("/")
}

/// Reads `31/12/1957`, where the day or the month may be unknown: `dd/mm/1957`, `00/12/1957`.
pub(super) fn slashed(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let [day, month, year] = *parts.as_slice() else {
        return None;
    };
    let known = |part: &str| part.parse().ok().filter(|&number| number != 0_u32);
    iso(year.parse().ok()?, known(month), known(day))
}

/// Reads a date by chrono's format (`%d/%m/%Y`, `%m/%Y`).
pub(super) fn formatted(text: &str, format: &str) -> Option<String> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, StrftimeItems::new(format)).ok()?;
    let date = parsed.to_naive_date().ok();
    date.map_or_else(
        || iso(parsed.year()?, parsed.month(), parsed.day()),
        |date| Some(date.to_string()),
    )
}

/// The date of which this much is known. A day of an unknown month is unknown.
pub(super) fn iso(year: i32, month: Option<u32>, day: Option<u32>) -> Option<String> {
    let year = Some(year).filter(|year| (1800..2100).contains(year))?;
    match (month, day) {
        (None, _) => Some(year.to_string()),
        (Some(month), None) => (1..=12).contains(&month).then(|| format!("{year}-{month:02}")),
        (Some(month), Some(day)) => Some(NaiveDate::from_ymd_opt(year, month, day)?.to_string()),
    }
}

fn read_one(text: &str) -> Option<String> {
    if let Ok(date) = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
        return Some(date.to_string());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match *words.as_slice() {
        [year] => Some(read_year(year)?.to_string()),
        [month, year] => Some(format!("{}-{:02}", read_year(year)?, read_month(month)?)),
        [day, month, year] => {
            let day = day.parse().ok()?;
            Some(NaiveDate::from_ymd_opt(read_year(year)?, read_month(month)?, day)?.to_string())
        }
        _ => None,
    }
}

fn read_year(text: &str) -> Option<i32> {
    text.parse()
        .ok()
        .filter(|year| text.len() == 4 && (1800..2100).contains(year))
}

/// The month of a name or of its first three letters, with a dot or without.
fn read_month(text: &str) -> Option<u32> {
    let start = text.get(..3)?.to_ascii_lowercase();
    let letters = text
        .trim_end_matches('.')
        .bytes()
        .all(|b| b.is_ascii_alphabetic());
    MONTHS
        .iter()
        .zip(1..)
        .find(|(month, _)| letters && **month == start)
        .map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::{formatted, read, slashed};

    #[test]
    fn dates_in_figures() {
        for (text, iso) in [
            ("31/12/1957", Some("1957-12-31")),
            ("1/2/1957", Some("1957-02-01")),
            ("dd/mm/1957", Some("1957")),
            ("00/12/1957", Some("1957-12")),
            ("dd/13/1957", None),
            ("31/02/1957", None),
            ("31/12/57", None),
            ("1957", None),
            ("", None),
        ] {
            assert_eq!(slashed(text).as_deref(), iso, "{text}");
        }
        for (text, format, iso) in [
            ("31.12.1957", "%d.%m.%Y", Some("1957-12-31")),
            ("19571231", "%Y%m%d", Some("1957-12-31")),
            ("12/1957", "%m/%Y", Some("1957-12")),
            ("1957", "%Y", Some("1957")),
            ("31/12/1957", "%d.%m.%Y", None),
            ("31/12/1957 x", "%d/%m/%Y", None),
            ("99999", "%Y", None),
        ] {
            assert_eq!(formatted(text, format).as_deref(), iso, "{text}");
        }
    }

    #[test]
    fn every_form_that_the_lists_use() {
        for (text, iso) in [
            ("04 Apr 1957", Some("1957-04-04")),
            ("Apr 1957", Some("1957-04")),
            ("Nov. 1973 ", Some("1973-11")),
            ("August 1961", Some("1961-08")),
            ("1957", Some("1957")),
            ("1979-12-31", Some("1979-12-31")),
            ("circa 1957", Some("1957~")),
            ("circa 1979-1982", Some("1979~/1982~")),
            ("1951 to 1953", Some("1951/1953")),
            ("01 Jan 1947 to 01 Jan 1949", Some("1947-01-01/1949-01-01")),
            ("Mar 1962 to Feb 1963", Some("1962-03/1963-02")),
            ("31 Feb 1957", None),
            ("30-35 years old", None),
            ("24/06/1402 (Hijri Calendar)", None),
            ("añ", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), iso, "{text}");
        }
    }
}
