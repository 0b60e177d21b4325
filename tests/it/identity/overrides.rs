//! Overriding the status of a finished process (seed 000).

use axum::http::StatusCode;
use cotejo_domain::{permissions::Permission, processes::OverrideReason};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{authorise, document_flow, finished, key, now, person, result};
use crate::{
    account::tenant::{Tenant, post_json, put_json},
    support::{assert_refused_by_text, assert_wrong, list, text, with},
};

const GOOD: &[(&str, &str)] = &[
    ("reason", "regular_client"),
    ("description", "We know Ana"),
    ("accept_terms", "true"),
];

async fn accept_terms(acme: &Tenant) {
    let answer = acme
        .account
        .post("/v1/terms/override", &[("accept_terms", "true")])
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

async fn overriding(caller: &Caller, process: &Value, form: &[(&str, &str)]) -> Answer {
    let path = format!("/v1/processes/{}/override-status", text(process, "process_id"));
    caller.post(&path, form).await
}

#[tokio::test]
async fn a_finished_process_comes_to_count_as_its_opposite_as_often_as_it_takes() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    accept_terms(&acme).await;
    let invited = acme
        .account
        .post(
            "/v1/users",
            &[("email", "admin@example.com"), ("role", "administrator")],
        )
        .await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    let flow = document_flow(&acme).await;
    let process = finished(&app, &acme, &flow, "scenario.underage").await;
    assert!(process["override_status"].is_null() && process["override_status_history"].is_null());
    for (n, (reason, before, after)) in OverrideReason::ALL
        .iter()
        .zip(["failure", "success"].into_iter().cycle())
        .map(|(reason, before)| {
            (
                reason,
                before,
                if before == "failure" { "success" } else { "failure" },
            )
        })
        .enumerate()
    {
        let form = with(GOOD, &[("reason", reason.as_str())]);
        let answer = overriding(&acme.connect, &process, &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let body = &answer.json;
        assert_eq!(
            (&body["status"], &body["override_status"]),
            (&json!("failure"), &json!(after))
        );
        assert_eq!(
            (&body["failure_status"], &body["declined_reason"]),
            (&json!("declined"), &json!("underage"))
        );
        let history = list(body, "override_status_history");
        assert_eq!(history.len(), n + 1);
        let newest = &history[n];
        assert_eq!(
            (
                &newest["status"],
                &newest["previous_status"],
                &newest["reason"],
                &newest["description"]
            ),
            (
                &json!(after),
                &json!(before),
                &json!(reason),
                &json!("We know Ana")
            )
        );
        assert!(text(newest, "username").starts_with("TCI"));
        assert!(!text(newest, "creation_date").is_empty());
    }
    for told in [
        now(&acme.connect, &process).await,
        result(&acme.connect, &process).await,
        acme.connect.get("/v1/processes?status=success").await.json["processes"][0].clone(),
    ] {
        assert_eq!(told["override_status"], "success");
        assert_eq!(list(&told, "override_status_history").len(), 7);
    }
    app.work().await;
    let events = acme.events("?event_type=digital_identity.identity_process").await;
    let actions: Vec<&str> = events.iter().map(|event| text(event, "event_action")).collect();
    let count = |action| actions.iter().filter(|other| **other == action).count();
    assert_eq!(
        (count("overwritten_success"), count("overwritten_failure")),
        (4, 3)
    );
    assert_eq!((count("failed"), count("succeeded")), (1, 0), "no second one");
    let mails = acme.outbox("?channel=email&to=admin%40example.com").await;
    let told: Vec<&Value> = mails
        .iter()
        .filter(|mail| text(mail, "body").contains(text(&process, "process_id")))
        .collect();
    assert_eq!(told.len(), 7, "each administrator hears of each");
    assert!(text(told[0], "body").contains("failure") && text(told[0], "body").contains("success"));
    let audited = acme.account.get("/v1/audit").await;
    assert!(audited.text.contains("process.overridden"), "{}", audited.text);
}

#[tokio::test]
async fn what_is_not_allowed_changes_nothing_and_tells_nobody() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let flow = document_flow(&acme).await;
    let done = finished(&app, &acme, &flow, "user_1").await;
    let ana = person(&app, &acme, &flow, &[]).await;
    let open = authorise(&ana).await;
    assert_eq!(
        overriding(&acme.connect, &done, GOOD).await.status,
        StatusCode::FORBIDDEN,
        "terms"
    );
    accept_terms(&acme).await;
    let plain = key(
        &app,
        &acme,
        "plain",
        &[Permission::IdentityRead, Permission::IdentityWrite],
    )
    .await;
    for caller in [&plain, &ana] {
        assert_eq!(
            overriding(caller, &done, GOOD).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let pending = overriding(&acme.connect, &open, GOOD).await;
    assert_refused_by_text(&pending, 409, "the process has not finished");
    for (more, wrong) in [
        (&[("reason", "because")][..], "reason"),
        (&[("reason", "")], "reason"),
        (&[("accept_terms", "false")], "accept_terms"),
        (&[("accept_terms", "")], "accept_terms"),
        (&[("status", "success")], "status"),
        (&[("status", "pending")], "status"),
    ] {
        assert_wrong(
            &overriding(&acme.connect, &done, &with(GOOD, more)).await,
            &[wrong],
        );
    }
    let other = Tenant::sandbox(&app, "other").await;
    accept_terms(&other).await;
    assert_eq!(
        overriding(&other.connect, &done, GOOD).await.status,
        StatusCode::NOT_FOUND
    );
    app.work().await;
    assert!(now(&acme.connect, &done).await["override_status"].is_null());
    let events = acme.events("?event_type=digital_identity.identity_process").await;
    assert!(
        events
            .iter()
            .all(|event| !text(event, "event_action").starts_with("overwritten"))
    );
}

#[tokio::test]
async fn of_two_at_once_one_wins_and_the_other_is_told() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    accept_terms(&acme).await;
    let flow = document_flow(&acme).await;
    for round in 0..5 {
        let done = finished(&app, &acme, &flow, &format!("user_{round}")).await;
        let one = with(GOOD, &[("status", "failure")]);
        let two = with(&one, &[("reason", "manipulated_photo")]);
        let answers = tokio::join!(
            overriding(&acme.connect, &done, &one),
            overriding(&acme.connect, &done, &two),
            overriding(&acme.connect, &done, &one),
        );
        let answers = [answers.0, answers.1, answers.2];
        let won = answers
            .iter()
            .filter(|answer| answer.status == StatusCode::OK)
            .count();
        // Who saw the other's word before his own counted is told so; who came behind it asks for what is already so.
        let told = answers.iter().filter(|answer| {
            let raced = answer.status == StatusCode::CONFLICT && answer.text.contains("it is failure now");
            raced || (answer.status == StatusCode::BAD_REQUEST && answer.text.contains("status"))
        });
        assert_eq!((won, told.count()), (1, 2), "{answers:#?}");
        let told = result(&acme.connect, &done).await;
        assert_eq!(list(&told, "override_status_history").len(), 1);
    }
}

#[tokio::test]
async fn a_second_person_may_be_wanted_and_a_description_too() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    accept_terms(&acme).await;
    let settings = json!({"describe_overrides": true, "overrides_by_two": true});
    let answer = put_json(&acme.connect, "/v1/identity-settings", &settings).await;
    assert_eq!((answer.status, &answer.json), (StatusCode::OK, &settings));
    assert_eq!(acme.connect.get("/v1/identity-settings").await.json, settings);
    let flow = document_flow(&acme).await;
    let done = finished(&app, &acme, &flow, "user_1").await;
    let may = [Permission::OverrideStatus, Permission::IdentityRead];
    let maker = key(&app, &acme, "maker", &may).await;
    let checker = key(&app, &acme, "checker", &may).await;
    assert_wrong(
        &overriding(&maker, &done, &with(GOOD, &[("description", "")])).await,
        &["description"],
    );
    let asked = overriding(&maker, &done, GOOD).await;
    assert_eq!(
        (asked.status, &asked.json["status"]),
        (StatusCode::ACCEPTED, &json!("failure"))
    );
    assert!(now(&acme.connect, &done).await["override_status"].is_null());
    let alone = overriding(&maker, &done, GOOD).await;
    assert_refused_by_text(&alone, 409, "another person has to agree");
    let agreed = overriding(&checker, &done, &with(GOOD, &[("reason", "Other")])).await;
    assert_eq!(agreed.status, StatusCode::OK, "{}", agreed.text);
    let history = list(&agreed.json, "override_status_history");
    assert_eq!(history[0]["reason"], "regular_client", "the maker's");
    assert!(text(&history[0], "username").ends_with("maker"));
    assert!(text(&history[0], "approved_by").ends_with("checker"));
    let by_nobody = put_json(&maker, "/v1/identity-settings", &settings).await;
    assert_eq!(by_nobody.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_override_is_repeated_by_its_key_without_counting_twice() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    accept_terms(&acme).await;
    let flow = document_flow(&acme).await;
    let done = finished(&app, &acme, &flow, "user_1").await;
    let path = format!("/v1/processes/{}/override-status", text(&done, "process_id"));
    let headers = [("Idempotency-Key", "once")];
    let first = acme.connect.post_with(&path, GOOD, &headers).await;
    let again = acme.connect.post_with(&path, GOOD, &headers).await;
    assert_eq!((first.status, &again.text), (StatusCode::OK, &first.text));
    assert_eq!(
        list(&result(&acme.connect, &done).await, "override_status_history").len(),
        1
    );
    let json = post_json(
        &acme.connect,
        &path,
        &json!({"reason": "Other", "accept_terms": true}),
    )
    .await;
    assert_eq!(json.json["override_status"], "success", "{}", json.text);
}
