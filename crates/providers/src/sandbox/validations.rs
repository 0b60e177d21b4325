//! Documents and faces of sandbox clients: what is seen depends on the account, not on the picture.
//!
//! Without a scenario everything is in order, and the document says what the registries of the client say of the person.
//! A scenario is chosen by the account's name, or by the last digits of the account's document.

use std::sync::OnceLock;

use async_trait::async_trait;
use cotejo_domain::{
    checks::{CheckType, DataSet, InputField, Inputs, facts::PersonFacts},
    country::Country,
    ids::ClientId,
    names::NameMatching,
    sources::Catalogue,
    time::Timestamp,
    validations::{
        Account, Attachment, AttachmentKind, AttachmentValidation, DeclinedReason, DocumentCountry,
        DocumentFields, DocumentFindings, DocumentKind, DocumentType, ExpiredReason, Field, Slot, SubKind,
        SubResult, SubValidation,
        places::{Place, usual_parts},
        registry,
    },
};
use sha2::{Digest as _, Sha256};

use super::{Sandbox, documents, examples::sample, seed::Seed, seed::Stream};
use crate::{
    engines::{DocumentEngine, DocumentQuestion, EngineError, Examined, Face, FaceEngine, FaceQuestion},
    port::{Answer, Query},
};

/// What marks a scenario in the name of an account.
const MARK: &str = "scenario.";

/// The digits of the first declined reason; the others follow in their order, which therefore never changes.
const FIRST_DIGITS: usize = 9200;

/// What becomes of a validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is declined for that.
    Declined(DeclinedReason),
    /// Nothing is done, and it expires for that.
    Expired(ExpiredReason),
    /// Something here goes wrong.
    SystemError,
    /// It is looked at only after so many seconds.
    Slow(u32),
}

/// A fate, and what leads to it.
#[derive(Debug, Clone)]
pub struct FateScenario {
    /// `scenario.<name>` in the account's name.
    pub name: &'static str,
    /// The last four digits of the account's document, before its check characters; empty where none lead there.
    pub digits: String,
    /// What happens.
    pub description: String,
    /// What becomes of a validation.
    pub fate: Fate,
}

/// Every fate.
pub fn fates() -> &'static [FateScenario] {
    static MADE: OnceLock<Vec<FateScenario>> = OnceLock::new();
    MADE.get_or_init(|| {
        let declined = DeclinedReason::ALL
            .iter()
            .enumerate()
            .map(|(place, reason)| FateScenario {
                name: reason.as_str(),
                digits: (FIRST_DIGITS + place).to_string(),
                description: format!("The validation is declined: {reason}"),
                fate: Fate::Declined(*reason),
            });
        let expired = ExpiredReason::ALL.iter().map(|reason| FateScenario {
            name: reason.as_str(),
            digits: String::new(),
            description: format!("Nothing is done, and the validation expires: {reason}"),
            fate: Fate::Expired(*reason),
        });
        let others = [
            (
                "system_error",
                "Something goes wrong here: the validation ends in system_error",
                Fate::SystemError,
            ),
            ("slow", "The validation takes a minute", Fate::Slow(60)),
        ];
        let others = others.into_iter().map(|(name, description, fate)| FateScenario {
            name,
            digits: String::new(),
            description: description.to_owned(),
            fate,
        });
        declined.chain(expired).chain(others).collect()
    })
}

/// What becomes of the validations of an account; nothing special without a scenario.
pub fn fate(account: &Account) -> Option<Fate> {
    fate_of_name(account.name.as_str()).or_else(|| {
        let number = account.person.document_number.as_deref()?;
        let country = account.person.country.and_then(DocumentCountry::of_checks);
        let field = InputField::NationalId;
        let mut inputs = Inputs::default();
        inputs.set(field, number);
        let core = documents::core(country.unwrap_or(Country::All), field, &inputs)?;
        let digits: String = core.chars().filter(char::is_ascii_digit).collect();
        let last = digits.get(digits.len().checked_sub(4)?..)?;
        let found = fates().iter().find(|scenario| scenario.digits == last);
        found.map(|scenario| scenario.fate)
    })
}

fn fate_of_name(name: &str) -> Option<Fate> {
    let (_, after) = name.split_once(MARK)?;
    let end = after
        .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
        .unwrap_or(after.len());
    let name = after.get(..end)?;
    let found = fates().iter().find(|scenario| scenario.name == name);
    found.map(|scenario| scenario.fate)
}

fn declined(account: &Account) -> Option<DeclinedReason> {
    match fate(account) {
        Some(Fate::Declined(reason)) => Some(reason),
        _ => None,
    }
}

