//! Validations by code: sent to an address or phone, entered once.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::http::StatusCode;
use cotejo_providers::phone::{PhoneError, PhoneGateway, PhoneMessage};
use cotejo_testkit::{Answer, TestApp, TestAppBuilder};
use serde_json::Value;

use super::{enroll, now, outcome, path, put_form, read, validation};
use crate::{
    account::tenant::{Tenant, work_due},
    support::{Form, assert_refused, assert_wrong, text, with},
};

const EMAIL: &[(&str, &str)] = &[
    ("type", "email-verification"),
    ("account_id", "user_1"),
    ("user_authorized", "true"),
];

const PHONE: &[(&str, &str)] = &[
    ("type", "phone-verification"),
    ("account_id", "user_1"),
    ("user_authorized", "true"),
    ("phone_type", "home"),
    ("phone_locale", "es"),
    ("verify_channel", "sms"),
];

async fn enroll_email(acme: &Tenant, account: &str) -> Value {
    enroll(
        acme,
        &with(EMAIL, &[("account_id", account), ("email", "ana@example.com")]),
    )
    .await
}

async fn enroll_phone(acme: &Tenant, account: &str) -> Value {
    let form = [
        ("type", "phone-verification"),
        ("user_authorized", "true"),
        ("account_id", account),
        ("phone_type", "home"),
        ("phone_number", "+573001234567"),
    ];
    enroll(acme, &form).await
}

/// The newest message of a sandbox client's outbox.
async fn message(acme: &Tenant) -> Value {
    acme.outbox("").await.remove(0)
}

async fn perform(acme: &Tenant, validation: &Value, code: &str) -> Answer {
    let form = [("type", text(validation, "type")), ("token", code)];
    acme.validations.post(&path(validation), &form).await
}

/// A code that is not the right one.
fn other(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..5])
}

#[tokio::test]
async fn the_right_code_validates_an_address_and_enrolls_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let enrollment = enroll_email(&acme, "user_1").await;
    assert_eq!(enrollment["status"], "pending");
    assert!(enrollment["file_upload_link"].is_null() && enrollment["reason"].is_null());
    let made = validation(&acme, &with(EMAIL, &[("language", "en")])).await;
    assert!(made["instructions"].is_null());
    assert_eq!(made["remaining_retries"], 2);
    let sent = message(&acme).await;
    assert_eq!(
        (&sent["channel"], &sent["to"]),
        (&"email".into(), &"ana@example.com".into())
    );
    assert!(text(&sent, "subject").contains("acme") && text(&sent, "body").contains("Enter this code"));
    let code = text(&sent, "code");
    let answer = perform(&acme, &made, code).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(outcome(&answer.json), ("success", "", ""));
    let enrolled = format!("/v1/enrollments/{}", text(&enrollment, "enrollment_id"));
    assert_eq!(read(&acme.validations, &enrolled).await["status"], "success");
    assert_eq!(
        read(&acme.validations, "/v1/accounts/user_1").await["email"],
        "ana@example.com"
    );
    let again = perform(&acme, &made, code).await;
    assert_refused(&again, 409, "the validation has ended");
    work_due(&app).await;
    let events = acme
        .events(&format!("?resource_id={}", text(&made, "validation_id")))
        .await;
    assert_eq!(events.len(), 2);
    assert!(!events.iter().any(|event| event.to_string().contains(code)));
}

#[tokio::test]
async fn wrong_codes_cost_retries_until_none_is_left() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    let made = validation(&acme, PHONE).await;
    let sent = message(&acme).await;
    assert_eq!(
        (&sent["channel"], &sent["to"]),
        (&"sms".into(), &"+573001234567".into())
    );
    let code = text(&sent, "code").to_owned();
    for (guess, left) in [(other(&code), 1), ("12345".to_owned(), 0)] {
        let answer = perform(&acme, &made, &guess).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            (outcome(&answer.json).0, &answer.json["remaining_retries"]),
            ("pending", &left.into())
        );
    }
    let last = perform(&acme, &made, &other(&code)).await;
    assert_eq!(last.status, StatusCode::OK);
    assert_eq!(
        outcome(&last.json),
        ("failure", "declined", "max_retries_reached")
    );
    assert_refused(
        &perform(&acme, &made, &code).await,
        409,
        "the validation has ended",
    );
}

