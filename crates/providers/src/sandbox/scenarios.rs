//! What a caller can make happen: one table of scenarios.
//!
//! A scenario is chosen by the last digits of the document, or by `custom_input`. The digits are the last four that
//! come before the check characters, so that a valid document exists for each scenario; of a plate they are the last
//! three of the plate. All of them begin with 91: read as part of a CURP that is a day between the 10th and the 19th
//! of September and the digit behind it, and a CURP without a real date is none.

use cotejo_domain::{
    checks::{Basis, CheckType, DataSet, InputField, Inputs, Severity, facts::CompanyStatus},
    country::Country,
};

use super::documents;

/// Something that a caller can make happen.
#[derive(Debug)]
pub struct Scenario {
    /// Its name: `custom_input=scenario.<name>` selects it.
    pub name: &'static str,
    /// What happens, for people.
    pub description: &'static str,
    /// The last four digits of a document, before its check characters, that select it.
    pub suffix: &'static str,
    /// The checks in which it means something.
    pub applies_to: &'static [CheckType],
    pub(super) effects: &'static [Effect],
}

impl Scenario {
    /// The last three digits of a plate that select it.
    pub fn plate_suffix(&self) -> &'static str {
        self.suffix.get(1..).unwrap_or_default()
    }
}

/// What a scenario changes about the synthetic registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// The sources of a data set that search by this basis show records.
    Record(DataSet, Basis, Severity),
    /// The sources of a data set that search by name show the records of other people of that name.
    Homonyms(DataSet, Severity),
    /// The sources of a data set do not know the subject.
    Absent(DataSet, Severity),
    /// The registries of persons know of a death.
    Dead,
    /// They know the document by another name than the given one.
    OtherName,
    /// They know another day of issue than the given one.
    OtherIssueDate,
    /// The tax registry knows the tax number by another name.
    OtherTaxpayer,
    /// The registries of vehicles know of a theft.
    Stolen,
    /// The company registries show this standing.
    Standing(CompanyStatus, Severity),
    /// One source, of this data set where any is asked, has trouble.
    One(DataSet, Trouble),
    /// All sources but the main registries have trouble.
    Most(Trouble),
    /// Sources return certificates.
    Certificates,
}

/// What keeps a source from answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Out of reach, whenever it is asked.
    Unreachable,
    /// It answers what cannot be read.
    Unreadable,
    /// At work for so many seconds when it is asked first, then it reports.
    Slow(u32),
    /// Says that it is delayed until so many seconds after the check's creation, then it reports.
    Delayed(u32),
    /// At work for ever.
    Stuck,
}

const PERSON: &[CheckType] = &[CheckType::Person];
const COMPANY: &[CheckType] = &[CheckType::Company];
const VEHICLE: &[CheckType] = &[CheckType::Vehicle];
const PERSON_OR_COMPANY: &[CheckType] = &[CheckType::Person, CheckType::Company];
const PERSON_OR_OWNER: &[CheckType] = &[CheckType::Person, CheckType::Vehicle];

use Basis::{Id, Name};
use DataSet as D;
use Effect::{Absent, Homonyms, Most, One, Record, Standing};
use Severity::{High, Low, Medium, None as Harmless, VeryHigh, VeryLow};

const fn scenario(
    suffix: &'static str,
    name: &'static str,
    applies_to: &'static [CheckType],
    effects: &'static [Effect],
    description: &'static str,
) -> Scenario {
    Scenario {
        name,
        description,
        suffix,
        applies_to,
        effects,
    }
}

