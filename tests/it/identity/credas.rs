//! The Credas face: overrides of parts, and what a process counts as because of them (seed 002).

use axum::http::{Method, StatusCode};
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{DOCUMENT, authorise, ending, flow_of, now, person, show, submit, token};
use crate::{
    account::tenant::{Tenant, post_json, put_json},
    support::{assert_wrong, list, text},
};

const REASON: &str = "We have reviewed the image and confirmed it is correct";

/// A GUID of one of our ids: its digits with hyphens.
fn guid(id: &str) -> String {
    let digits = &id[3..];
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}

/// A person with a process of a document, a face and an invoice that is over, and the entity's id.
async fn entry(app: &TestApp, acme: &Tenant, account: &str) -> (Value, String) {
    let blocks = json!([{"name": "document_verification_with_liveness", "config": {"retries": 0}}]);
    let flow = flow_of(acme, &blocks).await;
    let ana = person(app, acme, &flow, &[("account_id", account)]).await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    let mut process = show(app, &ana, &process).await;
    if process["status"] == "pending" {
        process = show(app, &ana, &process).await;
    }
    let id: uuid::Uuid =
        sqlx::query_scalar("select id from validation_accounts where client_id = $1 and name = $2")
            .bind(acme.client.id.0)
            .bind(account)
            .fetch_one(&app.database.pool)
            .await
            .unwrap();
    (process, id.hyphenated().to_string())
}

async fn read(caller: &Caller, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
    answer.json
}

async fn put(caller: &Caller, path: &str, reason: &str) -> Answer {
    put_json(caller, path, &json!({ "reason": reason })).await
}

async fn actions(app: &TestApp, acme: &Tenant) -> Vec<String> {
    app.work().await;
    let events = acme.events("?event_type=digital_identity.identity_process").await;
    let all = events.iter().map(|event| text(event, "event_action").to_owned());
    all.filter(|action| action.starts_with("overwritten")).collect()
}

#[tokio::test]
async fn a_part_that_is_overridden_changes_what_the_process_counts_as() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (process, entity) = entry(&app, &acme, "user_1").await;
    assert_eq!(ending(&process), ("success", "", ""), "{process:#}");
    let path = format!(
        "/api/v2/ci/entities/{entity}/idv-entries/{}",
        guid(text(&process, "process_id"))
    );
    let before = read(&acme.connect, &path).await;
    for part in [
        "documentResult",
        "livenessResult",
        "faceMatchResult",
        "overallResult",
    ] {
        assert_eq!(before[part], 1, "{part}");
    }
    assert_eq!(before["documentType"], 9);
    let document = text(&before, "documentId");
    for (verb, liveness, overall, status, effective) in [
        ("refer-liveness", 6, 6, "success", Value::Null),
        ("reject-liveness", 5, 5, "failure", json!("failure")),
        ("refer-liveness", 6, 6, "failure", json!("failure")),
        ("verify-liveness", 4, 4, "success", json!("success")),
    ] {
        let answer = put(&acme.connect, &format!("{path}/{verb}"), REASON).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let body = &answer.json;
        assert_eq!(
            (&body["livenessResult"], &body["overallResult"], &body["status"]),
            (&json!(liveness), &json!(overall), &json!(status)),
            "{verb}"
        );
        assert_eq!(body["documentResult"], 1, "what was found stays");
        let process = now(&acme.connect, &process).await;
        assert_eq!(
            (&process["status"], &process["override_status"]),
            (&json!("success"), &effective),
            "{verb}"
        );
        assert!(
            process["override_status_history"]
                .as_array()
                .is_none_or(Vec::is_empty),
            "{process:#}"
        );
    }
    assert_eq!(
        actions(&app, &acme).await,
        ["overwritten_failure", "overwritten_success"]
    );
    let rejected = put(
        &acme.connect,
        &format!("{path}/id-document/{document}/reject"),
        "A copy",
    )
    .await;
    assert_eq!(
        (&rejected.json["documentResult"], &rejected.json["status"]),
        (&json!(5), &json!("failure"))
    );
    let verified = put(
        &acme.connect,
        &format!("{path}/id-document/{document}/verify"),
        "Not a copy",
    )
    .await;
    assert_eq!(
        (&verified.json["documentResult"], &verified.json["status"]),
        (&json!(4), &json!("success"))
    );
    let summary = read(&acme.connect, &format!("/api/v2/ci/entities/{entity}/summary")).await;
    assert_eq!(list(&summary, "identityVerifications")[0], verified.json);
}

#[tokio::test]
async fn an_override_of_the_process_stands_whatever_is_said_below() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let terms = acme
        .account
        .post("/v1/terms/override", &[("accept_terms", "true")])
        .await;
    assert_eq!(terms.status, StatusCode::OK);
    let (process, entity) = entry(&app, &acme, "user_1").await;
    let form = [("reason", "manipulated_photo"), ("accept_terms", "true")];
    let path = format!("/v1/processes/{}/override-status", text(&process, "process_id"));
    assert_eq!(
        acme.connect.post(&path, &form).await.json["override_status"],
        "failure"
    );
    let path = format!(
        "/api/v2/ci/entities/{entity}/idv-entries/{}",
        guid(text(&process, "process_id"))
    );
    let answer = put(&acme.connect, &format!("{path}/verify-liveness"), REASON).await;
    assert_eq!(
        (&answer.json["livenessResult"], &answer.json["status"]),
        (&json!(4), &json!("failure"))
    );
    let process = now(&acme.connect, &process).await;
    assert_eq!(list(&process, "override_status_history").len(), 1);
}

