//! Flows: what a client may draw.

use axum::http::StatusCode;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{authorise, current, flow_of, key, person};
use crate::{
    account::tenant::{Tenant, post_json, put_json},
    support::{assert_refused_by_text, assert_wrong, list, text},
};

#[tokio::test]
async fn a_flow_is_made_read_changed_and_deleted() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = flow_of(
        &acme,
        &json!([{"name": "document_verification", "config": {"retries": 1}}]),
    )
    .await;
    assert!(text(&made, "flow_id").starts_with("IPF"));
    let blocks = list(&made, "identity_verifications");
    assert_eq!(blocks[0]["name"], "enter_authorization");
    assert_eq!(blocks[1]["steps"][1]["type"], "take_document_photo");
    let path = format!("/v1/flows/{}", text(&made, "flow_id"));
    assert_eq!(acme.connect.get(&path).await.json, made);
    let flows = acme.connect.get("/v1/flows").await.json;
    assert_eq!(list(&flows, "flows").len(), 2, "the default one, and this one");
    let changed = json!({"name": "other", "time_to_live": 10, "identity_verifications": [{"name": "email_verification"}]});
    let answer = put_json(&acme.connect, &path, &changed).await;
    assert_eq!(
        (answer.status, &answer.json["version"]),
        (StatusCode::OK, &json!(2))
    );
    assert_eq!(acme.connect.delete(&path).await.status, StatusCode::OK);
    for answer in [acme.connect.get(&path).await, acme.connect.delete(&path).await] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.json["code"], "10404", "a text on these routes");
    }
    let actions: Vec<String> = {
        app.work().await;
        let events = acme.events("?event_type=digital_identity.identity_flow").await;
        events
            .iter()
            .map(|event| text(event, "event_action").to_owned())
            .collect()
    };
    assert_eq!(actions, ["created", "updated", "deleted"]);
}

#[tokio::test]
async fn a_flow_is_cloned_and_its_deletion_taken_back() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let path = |flow: &Value, under: &str| format!("/v1/flows/{}{under}", text(flow, "flow_id"));
    let copy = acme.connect.post(&path(&made, "/clone"), &[]).await;
    assert_eq!(
        (copy.status, &copy.json["name"]),
        (StatusCode::CREATED, &json!("kyc (copy)"))
    );
    let blocks = |flow: &Value| {
        let blocks = list(flow, "identity_verifications").iter();
        let told = blocks.map(|block| (block["name"].clone(), block["verification_id"].clone()));
        told.unzip::<Value, Value, Vec<_>, Vec<_>>()
    };
    let ((of_copy, ids_of_copy), (of_made, ids_of_made)) = (blocks(&copy.json), blocks(&made));
    assert_eq!(of_copy, of_made);
    assert!(ids_of_copy.iter().all(|id| !ids_of_made.contains(id)));
    let named = acme
        .connect
        .post(&path(&made, "/clone"), &[("name", "partners")])
        .await;
    assert_eq!(named.json["name"], "partners");
    let long = "a".repeat(101);
    assert_wrong(
        &acme
            .connect
            .post(&path(&made, "/clone"), &[("name", &long)])
            .await,
        &["name"],
    );
    let early = acme.connect.post(&path(&made, "/restore"), &[]).await;
    assert_refused_by_text(&early, 409, "the flow is not deleted");
    acme.connect.delete(&path(&made, "")).await;
    let clone_of_deleted = acme.connect.post(&path(&made, "/clone"), &[]).await;
    assert_eq!(clone_of_deleted.status, StatusCode::NOT_FOUND);
    let other = Tenant::sandbox(&app, "other").await;
    let foreign = other.connect.post(&path(&made, "/restore"), &[]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let restored = acme.connect.post(&path(&made, "/restore"), &[]).await;
    assert_eq!(
        (restored.status, &restored.json["status"]),
        (StatusCode::OK, &json!("disabled"))
    );
    assert_eq!(acme.connect.get(&path(&made, "")).await.json, restored.json);
    app.work().await;
    let events = acme.events("?event_type=digital_identity.identity_flow").await;
    let actions: Vec<&str> = events.iter().map(|event| text(event, "event_action")).collect();
    assert_eq!(actions, ["created", "cloned", "cloned", "deleted", "restored"]);
}

#[tokio::test]
async fn a_process_keeps_the_version_that_it_began_with() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let ana = person(&app, &acme, &made, &[]).await;
    let late = person(&app, &acme, &made, &[]).await;
    let process = authorise(&ana).await;
    let path = format!("/v1/flows/{}", text(&made, "flow_id"));
    let changed = json!({"name": "kyc", "identity_verifications": [{"name": "phone_verification"}]});
    assert_eq!(
        put_json(&acme.connect, &path, &changed).await.status,
        StatusCode::OK
    );
    assert_eq!(current(&super::now(&ana, &process).await)["type"], "enter_email");
    assert_eq!(current(&authorise(&late).await)["type"], "enter_phone");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_place() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let exists = json!({"field": "country", "operator": "exists"});
    for (flow, wrong) in [
        (json!({}), &["name", "identity_verifications"][..]),
        (
            json!({"name": "a", "identity_verifications": [{"name": "credit_bureau"}]}),
            &["identity_verifications[0].name"],
        ),
        (
            json!({"name": "a", "identity_verifications": [
                {"name": "email_verification"},
                {"name": "phone_verification", "if": [{"condition": exists, "go_to": "email_verification"}]}]}),
            &["phone_verification.if[0].go_to"],
        ),
    ] {
        assert_wrong(&post_json(&acme.connect, "/v1/flows", &flow).await, wrong);
    }
    let form = acme.connect.post("/v1/flows", &[("name", "a")]).await;
    assert_wrong(&form, &["body"]);
    let reader = key(&app, &acme, "reader", &[Permission::IdentityRead]).await;
    let answer = post_json(&reader, "/v1/flows", &json!({})).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let other = Tenant::sandbox(&app, "other").await;
    let made = flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let path = format!("/v1/flows/{}", text(&made, "flow_id"));
    assert_eq!(other.connect.get(&path).await.status, StatusCode::NOT_FOUND);
}
