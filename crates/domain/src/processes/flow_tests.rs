//! Flows that are read, and flows that are not.

use serde_json::json;

use super::*;
use crate::processes::Verdict;

fn parse(flow: &Value) -> Result<NewFlow, Vec<String>> {
    let mut n = 0;
    let id = || {
        n += 1;
        BlockId(uuid::Uuid::from_u128(n))
    };
    NewFlow::parse(flow, id).map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
}

#[test]
fn names_alone_are_a_flow_and_the_authorisation_is_prepended() {
    let flow = parse(&json!({"name": "kyc", "identity_verifications":
        [{"name": "email_verification"}, {"name": "EMAIL_VERIFICATION"}]}))
    .unwrap();
    let keys: Vec<&str> = flow.spec.blocks.iter().map(|block| block.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "enter_authorization",
            "email_verification",
            "email_verification_2"
        ]
    );
    assert_eq!((flow.spec.time_to_live, flow.status), (120, FlowStatus::Enabled));
}

#[test]
fn a_dynamic_flow_may_have_no_blocks_and_another_type_is_none() {
    let flow = parse(&json!({"name": "kyc", "process_type": "Dynamic"})).unwrap();
    assert!(flow.spec.dynamic && flow.spec.blocks.len() == 1);
    let blocks = json!([{"name": "email_verification"}]);
    let drawn = json!({"name": "kyc", "process_type": "static", "identity_verifications": blocks});
    assert_eq!(parse(&drawn).unwrap_err(), ["process_type"]);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let one = |block: Value| json!({"name": "kyc", "identity_verifications": [block]});
    for (flow, wrong) in [
        (json!({}), &["name", "identity_verifications"][..]),
        (
            json!({"name": "kyc", "identity_verifications": [{"name": "email_verification"}],
                   "functions": [{"name": "a", "script": "x = 1"}, {"name": "b", "url": "file:///x"}]}),
            &["functions[1].url"],
        ),
        (
            one(json!({"name": "credit_bureau"})),
            &["identity_verifications[0].name"],
        ),
        (
            one(json!({"name": "enter_authorization"})),
            &["identity_verifications"],
        ),
        (
            json!({"name": "kyc", "time_to_live": 1441, "status": "on", "decider": {"derive_decision_from": "X"},
                   "identity_verifications": [{"name": "face_recognition"}]}),
            &["status", "time_to_live", "decider.derive_decision_from"],
        ),
        (
            one(
                json!({"name": "document_verification", "config": {"retries": 9, "timeout": 0,
                "allowed_document_types": [{"country": "PE", "document_types": ["cnh"]}]}}),
            ),
            &[
                "identity_verifications[0].config.retries",
                "identity_verifications[0].config.timeout",
                "identity_verifications[0].config.allowed_document_types[0].document_types",
            ],
        ),
        (
            one(json!({"name": "custom_question", "config": {"options": ["a"], "answers": ["b"]}})),
            &[
                "identity_verifications[0].config.question",
                "identity_verifications[0].config.answers",
            ],
        ),
        (
            json!({"name": "kyc", "identity_verifications": [
                {"name": "email_verification", "key": "x"}, {"name": "phone_verification", "key": "x"}]}),
            &["identity_verifications[2].key"],
        ),
        (
            json!({"name": "kyc", "identity_verifications": [
                {"name": "enter_authorization"}, {"name": "email_verification"}, {"name": "enter_authorization"}]}),
            &["identity_verifications"],
        ),
    ] {
        let got = parse(&flow).unwrap_err();
        assert_eq!(got, wrong, "{flow}");
    }
}

#[test]
fn a_flow_that_might_never_end_is_refused() {
    let exists = json!({"field": "country", "operator": "exists"});
    let with = |go_to: &str| {
        json!({"name": "kyc", "identity_verifications": [
            {"name": "email_verification"},
            {"name": "phone_verification", "if": [{"condition": exists, "go_to": go_to}]},
            {"name": "face_recognition"}]})
    };
    for go_to in ["email_verification", "phone_verification", "nowhere", ""] {
        assert_eq!(
            parse(&with(go_to)).unwrap_err(),
            ["phone_verification.if[0].go_to"],
            "{go_to}"
        );
    }
    for go_to in ["success", "failure", "review", "face_recognition"] {
        assert!(parse(&with(go_to)).is_ok(), "{go_to}");
    }
    let broken = json!({"name": "kyc", "identity_verifications": [
        {"name": "email_verification", "if": [{"condition": {"field": "a"}, "go_to": "success"}]}]});
    assert_eq!(
        parse(&broken).unwrap_err(),
        ["identity_verifications[0].if[0].condition.operator"]
    );
}

#[test]
fn branches_are_taken_by_what_is_known() {
    let flow = parse(&json!({"name": "kyc", "identity_verifications": [
        {"name": "document_verification", "if": [
            {"condition": {"field": "document.country", "operator": "equals", "value": "MX"}, "go_to": "review"},
            {"condition": {"field": "document.country", "operator": "equals", "value": "PE"}, "go_to": "last"}]},
        {"name": "email_verification"},
        {"name": "phone_verification", "key": "last"}]}))
    .unwrap()
    .spec;
    for (country, next) in [
        ("CO", Next::Block(2)),
        ("PE", Next::Block(3)),
        ("MX", Next::Decided(Verdict::Review)),
    ] {
        let known = json!({"object": {"document": {"country": country}}});
        assert_eq!(flow.next(1, &known), next, "{country}");
    }
    assert_eq!(flow.next(3, &json!({})), Next::End);
}
