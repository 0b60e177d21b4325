//! POST /v1/sandbox/faults: what a sandbox client has go wrong on purpose, as often as it asked for.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use cotejo_testkit::{POLICE, TestApp};
use serde_json::{Value, json};

use super::{
    receiver::Receiver,
    tenant::{Tenant, members},
};
use crate::support::{PERSON, assert_refused, assert_wrong, get, header, list, text};

async fn faults(tenant: &Tenant) -> Vec<Value> {
    tenant.page("/v1/sandbox/faults", "faults").await
}

#[tokio::test]
async fn a_route_fails_as_often_as_asked() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let check = acme.check().await;
    for (status, message, retry_after) in [
        ("429", "max rate limit reached", "1"),
        ("500", "a fault of the sandbox", ""),
        ("503", "a fault of the sandbox", "1"),
    ] {
        let form = [
            ("kind", "route"),
            ("method", "post"),
            ("path", "/v1/checks"),
            ("status", status),
            ("times", "2"),
        ];
        let fault = acme.fault(&form).await;
        assert_eq!(
            (&fault["kind"], &fault["remaining"]),
            (&json!("route"), &json!(2))
        );
        for left in [Some(1), None] {
            let answer = acme.checks.post("/v1/checks", PERSON).await;
            assert_refused(&answer, status.parse().unwrap(), message);
            assert_eq!(header(&answer, "Retry-After"), retry_after);
            assert_eq!(get(&acme.checks, &check).await["check_id"], check["check_id"]);
            assert_eq!(
                other.checks.post("/v1/checks", PERSON).await.status.as_u16() / 100,
                2
            );
            assert_eq!(
                faults(&acme)
                    .await
                    .first()
                    .map(|fault| fault["remaining"].clone()),
                left.map(|left: i32| json!(left))
            );
        }
        assert_eq!(
            acme.checks.post("/v1/checks", PERSON).await.status,
            StatusCode::OK
        );
    }
    let listed = acme.checks.get("/v1/checks").await.json;
    assert_eq!(list(&listed, "checks").len(), 1, "what failed did nothing");
}

#[tokio::test]
async fn a_route_is_slow() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.fault(&[
        ("kind", "route"),
        ("path", "/v1/checks"),
        ("delay_ms", "500"),
        ("times", "1"),
    ])
    .await;
    for (least, most) in [(500, 5000), (0, 500)] {
        let begun = Instant::now();
        assert_eq!(acme.checks.get("/v1/checks").await.status, StatusCode::OK);
        let took = begun.elapsed();
        assert!(
            (Duration::from_millis(least)..Duration::from_millis(most)).contains(&took),
            "{took:?}"
        );
    }
}

#[tokio::test]
async fn the_sandbox_itself_never_fails() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.fault(&[("kind", "route"), ("status", "500")]).await;
    assert_refused(
        &acme.account.get("/v1/hooks").await,
        500,
        "a fault of the sandbox",
    );
    assert_eq!(acme.account.get("/v1/sandbox/clock").await.status, StatusCode::OK);
    let cleared = acme.account.delete("/v1/sandbox/faults").await;
    assert_eq!(
        (cleared.status, &cleared.json["cleared"]),
        (StatusCode::OK, &json!(1))
    );
    assert_eq!(acme.account.get("/v1/hooks").await.status, StatusCode::OK);
}

/// How the police's registry fared in a new check.
async fn police(app: &TestApp, acme: &Tenant) -> (String, String) {
    let check = acme.check().await;
    app.work().await;
    let check = get(&acme.checks, &check).await;
    let source = cotejo_domain::sources::Catalogue::builtin().get(POLICE).unwrap();
    let run = list(&check, "statuses")
        .iter()
        .find(|run| run["database_id"] == source.database_id)
        .unwrap();
    (text(&check, "status").to_owned(), text(run, "status").to_owned())
}

#[tokio::test]
async fn a_source_fails_or_is_slow() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let both = |check: &str, run: &str| (check.to_owned(), run.to_owned());
    acme.fault(&[("kind", "source"), ("source", POLICE), ("times", "1")])
        .await;
    assert_eq!(police(&app, &acme).await, both("completed", "error"));
    assert_eq!(police(&app, &acme).await, both("completed", "completed"));
    acme.fault(&[
        ("kind", "source"),
        ("source", POLICE),
        ("effect", "slow"),
        ("delay_ms", "150"),
        ("times", "1"),
    ])
    .await;
    let begun = Instant::now();
    assert_eq!(police(&app, &acme).await, both("completed", "completed"));
    assert!(begun.elapsed() >= Duration::from_millis(150));
    acme.fault(&[("kind", "source"), ("effect", "fail")]).await;
    for _ in 0..2 {
        assert_eq!(police(&app, &acme).await, both("error", "error"), "all of them");
    }
    acme.account.delete("/v1/sandbox/faults").await;
    assert_eq!(police(&app, &acme).await, both("completed", "completed"));
}

