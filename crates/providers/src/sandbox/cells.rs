//! Filling the cells of a table.

use chrono::{Datelike as _, Days, NaiveDate};
use cotejo_domain::{
    checks::{
        CheckType, InputField, Severity, Table,
        finding::{Cell, Row},
    },
    country::Country,
};

use super::{
    people::Gender,
    scenarios::Effect,
    seed::{Draw, Stream},
    sheets::{Sheet, Value},
    words::{Language, Phrase, business, courts, phrases, traffic},
    world::World,
};

/// One table with so many rows; `head` stands before the sheet's own columns. A source leaves out what it cannot
/// know: the tax number of a company that it found by name, the birth date of any.
pub(super) fn table(
    world: &World<'_>,
    draw: &mut Draw,
    sheet: &Sheet,
    head: &[(Phrase, Value)],
    rows: u64,
    severity: Severity,
) -> Table {
    let language = world.language;
    let mut row = || {
        let cells = head.iter().chain(sheet.columns);
        let cells = cells.map(|(label, value)| Cell {
            label: label.text(language).to_owned(),
            value: fill(*value, world, draw, severity),
        });
        Row {
            cells: cells.filter(|cell| !cell.value.is_empty()).collect(),
        }
    };
    Table {
        title: sheet.title.text(language).to_owned(),
        rows: (0..rows).map(|_| row()).collect(),
    }
}

fn fill(value: Value, world: &World<'_>, draw: &mut Draw, severity: Severity) -> String {
    let language = world.language;
    let query = world.query;
    let say = |phrase: Phrase| phrase.text(language).to_owned();
    let mut one_of = |list: &[Phrase]| draw.pick(list).map_or("", |phrase| phrase.text(language));
    match value {
        Value::Says(phrase) => say(phrase),
        Value::FullName => full_name(world),
        Value::FirstName => world.person().first_name.clone().into_owned(),
        Value::LastName => world.person().last_name.clone().into_owned(),
        Value::Document => world.document().to_owned(),
        Value::BirthDate | Value::OtherBirthDate if query.check_type == CheckType::Company => String::new(),
        Value::BirthDate => day(language, world.person().date_of_birth),
        Value::OtherBirthDate => {
            let (other, own) = (draw.day(1950, 2002), world.person().date_of_birth);
            let other = if other == own {
                other.checked_add_days(Days::new(1)).unwrap_or(other)
            } else {
                other
            };
            day(language, other)
        }
        Value::DeathDate => world
            .person()
            .death_date
            .map(|date| day(language, date))
            .unwrap_or_default(),
        Value::IssueDate => day(language, world.person().issue_date),
        Value::Gender => say(match world.person().gender {
            Gender::Male => phrases::MALE,
            Gender::Female => phrases::FEMALE,
        }),
        Value::Taxpayer => taxpayer(world),
        Value::TaxNumber => query
            .inputs
            .get(InputField::TaxId)
            .unwrap_or_else(|| world.document())
            .to_owned(),
        Value::Standing => say(match query.check_type {
            CheckType::Company => world.company().standing(),
            CheckType::Person | CheckType::Vehicle => phrases::ACTIVE,
        }),
        Value::Activity => say(world.company().activity),
        Value::Founded => day(language, world.company().founded),
        Value::Plate => query
            .inputs
            .get(InputField::LicensePlate)
            .unwrap_or_default()
            .to_owned(),
        Value::Make => world.vehicle().model.make.to_owned(),
        Value::Model => world.vehicle().model.name.to_owned(),
        Value::Year => world.vehicle().year.to_string(),
        Value::Colour => say(world.vehicle().colour),
        Value::VehicleNumber => world.vehicle().number(query.inputs),
        Value::Kind => say(world.vehicle().model.body.kind),
        Value::Service => say(world.vehicle().service),
        Value::Insured => say(world.vehicle().insured_state()),
        Value::InsuredUntil => day(language, world.vehicle().insured_until),
        Value::CaseNumber => case_number(query.country, draw),
        Value::CriminalCourt => court(courts::CRIMINAL_COURT, world, draw),
        Value::CivilCourt => court(courts::CIVIL_COURT, world, draw),
        Value::Prosecutor => court(courts::PROSECUTOR, world, draw),
        Value::Offence => one_of(courts::offences(severity)).to_owned(),
        Value::Matter => one_of(courts::MATTERS).to_owned(),
        Value::CaseState => one_of(courts::case_states(severity)).to_owned(),
        Value::PastDate => day(language, draw.day(2015, 2023)),
        Value::Programme => draw.word(courts::PROGRAMMES).to_owned(),
        Value::Reason => one_of(courts::REASONS).to_owned(),
        Value::Headline => format!("{} {}", one_of(courts::HEADLINES), full_name(world)),
        Value::Newspaper => draw.word(courts::newspapers(language)).to_owned(),
        // Reserved for examples: it leads nowhere on purpose.
        Value::Link => format!("https://news.example/{}", draw.digits(8)),
        Value::Infraction => one_of(traffic::INFRACTIONS).to_owned(),
        Value::Amount => amount(query.country, draw),
        Value::Tax => one_of(business::TAXES).to_owned(),
        Value::Creditor => draw.word(business::CREDITORS).to_owned(),
        Value::DaysLate => draw.between(31, 900).to_string(),
        Value::Insurer => draw.word(business::insurers(query.country)).to_owned(),
        Value::Categories => licence_categories(world).join(", "),
        Value::ValidUntil => day(language, valid_until(world, draw)),
        Value::Profession => one_of(business::PROFESSIONS).to_owned(),
        Value::Number(count) => draw.digits(count),
    }
}