#[tokio::test]
async fn of_two_confirmations_at_once_one_counts() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    let made = validation(&acme, PHONE).await;
    let code = text(&message(&acme).await, "code").to_owned();
    let (a, b, c) = tokio::join!(
        perform(&acme, &made, &code),
        perform(&acme, &made, &code),
        perform(&acme, &made, &code)
    );
    let mut statuses = [a.status, b.status, c.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    work_due(&app).await;
    let events = acme
        .events(&format!("?resource_id={}", text(&made, "validation_id")))
        .await;
    assert_eq!(
        events
            .iter()
            .filter(|event| event["event_action"] == "succeeded")
            .count(),
        1
    );
}

#[tokio::test]
async fn guesses_at_once_are_all_counted() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    let made = validation(&acme, PHONE).await;
    let wrong = other(text(&message(&acme).await, "code"));
    let guess = || perform(&acme, &made, &wrong);
    let answers = [tokio::join!(guess(), guess(), guess(), guess())];
    let [(a, b, c, d)] = answers;
    let refused = [a, b, c, d]
        .iter()
        .filter(|answer| answer.status == StatusCode::CONFLICT)
        .count();
    assert_eq!(refused, 1);
    assert_eq!(
        outcome(&now(&acme, &made).await),
        ("failure", "declined", "max_retries_reached")
    );
}

#[tokio::test]
async fn a_code_that_nobody_enters_expires() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    let made = validation(&acme, &with(PHONE, &[("timeout", "60")])).await;
    let code = text(&message(&acme).await, "code").to_owned();
    acme.advance(&app, "61s").await;
    assert_eq!(
        outcome(&now(&acme, &made).await),
        ("failure", "expired", "validation_not_performed")
    );
    assert_refused(
        &perform(&acme, &made, &code).await,
        409,
        "the validation has ended",
    );
}

#[tokio::test]
async fn every_channel_reaches_the_outbox_in_its_language() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let config = [("validator", "phone-verification"), ("custom_name", "Banco Uno")];
    assert_eq!(
        put_form(&acme.validations, "/v1/config", &config).await.status,
        StatusCode::OK
    );
    enroll_phone(&acme, "user_1").await;
    for (channel, locale, words) in [
        ("sms", "es", "Banco Uno: su código"),
        ("call", "en", "Banco Uno: your verification code"),
        ("whatsapp", "pt-BR", "Banco Uno: seu código"),
    ] {
        validation(
            &acme,
            &with(PHONE, &[("verify_channel", channel), ("phone_locale", locale)]),
        )
        .await;
        let sent = acme.outbox(&format!("?channel={channel}")).await.remove(0);
        assert!(text(&sent, "body").starts_with(words), "{sent}");
    }
}

#[tokio::test]
async fn nobody_is_sent_codes_without_end() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    // The number under several accounts is still one number.
    for account in ["user_1", "user_2"] {
        enroll_phone(&acme, account).await;
        for _ in 0..5 {
            validation(&acme, &with(PHONE, &[("account_id", account)])).await;
        }
    }
    let answer = acme.validations.post("/v1/validations", PHONE).await;
    assert_refused(&answer, 429, "max rate limit reached");
    assert!(answer.headers.contains_key("retry-after"));
    acme.advance(&app, "61m").await;
    validation(&acme, PHONE).await;
}

