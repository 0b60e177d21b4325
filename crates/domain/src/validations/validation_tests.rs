use proptest::prelude::*;

use super::*;
use crate::validations::{DocumentCountry, DocumentKind, request::FaceMethod};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_nanos(0).plus_seconds(seconds)
}

fn document() -> Asked {
    Asked::Document {
        kind: DocumentKind {
            country: DocumentCountry::Co,
            document_type: DocumentType::NationalId,
        },
        custom_type: None,
    }
}

fn new(asked: Asked, retries: u32) -> Validation {
    let terms = Terms::of(&Config::default(), &asked, None, false);
    Validation {
        client: ClientId(Uuid::nil()),
        id: ValidationId(Uuid::from_u128(1)),
        account: Uuid::from_u128(2),
        account_name: AccountName::of(Uuid::from_u128(2)),
        asked,
        terms,
        process: None,
        enrollment: None,
        retry_of: None,
        remaining_retries: retries,
        uploaded: Vec::new(),
        started: None,
        outcome: None,
        automatic: None,
        review: ReviewState::None,
        findings: Findings::default(),
        document: None,
        ip_address: String::new(),
        created: at(0),
        finished: None,
        version: 1,
    }
}

fn phone(retries: u32) -> Validation {
    new(
        Asked::Email {
            language: crate::language::Language::Es,
        },
        retries,
    )
}

#[test]
fn a_wrong_code_costs_a_retry_and_the_last_one_ends_it() {
    let mut validation = phone(2);
    for left in [1, 0] {
        assert_eq!(validation.guess(false, at(1)), Guess::Wrong);
        assert_eq!(
            (validation.remaining_retries, validation.is_final()),
            (left, false)
        );
    }
    assert_eq!(validation.guess(false, at(2)), Guess::Last);
    let declined = Outcome::Declined(DeclinedReason::MaxRetriesReached);
    assert_eq!(validation.outcome, Some(declined));
    let mut validation = phone(0);
    assert_eq!(validation.guess(true, at(1)), Guess::Right);
    assert_eq!(validation.status(), ValidationStatus::Success);
}

#[test]
fn it_waits_for_all_its_files_and_each_link_is_spent_once() {
    let mut validation = new(document(), 0);
    assert!(!validation.is_ready());
    assert!(validation.take_file(Slot::Reverse, at(1)));
    assert!(!validation.take_file(Slot::Reverse, at(1)));
    assert!(!validation.take_file(Slot::Face, at(1)));
    assert!(!validation.is_ready());
    assert!(!validation.clone().take_file(Slot::Front, at(301)));
    assert!(validation.take_file(Slot::Front, at(300)));
    assert!(validation.is_ready());
}

#[test]
fn what_was_missing_is_why_it_expired() {
    let expired = |mut validation: Validation| {
        assert!(!validation.clone().expire(at(299)));
        assert!(validation.expire(at(300)));
        validation.outcome.and_then(Outcome::expired).unwrap()
    };
    assert_eq!(expired(new(document(), 0)), ExpiredReason::InputFileNotUploaded);
    let mut ready = new(document(), 0);
    ready.uploaded = vec![Slot::Front, Slot::Reverse];
    assert_eq!(
        expired(ready.clone()),
        ExpiredReason::DocumentValidationNotStarted
    );
    ready.start(at(1));
    assert_eq!(expired(ready), ExpiredReason::PendingValidationMethods);
    assert_eq!(expired(phone(2)), ExpiredReason::EmailValidationNotStarted);
    let mut sent = phone(2);
    sent.start(at(1));
    assert_eq!(expired(sent), ExpiredReason::ValidationNotPerformed);
}

#[test]
fn a_review_keeps_what_was_found_beside_what_was_decided() {
    let declined = Outcome::Declined(DeclinedReason::DataInconsistency);
    let mut validation = new(document(), 0);
    assert!(validation.found(Findings::default(), declined, true, at(1)));
    assert_eq!(
        (validation.status(), validation.review),
        (ValidationStatus::Pending, ReviewState::Pending)
    );
    // The person's time is over; the reviewer's is not.
    assert!(!validation.expire(at(1000)));
    assert!(validation.reviewed(Outcome::Success, at(2000)));
    assert_eq!(
        (validation.outcome, validation.automatic),
        (Some(Outcome::Success), Some(declined))
    );
    assert!(!validation.reviewed(declined, at(2001)) && !validation.expire_review(at(2001)));
}

