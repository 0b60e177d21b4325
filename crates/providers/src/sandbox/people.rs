//! People: who a document belongs to, in every registry of a client alike.
//!
//! What the caller says about a person is true unless a scenario says otherwise; the rest is drawn from the document,
//! and where the document itself tells (Mexico's CURP holds initials, birth and sex) it is believed.

use std::borrow::Cow;

use chrono::{Datelike as _, Days, NaiveDate};
use cotejo_domain::{
    checks::{InputField, Inputs, facts::PersonFacts},
    country::Country,
    identifiers::{Kind, complete},
    time::parse_date,
};

use super::{
    documents::split_name,
    scenarios::Effect,
    seed::{Draw, Seed, Stream},
    words::{self, Names},
};

/// Sex as registries print it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
}

impl Gender {
    /// As the check's summary prints it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// What a given name suggests; wrong now and then, as registries are.
    fn of_name(first_name: &str) -> Option<Self> {
        let first = first_name.split_whitespace().next()?;
        let listed = [&words::es::NAMES, &words::pt::NAMES]
            .into_iter()
            .any(|names| names.female.iter().any(|name| name.eq_ignore_ascii_case(first)));
        Some(if listed || first.ends_with(['a', 'A']) {
            Self::Female
        } else {
            Self::Male
        })
    }
}

/// A person as the registries know him or her.
#[derive(Debug)]
pub(super) struct Person<'a> {
    pub(super) seed: Seed,
    pub(super) first_name: Cow<'a, str>,
    pub(super) last_name: Cow<'a, str>,
    pub(super) gender: Gender,
    pub(super) date_of_birth: NaiveDate,
    pub(super) issue_date: NaiveDate,
    pub(super) death_date: Option<NaiveDate>,
}

impl<'a> Person<'a> {
    /// The person of this seed, as far as the inputs do not tell.
    pub(super) fn of(seed: Seed, country: Country, inputs: &'a Inputs, effects: &[Effect]) -> Self {
        let curp = Curp::of(country, inputs);
        let given = given_names(inputs);
        let gender = match inputs.get(InputField::Gender) {
            Some("female") => Gender::Female,
            Some(_) => Gender::Male,
            None => curp
                .as_ref()
                .and_then(|curp| curp.gender)
                .or_else(|| Gender::of_name(&given.0))
                .unwrap_or_else(|| draw_gender(seed)),
        };
        let (first_name, last_name) = if effects.contains(&Effect::OtherName) {
            let (first, last) = other_name(seed, country, gender, (&given.0, &given.1));
            (Cow::Owned(first), Cow::Owned(last))
        } else {
            let whole = inputs.has(InputField::Name) && !given.0.is_empty();
            if whole {
                given
            } else {
                name(seed, country, gender, given, curp.as_ref())
            }
        };
        let mut dates = seed.draw(Stream::Dates);
        let drawn = dates.day(1955, 2003);
        let date_of_birth = inputs
            .get(InputField::DateOfBirth)
            .and_then(parse_date)
            .or(curp.and_then(|curp| curp.born))
            .unwrap_or(drawn);
        let issued = later(date_of_birth, 18 * 365 + dates.below(300));
        let issue_date = match inputs.get(InputField::IssueDate).and_then(parse_date) {
            Some(given) if effects.contains(&Effect::OtherIssueDate) => later(given, 30 + dates.below(900)),
            Some(given) => given,
            None => issued,
        };
        // Whoever was not born by then died as a child.
        let died = Some(dates.day(2019, 2023)).filter(|day| *day > date_of_birth);
        let death_date = effects
            .contains(&Effect::Dead)
            .then(|| died.unwrap_or_else(|| later(date_of_birth, 30)));
        Self {
            seed,
            first_name,
            last_name,
            gender,
            date_of_birth,
            issue_date,
            death_date,
        }
    }

    /// Given names and surnames.
    pub(super) fn full_name(&self) -> String {
        let mut name = String::with_capacity(self.first_name.len() + self.last_name.len() + 1);
        name.push_str(&self.first_name);
        if !name.is_empty() && !self.last_name.is_empty() {
            name.push(' ');
        }
        name.push_str(&self.last_name);
        name
    }