#[tokio::test]
async fn guesses_are_bounded_over_all_validations() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let config = [("validator", "phone-verification"), ("allowed_retries", "4")];
    assert_eq!(
        put_form(&acme.validations, "/v1/config", &config).await.status,
        StatusCode::OK
    );
    enroll_phone(&acme, "user_1").await;
    for _ in 0..4 {
        let made = validation(&acme, PHONE).await;
        let wrong = other(text(&message(&acme).await, "code"));
        for _ in 0..5 {
            assert_eq!(perform(&acme, &made, &wrong).await.status, StatusCode::OK);
        }
    }
    assert_refused(
        &acme.validations.post("/v1/validations", PHONE).await,
        429,
        "max rate limit reached",
    );
}

#[tokio::test]
async fn guesses_are_bounded_over_validations_that_were_made_before() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let config = [("validator", "phone-verification"), ("allowed_retries", "4")];
    assert_eq!(
        put_form(&acme.validations, "/v1/config", &config).await.status,
        StatusCode::OK
    );
    enroll_phone(&acme, "user_1").await;
    let mut made = Vec::new();
    for _ in 0..6 {
        made.push(validation(&acme, PHONE).await);
    }
    let mut answers = Vec::new();
    for one in &made {
        for _ in 0..5 {
            // No code at all is a wrong one.
            answers.push(perform(&acme, one, "none").await.status);
        }
    }
    let taken = answers.iter().filter(|status| **status == StatusCode::OK);
    assert_eq!(taken.count(), 20);
    assert!(
        answers[20..]
            .iter()
            .all(|status| *status == StatusCode::TOO_MANY_REQUESTS)
    );
}

#[tokio::test]
async fn codes_that_are_asked_for_at_once_are_all_counted() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    let asked = (0..20).map(|_| acme.validations.post("/v1/validations", PHONE));
    let answers = futures_util::future::join_all(asked).await;
    let made = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(made.count(), 10);
    assert_eq!(acme.outbox("").await.len(), 10);
}

#[tokio::test]
async fn a_code_needs_an_enrollment_and_its_own_type() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    assert_wrong(
        &acme.validations.post("/v1/validations", EMAIL).await,
        &["account_id"],
    );
    assert_wrong(
        &acme.validations.post("/v1/validations", PHONE).await,
        &["phone_type"],
    );
    enroll_phone(&acme, "user_1").await;
    let office = with(PHONE, &[("phone_type", "office")]);
    assert_wrong(
        &acme.validations.post("/v1/validations", &office).await,
        &["phone_type"],
    );
    let made = validation(&acme, PHONE).await;
    let wrong = [("type", "email-verification"), ("token", "123456")];
    assert_wrong(&acme.validations.post(&path(&made), &wrong).await, &["type"]);
    assert_wrong(
        &acme.validations.post(&path(&made), &[]).await,
        &["type", "token"],
    );
    let own = format!("/v1/accounts/user_1{}", path(&made).strip_prefix("/v1").unwrap());
    let code = text(&message(&acme).await, "code").to_owned();
    let answer = acme
        .validations
        .post(&own, &[("type", "phone-verification"), ("token", &code)])
        .await;
    assert_eq!(outcome(&answer.json), ("success", "", ""));
}

#[tokio::test]
async fn scenarios_of_codes_end_without_one() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let account = "scenario.phone_number_out_of_coverage";
    enroll_phone(&acme, account).await;
    let made = validation(&acme, &with(PHONE, &[("account_id", account)])).await;
    app.work().await;
    assert_eq!(
        outcome(&now(&acme, &made).await),
        ("failure", "declined", "phone_number_out_of_coverage")
    );
    let account = "scenario.email_validation_not_started";
    enroll_email(&acme, account).await;
    let made = validation(&acme, &with(EMAIL, &[("account_id", account)])).await;
    assert_eq!(acme.outbox("").await.len(), 0);
    acme.advance(&app, "301s").await;
    assert_eq!(
        outcome(&now(&acme, &made).await),
        ("failure", "expired", "email_validation_not_started")
    );
}

