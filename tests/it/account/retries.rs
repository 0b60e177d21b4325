//! What becomes of deliveries that fail: tried again by schedule, and a hook that fails for too long is disabled.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::time::parse_instant;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    receiver::{Receiver, Reply, rude},
    tenant::{Tenant, hook_path, put_json},
};
use crate::support::{list, text};

/// The only delivery of a hook.
async fn only(tenant: &Tenant, hook: &Value) -> Value {
    let [delivery]: [Value; 1] = tenant.deliveries(hook).await.try_into().unwrap();
    delivery
}

/// How far ahead of the client's clock a delivery is tried again, in seconds.
async fn pause(tenant: &Tenant, delivery: &Value) -> i64 {
    let seconds = |text: &str| parse_instant(text).unwrap().seconds();
    let now = tenant.clock().await;
    seconds(text(delivery, "next_attempt_date")) - seconds(text(&now, "now"))
}

#[tokio::test]
async fn a_delivery_is_tried_again_by_schedule_with_the_same_id_and_given_up_after_two_days() {
    const PAUSES: [i64; 8] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 86_400];
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    receiver.always(Reply::of(500));
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    acme.check().await;
    app.work().await;
    for (failed, scheduled) in (1..).zip(PAUSES) {
        let delivery = only(&acme, &hook).await;
        assert_eq!(
            (text(&delivery, "status"), receiver.seen().len()),
            ("pending", failed)
        );
        let pause = pause(&acme, &delivery).await;
        assert!(
            (scheduled - 2..=scheduled * 11 / 10).contains(&pause),
            "{pause} after {failed} attempts"
        );
        // Not before its time, and then at once.
        acme.advance(&app, &format!("{}s", pause - 1)).await;
        assert_eq!(receiver.seen().len(), failed);
        acme.advance(&app, "2s").await;
    }
    assert_eq!(receiver.seen().len(), 9);
    let delivery = only(&acme, &hook).await;
    assert_eq!(
        (text(&delivery, "status"), list(&delivery, "attempts").len()),
        ("failed", 9)
    );
    acme.advance(&app, "30d").await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 9);
    for again in &seen[1..] {
        assert_eq!((again.id(), again.sequence()), (seen[0].id(), 1));
    }
    assert_eq!(
        acme.hook_now(&hook).await["status"],
        "enabled",
        "one event is no failing receiver"
    );
}

#[tokio::test]
async fn a_receiver_may_ask_for_a_longer_pause_and_not_for_a_shorter_one() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let table = [
        ("60", 60..=60),
        ("0", 5..=6),
        ("86400", 86_400..=86_400),
        ("999999999", 86_400..=86_400),
        ("soon", 5..=6),
        ("Wed, 21 Oct 2015 12:02:00 GMT", 120..=120),
    ];
    for (asked, expected) in table {
        for status in [429, 503] {
            let receiver = Receiver::start().await;
            receiver.always(
                Reply::of(status)
                    .with("retry-after", asked)
                    .with("date", "Wed, 21 Oct 2015 12:00:00 GMT"),
            );
            let hook = acme.hook(&receiver, &[("actions", "created")]).await;
            acme.check().await;
            app.work().await;
            let pause = pause(&acme, &only(&acme, &hook).await).await;
            assert!(expected.contains(&pause), "{status} {asked}: {pause}");
            acme.account.delete(&hook_path(&hook, "")).await;
        }
    }
}

#[tokio::test]
async fn whatever_goes_wrong_is_logged_and_tried_again() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (hanging, bad, moved) = (
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    );
    hanging.always(Reply::never());
    bad.always(Reply::of(400));
    moved.always(Reply::of(302).with("location", "http://169.254.169.254/latest/meta-data/"));
    let nobody = {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/", gone.local_addr().unwrap())
    };
    let broken = "the connection broke or the answer was not HTTP";
    let table = [
        (hanging.url().to_owned(), None, "there was no answer in time"),
        (bad.url().to_owned(), Some(400), ""),
        (moved.url().to_owned(), Some(302), ""),
        (nobody, None, "no connection could be made"),
        (rude(b"").await, None, broken),
        (rude(b"what?\r\n\r\n").await, None, broken),
    ];
    let mut hooks = Vec::new();
    for (url, status, error) in table {
        let hook = acme
            .hook(&bad, &[("actions", "created"), ("subscriber_url", &url)])
            .await;
        hooks.push((hook, status, error));
    }
    acme.check().await;
    app.work().await;
    for (hook, status, error) in hooks {
        let delivery = only(&acme, &hook).await;
        assert_eq!(text(&delivery, "status"), "pending", "{}", hook["subscriber"]);
        let [attempt]: &[Value; 1] = list(&delivery, "attempts").try_into().unwrap();
        assert_eq!(
            attempt.get("http_status"),
            status.map(|status: u16| json!(status)).as_ref()
        );
        assert_eq!(attempt["error"].as_str().unwrap_or_default(), error);
    }
    assert_eq!(moved.seen().len(), 1, "a redirect is an answer");
}

