//! Deliveries: who is told what, in which order, once unless somebody asks again, and how that is logged.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{
    receiver::{Receiver, Reply},
    tenant::{Tenant, hook_path, members, put_json, workers},
};
use crate::support::{assert_wrong, id, list, path, text};

/// What a delivery came to, and how often it was tried.
pub fn outcome(delivery: &Value) -> (&str, usize) {
    (text(delivery, "status"), list(delivery, "attempts").len())
}

#[tokio::test]
async fn a_hook_is_told_what_it_asked_for_and_nothing_else() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let everything = ["check:created", "check:started", "check:finished"];
    let table: [(&[(&str, &str)], &[&str]); 7] = [
        (&[("event_type", "all")], &everything),
        (&[("event_type", "check")], &everything),
        (&[("actions", "finished")], &everything[2..]),
        (
            &[("event_type", "check"), ("actions", "created,started")],
            &everything[..2],
        ),
        (&[("actions", "delayed")], &[]),
        (&[("event_type", "continuous_check")], &[]),
        (&[("status", "disabled")], &[]),
    ];
    let mut receivers = Vec::new();
    for (more, expected) in table {
        let receiver = Receiver::start().await;
        acme.hook(&receiver, more).await;
        receivers.push((receiver, more, expected));
    }
    let foreign = Receiver::start().await;
    other.hook(&foreign, &[]).await;
    acme.check().await;
    app.work().await;
    for (receiver, more, expected) in receivers {
        assert_eq!(receiver.told(), expected, "{more:?}");
    }
    assert_eq!(foreign.seen().len(), 0, "another client's");
}

#[tokio::test]
async fn a_changed_hook_is_told_by_what_it_asks_for_now() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    for (change, told) in [
        (json!({ "actions": "finished" }), 1),
        (json!({ "status": "disabled" }), 1),
        (json!({ "status": "enabled", "actions": "all" }), 4),
    ] {
        put_json(&acme.account, &hook_path(&hook, ""), &change).await;
        acme.check().await;
        app.work().await;
        assert_eq!(receiver.seen().len(), told, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_start_in_the_order_of_events_and_eight_are_in_flight_at_most() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    receiver.always(Reply::of(200).after(Duration::from_millis(40)));
    acme.hook(&receiver, &[]).await;
    for _ in 0..30 {
        acme.check().await;
    }
    app.work().await;
    let arrived = receiver.sequences();
    let mut sorted = arrived.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=90).collect::<Vec<i64>>());
    for (place, sequence) in (1_i64..).zip(&arrived) {
        // Those in flight at the same time may overtake each other on the way.
        assert!(
            (sequence - place).abs() < 8,
            "event {sequence} came as number {place}"
        );
    }
    assert_eq!(receiver.most_at_once(), 8);
}

#[tokio::test]
async fn a_failing_delivery_does_not_hold_the_later_ones() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    receiver.next([Reply::of(500), Reply::never()]);
    for _ in 0..12 {
        acme.check().await;
        app.work().await;
    }
    let log = acme.deliveries(&hook).await;
    let outcomes: Vec<_> = log.iter().map(outcome).collect();
    assert_eq!(outcomes[..2], [("pending", 1), ("pending", 1)]);
    assert_eq!(outcomes[2..], [("delivered", 1); 10]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_that_hang_do_not_delay_another_hook() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (hanging, quick) = (Receiver::start().await, Receiver::start().await);
    hanging.always(Reply::never());
    for _ in 0..30 {
        acme.hook(&hanging, &[("actions", "created")]).await;
    }
    acme.hook(&quick, &[("actions", "created")]).await;
    let _stop = workers(&app, 1).drop_guard();
    let begun = Instant::now();
    acme.check().await;
    let told = quick.wait_for(1).await[0].at - begun;
    // One after the other, the thirty would have taken fifteen seconds.
    assert!(told < Duration::from_secs(5), "{told:?}");
    assert_eq!(hanging.wait_for(30).await.len(), 30);
}

#[tokio::test]
async fn the_log_shows_attempts_with_their_times_and_how_the_answer_began() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    let slow = Reply::of(503)
        .after(Duration::from_millis(60))
        .saying("try later");
    receiver.next([slow.with("x-reason", "busy").with("set-cookie", "secret=1")]);
    acme.check().await;
    app.work().await;
    let event = acme.events("?event_action=created").await.remove(0);
    let [delivery]: [Value; 1] = acme.deliveries(&hook).await.try_into().unwrap();
    assert_eq!(
        members(&delivery),
        [
            "attempts",
            "creation_date",
            "delivery_id",
            "event_id",
            "next_attempt_date",
            "sequence",
            "status"
        ]
    );
    assert!(text(&delivery, "delivery_id").starts_with("DLV"));
    assert_eq!(
        (&delivery["event_id"], &delivery["sequence"]),
        (&event["id"], &json!(1))
    );
    assert_eq!(outcome(&delivery), ("pending", 1));
    let attempt = &delivery["attempts"][0];
    assert_eq!(
        members(attempt),
        ["elapsed_ms", "http_status", "response_head", "started_date"]
    );
    assert_eq!(attempt["http_status"], 503);
    assert_eq!(attempt["started_date"], "2026-01-02T03:04:05Z");
    let elapsed = attempt["elapsed_ms"].as_f64().unwrap();
    assert!((60.0..500.0).contains(&elapsed), "{elapsed}");
    let head = text(attempt, "response_head");
    assert!(head.starts_with("HTTP/1.1 503 Service Unavailable\n"), "{head}");
    assert!(
        head.contains("x-reason: busy\n") && head.ends_with("\n\ntry later"),
        "{head}"
    );
    assert!(!head.contains("secret"), "{head}");
    acme.advance(&app, "10s").await;
    let [delivery]: [Value; 1] = acme.deliveries(&hook).await.try_into().unwrap();
    assert_eq!(outcome(&delivery), ("delivered", 2));
    assert_eq!(delivery.get("next_attempt_date"), None);
    let statuses: Vec<_> = list(&delivery, "attempts")
        .iter()
        .map(|tried| &tried["http_status"])
        .collect();
    assert_eq!(statuses, [503, 200]);
}