    /// Another name, under which some registry knows the same number.
    pub(super) fn other_name(&self, country: Country) -> (String, String) {
        other_name(
            self.seed,
            country,
            self.gender,
            (&self.first_name, &self.last_name),
        )
    }

    /// What an identity registry says.
    pub(super) fn facts(&self, country: Country, inputs: &Inputs) -> PersonFacts {
        let mut numbers = self.seed.draw(Stream::Numbers);
        let (rfc, nss) = match country {
            Country::Mx => (rfc(&mut numbers, inputs), nss(&mut numbers, self.date_of_birth)),
            Country::All | Country::Br | Country::Co | Country::Cl | Country::Pe | Country::Cr => {
                (None, None)
            }
        };
        PersonFacts {
            first_name: self.first_name.clone().into_owned(),
            last_name: self.last_name.clone().into_owned(),
            date_of_birth: Some(self.date_of_birth),
            death_date: self.death_date,
            gender: Some(self.gender.as_str().to_owned()),
            issue_date: Some(self.issue_date),
            tax_id: tax_id(country, inputs),
            rfc,
            nss,
            licence_categories: Vec::new(),
        }
    }
}

/// First and last name as the caller gave them; empty where nothing was given.
fn given_names(inputs: &Inputs) -> (Cow<'_, str>, Cow<'_, str>) {
    let first = inputs.get(InputField::FirstName);
    let last = inputs.get(InputField::LastName);
    match (first, last, inputs.get(InputField::Name)) {
        (None, None, Some(name)) => {
            let (first, last) = split_name(name);
            (Cow::Owned(first), Cow::Owned(last))
        }
        _ => (
            Cow::Borrowed(first.unwrap_or_default()),
            Cow::Borrowed(last.unwrap_or_default()),
        ),
    }
}

const fn draw_gender(seed: Seed) -> Gender {
    if seed.draw(Stream::Names).below(2) == 0 {
        Gender::Male
    } else {
        Gender::Female
    }
}

fn name<'a>(
    seed: Seed,
    country: Country,
    gender: Gender,
    given: (Cow<'a, str>, Cow<'a, str>),
    curp: Option<&Curp>,
) -> (Cow<'a, str>, Cow<'a, str>) {
    let (first, last) = given;
    if !first.is_empty() && !last.is_empty() {
        return (first, last);
    }
    let names = words::names(country);
    let mut draw = seed.draw(Stream::Names);
    let made_first = match curp {
        Some(curp) => with_initial(&mut draw, given_list(names, gender), curp.given).to_owned(),
        None => first_name(&mut draw, names, gender),
    };
    let made_last = match curp {
        Some(curp) => {
            let [one, two] = curp
                .surnames
                .map(|initial| with_initial(&mut draw, names.surnames, initial));
            format!("{one} {two}")
        }
        None => last_name(&mut draw, names),
    };
    let or = |given: Cow<'a, str>, made| if given.is_empty() { Cow::Owned(made) } else { given };
    (or(first, made_first), or(last, made_last))
}

/// A name that shares no initial with the given one: no liberty of spelling makes them one.
fn other_name(seed: Seed, country: Country, gender: Gender, given: (&str, &str)) -> (String, String) {
    let names = words::names(country);
    let mut draw = seed.draw(Stream::OtherNames);
    let initial = |word: &str| word.chars().next().map(|c| c.to_ascii_uppercase());
    let shares = |made: &str, given: &str| {
        made.split(' ').any(|word| {
            given
                .split_whitespace()
                .any(|other| initial(other) == initial(word))
        })
    };
    // Of a handful of draws one differs; the bound only keeps a strange input from turning this into a long loop.
    let mut first = first_name(&mut draw, names, gender);
    let mut last = last_name(&mut draw, names);
    for _ in 0..16 {
        if shares(&first, given.0) {
            first = first_name(&mut draw, names, gender);
        } else if shares(&last, given.1) {
            last = last_name(&mut draw, names);
        } else {
            break;
        }
    }
    (first, last)
}