#[tokio::test]
async fn after_410_the_hook_is_disabled_and_its_administrators_are_told_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (email, role) in [
        ("ana@example.com", "administrator"),
        ("olga@example.com", "operator"),
    ] {
        let invited = acme
            .account
            .post("/v1/users", &[("email", email), ("role", role)])
            .await;
        assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    }
    acme.account.delete("/v1/sandbox/outbox").await;
    let (gone, well) = (Receiver::start().await, Receiver::start().await);
    gone.always(Reply::of(410));
    let hook = acme.hook(&gone, &[]).await;
    let other = acme.hook(&well, &[]).await;
    // Its three events wait together.
    acme.check().await;
    app.work().await;
    acme.check().await;
    acme.advance(&app, "3d").await;
    assert!(gone.seen().len() <= 3, "nothing is tried any more");
    let now = acme.hook_now(&hook).await;
    assert_eq!(
        (&now["status"], &now["disabled_reason"]),
        (&json!("disabled"), &json!("the receiver answered 410 Gone"))
    );
    for delivery in acme.deliveries(&hook).await {
        assert_eq!(delivery["status"], "failed");
    }
    let mails = acme.outbox("").await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert_eq!(mails[0]["to"], "ana@example.com");
    assert!(text(&mails[0], "subject").contains(text(&hook, "hook_id")));
    assert!(text(&mails[0], "body").contains(gone.url()), "{}", mails[0]);
    assert_eq!(
        (&acme.hook_now(&other).await["status"], well.seen().len()),
        (&json!("enabled"), 6)
    );
    let trail = acme.account.get("/v1/audit").await.json;
    let noted = list(&trail, "entries")
        .iter()
        .filter(|entry| entry["action"] == "hook.disabled");
    assert_eq!(noted.count(), 1);
}

#[tokio::test]
async fn a_hook_that_fails_for_five_days_is_disabled() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.account
        .post(
            "/v1/users",
            &[("email", "ana@example.com"), ("role", "administrator")],
        )
        .await;
    acme.account.delete("/v1/sandbox/outbox").await;
    let receiver = Receiver::start().await;
    receiver.always(Reply::of(500));
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    for _ in 0..4 {
        acme.check().await;
        app.work().await;
        acme.advance(&app, "29h").await;
    }
    assert_eq!(
        acme.hook_now(&hook).await["status"],
        "enabled",
        "it fails for less than five days"
    );
    acme.advance(&app, "5h").await;
    acme.check().await;
    app.work().await;
    let now = acme.hook_now(&hook).await;
    assert_eq!(
        (&now["status"], &now["disabled_reason"]),
        (
            &json!("disabled"),
            &json!("nothing could be delivered for 5 days")
        )
    );
    assert_eq!(acme.outbox("?to=ana@example.com").await.len(), 1);
    let tried = receiver.seen().len();
    acme.check().await;
    acme.advance(&app, "10d").await;
    assert_eq!(receiver.seen().len(), tried);
}

#[tokio::test]
async fn one_success_forgives_the_failures_before_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    receiver.always(Reply::of(500));
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    acme.check().await;
    app.work().await;
    acme.advance(&app, "4d").await;
    receiver.next([Reply::of(200)]);
    for _ in 0..2 {
        acme.check().await;
        app.work().await;
        acme.advance(&app, "4d").await;
    }
    assert_eq!(acme.hook_now(&hook).await["status"], "enabled");
    // The failures of the last four days began behind the success; another two days make it too long.
    acme.advance(&app, "2d").await;
    acme.check().await;
    app.work().await;
    assert_eq!(acme.hook_now(&hook).await["status"], "disabled");
}

#[tokio::test]
async fn a_hook_that_is_enabled_again_is_forgiven_and_can_be_told_what_it_missed() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    receiver.next([Reply::of(410)]);
    for _ in 0..3 {
        acme.check().await;
        app.work().await;
    }
    assert_eq!(receiver.seen().len(), 1);
    let path = hook_path(&hook, "");
    let enabled = put_json(&acme.account, &path, &json!({ "status": "enabled" }))
        .await
        .json;
    assert_eq!(
        (&enabled["status"], enabled.get("disabled_reason")),
        (&json!("enabled"), None)
    );
    acme.advance(&app, "3d").await;
    assert_eq!(
        receiver.seen().len(),
        1,
        "what was given up is not tried by itself"
    );
    acme.account
        .post(&hook_path(&hook, "/replay"), &[("from_sequence", "1")])
        .await;
    app.work().await;
    let mut told = receiver.sequences();
    told.sort_unstable();
    assert_eq!(told, [1, 1, 4, 7]);
    assert_eq!(acme.hook_now(&hook).await["status"], "enabled");
}

#[tokio::test]
async fn disabling_a_hook_gives_up_what_waits() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    receiver.next([Reply::of(500).after(Duration::from_millis(10))]);
    acme.check().await;
    app.work().await;
    for status in ["disabled", "enabled"] {
        put_json(&acme.account, &hook_path(&hook, ""), &json!({ "status": status })).await;
        acme.advance(&app, "1d").await;
        assert_eq!(only(&acme, &hook).await["status"], "failed");
    }
    assert_eq!(receiver.seen().len(), 1);
}
