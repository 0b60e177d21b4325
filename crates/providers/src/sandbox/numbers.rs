//! Made-up documents that pass every check, with chosen digits where a scenario is looked for.

use chrono::{Datelike as _, NaiveDate};
use cotejo_domain::{
    country::Country,
    identifiers::{Kind, complete},
};

use super::{people::Gender, seed::Draw};

/// The four digits before the check characters: the ones of a scenario, or any that select none.
///
/// The first is a month below ten, the next two a day of it, the last stands behind the date: the only shape that
/// every country's numbers can hold, because a CURP has a date in this place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suffix {
    month: u32,
    day: u32,
    last: u32,
}

impl Suffix {
    /// The digits of a scenario; `None` if they are no four digits.
    pub(super) fn of(digits: &str) -> Option<Self> {
        let number: u32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
        Some(Self {
            month: number / 1_000,
            day: number / 10 % 100,
            last: number % 10,
        })
    }

    /// Digits that select nothing: those of scenarios lie in September.
    pub(super) fn neutral(draw: &mut Draw) -> Self {
        let mut part = |low, high| u32::try_from(draw.between(low, high)).unwrap_or(1);
        Self {
            month: part(1, 8),
            day: part(20, 28),
            last: 0,
        }
    }

    fn four(self) -> String {
        format!("{}{:02}{}", self.month, self.day, self.last)
    }

    /// The last three, as they stand on a plate.
    fn three(self) -> String {
        format!("{:02}{}", self.day, self.last)
    }
}

/// Who the document is made for.
#[derive(Debug)]
pub(super) struct Bearer<'a> {
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) gender: Gender,
    pub(super) date_of_birth: NaiveDate,
}

/// A national document.
pub(super) fn national_id(
    country: Country,
    bearer: &Bearer<'_>,
    suffix: Suffix,
    draw: &mut Draw,
) -> Option<String> {
    let tail = suffix.four();
    match country {
        Country::Br => complete(Kind::BrCpf, &format!("{}{tail}", draw.between(10_000, 99_999))),
        Country::Cl => complete(Kind::ClRut, &format!("{}{tail}", draw.between(900, 2_400))),
        Country::Co => complete(Kind::CoCc, &format!("10{}{tail}", draw.between(1_000, 9_999))),
        Country::Cr => complete(
            Kind::CrFisica,
            &format!("{}0{}{tail}", draw.between(1, 7), draw.between(100, 999)),
        ),
        Country::Mx => complete(Kind::MxCurp, &curp(bearer, suffix, draw)?),
        Country::Pe => complete(Kind::PeDni, &format!("{}{tail}", draw.between(1_000, 7_999))),
        Country::All => None,
    }
}

/// A company's tax number.
pub(super) fn tax_id(country: Country, suffix: Suffix, draw: &mut Draw) -> Option<String> {
    let tail = suffix.four();
    match country {
        Country::Br => complete(Kind::BrCnpj, &format!("{}{tail}0001", draw.between(1_000, 4_999))),
        Country::Cl => complete(Kind::ClRut, &format!("{}{tail}", draw.between(7_600, 7_799))),
        Country::Co => complete(Kind::CoNit, &format!("90{}{tail}", draw.between(100, 999))),
        Country::Cr => complete(Kind::CrJuridica, &format!("3101{}{tail}", draw.between(10, 99))),
        Country::Mx => {
            let letters = draw.characters(CONSONANTS, 3);
            let (year, code) = (draw.between(5, 19), draw.characters(CONSONANTS, 1));
            let Suffix { month, day, last } = suffix;
            complete(
                Kind::MxRfc,
                &format!("{letters}{year:02}{month:02}{day:02}{code}{last}"),
            )
        }
        Country::Pe => complete(Kind::PeRuc, &format!("20{}{tail}", draw.between(5_000, 6_099))),
        Country::All => None,
    }
}

/// A car's plate.
pub(super) fn plate(country: Country, suffix: Suffix, draw: &mut Draw) -> Option<String> {
    let tail = suffix.three();
    let (kind, plate) = match country {
        Country::Br => {
            let (number, rest) = tail.split_at(1);
            let letters = draw.characters(CONSONANTS, 4);
            let (series, letter) = letters.split_at(3);
            (Kind::BrPlate, format!("{series}{number}{letter}{rest}"))
        }
        // The plates of today have two digits, too few to choose by; those of before 2007 have four.
        Country::Cl => (
            Kind::ClPlate,
            format!("{}{}{tail}", draw.word(CHILEAN_SERIES), draw.digits(1)),
        ),
        Country::Co | Country::Cr => {
            let kind = if country == Country::Co {
                Kind::CoPlate
            } else {
                Kind::CrPlate
            };
            (kind, format!("{}{tail}", draw.characters(CONSONANTS, 3)))
        }
        Country::Mx => {
            let letters = draw.characters(CONSONANTS, 4);
            let (series, letter) = letters.split_at(3);
            (Kind::MxPlate, format!("{series}{tail}{letter}"))
        }
        Country::Pe => (Kind::PePlate, format!("{}{tail}", draw.characters(CONSONANTS, 3))),
        Country::All => return None,
    };
    complete(kind, &plate)
}

/// Letters that every country puts on its plates.
const CONSONANTS: &[u8] = b"BCDFGHJKLPRSTVWXZ";

/// Chilean series of two letters.
const CHILEAN_SERIES: &[&str] = &["BB", "BD", "BF", "BR"];

/// A CURP without its digit, for somebody born in the month and on the day that the digits tell.
fn curp(bearer: &Bearer<'_>, suffix: Suffix, draw: &mut Draw) -> Option<String> {
    let mut surnames = bearer.last_name.split(' ');
    let (first, second) = (surnames.next()?, surnames.next()?);
    let given = match bearer.first_name.split_once(' ') {
        // The commonest first given names are passed over for the second.
        Some(("MARIA" | "JOSE", rest)) => rest,
        _ => bearer.first_name,
    };
    let inner = |word: &str, vowel: bool| {
        word.chars()
            .skip(1)
            .find(|c| "AEIOU".contains(*c) == vowel)
            .map_or('X', |c| if c == 'Ñ' { 'X' } else { c })
    };
    let start = |word: &str| word.chars().next().filter(char::is_ascii).unwrap_or('X');
    let sex = match bearer.gender {
        Gender::Male => 'H',
        Gender::Female => 'M',
    };
    let Suffix { month, day, last } = suffix;
    Some(format!(
        "{}{}{}{}{:02}{month:02}{day:02}{sex}{}{}{}{}{last}",
        start(first),
        inner(first, true),
        start(second),
        start(given),
        bearer.date_of_birth.year().rem_euclid(100),
        draw.word(STATES),
        inner(first, false),
        inner(second, false),
        inner(given, false),
    ))
}

/// States of birth in a CURP.
const STATES: &[&str] = &[
    "AS", "BC", "CH", "DF", "GT", "JC", "MC", "MN", "NL", "OC", "PL", "QT", "SL", "VZ", "YN",
];

/// The birth date that fits the document: a CURP tells the day and the month.
pub(super) fn birth_date(country: Country, drawn: NaiveDate, suffix: Suffix) -> NaiveDate {
    if country != Country::Mx {
        return drawn;
    }
    // Born before 2000, or the sign behind the date would be a letter.
    let year = drawn.year().min(1999);
    NaiveDate::from_ymd_opt(year, suffix.month, suffix.day).unwrap_or(drawn)
}
