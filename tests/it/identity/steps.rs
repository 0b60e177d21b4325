//! What a step takes, and what it does not.

use axum::http::{Method, StatusCode};
use cotejo_domain::processes::{
    CanceledReason,
    ending::{ExpiredReason, ProcessReason},
};
use cotejo_testkit::TestApp;
use serde_json::json;

use super::{
    DOCUMENT, authorise, begin, current, document_flow, ending, flow_of, now, person, submit, submit_answer,
    upload,
};
use crate::{
    account::tenant::{Tenant, post_json},
    support::{assert_refused_by_text, assert_wrong, text},
};

#[tokio::test]
async fn the_words_that_clients_match_by() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(
        &acme,
        &json!([{"name": "document_verification"}, {"name": "email_verification"}]),
    )
    .await;
    let ana = person(
        &app,
        &acme,
        &flow,
        &[("document_type", "national-id"), ("emails", "ana@example.com")],
    )
    .await;
    let begun = begin(&ana).await;
    let authorised = submit(&ana, &begun, &[("client_authorization", "true")]).await;
    // The step that has passed, and one whose turn has not come.
    let again = submit_answer(&ana, &begun, &[("client_authorization", "true")]).await;
    assert_refused_by_text(&again, 409, "Invalid current step");
    let mut ahead = authorised.clone();
    ahead["current_step_id"] = authorised["steps"][3]["step_id"].clone();
    assert_refused_by_text(
        &submit_answer(&ana, &ahead, &[]).await,
        409,
        "Invalid current step",
    );
    let path = format!("/v1/processes/steps/{}", text(current(&authorised), "step_id"));
    let other = post_json(
        &ana,
        &path,
        &json!({"type": "enter_email", "expected_inputs": []}),
    )
    .await;
    assert_refused_by_text(&other, 400, "Invalid step type");
    let passport = submit_answer(
        &ana,
        &authorised,
        &[("country", "CO"), ("document_type", "passport")],
    )
    .await;
    assert_refused_by_text(&passport, 400, "the field is read only");
    let process = submit(&ana, &authorised, &[("country", "CO")]).await;
    assert_refused_by_text(
        &submit_answer(&ana, &process, &[]).await,
        400,
        "images were not uploaded",
    );
    upload(&app, &process).await;
    submit(&ana, &process, &[]).await;
    let twice = submit_answer(&ana, &process, &[]).await;
    assert_refused_by_text(&twice, 409, "the step is being processed");
    app.work().await;
    let process = now(&ana, &process).await;
    assert_eq!(process["current_step_type"], "enter_email");
    let cancel = format!("/v1/processes/{}/status", text(&process, "process_id"));
    let body = json!({"failure_status": "canceled", "declined_reason": "canceled",
                      "canceled_reason": "dont_want_to_continue"});
    let canceled = post_json(&ana, &cancel, &body).await;
    assert_eq!(canceled.status, StatusCode::OK, "{}", canceled.text);
    assert_eq!(ending(&canceled.json), ("failure", "canceled", "canceled"));
    assert_eq!(canceled.json["canceled_reason"], "dont_want_to_continue");
    for answer in [
        post_json(&ana, &cancel, &body).await,
        submit_answer(&ana, &process, &[]).await,
        post_json(
            &ana,
            &format!("/v1/processes/{}/back", text(&process, "process_id")),
            &json!({}),
        )
        .await,
    ] {
        assert_refused_by_text(&answer, 410, "the process has ended");
    }
}

#[tokio::test]
async fn wrong_values_are_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let blocks = json!([{"name": "document_verification",
        "config": {"allowed_document_types": [{"country": "PE", "document_types": ["national-id"]}]}}]);
    let flow = flow_of(&acme, &blocks).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let begun = begin(&ana).await;
    assert_wrong(&submit_answer(&ana, &begun, &[]).await, &["client_authorization"]);
    assert_wrong(
        &submit_answer(&ana, &begun, &[("client_authorization", "perhaps")]).await,
        &["client_authorization"],
    );
    let process = submit(&ana, &begun, &[("client_authorization", "true")]).await;
    assert_wrong(
        &submit_answer(&ana, &process, &[]).await,
        &["country", "document_type"],
    );
    assert_wrong(&submit_answer(&ana, &process, DOCUMENT).await, &["document_type"]);
    let inputs = &current(&process)["expected_inputs"];
    assert_eq!(
        (&inputs[0]["options"], &inputs[1]["options"]),
        (&json!(["PE"]), &json!(["national-id"]))
    );
    // A form by the process says the same as the step object.
    let path = format!("/v1/processes/{}", text(&process, "process_id"));
    let answer = ana
        .post(&path, &[("country", "pe"), ("document_type", "NATIONAL-ID")])
        .await;
    assert_eq!(
        (answer.status, &answer.json["current_step_type"]),
        (StatusCode::OK, &json!("take_document_photo"))
    );
}

