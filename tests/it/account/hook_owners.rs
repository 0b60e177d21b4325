//! Hooks belong to one client, are read and changed by who may, and are listed in pages.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use cotejo_domain::permissions::Permission;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::{
    hooks::{EMAIL, WEB, make},
    receiver::Receiver,
    tenant::{Tenant, hook_path},
};
use crate::support::{assert_refused, assert_wrong, list, text};

/// Everything that can be done to a hook.
fn routes(hook: &Value, delivery: &Value) -> Vec<(Method, String)> {
    let redeliver = format!("/deliveries/{}/redeliver", text(delivery, "delivery_id"));
    [
        (Method::GET, ""),
        (Method::PUT, ""),
        (Method::DELETE, ""),
        (Method::POST, "/rotate"),
        (Method::POST, "/test"),
        (Method::POST, "/replay?from_sequence=1"),
        (Method::GET, "/deliveries"),
        (Method::POST, &redeliver),
    ]
    .map(|(method, under)| (method, hook_path(hook, under)))
    .into()
}

#[tokio::test]
async fn another_clients_hook_is_not_there() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let receiver = Receiver::start().await;
    let hook = ours.hook(&receiver, &[]).await;
    ours.check().await;
    theirs.check().await;
    app.work().await;
    let delivery = ours.deliveries(&hook).await.remove(0);
    let nowhere = json!({ "hook_id": "HOK01900000000070008000000000000001" });
    let no_id = json!({ "hook_id": "HOKx" });
    for (method, path) in [&hook, &nowhere, &no_id]
        .into_iter()
        .flat_map(|hook| routes(hook, &delivery))
    {
        for caller in [&theirs.account, &theirs.checks] {
            let answer = caller.send(method.clone(), &path, &[], "").await;
            assert_refused(&answer, 404, "The Hook was not found");
        }
    }
    assert_eq!(
        list(&theirs.account.get("/v1/hooks").await.json, "hooks").len(),
        0
    );
    assert_eq!(ours.hook_now(&hook).await, hook);
    assert_eq!(receiver.seen().len(), 3);
}

#[tokio::test]
async fn reading_and_changing_hooks_take_a_permission_each() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    let hook = acme.hook(&receiver, &[]).await;
    acme.check().await;
    app.work().await;
    let delivery = acme.deliveries(&hook).await.remove(0);
    let (reader, writer, neither) = (
        acme.with(&app, &[Permission::AccountRead]).await,
        acme.with(&app, &[Permission::AccountWrite]).await,
        acme.with(&app, &[Permission::ChecksRead, Permission::ChecksWrite])
            .await,
    );
    let mut all = routes(&hook, &delivery);
    all.extend([
        (Method::GET, "/v1/hooks".to_owned()),
        (Method::POST, "/v1/hooks?event_type=all".to_owned()),
    ]);
    // Deleting comes last, because it succeeds.
    all.sort_by_key(|(method, _)| *method == Method::DELETE);
    for (method, path) in all {
        let reads = method == Method::GET;
        for (caller, may) in [(&neither, false), (&reader, reads), (&writer, !reads)] {
            let answer = caller.send(method.clone(), &path, &[], "").await;
            assert_eq!(
                answer.status != StatusCode::FORBIDDEN,
                may,
                "{method} {path} {}",
                answer.text
            );
        }
        let nobody = app.account(None).send(method, &path, &[], "").await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn lists_are_newest_first_and_go_on_behind_a_key_or_an_own_hook() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let foreign = make(&theirs.account, WEB).await;
    let mut made = Vec::new();
    for _ in 0..22 {
        made.insert(0, make(&ours.account, WEB).await);
        app.clock.advance(Duration::from_millis(1));
    }
    let first = ours.account.get("/v1/hooks").await.json;
    assert_eq!(list(&first, "hooks"), &made[..20]);
    make(&ours.account, EMAIL).await;
    let second = ours.account.get(text(&first, "next")).await.json;
    assert_eq!(list(&second, "hooks"), &made[20..]);
    assert_eq!((&second["self"], &second["next"]), (&first["next"], &json!("")));
    let behind = format!("/v1/hooks?start_key={}", text(&made[4], "hook_id"));
    let answer = ours.checks.get(&behind).await.json;
    assert_eq!(list(&answer, "hooks"), &made[5..]);
    let key = text(&first, "next").split_once("start_key=").unwrap().1;
    for key in [
        text(&foreign, "hook_id"),
        "HOK01900000000070008000000000000001",
        "x",
        &key[1..],
    ] {
        assert_wrong(
            &ours.account.get(&format!("/v1/hooks?start_key={key}")).await,
            &["start_key"],
        );
    }
    assert_wrong(&theirs.account.get(text(&first, "next")).await, &["start_key"]);
}
