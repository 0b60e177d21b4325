//! The TrustX face: bearers, tokens, instances (seed 003).

use std::time::Duration;

use axum::http::{Method, StatusCode};
use cotejo_app::keys::NewKey;
use cotejo_domain::{
    ids::{FlowId, ProcessId, ValidationId},
    permissions::Permission,
    processes::trustx::Base32Id,
};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DOCUMENT, authorise, begin, document_flow, finished, flow, flow_of, now, person, result, show, submit,
};
use crate::{
    account::tenant::{Tenant, members, post_json, put_json},
    support::{assert_refused, assert_wrong, header, list, text},
};

/// Where instances are.
pub const INSTANCES: &str = "/api/process-manager/processInstances";

const TOKENS: &str = "/api/process-manager/processTokens";

/// The id of a process as this face spells it.
pub fn id(process: &Value) -> String {
    let id: ProcessId = text(process, "process_id").parse().unwrap();
    Base32Id(id.0).to_string()
}

/// The path of an instance, or of something under it.
pub fn instance_path(process: &Value, under: &str) -> String {
    format!("{INSTANCES}/{}{under}", id(process))
}

/// A key of the client that may do only this, as text.
pub async fn key(app: &TestApp, acme: &Tenant, name: &str, permissions: &[Permission]) -> String {
    let key = NewKey {
        client: acme.client.clone(),
        name: name.to_owned(),
        version: 1,
        permissions: permissions.to_vec(),
        billing_hub: None,
    };
    app.app.create_key(key).await.unwrap().1.0
}