#[test]
fn what_failed_can_be_tried_again_in_time() {
    let mut failed = new(document(), 2);
    let account = failed.account;
    let again =
        |validation: &Validation, now| validation.retried(account, Validator::DocumentValidation, now);
    assert_eq!(again(&failed, at(1)), Err(NoRetry::NotFailed));
    failed.end(Outcome::Declined(DeclinedReason::BlurryImage), at(10));
    assert_eq!(again(&failed, at(310)), Ok(1));
    assert_eq!(again(&failed, at(311)), Err(NoRetry::TooLate));
    assert_eq!(
        failed.retried(Uuid::from_u128(3), Validator::DocumentValidation, at(11)),
        Err(NoRetry::Other)
    );
    failed.remaining_retries = 0;
    assert_eq!(again(&failed, at(11)), Err(NoRetry::Exhausted));
}

#[test]
fn a_face_without_liveness_has_no_retries() {
    let mut config = Config::default();
    let mut fields = crate::fields::Fields::default();
    fields.add("validator", "face-recognition".to_owned());
    fields.add("allowed_retries", "2".to_owned());
    config.change(&fields).unwrap();
    let face = |methods: &[FaceMethod]| Asked::Face {
        methods: methods.to_vec(),
        threshold: None,
    };
    assert_eq!(retries(&config, &face(&[FaceMethod::Similarity])), 0);
    assert_eq!(retries(&config, &face(&[FaceMethod::PassiveLiveness])), 2);
}

#[test]
fn nobody_reviews_what_shows_no_document() {
    let terms = Terms {
        manual_review: true,
        ..Terms::of(&Config::default(), &document(), None, false)
    };
    let declined = Outcome::Declined;
    assert!(wants_review(&[], &terms, declined(DeclinedReason::BlurryImage)));
    assert!(!wants_review(
        &[],
        &terms,
        declined(DeclinedReason::DocumentNotRecognized)
    ));
    assert!(!wants_review(&[], &terms, Outcome::Success));
    let none = Terms {
        manual_review: false,
        ..terms
    };
    assert!(!wants_review(
        &[Method::DataConsistency],
        &none,
        declined(DeclinedReason::BlurryImage)
    ));
    assert!(wants_review(
        &[Method::ManualReview],
        &none,
        declined(DeclinedReason::BlurryImage)
    ));
}

/// What may happen to a validation.
#[derive(Debug, Clone, Copy)]
enum Step {
    File(Slot),
    Start,
    Found(bool, bool),
    Reviewed(bool),
    ReviewExpired,
    Expire,
    Guess(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        prop_oneof![Just(Slot::Front), Just(Slot::Reverse), Just(Slot::Face)].prop_map(Step::File),
        Just(Step::Start),
        (any::<bool>(), any::<bool>()).prop_map(|(good, review)| Step::Found(good, review)),
        any::<bool>().prop_map(Step::Reviewed),
        Just(Step::ReviewExpired),
        Just(Step::Expire),
        any::<bool>().prop_map(Step::Guess),
    ]
}

fn outcome(good: bool) -> Outcome {
    if good {
        Outcome::Success
    } else {
        Outcome::Declined(DeclinedReason::BlurryImage)
    }
}

proptest! {
    #[test]
    fn what_has_ended_stays_ended_and_versions_only_grow(
        steps in proptest::collection::vec((step(), 0..200_i64), 0..30),
        document_first in any::<bool>(),
    ) {
        let mut validation = if document_first { new(document(), 1) } else { phone(1) };
        let mut now = 0;
        for (step, pause) in steps {
            now += pause;
            let before = validation.clone();
            match step {
                Step::File(slot) => { validation.take_file(slot, at(now)); }
                Step::Start => validation.start(at(now)),
                Step::Found(good, review) => { validation.found(Findings::default(), outcome(good), review, at(now)); }
                Step::Reviewed(good) => { validation.reviewed(outcome(good), at(now)); }
                Step::ReviewExpired => { validation.expire_review(at(now)); }
                Step::Expire => { validation.expire(at(now)); }
                Step::Guess(right) if !validation.is_final() => { validation.guess(right, at(now)); }
                Step::Guess(_) => {}
            }
            prop_assert!(validation.version >= before.version);
            prop_assert_eq!(validation.is_final(), validation.finished.is_some());
            prop_assert!(validation.remaining_retries <= before.remaining_retries);
            if before.is_final() {
                prop_assert_eq!(validation.outcome, before.outcome);
                prop_assert_eq!(validation.finished, before.finished);
            }
            if before.automatic.is_some() {
                prop_assert_eq!(validation.automatic, before.automatic);
            }
            if validation.outcome != before.outcome {
                prop_assert!(validation.version > before.version);
            }
        }
    }
}