#[tokio::test]
async fn webhooks_arrive_twice_with_the_same_id() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "finished")]).await;
    acme.fault(&[("kind", "webhook"), ("effect", "duplicate"), ("times", "2")])
        .await;
    let mut told = 0;
    for requests in [2, 2, 1] {
        acme.check().await;
        app.work().await;
        let seen = receiver.seen().split_off(told);
        assert_eq!(seen.len(), requests);
        told += requests;
        for twin in &seen[1..] {
            assert_eq!(
                (twin.id(), &twin.body, &twin.headers["webhook-signature"]),
                (seen[0].id(), &seen[0].body, &seen[0].headers["webhook-signature"])
            );
        }
    }
    for delivery in acme.deliveries(&hook).await {
        assert_eq!(
            (text(&delivery, "status"), list(&delivery, "attempts").len()),
            ("delivered", 1)
        );
    }
}

#[tokio::test]
async fn webhooks_that_wait_together_arrive_in_another_order() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    acme.hook(&receiver, &[("actions", "finished")]).await;
    acme.fault(&[("kind", "webhook"), ("effect", "out_of_order"), ("times", "1")])
        .await;
    for _ in 0..2 {
        // As many as a worker takes at once.
        for _ in 0..16 {
            acme.check().await;
        }
        app.work().await;
    }
    let told = receiver.sequences();
    let (first, second) = told.split_at(16);
    // Up to eight are in flight at once and may overtake each other.
    assert!(
        first[..4].iter().min() > first[12..].iter().max(),
        "the newest first: {first:?}"
    );
    assert!(
        second[..4].iter().max() < second[12..].iter().min(),
        "in order again: {second:?}"
    );
}

#[tokio::test]
async fn faults_are_listed_until_they_are_cleared_and_belong_to_one_client() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let forms: [&[(&str, &str)]; 3] = [
        &[
            ("kind", "route"),
            ("method", "get"),
            ("path", "/v1/rules"),
            ("status", "503"),
        ],
        &[
            ("kind", "source"),
            ("source", POLICE),
            ("effect", "slow"),
            ("delay_ms", "10"),
            ("times", "7"),
        ],
        &[("kind", "Webhook"), ("effect", "Duplicate")],
    ];
    let mut made = Vec::new();
    for form in forms {
        made.push(acme.fault(form).await);
        app.clock.advance(Duration::from_millis(1));
    }
    assert_eq!(
        members(&made[0]),
        [
            "creation_date",
            "delay_ms",
            "fault_id",
            "kind",
            "method",
            "path",
            "status"
        ]
    );
    assert_eq!(
        (&made[0]["method"], &made[0]["path"], &made[0]["status"]),
        (&json!("GET"), &json!("/v1/rules"), &json!(503))
    );
    assert_eq!(
        members(&made[1]),
        [
            "creation_date",
            "delay_ms",
            "effect",
            "fault_id",
            "kind",
            "remaining",
            "source"
        ]
    );
    assert_eq!(members(&made[2]), ["creation_date", "effect", "fault_id", "kind"]);
    assert_eq!(faults(&acme).await, made, "the oldest first");
    assert_eq!(faults(&other).await, Vec::<Value>::new());
    let cleared = |answer: cotejo_testkit::Answer| answer.json["cleared"].as_i64();
    assert_eq!(cleared(other.account.delete("/v1/sandbox/faults").await), Some(0));
    assert_eq!(cleared(acme.account.delete("/v1/sandbox/faults").await), Some(3));
    assert_eq!(faults(&acme).await, Vec::<Value>::new());
    assert_eq!(acme.account.get("/v1/rules").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_wrong_field_of_a_fault_is_named() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let table: [(Value, &[&str]); 10] = [
        (json!({}), &["kind"]),
        (json!({ "kind": "storm", "times": 0 }), &["kind", "times"]),
        (json!({ "kind": "route" }), &["status"]),
        (
            json!({ "kind": "route", "status": 200, "delay_ms": 60_001 }),
            &["status", "delay_ms"],
        ),
        (json!({ "kind": "route", "status": 600 }), &["status"]),
        (json!({ "kind": "source", "effect": "duplicate" }), &["effect"]),
        (
            json!({ "kind": "source", "source": "s".repeat(101) }),
            &["source"],
        ),
        (
            json!({ "kind": "source", "effect": "slow", "delay_ms": "long" }),
            &["delay_ms"],
        ),
        (json!({ "kind": "webhook" }), &["effect"]),
        (
            json!({ "kind": "webhook", "effect": "slow", "times": "x" }),
            &["effect", "times"],
        ),
    ];
    for (fault, fields) in table {
        let headers = [("content-type", "application/json")];
        let answer = acme
            .account
            .send(Method::POST, "/v1/sandbox/faults", &headers, &fault.to_string())
            .await;
        assert_wrong(&answer, fields);
    }
    assert_eq!(faults(&acme).await, Vec::<Value>::new());
}
