//! A process on its way: a table of what ends it how, and random walks that never take an illegal step.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    ids::BlockId,
    processes::{
        AddError, CanceledReason, ChecksTable, Expiry, Need, Opening, WantedValidation, dynamic::added,
        flow::NewFlow, scenario,
    },
    validations::{
        DocumentFields, DocumentKind, DocumentType, Field, Findings, ReviewState, Terms, config::Config,
    },
};

const START: Timestamp = Timestamp::from_nanos(1_767_323_045_000_000_000);

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn flow(json: &Value) -> FlowSpec {
    let mut n = 0;
    let id = || {
        n += 1;
        BlockId(uuid(n))
    };
    NewFlow::parse(json, id).unwrap().spec
}

fn two_steps() -> FlowSpec {
    flow(&json!({"name": "kyc", "identity_verifications": [
        {"name": "document_verification", "config": {"retries": 1}},
        {"name": "custom_question", "config": {"question": "Where?", "answers": ["Bogotá"], "retries": 1}}]}))
}

fn begun(spec: &FlowSpec) -> Process {
    let mut process = Process {
        client: ClientId(uuid(1)),
        id: ProcessId(uuid(2)),
        account: uuid(3),
        account_name: "user_1".parse().unwrap(),
        flow: FlowId(uuid(4)),
        flow_version: 1,
        country: ProcessCountry::All,
        redirect_url: String::new(),
        start: Start::default(),
        via: Via::Web,
        token: None,
        ip_address: String::new(),
        applicant: Applicant::default(),
        state: State::Active,
        progress: Progress {
            dynamic: Opening::default().dynamic(spec).unwrap(),
            ..Progress::default()
        },
        ending: None,
        overridden: None,
        deadline: START.plus_seconds(i64::from(spec.time_to_live) * 60),
        created: START,
        updated: START,
        finished: None,
        version: 1,
    };
    let mut n = 100;
    let id = || {
        n += 1;
        StepId(uuid(n))
    };
    process.begin(spec, id, START);
    process
}

