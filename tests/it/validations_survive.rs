//! Workers that are killed while they look at documents: every validation ends once, and nothing is left over.

use std::time::Duration;

use cotejo_testkit::{TestApp, TestAppBuilder};
use serde_json::Value;

use crate::{
    account::tenant::{Tenant, work_due},
    processes::{end_leases, worker},
    support::text,
    validations::{DOCUMENT, objects, show, validation},
};

const DOCUMENTS: usize = 64;

async fn count(app: &TestApp, statement: &'static str) -> usize {
    let count: i64 = sqlx::query_scalar(statement)
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    usize::try_from(count).unwrap()
}

async fn ended(app: &TestApp) -> usize {
    count(app, "select count(*) from validations where outcome is not null").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_end_every_validation_once_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().display().to_string();
    let app = TestAppBuilder::default().files(&files).build().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let mut made: Vec<Value> = Vec::new();
    for _ in 0..DOCUMENTS {
        let one = validation(&acme, DOCUMENT).await;
        show(&app, &one).await;
        made.push(one);
    }
    for turn in 0..3 {
        let worker = worker(&app, 24521 + turn, &[("COTEJO_FILES", &files)]);
        let before = ended(&app).await;
        for _ in 0..1000 {
            if ended(&app).await > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // SIGKILL.
        drop(worker);
        end_leases(&app).await;
    }
    assert!(
        ended(&app).await < DOCUMENTS,
        "the workers were killed too late to prove anything"
    );
    let last = worker(&app, 24524, &[("COTEJO_FILES", &files)]);
    for _ in 0..1200 {
        if ended(&app).await == DOCUMENTS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(ended(&app).await, DOCUMENTS);
    drop(last);
    // Hours later, when what killed writers may have left is swept.
    for statement in [
        "update jobs set lease_until = clock_timestamp() - interval '1 s' where state = 'leased'",
        "update jobs set run_at = clock_timestamp() where kind = 'files.delete'",
    ] {
        sqlx::query(statement).execute(&app.database.pool).await.unwrap();
    }
    cotejo_queue::recover(&mut app.database.pool.acquire().await.unwrap())
        .await
        .unwrap();
    work_due(&app).await;
    for one in &made {
        let events = acme
            .events(&format!("?resource_id={}", text(one, "validation_id")))
            .await;
        assert_eq!(events.len(), 2, "{events:#?}");
    }
    // Both sides of each document, and the face on it.
    assert_eq!(count(&app, "select count(*) from files").await, 3 * DOCUMENTS);
    assert_eq!(objects(folder.path()), 3 * DOCUMENTS);
}