#[tokio::test]
async fn nobody_else_s_token_sees_a_process() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let eva = person(&app, &acme, &flow, &[]).await;
    let process = begin(&ana).await;
    begin(&eva).await;
    let path = format!("/v1/processes/{}", text(&process, "process_id"));
    let step = format!("/v1/processes/steps/{}", text(&process, "current_step_id"));
    let other = Tenant::sandbox(&app, "other").await;
    for caller in [&eva, &other.connect] {
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::GET, format!("{path}/result")),
            (Method::POST, path.clone()),
            (Method::POST, step.clone()),
            (Method::POST, format!("{step}/back")),
            (Method::POST, format!("{path}/status")),
        ] {
            let answer = caller
                .send(method, &path, &[("content-type", "application/json")], "{}")
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} {}", answer.text);
        }
    }
    // A token is for its process, and for nothing else.
    for path in ["/v1/processes", "/v1/flows", "/v1/reviews"] {
        assert_eq!(ana.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let backend = post_json(&acme.connect, "/v1/processes", &json!({})).await;
    assert_eq!(backend.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_may_go_back_and_show_something_else() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    let step = format!("/v1/processes/steps/{}/back", text(&process, "current_step_id"));
    let answer = post_json(&ana, &step, &json!({"retry_step": false})).await;
    assert_eq!(answer.json["current_step_type"], "enter_document_type");
    let passport = [("country", "ALL"), ("document_type", "passport")];
    let process = submit(&ana, &answer.json, &passport).await;
    assert_eq!(
        current(&process)["files_upload_urls"].as_array().unwrap().len(),
        1
    );
    let done = super::show(&app, &ana, &process).await;
    assert_eq!(ending(&done).0, "success");
    let said_no = person(&app, &acme, &flow, &[]).await;
    let begun = begin(&said_no).await;
    let declined = submit(&said_no, &begun, &[("client_authorization", "false")]).await;
    assert_eq!(
        ending(&declined),
        ("failure", "declined", "data_authorization_not_provided")
    );
}

#[tokio::test]
async fn every_reason_of_processes_is_reached_by_a_scenario() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let declined = ProcessReason::ALL
        .iter()
        .map(|reason| (reason.as_str(), "declined"));
    let expired = ExpiredReason::ALL
        .iter()
        .map(|reason| (reason.as_str(), "expired"));
    let canceled = CanceledReason::ALL
        .iter()
        .map(|reason| (reason.as_str(), "canceled"));
    for (reason, failure) in declined.chain(expired).chain(canceled) {
        // One word is a reason to decline and to expire: the first meaning is the scenario's.
        if (reason, failure) == ("data_authorization_not_provided", "expired") {
            continue;
        }
        let account = format!("scenario.{reason}");
        let ana = person(&app, &acme, &flow, &[("account_id", &account)]).await;
        let process = authorise(&ana).await;
        assert_eq!(
            (&process["status"], &process["failure_status"]),
            (&json!("failure"), &json!(failure)),
            "{reason}"
        );
        let said = ["declined_reason", "expired_reason", "canceled_reason"].map(|name| &process[name]);
        assert!(said.contains(&&json!(reason)), "{reason} {said:?}");
    }
}

#[tokio::test]
async fn two_submissions_of_a_step_at_once_count_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let process = authorise(&ana).await;
    let email = [("email", "ana@example.com")];
    let (one, two) = tokio::join!(
        submit_answer(&ana, &process, &email),
        submit_answer(&ana, &process, &email)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
    assert_eq!(acme.outbox("?channel=email").await.len(), 1, "one code");
}