/// A process token of the newest flow `kyc`.
pub async fn token(acme: &Tenant, more: Value) -> Value {
    let answer = post_json(&acme.connect, TOKENS, &token_input(more)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json
}

fn token_input(more: Value) -> Value {
    let mut token = json!({"name": "a token", "processDefnName": "kyc", "status": "ACTIVE",
                           "uiUrl": "https://kyc.example.com/go?lang=es#top"});
    let Value::Object(more) = more else {
        panic!("an object")
    };
    for (name, value) in more {
        token[&name] = value;
    }
    token
}

async fn create(caller: &Caller, token: &Value) -> Answer {
    let path = format!("{INSTANCES}/create?pt={}", text(token, "id"));
    post_json(caller, &path, &json!({})).await
}

/// An instance that a token begins, as Truora's face tells it, and the person's own key.
pub async fn begun(app: &TestApp, acme: &Tenant, token: &Value) -> (Value, Caller) {
    let answer = create(&acme.connect, token).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let url = text(&answer.json, "redirectUrl");
    let key = url.split_once("token=").unwrap().1.split('#').next().unwrap();
    let ana = app.connect(Some(key.to_owned()));
    let path = format!(
        "/api/process-server/startProcess?pi={}",
        text(&answer.json, "processInstanceId")
    );
    let process = ana.get(&path).await;
    assert_eq!(process.status, StatusCode::OK, "{}", process.text);
    tick(app);
    (process.json, ana)
}

/// Lets a millisecond go by: ids of one are in no order.
fn tick(app: &TestApp) {
    app.clock.advance(Duration::from_millis(1));
}

async fn instance(acme: &Tenant, process: &Value) -> Value {
    let answer = acme.connect.get(&instance_path(process, "")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

/// The ids that a search finds, in its order.
async fn found(acme: &Tenant, query: &str) -> Vec<String> {
    let answer = acme.connect.get(&format!("{INSTANCES}/search?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query} {}", answer.text);
    list(&answer.json, "content")
        .iter()
        .map(|one| text(one, "id").to_owned())
        .collect()
}

async fn reviewed_flow(acme: &Tenant) -> Value {
    let document = json!({"name": "document_verification", "config": {"retries": 0}});
    let decider = json!({"decision_on_any_failure": "REVIEW"});
    flow(
        acme,
        &json!({"name": "kyc", "decider": decider, "identity_verifications": [document]}),
    )
    .await
}

/// A process that waits for a person.
async fn waiting(app: &TestApp, acme: &Tenant, kyc: &Value) -> Value {
    let ana = person(app, acme, kyc, &[("account_id", "scenario.blurry_image")]).await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    show(app, &ana, &process).await
}

#[tokio::test]
async fn a_bearer_is_the_key_for_an_hour() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let reader = key(&app, &acme, "reader", &[Permission::IdentityRead]).await;
    let nobody = app.connect(None);
    let issue = async |name: &str, key: &str| {
        let headers = [(name, key), ("content-type", "application/json")];
        nobody
            .send(Method::POST, "/api/arthr/apiKeys/issue", &headers, "{}")
            .await
    };
    let read = async |bearer: &str| {
        let headers = [("authorization", bearer)];
        nobody.send(Method::GET, INSTANCES, &headers, "").await
    };
    let issued = issue("x-api-key", &reader).await;
    assert_eq!(issued.status, StatusCode::OK, "{}", issued.text);
    assert_eq!(members(&issued.json), ["token", "ttl"]);
    assert_eq!(issued.json["ttl"], 3600);
    let bearer = format!("Bearer {}", text(&issued.json, "token"));
    assert_eq!(read(&bearer).await.status, StatusCode::OK);
    // It may do what the key may, and no more.
    let write = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let refused = nobody.send(Method::POST, TOKENS, &write, "{}").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // One that it issues does not outlive it.
    app.clock.advance(Duration::from_secs(3000));
    let another = issue("authorization", &bearer).await;
    assert_eq!(another.json["ttl"], 600, "{}", another.text);
    app.clock.advance(Duration::from_secs(601));
    let another = format!("Bearer {}", text(&another.json, "token"));
    for over in [&bearer, &another] {
        assert_refused(&read(over).await, 403, "The API key has expired");
    }
    assert_refused(&issue("x-api-key", "nonsense").await, 401, "Unauthorized");
    // A person's key issues nothing.
    let kyc = document_flow(&acme).await;
    let ana = person(&app, &acme, &kyc, &[]).await;
    let answer = post_json(&ana, "/api/arthr/apiKeys/issue", &json!({})).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
}

#[tokio::test]
async fn a_token_is_as_it_was_asked_for() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    document_flow(&acme).await;
    let made = token(
        &acme,
        json!({"description": "for the web", "type": "MULTI_USE_COUNT_LIMITED", "maxCount": 5, "processDefnVersion": 1,
               "notBeforeDtm": "2026-01-01T00:00:00Z", "notAfterDtm": "2026-12-31T23:59:59-05:00",
               "maxProcessDuration": "PT48H", "parameters": {"firstName": "Ana", "referenceID": 7}}),
    )
    .await;
    let told = json!({
        "counter": 0, "createdBy": "API Key: key-1-1", "createdDtm": "2026-01-02T03:04:05.123Z",
        "description": "for the web", "forTest": true, "id": made["id"], "lastUpdatedBy": "API Key: key-1-1",
        "lastUpdatedDtm": "2026-01-02T03:04:05.123Z", "maxCount": 5, "maxProcessDuration": "PT48H", "name": "a token",
        "notAfterDtm": "2027-01-01T04:59:59.000Z", "notBeforeDtm": "2026-01-01T00:00:00.000Z",
        "parameters": {"firstName": "Ana", "referenceID": "7"}, "processDefnName": "kyc", "processDefnVersion": 1,
        "startProcessAddress": format!("http://127.0.0.1:4003{INSTANCES}?pt={}", text(&made, "id")),
        "status": "ACTIVE", "tenantId": Base32Id(acme.client.id.0), "type": "MULTI_USE_COUNT_LIMITED",
        "uiUrl": "https://kyc.example.com/go?lang=es#top",
    });
    assert_eq!(made, told);
    let again = post_json(&acme.connect, TOKENS, &token_input(json!({}))).await;
    assert_refused(&again, 409, "a process token of this name exists already");
    for (more, wrong) in [
        (
            json!({"name": null, "processDefnName": "", "status": "ON"}),
            &["name", "processDefnName", "status"][..],
        ),
        (
            json!({"name": "b", "processDefnName": "nothing"}),
            &["processDefnName"],
        ),
        (
            json!({"name": "b", "processDefnVersion": 9}),
            &["processDefnVersion"],
        ),
        (
            json!({"name": "b", "uiUrl": "ftp://x", "maxProcessDuration": "2 days"}),
            &["maxProcessDuration", "uiUrl"],
        ),
        (
            json!({"name": "b", "type": "MULTI_USE_TIME_LIMITED", "maxCount": 0}),
            &["maxCount", "notAfterDtm"],
        ),
        (
            json!({"name": "b", "parameters": {"email": "x"}}),
            &["parameters.email"],
        ),
    ] {
        assert_wrong(&post_json(&acme.connect, TOKENS, &token_input(more)).await, wrong);
    }
    let reader = app.connect(Some(
        key(&app, &acme, "reader", &[Permission::IdentityRead]).await,
    ));
    let refused = post_json(&reader, TOKENS, &token_input(json!({"name": "c"}))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_goes_through_the_instance_that_a_token_begins() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = flow_of(
        &acme,
        &json!([{"name": "email_verification"}, {"name": "document_verification"}]),
    )
    .await;
    let parameters =
        json!({"firstName": "Ana", "email": "ana@example.com", "referenceID": "order 7", "plan": "gold"});
    let made = token(
        &acme,
        json!({"parameters": parameters, "maxProcessDuration": "P2D"}),
    )
    .await;
    let (process, ana) = begun(&app, &acme, &made).await;
    let path = format!("{INSTANCES}/{}/withParameters", id(&process));
    let told = acme.connect.get(&path).await.json;
    assert_eq!(told["processTokenParameters"], parameters);
    assert_eq!(
        (&told["status"], &told["statusMapped"]),
        (&json!("PENDING"), &json!("Pending"))
    );
    assert_eq!(
        (&told["firstName"], &told["lastName"]),
        (&json!("Ana"), &json!("Not available"))
    );
    assert_eq!(
        (&told["email"], &told["phoneNumber"]),
        (&json!("ana@example.com"), &json!("Not available"))
    );
    assert_eq!(
        (&told["referenceID"], &told["processTokenId"]),
        (&json!("order 7"), &made["id"])
    );
    assert_eq!(
        (&told["createdAt"], &told["expiresAt"]),
        (
            &json!("2026-01-02T03:04:05.123Z"),
            &json!("2026-01-04T03:04:05.123Z")
        )
    );
    let flow: FlowId = text(&kyc, "flow_id").parse().unwrap();
    assert_eq!(
        (&told["processDefnId"], &told["processDefnName"]),
        (&json!(Base32Id(flow.0)), &json!("kyc"))
    );
    // The address is the token's, which nobody changes.
    let process = submit(&ana, &process, &[("client_authorization", "true")]).await;
    let process = submit(&ana, &process, &[]).await;
    let code = acme.outbox("?channel=email").await.remove(0);
    assert_eq!(code["to"], "ana@example.com");
    let process = submit(&ana, &process, &[("code", text(&code, "code"))]).await;
    assert_eq!(instance(&acme, &process).await["status"], "ACTIVE");
    let process = show(&app, &ana, &submit(&ana, &process, DOCUMENT).await).await;
    assert_eq!(process["status"], "success", "{process:#}");
    let told = instance(&acme, &process).await;
    assert_eq!(
        (&told["status"], &told["statusMapped"]),
        (&json!("COMPLETED_ENDED_SUCCESS"), &json!("Accepted"))
    );
    assert_eq!(
        told["firstName"], "Ana",
        "what the token says, no document replaces"
    );
    assert_ne!(
        told["lastName"], "Not available",
        "what it does not say, a document does"
    );
    // The person's key is for the one instance.
    let other = begun(&app, &acme, &made).await.0;
    assert_eq!(
        ana.get(&format!("/v1/processes/{}", text(&other, "process_id")))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        ana.get(&instance_path(&process, "")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_token_sends_people_to_its_page_within_its_limits() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    document_flow(&acme).await;
    let made = token(&acme, json!({"maxCount": 3})).await;
    let answer = create(&acme.connect, &made).await;
    assert_eq!(
        members(&answer.json),
        ["processInstanceId", "redirectUrl", "themeUrl"]
    );
    let start = format!(
        "http%3A%2F%2F127.0.0.1%3A4003%2Fapi%2Fprocess-server%2FstartProcess%3Fpi%3D{}",
        text(&answer.json, "processInstanceId")
    );
    let expected = format!("https://kyc.example.com/go?lang=es&ps={start}&token=");
    assert!(
        text(&answer.json, "redirectUrl").starts_with(&expected),
        "{}",
        answer.text
    );
    assert!(text(&answer.json, "redirectUrl").ends_with("#top"));
    // The same key answers the same instance, and another token under it is another request.
    let path = format!("{INSTANCES}?pt={}", text(&made, "id"));
    let once = [("idempotency-key", "once")];
    let started = acme.connect.send(Method::POST, &path, &once, "").await;
    assert_eq!(
        (started.status.as_u16(), started.bytes.len()),
        (307, 0),
        "{}",
        started.text
    );
    assert!(header(&started, "location").starts_with("https://kyc.example.com/go?lang=es&ps="));
    let again = acme.connect.send(Method::POST, &path, &once, "").await;
    assert_eq!(header(&again, "location"), header(&started, "location"));
    let plain = token(&acme, json!({"name": "plain", "uiUrl": null})).await;
    let other = format!("{INSTANCES}?pt={}", text(&plain, "id"));
    assert_eq!(
        acme.connect.send(Method::POST, &other, &once, "").await.status,
        StatusCode::CONFLICT
    );
    // Two at once are the third one and one too many.
    let (one, two) = tokio::join!(create(&acme.connect, &made), create(&acme.connect, &made));
    let refused = if one.status == StatusCode::CREATED {
        two
    } else {
        one
    };
    let message = "the process token was used as often as it may be: 3 times (maxCount)";
    assert_refused(&refused, 403, message);
    for (name, more, message) in [
        (
            "off",
            json!({"status": "INACTIVE"}),
            "the process token is INACTIVE",
        ),
        (
            "early",
            json!({"notBeforeDtm": "2026-01-02T03:04:06Z"}),
            "the process token may not be used before 2026-01-02T03:04:06.000Z (notBeforeDtm)",
        ),
        (
            "late",
            json!({"notAfterDtm": "2026-01-02T03:04:05Z"}),
            "the process token could be used until 2026-01-02T03:04:05.000Z (notAfterDtm)",
        ),
    ] {
        let mut more = more;
        more["name"] = json!(name);
        assert_refused(
            &create(&acme.connect, &token(&acme, more).await).await,
            403,
            message,
        );
    }
    let bare = create(&acme.connect, &plain).await;
    assert!(
        text(&bare.json, "redirectUrl")
            .starts_with("http://127.0.0.1:4003/api/process-server/startProcess?pi=")
    );
    let missing = post_json(&acme.connect, &format!("{INSTANCES}/create"), &json!({})).await;
    assert_wrong(&missing, &["pt"]);
    for pt in ["nonsense", "AAAAAAAAAAAAAAAAAAAAAAAAAE"] {
        let answer = post_json(&acme.connect, &format!("{INSTANCES}/create?pt={pt}"), &json!({})).await;
        assert_refused(&answer, 404, "The process token was not found");
    }
    let stranger = Tenant::sandbox(&app, "other").await;
    assert_refused(
        &create(&stranger.connect, &plain).await,
        404,
        "The process token was not found",
    );
}

#[tokio::test]
async fn every_status_is_shown_and_searched() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let reviewed = reviewed_flow(&acme).await;
    let kyc = document_flow(&acme).await;
    let pending = begin(&person(&app, &acme, &kyc, &[]).await).await;
    let active = authorise(&person(&app, &acme, &kyc, &[]).await).await;
    let paused = authorise(&person(&app, &acme, &kyc, &[]).await).await;
    tick(&app);
    let answer = acme.connect.post(&instance_path(&paused, "/pause"), &[]).await;
    assert_eq!(answer.json["status"], "PAUSED", "{}", answer.text);
    let review = waiting(&app, &acme, &reviewed).await;
    let accepted = finished(&app, &acme, &kyc, "user_1").await;
    tick(&app);
    let declined = finished(&app, &acme, &kyc, "scenario.underage").await;
    let ana = person(&app, &acme, &kyc, &[]).await;
    let abandoned = authorise(&ana).await;
    let path = format!("/v1/processes/{}/status", text(&abandoned, "process_id"));
    ana.post(&path, &[("failure_status", "canceled")]).await;
    let failed = finished(&app, &acme, &kyc, "scenario.system_error").await;
    for (process, status, word) in [
        (&pending, "PENDING", "Pending"),
        (&active, "ACTIVE", "In Progress"),
        (&paused, "PAUSED", "Paused"),
        (&review, "REVIEW", "Review"),
        (&accepted, "COMPLETED_ENDED_SUCCESS", "Accepted"),
        (&declined, "COMPLETED_ENDED_ERROR", "Declined"),
        (&abandoned, "COMPLETED_TERMINATED", "Abandoned"),
        (&failed, "COMPLETED_PROCESS_ERROR", "Error"),
    ] {
        let told = instance(&acme, process).await;
        assert_eq!(
            (text(&told, "status"), text(&told, "statusMapped")),
            (status, word)
        );
        assert_eq!(
            found(&acme, &format!("processInstanceStatus={status}")).await,
            [id(process)],
            "{status}"
        );
    }
    assert_eq!(
        found(&acme, "processInstanceStatus=PAUSED,REVIEW&sort=createdAt,asc").await,
        [id(&paused), id(&review)]
    );
    // What was overridden shows the side that it counts as.
    acme.account
        .post("/v1/terms/override", &[("accept_terms", "true")])
        .await;
    let path = format!("/v1/processes/{}/override-status", text(&declined, "process_id"));
    let form = [("reason", "regular_client"), ("accept_terms", "true")];
    let answer = acme.connect.post(&path, &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(
        instance(&acme, &declined).await["status"],
        "COMPLETED_ENDED_SUCCESS"
    );
    assert_eq!(
        found(&acme, "processInstanceStatus=COMPLETED_ENDED_SUCCESS").await,
        [id(&declined), id(&accepted)]
    );
}

#[tokio::test]
async fn what_the_credas_face_refers_is_in_review_until_somebody_says() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let process = finished(&app, &acme, &kyc, "user_1").await;
    let process_id: ProcessId = text(&process, "process_id").parse().unwrap();
    let account: Uuid = sqlx::query_scalar("select account_id from processes where id = $1")
        .bind(process_id.0)
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    let told = result(&acme.connect, &process).await;
    let document: ValidationId = text(&list(&told, "validations")[0], "validation_id")
        .parse()
        .unwrap();
    let path = |verb: &str| {
        let entry = process_id.0;
        format!(
            "/api/v2/ci/entities/{account}/idv-entries/{entry}/id-document/{}/{verb}",
            document.0
        )
    };
    for (verb, status, searched) in [
        ("refer", "REVIEW", vec![id(&process)]),
        ("verify", "COMPLETED_ENDED_SUCCESS", vec![]),
        ("reject", "COMPLETED_ENDED_ERROR", vec![]),
        ("refer", "REVIEW", vec![id(&process)]),
    ] {
        let answer = put_json(&acme.connect, &path(verb), &json!({"reason": "we looked at it"})).await;
        assert_eq!(answer.status, StatusCode::OK, "{verb} {}", answer.text);
        assert_eq!(instance(&acme, &process).await["status"], status, "{verb}");
        assert_eq!(
            found(&acme, "processInstanceStatus=REVIEW").await,
            searched,
            "{verb}"
        );
        let rest = found(
            &acme,
            "processInstanceStatus=COMPLETED_ENDED_SUCCESS,COMPLETED_ENDED_ERROR",
        )
        .await;
        assert_eq!(rest.is_empty(), status == "REVIEW", "{verb}");
    }
    let review = json!({"review": {"status": "Approve", "comment": "fine"}});
    let answer = put_json(&acme.connect, &instance_path(&process, ""), &review).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
}

#[tokio::test]
async fn texts_are_found_without_case_and_accents_or_as_strictly_as_the_vendor_does() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let first = token(
        &acme,
        json!({"name": "one", "parameters": {"firstName": "José", "lastName": "Núñez", "referenceID": "RNZ-7",
               "email": "jose@example.com", "phoneNumber": "+573001234567"}}),
    )
    .await;
    let second = token(
        &acme,
        json!({"name": "two", "parameters": {"firstName": "Ana", "lastName": "Pérez"}}),
    )
    .await;
    let jose = begun(&app, &acme, &first).await.0;
    let ana = begun(&app, &acme, &second).await.0;
    let flow: FlowId = text(&kyc, "flow_id").parse().unwrap();
    let in_flow = format!("processDefinitionId={}", Base32Id(flow.0));
    let (jose, ana) = (id(&jose), id(&ana));
    for (query, expected) in [
        ("", vec![&ana, &jose]),
        ("sort=createdAt,asc", vec![&jose, &ana]),
        ("searchString=nunez", vec![&jose]),
        ("searchString=JOS%C3%89+NU%C3%91EZ", vec![&jose]),
        ("searchString=rnz-7", vec![&jose]),
        ("searchString=jose%40example", vec![&jose]),
        ("searchString=3001234", vec![&jose]),
        ("searchString=e", vec![&ana, &jose]),
        ("searchString=nobody", vec![]),
        (&format!("searchString={jose}"), vec![&jose]),
        ("searchString=nunez&compat=strict", vec![]),
        ("searchString=Nu&compat=strict", vec![]),
        ("searchString=N%C3%BA%C3%B1ez&compat=strict", vec![&jose]),
        ("searchString=RNZ-7&compat=strict", vec![&jose]),
        ("searchString=rnz-7&compat=strict", vec![]),
        ("searchString=jose%40example&compat=strict", vec![]),
        (&format!("searchString={jose}&compat=strict"), vec![&jose]),
        ("processDefinitionName=kyc", vec![&ana, &jose]),
        ("processDefinitionName=KYC", vec![]),
        (&in_flow, vec![&ana, &jose]),
        ("processDefinitionId=AAAAAAAAAAAAAAAAAAAAAAAAAE", vec![]),
        (
            "startDateTime=2026-01-02T03:04:05Z&endDateTime=2026-01-02T03:04:06Z",
            vec![&ana, &jose],
        ),
        ("startDateTime=2026-01-02T03:04:06Z", vec![]),
        ("endDateTime=2026-01-01T00:00:00Z", vec![]),
    ] {
        let expected: Vec<String> = expected.into_iter().cloned().collect();
        assert_eq!(found(&acme, query).await, expected, "{query}");
    }
    for (query, wrong) in [
        (
            "startDateTime=today&endDateTime=x",
            &["endDateTime", "startDateTime"][..],
        ),
        (
            "startDateTime=2026-01-02T00:00:00Z&endDateTime=2026-01-01T00:00:00Z",
            &["endDateTime"],
        ),
        (
            "processInstanceStatus=DONE&processDefinitionId=kyc",
            &["processDefinitionId", "processInstanceStatus"],
        ),
        ("page=-1&size=1001&sort=name", &["page", "size", "sort"]),
    ] {
        assert_wrong(
            &acme.connect.get(&format!("{INSTANCES}/search?{query}")).await,
            wrong,
        );
    }
    let stranger = Tenant::sandbox(&app, "other").await;
    assert_eq!(found(&stranger, "").await, Vec::<String>::new());
    assert_eq!(
        found(&stranger, &format!("searchString={jose}")).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn pages_come_in_the_vendor_s_envelope() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, id(&begin(&person(&app, &acme, &kyc, &[]).await).await));
        tick(&app);
    }
    let page = async |query: &str| acme.connect.get(&format!("{INSTANCES}?{query}")).await.json;
    let first = page("").await;
    assert_eq!(
        (&first["size"], &first["totalElements"], &first["totalPages"]),
        (&json!(100), &json!(5), &json!(1))
    );
    let mut second = page("page=1&size=2").await;
    let content = second["content"].take();
    let ids: Vec<&str> = content
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(one, "id"))
        .collect();
    assert_eq!(ids, made[2..4]);
    let sort = json!([{"ascending": false, "direction": "DESC", "ignoreCase": false, "nullHandling": "NATIVE",
                       "property": "createdAt"}]);
    assert_eq!(
        second,
        json!({"content": null, "empty": false, "first": false, "last": false, "number": 1, "numberOfElements": 2,
               "pageable": {"offset": 2, "pageNumber": 1, "pageSize": 2, "paged": true, "sort": sort, "unpaged": false},
               "size": 2, "sort": sort, "totalElements": 5, "totalPages": 3})
    );
    let last = page("page=2&size=2").await;
    assert_eq!(
        (&last["last"], &last["numberOfElements"]),
        (&json!(true), &json!(1))
    );
    let beyond = page("page=9&size=2").await;
    assert_eq!(
        (&beyond["empty"], &beyond["last"], &beyond["totalElements"]),
        (&json!(true), &json!(true), &json!(5))
    );
}

#[tokio::test]
async fn an_instance_is_looked_into() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let blocks = json!([{"name": "document_verification_with_face_recognition"}]);
    let kyc = flow_of(&acme, &blocks).await;
    let ana = person(&app, &acme, &kyc, &[]).await;
    let process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    let process = show(&app, &ana, &process).await;
    let process = show(&app, &ana, &process).await;
    let checks = acme.connect.get(&instance_path(&process, "/checks")).await.json;
    assert_eq!(checks["_checks"]["overallOutcome"], "PASS", "{checks:#}");
    assert_eq!(checks["_checks"]["doc1"]["blackAndWhiteCopy"]["outcome"], "PASS");
    assert_eq!(checks["_checks"]["face1"]["match"]["valid"], true);
    let told = acme.connect.get(&instance_path(&process, "/timeline")).await.json;
    let timeline = list(&told, "timeline");
    let kinds: Vec<(&str, &str)> = timeline
        .iter()
        .map(|one| (text(one, "type"), text(one, "outcome")))
        .collect();
    assert_eq!(
        kinds,
        [
            ("start", "PASS"),
            ("enter_authorization", "PASS"),
            ("enter_document_type", "PASS"),
            ("take_document_photo", "PASS"),
            ("record_face_photo", "PASS"),
            ("end", "PASS")
        ]
    );
    let block = "document_verification_with_face_recognition";
    assert_eq!(
        (&timeline[2]["activity"], &timeline[2]["actor"]),
        (&json!(block), &json!("User"))
    );
    let flow: FlowId = text(&kyc, "flow_id").parse().unwrap();
    let userdata = async |caller: &Caller, definition: Uuid| {
        let of = format!("/api/userdata-server/processDefinitions/{}", Base32Id(definition));
        let path = format!("{of}/processInstances/{}/userdata?optimized=true", id(&process));
        caller.get(&path).await
    };
    let data = userdata(&acme.connect, flow.0).await.json;
    let document = &data["documents"]["doc1"];
    assert_eq!(
        (&document["country"], &document["documentType"]),
        (&json!("CO"), &json!("national-id"))
    );
    let number = list(document, "biographicData")
        .iter()
        .find(|field| field["fieldName"] == "documentNumber");
    let told = result(&acme.connect, &process).await;
    assert_eq!(
        number.unwrap()["values"]["visualZoneValue"],
        told["document_number"]
    );
    assert_eq!(data["faces"]["face1"]["match"], true);
    assert_eq!(
        userdata(&acme.connect, Uuid::nil()).await.status,
        StatusCode::NOT_FOUND
    );
    let stranger = Tenant::sandbox(&app, "other").await;
    assert_eq!(
        userdata(&stranger.connect, flow.0).await.status,
        StatusCode::NOT_FOUND
    );
    for under in ["", "/withParameters", "/checks", "/timeline"] {
        let path = instance_path(&process, under);
        assert_eq!(
            stranger.connect.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{under}"
        );
        let path = format!("{INSTANCES}/nonsense{under}");
        assert_eq!(
            acme.connect.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{under}"
        );
    }
}

