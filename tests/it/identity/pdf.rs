//! A process as a document.

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::json;

use super::{authorise, document_flow, finished, person};
use crate::{account::tenant::Tenant, support::text};

#[tokio::test]
async fn a_document_is_requested_then_in_progress_then_there() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let open = authorise(&ana).await;
    let path = format!("/v1/processes/{}/pdf", text(&open, "process_id"));
    assert_eq!(
        acme.connect.get(&path).await.status,
        StatusCode::CONFLICT,
        "it has not finished"
    );
    let process = finished(&app, &acme, &flow, "scenario.underage").await;
    let path = format!("/v1/processes/{}/pdf", text(&process, "process_id"));
    for status in ["requested", "in_progress", "in_progress"] {
        let answer = acme.connect.get(&path).await;
        assert_eq!(
            (answer.status, &answer.json["file_status"]),
            (StatusCode::OK, &json!(status))
        );
    }
    app.work().await;
    let mut documents = Vec::new();
    for lang in ["", "?lang=en", "?lang=pt"] {
        let answer = acme.connect.get(&format!("{path}{lang}")).await;
        assert_eq!(answer.headers["content-type"], "application/pdf");
        assert!(answer.bytes.starts_with(b"%PDF"));
        documents.push(answer.bytes);
    }
    assert!(documents[0] != documents[1] && documents[1] != documents[2]);
    assert_eq!(acme.connect.get(&path).await.bytes, documents[0], "made once");
    // What somebody decided since is in another one.
    let terms = acme
        .account
        .post("/v1/terms/override", &[("accept_terms", "true")])
        .await;
    assert_eq!(terms.status, StatusCode::OK);
    let form = [("reason", "Other"), ("accept_terms", "true")];
    let over = format!("/v1/processes/{}/override-status", text(&process, "process_id"));
    assert_eq!(acme.connect.post(&over, &form).await.status, StatusCode::OK);
    assert_eq!(acme.connect.get(&path).await.json["file_status"], "requested");
    app.work().await;
    let newer = acme.connect.get(&path).await.bytes;
    assert!(newer.starts_with(b"%PDF") && newer != documents[0]);
    let wrong = acme.connect.get(&format!("{path}?lang=fr")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