#[tokio::test]
async fn supporting_documents_are_reviewed_all_or_none() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(
        &acme,
        &json!([{"name": "invoice_verification", "config": {"retries": 0}}]),
    )
    .await;
    let ana = person(&app, &acme, &flow, &[("account_id", "scenario.blurry_image")]).await;
    let process = submit(&ana, &authorise(&ana).await, &[("country", "CO")]).await;
    let process = show(&app, &ana, &process).await;
    assert_eq!(ending(&process), ("failure", "declined", "blurry_image"));
    let id: uuid::Uuid = sqlx::query_scalar("select id from validation_accounts where client_id = $1")
        .bind(acme.client.id.0)
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    let path = format!(
        "/api/v2/ci/entities/{}/idv-entries/{}",
        id.hyphenated(),
        guid(text(&process, "process_id"))
    );
    let entry = read(&acme.connect, &path).await;
    let document = list(&entry, "supportingDocuments")[0].clone();
    assert_eq!(
        (&document["overallResult"], &document["title"]),
        (&json!(2), &json!("invoice"))
    );
    let id = text(&document, "supportingDocumentId");
    let other = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
    let review = format!("{path}/non-biometic-documents/review");
    let unknown = put_json(
        &acme.connect,
        &review,
        &json!([{"id": id, "result": 4}, {"id": other, "result": 4}]),
    )
    .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(read(&acme.connect, &path).await, entry, "nothing changed");
    assert_wrong(
        &put_json(&acme.connect, &review, &json!([{"id": id, "result": 8}])).await,
        &["[0].result"],
    );
    assert_wrong(&put_json(&acme.connect, &review, &json!({})).await, &["body"]);
    for (spelling, result, status) in [
        ("non-biometic-documents", 4, "success"),
        ("non-biometric-documents", 5, "failure"),
        ("non-biometic-documents", 3, "failure"),
        ("non-biometric-documents", 1, "success"),
    ] {
        let body = json!([{"id": id, "result": result, "comments": "seen"}]);
        let answer = put_json(&acme.connect, &format!("{path}/{spelling}/review"), &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(
            list(&answer.json, "supportingDocuments")[0]["overallResult"],
            result
        );
        assert_eq!(answer.json["status"], status, "{result}");
    }
    // There is no face in this flow.
    assert_eq!(
        put(&acme.connect, &format!("{path}/verify-liveness"), REASON)
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_cannot_be_changes_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (process, entity) = entry(&app, &acme, "user_1").await;
    let own = guid(text(&process, "process_id"));
    let nobody = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
    let entries = |entity: &str, entry: &str| format!("/api/v2/ci/entities/{entity}/idv-entries/{entry}");
    for path in [
        format!("{}/verify-liveness", entries(nobody, &own)),
        format!("{}/verify-liveness", entries(&entity, nobody)),
        format!("{}/verify-liveness", entries(&entity, "no-guid")),
        format!("{}/id-document/{nobody}/verify", entries(&entity, &own)),
    ] {
        assert_eq!(
            put(&acme.connect, &path, REASON).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let verify = format!("{}/verify-liveness", entries(&entity, &own));
    for reason in ["", "   ", &"x".repeat(1001)] {
        assert_wrong(&put(&acme.connect, &verify, reason).await, &["reason"]);
    }
    let other = Tenant::sandbox(&app, "other").await;
    assert_eq!(
        put(&other.connect, &verify, REASON).await.status,
        StatusCode::NOT_FOUND
    );
    let post = acme.connect.send(Method::POST, &verify, &[], "").await;
    assert_eq!(
        post.status,
        StatusCode::FORBIDDEN,
        "an unknown route, as at the vendor's"
    );
    assert_eq!(actions(&app, &acme).await, Vec::<String>::new());
}

#[tokio::test]
async fn entities_are_accounts_and_the_key_may_come_as_credas_sends_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let token = token(&app, &acme, "credas", &[Permission::IdentityWrite]).await;
    let anybody = app.connect(None);
    let body = json!({"reference": "user_7", "firstName": "Ana", "surname": "Prueba", "emailAddress": "ana@example.com"});
    let headers = [
        ("content-type", "application/json"),
        ("x-api-key", token.as_str()),
    ];
    let made = anybody
        .send(Method::POST, "/api/v2/ci/entities", &headers, &body.to_string())
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(
        (&made.json["reference"], &made.json["status"]),
        (&json!("user_7"), &json!(2))
    );
    let again = post_json(&acme.connect, "/api/v2/ci/entities", &body).await;
    assert_ne!(again.json["id"], made.json["id"], "duplicates are not prevented");
    let path = format!("/api/v2/ci/entities/{}", text(&made.json, "id"));
    assert_eq!(read(&acme.connect, &path).await["processActors"], json!([]));
    assert_eq!(
        read(&acme.connect, &format!("{path}/active-checks")).await,
        json!([])
    );
    let wrong = post_json(
        &acme.connect,
        "/api/v2/ci/entities",
        &json!({"emailAddress": "nobody"}),
    )
    .await;
    assert_wrong(&wrong, &["reference", "firstName", "surname", "emailAddress"]);
    let none = anybody.get(&path).await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
}