const fn given_list(names: &Names, gender: Gender) -> &'static [&'static str] {
    match gender {
        Gender::Male => names.male,
        Gender::Female => names.female,
    }
}

/// One or two given names.
pub(super) fn first_name(draw: &mut Draw, names: &Names, gender: Gender) -> String {
    let list = given_list(names, gender);
    let (one, two) = (draw.word(list), draw.word(list));
    if one == two || draw.below(3) == 0 {
        one.to_owned()
    } else {
        format!("{one} {two}")
    }
}

/// Two surnames.
pub(super) fn last_name(draw: &mut Draw, names: &Names) -> String {
    let (one, two) = (draw.word(names.surnames), draw.word(names.surnames));
    format!("{one} {two}")
}

/// A word with this initial, or any word where there is none.
fn with_initial(draw: &mut Draw, list: &'static [&'static str], initial: u8) -> &'static str {
    let fits = || {
        list.iter()
            .filter(|word| word.as_bytes().first() == Some(&initial))
    };
    let chosen = draw.below(fits().count() as u64);
    usize::try_from(chosen)
        .ok()
        .and_then(|n| fits().nth(n))
        .copied()
        .unwrap_or_else(|| draw.word(list))
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// What a CURP tells about its holder.
struct Curp {
    surnames: [u8; 2],
    given: u8,
    born: Option<NaiveDate>,
    gender: Option<Gender>,
}

impl Curp {
    fn of(country: Country, inputs: &Inputs) -> Option<Self> {
        let text = inputs
            .get(InputField::NationalId)
            .filter(|_| country == Country::Mx)?;
        let mut bytes = text
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_uppercase());
        let mut letters = [0_u8; 18];
        for slot in &mut letters {
            *slot = bytes.next()?;
        }
        let [a, _, c, d, y1, y2, m1, m2, d1, d2, sex, .., homoclave, _] = letters;
        let two = |tens: u8, ones: u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit())
                .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        };
        let born = || {
            let century = if homoclave.is_ascii_digit() { 1900 } else { 2000 };
            let year = i32::try_from(two(y1, y2)?).ok()? + century;
            NaiveDate::from_ymd_opt(year, two(m1, m2)?, two(d1, d2)?)
        };
        let gender = match sex {
            b'H' => Some(Gender::Male),
            b'M' => Some(Gender::Female),
            _ => None,
        };
        Some(Self {
            surnames: [a, c],
            given: d,
            born: born(),
            gender,
        })
    }
}

/// The tax number that goes with the person's document.
fn tax_id(country: Country, inputs: &Inputs) -> Option<String> {
    if let Some(given) = inputs.get(InputField::TaxId) {
        return Some(given.to_owned());
    }
    let document = inputs.get(InputField::NationalId)?;
    match country {
        Country::Co => complete(Kind::CoNit, document),
        Country::Pe => {
            let dni: String = document.chars().filter(char::is_ascii_digit).take(8).collect();
            complete(Kind::PeRuc, &format!("10{dni}"))
        }
        Country::Br | Country::Cl | Country::Cr => Some(document.to_owned()),
        Country::Mx | Country::All => None,
    }
}

/// The taxpayer number: letters and date of the CURP, a code and a digit.
fn rfc(numbers: &mut Draw, inputs: &Inputs) -> Option<String> {
    let curp = inputs.get(InputField::NationalId)?;
    let base: String = curp
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(10)
        .collect();
    let code = numbers.characters(b"123456789ABCDEFGHJKLMNPQRSTUVWXYZ", 2);
    complete(Kind::MxRfc, &format!("{base}{code}"))
}

/// The social security number: office, year of affiliation, year of birth, serial and a digit.
fn nss(numbers: &mut Draw, born: NaiveDate) -> Option<String> {
    let (office, serial) = (numbers.between(10, 97), numbers.digits(4));
    let joined = (born.year() + 20).rem_euclid(100);
    complete(
        Kind::MxNss,
        &format!("{office:02}{joined:02}{:02}{serial}", born.year().rem_euclid(100)),
    )
}
