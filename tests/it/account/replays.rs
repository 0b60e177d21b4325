//! Deliveries besides those that events cause: one once more, a range once more, a test.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{
    deliveries::outcome,
    receiver::{Receiver, Reply},
    tenant::{Tenant, hook_path, put_json},
};
use crate::support::{assert_refused, assert_wrong, text};

#[tokio::test]
async fn an_event_is_told_again_on_request() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let (receiver, idle) = (Receiver::start().await, Receiver::start().await);
    let hook = acme.hook(&receiver, &[("actions", "finished")]).await;
    let idle = acme.hook(&idle, &[("event_type", "continuous_check")]).await;
    acme.check().await;
    other.check().await;
    app.work().await;
    let told = receiver.seen().remove(0);
    let delivery = acme.deliveries(&hook).await.remove(0);
    let redeliver = format!("/deliveries/{}/redeliver", text(&delivery, "delivery_id"));
    let replay = hook_path(&hook, "/replay");
    for (count, (path, form)) in [
        (hook_path(&hook, &redeliver), vec![]),
        (replay.clone(), vec![("event_id", told.id())]),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = acme.account.post(&path, &form).await;
        assert_eq!(
            (answer.status, &answer.json["deliveries"]),
            (StatusCode::ACCEPTED, &json!(1)),
            "{path}"
        );
        app.work().await;
        let again = receiver.seen().pop().unwrap();
        assert_eq!(receiver.seen().len(), count + 2);
        assert_eq!((again.id(), again.body.as_str()), (told.id(), told.body.as_str()));
        let id = &answer.json["delivery_id"];
        assert_ne!(*id, delivery["delivery_id"], "a delivery of its own");
        let log = acme.deliveries(&hook).await;
        let new = log
            .iter()
            .find(|delivery| delivery["delivery_id"] == *id)
            .unwrap();
        assert_eq!(
            (outcome(new), &new["event_id"]),
            (("delivered", 1), &delivery["event_id"])
        );
    }
    // An event that is named is told whatever the hook asks for.
    let created = acme.events("?event_action=created").await.remove(0);
    let answer = acme
        .account
        .post(&replay, &[("event_id", text(&created, "id"))])
        .await;
    assert_eq!(answer.json["deliveries"], 1);
    app.work().await;
    assert_eq!(receiver.told().pop().unwrap(), "check:created");
    let foreign = other.events("").await.remove(0);
    let unknown = acme
        .account
        .post(&replay, &[("event_id", text(&foreign, "id"))])
        .await;
    assert_refused(&unknown, 404, "The event was not found");
    for delivery in [
        &hook_path(&idle, &redeliver),
        &hook_path(&hook, "/deliveries/DLVx/redeliver"),
    ] {
        assert_refused(
            &acme.account.post(delivery, &[]).await,
            404,
            "The delivery was not found",
        );
    }
}

#[tokio::test]
async fn a_range_is_told_again_as_far_as_the_hook_asks_for_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for _ in 0..4 {
        acme.check().await;
        app.work().await;
        app.clock.advance(Duration::from_secs(3600));
    }
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[("actions", "created,finished")]).await;
    let replay = hook_path(&hook, "/replay");
    let table: [(&[(&str, &str)], &[i64]); 6] = [
        (&[("from_sequence", "1")], &[1, 3, 4, 6, 7, 9, 10, 12]),
        (&[("from_sequence", "4"), ("to_sequence", "7")], &[4, 6, 7]),
        (&[("from", "2026-01-02T05:00:00Z")], &[7, 9, 10, 12]),
        (&[("from", "2026-01-02"), ("to", "2026-01-02T04:00:00Z")], &[1, 3]),
        (
            &[("from_sequence", "1"), ("event_action", "created")],
            &[1, 4, 7, 10],
        ),
        (&[("from_sequence", "1"), ("event_type", "face_search")], &[]),
    ];
    let mut before = 0;
    for (form, expected) in table {
        let answer = acme.account.post(&replay, form).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{form:?} {}", answer.text);
        assert_eq!(answer.json["deliveries"], expected.len(), "{form:?}");
        app.work().await;
        let mut told = receiver.sequences().split_off(before);
        before += told.len();
        told.sort_unstable();
        assert_eq!(told, expected, "{form:?}");
    }
    for (form, field) in [
        (vec![], "from_sequence"),
        (vec![("to_sequence", "3")], "from_sequence"),
        (vec![("from_sequence", "x")], "from_sequence"),
        (vec![("from", "yesterday")], "from"),
        (vec![("event_id", "7")], "event_id"),
    ] {
        assert_wrong(&acme.account.post(&replay, &form).await, &[field]);
    }
    put_json(
        &acme.account,
        &hook_path(&hook, ""),
        &json!({ "status": "disabled" }),
    )
    .await;
    for path in ["/replay?from_sequence=1", "/test"] {
        let answer = acme.account.post(&hook_path(&hook, path), &[]).await;
        assert_refused(&answer, 409, "the hook is disabled");
    }
}

#[tokio::test]
async fn a_test_is_sent_once_and_never_again() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    // A test goes out whatever the hook asks for.
    let hook = acme.hook(&receiver, &[("event_type", "continuous_check")]).await;
    receiver.next([Reply::of(500)]);
    for (count, status) in [(1, "failed"), (2, "delivered")] {
        let answer = acme.account.post(&hook_path(&hook, "/test"), &[]).await;
        assert_eq!(
            (answer.status, &answer.json["deliveries"]),
            (StatusCode::ACCEPTED, &json!(1))
        );
        app.work().await;
        acme.advance(&app, "3d").await;
        assert_eq!(receiver.seen().len(), count);
        let delivery = acme.deliveries(&hook).await.pop().unwrap();
        assert_eq!(delivery["delivery_id"], answer.json["delivery_id"]);
        assert_eq!(outcome(&delivery), (status, 1));
        assert_eq!(
            (delivery.get("event_id"), &delivery["sequence"]),
            (None, &json!(0))
        );
    }
    let seen = receiver.seen();
    assert_ne!(seen[0].id(), seen[1].id());
    let event = &seen[1].json()["events"][0];
    assert_eq!(
        (&event["event_type"], &event["event_action"]),
        (&json!("check"), &json!("finished"))
    );
    assert_eq!(
        event["object"],
        json!({ "test": true, "client_id": acme.client.id.to_string() })
    );
    assert_eq!(acme.events("").await, Vec::<Value>::new(), "it did not happen");
}
