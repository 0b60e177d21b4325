//! Processes whose blocks come one by one, and what is told when a process is begun.

use axum::http::StatusCode;
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{DOCUMENT, begin, ending, flow, flow_of, now, person, result, show, submit};
use crate::{
    account::tenant::{Tenant, post_json},
    support::{assert_refused_by_text, assert_wrong, text},
};

async fn dynamic_flow(acme: &Tenant) -> Value {
    flow(acme, &json!({"name": "as we go", "process_type": "dynamic"})).await
}

async fn add(caller: &Caller, process: &Value, verification: &Value) -> Answer {
    let path = format!("/v1/processes/{}/verifications", text(process, "process_id"));
    post_json(caller, &path, verification).await
}

#[tokio::test]
async fn blocks_are_added_while_the_person_is_on_the_way() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = dynamic_flow(&acme).await;
    assert_eq!(flow["process_type"], "dynamic");
    let ana = person(&app, &acme, &flow, &[("account_id", "user_1")]).await;
    let opening = json!({"process_type": "dynamic", "ttl": 30, "label": "loan",
        "verification": {"type": "document_verification", "config": {"retries": 0}}});
    let begun = post_json(&ana, "/v1/processes", &opening).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let mut process = begun.json;
    assert_eq!(
        process["identity_verification_names"],
        json!(["enter_authorization", "document_verification"])
    );
    assert_eq!(
        (
            &process["process_type"],
            &process["label"],
            &process["time_to_live"]
        ),
        (&json!("dynamic"), &json!("loan"), &json!(30))
    );
    process = submit(&ana, &process, &[("client_authorization", "true")]).await;
    process = submit(&ana, &process, DOCUMENT).await;
    process = show(&app, &ana, &process).await;
    // All that was asked for is behind, and nobody has said that it was all.
    assert_eq!(
        (&process["status"], &process["current_step_id"]),
        (&json!("pending"), &Value::Null)
    );
    // The client's server adds to it just as the person's own token does.
    let question = json!({"verification": {"type": "custom_question", "config": {"question": "Where?"}}});
    let added = add(&acme.connect, &process, &question).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    assert_eq!(added.json["step_type"], "enter_response");
    let standing = added.json["verifications"].as_object().unwrap();
    let key = format!("custom_question:{}", text(&added.json, "verification_id"));
    assert_eq!((standing.len(), &standing[&key]), (3, &json!("pending")));
    // It survives a look from the outset.
    process = now(&ana, &process).await;
    assert_eq!(process["current_step_id"], added.json["step_id"]);
    process = submit(&ana, &process, &[("response", "Lima")]).await;
    assert_eq!(process["status"], "pending");
    let last = add(&ana, &process, &json!({"type": "get_validations_result"})).await;
    assert_eq!(last.status, StatusCode::CREATED, "{}", last.text);
    process = now(&ana, &process).await;
    assert_eq!(ending(&process), ("success", "", ""));
    let late = add(&ana, &process, &question).await;
    assert_refused_by_text(&late, 410, "the process has ended");
}

#[tokio::test]
async fn a_block_that_fails_ends_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = dynamic_flow(&acme).await;
    let ana = person(&app, &acme, &flow, &[("account_id", "scenario.blurry_image")]).await;
    let begun = begin(&ana).await;
    add(
        &ana,
        &begun,
        &json!({"type": "document_verification", "config": {"retries": 0}}),
    )
    .await;
    let mut process = submit(&ana, &begun, &[("client_authorization", "true")]).await;
    process = submit(&ana, &process, DOCUMENT).await;
    process = show(&app, &ana, &process).await;
    assert_eq!(ending(&process), ("failure", "declined", "blurry_image"));
}

#[tokio::test]
async fn a_person_s_token_is_good_for_the_flow_that_was_drawn_alone() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let drawn = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let ana = person(&app, &acme, &drawn, &[]).await;
    let dynamic = post_json(&ana, "/v1/processes", &json!({"process_type": "dynamic"})).await;
    assert_wrong(&dynamic, &["process_type"]);
    let begun = begin(&ana).await;
    let more = add(
        &ana,
        &begun,
        &json!({"type": "custom_question", "config": {"question": "?"}}),
    )
    .await;
    assert_refused_by_text(&more, 409, "the process is not dynamic");
    // Another one's process is not there, whoever asks.
    let flow = dynamic_flow(&acme).await;
    let ben = person(&app, &acme, &flow, &[]).await;
    let process = begin(&ben).await;
    let foreign = add(&ana, &process, &json!({"type": "get_validations_result"})).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_added_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = dynamic_flow(&acme).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let wrong = json!({"ttl": 0, "label": "a".repeat(101), "process_ip": "home",
        "verification": {"type": "document_verification", "config": {"retries": 9}}});
    let refused = post_json(&ana, "/v1/processes", &wrong).await;
    assert_wrong(
        &refused,
        &["label", "process_ip", "ttl", "verification.config.retries"],
    );
    let begun = begin(&ana).await;
    for (verification, field) in [
        (json!({}), "type"),
        (json!({"type": "enter_authorization"}), "type"),
        (json!({"type": "custom_question"}), "config.question"),
        (json!({"verification": {"type": "face"}}), "verification.type"),
    ] {
        assert_wrong(&add(&ana, &begun, &verification).await, &[field]);
    }
}

#[tokio::test]
async fn where_it_was_begun_is_in_the_result() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let ana = person(&app, &acme, &flow, &[("emails", "ana@example.com")]).await;
    let around = json!({"process_ip": "192.0.2.7", "geolocation_ip": "4.6, -74.1", "geolocation_device": "denied",
        "city": "Bogotá", "lang": "pt-BR", "device_info": {"model": "Pixel", "type": "mobile", "os": "Android"}});
    let begun = post_json(&ana, "/v1/processes", &around).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let told = result(&acme.connect, &begun.json).await;
    assert_eq!(
        [
            &told["ip_address"],
            &told["geolocation_ip"],
            &told["geolocation_device"],
            &told["city"]
        ],
        ["192.0.2.7", "4.6, -74.1", "denied", "Bogotá"]
    );
    let device = json!([{"model": "Pixel", "type": "mobile", "os": "Android", "os_version": "", "browser": "",
        "browser_version": ""}]);
    assert_eq!(told["devices_info"], device);
    // The code is written in the person's language, because the flow names none.
    let process = submit(&ana, &begun.json, &[("client_authorization", "true")]).await;
    submit(&ana, &process, &[]).await;
    let outbox = acme.account.get("/v1/sandbox/outbox").await.json;
    let subject = text(&outbox["messages"][0], "subject");
    assert!(subject.starts_with("Seu código"), "{subject}");
    app.work().await;
    let customers = acme.connect.get("/v1/customers").await.json;
    let path = format!(
        "/v1/customers/{}/transactions?source=process",
        text(&customers["customers"][0], "id")
    );
    let transactions = acme.connect.get(&path).await.json;
    assert_eq!(
        transactions["customers"][0]["devices_info"], device,
        "{transactions}"
    );
}
