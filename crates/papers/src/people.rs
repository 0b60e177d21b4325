//! People that there are not.

use chrono::{Datelike as _, NaiveDate};
use cotejo_domain::identifiers::{Kind, complete};

use crate::chance::Chance;

const FEMALE: &[&str] = &[
    "ANA", "MARÍA", "LUCÍA", "SOFÍA", "INÉS", "BEATRIZ", "CAROLINA", "ÁNGELA", "NATALIA", "ROCÍO",
];
const MALE: &[&str] = &[
    "JUAN", "JOSÉ", "CARLOS", "ANDRÉS", "MARTÍN", "JULIÁN", "RODRIGO", "ÓSCAR", "HÉCTOR", "IVÁN",
];
const SURNAMES: &[&str] = &[
    "PÉREZ",
    "GÓMEZ",
    "MUÑOZ",
    "RODRÍGUEZ",
    "CASTAÑO",
    "HERRERA",
    "VARGAS",
    "NÚÑEZ",
    "SALAZAR",
    "QUINTERO",
    "BELTRÁN",
    "ACOSTA",
    "ZAMBRANO",
    "IBÁÑEZ",
    "TORRES",
    "CÁRDENAS",
];
const PLACES: &[(&str, &str)] = &[
    ("CALI", "VALLE"),
    ("MEDELLÍN", "ANTIOQUIA"),
    ("PASTO", "NARIÑO"),
    ("IBAGUÉ", "TOLIMA"),
    ("TUNJA", "BOYACÁ"),
];

/// Somebody.
#[derive(Debug, Clone)]
pub struct Person {
    /// Given names.
    pub names: String,
    /// First surname.
    pub first: String,
    /// Second surname.
    pub second: String,
    /// Whether she is a woman.
    pub female: bool,
    /// Day of birth.
    pub born: NaiveDate,
    /// Day on which the papers were issued.
    pub issued: NaiveDate,
    /// Day on which they end.
    pub expires: NaiveDate,
    /// Town and department of birth.
    pub place: (&'static str, &'static str),
    /// Blood group.
    pub rh: &'static str,
    /// Height in metres.
    pub height: String,
    /// Numbers of chance for whatever a paper needs.
    pub chance: Chance,
}

impl Person {
    /// Somebody by chance.
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let female = chance.below(2) == 0;
        let given = if female { FEMALE } else { MALE };
        let (one, two) = (*chance.pick(given), *chance.pick(given));
        let names = if one == two {
            one.to_owned()
        } else {
            format!("{one} {two}")
        };
        let day = |chance: &mut Chance, from: u64, years: u64| {
            let year = i32::try_from(from + chance.below(years)).unwrap_or(2000);
            let (month, day) = (1 + chance.below(12), 1 + chance.below(28));
            let number = |value: u64| u32::try_from(value).unwrap_or(1);
            NaiveDate::from_ymd_opt(year, number(month), number(day)).unwrap_or_default()
        };
        let born = day(&mut chance, 1960, 42);
        let issued = day(&mut chance, 2021, 4);
        let expires = issued.with_year(issued.year() + 10).unwrap_or(issued);
        Self {
            names,
            first: (*chance.pick(SURNAMES)).to_owned(),
            second: (*chance.pick(SURNAMES)).to_owned(),
            female,
            born,
            issued,
            expires,
            place: *chance.pick(PLACES),
            rh: chance.pick::<&str>(&["O+", "A+", "B+", "O-", "AB+"]),
            height: format!("1.{}", 50 + chance.below(45)),
            chance,
        }
    }

    /// Both surnames.
    pub fn surnames(&self) -> String {
        format!("{} {}", self.first, self.second)
    }

    /// Digits with the check digits that a kind has.
    pub fn number(&mut self, kind: Kind, digits: usize) -> String {
        // Not every base has digits that fit; of a few, one has.
        (0..50)
            .find_map(|_| complete(kind, &self.chance.digits(digits)))
            .unwrap_or_default()
    }

    /// `male` or `female`.
    pub fn gender(&self) -> &'static str {
        if self.female { "female" } else { "male" }
    }

    /// The letter that most papers print.
    pub fn letter(&self) -> &'static str {
        if self.female { "F" } else { "M" }
    }

    /// The CURP, with letters as the register takes them.
    pub fn curp(&mut self) -> String {
        let plain = ascii;
        let (first, second, given) = (plain(&self.first), plain(&self.second), plain(&self.names));
        let initial = |text: &str| text.chars().next().unwrap_or('X');
        let vowel = |text: &str| text.chars().skip(1).find(|c| "AEIOU".contains(*c)).unwrap_or('X');
        let consonant = |text: &str| {
            text.chars()
                .skip(1)
                .find(|c| c.is_ascii_alphabetic() && !"AEIOU".contains(*c))
                .unwrap_or('X')
        };
        let sex = if self.female { 'M' } else { 'H' };
        let base = format!(
            "{}{}{}{}{}{sex}DF{}{}{}",
            initial(&first),
            vowel(&first),
            initial(&second),
            initial(&given),
            self.born.format("%y%m%d"),
            consonant(&first),
            consonant(&second),
            consonant(&given),
        );
        let turn = if self.born.year() < 2000 { "0" } else { "A" };
        complete(Kind::MxCurp, &format!("{base}{turn}"))
            // Where the first letters make a word that is never given out, the second becomes an X.
            .or_else(|| complete(Kind::MxCurp, &format!("{}X{}{turn}", &base[..1], &base[2..])))
            .unwrap_or_default()
    }
}

/// Letters without their marks.
pub fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'Á' => 'A',
            'É' => 'E',
            'Í' => 'I',
            'Ó' => 'O',
            'Ú' => 'U',
            'Ñ' => 'N',
            c => c,
        })
        .collect()
}

/// `1.000.000.001`.
pub fn dotted(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// `01 ENE 1990`, with that between.
pub fn spelled(date: NaiveDate, between: &str) -> String {
    const MONTHS: [&str; 12] = [
        "ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC",
    ];
    let month = usize::try_from(date.month0()).unwrap_or(0);
    format!(
        "{:02}{between}{}{between}{}",
        date.day(),
        MONTHS[month],
        date.year()
    )
}
