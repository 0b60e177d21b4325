//! Continuous checks and their runs.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use cotejo_domain::{
    checks::{CheckType, CustomType, Inputs},
    continuous::{Changes, Watch},
    country::Country,
    ids::{CheckId, ClientId, ContinuousCheckId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{checks::read_custom, read, read_json, write_json};

/// Why a run ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its time had come.
    Schedule,
    /// A list changed what it says of the person.
    List,
}

impl Cause {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::List => "list",
        }
    }
}

/// Inserts a continuous check. The constraint `continuous_checks_original` refuses a second one of a check.
pub async fn insert(conn: &mut PgConnection, watch: &Watch) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into continuous_checks (client_id, id, original_check_id, last_check_id, frequency, anchor_ns, counter,
                                       next_ns, end_date, status, score_status, key_version, created_ns, updated_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        "#,
        watch.client.0,
        watch.id.0,
        watch.original.0,
        watch.last.0,
        watch.frequency.to_string(),
        watch.anchor.nanos(),
        i32::try_from(watch.runs).unwrap_or(i32::MAX),
        watch.next_run.map(Timestamp::nanos),
        watch.end_date,
        watch.status.as_str(),
        watch.score_status.as_str(),
        i16::from(watch.key_version),
        watch.created.nanos(),
        watch.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what changes in a continuous check.
pub async fn update(conn: &mut PgConnection, watch: &Watch) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update continuous_checks
        set last_check_id = $3, frequency = $4, anchor_ns = $5, counter = $6, next_ns = $7, status = $8,
            score_status = $9, key_version = $10, updated_ns = $11
        where client_id = $1 and id = $2
        "#,
        watch.client.0,
        watch.id.0,
        watch.last.0,
        watch.frequency.to_string(),
        watch.anchor.nanos(),
        i32::try_from(watch.runs).unwrap_or(i32::MAX),
        watch.next_run.map(Timestamp::nanos),
        watch.status.as_str(),
        watch.score_status.as_str(),
        i16::from(watch.key_version),
        watch.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct WatchRow {
    client_id: Uuid,
    id: Uuid,
    original_check_id: Uuid,
    last_check_id: Uuid,
    frequency: String,
    anchor_ns: i64,
    counter: i32,
    next_ns: Option<i64>,
    end_date: Option<NaiveDate>,
    status: String,
    score_status: String,
    key_version: i16,
    created_ns: i64,
    updated_ns: i64,
}

impl WatchRow {
    fn read(self) -> sqlx::Result<Watch> {
        Ok(Watch {
            client: ClientId(self.client_id),
            id: ContinuousCheckId(self.id),
            original: CheckId(self.original_check_id),
            last: CheckId(self.last_check_id),
            frequency: read(&self.frequency, "frequency")?,
            anchor: Timestamp::from_nanos(self.anchor_ns),
            runs: u32::try_from(self.counter).unwrap_or_default(),
            next_run: self.next_ns.map(Timestamp::from_nanos),
            end_date: self.end_date,
            status: read(&self.status, "status")?,
            score_status: read(&self.score_status, "score_status")?,
            key_version: u8::try_from(self.key_version).unwrap_or(1),
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
        })
    }
}

/// A continuous check; `lock` keeps others from changing it until the transaction ends.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: ContinuousCheckId,
    lock: bool,
) -> sqlx::Result<Option<Watch>> {
    macro_rules! select {
        ($end:literal) => {
            sqlx::query_as!(
                WatchRow,
                r#"
                select client_id, id, original_check_id, last_check_id, frequency, anchor_ns, counter, next_ns, end_date,
                       status, score_status, key_version, created_ns, updated_ns
                from continuous_checks where client_id = $1 and id = $2"# + $end,
                client.0,
                id.0,
            )
            .fetch_optional(conn)
            .await?
        };
    }
    let row = if lock { select!(" for update") } else { select!("") };
    row.map(WatchRow::read).transpose()
}

/// A page of continuous checks, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Watch>> {
    let rows = sqlx::query_as!(
        WatchRow,
        r#"
        select client_id, id, original_check_id, last_check_id, frequency, anchor_ns, counter, next_ns, end_date,
               status, score_status, key_version, created_ns, updated_ns
        from continuous_checks
        where client_id = $1 and ($2::uuid is null or id < $2)
        order by id desc
        limit $3
        "#,
        client.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(WatchRow::read).collect()
}

/// Whether a check is what a continuous check was made of.
pub async fn is_original(conn: &mut PgConnection, client: ClientId, check: CheckId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from continuous_checks where client_id = $1 and original_check_id = $2) as "is!"
        "#,
        client.0,
        check.0,
    )
    .fetch_one(conn)
    .await
}

/// A run to write.
#[derive(Debug, Clone, Copy)]
pub struct NewRun {
    /// The check that carries it out.
    pub check: CheckId,
    /// The run before it, or the check that is watched.
    pub previous: CheckId,
    /// Why it runs.
    pub cause: Cause,
    /// When, in the client's time.
    pub created: Timestamp,
}

/// Writes a run; its number is the watch's counter.
pub async fn insert_run(conn: &mut PgConnection, watch: &Watch, run: NewRun) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into continuous_runs (client_id, continuous_id, seq, check_id, previous_check_id, cause, created_ns)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        watch.client.0,
        watch.id.0,
        i32::try_from(watch.runs).unwrap_or(i32::MAX),
        run.check.0,
        run.previous.0,
        run.cause.as_str(),
        run.created.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A run whose check has finished, with the check before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Whose it is.
    pub client: ClientId,
    /// The continuous check.
    pub continuous: ContinuousCheckId,
    /// The check that carried it out.
    pub check: CheckId,
    /// The body of the newest run before it that has scores, or of the check that is watched; `None` where there is none.
    pub previous_body: Option<String>,
}

