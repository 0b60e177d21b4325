//! Processes that a person decides about.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{DOCUMENT, authorise, ending, finished, flow, now, person, show, submit};
use crate::{
    account::tenant::Tenant,
    support::{assert_refused_by_text, assert_wrong, list, text},
};

/// A flow whose decider has a person look at what failed.
async fn reviewed_flow(acme: &Tenant) -> Value {
    flow(
        acme,
        &json!({"name": "kyc", "decider": {"decision_on_any_failure": "REVIEW"},
                "identity_verifications": [{"name": "document_verification", "config": {"retries": 0}}]}),
    )
    .await
}

async fn waiting(app: &TestApp, acme: &Tenant, kyc: &Value) -> Value {
    let ana = person(app, acme, kyc, &[("account_id", "scenario.blurry_image")]).await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    show(app, &ana, &process).await
}

#[tokio::test]
async fn a_reviewer_says_how_it_ends() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = reviewed_flow(&acme).await;
    for (form, came_to) in [
        (
            &[("action", "approve"), ("comment", "looks fine")][..],
            ("success", "", ""),
        ),
        (
            &[("action", "reject")],
            ("failure", "declined", "rejected_in_review"),
        ),
        (
            &[("action", "reject"), ("declined_reason", "possible_fraud")],
            ("failure", "declined", "possible_fraud"),
        ),
    ] {
        let process = waiting(&app, &acme, &kyc).await;
        assert_eq!(process["status"], "pending");
        let queue = acme.connect.get("/v1/reviews").await.json;
        assert_eq!(list(&queue, "reviews")[0]["process_id"], process["process_id"]);
        let path = format!("/v1/processes/{}/review", text(&process, "process_id"));
        for (act, field, said) in [
            ("assign", "assigned_to", "eva"),
            ("comment", "comment", "a blurry one"),
        ] {
            let answer = acme.connect.post(&path, &[("action", act), (field, said)]).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
        let queue = acme.connect.get("/v1/reviews").await.json;
        let review = &list(&queue, "reviews")[0];
        assert_eq!(review["assigned_to"], "eva");
        assert_eq!(list(review, "comments").len(), 2);
        let answer = acme.connect.post(&path, form).await;
        assert_eq!(ending(&answer.json), came_to, "{}", answer.text);
        assert_eq!(
            list(&acme.connect.get("/v1/reviews").await.json, "reviews").len(),
            0
        );
        assert_refused_by_text(
            &acme.connect.post(&path, form).await,
            410,
            "the process has ended",
        );
    }
}

#[tokio::test]
async fn a_reviewer_may_have_a_block_gone_through_again() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = reviewed_flow(&acme).await;
    let process = waiting(&app, &acme, &kyc).await;
    let path = format!("/v1/processes/{}/review", text(&process, "process_id"));
    let wrong = acme
        .connect
        .post(&path, &[("action", "ask_again"), ("verification", "nothing")])
        .await;
    assert_wrong(&wrong, &["verification"]);
    for (form, field) in [
        (&[("action", "shrug")][..], "action"),
        (&[("action", "comment")], "comment"),
        (&[("action", "ask_again")], "verification"),
    ] {
        assert_wrong(&acme.connect.post(&path, form).await, &[field]);
    }
    let form = [("action", "ask_again"), ("verification", "document_verification")];
    let again = acme.connect.post(&path, &form).await;
    assert_eq!(
        again.json["current_step_type"], "enter_document_type",
        "{}",
        again.text
    );
    assert_eq!(
        list(&acme.connect.get("/v1/reviews").await.json, "reviews").len(),
        0
    );
    let process = submit(&acme.connect, &again.json, DOCUMENT).await;
    let process = show(&app, &acme.connect, &process).await;
    assert_eq!(process["status"], "pending", "it waits for a person again");
    assert_eq!(
        list(&acme.connect.get("/v1/reviews").await.json, "reviews").len(),
        1
    );
}

#[tokio::test]
async fn a_review_that_nobody_does_expires() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = reviewed_flow(&acme).await;
    let process = waiting(&app, &acme, &kyc).await;
    acme.advance(&app, "6d").await;
    assert_eq!(now(&acme.connect, &process).await["status"], "pending");
    acme.advance(&app, "2d").await;
    let process = now(&acme.connect, &process).await;
    assert_eq!(
        ending(&process),
        ("failure", "expired", "agent_stopped_responding")
    );
    // One that nobody was asked about is not reviewed.
    let plain = super::document_flow(&acme).await;
    let done = finished(&app, &acme, &plain, "user_1").await;
    let path = format!("/v1/processes/{}/review", text(&done, "process_id"));
    let answer = acme.connect.post(&path, &[("action", "approve")]).await;
    assert_refused_by_text(&answer, 410, "the process has ended");
}
