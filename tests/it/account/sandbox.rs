//! A sandbox client's clock. Live clients have no sandbox.

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode};
use cotejo_domain::{permissions::Permission, time::parse_instant};
use cotejo_testkit::{START, TestApp};
use serde_json::{Value, json};

use super::{
    receiver::{Receiver, Reply},
    tenant::{Tenant, members, work_due},
};
use crate::support::{assert_refused, assert_wrong, get, header, list, text};

const ROUTES: [(Method, &str); 8] = [
    (Method::GET, "/v1/sandbox/scenarios"),
    (Method::GET, "/v1/sandbox/clock"),
    (Method::POST, "/v1/sandbox/clock"),
    (Method::GET, "/v1/sandbox/outbox"),
    (Method::DELETE, "/v1/sandbox/outbox"),
    (Method::POST, "/v1/sandbox/faults"),
    (Method::GET, "/v1/sandbox/faults"),
    (Method::DELETE, "/v1/sandbox/faults"),
];

const FORBIDDEN: &str = "User is not authorized to access this resource";

#[tokio::test]
async fn a_live_client_has_no_sandbox() {
    let app = TestApp::new().await;
    let acme = Tenant::live(&app, "acme").await;
    for (method, path) in ROUTES {
        assert_refused(&acme.account.send(method, path, &[], "").await, 403, FORBIDDEN);
    }
}

#[tokio::test]
async fn the_sandbox_takes_the_permissions_of_the_account() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (reader, writer) = (
        acme.with(&app, &[Permission::AccountRead]).await,
        acme.with(&app, &[Permission::AccountWrite]).await,
    );
    for (method, path) in ROUTES {
        let reads = method == Method::GET;
        for (caller, may) in [(&reader, reads), (&writer, !reads)] {
            let answer = caller.send(method.clone(), path, &[], "").await;
            assert_eq!(answer.status != StatusCode::FORBIDDEN, may, "{method} {path}");
        }
        assert_eq!(
            app.account(None).send(method, path, &[], "").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn a_clock_goes_forward_and_its_client_goes_by_it() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let at_start = json!({ "now": "2026-01-02T03:04:05Z", "ahead_seconds": 0, "status": "done" });
    assert_eq!(acme.clock().await, at_start);
    for (form, now, ahead) in [
        (("advance", "90s"), "2026-01-02T03:05:35Z", 90),
        (("advance", "15m"), "2026-01-02T03:20:35Z", 990),
        (("advance", "0s"), "2026-01-02T03:20:35Z", 990),
        (("advance", "2d"), "2026-01-04T03:20:35Z", 173_790),
        (("to", "2026-01-05T03:20:35Z"), "2026-01-05T03:20:35Z", 260_190),
    ] {
        let answer = acme.account.post("/v1/sandbox/clock", &[form]).await;
        assert_eq!(answer.status, StatusCode::OK, "{form:?} {}", answer.text);
        assert_eq!(
            answer.json,
            json!({ "now": now, "ahead_seconds": ahead, "status": "done" }),
            "{form:?}"
        );
        assert_eq!(acme.clock().await, answer.json);
        let check = acme.check().await;
        assert_eq!(check["update_date"], now);
        // A clock waits for what is due.
        app.work().await;
    }
    app.clock.advance(Duration::from_secs(10));
    assert_eq!(acme.clock().await["now"], "2026-01-05T03:20:45Z", "it goes on");
    assert_eq!(other.clock().await["ahead_seconds"], 0);
    assert_eq!(other.check().await["update_date"], "2026-01-02T03:04:15Z");
}

#[tokio::test]
async fn a_clock_does_not_go_back_or_anywhere() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.advance(&app, "1d").await;
    let before = acme.clock().await;
    let table: [(&[(&str, &str)], &str); 11] = [
        (&[], "advance"),
        (&[("advance", "1h"), ("to", "2027-01-01")], "advance"),
        (&[("advance", "1")], "advance"),
        (&[("advance", "h")], "advance"),
        (&[("advance", "-1h")], "advance"),
        (&[("advance", "1.5h")], "advance"),
        (&[("advance", "11000d")], "advance"),
        (&[("advance", "99999999999999999999s")], "advance"),
        (&[("to", "tomorrow")], "to"),
        (&[("to", "2026-01-03")], "to"),
        (&[("to", "2099-01-01")], "to"),
    ];
    for (form, field) in table {
        assert_wrong(&acme.account.post("/v1/sandbox/clock", form).await, &[field]);
    }
    assert_eq!(acme.clock().await, before);
}

