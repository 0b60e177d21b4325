//! Transactions whose beginner went away.

use std::time::Duration;

use cotejo_testkit::TestDatabase;
use sqlx::{Connection as _, PgConnection};

/// How many connections of a pool are left within a transaction, seen from outside of it. What is on its way into the
/// pool is given time to arrive.
async fn left_open(watcher: &mut PgConnection) -> i64 {
    let mut open = 0;
    for _ in 0..100 {
        open = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in %'",
        )
        .fetch_one(&mut *watcher)
        .await
        .unwrap();
        if open == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    open
}

#[tokio::test]
async fn a_beginning_that_is_given_up_leaves_no_transaction_open() {
    let database = TestDatabase::new().await;
    let mut watcher = PgConnection::connect(&database.url).await.unwrap();
    // Connected beforehand: what is given up below is the beginning alone.
    drop(database.pool.acquire().await.unwrap());
    for turns in 0..100 {
        let patience = async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            begun = cotejo_store::begin(&database.pool) => drop(begun.unwrap()),
            () = patience => {}
        }
        assert_eq!(left_open(&mut watcher).await, 0, "given up after {turns} turns");
    }
}
