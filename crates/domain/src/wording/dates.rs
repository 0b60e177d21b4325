//! Days and instants as people read them.

use chrono::{Datelike as _, NaiveDate, Timelike as _};

use super::Phrase;
use crate::{language::Language, time::Timestamp};

const MONTHS: [Phrase; 12] = [
    Phrase::new("enero", "January", "janeiro"),
    Phrase::new("febrero", "February", "fevereiro"),
    Phrase::new("marzo", "March", "março"),
    Phrase::new("abril", "April", "abril"),
    Phrase::new("mayo", "May", "maio"),
    Phrase::new("junio", "June", "junho"),
    Phrase::new("julio", "July", "julho"),
    Phrase::new("agosto", "August", "agosto"),
    Phrase::new("septiembre", "September", "setembro"),
    Phrase::new("octubre", "October", "outubro"),
    Phrase::new("noviembre", "November", "novembro"),
    Phrase::new("diciembre", "December", "dezembro"),
];

const DAY: Phrase = Phrase::new(
    "{day} de {month} de {year}",
    "{day} {month} {year}",
    "{day} de {month} de {year}",
);

/// A day: `2 de enero de 2026`. The month is written out, because `02/01` is two different days.
pub fn day(date: NaiveDate, language: Language) -> String {
    let month = MONTHS
        .get(date.month0() as usize)
        .map_or("", |month| month.text(language));
    let (number, year) = (date.day().to_string(), date.year().to_string());
    DAY.fill(language, &[("day", &number), ("month", month), ("year", &year)])
}

/// An instant: its day and minute in UTC.
pub fn instant(at: Timestamp, language: Language) -> String {
    let time = at.to_datetime().time();
    format!(
        "{}, {:02}:{:02} UTC",
        day(at.date(), language),
        time.hour(),
        time.minute()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants() {
        let at = Timestamp::from_nanos(1_767_323_045_123_456_789);
        for (language, expected) in [
            (Language::Es, "2 de enero de 2026, 03:04 UTC"),
            (Language::En, "2 January 2026, 03:04 UTC"),
            (Language::Pt, "2 de janeiro de 2026, 03:04 UTC"),
        ] {
            assert_eq!(instant(at, language), expected);
        }
    }
}