#[async_trait]
impl DocumentEngine for Sandbox {
    async fn examine(&self, question: DocumentQuestion<'_>) -> Result<Examined, EngineError> {
        let reason = declined(question.account);
        let fields = match reason.map(DeclinedReason::place) {
            // What cannot be read says nothing.
            Some(Place::Picture(AttachmentKind::Ocr) | Place::Part(SubKind::DocumentType)) => {
                DocumentFields::default()
            }
            _ => fields(question),
        };
        Ok(Examined {
            findings: DocumentFindings {
                fields,
                version: None,
                attachments: attachments(question.pictures, reason),
                parts: parts(question, reason),
            },
            portrait: portrait(question),
        })
    }
}

/// The portrait of a document that shows one: the whole front, which is as good as any to somebody whose faces are all
/// alike.
fn portrait(question: DocumentQuestion<'_>) -> Option<Vec<u8>> {
    let shows_none = matches!(
        question.kind.document_type,
        DocumentType::Invoice | DocumentType::Record | DocumentType::Rut | DocumentType::TaxId
    );
    let front = question.pictures.iter().find(|(slot, _)| *slot == Slot::Front);
    front.filter(|_| !shows_none).map(|(_, picture)| picture.clone())
}

fn attachments(pictures: &[(Slot, Vec<u8>)], reason: Option<DeclinedReason>) -> Vec<AttachmentValidation> {
    let bad = reason.and_then(|reason| match reason.place() {
        Place::Picture(kind) => Some((kind, reason)),
        Place::Part(_) | Place::Face | Place::Code => None,
    });
    let of_side = |slot: &Slot| -> (Attachment, &[AttachmentKind]) {
        match slot {
            Slot::Reverse => (Attachment::DocumentReverse, &[AttachmentKind::Ocr]),
            Slot::Front | Slot::Face => (Attachment::DocumentFront, AttachmentKind::ALL),
        }
    };
    let mut seen = Vec::new();
    for (slot, _) in pictures {
        let (attachment, kinds) = of_side(slot);
        for kind in kinds {
            let wrong_side = match reason {
                Some(DeclinedReason::ReverseDocumentNotFound) => attachment == Attachment::DocumentFront,
                _ => attachment == Attachment::DocumentReverse,
            };
            let reason = bad
                .filter(|(other, _)| other == kind && !wrong_side)
                .map(|(_, reason)| reason);
            seen.push(AttachmentValidation {
                kind: *kind,
                attachment,
                result: if reason.is_some() {
                    SubResult::Invalid
                } else {
                    SubResult::Valid
                },
                reason,
            });
        }
    }
    seen
}

fn parts(question: DocumentQuestion<'_>, reason: Option<DeclinedReason>) -> Vec<SubValidation> {
    let mut parts: Vec<SubValidation> = question
        .methods
        .iter()
        .flat_map(|method| usual_parts(*method))
        .map(|kind| valid(*kind))
        .collect();
    if let Some(reason) = reason
        && let Place::Part(kind) = reason.place()
    {
        let invalid = SubValidation {
            kind,
            result: SubResult::Invalid,
            message: format!("{} was not passed (scenario)", kind.title()),
            reason: Some(reason),
        };
        match parts.iter_mut().find(|part| part.kind == kind) {
            Some(part) => *part = invalid,
            None => parts.push(invalid),
        }
    }
    parts
}

fn valid(kind: SubKind) -> SubValidation {
    SubValidation {
        kind,
        result: SubResult::Valid,
        message: format!("{} was passed", kind.title()),
        reason: None,
    }
}

/// How long documents are still good.
const VALID_MONTHS: u32 = 84;

