//! The life of a job, statement by statement.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{CHANNEL, MAX_ATTEMPTS};

/// How many lanes each priority has.
const LANES: i16 = 8;
/// Priorities run from 0, served first, to 2.
const PRIORITIES: i16 = 3;

/// Where a job queues: its priority, and the lane of whoever it is done for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lane {
    /// 0 is served first.
    pub priority: i16,
    /// One of the lanes of the priority.
    pub lane: i16,
}

impl Lane {
    /// The lane of an owner (a client): jobs of one owner never fill another's lane, but for chance.
    pub fn of(owner: Uuid, priority: i16) -> Self {
        let hash = owner.as_bytes().iter().fold(0_u32, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u32::from(*byte))
        });
        let lane = i16::try_from(hash % LANES.unsigned_abs() as u32).unwrap_or(0);
        Self {
            priority: priority.clamp(0, PRIORITIES - 1),
            lane,
        }
    }
}

/// A job to be inserted.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Unique: the same job inserted twice is one job.
    pub id: Uuid,
    /// Which handler does it.
    pub kind: &'static str,
    /// What the handler needs, JSON without personal data.
    pub payload: String,
    /// Where it queues.
    pub lane: Lane,
    /// Not before this instant of real time; at once where `None`.
    pub run_at: Option<DateTime<Utc>>,
}

/// A job that this process may work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub id: Uuid,
    /// Which lease of the job this is; a later one makes it worthless.
    pub token: i64,
    /// What the handler needs.
    pub payload: String,
    /// How often the job was leased, this time included.
    pub attempts: i16,
    /// Where it queued.
    pub lane: Lane,
}

/// Inserts jobs in the caller's transaction and announces them. A job that exists already is left as it is.
pub async fn enqueue(conn: &mut PgConnection, jobs: &[NewJob]) -> sqlx::Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = jobs.iter().map(|job| job.id).collect();
    let kinds: Vec<&str> = jobs.iter().map(|job| job.kind).collect();
    let payloads: Vec<&str> = jobs.iter().map(|job| job.payload.as_str()).collect();
    let priorities: Vec<i16> = jobs.iter().map(|job| job.lane.priority).collect();
    let lanes: Vec<i16> = jobs.iter().map(|job| job.lane.lane).collect();
    let run_at: Vec<Option<DateTime<Utc>>> = jobs.iter().map(|job| job.run_at).collect();
    sqlx::query!(
        r#"
        with new as (
            insert into jobs (id, kind, payload, priority, lane, state, run_at)
            select id, kind, payload::json, priority, lane,
                   case when run_at is null then 'ready' else 'scheduled' end,
                   coalesce(run_at, clock_timestamp())
            from unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::timestamptz[])
                 as t (id, kind, payload, priority, lane, run_at)
            on conflict (id) do nothing
            returning state
        )
        select pg_notify($7, '') from new where state = 'ready' limit 1
        "#,
        &ids,
        &kinds as _,
        &payloads as _,
        &priorities,
        &lanes,
        &run_at as _,
        CHANNEL,
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// The low-water marks of one claimer of one kind: the last id that it took from each lane.
#[derive(Debug, Default)]
pub struct Marks {
    taken: HashMap<Lane, Uuid>,
    /// The lane that is served first at the next claim, so that claims of one job take turns too.
    first: i16,
}

impl Marks {
    /// Forgets the marks, so that the next claim scans from the bottom.
    pub fn reset(&mut self) {
        self.taken.clear();
    }

    fn note(&mut self, lease: &Lease) {
        let mark = self.taken.entry(lease.lane).or_insert(lease.id);
        *mark = (*mark).max(lease.id);
    }
}

/// Leases up to `limit` ready jobs of a kind, the best priority first, the lanes of a priority in turn.
pub async fn claim(
    conn: &mut PgConnection,
    kind: &str,
    marks: &mut Marks,
    limit: i64,
    lease: Duration,
) -> sqlx::Result<Vec<Lease>> {
    let lanes: Vec<Lane> = (0..PRIORITIES)
        .flat_map(|priority| (0..LANES).map(move |lane| Lane { priority, lane }))
        .collect();
    let priorities: Vec<i16> = lanes.iter().map(|lane| lane.priority).collect();
    let numbers: Vec<i16> = lanes.iter().map(|lane| lane.lane).collect();
    let after: Vec<Uuid> = lanes
        .iter()
        .map(|lane| marks.taken.get(lane).copied().unwrap_or_default())
        .collect();
    let rows = sqlx::query!(
        r#"
        with ready as (
            select job.id, lanes.priority, lanes.lane,
                   row_number() over (partition by lanes.priority, lanes.lane order by job.id) as turn
            from unnest($2::smallint[], $3::smallint[], $4::uuid[]) as lanes (priority, lane, mark)
            cross join lateral (
                select id from jobs
                where kind = $1 and state = 'ready' and jobs.priority = lanes.priority
                  and jobs.lane = lanes.lane and id > lanes.mark
                order by id
                limit $5
                for update skip locked
            ) as job
        )
        update jobs
        set state = 'leased', attempts = attempts + 1, lease_token = lease_token + 1,
            lease_until = clock_timestamp() + make_interval(secs => $6)
        where id in (select id from ready order by priority, turn, (lane - $7 + $8) % $8 limit $5)
        returning id, lease_token, payload::text as "payload!", attempts, priority, lane
        "#,
        kind,
        &priorities,
        &numbers,
        &after,
        limit,
        lease.as_secs_f64(),
        marks.first,
        LANES,
    )
    .fetch_all(conn)
    .await?;
    let leases: Vec<Lease> = rows
        .into_iter()
        .map(|row| Lease {
            id: row.id,
            token: row.lease_token,
            payload: row.payload,
            attempts: row.attempts,
            lane: Lane {
                priority: row.priority,
                lane: row.lane,
            },
        })
        .collect();
    leases.iter().for_each(|lease| marks.note(lease));
    marks.first = (marks.first + 1) % LANES;
    Ok(leases)
}

