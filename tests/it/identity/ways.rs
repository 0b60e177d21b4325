//! A whole way through a flow for each kind of block.

use cotejo_testkit::TestApp;
use serde_json::json;

use super::{
    DOCUMENT, authorise, begin, current, document_flow, ending, finished, flow_of, now, person, result, show,
    submit,
};
use crate::{
    account::tenant::{Tenant, members, post_json, work_due},
    support::{assert_wrong, list, text},
    validations::put_form,
};

#[tokio::test]
async fn a_new_process_is_as_the_token_says() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let more = [
        ("account_id", "user_1"),
        ("start_variables.metadata.plan", "gold"),
        ("country", "CO"),
    ];
    let ana = person(&app, &acme, &flow, &more[..2]).await;
    let process = begin(&ana).await;
    assert_eq!(
        members(&process),
        [
            "account_id",
            "client_id",
            "client_user_id",
            "country",
            "creation_date",
            "current_step_data",
            "current_step_id",
            "current_step_type",
            "flow_id",
            "flow_version",
            "identity_verification_names",
            "identity_verifications",
            "process_id",
            "redirect_url",
            "status",
            "steps",
            "time_to_live",
            "update_date",
            "verifications"
        ]
    );
    assert_eq!(process["account_id"], "user_1");
    assert_eq!(process["current_step_type"], "enter_authorization");
    assert_eq!(
        process["identity_verification_names"],
        json!(["enter_authorization", "document_verification"])
    );
    assert_eq!(list(&process, "steps").len(), 3);
    let again = post_json(&ana, "/v1/processes", &json!({})).await;
    assert_eq!((again.status.as_u16(), &again.json), (200, &process));
    let path = format!("/v1/processes/{}/variables", text(&process, "process_id"));
    assert_eq!(
        acme.connect.get(&path).await.json,
        json!({"variables": [{"name": "metadata.plan", "value": "gold"}]})
    );
}

#[tokio::test]
async fn a_document_is_shown_and_passes() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let done = finished(&app, &acme, &flow, "user_1").await;
    assert_eq!(ending(&done), ("success", "", ""), "{done:#}");
    assert!(done["current_step_id"].is_null());
    let names: Vec<&str> = done["verifications"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert!(names[0].starts_with("document_verification:VRF"), "{names:?}");
    let told = result(&acme.connect, &done).await;
    let validations = list(&told, "validations");
    assert_eq!(validations.len(), 1);
    assert_eq!(validations[0]["identity_process_id"], done["process_id"]);
    assert!(text(&validations[0], "front_image").starts_with("http"));
    assert_eq!(
        told["document_number"],
        validations[0]["details"]["document_details"]["document_number"]
    );
    assert_eq!(told["flow_version"], 1);
    let under = acme
        .connect
        .get(&format!(
            "/v1/processes/{}/validations",
            text(&done, "process_id")
        ))
        .await;
    assert_eq!(list(&under.json, "validations").len(), 1);
    let events = acme.events("?event_type=digital_identity.identity_process").await;
    let actions: Vec<&str> = events.iter().map(|event| text(event, "event_action")).collect();
    assert_eq!(
        actions,
        [
            "created",
            "step_succeeded",
            "step_succeeded",
            "step_succeeded",
            "succeeded"
        ]
    );
    assert_eq!(events[4]["object"]["document_number"], told["document_number"]);
}

#[tokio::test]
async fn a_document_that_fails_is_tried_again_by_the_same_step() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(
        &acme,
        &json!([{"name": "document_verification", "config": {"retries": 1}}]),
    )
    .await;
    let ana = person(&app, &acme, &flow, &[("account_id", "scenario.blurry_image")]).await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    let failed = show(&app, &ana, &process).await;
    assert_eq!(failed["status"], "pending");
    assert_eq!(failed["current_step_id"], process["current_step_id"]);
    let step = current(&failed);
    assert_eq!(step["verification_output"]["status"], "failure");
    assert_eq!(step["verification_output"]["declined_reason"], "blurry_image");
    assert_eq!(step["remaining_retries"], 0);
    assert_ne!(
        step["files_upload_urls"],
        current(&process)["files_upload_urls"],
        "another upload"
    );
    let failed = show(&app, &ana, &failed).await;
    assert_eq!(ending(&failed), ("failure", "declined", "blurry_image"));
    let told = result(&acme.connect, &failed).await;
    let validations = list(&told, "validations");
    assert_eq!(validations[1]["retry_of_id"], validations[0]["validation_id"]);
}

