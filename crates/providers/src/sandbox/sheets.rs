//! What tables are made of: columns, and what fills them. The tables themselves are in [`super::habits`].

use super::words::{Phrase, phrases as p};

/// A table of a registry.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) title: Phrase,
    pub(super) columns: &'static [(Phrase, Value)],
}

/// What a cell holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// Always the same.
    Says(Phrase),
    // The subject.
    FullName,
    FirstName,
    LastName,
    Document,
    BirthDate,
    /// The birth date of somebody of the same name.
    OtherBirthDate,
    DeathDate,
    IssueDate,
    Gender,
    Taxpayer,
    TaxNumber,
    /// The standing of a company, `ACTIVE` for a person.
    Standing,
    Activity,
    Founded,
    Plate,
    Make,
    Model,
    Year,
    Colour,
    VehicleNumber,
    Kind,
    Service,
    Insured,
    InsuredUntil,
    // What the source has on record.
    CaseNumber,
    CriminalCourt,
    CivilCourt,
    Prosecutor,
    Offence,
    Matter,
    CaseState,
    PastDate,
    Programme,
    Reason,
    Headline,
    Newspaper,
    Link,
    Infraction,
    Amount,
    Tax,
    Creditor,
    DaysLate,
    Insurer,
    Categories,
    /// A day of validity that lies ahead of the check.
    ValidUntil,
    Profession,
    /// A number of so many digits.
    Number(usize),
}

use Value as V;

/// What ties a record to the subject by document.
pub(super) const BY_ID: &[(Phrase, Value)] = &[(p::FULL_NAME, V::FullName), (p::DOCUMENT, V::Document)];

/// What ties it to the subject by name.
pub(super) const BY_NAME: &[(Phrase, Value)] = &[(p::FULL_NAME, V::FullName)];

/// What tells the subject from others of the same name.
pub(super) const HOMONYM: &[(Phrase, Value)] =
    &[(p::FULL_NAME, V::FullName), (p::BIRTH_DATE, V::OtherBirthDate)];

/// An answer about a vehicle.
pub(super) const BY_PLATE: &[(Phrase, Value)] = &[(p::PLATE, V::Plate)];

/// What a source of some data set shows.
#[derive(Debug)]
pub(super) struct Habit {
    /// When nothing is wrong.
    pub(super) clean: Clean,
    /// When something is.
    pub(super) record: &'static Sheet,
}

/// What a source shows when nothing is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clean {
    /// The subject's entry, however it was searched; records are shown besides.
    Entry(&'static Sheet),
    /// The same, but what is wrong is said in its place.
    State(&'static Sheet),
    /// A statement about the document; a search by name has no hits.
    Statement(&'static Sheet),
    /// No hits.
    Nothing,
}
