//! The queue under races, crashes and old snapshots.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use cotejo_queue::{
    Handler, Lane, Lease, Marks, NewJob, Outcome, Runner, claim, enqueue, fail, finish, promote, recover,
};
use cotejo_testkit::TestDatabase;
use sqlx::{Connection as _, PgConnection};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(30);

fn job(n: u128, owner: u128, priority: i16) -> NewJob {
    NewJob {
        id: Uuid::from_u128(n),
        kind: "test",
        payload: format!(r#"{{"n":{n}}}"#),
        lane: Lane::of(Uuid::from_u128(owner), priority),
        after: Duration::ZERO,
        key: None,
        clock: None,
    }
}

async fn claim_some(conn: &mut PgConnection, limit: i64) -> Vec<Lease> {
    claim(conn, "test", &mut Marks::default(), limit, LEASE)
        .await
        .unwrap()
}

#[tokio::test]
async fn two_claimers_never_get_the_same_job() {
    let database = TestDatabase::new().await;
    let jobs: Vec<NewJob> = (1..=200).map(|n| job(n, n % 5, 1)).collect();
    enqueue(&mut database.pool.acquire().await.unwrap(), &jobs)
        .await
        .unwrap();
    let claimer = || {
        let pool = database.pool.clone();
        tokio::spawn(async move {
            let mut ids = Vec::new();
            loop {
                let mut conn = pool.acquire().await.unwrap();
                let leases = claim_some(&mut conn, 7).await;
                if leases.is_empty() {
                    return ids;
                }
                ids.extend(leases.iter().map(|lease| lease.id));
            }
        })
    };
    let (one, two) = tokio::join!(claimer(), claimer());
    let all: Vec<Uuid> = one.unwrap().into_iter().chain(two.unwrap()).collect();
    assert_eq!(all.len(), 200);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200);
}

#[tokio::test]
async fn better_priorities_first_and_no_client_waits_behind_anothers_backlog() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    let hog = (1..=100).map(|n| job(n, 1, 1));
    let other = (201..=202).map(|n| job(n, 2, 1));
    let urgent = [job(301, 1, 0)];
    enqueue(&mut conn, &hog.chain(other).chain(urgent).collect::<Vec<_>>())
        .await
        .unwrap();
    assert_ne!(Lane::of(Uuid::from_u128(1), 1), Lane::of(Uuid::from_u128(2), 1));
    let ids: Vec<u128> = claim_some(&mut conn, 5)
        .await
        .iter()
        .map(|lease| lease.id.as_u128())
        .collect();
    assert!(ids.contains(&301), "{ids:?}");
    assert!(ids.contains(&201) && ids.contains(&202), "{ids:?}");
}

#[tokio::test]
async fn claims_of_one_job_take_turns_between_lanes_too() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    let hog = (1..=100).map(|n| job(n, 1, 1));
    enqueue(&mut conn, &hog.chain([job(201, 2, 1)]).collect::<Vec<_>>())
        .await
        .unwrap();
    let mut marks = Marks::default();
    let mut claimed = Vec::new();
    for _ in 0..8 {
        let leases = claim(&mut conn, "test", &mut marks, 1, LEASE).await.unwrap();
        claimed.extend(leases.iter().map(|lease| lease.id.as_u128()));
    }
    assert!(claimed.contains(&201), "{claimed:?}");
}

#[tokio::test]
async fn the_same_job_inserted_twice_is_one_job() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    enqueue(&mut conn, &[job(1, 1, 1)]).await.unwrap();
    enqueue(&mut conn, &[job(1, 1, 1), job(2, 1, 1)]).await.unwrap();
    assert_eq!(claim_some(&mut conn, 10).await.len(), 2);
}

#[tokio::test]
async fn a_job_is_inserted_with_its_transaction_or_not_at_all() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    enqueue(&mut tx, &[job(1, 1, 1)]).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(claim_some(&mut conn, 10).await.is_empty());
}

#[tokio::test]
async fn whoever_lost_the_lease_finishes_nothing() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    enqueue(&mut conn, &[job(1, 1, 1)]).await.unwrap();
    let old = claim_some(&mut conn, 1).await;
    sqlx::query("update jobs set lease_until = clock_timestamp() - interval '1 s'")
        .execute(&mut *conn)
        .await
        .unwrap();
    assert_eq!(recover(&mut conn).await.unwrap(), 1);
    let new = claim_some(&mut conn, 1).await;
    assert!(finish(&mut conn, &[&old[0]]).await.unwrap().is_empty());
    assert_eq!(finish(&mut conn, &[&new[0]]).await.unwrap(), [Uuid::from_u128(1)]);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_dead_and_can_be_revived() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    enqueue(&mut conn, &[job(1, 1, 1)]).await.unwrap();
    for attempt in 1..=cotejo_queue::MAX_ATTEMPTS {
        let lease = claim_some(&mut conn, 1).await.pop().unwrap();
        assert_eq!(lease.attempts, attempt);
        fail(&mut conn, &lease, "it does not work", Duration::ZERO)
            .await
            .unwrap();
        promote(&mut conn, &["test"]).await.unwrap();
    }
    assert!(claim_some(&mut conn, 1).await.is_empty());
    let dead = cotejo_queue::admin::dead(&mut conn, 10).await.unwrap();
    assert_eq!(dead[0].last_error.as_deref(), Some("it does not work"));
    assert!(cotejo_queue::admin::revive(&mut conn, dead[0].id).await.unwrap());
    assert_eq!(claim_some(&mut conn, 1).await.len(), 1);
}