#[tokio::test]
async fn the_face_on_the_document_is_compared() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (block, last) in [
        ("document_verification_with_face_recognition", "record_face_photo"),
        (
            "document_verification_with_liveness",
            "record_face_photo_liveness",
        ),
    ] {
        let flow = flow_of(&acme, &json!([{"name": block}])).await;
        let ana = person(&app, &acme, &flow, &[]).await;
        let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
        let process = show(&app, &ana, &process).await;
        assert_eq!(process["current_step_type"], last, "{process:#}");
        let urls = list(current(&process), "files_upload_urls");
        assert_eq!(urls.len(), 1);
        let process = show(&app, &ana, &process).await;
        assert_eq!(ending(&process), ("success", "", ""), "{block} {process:#}");
    }
}

#[tokio::test]
async fn a_face_that_nobody_knows_is_declined() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(&acme, &json!([{"name": "face_recognition"}])).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let process = authorise(&ana).await;
    assert_eq!(
        ending(&process),
        ("failure", "declined", "face_validation_failed")
    );
    assert_eq!(
        process["error_message"],
        "the account has no face to compare with"
    );
}

#[tokio::test]
async fn addresses_and_phones_are_validated_by_codes() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (block, name, contact, channel) in [
        ("email_verification", "email", "ana@example.com", "email"),
        ("phone_verification", "phone", "+573001234567", "sms"),
    ] {
        let flow = flow_of(&acme, &json!([{"name": block}])).await;
        let ana = person(&app, &acme, &flow, &[]).await;
        let process = submit(&ana, &authorise(&ana).await, &[(name, contact)]).await;
        let sent = acme.outbox(&format!("?channel={channel}")).await.remove(0);
        assert_eq!(sent["to"], contact);
        let wrong = if sent["code"] == "000000" {
            "000001"
        } else {
            "000000"
        };
        let process = submit(&ana, &process, &[("code", wrong)]).await;
        let step = current(&process);
        assert_eq!(
            step["verification_output"]["declined_reason"],
            "wrong_verification_code"
        );
        assert_eq!(step["remaining_retries"], 1);
        let done = submit(&ana, &process, &[("code", text(&sent, "code"))]).await;
        assert_eq!(ending(&done), ("success", "", ""), "{done:#}");
        assert_eq!(
            done[if name == "email" { "email" } else { "cell_phone" }],
            contact
        );
    }
}

#[tokio::test]
async fn the_last_wrong_code_ends_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(
        &acme,
        &json!([{"name": "email_verification", "config": {"retries": 1}}]),
    )
    .await;
    let ana = person(&app, &acme, &flow, &[("emails", "ana@example.com")]).await;
    let mut process = authorise(&ana).await;
    let input = &current(&process)["expected_inputs"][0];
    assert_eq!(
        (&input["value"], &input["read_only"]),
        (&json!("ana@example.com"), &json!(true))
    );
    process = submit(&ana, &process, &[]).await;
    for _ in 0..2 {
        process = submit(&ana, &process, &[("code", "no code")]).await;
    }
    assert_eq!(ending(&process), ("failure", "declined", "max_retries_reached"));
}

#[tokio::test]
async fn questions_are_answered() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let config =
        json!({"question": "Where?", "options": ["Lima", "Cali"], "answers": ["Cali"], "retries": 0});
    let flow = flow_of(&acme, &json!([{"name": "custom_question", "config": config}])).await;
    for (response, came_to) in [
        ("Cali", ("success", "", "")),
        (
            "Lima",
            ("failure", "declined", "custom_question_max_retries_reached"),
        ),
        ("", ("failure", "declined", "not_answered_question")),
    ] {
        let ana = person(&app, &acme, &flow, &[]).await;
        let process = authorise(&ana).await;
        assert_eq!(current(&process)["title"], "Where?");
        let done = submit(&ana, &process, &[("response", response)]).await;
        assert_eq!(ending(&done), came_to, "{response}");
    }
}

