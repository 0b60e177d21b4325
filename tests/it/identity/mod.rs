//! Digital identity over HTTP: flows, processes, what people decide about them.

mod consent;
mod credas;
mod customers;
mod dynamic;
mod flows;
mod functions;
mod lists;
mod overrides;
mod pdf;
mod reviews;
mod steps;
mod time;
mod trustx;
mod trustx_exports;
mod ways;

use std::time::Duration;

use axum::http::{Method, StatusCode};
use cotejo_app::keys::NewKey;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use crate::{
    account::tenant::{Tenant, post_json, work_due},
    support::text,
    validations::picture,
};

/// A flow of a client.
pub async fn flow(acme: &Tenant, flow: &Value) -> Value {
    let answer = post_json(&acme.connect, "/v1/flows", flow).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json
}

/// A flow of blocks as they come.
pub async fn flow_of(acme: &Tenant, blocks: &Value) -> Value {
    flow(acme, &json!({"name": "kyc", "identity_verifications": blocks})).await
}

/// A person with a web token for one process of a flow.
pub async fn person(app: &TestApp, acme: &Tenant, flow: &Value, more: &[(&str, &str)]) -> Caller {
    app.connect(Some(web_token(app, acme, flow, more).await))
}

/// A web token for one process of a flow.
pub async fn web_token(app: &TestApp, acme: &Tenant, flow: &Value, more: &[(&str, &str)]) -> String {
    let mut form = vec![
        ("key_type", "web"),
        ("grant", "digital-identity"),
        ("api_key_version", "1"),
        ("country", "ALL"),
        ("redirect_url", "https://example.com/done"),
        ("flow_id", text(flow, "flow_id")),
    ];
    form.extend_from_slice(more);
    // Time goes on between two of them, else nobody could tell which was first.
    app.clock.advance(Duration::from_millis(1));
    let answer = acme.account.post("/v1/api-keys", &form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    text(&answer.json, "api_key").to_owned()
}

/// The process that a person's token is for.
pub async fn begin(person: &Caller) -> Value {
    let answer = post_json(person, "/v1/processes", &json!({})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json
}

/// A process as it is now.
pub async fn now(caller: &Caller, process: &Value) -> Value {
    read(caller, process, "").await
}

/// The result of a process.
pub async fn result(caller: &Caller, process: &Value) -> Value {
    read(caller, process, "/result").await
}

async fn read(caller: &Caller, process: &Value, under: &str) -> Value {
    let path = format!("/v1/processes/{}{under}", text(process, "process_id"));
    let answer = caller.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
    answer.json
}

/// The step that the person is at.
pub fn current(process: &Value) -> &Value {
    let id = &process["current_step_id"];
    let steps = process["steps"].as_array().unwrap();
    steps.iter().find(|step| step["step_id"] == *id).unwrap()
}

/// Submits the current step as the vendor's own client does: the whole step object with the values filled in.
pub async fn submit_answer(person: &Caller, process: &Value, values: &[(&str, &str)]) -> Answer {
    let mut step = current(process).clone();
    for input in step["expected_inputs"].as_array_mut().unwrap() {
        for (name, value) in values {
            if input["name"] == *name {
                input["value"] = json!(value);
            }
        }
    }
    let path = format!("/v1/processes/steps/{}", text(&step, "step_id"));
    post_json(person, &path, &step).await
}

/// The same, which has to be taken.
pub async fn submit(person: &Caller, process: &Value, values: &[(&str, &str)]) -> Value {
    let answer = submit_answer(person, process, values).await;
    assert_eq!(answer.status, StatusCode::OK, "{values:?} {}", answer.text);
    answer.json
}

/// Authorises, where a flow begins.
pub async fn authorise(person: &Caller) -> Value {
    let begun = begin(person).await;
    submit(person, &begun, &[("client_authorization", "true")]).await
}

/// Uploads the pictures of the current step.
pub async fn upload(app: &TestApp, process: &Value) {
    let urls = current(process)["files_upload_urls"].as_array().unwrap();
    for (shade, url) in urls.iter().enumerate() {
        let link = text(url, "url").strip_prefix("http://127.0.0.1:4002").unwrap();
        let file = picture(u8::try_from(shade).unwrap());
        let answer = app
            .validations(None)
            .send_bytes(Method::PUT, link, &[], &file)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
}

/// Uploads the pictures of the current step, submits it, and has a worker look at them.
pub async fn show(app: &TestApp, person: &Caller, process: &Value) -> Value {
    upload(app, process).await;
    app.clock.advance(Duration::from_millis(1));
    submit(person, process, &[]).await;
    app.work().await;
    now(person, process).await
}

/// What a process came to: status, failure status and reason.
pub fn ending(process: &Value) -> (&str, &str, &str) {
    let word = |name: &str| process[name].as_str().unwrap_or_default();
    let reason = ["declined_reason", "expired_reason"]
        .into_iter()
        .map(word)
        .find(|reason| !reason.is_empty());
    (word("status"), word("failure_status"), reason.unwrap_or_default())
}

/// A document of Colombia.
pub const DOCUMENT: &[(&str, &str)] = &[("country", "CO"), ("document_type", "national-id")];

/// A process of a document alone that ended by itself: well, or by the account's scenario.
pub async fn finished(app: &TestApp, acme: &Tenant, flow: &Value, account: &str) -> Value {
    let ana = person(app, acme, flow, &[("account_id", account)]).await;
    let mut process = authorise(&ana).await;
    while process["status"] == "pending" {
        process = match text(&process, "current_step_type") {
            "enter_document_type" => submit(&ana, &process, DOCUMENT).await,
            "get_validations_result" => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                work_due(app).await;
                now(&ana, &process).await
            }
            _ => show(app, &ana, &process).await,
        };
    }
    process
}

/// A flow of a document that is tried once.
pub async fn document_flow(acme: &Tenant) -> Value {
    flow_of(
        acme,
        &json!([{"name": "document_verification", "config": {"retries": 0}}]),
    )
    .await
}

/// A token of the client by a name of its own.
pub async fn token(app: &TestApp, acme: &Tenant, name: &str, permissions: &[Permission]) -> String {
    let key = NewKey {
        client: acme.client.clone(),
        name: name.to_owned(),
        version: 1,
        permissions: permissions.to_vec(),
        billing_hub: None,
    };
    app.app.create_key(key).await.unwrap().1.0
}

/// A caller with such a token.
pub async fn key(app: &TestApp, acme: &Tenant, name: &str, permissions: &[Permission]) -> Caller {
    app.connect(Some(token(app, acme, name, permissions).await))
}