#[tokio::test]
async fn a_reviewer_says_how_an_instance_ends() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = reviewed_flow(&acme).await;
    for (body, status, ended) in [
        (
            json!({"review": {"status": "COMPLETED_ENDED_SUCCESS", "comment": "fine"}}),
            "COMPLETED_ENDED_SUCCESS",
            "success",
        ),
        (
            json!({"review": {"status": "Reject", "comment": "no"}}),
            "COMPLETED_ENDED_ERROR",
            "failure",
        ),
        (json!({"status": "Approve"}), "COMPLETED_ENDED_SUCCESS", "success"),
    ] {
        let process = waiting(&app, &acme, &kyc).await;
        let path = instance_path(&process, "");
        assert!(instance(&acme, &process).await["review"].is_null());
        for wrong in [
            json!({}),
            json!({"status": "DONE"}),
            json!({"status": "Approve", "comment": "x".repeat(1001)}),
        ] {
            let answer = put_json(&acme.connect, &path, &wrong).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong} {}", answer.text);
        }
        let answer = put_json(&acme.connect, &path, &body).await;
        assert_eq!(answer.json["status"], status, "{}", answer.text);
        let review = &answer.json["review"];
        let comment = body["review"]["comment"].as_str().unwrap_or_default();
        assert_eq!(
            (&review["status"], &review["comment"]),
            (&json!(status), &json!(comment))
        );
        assert!(text(review, "reviewedBy").ends_with("key-1-1"));
        assert_eq!(now(&acme.connect, &process).await["status"], ended);
        assert_refused(
            &put_json(&acme.connect, &path, &body).await,
            410,
            "the process has ended",
        );
    }
    let open = authorise(&person(&app, &acme, &kyc, &[]).await).await;
    let answer = put_json(
        &acme.connect,
        &instance_path(&open, ""),
        &json!({"status": "Approve"}),
    )
    .await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    let stranger = Tenant::sandbox(&app, "other").await;
    let answer = put_json(
        &stranger.connect,
        &instance_path(&open, ""),
        &json!({"status": "Approve"}),
    )
    .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_instance_waits_and_goes_on() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let ana = person(&app, &acme, &kyc, &[]).await;
    let process = authorise(&ana).await;
    let post = async |under: &str| acme.connect.post(&instance_path(&process, under), &[]).await;
    assert_eq!(
        post("/resume").await.status,
        StatusCode::CONFLICT,
        "it does not wait"
    );
    assert_eq!(post("/pause").await.json["status"], "PAUSED");
    assert_refused(&post("/pause").await, 409, "the process is paused");
    acme.advance(&app, "1d").await;
    let answer = post("/resume").await;
    assert_eq!(
        answer.json["status"], "ACTIVE",
        "its time stood still: {}",
        answer.text
    );
    // The same by PUT, as the guide's own client would.
    for (status, shown) in [("PAUSED", "PAUSED"), ("ACTIVE", "ACTIVE")] {
        let answer = put_json(
            &acme.connect,
            &instance_path(&process, ""),
            &json!({"status": status}),
        )
        .await;
        assert_eq!(answer.json["status"], shown, "{}", answer.text);
    }
    let process = submit(&acme.connect, &process, DOCUMENT).await;
    let done = show(&app, &acme.connect, &process).await;
    assert_eq!(done["status"], "success", "{done:#}");
    assert_refused(&post("/pause").await, 410, "the process has ended");
}

