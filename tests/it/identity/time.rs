//! Processes whose time is over.

use cotejo_testkit::TestApp;
use serde_json::json;

use super::{
    DOCUMENT, authorise, begin, current, document_flow, ending, flow, now, person, show, submit, upload,
};
use crate::{account::tenant::Tenant, support::text};

#[tokio::test]
async fn a_person_who_does_not_go_on_expires() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = flow(
        &acme,
        &json!({"name": "kyc", "time_to_live": 10, "identity_verifications": [
        {"name": "document_verification", "config": {"retries": 1}}]}),
    )
    .await;
    let never = begin(&person(&app, &acme, &kyc, &[]).await).await;
    let ana = person(&app, &acme, &kyc, &[]).await;
    let stopped = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    let eva = person(&app, &acme, &kyc, &[("account_id", "scenario.blurry_image")]).await;
    let failed = submit(&eva, &authorise(&eva).await, DOCUMENT).await;
    show(&app, &eva, &failed).await;
    acme.advance(&app, "9m").await;
    assert_eq!(now(&acme.connect, &never).await["status"], "pending");
    acme.advance(&app, "2m").await;
    for (process, came_to) in [
        (&never, ("failure", "expired", "data_authorization_not_provided")),
        (&stopped, ("failure", "expired", "user_stopped_responding")),
        (
            &failed,
            ("failure", "declined", "abandoned_without_using_retries"),
        ),
    ] {
        assert_eq!(ending(&now(&acme.connect, process).await), came_to);
    }
    let events = acme.events("?event_type=digital_identity.identity_process").await;
    let actions = ["expired", "failed"].map(|action| {
        events
            .iter()
            .filter(|event| text(event, "event_action") == action)
            .count()
    });
    assert_eq!(actions, [2, 1]);
}

#[tokio::test]
async fn a_result_that_is_missing_is_waited_for_three_times_five_minutes() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = flow(
        &acme,
        &json!({"name": "kyc", "time_to_live": 10, "identity_verifications": [
        {"name": "document_verification"}]}),
    )
    .await;
    // A registry that takes its time: longer than all the patience there is.
    let ana = person(
        &app,
        &acme,
        &kyc,
        &[("account_id", "scenario.pending_validation_methods")],
    )
    .await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    upload(&app, &process).await;
    submit(&ana, &process, &[]).await;
    for _ in 0..3 {
        acme.advance(&app, "8m").await;
        let process = now(&acme.connect, &process).await;
        assert_eq!(process["status"], "pending", "{process:#}");
        assert_eq!(current(&process)["verification_output"]["status"], "pending");
    }
    acme.advance(&app, "8m").await;
    let process = now(&acme.connect, &process).await;
    assert_eq!(
        ending(&process),
        ("failure", "expired", "validation_not_finished")
    );
}

#[tokio::test]
async fn a_code_that_is_too_old_ends_the_process() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = super::flow_of(&acme, &json!([{"name": "email_verification"}])).await;
    let ana = person(&app, &acme, &kyc, &[("emails", "ana@example.com")]).await;
    let process = submit(&ana, &authorise(&ana).await, &[]).await;
    acme.advance(&app, "6m").await;
    let process = now(&acme.connect, &process).await;
    assert_eq!(ending(&process), ("failure", "expired", "validation_expired"));
}

#[tokio::test]
async fn a_token_outlives_a_process_that_it_began() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let ana = person(&app, &acme, &kyc, &[]).await;
    let process = authorise(&ana).await;
    acme.advance(&app, "3h").await;
    let answer = ana
        .get(&format!("/v1/processes/{}", text(&process, "process_id")))
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["code"]),
        (403, &json!("10403")),
        "two hours"
    );
}