/// Every scenario. A number, once given, is kept: clients have it in their tests. 9123 stays free, because everybody's
/// first plate is ABC123.
#[rustfmt::skip]
pub const SCENARIOS: &[Scenario] = &[
    scenario("9101", "clean", CheckType::ALL, &[],
        "Everything is found where it should be and nothing is wrong; as without a scenario"),
    scenario("9102", "identity_not_found", PERSON_OR_OWNER, &[Absent(D::PersonalIdentity, VeryHigh)],
        "No identity registry knows the document, severity very_high"),
    scenario("9103", "dead", PERSON_OR_OWNER, &[Effect::Dead],
        "The identity registries know a date of death, severity very_high"),
    scenario("9104", "criminal_high", CheckType::ALL, &[Record(D::CriminalRecord, Id, VeryHigh)],
        "Criminal records under the document, severity very_high"),
    scenario("9105", "criminal_low", CheckType::ALL, &[Record(D::CriminalRecord, Id, Low)],
        "Minor criminal records under the document, severity low"),
    scenario("9106", "legal_medium", PERSON_OR_COMPANY, &[Record(D::LegalBackground, Id, Medium)],
        "Proceedings in court under the document, severity medium"),
    scenario("9107", "homonyms", CheckType::ALL,
        &[Homonyms(D::CriminalRecord, High), Homonyms(D::LegalBackground, High)],
        "Records under the name alone, of people with other birth dates, severity high; the document is clean"),
    scenario("9108", "name_mismatch", PERSON_OR_OWNER, &[Effect::OtherName],
        "The registries know the document by other names: wrong_inputs has first_name and last_name if they were given"),
    scenario("9109", "issue_date_mismatch", PERSON_OR_OWNER, &[Effect::OtherIssueDate],
        "The identity registries know another date of issue: wrong_inputs has document_expedition_date if one was given"),
    scenario("9111", "tax_name_mismatch", PERSON, &[Effect::OtherTaxpayer],
        "The tax number belongs to another name: wrong_inputs has tax_id if national_id and tax_id were given"),
    scenario("9112", "sanctioned", CheckType::ALL,
        &[Record(D::InternationalBackground, Id, VeryHigh), Record(D::InternationalBackground, Name, VeryHigh)],
        "On international sanctions lists, severity very_high"),
    scenario("9113", "traffic_fines", VEHICLE, &[Record(D::TrafficFines, Id, Medium)],
        "Unpaid traffic fines, severity medium"),
    scenario("9114", "expired_licence", VEHICLE, &[Record(D::DrivingLicenses, Id, Medium)],
        "The driving licence has expired, severity medium"),
    scenario("9115", "company_cancelled", COMPANY, &[Standing(CompanyStatus::Cancelled, High)],
        "The company was struck off, severity high"),
    scenario("9116", "company_suspended", COMPANY, &[Standing(CompanyStatus::Suspended, Medium)],
        "The company is suspended, severity medium"),
    scenario("9117", "company_not_found", COMPANY,
        &[Absent(D::BusinessBackground, VeryHigh), Absent(D::TaxesAndFinances, VeryHigh)],
        "No registry knows the company, severity very_high"),
    scenario("9118", "stolen_vehicle", VEHICLE, &[Effect::Stolen],
        "The vehicle is reported stolen, severity very_high"),
    scenario("9119", "vehicle_not_found", VEHICLE,
        &[Absent(D::VehicleInformation, VeryHigh), Absent(D::VehiclePermits, Harmless)],
        "No registry knows the vehicle, severity very_high"),
    scenario("9121", "media_alert", PERSON_OR_COMPANY, &[Record(D::AlertInMedia, Name, High)],
        "News tie the name to a crime, severity high"),
    scenario("9122", "debts", CheckType::ALL,
        &[Record(D::TaxesAndFinances, Id, Medium), Record(D::CreditHistory, Id, Medium)],
        "Debts to the state or to creditors, severity medium"),
    scenario("9124", "source_error", CheckType::ALL, &[One(D::CriminalRecord, Trouble::Unreachable)],
        "One source, a criminal one where there is any, is always out of reach; the check completes"),
    scenario("9125", "sources_failing", CheckType::ALL, &[Most(Trouble::Unreadable)],
        "All sources but the identity, company and vehicle registries fail: the check ends in error"),
    scenario("9126", "slow", CheckType::ALL, &[One(D::CriminalRecord, Trouble::Slow(3))],
        "One source, a criminal one where there is any, takes three seconds"),
    scenario("9127", "delayed", CheckType::ALL, &[One(D::CriminalRecord, Trouble::Delayed(10))],
        "One source, a criminal one where there is any, is delayed until ten seconds after the check was created"),
    scenario("9128", "stuck", CheckType::ALL, &[One(D::CriminalRecord, Trouble::Stuck)],
        "One source, a criminal one where there is any, never answers and expires"),
    scenario("9129", "insurance_expired", VEHICLE, &[Record(D::VehiclePermits, Id, Medium)],
        "The compulsory insurance has expired, severity medium"),
    scenario("9131", "company_not_reinscribed", COMPANY, &[Standing(CompanyStatus::NotReinscribed, Low)],
        "The company never renewed its registration, severity low"),
    scenario("9132", "company_incapable", COMPANY, &[Standing(CompanyStatus::Incapable, High)],
        "The company was declared incapable, severity high"),
    scenario("9133", "mixed", CheckType::ALL,
        &[
            Record(D::CriminalRecord, Id, Medium), Record(D::LegalBackground, Id, Low),
            Record(D::LegalBackground, Name, Medium), Record(D::AlertInMedia, Name, Medium),
            Record(D::TaxesAndFinances, Id, VeryLow), Record(D::TrafficFines, Id, VeryLow),
        ],
        "A little of everything, severities from very_low to medium"),
    scenario("9134", "certificates", CheckType::ALL, &[Effect::Certificates],
        "Sources of criminal and legal records return what they say as a PDF, too"),
];

/// What `custom_input` carries before the name of a scenario.
const MARK: &str = "scenario.";

/// The scenario that these inputs select, if it means something in a check of this type.
///
/// `custom_input` wins over the documents, and what is checked over its owner.
pub fn scenario_of(country: Country, check_type: CheckType, inputs: &Inputs) -> Option<&'static Scenario> {
    let applies = |scenario: &&Scenario| scenario.applies_to.contains(&check_type);
    by_name(inputs).filter(applies).or_else(|| {
        documents::identifiers(check_type)
            .filter_map(|field| by_digits(field, &documents::core(country, field, inputs)?))
            .find(applies)
    })
}

fn by_name(inputs: &Inputs) -> Option<&'static Scenario> {
    let (_, after) = inputs.get(InputField::CustomInput)?.split_once(MARK)?;
    let end = after
        .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
        .unwrap_or(after.len());
    let name = after.get(..end)?;
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

fn by_digits(field: InputField, core: &str) -> Option<&'static Scenario> {
    let count = if field == InputField::LicensePlate { 3 } else { 4 };
    let mut last = [0; 4];
    let mut found = 0;
    for (slot, digit) in last
        .iter_mut()
        .rev()
        .zip(core.bytes().rev().filter(u8::is_ascii_digit))
        .take(count)
    {
        *slot = digit;
        found += 1;
    }
    if found < count {
        return None;
    }
    SCENARIOS.iter().find(|scenario| {
        scenario
            .suffix
            .bytes()
            .rev()
            .take(count)
            .eq(last.into_iter().rev().take(count))
    })
}
