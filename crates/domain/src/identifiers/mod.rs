//! National identifiers, plates and numbers of things: what each must look like and what its digits prove.
//!
//! A kind is one row of the table in `rules` (which characters, how many, which separators) and one function
//! of its country's module, which sees text that is already trimmed, folded to ASCII capitals and measured. So a
//! country holds nothing but its own arithmetic, and no input can reach an index out of range.
//!
//! Three verdicts, because "not refused" is not "proved": [`Verdict::Valid`] says that a check digit agreed,
//! [`Verdict::Structure`] that the form is right and nothing more can be known. Where the publisher of a rule
//! breaks it himself (the RFC's digit, the mod 11 of Ecuador's RUC, the VIN outside North America) a
//! disagreeing digit is a warning and the verdict stays `structure`: a real person must not be turned away by
//! arithmetic that one real number in ten fails.
//!
//! The canonical form is what two spellings of one identifier have in common: ASCII capitals and digits, no
//! separators, no padding. Two kinds keep the hyphen before their check digit, which could not be told from the
//! number without it: the Colombian NIT (`900123456-8`, where a bare `900123456` has no digit) and the Chilean
//! plate. Whatever was verified stays in the canonical form, so that reading it again gives the same verdict.
//! Facts of contract/latam-facts.md are the source of the rules.

mod argentina;
mod brazil;
mod chile;
mod colombia;
mod costa_rica;
mod devices;
mod digits;
mod ecuador;
mod mexico;
mod passports;
mod peru;
mod plates;
mod reading;
mod rules;
mod shapes;
mod titles;
mod venezuela;
mod vin;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

use reading::Outcome;

crate::text_enum! {
    /// What a number claims to be.
    pub enum Kind {
        /// Argentina: bank account, two check digits.
        ArCbu = "ar_cbu",
        /// Argentina: tax or labour number.
        ArCuit = "ar_cuit",
        /// Argentina: identity card.
        ArDni = "ar_dni",
        /// Argentina: plate.
        ArPlate = "ar_plate",
        /// Brazil: driver's licence.
        BrCnh = "br_cnh",
        /// Brazil: company, numeric or (from July 2026) alphanumeric.
        BrCnpj = "br_cnpj",
        /// Brazil: taxpayer, and the number of the new identity card.
        BrCpf = "br_cpf",
        /// Brazil: social integration number (PIS, PASEP, NIS, NIT).
        BrPis = "br_pis",
        /// Brazil: plate, old or Mercosul.
        BrPlate = "br_plate",
        /// Brazil: registration of a vehicle.
        BrRenavam = "br_renavam",
        /// Brazil: a state's identity card.
        BrRg = "br_rg",
        /// Brazil: foreigner's registration.
        BrRnm = "br_rnm",
        /// Brazil: voter.
        BrTitulo = "br_titulo",
        /// Chile: document number of an identity card.
        ClIssueNumber = "cl_issue_number",
        /// Chile: plate, with or without its digit.
        ClPlate = "cl_plate",
        /// Chile: RUN of a person, RUT of a taxpayer.
        ClRut = "cl_rut",
        /// Colombia: citizen's card.
        CoCc = "co_cc",
        /// Colombia: foreigner's card.
        CoCe = "co_ce",
        /// Colombia: taxpayer.
        CoNit = "co_nit",
        /// Colombia: special permit of stay (2017–2021).
        CoPep = "co_pep",
        /// Colombia: plate.
        CoPlate = "co_plate",
        /// Colombia: temporary protection permit.
        CoPpt = "co_ppt",
        /// Colombia: minor's card.
        CoTi = "co_ti",
        /// Costa Rica: foreigner.
        CrDimex = "cr_dimex",
        /// Costa Rica: natural person.
        CrFisica = "cr_fisica",
        /// Costa Rica: legal person.
        CrJuridica = "cr_juridica",
        /// Costa Rica: taxpayer without another number.
        CrNite = "cr_nite",
        /// Costa Rica: plate.
        CrPlate = "cr_plate",
        /// Ecuador: identity card.
        EcCi = "ec_ci",
        /// Ecuador: plate.
        EcPlate = "ec_plate",
        /// Ecuador: taxpayer.
        EcRuc = "ec_ruc",
        /// A mobile device.
        Imei = "imei",
        /// Mexico: identification code of the voter's card.
        MxCic = "mx_cic",
        /// Mexico: voter's key.
        MxClaveElector = "mx_clave_elector",
        /// Mexico: population register.
        MxCurp = "mx_curp",
        /// Mexico: social security.
        MxNss = "mx_nss",
        /// Mexico: machine-read number of the voter's card.
        MxOcr = "mx_ocr",
        /// Mexico: plate.
        MxPlate = "mx_plate",
        /// Mexico: taxpayer.
        MxRfc = "mx_rfc",
        /// A passport of any country.
        Passport = "passport",
        /// Peru: foreigner's card.
        PeCe = "pe_ce",
        /// Peru: identity card, with or without its ninth character.
        PeDni = "pe_dni",
        /// Peru: plate.
        PePlate = "pe_plate",
        /// Peru: taxpayer.
        PeRuc = "pe_ruc",
        /// Venezuela: identity card.
        VeCi = "ve_ci",
        /// Venezuela: plate.
        VePlate = "ve_plate",
        /// Venezuela: taxpayer.
        VeRif = "ve_rif",
        /// A vehicle.
        Vin = "vin",
    }
}

crate::text_enum! {
    /// How much is known about a number.
    pub enum Verdict {
        /// A check digit agreed.
        Valid = "valid",
        /// To be refused.
        Invalid = "invalid",
        /// The form is right; no digit proves more.
        Structure = "structure",
    }
}