/// What the document says: what the account says of its person, and else what the registries do.
fn fields(question: DocumentQuestion<'_>) -> DocumentFields {
    let person = &question.account.person;
    let made_up = made_up(question.client, question.kind, question.account.name.as_str());
    let mut fields = DocumentFields::default();
    let number = person.document_number.clone().or(made_up.number);
    fields.set(Field::DocumentNumber, number.unwrap_or_default());
    fields.set(
        Field::Name,
        person
            .first_name
            .clone()
            .or(made_up.first_name)
            .unwrap_or_default(),
    );
    fields.set(
        Field::LastName,
        person.last_name.clone().or(made_up.last_name).unwrap_or_default(),
    );
    if let Some(date) = person.document_issue_date {
        fields.set_date(Field::IssueDate, date);
    }
    let facts = known(question, &fields).unwrap_or_default();
    for (field, value) in [
        (Field::Name, &facts.first_name),
        (Field::LastName, &facts.last_name),
    ] {
        if fields.get(field).is_none() {
            fields.set(field, value.clone());
        }
    }
    if let Some(surnames) = fields.get(Field::LastName).map(str::to_owned) {
        let mut surnames = surnames.split_whitespace();
        fields.set(Field::FirstLastName, surnames.next().unwrap_or_default());
        fields.set(Field::SecondLastName, surnames.collect::<Vec<_>>().join(" "));
    }
    fields.set(Field::Gender, facts.gender.unwrap_or_default());
    let mut draw = seed(question.client, question.account.name.as_str()).draw(Stream::Dates);
    let birth = facts.date_of_birth.unwrap_or_else(|| draw.day(1960, 1999));
    fields.set_date(Field::DateOfBirth, birth);
    let issue = fields.date(Field::IssueDate).or(facts.issue_date);
    fields.set_date(Field::IssueDate, issue.unwrap_or_else(|| draw.day(2018, 2024)));
    let expiry = question
        .today
        .checked_add_months(chrono::Months::new(VALID_MONTHS));
    fields.set_date(Field::ExpirationDate, expiry.unwrap_or(question.today));
    if question.kind.country == DocumentCountry::Mx {
        let curp = fields.get(Field::DocumentNumber).unwrap_or_default().to_owned();
        fields.set(Field::Curp, curp);
    }
    fields
}

/// What the client's registries know of the person.
fn known(question: DocumentQuestion<'_>, fields: &DocumentFields) -> Option<PersonFacts> {
    let (country, inputs) = registry::inputs(question.kind, fields)?;
    let catalogue = Catalogue::builtin();
    let source = catalogue
        .consulted(country, CheckType::Person)
        .find(|source| source.data_sets.contains(&DataSet::PersonalIdentity))?;
    let midnight = question.today.and_time(chrono::NaiveTime::MIN).and_utc();
    let now = Timestamp::from(midnight);
    let query = Query {
        client: question.client,
        source,
        check_type: CheckType::Person,
        country,
        inputs: &inputs,
        names: NameMatching::Soft,
        created: now,
        now,
        attempt: 0,
    };
    match Sandbox::answer(query) {
        Ok(Answer::Report(report)) => report.facts.person,
        _ => None,
    }
}

/// Somebody for an account of whom nothing is known.
struct MadeUp {
    number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

fn made_up(client: ClientId, kind: DocumentKind, account: &str) -> MadeUp {
    let mut draw = seed(client, account).draw(Stream::Numbers);
    let number = u32::try_from(draw.below(100_000_000)).unwrap_or(0);
    let country = kind.country.of_checks().unwrap_or(Country::Co);
    let inputs = sample(country, CheckType::Person, number).unwrap_or_default();
    let text = |field| inputs.get(field).map(str::to_owned);
    let own = match kind.document_type {
        DocumentType::NationalId if kind.country.of_checks().is_some() => text(InputField::NationalId),
        _ => None,
    };
    MadeUp {
        number: own.or_else(|| Some(draw.digits(9))),
        first_name: text(InputField::FirstName),
        last_name: text(InputField::LastName),
    }
}

fn seed(client: ClientId, account: &str) -> Seed {
    Seed::of(&[client.0.as_bytes(), b"validation", account.as_bytes()])
}

#[async_trait]
impl FaceEngine for Sandbox {
    /// The same picture has the same face, whoever uploads it; another has another one.
    async fn faces(&self, question: FaceQuestion<'_>) -> Result<Vec<Face>, EngineError> {
        let reason = match fate_of_name(question.account) {
            Some(Fate::Declined(reason)) => Some(reason),
            _ => None,
        };
        if reason == Some(DeclinedReason::NoFaceDetected) {
            return Ok(Vec::new());
        }
        let not_alive = [
            DeclinedReason::PassiveLivenessVerificationNotPassed,
            DeclinedReason::LivenessVerificationNotPassed,
        ];
        let alive = if reason.is_some_and(|reason| not_alive.contains(&reason)) {
            0.02
        } else {
            0.98
        };
        Ok(vec![Face {
            vector: vector(question.picture),
            alive: Some(alive),
            age_range: Some((25, 35)),
        }])
    }
}

/// Numbers of the vector of a sandbox face.
const LENGTH: u32 = 32;

fn vector(picture: &[u8]) -> Vec<f32> {
    let hash = Sha256::digest(picture);
    let bytes = (0..LENGTH).map(|place| {
        let mut salted = Sha256::new();
        salted.update(hash);
        salted.update(place.to_be_bytes());
        f32::from(i16::from(salted.finalize()[0]) - 128)
    });
    let numbers: Vec<f32> = bytes.collect();
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    numbers.into_iter().map(|number| number / length).collect()
}
