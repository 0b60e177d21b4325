//! Workers that are killed while they make the checks of a batch: every row is done, and none twice.

use std::time::Duration;

use axum::http::Method;
use cotejo_testkit::TestApp;
use serde_json::Value;

use crate::{
    account::tenant::Tenant,
    processes::{end_leases, worker},
    support::text,
};

const ROWS: i64 = 600;

async fn made(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from checks")
        .fetch_one(&app.database.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_do_every_row_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = [
        ("service", "checks"),
        ("type", "person"),
        ("country", "CO"),
        ("columns_mapping.national_id", "0"),
        ("user_authorized", "true"),
        // Else a row that is done again would find the check of the first time.
        ("force_creation", "true"),
    ];
    let batch = acme.checks.post("/v1/batches", &form).await.json;
    let link = text(&batch, "file_upload_link")
        .strip_prefix("http://127.0.0.1:4004")
        .unwrap();
    let rows: Vec<String> = (0..ROWS).map(|n| format!("10000{n:05}")).collect();
    let sent = acme.account.send(Method::PUT, link, &[], &rows.join("\n")).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    app.work().await;
    let path = format!("/v1/batches/{}", text(&batch, "batch_id"));
    assert_eq!(acme.checks.post(&format!("{path}/start"), &[]).await.status, 200);

    for turn in 0..3 {
        let worker = worker(&app, 24321 + turn, &[]);
        let before = made(&app).await;
        for _ in 0..500 {
            if made(&app).await > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // SIGKILL.
        drop(worker);
        end_leases(&app).await;
    }
    assert!(
        made(&app).await < ROWS,
        "the workers were killed too late to prove anything"
    );
    let _last = worker(&app, 24324, &[]);
    let mut now = Value::Null;
    for _ in 0..600 {
        now = acme.checks.get(&path).await.json;
        if text(&now, "status") == "completed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        (
            now["size"].as_i64(),
            now["processed"].as_i64(),
            now["failed"].as_i64()
        ),
        (Some(ROWS), Some(ROWS), Some(0)),
        "{now}"
    );
    assert_eq!(made(&app).await, ROWS);
}