/// The name of the company, or of the person.
fn full_name(world: &World<'_>) -> String {
    match world.query.check_type {
        CheckType::Company => world.company().name.clone().into_owned(),
        CheckType::Person | CheckType::Vehicle => world.person().full_name(),
    }
}

fn taxpayer(world: &World<'_>) -> String {
    if world.effects.contains(&Effect::OtherTaxpayer) {
        let (first, last) = world.person().other_name(world.query.country);
        return format!("{first} {last}");
    }
    full_name(world)
}

/// What the person may drive: the same in every registry.
pub(super) fn licence_categories(world: &World<'_>) -> &'static [&'static str] {
    let mut draw = world.person().seed.draw(Stream::Licence);
    draw.pick(traffic::licences(world.query.country))
        .copied()
        .unwrap_or(&[])
}

fn valid_until(world: &World<'_>, draw: &mut Draw) -> NaiveDate {
    let checked = world.query.created.date();
    checked
        .checked_add_days(Days::new(draw.between(200, 2_500)))
        .unwrap_or(checked)
}

fn day(language: Language, date: NaiveDate) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match language {
        Language::Es | Language::Pt => format!("{day:02}/{month:02}/{year}"),
        Language::En => format!("{year}-{month:02}-{day:02}"),
    }
}

fn court(kind: Phrase, world: &World<'_>, draw: &mut Draw) -> String {
    let city = draw.word(courts::cities(world.query.country));
    let number = draw.between(1, 40);
    match world.language {
        Language::Pt => format!("{number}ª {} DE {city}", kind.text(Language::Pt)),
        Language::Es => format!("{} {number} DE {city}", kind.text(Language::Es)),
        Language::En => format!("{} {number}, {city}", kind.text(Language::En)),
    }
}

/// A case number in the form of the country's courts.
fn case_number(country: Country, draw: &mut Draw) -> String {
    // Older than any day on record, so that no case is opened after its sentence.
    let year = draw.between(2009, 2014);
    let serial = draw.between(1, 9_999);
    match country {
        Country::Co => format!("11001600{:04}{year}{serial:05}00", draw.between(1, 99)),
        Country::Br => brazilian_case(year, serial, draw),
        Country::Cl => format!("RIT {serial}-{year}"),
        Country::Mx => format!("{serial}/{year}"),
        Country::Pe => format!("{serial:05}-{year}-0-1801-JR-PE-{:02}", draw.between(1, 40)),
        Country::Cr => format!("{:02}-{serial:06}-{:04}-PE", year % 100, draw.between(1, 999)),
        Country::All => format!("{year}-{serial:06}"),
    }
}

/// A number of Brazil's national council of justice, with its two digits (ISO 7064, mod 97-10).
fn brazilian_case(year: u64, serial: u64, draw: &mut Draw) -> String {
    let place = format!("{:02}{:04}", draw.between(1, 27), draw.between(1, 999));
    let digits = format!("{serial:07}{year}8{place}00");
    let rest = digits
        .bytes()
        .fold(0, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
    let (court, origin) = place.split_at(2);
    format!("{serial:07}-{:02}.{year}.8.{court}.{origin}", 98 - rest)
}

fn amount(country: Country, draw: &mut Draw) -> String {
    let (sign, unit) = business::currency(country);
    format!("{sign} {}", thousands(draw.between(40, 2_500) * unit, country))
}

fn thousands(value: u64, country: Country) -> String {
    let point = match country {
        Country::Co | Country::Cl | Country::Br | Country::Cr => '.',
        Country::Mx | Country::Pe | Country::All => ',',
    };
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(point);
        }
        text.push(digit);
    }
    text
}