fn entered(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn validation(n: u128, asked: Asked, outcome: Outcome) -> Validation {
    let terms = Terms::of(&Config::default(), &asked, None, false);
    Validation {
        client: ClientId(uuid(1)),
        id: ValidationId(uuid(n)),
        account: uuid(3),
        account_name: "user_1".parse().unwrap(),
        asked,
        terms,
        process: Some(ProcessId(uuid(2))),
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
        created: START,
        finished: Some(START),
        version: 1,
    }
}

fn wanted(process: &Process, spec: &FlowSpec) -> WantedValidation {
    match process.need(spec) {
        Some(Need::Validation(wanted)) => *wanted,
        other => panic!("{other:?}"),
    }
}

/// Through the authorisation and the choice of a document, to its pictures.
fn at_the_pictures(spec: &FlowSpec) -> Process {
    let mut process = begun(spec);
    process.enter(spec, entered(&[("client_authorization", "true")]), START);
    let document = entered(&[("country", "CO"), ("document_type", "national-id")]);
    process.enter(spec, document, START);
    process
}

/// Shows the document, which comes to an outcome.
fn show(process: &mut Process, spec: &FlowSpec, n: u128, outcome: Outcome) {
    let asked = wanted(process, spec).asked;
    process.attach(ValidationId(uuid(n)), START);
    process.wait(START);
    let ended = validation(n, asked, outcome);
    assert!(process.validated(spec, &ended, START));
    assert!(!process.validated(spec, &ended, START), "an end counts once");
}

fn decide(process: &mut Process, spec: &FlowSpec) {
    assert_eq!(process.need(spec), Some(Need::Decision));
    let table = ChecksTable::of(process, &[], &Map::new());
    process.decide(spec, &table, None, START);
}

#[test]
fn a_person_who_passes_everything_passes() {
    let spec = two_steps();
    let mut process = at_the_pictures(&spec);
    show(&mut process, &spec, 10, Outcome::Success);
    assert_eq!(process.current().unwrap().kind, StepKind::EnterResponse);
    process.answer(&spec, " bogotá ", START);
    decide(&mut process, &spec);
    assert_eq!(process.ending, Some(Ending::Success));
    assert_eq!(process.takes(None, None), Err(SubmitError::Ended));
}

#[test]
fn a_failed_document_is_tried_again_until_no_try_is_left() {
    let spec = two_steps();
    let mut process = at_the_pictures(&spec);
    assert_eq!(wanted(&process, &spec).retry_of, None);
    show(
        &mut process,
        &spec,
        10,
        Outcome::Declined(DeclinedReason::BlurryImage),
    );
    let again = wanted(&process, &spec);
    assert_eq!((again.retry_of, again.retries), (Some(ValidationId(uuid(10))), 0));
    show(
        &mut process,
        &spec,
        11,
        Outcome::Declined(DeclinedReason::Underage),
    );
    decide(&mut process, &spec);
    let reason = DeclineReason::Validation(DeclinedReason::Underage);
    assert_eq!(process.ending, Some(Ending::Declined(reason)));
}

#[test]
fn a_decider_weighs_what_failed_and_a_review_waits_for_a_person() {
    let blocks = json!([{"name": "document_verification", "config": {"retries": 0}},
                        {"name": "custom_question", "config": {"question": "?"}}]);
    for (decision, ending) in [
        ("PASS", Some(Ending::Success)),
        ("REVIEW", None),
        (
            "FAIL",
            Some(Ending::Declined(DeclineReason::Validation(
                DeclinedReason::Underage,
            ))),
        ),
    ] {
        let spec = flow(&json!({"name": "kyc", "identity_verifications": blocks,
                                "decider": {"derive_decision_from": decision}}));
        let mut process = at_the_pictures(&spec);
        show(
            &mut process,
            &spec,
            10,
            Outcome::Declined(DeclinedReason::Underage),
        );
        process.answer(&spec, "anything", START);
        decide(&mut process, &spec);
        assert_eq!(process.ending, ending, "{decision}");
        if ending.is_none() {
            assert_eq!(
                (process.state, process.status()),
                (State::Review, ProcessStatus::Pending)
            );
            process.ask_again(&spec, "document_verification", START).unwrap();
            assert_eq!(process.current().unwrap().kind, StepKind::EnterDocumentType);
        }
    }
}

#[test]
fn questions_end_by_what_was_wrong_with_the_last_answer() {
    let spec = two_steps();
    for (responses, reason) in [
        (["Lima", "Quito"], ProcessReason::CustomQuestionMaxRetriesReached),
        (["Lima", "  "], ProcessReason::NotAnsweredQuestion),
    ] {
        let mut process = at_the_pictures(&spec);
        show(&mut process, &spec, 10, Outcome::Success);
        for response in responses {
            process.answer(&spec, response, START);
        }
        decide(&mut process, &spec);
        let reason = DeclineReason::Process(reason);
        assert_eq!(process.ending, Some(Ending::Declined(reason)), "{responses:?}");
    }
}

#[test]
fn a_result_that_is_missing_lengthens_the_time_three_times() {
    let spec = two_steps();
    let mut process = at_the_pictures(&spec);
    process.attach(ValidationId(uuid(10)), START);
    process.wait(START);
    assert_eq!(process.expire(START), Expiry::NotYet);
    for _ in 0..3 {
        let now = process.deadline;
        assert_eq!(process.expire(now), Expiry::Lengthened);
        assert_eq!(process.deadline, now.plus_seconds(300));
    }
    assert_eq!(process.expire(process.deadline), Expiry::Ended);
    assert_eq!(
        process.ending,
        Some(Ending::Expired(ExpiredReason::ValidationNotFinished))
    );
}

#[test]
fn what_was_missing_says_why_the_time_was_over() {
    let spec = two_steps();
    let fresh = begun(&spec);
    let unused = Process {
        via: Via::Token,
        ..fresh.clone()
    };
    let stopped = at_the_pictures(&spec);
    let mut failed = stopped.clone();
    show(
        &mut failed,
        &spec,
        10,
        Outcome::Declined(DeclinedReason::BlurryImage),
    );
    let mut paused = stopped.clone();
    paused.pause(START).unwrap();
    for (process, ending) in [
        (
            fresh,
            Ending::Expired(ExpiredReason::DataAuthorizationNotProvided),
        ),
        (unused, Ending::Expired(ExpiredReason::NotUsed)),
        (stopped, Ending::Expired(ExpiredReason::UserStoppedResponding)),
        (
            failed,
            Ending::Declined(DeclineReason::Process(
                ProcessReason::AbandonedWithoutUsingRetries,
            )),
        ),
        (paused, Ending::Expired(ExpiredReason::AgentStoppedResponding)),
    ] {
        let mut process = process;
        assert_eq!(process.expire(process.deadline), Expiry::Ended);
        assert_eq!(process.ending, Some(ending));
    }
}

#[test]
fn a_pause_costs_the_person_no_time() {
    let spec = two_steps();
    let mut process = begun(&spec);
    let deadline = process.deadline;
    process.pause(START.plus_seconds(10)).unwrap();
    assert_eq!(process.takes(None, None), Err(SubmitError::Paused));
    assert_eq!(process.pause(START), Err(SubmitError::Paused));
    process.resume(START.plus_seconds(1010)).unwrap();
    assert_eq!(process.deadline, deadline.plus_seconds(1000));
    assert_eq!(process.resume(START), Err(SubmitError::NotCurrent));
}

#[test]
fn the_way_back_leads_to_what_was_passed_and_never_past_the_authorisation() {
    let spec = two_steps();
    let mut process = begun(&spec);
    assert_eq!(process.back(false, false, START), Err(SubmitError::NotCurrent));
    let mut process2 = at_the_pictures(&spec);
    process2.back(false, false, START).unwrap();
    assert_eq!(process2.current().unwrap().kind, StepKind::EnterDocumentType);
    assert_eq!(process2.back(false, false, START), Err(SubmitError::NotCurrent));
    process = at_the_pictures(&spec);
    show(&mut process, &spec, 10, Outcome::Success);
    process.back(false, true, START).unwrap();
    assert_eq!(process.current().unwrap().kind, StepKind::EnterDocumentType);
}

#[test]
fn what_a_token_says_is_given_and_not_replaced() {
    let spec = flow(&json!({"name": "kyc", "identity_verifications": [
        {"name": "email_verification"}, {"name": "email_verification"}]}));
    let mut process = begun(&spec);
    process.start.emails = vec!["a@example.com".to_owned()];
    let given: Vec<Option<&str>> = process
        .progress
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::EnterEmail)
        .map(|step| process.given(&spec, step, "email"))
        .collect();
    assert_eq!(given, [Some("a@example.com"), None]);
    process.applicant.first_name = Some("Ana".to_owned());
    let mut fields = DocumentFields::default();
    fields.set(Field::Name, "OTHER");
    fields.set(Field::LastName, "PRUEBA");
    fields.set(Field::DocumentNumber, "1");
    let kind = DocumentKind {
        country: crate::validations::DocumentCountry::Co,
        document_type: DocumentType::NationalId,
    };
    process.applicant.read(kind, &fields);
    assert_eq!(process.applicant.first_name.as_deref(), Some("Ana"));
    assert_eq!(process.applicant.last_name.as_deref(), Some("PRUEBA"));
}

