//! The life of a job, statement by statement.

use std::{collections::HashMap, time::Duration};

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
    /// Not before so long from now; zero is at once.
    pub after: Duration,
    /// At most one job of a kind and key is there at a time ([`wake`]).
    pub key: Option<Uuid>,
    /// Whose clock it goes by, where that clock can be moved ([`crate::clock`]).
    pub clock: Option<Uuid>,
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

/// The columns of new jobs.
struct Columns<'a> {
    ids: Vec<Uuid>,
    kinds: Vec<&'a str>,
    payloads: Vec<&'a str>,
    priorities: Vec<i16>,
    lanes: Vec<i16>,
    after: Vec<f64>,
    keys: Vec<Option<Uuid>>,
    clocks: Vec<Option<Uuid>>,
}

impl<'a> Columns<'a> {
    fn of(jobs: &'a [NewJob]) -> Self {
        Self {
            ids: jobs.iter().map(|job| job.id).collect(),
            kinds: jobs.iter().map(|job| job.kind).collect(),
            payloads: jobs.iter().map(|job| job.payload.as_str()).collect(),
            priorities: jobs.iter().map(|job| job.lane.priority).collect(),
            lanes: jobs.iter().map(|job| job.lane.lane).collect(),
            after: jobs.iter().map(|job| job.after.as_secs_f64()).collect(),
            keys: jobs.iter().map(|job| job.key).collect(),
            clocks: jobs.iter().map(|job| job.clock).collect(),
        }
    }
}

/// Inserts jobs in the caller's transaction and announces them. A job that exists already is left as it is.
pub async fn enqueue(conn: &mut PgConnection, jobs: &[NewJob]) -> sqlx::Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let new = Columns::of(jobs);
    sqlx::query!(
        r#"
        with new as (
            insert into jobs (id, kind, payload, priority, lane, state, run_at, clock)
            select id, kind, payload::json, priority, lane, case when after > 0 then 'scheduled' else 'ready' end,
                   clock_timestamp() + make_interval(secs => after), clock
            from unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::float8[], $7::uuid[])
                 as t (id, kind, payload, priority, lane, after, clock)
            on conflict (id) do nothing
            returning state
        )
        select pg_notify($8, '') from new where state = 'ready' limit 1
        "#,
        &new.ids,
        &new.kinds as _,
        &new.payloads as _,
        &new.priorities,
        &new.lanes,
        &new.after,
        &new.clocks as _,
        CHANNEL,
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// Makes sure that jobs with keys will run, no later than they say: inserts them, or hastens the ones that wait.
///
/// A job that is being worked on stays as it is, but its row is locked until the caller commits: whoever finishes it
/// waits for that, and has to look once more for what is to be done, behind [`finish`] and in the same transaction.
pub async fn wake(conn: &mut PgConnection, jobs: &[NewJob]) -> sqlx::Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let new = Columns::of(jobs);
    sqlx::query!(
        r#"
        with woken as (
            insert into jobs as j (id, kind, payload, priority, lane, state, run_at, key, clock)
            select id, kind, payload::json, priority, lane, case when after > 0 then 'scheduled' else 'ready' end,
                   clock_timestamp() + make_interval(secs => after), key, clock
            from unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::float8[], $7::uuid[],
                        $8::uuid[]) as t (id, kind, payload, priority, lane, after, key, clock)
            -- Callers lock rows in one order, so that two of them never wait for each other; a job that wakes others
            -- has a kind behind theirs (`rules.judge`, `deliver`), because it holds its own row while it does.
            order by kind desc, key
            on conflict (kind, key) where key is not null do update
            set state = case when j.state in ('scheduled', 'dead') and excluded.state = 'ready' then 'ready'
                             when j.state = 'dead' then 'scheduled' else j.state end,
                attempts = case when j.state = 'dead' then 0 else j.attempts end,
                run_at = case when j.state = 'leased' then j.run_at else least(j.run_at, excluded.run_at) end,
                -- A new id stands behind the marks of the claimers, where they look first.
                id = case when j.state in ('scheduled', 'dead') then excluded.id else j.id end
            returning state
        )
        select pg_notify($9, '') from woken where state = 'ready' limit 1
        "#,
        &new.ids,
        &new.kinds as _,
        &new.payloads as _,
        &new.priorities,
        &new.lanes,
        &new.after,
        &new.keys as _,
        &new.clocks as _,
        CHANNEL,
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// Whether a job of a kind and key waits or is being worked on.
pub async fn is_pending(conn: &mut PgConnection, kind: &str, key: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from jobs where kind = $1 and key = $2 and state <> 'dead') as "there!""#,
        kind,
        key,
    )
    .fetch_one(conn)
    .await
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

/// Whether a lease is still held; its row stays as it is until the caller commits. For work that is written
/// before its job is finished.
pub async fn hold(conn: &mut PgConnection, lease: &Lease) -> sqlx::Result<bool> {
    let held = sqlx::query_scalar!(
        "select id from jobs where id = $1 and lease_token = $2 and state = 'leased' for no key update",
        lease.id,
        lease.token,
    )
    .fetch_optional(conn)
    .await?;
    Ok(held.is_some())
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

/// Makes scheduled jobs of these kinds ready whose time has come, some of each kind. Says how many.
pub async fn promote(conn: &mut PgConnection, kinds: &[&str]) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        update jobs set state = 'ready'
        where id in (
            select due.id from unnest($1::text[]) as kinds (kind)
            cross join lateral (
                select id from jobs
                where jobs.kind = kinds.kind and state = 'scheduled' and run_at <= clock_timestamp()
                order by run_at limit 500
                for update skip locked
            ) as due
        )
        "#,
        kinds as _,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

fn keys<'a>(leases: impl IntoIterator<Item = &'a Lease>) -> (Vec<Uuid>, Vec<i64>) {
    leases.into_iter().map(|lease| (lease.id, lease.token)).unzip()
}
