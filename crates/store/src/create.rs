//! Creating checks: a batch of requests in one statement.
//!
//! The statement decides for each request whether it repeats an earlier one (`idempotency_keys`), whether a recent
//! equal check is to be returned (`latest_checks`, under the lock of one row, so that two processes agree), and if
//! neither, writes the check with its job, event and audit entry. One round trip and one commit serve the batch.

use std::collections::BTreeMap;

use cotejo_domain::{
    audit::ActorKind,
    checks::Check,
    ids::{AuditId, CheckId, ClientId, EventId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::write_json;

/// The Idempotency-Key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Method and path.
    pub route: String,
    /// The caller's key.
    pub key: String,
    /// Hash of the request: the same key with another request is a conflict.
    pub body_hash: [u8; 32],
}

/// Everything that is written for one check.
#[derive(Debug, Clone)]
pub struct NewRow {
    /// The check; its `previous` is found by the statement.
    pub check: Check,
    /// Fingerprint of its inputs.
    pub fingerprint: [u8; 32],
    /// An equal check created after this instant (nanoseconds) is returned instead; `i64::MAX` for none.
    pub reuse_from_ns: i64,
    /// Salt and salted hash of the inputs, for the audit trail.
    pub salt: [u8; 16],
    /// The salted hash.
    pub subject: [u8; 32],
    /// Version of the creating key.
    pub key_version: u8,
    /// The creating key or user.
    pub actor: Uuid,
    /// Which of them it is.
    pub actor_kind: ActorKind,
    /// The address that the request came from.
    pub origin: String,
    /// The client, where its clock can be moved.
    pub clock: Option<Uuid>,
    /// Its event.
    pub event: EventId,
    /// The event's object: what stands before and behind `previous_check`.
    pub event_body: (String, String),
    /// Its audit entry.
    pub audit: AuditId,
    /// The queue's lane and priority, and the payload of its job.
    pub job: (i16, i16, String),
    /// The request's key, if it had one.
    pub request: Option<RequestKey>,
}

/// Kind of the job that a new check is given.
pub const CHECK_JOB: &str = "check.run";

/// Writes what is to be written of a batch; returns the checks that were made, with the check each one follows.
///
/// No two rows of a batch may have the same (client, fingerprint) or the same (client, route, key): one statement
/// cannot change a row twice.
pub async fn create(
    conn: &mut PgConnection,
    rows: &[NewRow],
) -> sqlx::Result<BTreeMap<CheckId, Option<CheckId>>> {
    macro_rules! column {
        ($of:expr) => {
            rows.iter().map($of).collect::<Vec<_>>()
        };
    }
    let inputs = rows
        .iter()
        .map(|row| write_json(&row.check.inputs))
        .collect::<sqlx::Result<Vec<_>>>()?;
    let customs = rows
        .iter()
        .map(|row| row.check.custom.as_ref().map(write_json).transpose())
        .collect::<sqlx::Result<Vec<_>>>()?;
    let made = sqlx::query!(
        r#"
        with input as (
            select * from unnest(
                $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[],
                $9::uuid[], $10::uuid[], $11::smallint[], $12::bigint[], $13::bigint[], $14::bytea[], $15::uuid[],
                $16::uuid[], $17::text[], $18::text[], $19::uuid[], $20::smallint[], $21::smallint[], $22::text[],
                $23::text[], $24::text[], $25::bytea[], $27::text[], $28::text[], $29::uuid[], $30::text[])
            as t (client_id, id, check_type, country, priority, inputs, fingerprint, salt,
                  billing_hub, report_id, key_version, created_ns, reuse_from_ns, subject, actor,
                  event_id, event_head, event_tail, audit_id, job_priority, job_lane, payload,
                  route, key, body_hash, actor_kind, origin, clock, custom)
        ), fresh as (
            insert into idempotency_keys as i (client_id, route, key, body_hash, resource_id, status)
            select client_id, route, key, body_hash, id, 201 from input where key is not null
            -- Batches lock rows in one order, so that two of them never wait for each other.
            order by client_id, route, key
            on conflict (client_id, route, key) do update
            set body_hash = excluded.body_hash, resource_id = excluded.resource_id, status = 201,
                created_at = clock_timestamp()
            where i.created_at < clock_timestamp() - interval '24 hours'
            returning resource_id
        ), made as (
            insert into latest_checks as l (client_id, fingerprint, check_id, created_ns, reuse_from_ns)
            select client_id, fingerprint, id, created_ns, reuse_from_ns from input
            where key is null or id in (select resource_id from fresh)
            order by client_id, fingerprint
            on conflict (client_id, fingerprint) do update
            set previous_id = l.check_id, check_id = excluded.check_id, created_ns = excluded.created_ns,
                reuse_from_ns = excluded.reuse_from_ns
            where l.created_ns < excluded.reuse_from_ns
            returning check_id, previous_id
        ), new as (
            select input.*, made.previous_id from input join made on made.check_id = input.id
        ), new_checks as (
            insert into checks (client_id, id, check_type, country, status, priority, inputs, fingerprint, salt,
                                billing_hub, report_id, previous_id, key_version, created_ns, updated_ns, custom,
                                actor)
            select client_id, id, check_type, country, 'not_started', priority, inputs::json, fingerprint, salt,
                   billing_hub, report_id, previous_id, key_version, created_ns, created_ns, custom::json, actor
            from new
        ), new_jobs as (
            insert into jobs (id, kind, payload, priority, lane, state, run_at, clock)
            select id, $26, payload::json, job_priority, job_lane, 'ready', clock_timestamp(), clock from new
        ), new_events as (
            insert into events (client_id, id, event_type, event_action, resource_id, resource_version, created_ns)
            select client_id, event_id, 'check', 'created', id, 1, created_ns from new
        ), new_bodies as (
            insert into event_bodies (client_id, resource_id, event_id, body)
            select client_id, id, event_id,
                   event_head
                   || coalesce('"previous_check":"CHK' || replace(previous_id::text, '-', '') || '",', '')
                   || event_tail
            from new
        ), new_audit as (
            insert into audit_entries (client_id, id, action, actor_kind, actor, origin, resource_id, subject, at_ns)
            select client_id, audit_id, 'check.created', actor_kind, actor, origin, id, subject, created_ns from new
        )
        select check_id as "id!", previous_id,
               (select count(*) from (select pg_notify('cotejo_jobs', ''), pg_notify('cotejo_events', '')) as told) as told
        from made
        "#,
        &column!(|row| row.check.client.0),
        &column!(|row| row.check.id.0),
        &column!(|row| row.check.check_type.as_str()) as _,
        &column!(|row| row.check.country.as_str()) as _,
        &column!(|row| row.check.priority.as_str()) as _,
        &inputs,
        &column!(|row| row.fingerprint.as_slice()) as _,
        &column!(|row| row.salt.as_slice()) as _,
        &column!(|row| row.check.billing_hub.map(|hub| hub.0)) as _,
        &column!(|row| row.check.report.map(|report| report.0)) as _,
        &column!(|row| i16::from(row.key_version)),
        &column!(|row| row.check.created.nanos()),
        &column!(|row| row.reuse_from_ns),
        &column!(|row| row.subject.as_slice()) as _,
        &column!(|row| row.actor),
        &column!(|row| row.event.0),
        &column!(|row| row.event_body.0.as_str()) as _,
        &column!(|row| row.event_body.1.as_str()) as _,
        &column!(|row| row.audit.0),
        &column!(|row| row.job.0),
        &column!(|row| row.job.1),
        &column!(|row| row.job.2.as_str()) as _,
        &column!(|row| row.request.as_ref().map(|request| request.route.as_str())) as _,
        &column!(|row| row.request.as_ref().map(|request| request.key.as_str())) as _,
        &column!(|row| row.request.as_ref().map(|request| request.body_hash.as_slice())) as _,
        CHECK_JOB,
        &column!(|row| row.actor_kind.as_str()) as _,
        &column!(|row| row.origin.as_str()) as _,
        &column!(|row| row.clock) as _,
        &customs as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(made
        .into_iter()
        .map(|row| (CheckId(row.id), row.previous_id.map(CheckId)))
        .collect())
}

/// The newest check of a fingerprint. An entry whose check is gone, as two deletions at once can leave one, is removed.
pub async fn latest(
    conn: &mut PgConnection,
    client: ClientId,
    fingerprint: &[u8; 32],
) -> sqlx::Result<Option<CheckId>> {
    let found = sqlx::query!(
        r#"
        select l.check_id, exists (
            select from checks c where c.client_id = l.client_id and c.id = l.check_id
        ) as "there!"
        from latest_checks l where l.client_id = $1 and l.fingerprint = $2
        "#,
        client.0,
        fingerprint.as_slice(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    match found {
        Some(found) if found.there => Ok(Some(CheckId(found.check_id))),
        None => Ok(None),
        Some(found) => {
            sqlx::query!(
                "delete from latest_checks where client_id = $1 and fingerprint = $2 and check_id = $3",
                client.0,
                fingerprint.as_slice(),
                found.check_id,
            )
            .execute(conn)
            .await?;
            Ok(None)
        }
    }
}

/// Makes the newest check of a fingerprint the newest earlier one that is not in `error`, where the newest was this
/// one: a check that failed or was deleted is no answer for the next request.
pub async fn step_back(conn: &mut PgConnection, client: ClientId, check: CheckId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with recursive gone as (
            select fingerprint, previous_id from checks where client_id = $1 and id = $2
        ), earlier as (
            select c.id, c.status, c.created_ns, c.previous_id, 1 as step
            from gone join checks c on c.client_id = $1 and c.id = gone.previous_id
            union all
            select c.id, c.status, c.created_ns, c.previous_id, step + 1
            from earlier join checks c on c.client_id = $1 and c.id = earlier.previous_id
            where earlier.status = 'error' and step < 1000
        ), answer as (
            select id, created_ns, previous_id from earlier where status <> 'error' order by step limit 1
        ), stepped as (
            update latest_checks l
            set check_id = answer.id, created_ns = answer.created_ns, previous_id = answer.previous_id
            from gone, answer
            where l.client_id = $1 and l.fingerprint = gone.fingerprint and l.check_id = $2
        )
        delete from latest_checks l
        using gone
        where l.client_id = $1 and l.fingerprint = gone.fingerprint and l.check_id = $2
          and not exists (select from answer)
        "#,
        client.0,
        check.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}