#[test]
fn scenarios_of_processes_are_not_those_of_validations() {
    for (account, ending) in [
        (
            "scenario.geolocation_denied",
            Some(Ending::Declined(DeclineReason::Process(
                ProcessReason::GeolocationDenied,
            ))),
        ),
        ("scenario.not_used", Some(Ending::Expired(ExpiredReason::NotUsed))),
        (
            "scenario.other_reason.7",
            Some(Ending::Canceled(CanceledReason::OtherReason)),
        ),
        ("scenario.underage", None),
        ("geolocation_denied", None),
    ] {
        assert_eq!(scenario(&account.parse().unwrap()), ending, "{account}");
    }
}

fn dynamic() -> FlowSpec {
    flow(&json!({"name": "kyc", "process_type": "dynamic"}))
}

fn add(process: &mut Process, spec: &mut FlowSpec, kind: &str, n: u128) -> Result<(), AddError> {
    let block = added(
        &json!({"verification": {"type": kind, "config": {"question": "?"}}}),
        BlockId(uuid(n)),
    );
    process.add(spec, block.unwrap(), || StepId(uuid(n + 1)), START)
}

#[test]
fn a_dynamic_process_waits_for_blocks_until_the_last_one_is_said() {
    let mut spec = dynamic();
    let mut process = begun(&spec);
    process.enter(&spec, entered(&[("client_authorization", "true")]), START);
    assert!(process.waits_for_a_block() && process.need(&spec).is_none());
    assert_eq!(process.takes(None, None), Err(SubmitError::NotCurrent));
    add(&mut process, &mut spec, "custom_question", 300).unwrap();
    assert_eq!(
        process.current().map(|step| step.kind),
        Some(StepKind::EnterResponse)
    );
    // One that comes while the person is at another waits behind it.
    add(&mut process, &mut spec, "custom_question", 400).unwrap();
    assert_eq!(process.current().map(|step| step.id), Some(StepId(uuid(301))));
    assert_eq!(spec.blocks[2].key, "custom_question_2");
    process.answer(&spec, "yes", START);
    process.answer(&spec, "yes", START);
    assert!(process.waits_for_a_block());
    add(&mut process, &mut spec, "get_validations_result", 500).unwrap();
    assert_eq!(process.state, State::Deciding);
    assert_eq!(
        add(&mut process, &mut spec, "custom_question", 600),
        Err(AddError::Complete)
    );
    process.decide(&spec, &ChecksTable::of(&process, &[], &Map::new()), None, START);
    assert_eq!(process.ending, Some(Ending::Success));
    assert_eq!(
        add(&mut process, &mut spec, "custom_question", 700),
        Err(AddError::Ended)
    );
}