#[tokio::test]
async fn jobs_older_than_the_mark_are_found_after_a_reset() {
    let database = TestDatabase::new().await;
    let mut conn = database.pool.acquire().await.unwrap();
    let mut marks = Marks::default();
    enqueue(&mut conn, &[job(50, 1, 1)]).await.unwrap();
    assert_eq!(
        claim(&mut conn, "test", &mut marks, 10, LEASE)
            .await
            .unwrap()
            .len(),
        1
    );
    enqueue(&mut conn, &[job(10, 1, 1)]).await.unwrap();
    assert!(
        claim(&mut conn, "test", &mut marks, 10, LEASE)
            .await
            .unwrap()
            .is_empty()
    );
    marks.reset();
    assert_eq!(
        claim(&mut conn, "test", &mut marks, 10, LEASE)
            .await
            .unwrap()
            .len(),
        1
    );
}

struct Counting {
    runs: Arc<AtomicUsize>,
    pool: sqlx::PgPool,
}

#[async_trait::async_trait]
impl Handler for Counting {
    fn kind(&self) -> &'static str {
        "test"
    }

    fn batch(&self) -> u16 {
        10
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        let mut conn = self.pool.acquire().await.unwrap();
        let done = finish(&mut conn, &leases.iter().collect::<Vec<_>>())
            .await
            .unwrap();
        self.runs.fetch_add(done.len(), Ordering::SeqCst);
        leases.iter().map(|_| Outcome::Done).collect()
    }
}

#[tokio::test]
async fn two_runners_do_every_job_once_even_while_an_old_snapshot_is_held() {
    let database = TestDatabase::new().await;
    let mut holder = database.pool.acquire().await.unwrap();
    let mut snapshot = holder.begin().await.unwrap();
    sqlx::query("set transaction isolation level repeatable read")
        .execute(&mut *snapshot)
        .await
        .unwrap();
    sqlx::query("select count(*) from jobs")
        .execute(&mut *snapshot)
        .await
        .unwrap();
    let (runs, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let mut runners = Vec::new();
    for _ in 0..2 {
        let runner = Runner::new(database.pool.clone(), LEASE, stop.clone());
        runner.handle(Counting {
            runs: Arc::clone(&runs),
            pool: database.pool.clone(),
        });
        runners.push(tokio::spawn(runner.run()));
    }
    for part in 0..10_u128 {
        let jobs: Vec<NewJob> = (1..=50).map(|n| job(part * 50 + n, n % 3, 1)).collect();
        enqueue(&mut database.pool.acquire().await.unwrap(), &jobs)
            .await
            .unwrap();
    }
    for _ in 0..500 {
        if runs.load(Ordering::SeqCst) == 500 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    for runner in runners {
        runner.await.unwrap();
    }
    assert_eq!(runs.load(Ordering::SeqCst), 500);
    snapshot.rollback().await.unwrap();
}

#[tokio::test]
async fn one_leader_at_a_time() {
    let database = TestDatabase::new().await;
    let (runs, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let leader = |stop: CancellationToken| {
        let runs = Arc::clone(&runs);
        tokio::spawn(cotejo_queue::leader::lead(
            database.pool.clone(),
            "counter",
            Duration::from_millis(10),
            Arc::default(),
            stop,
            move |_| {
                let runs = Arc::clone(&runs);
                Box::pin(async move {
                    runs.fetch_add(1, Ordering::SeqCst);
                    Ok(false)
                })
            },
        ))
    };
    let (first_stop, second_stop) = (CancellationToken::new(), stop.clone());
    let first = leader(first_stop.clone());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = leader(second_stop);
    tokio::time::sleep(Duration::from_millis(100)).await;
    first_stop.cancel();
    first.await.unwrap();
    let before = runs.load(Ordering::SeqCst);
    assert!(before > 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        runs.load(Ordering::SeqCst) > before,
        "the second takes over at once when the first stops"
    );
    stop.cancel();
    second.await.unwrap();
}