/// Finishes jobs in the caller's transaction, which should begin with this. Returns the ids whose lease still held;
/// nothing may be written for the others.
pub async fn finish(conn: &mut PgConnection, leases: &[&Lease]) -> sqlx::Result<Vec<Uuid>> {
    let (ids, tokens) = keys(leases.iter().copied());
    sqlx::query_scalar!(
        r#"
        delete from jobs
        using unnest($1::uuid[], $2::bigint[]) as mine (id, token)
        where jobs.id = mine.id and jobs.lease_token = mine.token and jobs.state = 'leased'
        returning jobs.id
        "#,
        &ids,
        &tokens,
    )
    .fetch_all(conn)
    .await
}

/// Removes a job that is no longer wanted, whoever holds it. A transaction that also locks what the job is about must
/// begin with this, as the job's own transaction begins with [`finish`].
///
/// The caller has to have made sure that the job is its own to remove.
pub async fn discard(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from jobs where id = $1", id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts a leased job back for later, as if it had not been tried. Returns whether the lease still held.
pub async fn reschedule(conn: &mut PgConnection, lease: &Lease, after: Duration) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update jobs
        set state = 'scheduled', attempts = attempts - 1, lease_until = null,
            run_at = clock_timestamp() + make_interval(secs => $3)
        where id = $1 and lease_token = $2 and state = 'leased'
        "#,
        lease.id,
        lease.token,
        after.as_secs_f64(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes a failure: the job is tried again after a growing pause, or is dead after [`MAX_ATTEMPTS`].
pub async fn fail(conn: &mut PgConnection, lease: &Lease, error: &str, pause: Duration) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update jobs
        set state = case when attempts >= $5 then 'dead' else 'scheduled' end,
            lease_until = null, last_error = left($3, 1000),
            run_at = clock_timestamp() + make_interval(secs => $4)
        where id = $1 and lease_token = $2 and state = 'leased'
        "#,
        lease.id,
        lease.token,
        error,
        pause.as_secs_f64(),
        MAX_ATTEMPTS,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Extends leases that are still held; says how many.
pub async fn renew(
    conn: &mut PgConnection,
    leases: impl IntoIterator<Item = &Lease>,
    lease: Duration,
) -> sqlx::Result<u64> {
    let (ids, tokens) = keys(leases);
    let done = sqlx::query!(
        r#"
        update jobs
        set lease_until = clock_timestamp() + make_interval(secs => $3)
        where id in (
            select jobs.id
            from jobs
            join unnest($1::uuid[], $2::bigint[]) as mine (id, token)
                on jobs.id = mine.id and jobs.lease_token = mine.token
            where jobs.state = 'leased'
            -- What is just being finished needs no renewal, and waiting for it could wait in a circle.
            for update of jobs skip locked
        )
        "#,
        &ids,
        &tokens,
        lease.as_secs_f64(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Frees the jobs of workers that died; a job that killed its worker too often is dead. Says how many.
pub async fn recover(conn: &mut PgConnection) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update jobs
        set state = case when attempts >= $1 then 'dead' else 'ready' end, lease_until = null,
            last_error = coalesce(last_error, 'its worker went away')
        where id in (
            select id from jobs where state = 'leased' and lease_until < clock_timestamp()
            order by lease_until limit 500
            for update skip locked
        )
        "#,
        MAX_ATTEMPTS,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Makes scheduled jobs ready whose time has come. Says how many.
pub async fn promote(conn: &mut PgConnection) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update jobs set state = 'ready'
        where id in (
            select id from jobs where state = 'scheduled' and run_at <= clock_timestamp()
            order by run_at limit 500
            for update skip locked
        )
        "#,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

fn keys<'a>(leases: impl IntoIterator<Item = &'a Lease>) -> (Vec<Uuid>, Vec<i64>) {
    leases.into_iter().map(|lease| (lease.id, lease.token)).unzip()
}