#[tokio::test]
async fn the_log_is_narrowed_by_status_and_comes_in_pages() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    receiver.next((0..22).map(|n| Reply::of(if n == 0 { 500 } else { 200 })));
    for _ in 0..22 {
        acme.check().await;
        app.work().await;
        app.clock.advance(Duration::from_millis(1));
    }
    let log = hook_path(&hook, "/deliveries");
    let sequences = |page: &Value| -> Vec<i64> {
        list(page, "deliveries")
            .iter()
            .map(|delivery| delivery["sequence"].as_i64().unwrap())
            .collect()
    };
    let first = acme.account.get(&log).await.json;
    assert_eq!(first["self"], log);
    let second = acme.account.get(text(&first, "next")).await.json;
    assert_eq!((sequences(&first).len(), sequences(&second).len()), (20, 2));
    assert_eq!(second["next"], "");
    let mut all = [sequences(&first), sequences(&second)].concat();
    assert!(all.is_sorted_by(|a, b| a > b), "newest first: {all:?}");
    let oldest = all.pop().unwrap();
    for (status, expected) in [
        ("pending", vec![oldest]),
        ("failed", vec![]),
        ("Delivered", all[..20].to_vec()),
    ] {
        let page = acme.checks.get(&format!("{log}?status={status}")).await.json;
        assert_eq!(sequences(&page), expected, "{status}");
    }
    assert_wrong(
        &acme.account.get(&format!("{log}?status=lost")).await,
        &["status"],
    );
    let key = text(&first, "next").split_once("start_key=").unwrap().1;
    for path in [
        format!("{log}?start_key=x"),
        format!("{log}?status=failed&start_key={key}"),
    ] {
        assert_wrong(&acme.account.get(&path).await, &["start_key"]);
    }
}

#[tokio::test]
async fn a_mailbox_of_a_sandbox_client_is_the_outbox() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let mut hooks = Vec::new();
    for (language, subject) in [
        ("es", "Evento: check finished"),
        ("en", "Event: check finished"),
        ("pt", "Evento: check finished"),
    ] {
        let address = format!("{language}@example.com");
        let form = [
            ("subscriber_type", "email"),
            ("event_type", "check"),
            ("actions", "finished"),
            ("subscriber_address", address.as_str()),
            ("subscriber_language", language),
        ];
        let hook = acme.account.post("/v1/hooks", &form).await.json;
        hooks.push((hook, address, subject));
    }
    let check = acme.check().await;
    app.work().await;
    for (hook, address, subject) in hooks {
        let [mail]: [Value; 1] = acme.outbox(&format!("?to={address}")).await.try_into().unwrap();
        assert_eq!(
            (&mail["channel"], &mail["subject"]),
            (&json!("email"), &json!(subject))
        );
        let body = text(&mail, "body");
        assert!(
            body.contains(id(&check)) && body.contains("2026-01-02T03:04:05Z"),
            "{body}"
        );
        assert!(
            !body.contains(text(&check, "national_id")),
            "mail is read on the way: {body}"
        );
        let delivery = acme.deliveries(&hook).await.remove(0);
        assert_eq!(outcome(&delivery), ("delivered", 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_lease_writes_nothing_and_the_event_is_told_again() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created")]).await;
    acme.check().await;
    app.app.work_once().await.unwrap();
    receiver.next([Reply::of(200).after(Duration::from_millis(300))]);
    let lose_it = async {
        receiver.wait_for(1).await;
        // The answer is on its way, and so is another worker that took the first one for dead.
        sqlx::query("update jobs set state = 'ready', lease_token = lease_token + 1, lease_until = null where kind = 'deliver'")
            .execute(&app.database.pool)
            .await
            .unwrap();
        assert_eq!(outcome(&acme.deliveries(&hook).await[0]), ("pending", 0));
    };
    tokio::join!(app.work(), lose_it);
    let seen = receiver.seen();
    assert_eq!(seen.len(), 2, "at least once");
    assert_eq!((seen[0].id(), &seen[0].body), (seen[1].id(), &seen[1].body));
    let log = acme.deliveries(&hook).await;
    assert_eq!(log.iter().map(outcome).collect::<Vec<_>>(), [("delivered", 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_never_make_the_same_attempt() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    acme.hook(&receiver, &[]).await;
    let _stop = workers(&app, 2).drop_guard();
    for _ in 0..30 {
        acme.check().await;
    }
    receiver.wait_for(90).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut told = receiver.sequences();
    told.sort_unstable();
    assert_eq!(told, (1..=90).collect::<Vec<i64>>());
}

#[tokio::test]
async fn what_is_told_of_a_deleted_check_is_that_it_is_gone() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "finished")]).await;
    receiver.next([Reply::of(500)]);
    let check = acme.check().await;
    app.work().await;
    assert_eq!(acme.checks.delete(&path(&check)).await.status, StatusCode::OK);
    acme.advance(&app, "10s").await;
    let seen = receiver.seen();
    assert_eq!((seen.len(), seen[0].id()), (2, seen[1].id()));
    let object = seen[1].json()["events"][0]["object"].clone();
    assert_eq!(object, json!({ "check_id": check["check_id"], "erased": true }));
    assert_eq!(outcome(&acme.deliveries(&hook).await[0]), ("delivered", 2));
}