#[tokio::test]
async fn a_repeated_request_moves_the_clock_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for replay in ["", "true"] {
        let answer = acme
            .account
            .post_with(
                "/v1/sandbox/clock",
                &[("advance", "1h")],
                &[("Idempotency-Key", "k")],
            )
            .await;
        assert_eq!(header(&answer, "Idempotent-Replay"), replay);
        assert_eq!(answer.json["ahead_seconds"], 3600);
    }
    assert_eq!(acme.clock().await["ahead_seconds"], 3600);
}

/// How long a check lasts that expires after a quarter of an hour, in seconds; the work on the way takes time too.
const A_QUARTER: RangeInclusive<i64> = 900..=905;

/// How many seconds after the beginning an instant lies.
fn at(instant: &str) -> i64 {
    parse_instant(instant).unwrap().seconds() - START.seconds()
}

/// A client whose checks last a quarter of an hour at most.
async fn hasty(app: &TestApp) -> Tenant {
    let mut acme = Tenant::sandbox(app, "acme").await;
    acme.client.settings.max_duration = Some("15m".parse().unwrap());
    app.app.set_settings(&acme.client).await.unwrap();
    acme
}

#[tokio::test]
async fn what_is_due_on_the_way_is_done_in_its_order() {
    let app = TestApp::new().await;
    let acme = hasty(&app).await;
    let receiver = Receiver::start().await;
    acme.hook(&receiver, &[("actions", "started,finished")]).await;
    receiver.next([Reply::of(500), Reply::of(500)]);
    let stuck = acme.check_with(&[("custom_input", "scenario.stuck")]).await;
    app.work().await;
    assert_eq!(get(&acme.checks, &stuck).await["status"], "in_progress");
    acme.advance(&app, "1h").await;
    // Tried again after five seconds and after five minutes; then the check expired.
    assert_eq!(
        receiver.told(),
        [
            "check:started",
            "check:started",
            "check:started",
            "check:finished"
        ]
    );
    let check = get(&acme.checks, &stuck).await;
    let expired: Vec<&Value> = list(&check, "statuses")
        .iter()
        .filter(|run| run["status"] == "expired")
        .collect();
    assert!(!expired.is_empty(), "{check:#}");
    assert!(A_QUARTER.contains(&at(text(&check, "update_date"))), "{check:#}");
    let finished = acme.events("?event_action=finished").await.remove(0);
    assert!(
        A_QUARTER.contains(&at(text(&finished, "timestamp"))),
        "{finished}"
    );
    let now = acme.clock().await;
    assert_eq!(
        (&now["ahead_seconds"], &now["status"]),
        (&json!(3600), &json!("done"))
    );
}

#[tokio::test]
async fn a_clock_that_waits_for_work_says_so_and_arrives_later() {
    let app = TestApp::new().await;
    let acme = hasty(&app).await;
    let stuck = acme.check_with(&[("custom_input", "scenario.stuck")]).await;
    app.work().await;
    // Nobody works while the request waits.
    let begun = Instant::now();
    let answer = acme
        .account
        .post("/v1/sandbox/clock", &[("advance", "30m")])
        .await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(
        (answer.status, &answer.json["status"]),
        (StatusCode::OK, &json!("pending"))
    );
    assert_eq!(
        members(&answer.json),
        ["ahead_seconds", "now", "status", "target"]
    );
    assert_eq!(at(text(&answer.json, "target")), 1800);
    assert!(
        answer.json["ahead_seconds"].as_i64().unwrap() <= 60,
        "{}",
        answer.text
    );
    let further = acme
        .account
        .post("/v1/sandbox/clock", &[("advance", "10m")])
        .await;
    assert_eq!(at(text(&further.json, "target")), 2400, "it adds up");
    for _ in 0..200 {
        work_due(&app).await;
    }
    let clock = acme.clock().await;
    assert_eq!(
        (&clock["ahead_seconds"], &clock["status"], clock.get("target")),
        (&json!(2400), &json!("done"), None)
    );
    let check = get(&acme.checks, &stuck).await;
    assert!(A_QUARTER.contains(&at(text(&check, "update_date"))), "{check:#}");
}
