//! Dates of birth as lists write them, against a day that is known.

use serde::{Deserialize, Serialize};

use super::entry::Entry;

crate::text_enum! {
    /// How a subject's day of birth stands to those of an entry; the best of them counts.
    pub enum Birth {
        /// One of the two is not known.
        Unknown = "unknown",
        /// The same day.
        Same = "same",
        /// As near as the list says it: the same month or year, or within a span.
        Within = "within",
        /// A slip of the pen away: day and month exchanged, or one year off.
        Near = "near",
        /// Off by a few years, as lists are about people who have no papers.
        Doubtful = "doubtful",
        /// Another person's.
        Different = "different",
    }
}

/// Years by which the birth date of one and the same person is off in lists.
const DOUBTFUL_YEARS: i32 = 5;

/// A day, or as much of it as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Partial {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
        let mut rest = || match parts.next() {
            None => Some(None),
            Some(part) => part.parse().ok().map(Some),
        };
        Some(Self {
            year,
            month: rest()?,
            day: rest()?,
        })
    }

    fn covers(self, other: Self) -> bool {
        self.year == other.year
            && self.month.is_none_or(|month| other.month == Some(month))
            && self.day.is_none_or(|day| other.day == Some(day))
    }
}

/// Compares a day of birth (`1960-01-31`) with all that an entry gives.
pub fn compare_births(born: Option<&str>, entry: &Entry) -> Birth {
    let Some(born) = born.and_then(Partial::parse) else {
        return Birth::Unknown;
    };
    let listed = entry.birth_dates.iter().filter_map(|text| compare(born, text));
    listed.min().unwrap_or(Birth::Unknown)
}

fn compare(born: Partial, listed: &str) -> Option<Birth> {
    let approximate = listed.ends_with('~');
    let text = listed.trim_end_matches('~');
    if let Some((first, last)) = text.split_once('/') {
        let (first, last) = (Partial::parse(first)?, Partial::parse(last)?);
        return Some(beside(born.year, first.year, last.year, approximate));
    }
    let known = Partial::parse(text)?;
    if known.covers(born) && !approximate {
        let whole = known.day.is_some() && born.day.is_some();
        return Some(if whole { Birth::Same } else { Birth::Within });
    }
    let exchanged =
        known.year == born.year && known.day.is_some() && (known.day, known.month) == (born.month, born.day);
    let one_off = (known.year - born.year).abs() == 1
        && known.day.is_some()
        && (known.day, known.month) == (born.day, born.month);
    if exchanged || one_off {
        return Some(Birth::Near);
    }
    // The same year with another day is two people as often as one; a year alone speaks of itself only.
    let same_year_other_day = known.year == born.year && !approximate;
    Some(if same_year_other_day {
        Birth::Doubtful
    } else {
        beside(born.year, known.year, known.year, approximate)
    })
}

/// Where a year stands to a span of years; an approximate one reaches a year further on both sides.
fn beside(year: i32, first: i32, last: i32, approximate: bool) -> Birth {
    let slack = i32::from(approximate);
    let off = (first - slack - year).max(year - last - slack).max(0);
    match off {
        0 => Birth::Within,
        _ if off <= DOUBTFUL_YEARS => Birth::Doubtful,
        _ => Birth::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::EntryKind;

    #[test]
    fn days_against_what_lists_write() {
        for (born, listed, expected) in [
            ("1960-01-31", "1960-01-31", Birth::Same),
            ("1960-01-31", "1960-01", Birth::Within),
            ("1960-01-31", "1960", Birth::Within),
            ("1960-01-31", "1960~", Birth::Within),
            ("1960-01-31", "1961~", Birth::Within),
            ("1960-01-31", "1958/1962", Birth::Within),
            ("1960-01-31", "1961/1962~", Birth::Within),
            ("1960-03-04", "1960-04-03", Birth::Near),
            ("1960-03-04", "1961-03-04", Birth::Near),
            ("1960-03-04", "1960-09-20", Birth::Doubtful),
            ("1960-03-04", "1963", Birth::Doubtful),
            ("1960-03-04", "1970-03-04", Birth::Different),
            ("1960-03-04", "1970/1975", Birth::Different),
            ("1960-03-04", "n/a", Birth::Unknown),
            ("someday", "1960", Birth::Unknown),
        ] {
            let mut entry = Entry::new("1", EntryKind::Person, "X");
            entry.birth_dates = vec![listed.to_owned()];
            assert_eq!(compare_births(Some(born), &entry), expected, "{born} {listed}");
        }
    }

    #[test]
    fn the_best_of_several_dates_counts() {
        let mut entry = Entry::new("1", EntryKind::Person, "X");
        entry.birth_dates = vec!["1970".to_owned(), "1960-03-04".to_owned()];
        assert_eq!(compare_births(Some("1960-03-04"), &entry), Birth::Same);
        assert_eq!(compare_births(None, &entry), Birth::Unknown);
    }
}