#[test]
fn nothing_is_added_behind_the_last_block_or_to_a_flow_that_was_drawn() {
    let mut spec = dynamic();
    let mut process = begun(&spec);
    add(&mut process, &mut spec, "get_validations_result", 300).unwrap();
    assert_eq!(
        add(&mut process, &mut spec, "custom_question", 400),
        Err(AddError::Complete)
    );
    let mut drawn = two_steps();
    let mut process = begun(&drawn);
    assert_eq!(
        add(&mut process, &mut drawn, "custom_question", 300),
        Err(AddError::NotDynamic)
    );
}

#[test]
fn a_client_that_says_nothing_more_is_the_one_that_stopped_responding() {
    let spec = dynamic();
    let mut process = begun(&spec);
    process.enter(&spec, entered(&[("client_authorization", "true")]), START);
    process.expire(process.deadline);
    assert_eq!(
        process.ending,
        Some(Ending::Expired(ExpiredReason::AgentStoppedResponding))
    );
}

/// Something that may happen to a process.
#[derive(Debug, Clone)]
enum Move {
    Enter,
    Show(bool),
    Answer(bool),
    Back,
    Cancel,
    Pause,
    Resume,
    Later(i64),
    Decide,
    Review(bool),
    Add(bool),
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => Just(Move::Enter),
        3 => any::<bool>().prop_map(Move::Show),
        3 => any::<bool>().prop_map(Move::Answer),
        1 => Just(Move::Back),
        1 => Just(Move::Cancel),
        1 => Just(Move::Pause),
        1 => Just(Move::Resume),
        1 => (0..4000_i64).prop_map(Move::Later),
        2 => Just(Move::Decide),
        1 => any::<bool>().prop_map(Move::Review),
        1 => any::<bool>().prop_map(Move::Add),
    ]
}

