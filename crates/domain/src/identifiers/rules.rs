//! The table of kinds: which characters, how many, what may stand between them, what completes a base.

use super::{
    IdError, Kind, argentina, brazil, chile, colombia, costa_rica, devices, ecuador, mexico, passports, peru,
    plates, reading::Outcome, venezuela, vin,
};

/// The longest input looked at.
const MAX_BYTES: usize = 64;

pub(super) struct Rule {
    /// What may stand between two characters of the number.
    separators: &'static str,
    /// What the number is made of, once separators are gone and letters are capitals.
    alphabet: fn(char) -> bool,
    /// The fewest and the most characters.
    lengths: (usize, usize),
    /// Whether one digit throughout is known never to be given out. Zeros throughout never are.
    pub never_repeated: bool,
    /// What is appended to a base to complete it; nothing for kinds without check digit.
    pub endings: &'static [Ending],
    /// The country's rule.
    pub read: fn(&str) -> Outcome,
}

/// What follows a base.
pub(super) enum Ending {
    /// One digit (or its letter for ten) between two fixed texts.
    One(&'static str, &'static str),
    /// Two digits.
    Two,
    /// Nothing: the ninth character is replaced.
    Ninth,
}

const ONE: &[Ending] = &[Ending::One("", "")];
const TWO: &[Ending] = &[Ending::Two];
const NINTH: &[Ending] = &[Ending::Ninth];
const HYPHEN_AND_ONE: &[Ending] = &[Ending::One("-", "")];
const ONE_AND_ESTABLISHMENT: &[Ending] = &[Ending::One("", "001"), Ending::One("", "0001")];

impl Ending {
    pub fn candidates(&self, base: &str) -> Vec<String> {
        let base = base.trim_ascii();
        let digits = || "0123456789AKX".chars();
        match self {
            Self::One(before, after) => digits()
                .map(|digit| format!("{base}{before}{digit}{after}"))
                .collect(),
            Self::Two => (0..100).map(|digits| format!("{base}{digits:02}")).collect(),
            Self::Ninth => match (base.get(..8), base.get(9..)) {
                (Some(head), Some(tail)) => digits().map(|digit| format!("{head}{digit}{tail}")).collect(),
                _ => Vec::new(),
            },
        }
    }
}

impl Rule {
    const fn new(alphabet: fn(char) -> bool, least: usize, most: usize, read: fn(&str) -> Outcome) -> Self {
        Self {
            separators: " .-/",
            alphabet,
            lengths: (least, most),
            never_repeated: false,
            endings: &[],
            read,
        }
    }

    const fn separated_by(mut self, separators: &'static str) -> Self {
        self.separators = separators;
        self
    }

    /// Sets `never_repeated`.
    const fn mixed(mut self) -> Self {
        self.never_repeated = true;
        self
    }

    const fn ending(mut self, endings: &'static [Ending]) -> Self {
        self.endings = endings;
        self
    }

    /// Trims, drops separators and folds to capitals. ASCII alone is folded: the Unicode capitals of `ı` and
    /// `ß` are I and SS.
    pub fn clean(&self, value: &str) -> Result<String, IdError> {
        if value.len() > MAX_BYTES {
            return Err(IdError::TOO_LONG);
        }
        let value = value.trim_ascii();
        let (Some(first), Some(last)) = (value.chars().next(), value.chars().next_back()) else {
            return Err(IdError::EMPTY);
        };
        let separates = |c| self.separators.contains(c);
        let text: String = value.chars().filter(|c| !separates(*c)).map(capital).collect();
        if !text.chars().all(self.alphabet) {
            return Err(IdError::BAD_CHARACTER);
        }
        // A sign or a cut-off number: what separates has something on both sides.
        if [first, last].into_iter().any(|c| c == '-' || separates(c)) {
            return Err(IdError::BAD_FORMAT);
        }
        let length = text.chars().count();
        if length < self.lengths.0 || length > self.lengths.1 {
            Err(IdError::BAD_LENGTH)
        } else {
            Ok(text)
        }
    }
}

fn capital(c: char) -> char {
    if c == 'ñ' { 'Ñ' } else { c.to_ascii_uppercase() }
}

/// Whether a number of some length consists of one digit. Hyphens that a kind keeps do not count.
pub(super) fn is_repeated(text: &str) -> bool {
    let mut digits = text.chars().filter(|c| *c != '-');
    digits
        .next()
        .is_some_and(|first| first.is_ascii_digit() && digits.all(|c| c == first))
        && text.len() > 1
}

/// For rules that want to see where the hyphens are.
const fn hyphenated(least: usize, most: usize, read: fn(&str) -> Outcome) -> Rule {
    Rule::new(|c| c.is_ascii_alphanumeric() || c == '-', least, most, read).separated_by(" .")
}