/// Warnings: worth telling a human, no reason to refuse.
pub mod warnings {
    /// An advisory check digit disagrees.
    pub const CHECK_DIGIT_MISMATCH: &str = "check_digit_mismatch";
    /// The number usually carries a check digit, and this one does not.
    pub const CHECK_DIGIT_MISSING: &str = "check_digit_missing";
    /// A check digit is there, and no public rule tells whether it is right.
    pub const CHECK_DIGIT_UNVERIFIED: &str = "check_digit_unverified";
    /// A number that stands for many taxpayers.
    pub const GENERIC_NUMBER: &str = "generic_number";
    /// The letter that tells citizens from foreigners is left out.
    pub const NATIONALITY_MISSING: &str = "nationality_missing";
    /// Letters alone: possible in a passport, and more often a name in the wrong place.
    pub const NO_DIGIT: &str = "no_digit";
    /// One digit throughout: possible, and the favourite of those who make numbers up.
    pub const REPEATED_DIGITS: &str = "repeated_digits";
    /// Outside the ranges given out so far.
    pub const UNASSIGNED_RANGE: &str = "unassigned_range";
    /// A series or class that the published tables lack.
    pub const UNKNOWN_SERIES: &str = "unknown_series";
    /// Longer or shorter than what is usually seen.
    pub const UNUSUAL_LENGTH: &str = "unusual_length";
}

/// Why a number is refused. The message never repeats the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error("{message}")]
pub struct IdError {
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: &'static str,
}

impl IdError {
    const fn new(code: &'static str, message: &'static str) -> Self {
        Self { code, message }
    }

    const EMPTY: Self = Self::new("empty", "is empty");
    const TOO_LONG: Self = Self::new("too_long", "is longer than 64 bytes");
    const BAD_CHARACTER: Self = Self::new("bad_character", "has a character that such a number cannot have");
    const BAD_LENGTH: Self = Self::new("bad_length", "has too few or too many characters");
    const BAD_FORMAT: Self = Self::new("bad_format", "is not written as such a number is");
    const BAD_CHECK_DIGIT: Self = Self::new("bad_check_digit", "has a check digit that does not agree");
    const BAD_DATE: Self = Self::new("bad_date", "holds a day that does not exist");
    const BAD_REGION: Self = Self::new("bad_region", "names a region that does not exist");
    const BAD_PREFIX: Self = Self::new("bad_prefix", "starts with a type that does not exist");
    const REPEATED_DIGITS: Self = Self::new("repeated_digits", "repeats one digit, which is never given out");
    const RESERVED: Self = Self::new("reserved", "starts with a word that is never given out");
}

/// What is known about one number.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What the number was said to be.
    pub kind: Kind,
    /// How much is known.
    pub verdict: Verdict,
    /// The one spelling to store and compare; none when refused.
    pub canonical: Option<String>,
    /// The spelling that people print; reads back to `canonical`.
    pub formatted: Option<String>,
    /// What the number tells about its holder. Hints, as old as the number itself.
    pub facts: BTreeMap<&'static str, String>,
    /// Words of [`warnings`].
    pub warnings: Vec<&'static str>,
    /// Why it is refused.
    pub error: Option<IdError>,
}

impl Check {
    /// Whether nothing speaks against the number.
    pub fn is_acceptable(&self) -> bool {
        self.verdict != Verdict::Invalid
    }
}

/// Leaves out the number and what it tells: a check may end up in a log.
impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .field("warnings", &self.warnings)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Reads `value` as a number of this kind.
///
/// Blanks around it, the usual separators and the case do not matter. Characters outside ASCII are refused
/// rather than folded, so that no look-alike passes for a digit; the one exception is the Ñ of the RFC.
pub fn check(kind: Kind, value: &str) -> Check {
    let (verdict, reading, error) = match read(kind, value) {
        Ok(reading) => (reading.verdict, Some(reading), None),
        Err(error) => (Verdict::Invalid, None, Some(error)),
    };
    let (canonical, formatted, facts, warnings) = reading.map_or_else(Default::default, |reading| {
        (
            Some(reading.canonical),
            Some(reading.formatted),
            reading.facts,
            reading.warnings,
        )
    });
    Check {
        kind,
        verdict,
        canonical,
        formatted,
        facts,
        warnings,
        error,
    }
}

/// The canonical identifier that `base` becomes with its check digits; `None` when no digit fits.
///
/// Kinds without a check digit give the canonical base. A VIN is given whole, with any character in its ninth
/// place; the RUC of Ecuador up to its digit, the establishment is added.
pub fn complete(kind: Kind, base: &str) -> Option<String> {
    let rule = rules::of(kind);
    if rule.endings.is_empty() {
        return check(kind, base).canonical;
    }
    // Asking the reader itself keeps one arithmetic: at most a hundred candidates, and only made-up people wait.
    rule.endings
        .iter()
        .flat_map(|ending| ending.candidates(base))
        .map(|candidate| check(kind, &candidate))
        .find(|check| check.verdict == Verdict::Valid)
        .and_then(|check| check.canonical)
}

fn read(kind: Kind, value: &str) -> Outcome {
    let rule = rules::of(kind);
    let text = rule.clean(value)?;
    let repeated = rules::is_repeated(&text);
    if repeated && (rule.never_repeated || text.starts_with('0')) {
        return Err(IdError::REPEATED_DIGITS);
    }
    let reading = (rule.read)(&text)?;
    Ok(if repeated {
        reading.warn(warnings::REPEATED_DIGITS)
    } else {
        reading
    })
}
