//! What one transaction says of its person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Key, Paper};
use crate::{
    checks::{Check, InputField},
    processes::Process,
    time::parse_date,
    validations::{
        Asked, DocumentCountry, DocumentFields, DocumentKind, DocumentType, Field, Validation,
        ValidationStatus, account::Person,
    },
};

/// How much a statement counts against others about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Read on a document that was declined, or a document that the vendor's customers do not have.
    Doubtful,
    /// Somebody said so.
    Given,
    /// Read on a document that was found good, or a contact that was validated.
    Proven,
}

/// A statement. Its `Debug` leaves out what is said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said<T> {
    /// What is said.
    pub value: T,
    /// How much it counts.
    pub weight: Weight,
}

impl<T> std::fmt::Debug for Said<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Said({:?})", self.weight)
    }
}

/// What a customer's document fields are told together: they are of one document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownPaper {
    /// Where it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<DocumentCountry>,
    /// What it is, as the vendor's customers know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<DocumentType>,
    /// Its number.
    pub number: String,
    /// The day on which it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<NaiveDate>,
}

/// What one transaction says of its person: personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The account, as we know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Uuid>,
    /// The documents that the person is known again by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Paper>,
    /// The document that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Said<ShownPaper>>,
    /// The whole name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Said<String>>,
    /// The day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Said<NaiveDate>>,
    /// `male` or `female`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Said<String>>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Said<String>>,
    /// Phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Said<String>>,
}

impl Facts {
    /// What a check of a person says: what it was asked about.
    pub fn of_check(check: &Check) -> Self {
        let inputs = &check.inputs;
        let given = |input| inputs.get(input).map(str::to_owned);
        let day = |input| inputs.get(input).and_then(parse_date);
        let country = check.country.as_str().parse().unwrap_or(DocumentCountry::All);
        let mut facts = Self {
            papers: Paper::of_inputs(country, inputs),
            ..Self::default()
        };
        if let Some(paper) = facts.papers.first().cloned() {
            facts.show(&paper, day(InputField::IssueDate), Weight::Given);
        }
        let whole = inputs.full_name().or_else(|| {
            joined(
                inputs.get(InputField::FirstName),
                inputs.get(InputField::LastName),
            )
        });
        say(&mut facts.name, whole, Weight::Given);
        say(&mut facts.birthday, day(InputField::DateOfBirth), Weight::Given);
        say(&mut facts.gender, given(InputField::Gender), Weight::Given);
        say(&mut facts.phone, given(InputField::PhoneNumber), Weight::Given);
        facts
    }

    /// What a validation says: its account, the document that it read, the contact that its code went to.
    pub fn of_validation(validation: &Validation, person: &Person, contact: Option<&str>) -> Self {
        let mut facts = Self::of_account(validation.account, person);
        let good = validation.status() == ValidationStatus::Success;
        if let (Asked::Document { kind, .. }, Some(found)) =
            (&validation.asked, &validation.findings.document)
        {
            facts.read(*kind, &found.fields, good);
        }
        let weight = if good { Weight::Proven } else { Weight::Given };
        let contact = contact.map(str::to_owned);
        match validation.asked {
            Asked::Email { .. } => say(&mut facts.email, contact, weight),
            Asked::Phone { .. } => say(&mut facts.phone, contact, weight),
            Asked::Document { .. } | Asked::Face { .. } | Asked::FaceSearch { .. } => {}
        }
        facts
    }

    /// What a process says: its account, and what it knows of the person by now. What it read stands in its validations
    /// with more weight.
    pub fn of_process(process: &Process, person: &Person) -> Self {
        let mut facts = Self::of_account(process.account, person);
        let known = &process.applicant;
        if let Some(number) = &known.document_number {
            let country = known
                .document_country
                .as_deref()
                .and_then(|text| text.parse().ok());
            let document_type = known.document_type.as_deref().and_then(|text| text.parse().ok());
            if let (Some(country), Some(document_type)) = (country, document_type) {
                let paper = Paper {
                    country,
                    document_type,
                    number: number.clone(),
                };
                facts.show(&paper, None, Weight::Given);
                facts.papers.push(paper);
            }
        }
        let name = joined(known.first_name.as_deref(), known.last_name.as_deref());
        say(&mut facts.name, name, Weight::Given);
        say(&mut facts.birthday, known.date_of_birth, Weight::Given);
        say(&mut facts.gender, known.gender.clone(), Weight::Given);
        say(&mut facts.email, known.email.clone(), Weight::Given);
        say(&mut facts.phone, known.phone.clone(), Weight::Given);
        facts
    }