#[tokio::test]
async fn the_check_that_a_deleted_process_made_goes_with_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let blocks = json!([{"name": "document_verification"}, {"name": "background_check"}]);
    let kyc = flow_of(&acme, &blocks).await;
    for watched in [false, true] {
        let process = finished(&app, &acme, &kyc, "user_1").await;
        let told = result(&acme.connect, &process).await;
        let check_id = text(&told, "check_id");
        let check = format!("/v1/checks/{check_id}");
        assert_eq!(acme.checks.get(&check).await.status, StatusCode::OK);
        if watched {
            let continuous = [("check_id", check_id), ("frequency", "1d")];
            let answer = acme.checks.post("/v1/continuous-checks", &continuous).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        }
        let answer = acme.connect.delete(&instance_path(&process, "")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        // One that is watched since is the client's own.
        let left = if watched {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(acme.checks.get(&check).await.status, left);
    }
}

#[tokio::test]
async fn a_deleted_instance_leaves_ids_alone() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let kept = finished(&app, &acme, &kyc, "user_2").await;
    let process = finished(&app, &acme, &kyc, "user_1").await;
    let told = result(&acme.connect, &process).await;
    let validation = text(&list(&told, "validations")[0], "validation_id").to_owned();
    let stranger = Tenant::sandbox(&app, "other").await;
    assert_eq!(
        stranger.connect.delete(&instance_path(&process, "")).await.status,
        StatusCode::NOT_FOUND
    );
    let reader = app.connect(Some(
        key(&app, &acme, "reader", &[Permission::IdentityRead]).await,
    ));
    assert_eq!(
        reader.delete(&instance_path(&process, "")).await.status,
        StatusCode::FORBIDDEN
    );
    let answer = acme.connect.delete(&instance_path(&process, "")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    app.work().await;
    for path in [
        instance_path(&process, ""),
        instance_path(&process, "/timeline"),
        format!("/v1/processes/{}", text(&process, "process_id")),
    ] {
        assert_eq!(
            acme.connect.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let path = format!("/v1/validations/{validation}");
    assert_eq!(acme.validations.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        acme.connect.delete(&instance_path(&process, "")).await.status,
        StatusCode::NOT_FOUND
    );
    let own: ProcessId = text(&process, "process_id").parse().unwrap();
    let its: ValidationId = validation.parse().unwrap();
    for query in [
        "select count(*) from process_steps where process_id = any($1)",
        "select count(*) from decisions where process_id = any($1)",
        "select count(*) from files where resource_id = any($1)",
    ] {
        let rows: i64 = sqlx::query_scalar(query)
            .bind(vec![own.0, its.0])
            .fetch_one(&app.database.pool)
            .await
            .unwrap();
        assert_eq!(rows, 0, "{query}");
    }
    let events = acme.events("").await;
    for event in events
        .iter()
        .filter(|event| event["resource_id"] == process["process_id"])
    {
        assert_eq!(
            event["object"],
            json!({"process_id": process["process_id"], "erased": true})
        );
    }
    let of_validation = |event: &&Value| event["object"]["validation_id"] == json!(validation);
    assert!(
        events
            .iter()
            .filter(of_validation)
            .all(|event| event["object"]["erased"] == true)
    );
    assert!(events.iter().filter(of_validation).count() > 0);
    // The other one is whole.
    assert_eq!(instance(&acme, &kept).await["status"], "COMPLETED_ENDED_SUCCESS");
    let audit = acme.account.get("/v1/audit").await.json;
    let actions: Vec<&str> = list(&audit, "entries")
        .iter()
        .map(|entry| text(entry, "action"))
        .collect();
    assert!(actions.contains(&"process.deleted"), "{actions:?}");
}