#[tokio::test]
async fn invoices_are_shown() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = flow_of(&acme, &json!([{"name": "invoice_verification"}])).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let process = submit(&ana, &authorise(&ana).await, &[("country", "CO")]).await;
    let done = show(&app, &ana, &process).await;
    assert_eq!(ending(&done), ("success", "", ""), "{done:#}");
    assert!(
        done["document_number"].is_null(),
        "an invoice is nobody's document"
    );
}

#[tokio::test]
async fn a_block_says_how_its_document_is_validated_whatever_the_client_has_configured() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let configured = [
        ("validator", "document-validation"),
        ("document_type", "national-id"),
        ("validation_method.photo-of-photo.status", "disabled"),
    ];
    put_form(&acme.validations, "/v1/config", &configured).await;
    let plain = json!([{"name": "document_verification", "config": {"retries": 0}}]);
    let own = json!([{"name": "document_verification", "config": {"retries": 0, "validation_method": {
        "photo-of-photo": {"status": "enabled"}, "photocopy-analysis": {"status": "disabled"}}}}]);
    for (blocks, groups) in [(plain, [false, true]), (own, [true, false])] {
        let flow = flow_of(&acme, &blocks).await;
        let done = finished(&app, &acme, &flow, "user_1").await;
        let told = result(&acme.connect, &done).await;
        let parts = &list(&told, "validations")[0]["details"]["document_validations"];
        assert_eq!(
            ["photo_of_photo", "photocopy_analysis"].map(|group| !list(parts, group).is_empty()),
            groups,
            "{parts:#}"
        );
    }
    let wrong = json!({"name": "kyc", "identity_verifications": [{"name": "document_verification", "config": {
        "validation_method": {"photo-of-photo": {"status": "perhaps"}}}}]});
    assert_wrong(
        &post_json(&acme.connect, "/v1/flows", &wrong).await,
        &["identity_verifications[0].config.validation_method.photo-of-photo.status"],
    );
}

#[tokio::test]
async fn a_background_check_follows_the_document() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (min_score, came_to) in [(0.5, ("success", "", "")), (1.0, ("success", "", ""))] {
        let blocks = json!([{"name": "document_verification"},
                            {"name": "background_check", "config": {"min_score": min_score}}]);
        let flow = flow_of(&acme, &blocks).await;
        let ana = person(&app, &acme, &flow, &[]).await;
        let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
        let mut process = show(&app, &ana, &process).await;
        for _ in 0..20 {
            work_due(&app).await;
            process = now(&ana, &process).await;
            if process["status"] != "pending" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        let told = result(&acme.connect, &process).await;
        assert!(text(&told, "check_id").starts_with("CHK"));
        let check = acme
            .checks
            .get(&format!("/v1/checks/{}", text(&told, "check_id")))
            .await;
        let score = check.json["check"]["score"].as_f64().unwrap();
        let expected = if score < min_score {
            ("failure", "declined", "background_check_not_passed")
        } else {
            came_to
        };
        assert_eq!(ending(&process), expected, "{score}");
    }
    // Nobody's document was shown, so that there is nobody to check.
    let flow = flow_of(&acme, &json!([{"name": "background_check"}])).await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let process = authorise(&ana).await;
    assert_eq!(
        ending(&process),
        ("failure", "declined", "invalid_inputs_to_create_check")
    );
}

#[tokio::test]
async fn a_decider_weighs_and_branches_lead() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let blocks = json!([
        {"name": "document_verification", "config": {"retries": 0},
         "if": [{"condition": {"field": "blocks.document_verification", "operator": "equals", "value": "success"},
                 "go_to": "success"}]},
        {"name": "custom_question", "config": {"question": "Sure?"}}]);
    for (decision, account, came_to) in [
        ("FAIL", "user_1", ("success", "", "")),
        ("PASS", "scenario.underage", ("success", "", "")),
        ("FAIL", "scenario.underage", ("failure", "declined", "underage")),
    ] {
        let flow = super::flow(
            &acme,
            &json!({"name": "kyc", "identity_verifications": blocks,
            "decider": {"decision_on_any_failure": decision}}),
        )
        .await;
        let ana = person(&app, &acme, &flow, &[("account_id", account)]).await;
        let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
        let mut process = show(&app, &ana, &process).await;
        if process["current_step_type"] == "enter_response" {
            process = submit(&ana, &process, &[("response", "yes")]).await;
        }
        assert_eq!(ending(&process), came_to, "{decision} {account}");
    }
}
