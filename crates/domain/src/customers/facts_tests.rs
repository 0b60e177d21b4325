use super::*;
use crate::{
    checks::Inputs,
    ids::{ClientId, ValidationId},
    language::Language,
    time::Timestamp,
    validations::{
        AccountName, DeclinedReason, DocumentFindings, Findings, Outcome, ReviewState, Terms, config::Config,
    },
};

const ACCOUNT: Uuid = Uuid::from_u128(2);

fn validation(asked: Asked, outcome: Outcome) -> Validation {
    let terms = Terms::of(&Config::default(), &asked, None, false);
    Validation {
        client: ClientId(Uuid::nil()),
        id: ValidationId(Uuid::from_u128(1)),
        account: ACCOUNT,
        account_name: AccountName::of(ACCOUNT),
        asked,
        terms,
        process: None,
        enrollment: None,
        retry_of: None,
        remaining_retries: 0,
        uploaded: Vec::new(),
        started: None,
        outcome: Some(outcome),
        automatic: None,
        review: ReviewState::None,
        findings: Findings::default(),
        document: None,
        ip_address: String::new(),
        created: Timestamp::from_nanos(0),
        finished: None,
        version: 1,
    }
}

fn document(document_type: DocumentType, outcome: Outcome) -> Validation {
    let kind = DocumentKind {
        country: DocumentCountry::Co,
        document_type,
    };
    let mut made = validation(
        Asked::Document {
            kind,
            custom_type: None,
        },
        outcome,
    );
    let mut fields = DocumentFields::default();
    fields.set(Field::DocumentNumber, "1000000001");
    fields.set(Field::Name, "ANA");
    fields.set(Field::LastName, "PRUEBA");
    made.findings.document = Some(DocumentFindings {
        fields,
        ..DocumentFindings::default()
    });
    made
}

fn keys(facts: &Facts) -> Vec<String> {
    facts.keys().iter().map(|key| key.as_str().to_owned()).collect()
}

fn account_key() -> String {
    Key::account(ACCOUNT).as_str().to_owned()
}

#[test]
fn a_document_is_a_key_where_it_was_found_good() {
    let declined = Outcome::Declined(DeclinedReason::Underage);
    for (document_type, outcome, key, name) in [
        (
            DocumentType::NationalId,
            Outcome::Success,
            Some("document:co/national-id/1000000001"),
            Some(Weight::Proven),
        ),
        (DocumentType::NationalId, declined, None, Some(Weight::Doubtful)),
        (DocumentType::Invoice, Outcome::Success, None, None),
    ] {
        let facts = Facts::of_validation(&document(document_type, outcome), &Person::default(), None);
        let expected: Vec<String> = key
            .map(str::to_owned)
            .into_iter()
            .chain([account_key()])
            .collect();
        assert_eq!(keys(&facts), expected, "{document_type}");
        assert_eq!(facts.name.map(|said| said.weight), name, "{document_type}");
    }
}

#[test]
fn what_an_account_claims_is_shown_and_nobody_is_known_by_it() {
    let person = Person {
        country: Some(DocumentCountry::Co),
        document_type: Some(DocumentType::NationalId),
        document_number: Some("1000000009".to_owned()),
        first_name: Some("Anita".to_owned()),
        ..Person::default()
    };
    let mut facts = Facts::of_account(ACCOUNT, &person);
    assert_eq!(keys(&facts), [account_key()]);
    assert_eq!(facts.document.as_ref().unwrap().value.number, "1000000009");
    let read = document(DocumentType::NationalId, Outcome::Success);
    facts = Facts::of_validation(&read, &person, None);
    assert_eq!(facts.document.unwrap().value.number, "1000000001");
    assert_eq!(facts.name.unwrap().value, "ANA PRUEBA");
}

#[test]
fn a_contact_is_proven_by_its_code() {
    for (outcome, weight) in [
        (Outcome::Success, Weight::Proven),
        (
            Outcome::Declined(DeclinedReason::MaxRetriesReached),
            Weight::Given,
        ),
    ] {
        let asked = Asked::Email {
            language: Language::Es,
        };
        let facts = Facts::of_validation(
            &validation(asked, outcome),
            &Person::default(),
            Some("ana@example.com"),
        );
        assert_eq!(facts.email.unwrap().weight, weight);
        assert!(facts.phone.is_none());
    }
}

#[test]
fn a_licence_is_a_key_and_steps_back_behind_a_national_document() {
    let kind = DocumentKind {
        country: DocumentCountry::Co,
        document_type: DocumentType::DriverLicense,
    };
    let mut fields = DocumentFields::default();
    fields.set(Field::DocumentNumber, "1000000001");
    let mut facts = Facts::default();
    facts.read(kind, &fields, true);
    assert_eq!(keys(&facts), ["document:co/driver-license/1000000001"]);
    let shown = facts.document.unwrap();
    assert_eq!(
        (shown.weight, shown.value.document_type),
        (Weight::Doubtful, None)
    );
}

#[test]
fn what_is_kept_reads_back_and_nothing_of_it_reaches_a_log() {
    let facts = Facts::of_validation(
        &document(DocumentType::NationalId, Outcome::Success),
        &Person::default(),
        None,
    );
    let kept = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Facts>(&kept).unwrap(), facts);
    assert_eq!(serde_json::from_str::<Facts>("{}").unwrap(), Facts::default());
    let logged = format!("{facts:?} {:?}", facts.keys());
    assert!(
        !logged.contains("1000000001") && !logged.contains("ANA"),
        "{logged}"
    );
}

#[test]
fn the_inputs_of_a_check_are_said() {
    let inputs = Inputs::from_iter([
        (InputField::NationalId, "1.000.000.001".to_owned()),
        (InputField::FirstName, "Ana".to_owned()),
        (InputField::DateOfBirth, "1990-01-02".to_owned()),
        (InputField::PhoneNumber, "+573001234567".to_owned()),
    ]);
    let check = Check {
        inputs,
        ..crate::customers::transaction::tests::check()
    };
    let facts = Facts::of_check(&check);
    assert_eq!(keys(&facts), ["document:co/national-id/1000000001"]);
    assert_eq!(facts.name.unwrap().value, "Ana");
    assert!(facts.birthday.is_some());
    assert_eq!(facts.phone.unwrap().weight, Weight::Given);
}