#[tokio::test]
async fn codes_are_kept_as_hashes_of_their_validation() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    validation(&acme, PHONE).await;
    let hashes: Vec<Vec<u8>> = sqlx::query_scalar("select code_hash from validations")
        .fetch_all(&app.database.pool)
        .await
        .unwrap();
    assert!(hashes.iter().all(|hash| hash.len() == 32));
}

/// A gateway that remembers what it was handed, and says what it is told to.
struct Gateway {
    handed: Mutex<Vec<PhoneMessage>>,
    answer: Result<(), PhoneError>,
}

#[async_trait]
impl PhoneGateway for Gateway {
    async fn send(&self, message: &PhoneMessage) -> Result<(), PhoneError> {
        self.handed.lock().unwrap().push(message.clone());
        self.answer.clone()
    }
}

async fn live(answer: Result<(), PhoneError>) -> (TestApp, Tenant, Arc<Gateway>) {
    let gateway = Arc::new(Gateway {
        handed: Mutex::default(),
        answer,
    });
    let app = TestAppBuilder::default()
        .gateway(Arc::clone(&gateway) as _)
        .build()
        .await;
    let acme = Tenant::live(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    (app, acme, gateway)
}

fn spoken() -> Form<'static> {
    with(PHONE, &[("verify_channel", "call"), ("phone_locale", "pt-BR")])
}

#[tokio::test]
async fn a_live_clients_codes_go_through_the_gateway_and_are_forgotten() {
    let (app, acme, gateway) = live(Ok(())).await;
    let made = validation(&acme, &spoken()).await;
    app.work().await;
    let handed = gateway.handed.lock().unwrap().remove(0);
    assert!(handed.spoken && handed.language == "pt-BR" && handed.to == "+573001234567");
    let digits: String = handed
        .text
        .split(". ")
        .next()
        .unwrap()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    assert_eq!(digits.len(), 6, "{}", handed.text);
    let left: i64 = sqlx::query_scalar("select count(*) from messages where body <> '' or code <> ''")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
    assert_eq!(
        outcome(&perform(&acme, &made, &digits).await.json),
        ("success", "", "")
    );
}

#[tokio::test]
async fn a_number_out_of_reach_declines_and_a_gateway_that_refuses_is_our_fault() {
    let (app, acme, _) = live(Err(PhoneError::OutOfReach)).await;
    let made = validation(&acme, PHONE).await;
    app.work().await;
    assert_eq!(
        outcome(&now(&acme, &made).await),
        ("failure", "declined", "phone_number_out_of_coverage")
    );
    let (app, acme, _) = live(Err(PhoneError::Refused("HTTP 401, error 20003".to_owned()))).await;
    let made = validation(&acme, PHONE).await;
    app.work().await;
    assert_eq!(outcome(&now(&acme, &made).await), ("failure", "system_error", ""));
    let (app, acme, _) = live(Err(PhoneError::Unavailable("it is busy".to_owned()))).await;
    let made = validation(&acme, PHONE).await;
    app.work().await;
    assert_eq!(outcome(&now(&acme, &made).await), ("pending", "", ""));
}

#[tokio::test]
async fn what_nothing_can_send_is_refused_at_once() {
    let app = TestApp::new().await;
    let acme = Tenant::live(&app, "acme").await;
    enroll_phone(&acme, "user_1").await;
    enroll_email(&acme, "user_1").await;
    let answer = acme.validations.post("/v1/validations", PHONE).await;
    assert_refused(&answer, 503, "a gateway for messages to phones is not configured");
    let answer = acme.validations.post("/v1/validations", EMAIL).await;
    assert_refused(&answer, 503, "a mail server is not configured");
    let whatsapp = with(PHONE, &[("verify_channel", "whatsapp")]);
    assert_wrong(
        &acme.validations.post("/v1/validations", &whatsapp).await,
        &["verify_channel"],
    );
}
