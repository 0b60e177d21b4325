//! A document before its registry: what is asked, and what the answer says of the document.

use super::{
    DeclinedReason, DocumentFields, DocumentKind, DocumentType, Field, SubKind, SubResult, SubValidation,
};
use crate::{
    checks::{DataSet, Finding, InputField, Inputs, ResultKind, facts::PersonFacts},
    country::Country,
    names::{self, NameKind, NameMatching},
    sources::Source,
};

/// By which input of a check the number of a document is asked.
const ASKED_BY: &[(DocumentType, InputField)] = &[
    (DocumentType::NationalId, InputField::NationalId),
    (DocumentType::IdentityCard, InputField::NationalId),
    (DocumentType::TemporaryNationalId, InputField::NationalId),
    (DocumentType::GeneralRegistration, InputField::StateId),
    (DocumentType::ForeignId, InputField::ForeignId),
    (DocumentType::Passport, InputField::Passport),
    (DocumentType::Ppt, InputField::Ptp),
    (DocumentType::Pep, InputField::Pep),
    (DocumentType::Rut, InputField::TaxId),
    (DocumentType::TaxId, InputField::TaxId),
    (DocumentType::DriverLicense, InputField::DriverLicense),
    (DocumentType::Cnh, InputField::DriverLicense),
];

/// What the registries of a country are asked about a document; none where there are none to ask.
pub fn inputs(kind: DocumentKind, fields: &DocumentFields) -> Option<(Country, Inputs)> {
    let country = kind.country.of_checks()?;
    let (_, by) = ASKED_BY
        .iter()
        .find(|(document_type, _)| *document_type == kind.document_type)?;
    let mut inputs = Inputs::default();
    let mut set = |input, field| {
        if let Some(value) = fields.get(field) {
            inputs.set(input, value);
        }
    };
    set(*by, Field::DocumentNumber);
    // People are known by these numbers, whatever the document.
    match country {
        Country::Mx => set(InputField::NationalId, Field::Curp),
        Country::Br => set(InputField::NationalId, Field::Cpf),
        _ => {}
    }
    set(InputField::FirstName, Field::Name);
    set(InputField::LastName, Field::LastName);
    for (input, field) in [
        (InputField::DateOfBirth, Field::DateOfBirth),
        (InputField::IssueDate, Field::IssueDate),
    ] {
        if let Some(date) = fields.date(field) {
            inputs.set(input, date.to_string());
        }
    }
    Some((country, inputs))
}

/// What a registry said.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// It knows the person.
    Known(Box<PersonFacts>),
    /// It does not know the document.
    Unknown,
    /// It did not answer.
    Silent,
}

/// Registries of persons that hold only some of them: who is not in there is not unknown.
const OF_SOME: &[&str] = &["co-registraduria-defunciones"];

/// The word of a registry by what it reported; none where it says nothing of the document.
pub fn word(source: &Source, person: Option<PersonFacts>, findings: &[Finding]) -> Option<Word> {
    if let Some(person) = person {
        return Some(Word::Known(Box::new(person)));
    }
    // It has the person, and tells nothing about him or her.
    let found = findings
        .iter()
        .any(|finding| finding.data_set == DataSet::PersonalIdentity && finding.result == ResultKind::Found);
    (!found && !OF_SOME.contains(&source.key.as_str())).then_some(Word::Unknown)
}

/// What the word of a registry means for a document.
pub fn judge(source: &Source, word: &Word, fields: &DocumentFields, matching: NameMatching) -> SubValidation {
    let kind = match source.key.as_str() {
        key if key.starts_with("mx-ine") => SubKind::GovernmentDatabaseIne,
        key if key.starts_with("mx-renapo") => SubKind::GovernmentDatabaseRenapo,
        _ => SubKind::GovernmentDatabase,
    };
    let (reason, message) = match word {
        Word::Silent => (
            Some(DeclinedReason::GovernmentDatabaseUnavailable),
            "did not answer",
        ),
        Word::Unknown => (
            Some(DeclinedReason::DocumentUnregistered),
            "does not know the document",
        ),
        Word::Known(facts) if facts.death_date.is_some() => (
            Some(DeclinedReason::IdentityBelongsToDeadPerson),
            "says that the person is dead",
        ),
        Word::Known(facts) if !agrees(facts, fields, matching) => (
            Some(DeclinedReason::DataNotMatchWithGovernmentDatabase),
            "knows the document by other data",
        ),
        Word::Known(_) => (None, "confirms the document"),
    };
    SubValidation {
        kind,
        result: if reason.is_some() {
            SubResult::Invalid
        } else {
            SubResult::Valid
        },
        message: format!("{} {message}", source.name),
        reason,
    }
}

/// Whether a registry's person is the document's: what either leaves out is silence.
fn agrees(facts: &PersonFacts, fields: &DocumentFields, matching: NameMatching) -> bool {
    let known = format!("{} {}", facts.first_name, facts.last_name);
    let read = format!(
        "{} {}",
        fields.get(Field::Name).unwrap_or_default(),
        fields.get(Field::LastName).unwrap_or_default()
    );
    let named = known.trim().is_empty()
        || read.trim().is_empty()
        || names::compare(&read, &known, NameKind::Person).accepted(matching);
    let born = match (facts.date_of_birth, fields.date(Field::DateOfBirth)) {
        (Some(known), Some(read)) => known == read,
        _ => true,
    };
    named && born
}