    /// What an account says of itself. The document that it claims is shown where there is no other, and nobody is known
    /// again by it.
    fn of_account(account: Uuid, person: &Person) -> Self {
        let mut facts = Self {
            account: Some(account),
            ..Self::default()
        };
        if let Some(number) = &person.document_number {
            let claimed = ShownPaper {
                country: person.country,
                document_type: person.document_type.filter(|of| is_shown(*of)),
                number: number.clone(),
                issued: person.document_issue_date,
            };
            say(&mut facts.document, Some(claimed), Weight::Doubtful);
        }
        let name = joined(person.first_name.as_deref(), person.last_name.as_deref());
        say(&mut facts.name, name, Weight::Given);
        say(&mut facts.email, person.email.clone(), Weight::Given);
        say(&mut facts.phone, person.phone_number.clone(), Weight::Given);
        facts
    }

    /// Adds what a document says. A person is known again by a document that was found good, and by no other: who shows
    /// somebody else's must not become that person.
    fn read(&mut self, kind: DocumentKind, fields: &DocumentFields, good: bool) {
        if kind.document_type == DocumentType::Invoice {
            return;
        }
        let text = |field| fields.get(field).map(str::to_owned);
        let (weight, shown) = match good {
            true => (Weight::Proven, Weight::Given),
            false => (Weight::Doubtful, Weight::Doubtful),
        };
        if let Some(number) = text(Field::DocumentNumber) {
            let paper = Paper {
                country: kind.country,
                document_type: kind.document_type,
                number,
            };
            self.show(&paper, fields.date(Field::IssueDate), shown);
            if good {
                self.papers.push(paper);
            }
        }
        // Where people have a number of their own, a check names them by it, whatever the document.
        let own = match kind.country {
            DocumentCountry::Mx => text(Field::Curp),
            DocumentCountry::Br => text(Field::Cpf),
            _ => None,
        };
        self.papers.extend(own.filter(|_| good).map(|number| Paper {
            country: kind.country,
            document_type: DocumentType::NationalId,
            number,
        }));
        let name = joined(fields.get(Field::Name), fields.get(Field::LastName));
        say(&mut self.name, name, weight);
        say(&mut self.birthday, fields.date(Field::DateOfBirth), weight);
        say(&mut self.gender, text(Field::Gender), weight);
    }

    /// Shows a document. One that the vendor's customers do not have steps back behind those that they do.
    fn show(&mut self, paper: &Paper, issued: Option<NaiveDate>, weight: Weight) {
        let document_type = paper.shown_type();
        let shown = ShownPaper {
            country: Some(paper.country),
            document_type,
            number: paper.number.clone(),
            issued,
        };
        let weight = match document_type {
            Some(_) => weight,
            None => Weight::Doubtful,
        };
        say(&mut self.document, Some(shown), weight);
    }

    /// The keys of the person, documents before the account: a document is one person's, an account may be several's.
    pub fn keys(&self) -> Vec<Key> {
        let documents = self.papers.iter().filter_map(Key::document);
        documents.chain(self.account.map(Key::account)).collect()
    }
}

/// Says something, unless something weightier was said.
fn say<T>(slot: &mut Option<Said<T>>, value: Option<T>, weight: Weight) {
    if let Some(value) = value
        && slot.as_ref().is_none_or(|said| said.weight <= weight)
    {
        *slot = Some(Said { value, weight });
    }
}

const fn is_shown(document_type: DocumentType) -> bool {
    matches!(
        document_type,
        DocumentType::NationalId | DocumentType::ForeignId | DocumentType::Passport
    )
}

/// A whole name.
fn joined(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [first, last].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
