//! Workers that are killed behind the override of a process: everybody who is to hear of it does.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use cotejo_testkit::TestApp;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::{
    account::tenant::Tenant,
    deliveries_survive::{ALLOW, receiver},
    identity::{document_flow, finished},
    processes::{end_leases, worker},
    support::text,
};

const PROCESSES: usize = 12;

/// The first of the ports of the workers.
const PORT: usize = 24721;

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_leave_nobody_unheard() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let accepted = acme
        .account
        .post("/v1/terms/override", &[("accept_terms", "true")])
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    let administrator = [("email", "admin@example.com"), ("role", "administrator")];
    assert_eq!(acme.account.post("/v1/users", &administrator).await.status, 201);
    let flow = document_flow(&acme).await;
    let mut ended: Vec<Value> = Vec::new();
    for n in 0..PROCESSES {
        ended.push(finished(&app, &acme, &flow, &format!("user_{n}")).await);
    }
    app.work().await;
    let gate = Arc::new(Semaphore::new(0));
    let (url, arrived) = receiver(&gate).await;
    let hook = [
        ("subscriber_type", "web"),
        ("event_type", "digital_identity.identity_process"),
        ("event_action", "overwritten_failure"),
        ("subscriber_url", url.as_str()),
    ];
    let made = acme.account.post("/v1/hooks", &hook).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for process in &ended {
        let path = format!("/v1/processes/{}/override-status", text(process, "process_id"));
        let form = [("reason", "internal_reasons"), ("accept_terms", "true")];
        let answer = acme.connect.post(&path, &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let counts = || -> Vec<usize> {
        let arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.values().copied().collect()
    };
    for turn in 0..3 {
        let worker = worker(&app, PORT + turn, ALLOW);
        // One event gets through, and all others are on their way when the worker is killed.
        gate.add_permits(1);
        for _ in 0..1_000 {
            if counts().iter().sum::<usize>() > turn {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // SIGKILL.
        drop(worker);
        end_leases(&app).await;
    }
    assert_eq!(counts().iter().sum::<usize>(), 3);
    gate.add_permits(10 * PROCESSES);
    let _last = worker(&app, PORT + 3, ALLOW);
    let mut mails = Vec::new();
    for _ in 0..600 {
        mails = acme.outbox("?channel=email&to=admin%40example.com").await;
        mails.retain(|mail| text(mail, "body").contains("IDP"));
        if counts().len() == PROCESSES && mails.len() == PROCESSES {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((counts().len(), mails.len()), (PROCESSES, PROCESSES));
    for process in &ended {
        let id = text(process, "process_id");
        let about = mails.iter().filter(|mail| text(mail, "body").contains(id));
        assert_eq!(about.count(), 1, "each is told of once");
    }
}
