//! Reviews of validations by persons.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::Value;

use super::{now, outcome, put_form, read, shown};
use crate::{
    account::tenant::{Tenant, work_due},
    support::{assert_refused, assert_wrong, list, text},
};

async fn reviewing(app: &TestApp) -> Tenant {
    let acme = Tenant::sandbox(app, "acme").await;
    let form = [
        ("validator", "document-validation"),
        ("document_type", "national-id"),
        ("validation_method.manual-review.status", "enabled"),
    ];
    let answer = put_form(&acme.validations, "/v1/config", &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    acme
}

const FORGED: &[(&str, &str)] = &[("account_id", "scenario.traces_of_tampering")];

async fn waiting(acme: &Tenant) -> Vec<Value> {
    list(&read(&acme.validations, "/v1/reviews").await, "reviews").to_vec()
}

fn review_path(review: &Value) -> String {
    format!("/v1/reviews/{}", text(review, "review_id"))
}

fn decision_path(review: &Value) -> String {
    format!("/v1/validations/{}/review", text(review, "validation_id"))
}

#[tokio::test]
async fn what_was_declined_waits_for_a_person_whose_word_counts() {
    let app = TestApp::new().await;
    let acme = reviewing(&app).await;
    let open = shown(&app, &acme, FORGED).await;
    assert_eq!(
        (outcome(&open).0, &open["manual_review_status"]),
        ("pending", &"pending".into())
    );
    let review = waiting(&acme).await.remove(0);
    assert_eq!(review["automatic_reason"], "traces_of_tampering");
    let seen = read(&acme.validations, &review_path(&review)).await;
    assert!(text(&seen["validation"], "front_image").contains("/v1/files/"));
    let form = [("decision", "approve"), ("note", "Seen in person")];
    let answer = acme.validations.post(&decision_path(&review), &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json["decision"], "approve");
    assert!(text(&answer.json, "reviewed_by").starts_with(&acme.client.id.to_string()));
    let done = now(&acme, &open).await;
    assert_eq!(
        (outcome(&done), &done["manual_review_status"]),
        (("success", "", ""), &"decided".into())
    );
    let parts = &done["details"]["document_validations"];
    let manual = &list(parts, "manual_review")[0];
    assert_eq!(
        (&manual["result"], &manual["manually_reviewed"]),
        (&"valid".into(), &true.into())
    );
    // What was found automatically stays beside it.
    let automatic: Vec<&Value> = parts
        .as_object()
        .unwrap()
        .values()
        .flat_map(|parts| parts.as_array().unwrap())
        .filter(|part| part["result"] == "invalid")
        .collect();
    assert_eq!(automatic.len(), 1);
    assert_eq!(waiting(&acme).await.len(), 0);
    let decided = read(&acme.validations, "/v1/reviews?status=decided").await;
    assert_eq!(list(&decided, "reviews").len(), 1);
    let again = acme
        .validations
        .post(&decision_path(&review), &[("decision", "reject")])
        .await;
    assert_refused(&again, 409, "the review has ended");
    work_due(&app).await;
    let events = acme
        .events(&format!("?resource_id={}", text(&done, "validation_id")))
        .await;
    assert_eq!(events.len(), 2, "{events:#?}");
    let told = events
        .iter()
        .find(|event| event["event_action"] == "succeeded")
        .unwrap();
    let parts = &told["object"]["details"]["document_validations"];
    assert_eq!(list(parts, "manual_review").len(), 1);
}

#[tokio::test]
async fn a_reviewer_may_find_another_reason() {
    let app = TestApp::new().await;
    let acme = reviewing(&app).await;
    let open = shown(&app, &acme, FORGED).await;
    let review = waiting(&acme).await.remove(0);
    let form = [("decision", "maybe"), ("reason", "ugly")];
    let answer = acme.validations.post(&decision_path(&review), &form).await;
    assert_wrong(&answer, &["decision", "reason"]);
    let form = [("decision", "reject"), ("reason", "portrait_photo_is_fake")];
    let path = decision_path(&review);
    let decide = || acme.validations.post(&path, &form);
    let (a, b) = tokio::join!(decide(), decide());
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(
        outcome(&now(&acme, &open).await),
        ("failure", "declined", "portrait_photo_is_fake")
    );
}

#[tokio::test]
async fn a_review_that_nobody_does_expires() {
    let app = TestApp::new().await;
    let acme = reviewing(&app).await;
    let open = shown(&app, &acme, FORGED).await;
    acme.advance(&app, "301s").await;
    assert_eq!(outcome(&now(&acme, &open).await).0, "pending");
    acme.advance(&app, "24h").await;
    assert_eq!(
        outcome(&now(&acme, &open).await),
        ("failure", "expired", "manual_review_expired")
    );
    let expired = read(&acme.validations, "/v1/reviews?status=expired").await;
    assert_eq!(list(&expired, "reviews").len(), 1);
}

#[tokio::test]
async fn nobody_waits_for_reviewers_who_are_not_there() {
    let app = TestApp::new().await;
    let acme = reviewing(&app).await;
    // Tests begin on a Friday at 03:04 UTC.
    let schedule = [
        ("days", "mon,tue,wed,thu,fri"),
        ("from", "08:00"),
        ("to", "18:00"),
        ("zone", "-05:00"),
    ];
    let answer = put_form(&acme.validations, "/v1/reviews/schedule", &schedule).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(read(&acme.validations, "/v1/reviews/schedule").await, answer.json);
    let asked: Vec<(&str, &str)> = [FORGED, &[("check_manual_review_availability", "true")]].concat();
    let done = shown(&app, &acme, &asked).await;
    assert_eq!(outcome(&done), ("failure", "declined", "traces_of_tampering"));
    assert_eq!(done["manual_review_status"], "unavailable");
    let manual = &list(&done["details"]["document_validations"], "manual_review")[0];
    assert_eq!(manual["result"], "skipped");
    // Who does not ask waits all the same.
    assert_eq!(outcome(&shown(&app, &acme, FORGED).await).0, "pending");
    acme.advance(&app, "11h").await;
    assert_eq!(outcome(&shown(&app, &acme, &asked).await).0, "pending");
}

#[tokio::test]
async fn what_shows_no_document_is_not_reviewed_and_what_is_good_neither() {
    let app = TestApp::new().await;
    let acme = reviewing(&app).await;
    let nothing = shown(&app, &acme, &[("account_id", "scenario.document_not_recognized")]).await;
    assert_eq!(
        outcome(&nothing),
        ("failure", "declined", "document_not_recognized")
    );
    assert_eq!(outcome(&shown(&app, &acme, &[]).await), ("success", "", ""));
    assert_eq!(waiting(&acme).await.len(), 0);
    let path = format!("/v1/validations/{}/review", text(&nothing, "validation_id"));
    let answer = acme.validations.post(&path, &[("decision", "approve")]).await;
    assert_refused(&answer, 409, "the validation is not reviewed");
}
