//! Workers that are killed while they tell receivers: every event arrives, and what arrives twice says so.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::TestApp;
use tokio::{net::TcpListener, sync::Semaphore};

use crate::{
    processes::{end_leases, worker},
    support::{PERSON, with},
};

const CHECKS: usize = 20;
/// Created, started, finished.
const EVENTS: usize = CHECKS * 3;

/// Receivers of tests are on this machine.
pub const ALLOW: &[(&str, &str)] = &[("COTEJO_WEBHOOK_ALLOW_CIDRS", "127.0.0.0/8")];

/// How often each event arrived.
pub type Arrived = Arc<Mutex<BTreeMap<String, usize>>>;

/// A receiver that takes its time, so that a worker is killed between answer and commit; and no more events than `gate`
/// has permits.
pub async fn receiver(gate: &Arc<Semaphore>) -> (String, Arrived) {
    async fn take(State((arrived, gate)): State<(Arrived, Arc<Semaphore>)>, headers: HeaderMap) {
        gate.acquire().await.unwrap().forget();
        let id = headers["webhook-id"].to_str().unwrap().to_owned();
        *arrived
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(id)
            .or_default() += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let arrived = Arrived::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/", post(take))
        .with_state((Arc::clone(&arrived), Arc::clone(gate)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, arrived)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_lose_no_delivery() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let (url, arrived) = receiver(&Arc::new(Semaphore::new(Semaphore::MAX_PERMITS))).await;
    let form = [
        ("subscriber_type", "web"),
        ("event_type", "check"),
        ("subscriber_url", url.as_str()),
    ];
    assert_eq!(
        app.account(Some(token.clone()))
            .post("/v1/hooks", &form)
            .await
            .status,
        201
    );
    let checks = app.checks(Some(token));
    for document in 0..CHECKS {
        let document = (1_000_000_001 + document).to_string();
        let answer = checks
            .post("/v1/checks", &with(PERSON, &[("national_id", &document)]))
            .await;
        assert_eq!(answer.status, 201);
    }
    let count = || arrived.lock().unwrap_or_else(PoisonError::into_inner).len();
    for turn in 0..4 {
        let worker = worker(&app, 24121 + turn, ALLOW);
        let before = count();
        for _ in 0..500 {
            if count() >= EVENTS || (turn < 3 && count() > before) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if turn < 3 {
            tokio::time::sleep(Duration::from_millis(30)).await;
            // SIGKILL.
            drop(worker);
            end_leases(&app).await;
        }
    }
    let arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(arrived.len(), EVENTS, "every event arrives, under its own id");
}