/// Which of these checks are runs, each with the body that it is compared with.
pub async fn runs_of(conn: &mut PgConnection, checks: &[(ClientId, CheckId)]) -> sqlx::Result<Vec<Finished>> {
    let clients: Vec<Uuid> = checks.iter().map(|(client, _)| client.0).collect();
    let ids: Vec<Uuid> = checks.iter().map(|(_, check)| check.0).collect();
    let rows = sqlx::query!(
        r#"
        select r.client_id, r.continuous_id, r.check_id, (
            select c.body
            from (
                select e.check_id, e.seq from continuous_runs e
                where e.client_id = r.client_id and e.continuous_id = r.continuous_id and e.seq < r.seq
                union all
                select w.original_check_id, 0 from continuous_checks w
                where w.client_id = r.client_id and w.id = r.continuous_id
            ) as earlier
            join checks c on c.client_id = r.client_id and c.id = earlier.check_id and c.status = 'completed'
            order by earlier.seq desc
            limit 1
        ) as body
        from unnest($1::uuid[], $2::uuid[]) as asked (client, id)
        join continuous_runs r on r.client_id = asked.client and r.check_id = asked.id
        -- Those who settle at once lock the continuous checks in one order.
        order by r.client_id, r.continuous_id
        "#,
        &clients,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Finished {
            client: ClientId(row.client_id),
            continuous: ContinuousCheckId(row.continuous_id),
            check: CheckId(row.check_id),
            previous_body: row.body,
        })
        .collect())
}

/// Keeps what a run changed.
pub async fn set_changes(
    conn: &mut PgConnection,
    client: ClientId,
    check: CheckId,
    changes: &Changes,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update continuous_runs set changes = $3::text::json where client_id = $1 and check_id = $2",
        client.0,
        check.0,
        write_json(changes)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A run as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Its number.
    pub seq: i32,
    /// The check that carried it out.
    pub check: CheckId,
    /// The check before it.
    pub previous: CheckId,
    /// When it began.
    pub created: Timestamp,
    /// What it changed, JSON of [`Changes`]; `None` until it has finished.
    pub changes: Option<String>,
}

/// A page of the runs of a continuous check, newest first.
pub async fn runs(
    conn: &mut PgConnection,
    client: ClientId,
    id: ContinuousCheckId,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<RunRow>> {
    let rows = sqlx::query!(
        r#"
        select seq, check_id, previous_check_id, created_ns, changes::text as changes
        from continuous_runs
        where client_id = $1 and continuous_id = $2 and seq < $3
        order by seq desc
        limit $4
        "#,
        client.0,
        id.0,
        i32::try_from(before).unwrap_or(i32::MAX),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RunRow {
            seq: row.seq,
            check: CheckId(row.check_id),
            previous: CheckId(row.previous_check_id),
            created: Timestamp::from_nanos(row.created_ns),
            changes: row.changes,
        })
        .collect())
}

/// A person, company or vehicle that is under an enabled continuous check.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Whose it is.
    pub client: ClientId,
    /// The continuous check.
    pub id: ContinuousCheckId,
    /// The newest run.
    pub last: CheckId,
    /// What is checked.
    pub check_type: CheckType,
    /// The client's own type, if it is of one.
    pub custom: Option<CustomType>,
    /// Where.
    pub country: Country,
    /// About whom.
    pub inputs: Inputs,
    /// What an identity registry told of the name, JSON of `cotejo_domain::checks::Facts`.
    pub facts: Option<String>,
    /// What the newest run hit on the list: entries, each with the digest of what was said of it.
    pub hits: BTreeSet<(String, String)>,
}

/// A page of everybody under an enabled continuous check, behind the given one, with what the newest run of each hit on
/// a list.
pub async fn watched(
    conn: &mut PgConnection,
    after: (Uuid, Uuid),
    list: &str,
    limit: i64,
) -> sqlx::Result<Vec<Watched>> {
    let rows = sqlx::query!(
        r#"
        select w.client_id, w.id, w.last_check_id, c.check_type, c.custom::text, c.country, c.inputs::text as "inputs!",
               (
                   select r.facts::text from source_runs r
                   where r.client_id = w.client_id and r.check_id = w.last_check_id
                     and r.data_set = 'personal_identity' and r.facts is not null
                   order by r.seq limit 1
               ) as facts,
               array(
                   select f.evidence->>'entry' from findings f
                   where f.client_id = w.client_id and f.check_id = w.last_check_id and f.evidence->>'list' = $3
                   order by f.run_seq, f.seq
               ) as "entries!",
               array(
                   select f.evidence->>'entry_digest' from findings f
                   where f.client_id = w.client_id and f.check_id = w.last_check_id and f.evidence->>'list' = $3
                   order by f.run_seq, f.seq
               ) as "digests!"
        from continuous_checks w
        join checks c on c.client_id = w.client_id and c.id = w.last_check_id
        where (w.client_id, w.id) > ($1, $2) and w.next_ns is not null
        order by w.client_id, w.id
        limit $4
        "#,
        after.0,
        after.1,
        list,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Watched {
                client: ClientId(row.client_id),
                id: ContinuousCheckId(row.id),
                last: CheckId(row.last_check_id),
                check_type: read(&row.check_type, "check_type")?,
                custom: read_custom(row.custom.as_deref())?,
                country: read(&row.country, "country")?,
                inputs: read_json(&row.inputs, "checks.inputs")?,
                facts: row.facts,
                hits: row.entries.into_iter().zip(row.digests).collect(),
            })
        })
        .collect()
}