/// Does a move where it is legal.
fn make(process: &mut Process, spec: &mut FlowSpec, step: &Move, n: u128, now: Timestamp) {
    match step {
        Move::Enter => {
            let kind = process.current().map(|step| step.kind);
            let pairs: &[(&str, &str)] = match kind {
                Some(StepKind::EnterAuthorization) => &[("client_authorization", "true")],
                Some(StepKind::EnterDocumentType) => &[("country", "CO"), ("document_type", "passport")],
                _ => return,
            };
            if process.takes(None, None).is_ok() {
                process.enter(spec, entered(pairs), now);
            }
        }
        Move::Show(good) => {
            if let Some(Need::Validation(wanted)) = process.need(spec) {
                process.attach(ValidationId(uuid(n)), now);
                process.wait(now);
                let bad = Outcome::Declined(DeclinedReason::BlurryImage);
                let outcome = if *good { Outcome::Success } else { bad };
                process.validated(spec, &validation(n, wanted.asked, outcome), now);
            }
        }
        Move::Answer(good) => {
            let asked = process
                .current()
                .is_some_and(|step| step.kind == StepKind::EnterResponse);
            if asked && process.takes(None, None).is_ok() {
                process.answer(spec, if *good { "Bogotá" } else { "Lima" }, now);
            }
        }
        Move::Back => drop(process.back(false, false, now)),
        Move::Cancel => drop(process.cancel(CanceledReason::OtherReason, now)),
        Move::Pause => drop(process.pause(now)),
        Move::Resume => drop(process.resume(now)),
        Move::Later(_) => drop(process.expire(now)),
        Move::Decide => {
            let table = ChecksTable::of(process, &[], &Map::new());
            process.decide(spec, &table, None, now);
        }
        Move::Review(good) => {
            let ending = if *good {
                Ending::Success
            } else {
                Ending::SystemError
            };
            drop(process.reviewed(ending, now));
        }
        Move::Add(last) => {
            let kind = if *last {
                "get_validations_result"
            } else {
                "document_verification"
            };
            let block = added(&json!({"type": kind}), BlockId(uuid(n))).unwrap();
            let mut step = n * 100;
            let id = || {
                step += 1;
                StepId(uuid(step))
            };
            let _ = process.add(spec, block, id, now);
        }
    }
}

proptest! {
    #[test]
    fn no_way_leads_to_what_cannot_be(steps in proptest::collection::vec(moves(), 1..60), decider: bool, dynamic: bool) {
        let mut json = json!({"name": "kyc", "identity_verifications": [
            {"name": "document_verification", "config": {"retries": 1}},
            {"name": "custom_question", "config": {"question": "?", "answers": ["Bogotá"], "retries": 1}}]});
        if decider {
            json["decider"] = json!({"decision_on_any_failure": "REVIEW"});
        }
        if dynamic {
            json["process_type"] = json!("dynamic");
        }
        let mut spec = flow(&json);
        let mut process = begun(&spec);
        let mut now = START;
        for (n, step) in steps.iter().enumerate() {
            let before = process.clone();
            if let Move::Later(seconds) = step {
                now = now.plus_seconds(*seconds);
            }
            make(&mut process, &mut spec, step, 1000 + n as u128, now);
            // An end is for good, and nothing moves behind it.
            if before.is_final() {
                prop_assert_eq!(&process, &before);
            }
            prop_assert!(process.version >= before.version);
            prop_assert_eq!(process.is_final(), process.state == State::Ended);
            prop_assert_eq!(process.is_final(), process.finished.is_some());
            // The person is at one step at most, which is neither over nor to come.
            let active: Vec<&Step> = process.progress.steps.iter()
                .filter(|step| matches!(step.state, StepState::Open | StepState::Processing)).collect();
            prop_assert!(active.len() <= 1);
            prop_assert_eq!(active.first().map(|step| step.id), process.current().map(|step| step.id));
            if matches!(process.state, State::Active | State::Paused) {
                prop_assert!(process.current().is_some() || dynamic);
            } else {
                prop_assert!(process.current().is_none());
            }
            // Every step is in a block that is there, in this value and in one that is read anew.
            prop_assert!(process.progress.steps.iter().all(|step| step.block < spec.blocks.len()));
            prop_assert_eq!(&process.own(spec.clone()), &spec);
            // Nobody passes a document that was never shown.
            if process.ending == Some(Ending::Success) && process.progress.decision.is_none() {
                prop_assert!(process.progress.steps.iter().all(|step| step.state == StepState::Passed));
            }
            // What is kept reads back the same.
            let kept = serde_json::to_string(&process.progress).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Progress>(&kept).unwrap(), &process.progress);
        }
    }
}
