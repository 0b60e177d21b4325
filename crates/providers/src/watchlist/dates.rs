//! Dates of birth as the lists write them in English, turned into ISO 8601.

use chrono::NaiveDate;

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
    use super::read;

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