const fn digits(least: usize, most: usize, read: fn(&str) -> Outcome) -> Rule {
    Rule::new(|c| c.is_ascii_digit(), least, most, read)
}

const fn alphanumeric(least: usize, most: usize, read: fn(&str) -> Outcome) -> Rule {
    Rule::new(|c| c.is_ascii_alphanumeric(), least, most, read)
}

/// The row of a kind.
pub(super) const fn of(kind: Kind) -> Rule {
    match kind {
        Kind::ArCbu => digits(22, 22, argentina::cbu).ending(ONE),
        Kind::ArCuit => digits(11, 11, argentina::cuit).ending(ONE),
        Kind::ArDni => digits(7, 8, argentina::dni),
        Kind::ArPlate => alphanumeric(6, 7, plates::argentina),
        Kind::BrCnh => digits(11, 11, brazil::cnh).mixed().ending(TWO),
        Kind::BrCnpj => alphanumeric(14, 14, brazil::cnpj).mixed().ending(TWO),
        Kind::BrCpf => digits(11, 11, brazil::cpf).mixed().ending(TWO),
        Kind::BrPis => digits(11, 11, brazil::pis).mixed().ending(ONE),
        Kind::BrPlate => alphanumeric(7, 7, plates::brazil),
        Kind::BrRenavam => digits(9, 11, brazil::renavam).mixed().ending(ONE),
        Kind::BrRg => alphanumeric(5, 20, brazil::rg),
        Kind::BrRnm => alphanumeric(8, 8, brazil::rnm),
        Kind::BrTitulo => digits(12, 13, brazil::titulo).mixed().ending(TWO),
        Kind::ClIssueNumber => alphanumeric(9, 10, chile::issue_number),
        Kind::ClPlate => hyphenated(5, 10, plates::chile),
        Kind::ClRut => Rule::new(|c| c.is_ascii_digit() || c == 'K', 2, 12, chile::rut).ending(ONE),
        Kind::CoCc => digits(3, 10, colombia::cc),
        Kind::CoCe => digits(3, 12, colombia::ce),
        Kind::CoNit => Rule::new(|c| c.is_ascii_digit() || c == '-', 4, 24, colombia::nit)
            .separated_by(" .,")
            .ending(HYPHEN_AND_ONE),
        Kind::CoPep => digits(15, 15, colombia::pep),
        Kind::CoPlate => alphanumeric(5, 6, plates::colombia),
        Kind::CoPpt => alphanumeric(4, 13, colombia::ppt),
        Kind::CoTi => digits(10, 11, colombia::ti),
        Kind::CrDimex => digits(11, 12, costa_rica::dimex),
        Kind::CrFisica => hyphenated(5, 12, costa_rica::fisica),
        Kind::CrJuridica => digits(10, 10, costa_rica::juridica),
        Kind::CrNite => digits(10, 10, costa_rica::nite),
        Kind::CrPlate => alphanumeric(1, 9, plates::costa_rica),
        Kind::EcCi => digits(10, 10, ecuador::ci).ending(ONE),
        Kind::EcPlate => alphanumeric(6, 7, plates::ecuador),
        Kind::EcRuc => digits(13, 13, ecuador::ruc).ending(ONE_AND_ESTABLISHMENT),
        Kind::Imei => digits(14, 16, devices::imei).mixed().ending(ONE),
        Kind::MxCic => digits(9, 10, mexico::cic),
        Kind::MxClaveElector => alphanumeric(18, 18, mexico::clave_elector),
        Kind::MxCurp => alphanumeric(18, 18, mexico::curp).ending(ONE),
        Kind::MxNss => digits(11, 11, mexico::nss).mixed().ending(ONE),
        Kind::MxOcr => digits(12, 13, mexico::ocr),
        Kind::MxPlate => alphanumeric(5, 8, plates::mexico),
        Kind::MxRfc => Rule::new(is_rfc_character, 10, 13, mexico::rfc).ending(ONE),
        Kind::Passport => alphanumeric(5, 9, passports::passport),
        Kind::PeCe => alphanumeric(9, 12, peru::ce),
        Kind::PeDni => alphanumeric(8, 9, peru::dni),
        Kind::PePlate => alphanumeric(5, 7, plates::peru),
        Kind::PeRuc => digits(11, 11, peru::ruc).ending(ONE),
        Kind::VeCi => alphanumeric(6, 11, venezuela::ci),
        Kind::VePlate => alphanumeric(6, 7, plates::venezuela),
        Kind::VeRif => alphanumeric(10, 10, venezuela::rif).ending(ONE),
        Kind::Vin => Rule::new(is_vin_character, 17, 17, vin::vin)
            .mixed()
            .ending(NINTH),
    }
}

fn is_rfc_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '&' | 'Ñ')
}

fn is_vin_character(c: char) -> bool {
    c.is_ascii_alphanumeric() && !matches!(c, 'I' | 'O' | 'Q')
}
